/* A stream of bytes with a window that looks ahead: a file, a pipe, or memory. */
#ifndef IMG_IN_H
#define IMG_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/err.h"

struct img_in;
struct img_out;

#define IMG_IN_SIZE ((size_t)64 << 10) /* the window, unless a caller needs more of it */

#define IMG_UNKNOWN UINT64_MAX /* a length that only the end of the input will tell */

/* A borrowed run of input octets; `off` is where it starts in the input. */
struct img_span {
	const uint8_t *p;
	size_t n;
	uint64_t off;
};

/* Read from fd, which stays the caller's, from where it stands. NULL: no memory. */
struct img_in *img_in_fd(int fd);

/* Read n octets at p, which must outlive the stream. NULL: no memory. */
struct img_in *img_in_mem(const void *p, size_t n);

void img_in_free(struct img_in *in); /* NULL is fine */

/*
 * Make n octets visible at img_in_ptr(), fewer only at the end of the input. Memory
 * grows as octets arrive, never because n is large. Returns 0, or -1 with *err: the system
 * (IMG_ESYS), or a file that ends before the length that it began with (IMG_EDATA).
 */
int img_in_need(struct img_in *in, size_t n, struct img_err *err);

/* As img_in_need(in, what is visible + 1), with as much as one read gives. */
int img_in_more(struct img_in *in, struct img_err *err);

const uint8_t *img_in_ptr(const struct img_in *in); /* good until the next need or more */
size_t img_in_avail(const struct img_in *in);       /* octets visible there */
uint64_t img_in_off(const struct img_in *in);       /* where img_in_ptr() is, from 0 */

/* Step over n visible octets. */
void img_in_eat(struct img_in *in, size_t n);

/*
 * Step over n octets, by seeking where that is possible. Stores in *done how many there
 * were: fewer than n at the end of the input. Returns 0, or -1 with *err.
 */
int img_in_skip(struct img_in *in, uint64_t n, uint64_t *done, struct img_err *err);

/* Octets from the current position to the end, or IMG_UNKNOWN. */
uint64_t img_in_left(const struct img_in *in);

/*
 * Write what `out` holds before a read that would have to wait: no pipeline waits on a line
 * that is complete.
 */
void img_in_tie(struct img_in *in, struct img_out *out);

/* Call fn(arg, offset, whole length or IMG_UNKNOWN) now and then while reading. */
void img_in_watch(struct img_in *in, void (*fn)(void *arg, uint64_t off, uint64_t size), void *arg);

#endif
