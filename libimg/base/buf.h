/* A growing run of bytes. */
#ifndef IMG_BUF_H
#define IMG_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Zero it to begin; img_buf_free() when done. */
struct img_buf {
	uint8_t *p;
	size_t n, cap;
	bool failed; /* no memory: later puts do nothing */
};

/* For img_buf_room(): the buffer is too small, or failed before. */
bool img_buf_grow(struct img_buf *b, size_t n);

/* Room for n more bytes at p + n; false (and failed) where there is none. */
static inline bool img_buf_room(struct img_buf *b, size_t n)
{
	return b->cap - b->n >= n || img_buf_grow(b, n);
}

static inline void img_buf_put(struct img_buf *b, const void *p, size_t n)
{
	if (n == 0 || !img_buf_room(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

/* Free what it holds; it is empty then, and may be used again. */
void img_buf_free(struct img_buf *b);

/*
 * The seam through which all memory of the library and of the tools goes, and that of yajl,
 * protobuf-c and zlib: realloc(), free(), unless the program has functions of its own with
 * these names. errno is ENOMEM where there is no memory.
 */
void *img_realloc(void *p, size_t n);
void img_free(void *p);

/* n zeroed elements of `size` bytes; NULL where there is no memory. */
void *img_calloc(size_t n, size_t size);

/* A copy of n bytes at s, NUL or not, with a NUL behind them; NULL: no memory. */
char *img_strndup(const char *s, size_t n);

#endif
