/* Bytes of memory as text: a hex dump with the addresses of the process, and strings. */
#ifndef IMG_MEMTEXT_H
#define IMG_MEMTEXT_H

#include "libimg/base/out.h"
#include "libimg/memory/window.h"

/*
 * Put the bytes from start to end in lines of 16, as `hexdump -C` does; equal lines are
 * one `*`. Where bytes are not in the dump, gap() may put a line about each such run.
 * 0, or -1 with *err.
 */
int img_hexdump(struct img_mem *m, uint64_t start, uint64_t end, struct img_out *o,
		void (*gap)(void *arg, const struct img_run *run), void *arg, struct img_err *err);

/* Strings of printable ASCII characters and tabs. */
struct img_strings;

/* At least `min` long, which is 1 or more. NULL: no memory. */
struct img_strings *img_strings_new(struct img_mem *m, size_t min);
void img_strings_free(struct img_strings *s); /* NULL is fine */
void img_strings_over(struct img_strings *s, uint64_t start, uint64_t end);

/* A string, or a part of a long one. */
struct img_string {
	uint64_t addr;
	const uint8_t *p; /* good until the next call */
	size_t n;
	bool begins, ends;
};

/* 1, 0 at the end, -1 with *err. */
int img_strings_next(struct img_strings *s, struct img_string *string, struct img_err *err);

/* Bytes looked at since it was made. */
uint64_t img_strings_done(const struct img_strings *s);

#endif
