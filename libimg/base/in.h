/* A stream of input bytes with a window to look ahead: a file, a pipe, or memory. */
#ifndef IMG_IN_H
#define IMG_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/base/file.h"

struct img_out;

#define IMG_IN_SIZE ((size_t)64 << 10) /* the window, unless a caller needs more */

#define IMG_UNKNOWN UINT64_MAX /* a length known only at the end of the input */

/* A borrowed run of input bytes; `off` is where it starts in the input. */
struct img_span {
	const uint8_t *p;
	size_t n;
	uint64_t off;
};

/* Public for the inline functions only: use the functions. */
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
	bool part; /* a stretch of fd from `base` on: read by place, not by fd's offset */
	uint64_t base;
	int fault; /* errno: what fd is could not be found out; the first read fails with it */
};

/*
 * Read from the current offset of fd, which stays the caller's. NULL: no memory; if fd cannot be
 * read, the first read fails.
 */
struct img_in *img_in_fd(int fd);

/* Read a file from its first byte; its descriptor stays the caller's. NULL: no memory. */
struct img_in *img_in_file(const struct img_file *f);

/* Read n bytes at p, which must outlive the stream. NULL: no memory. */
struct img_in *img_in_mem(const void *p, size_t n);

void img_in_free(struct img_in *in); /* NULL is fine */

/*
 * Make n bytes visible at img_in_ptr(), fewer only at the end of the input. Memory grows as bytes
 * arrive, whatever n is. Returns 0, or -1 with *err: a failed read (IMG_ESYS), or a file that
 * shrank while it was read (IMG_EDATA).
 */
inline int img_in_need(struct img_in *in, size_t n, struct img_err *err);

/* The slow path of img_in_need(): fewer than n are visible. */
int img_in_gather(struct img_in *in, size_t n, struct img_err *err);

/*
 * Make more bytes visible, at least one unless the input ends: what one read returns. 0, or -1 with
 * *err, as img_in_need().
 */
int img_in_more(struct img_in *in, struct img_err *err);

/* The visible bytes, valid until the next img_in_need() or img_in_more(). */
inline const uint8_t *img_in_ptr(const struct img_in *in)
{
	return in->p;
}

/* Number of visible bytes. */
inline size_t img_in_avail(const struct img_in *in)
{
	return in->n;
}

/* Input offset of img_in_ptr(), from 0. */
inline uint64_t img_in_off(const struct img_in *in)
{
	return in->off;
}

/* Consume n visible bytes. */
inline void img_in_eat(struct img_in *in, size_t n)
{
	if (n > in->n)
		n = in->n;
	in->p += n;
	in->n -= n;
	in->off += n;
}

/*
 * Skip n bytes, by seeking if possible. Stores in *done how many were skipped: fewer than n at the
 * end of the input. Returns 0, or -1 with *err.
 */
int img_in_skip(struct img_in *in, uint64_t n, uint64_t *done, struct img_err *err);

/* Where does it come from: a regular file, memory, or (neither) a pipe or the like? */
static inline bool img_in_is_file(const struct img_in *in)
{
	return in->seekable;
}

static inline bool img_in_is_mem(const struct img_in *in)
{
	return in->fd < 0;
}

/*
 * Read ahead: call fn with another stream, over all that `in` will still give. `in` is then where
 * it was. Of a pipe no more than `ahead` bytes are held for that; what is longer is an error,
 * IMG_ELIMIT. Returns what fn does, or -1 with *err.
 */
int img_in_try(struct img_in *in, size_t ahead,
	       int (*fn)(void *arg, struct img_in *copy, struct img_err *err), void *arg,
	       struct img_err *err);

/* Bytes from the current position to the end, or IMG_UNKNOWN. */
uint64_t img_in_left(const struct img_in *in);

/*
 * Flush `out` before a read that would block, so that the reader of a pipeline sees each complete
 * line at once.
 */
void img_in_tie(struct img_in *in, struct img_out *out);

/* Call fn(arg, offset, total size or IMG_UNKNOWN) from time to time while reading. */
void img_in_watch(struct img_in *in, void (*fn)(void *arg, uint64_t off, uint64_t size), void *arg);

inline int img_in_need(struct img_in *in, size_t n, struct img_err *err)
{
	return n <= in->n ? 0 : img_in_gather(in, n, err);
}

#endif
