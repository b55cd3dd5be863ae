/* A growing run of bytes. */
#ifndef IMG_BUF_H
#define IMG_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/alloc.h"

/* Zero it to begin; img_buf_free() when done. */
struct img_buf {
	uint8_t *p;
	size_t n, cap;
	bool failed; /* no memory: later puts do nothing */
};

/* The slow path of img_buf_room(). */
bool img_buf_grow(struct img_buf *b, size_t n);

/* Make room for n more bytes at p + n. False, and `failed` is set: no memory. */
inline bool img_buf_room(struct img_buf *b, size_t n)
{
	return b->cap - b->n >= n || img_buf_grow(b, n);
}

/* Append n bytes at p. No-op without memory: b->failed is true then. */
inline void img_buf_put(struct img_buf *b, const void *p, size_t n)
{
	if (n == 0 || !img_buf_room(b, n) || b->p == NULL)
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

/* Free the bytes. The buffer is empty afterwards and may be used again. */
void img_buf_free(struct img_buf *b);

#endif
