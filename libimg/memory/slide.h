/*
 * A window that slides over the known octets of a memory, so that a search need not know of
 * runs, pages and mappings. What is contiguous in memory is contiguous in the window.
 */
#ifndef IMG_SLIDE_H
#define IMG_SLIDE_H

#include "libimg/memory/pages.h"

struct img_window {
	const uint8_t *p; /* good until the next call; may be written to */
	size_t n;
	uint64_t addr; /* of p[0] */
	bool first;    /* nothing known lies directly before it */
	bool last;     /* nothing known lies directly behind it */
};

struct img_slide;

/*
 * `reach`: the longest thing that is looked for, in octets. A stretch of memory that was
 * never written is shown no deeper than that, for it may be as long as the address space.
 * NULL: no memory.
 */
struct img_slide *img_slide_new(struct img_mem *m, size_t reach);
void img_slide_free(struct img_slide *s); /* NULL is fine */

/* Begin at `start`; `end` is behind the last octet. */
void img_slide_over(struct img_slide *s, uint64_t start, uint64_t end);

/*
 * Move on. The last `keep` octets of the window stay in front of the new ones, unless it
 * was the last of its stretch. keep may be no more than twice the reach and 64 KiB. 1, 0 at
 * the end, -1 with *err: what is before the failure has been shown then.
 */
int img_slide_next(struct img_slide *s, size_t keep, struct img_window *w, struct img_err *err);

/* Octets loaded since it was made: for those who show progress. */
uint64_t img_slide_done(const struct img_slide *s);

#endif
