#include "libimg/buf.h"

#include <stdlib.h>
#include <string.h>

void *img_realloc(void *p, size_t n)
{
	return realloc(p, n ? n : 1);
}

void img_free(void *p)
{
	free(p);
}

void *img_calloc(size_t n, size_t size)
{
	size_t all;
	void *p;

	if (__builtin_mul_overflow(n, size, &all))
		return NULL;
	p = img_realloc(NULL, all);
	if (p != NULL)
		memset(p, 0, all);
	return p;
}

bool img_buf_room(struct img_buf *b, size_t n)
{
	size_t want, cap = b->cap ? b->cap : 256;
	uint8_t *p;

	if (b->failed)
		return false;
	if (b->cap - b->n >= n)
		return true;
	if (__builtin_add_overflow(b->n, n, &want)) {
		b->failed = true;
		return false;
	}
	while (cap < want)
		cap = cap > SIZE_MAX / 2 ? want : cap * 2;
	p = img_realloc(b->p, cap);
	if (p == NULL) {
		b->failed = true;
		return false;
	}
	b->p = p;
	b->cap = cap;
	return true;
}

void img_buf_put(struct img_buf *b, const void *p, size_t n)
{
	if (n == 0 || !img_buf_room(b, n))
		return;
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

void img_buf_free(struct img_buf *b)
{
	img_free(b->p);
	memset(b, 0, sizeof(*b));
}
