/*
 * A window that slides over the known bytes of a memory, so that a search need not handle runs,
 * pages and mappings. What is contiguous in memory is contiguous in the window.
 */
#ifndef IMG_WINDOW_H
#define IMG_WINDOW_H

#include "libimg/memory/mem.h"

struct img_window {
	const uint8_t *p; /* valid until the next call; may be written to */
	size_t n;
	uint64_t addr; /* of p[0] */
	bool first;    /* no known byte directly before it */
	bool last;     /* no known byte directly after it */
};

struct img_windows;

/*
 * `reach`: the longest match to be found, in bytes. A range of memory that was never written is
 * shown only up to that length, for it may be as long as the address space. NULL: no memory.
 */
struct img_windows *img_windows_new(struct img_mem *m, size_t reach);
void img_windows_free(struct img_windows *s); /* NULL is fine */

/* Begin at `start`; `end` is one past the last byte. */
void img_windows_over(struct img_windows *s, uint64_t start, uint64_t end);

/*
 * Advance. The last `keep` bytes of the window stay before the new ones, unless it was the last of
 * its contiguous range. keep is at most twice the reach plus 64 KiB. 1, 0 at the end, -1 with
 * *err: the bytes before the failure were returned first.
 */
int img_windows_next(struct img_windows *s, size_t keep, struct img_window *w, struct img_err *err);

/* Bytes loaded in total: for progress. */
uint64_t img_windows_done(const struct img_windows *s);

#endif
