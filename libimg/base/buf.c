#include "libimg/base/buf.h"

#include <errno.h>
#include <string.h>

void *img_calloc(size_t n, size_t size)
{
	size_t all;
	void *p;

	if (__builtin_mul_overflow(n, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	p = img_realloc(NULL, all);
	if (p != NULL)
		memset(p, 0, all);
	return p;
}

char *img_strndup(const char *s, size_t n)
{
	char *copy = img_realloc(NULL, n + 1);

	if (copy == NULL)
		return NULL;
	copy[n] = '\0';
	return n > 0 ? memcpy(copy, s, n) : copy;
}

/* Leave no room, so that nothing is put behind a hole. */
static bool fail(struct img_buf *b)
{
	b->failed = true;
	b->cap = b->n;
	return false;
}

bool img_buf_grow(struct img_buf *b, size_t n)
{
	size_t want, cap = b->cap ? b->cap : 256;
	uint8_t *p;

	if (b->failed || __builtin_add_overflow(b->n, n, &want))
		return fail(b);
	while (cap < want)
		cap = cap > SIZE_MAX / 2 ? want : cap * 2;
	p = img_realloc(b->p, cap);
	if (p == NULL)
		return fail(b);
	b->p = p;
	b->cap = cap;
	return true;
}

void img_buf_free(struct img_buf *b)
{
	img_free(b->p);
	memset(b, 0, sizeof(*b));
}
