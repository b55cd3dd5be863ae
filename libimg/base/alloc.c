/*
 * The seam alone: a program that has an img_realloc() and an img_free() of its own is linked
 * with those, and this file stays in the archive.
 */
#include <stdlib.h>

#include "libimg/base/alloc.h"

void *img_realloc(void *p, size_t n)
{
	return realloc(p, n ? n : 1);
}

void img_free(void *p)
{
	free(p);
}
