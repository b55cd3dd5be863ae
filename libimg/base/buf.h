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

/* The slow path of img_buf_room(). */
bool img_buf_grow(struct img_buf *b, size_t n);

/* Make room for n more bytes at p + n. False, and `failed` is set: no memory. */
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

/* Free the bytes. The buffer is empty afterwards and may be used again. */
void img_buf_free(struct img_buf *b);

/*
 * All memory of the library and the tools, and that of yajl, protobuf-c and zlib, comes from these
 * two: realloc() and free(), unless the program defines functions of its own with these names. On
 * failure errno is ENOMEM.
 */
void *img_realloc(void *p, size_t n);
void img_free(void *p);

/* n zeroed elements of `size` bytes. NULL: no memory. */
void *img_calloc(size_t n, size_t size);

/* Copy n bytes at s (NULs included) and append a NUL. NULL: no memory. */
char *img_strndup(const char *s, size_t n);

#endif
