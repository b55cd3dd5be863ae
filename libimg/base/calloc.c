/* Apart from alloc.c, in whose place a program may have functions of its own. */
#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/alloc.h"

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

void *img_grow(void *v, size_t n, size_t size)
{
	size_t all;

	if ((n & (n - 1)) != 0)
		return v;
	if (n > SIZE_MAX / 2 || __builtin_mul_overflow(n > 0 ? 2 * n : 1, size, &all)) {
		errno = ENOMEM;
		return NULL;
	}
	return img_realloc(v, all);
}

char *img_strndup(const char *s, size_t n)
{
	char *copy = img_realloc(NULL, n + 1);

	if (copy == NULL)
		return NULL;
	copy[n] = '\0';
	return n > 0 ? memcpy(copy, s, n) : copy;
}
