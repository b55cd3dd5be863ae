/* Find a pattern in memory, across runs, pages and windows. */
#ifndef IMG_GREP_H
#define IMG_GREP_H

#include "libimg/memory/mem.h"

enum {
	IMG_GREP_FIXED = 1, /* the pattern is a fixed string */
	IMG_GREP_ICASE = 2, /* ignore the case of ASCII letters */
};

/* Longest match of a regular expression. */
enum { IMG_GREP_MAX = 16 << 10 };

/* Most bytes of context on either side of a match. */
enum { IMG_GREP_CONTEXT = 4 << 10 };

struct img_pattern;

/*
 * A POSIX extended regular expression, or a fixed string. NUL and newline end lines: `.` and
 * `[^x]` match neither, `^` and `$` match next to them. NULL with *err: invalid expression, or no
 * memory.
 */
struct img_pattern *img_pattern_new(const char *text, unsigned flags, struct img_err *err);
void img_pattern_free(struct img_pattern *g); /* NULL is fine */

struct img_match {
	uint64_t addr;
	const uint8_t *p; /* valid until the next call */
	size_t n;
	size_t before, after; /* known bytes on either side of it: at p - before, p + n */
};

struct img_grep;

/* Search m; the context is at most IMG_GREP_CONTEXT. NULL: no memory. */
struct img_grep *img_grep_new(struct img_mem *m, struct img_pattern *pattern, size_t context);
void img_grep_free(struct img_grep *g); /* NULL is fine */

/* Begin at `start`; `end` is one past the last byte. */
void img_grep_over(struct img_grep *g, uint64_t start, uint64_t end);

/*
 * The next match that does not overlap the last one; empty ones are skipped. No match crosses a
 * gap: bytes that are not in the dump. 1, 0 at the end, -1 with *err.
 */
int img_grep_next(struct img_grep *g, struct img_match *match, struct img_err *err);

/* Call tick(arg, bytes searched in total) from time to time. */
void img_grep_watch(struct img_grep *g, void (*tick)(void *arg, uint64_t done), void *arg);

#endif
