/* A buffered byte sink. Errors stick: the writer need not check each put. */
#ifndef IMG_OUT_H
#define IMG_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/err.h"

struct img_buf;

#define IMG_OUT_SIZE ((size_t)64 << 10)

/*
 * A line up to this length is kept until it is complete, see img_out_lines(): in a regular file,
 * the mm of as many mappings as the kernel lets a process have, 65,530; elsewhere, an entry that
 * nobody has found sound before.
 */
#define IMG_OUT_LINE ((size_t)16 << 20)
#define IMG_OUT_SHORT ((size_t)256 << 10)

/* Public for the inline functions only: use the functions. */
struct img_out {
	int fd; /* -1: memory, or nowhere */
	struct img_buf *mem;
	int errnum;  /* of the first failed write, else 0 */
	size_t n;    /* bytes in the buffer */
	size_t mark; /* bytes before it may be written, see img_out_mark() */
	bool marked;
	bool torn;   /* some bytes after the mark have been written */
	bool sure;   /* nothing that a caller knows of takes the bytes after the mark back */
	bool lines;  /* each write ends at the end of a line */
	bool holes;  /* see img_out_holes() */
	bool gap;    /* a hole was last: the file is not as long yet */
	uint64_t at; /* where holes are made: bytes written, holes included */
	size_t unit; /* lines in a pipe: bytes that the kernel keeps together, else 0 */
	size_t most; /* lines: the longest that is kept */
	size_t size; /* of the buffer: IMG_OUT_SIZE, or more where a line is longer */
	uint8_t *buf;
};

/* A sink that writes to fd, which stays the caller's. NULL: no memory. */
struct img_out *img_out_fd(int fd);

/*
 * A sink that appends to *b, which stays the caller's and is complete after a flush. NULL: no
 * memory.
 */
struct img_out *img_out_mem(struct img_buf *b);

/* A sink that forgets what is put. NULL: no memory. */
struct img_out *img_out_null(void);

/*
 * fd is a file that is being made, from its beginning: runs of zeros become holes of it (in
 * memory none). Its length is right after each flush.
 */
void img_out_holes(struct img_out *o);

/* Put n zeros: with holes, without writing any. */
void img_out_hole(struct img_out *o, uint64_t n);

/* Free without flushing. NULL is fine. */
void img_out_free(struct img_out *o);

/*
 * Say whether the bytes are text in lines that others may write to the same file. If so, each
 * write ends at the end of a line, and a line that is longer than the buffer goes out in one
 * write, up to IMG_OUT_LINE bytes; where the kernel does not keep such a write together (all
 * but regular files and memory), up to IMG_OUT_SHORT bytes. A write to a pipe is at most PIPE_BUF
 * bytes (all that the kernel keeps together), unless a line is longer. A new sink is off: it
 * uses IMG_OUT_SIZE bytes and writes anywhere.
 */
void img_out_lines(struct img_out *o, bool on);

/* Put n bytes. No-op after a failure. */
inline void img_out_put(struct img_out *o, const void *p, size_t n);

/* Put one byte. No-op after a failure. */
inline void img_out_byte(struct img_out *o, uint8_t c);

/* Write all that was put. Returns 0, or -1 with *err: IMG_ESYS, also for an earlier failure. */
int img_out_flush(struct img_out *o, struct img_err *err);

/* The same, except for bytes after a mark, which can still be taken back. */
int img_out_push(struct img_out *o, struct img_err *err);

/* Somebody else wrote to its file, and that failed: it fails from here on, with that errno. */
void img_out_broken(struct img_out *o, int errnum);

/* Has a write failed? */
inline bool img_out_failed(const struct img_out *o)
{
	return o->errnum != 0;
}

/*
 * Bytes put from here on can be taken back by img_out_rollback() while they fit into the buffer.
 * If some have been written already, rollback ends the torn line with a newline instead.
 * img_out_commit() drops the mark. img_out_sure() says that what comes will not be taken back, unless
 * the system fails: then it need not be kept.
 */
void img_out_mark(struct img_out *o);
void img_out_sure(struct img_out *o);
void img_out_commit(struct img_out *o);
void img_out_rollback(struct img_out *o);

/* The slow path of the inline functions: the buffer is full, or p is larger than it. */
void img_out_spill(struct img_out *o, const void *p, size_t n);

inline void img_out_put(struct img_out *o, const void *p, size_t n)
{
	if (n > o->size - o->n) {
		img_out_spill(o, p, n);
		return;
	}
	if (n > 0) /* p may be NULL if n is 0 */
		memcpy(o->buf + o->n, p, n);
	o->n += n;
}

inline void img_out_byte(struct img_out *o, uint8_t c)
{
	if (o->n == o->size)
		img_out_spill(o, NULL, 0);
	o->buf[o->n++] = c;
}

/*
 * Where the next n bytes (n <= IMG_OUT_SIZE / 2) may be written in place; then call img_out_add().
 */
inline uint8_t *img_out_room(struct img_out *o, size_t n)
{
	if (n > o->size - o->n)
		img_out_spill(o, NULL, 0);
	return o->buf + o->n;
}

/* n bytes have been written where img_out_room() said. */
inline void img_out_add(struct img_out *o, size_t n)
{
	o->n += n;
}

#endif
