/* The strings in memory, as strings(1) finds them in a file. */
#ifndef IMG_STRINGS_H
#define IMG_STRINGS_H

#include "libimg/memory/window.h"

/* Strings of printable ASCII characters and tabs. */
struct img_strings;

/* At least `min` long, which is 1 or more. NULL: no memory. */
struct img_strings *img_strings_new(struct img_mem *m, size_t min);
void img_strings_free(struct img_strings *s); /* NULL is fine */
void img_strings_over(struct img_strings *s, uint64_t start, uint64_t end);

/* A string, or a part of a long one. */
struct img_string {
	uint64_t addr;
	const uint8_t *p; /* valid until the next call */
	size_t n;
	bool begins, ends;
};

/* 1, 0 at the end, -1 with *err. */
int img_strings_next(struct img_strings *s, struct img_string *string, struct img_err *err);

/* Bytes searched in total. */
uint64_t img_strings_done(const struct img_strings *s);

#endif
