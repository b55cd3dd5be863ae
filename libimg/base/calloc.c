/* Apart from alloc.c, in whose place a program may have functions of its own. */
#include <errno.h>
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

char *img_strndup(const char *s, size_t n)
{
	char *copy = img_realloc(NULL, n + 1);

	if (copy == NULL)
		return NULL;
	copy[n] = '\0';
	return n > 0 ? memcpy(copy, s, n) : copy;
}
