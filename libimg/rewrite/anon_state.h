/* An anonymization under way: what its parts share. */
#ifndef IMG_ANON_STATE_H
#define IMG_ANON_STATE_H

#include "libimg/base/map.h"
#include "libimg/rewrite/anon_pages.h"
#include "libimg/rewrite/anonymize.h"

struct img_anon_tally {
	struct img_anon_count n;
	struct img_map distinct;
	uint64_t image; /* the last one that had some */
};

struct img_anon {
	struct img_anon_how how;
	struct img_anon_pages *pages;
	struct img_dir *from;
	bool big; /* words of addresses are big-endian */
	struct img_anon_tally counts[IMG_ANON_CLASSES];
	uint64_t dropped, images;
	char image[IMG_NAME];
	struct img_span entry; /* the body of the entry whose fields come along */
	struct img_buf text, kept, addresses;
	struct img_map kept_known;
	bool failed; /* no memory for some of these: img_anon_failed() */
};

/* Is this class changed? */
bool img_anon_changes(const struct img_anon *a, unsigned class);

/* Count a value of a class, of n bytes, in the image that is under way. */
void img_anon_tally(struct img_anon *a, unsigned class, const void *p, size_t n);

/* Remember a text that stays, and an address that does not. */
void img_anon_keep_text(struct img_anon *a, struct img_span s);
void img_anon_note_address(struct img_anon *a, const uint8_t *old, const uint8_t *new, size_t n);

/*
 * An image is damaged, as *err says, and the copy ends before that: 0 where the caller allows it
 * and has been told, else -1. Never where the system is to blame.
 */
int img_anon_cut(struct img_anon *a, const char *image, const struct img_err *err);

/* Set a number; the bytes that are in a->text. A verdict, or -1 with *err. */
int img_anon_set_number(struct img_field *f, uint64_t v);
int img_anon_set_text(struct img_anon *a, struct img_field *f, struct img_err *err);

#endif
