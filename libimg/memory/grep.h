/* Find a pattern in memory, wherever runs, pages and windows end. */
#ifndef IMG_GREP_H
#define IMG_GREP_H

#include "libimg/memory/mem.h"

enum {
	IMG_GREP_FIXED = 1, /* the pattern is the bytes to find */
	IMG_GREP_ICASE = 2, /* letters of ASCII match in both cases */
};

/* A match of a regular expression is no longer than this. */
enum { IMG_GREP_MAX = 16 << 10 };

/* Bytes on either side of a match that are shown at most. */
enum { IMG_GREP_CONTEXT = 4 << 10 };

struct img_pattern;

/*
 * A POSIX extended regular expression, or a fixed string. NUL and newline are the ends of
 * lines: `.` and `[^x]` match neither, `^` and `$` match beside them. NULL with *err: no
 * such expression, or no memory.
 */
struct img_pattern *img_pattern_new(const char *text, unsigned flags, struct img_err *err);
void img_pattern_free(struct img_pattern *g); /* NULL is fine */

struct img_match {
	uint64_t addr;
	const uint8_t *p; /* good until the next call */
	size_t n;
	size_t before, after; /* bytes known on either side of it: at p - before, p + n */
};

struct img_grep;

/* Search m; the context is at most IMG_GREP_CONTEXT. NULL: no memory. */
struct img_grep *img_grep_new(struct img_mem *m, struct img_pattern *pattern, size_t context);
void img_grep_free(struct img_grep *g); /* NULL is fine */

/* Begin at `start`; `end` is behind the last byte. */
void img_grep_over(struct img_grep *g, uint64_t start, uint64_t end);

/*
 * The next match that does not overlap the last one; empty ones do not count. Nothing is
 * found across a gap: bytes that the dump does not hold. 1, 0 at the end, -1 with *err.
 */
int img_grep_next(struct img_grep *g, struct img_match *match, struct img_err *err);

/* Call tick(arg, bytes searched since it was made) now and then. */
void img_grep_watch(struct img_grep *g, void (*tick)(void *arg, uint64_t done), void *arg);

#endif
