/* A byte sink with one buffer. Errors stick: the writer need not look at each put. */
#ifndef IMG_OUT_H
#define IMG_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/err.h"

struct img_buf;

#define IMG_OUT_SIZE ((size_t)64 << 10)

/* Its inside is shown for the sake of img_out_put(); use the calls only. */
struct img_out {
	int fd; /* -1: memory */
	struct img_buf *mem;
	int errnum;  /* of the first write that failed, else 0 */
	size_t n;    /* bytes waiting */
	size_t mark; /* what lies before it may be written, see img_out_mark() */
	bool marked;
	bool torn; /* part of what follows the mark has been written */
	uint8_t buf[IMG_OUT_SIZE];
};

/* A sink over fd, which stays the caller's. NULL: no memory. */
struct img_out *img_out_fd(int fd);

/* A sink that appends to *b, which stays the caller's; flush to see it. NULL: no memory. */
struct img_out *img_out_mem(struct img_buf *b);

/* Free without a flush. NULL is fine. */
void img_out_free(struct img_out *o);

/* Put n bytes; after a failure a no-op. */
static inline void img_out_put(struct img_out *o, const void *p, size_t n);

static inline void img_out_byte(struct img_out *o, uint8_t c);

/*
 * All that was put is written, or *err says why not (IMG_ESYS, also for an earlier
 * failure). Returns 0 or -1.
 */
int img_out_flush(struct img_out *o, struct img_err *err);

/* The same for what is complete: not for a marked line that can still be taken back. */
int img_out_push(struct img_out *o, struct img_err *err);

/* Whether a write has failed. */
static inline bool img_out_failed(const struct img_out *o)
{
	return o->errnum != 0;
}

/*
 * What is put from here on may be taken back by img_out_rollback(), as long as it
 * stayed within the buffer; where part of it has been written already, rollback ends
 * the torn line with a newline instead. img_out_commit() ends this.
 */
void img_out_mark(struct img_out *o);
void img_out_commit(struct img_out *o);
void img_out_rollback(struct img_out *o);

/* For the inline calls: the buffer is full, or p is larger than it. */
void img_out_spill(struct img_out *o, const void *p, size_t n);

static inline void img_out_put(struct img_out *o, const void *p, size_t n)
{
	if (n > IMG_OUT_SIZE - o->n) {
		img_out_spill(o, p, n);
		return;
	}
	if (n > 0) /* p of an empty run may be NULL */
		memcpy(o->buf + o->n, p, n);
	o->n += n;
}

static inline void img_out_byte(struct img_out *o, uint8_t c)
{
	if (o->n == IMG_OUT_SIZE)
		img_out_spill(o, NULL, 0);
	o->buf[o->n++] = c;
}

/* Where the next n bytes (n <= IMG_OUT_SIZE / 2) may be written in place; then add them. */
static inline uint8_t *img_out_room(struct img_out *o, size_t n)
{
	if (n > IMG_OUT_SIZE - o->n)
		img_out_spill(o, NULL, 0);
	return o->buf + o->n;
}

static inline void img_out_add(struct img_out *o, size_t n)
{
	o->n += n;
}

#endif
