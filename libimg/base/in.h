/* A stream of bytes with a window that looks ahead: a file, a pipe, or memory. */
#ifndef IMG_IN_H
#define IMG_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"

struct img_out;

#define IMG_IN_SIZE ((size_t)64 << 10) /* the window, unless a caller needs more of it */

#define IMG_UNKNOWN UINT64_MAX /* a length that only the end of the input will tell */

/* A borrowed run of input bytes; `off` is where it starts in the input. */
struct img_span {
	const uint8_t *p;
	size_t n;
	uint64_t off;
};

/* Its inside is shown for the sake of the inline calls; use the calls only. */
struct img_in {
	int fd; /* -1: memory */
	bool seekable;
	bool eof;
	const uint8_t *p; /* visible bytes */
	size_t n;
	uint64_t off;  /* of p in the input */
	uint64_t size; /* of the input, or IMG_UNKNOWN */
	uint8_t *buf;
	size_t cap;
	struct img_out *tied;
	void (*watch)(void *arg, uint64_t off, uint64_t size);
	void *watch_arg;
};

/* Read from fd, which stays the caller's, from where it stands. NULL: no memory. */
struct img_in *img_in_fd(int fd);

/* Read n bytes at p, which must outlive the stream. NULL: no memory. */
struct img_in *img_in_mem(const void *p, size_t n);

void img_in_free(struct img_in *in); /* NULL is fine */

/*
 * Make n bytes visible at img_in_ptr(), fewer only at the end of the input. Memory
 * grows as bytes arrive, never because n is large. Returns 0, or -1 with *err: the system
 * (IMG_ESYS), or a file that ends before the length that it began with (IMG_EDATA).
 */
static inline int img_in_need(struct img_in *in, size_t n, struct img_err *err);

/* For img_in_need(): fewer than n are visible. */
int img_in_gather(struct img_in *in, size_t n, struct img_err *err);

/* As img_in_need(in, what is visible + 1), with as much as one read gives. */
int img_in_more(struct img_in *in, struct img_err *err);

/* Good until the next need or more. */
static inline const uint8_t *img_in_ptr(const struct img_in *in)
{
	return in->p;
}

/* Bytes visible there. */
static inline size_t img_in_avail(const struct img_in *in)
{
	return in->n;
}

/* Where img_in_ptr() is, from 0. */
static inline uint64_t img_in_off(const struct img_in *in)
{
	return in->off;
}

/* Step over n visible bytes. */
static inline void img_in_eat(struct img_in *in, size_t n)
{
	if (n > in->n)
		n = in->n;
	in->p += n;
	in->n -= n;
	in->off += n;
}

/*
 * Step over n bytes, by seeking where that is possible. Stores in *done how many there
 * were: fewer than n at the end of the input. Returns 0, or -1 with *err.
 */
int img_in_skip(struct img_in *in, uint64_t n, uint64_t *done, struct img_err *err);

/* Bytes from the current position to the end, or IMG_UNKNOWN. */
uint64_t img_in_left(const struct img_in *in);

/*
 * Write what `out` holds before a read that would have to wait: no pipeline waits on a line
 * that is complete.
 */
void img_in_tie(struct img_in *in, struct img_out *out);

/* Call fn(arg, offset, whole length or IMG_UNKNOWN) now and then while reading. */
void img_in_watch(struct img_in *in, void (*fn)(void *arg, uint64_t off, uint64_t size), void *arg);

static inline int img_in_need(struct img_in *in, size_t n, struct img_err *err)
{
	return n <= in->n ? 0 : img_in_gather(in, n, err);
}

#endif
