/* What has been changed, for people or as JSON: it quotes nothing that the dump had. */
#ifndef IMGANON_REPORT_H
#define IMGANON_REPORT_H

#include "libimg/base/buf.h"
#include "libimg/rewrite/anonymize.h"

struct anon_report {
	bool json;
	struct img_buf text;
	struct img_buf values; /* what is in it and not words of the program */
};

void anon_report_free(struct anon_report *r);

/* A line about an image. */
void anon_report_image(struct anon_report *r, const char *name, const char *why);

/* A line about a number of things, if there are any. */
void anon_report_count(struct anon_report *r, const char *what, uint64_t n);

/* A line for each class of which something has been changed. */
void anon_report_classes(struct anon_report *r, const struct img_anon *anon);

/* The name of a class, IMG_CLASS_… or IMG_ANON_…, and the class of a name (0: none). */
const char *anon_class_name(unsigned class);
unsigned anon_class_of(const char *name, size_t n);

#endif
