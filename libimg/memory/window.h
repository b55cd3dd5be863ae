/*
 * A window that slides over the known bytes of a memory, so that a search need not know of
 * runs, pages and mappings. What is contiguous in memory is contiguous in the window.
 */
#ifndef IMG_WINDOW_H
#define IMG_WINDOW_H

#include "libimg/memory/mem.h"

struct img_window {
	const uint8_t *p; /* good until the next call; may be written to */
	size_t n;
	uint64_t addr; /* of p[0] */
	bool first;    /* nothing known lies directly before it */
	bool last;     /* nothing known lies directly behind it */
};

struct img_windows;

/*
 * `reach`: the longest thing that is looked for, in bytes. A stretch of memory that was
 * never written is shown no deeper than that, for it may be as long as the address space.
 * NULL: no memory.
 */
struct img_windows *img_windows_new(struct img_mem *m, size_t reach);
void img_windows_free(struct img_windows *s); /* NULL is fine */

/* Begin at `start`; `end` is behind the last byte. */
void img_windows_over(struct img_windows *s, uint64_t start, uint64_t end);

/*
 * Move on. The last `keep` bytes of the window stay in front of the new ones, unless it
 * was the last of its stretch. keep may be no more than twice the reach and 64 KiB. 1, 0 at
 * the end, -1 with *err: what is before the failure has been shown then.
 */
int img_windows_next(struct img_windows *s, size_t keep, struct img_window *w, struct img_err *err);

/* Bytes loaded since it was made: for those who show progress. */
uint64_t img_windows_done(const struct img_windows *s);

#endif
