/*
 * An allocator in the place of the library's (libimg/base/alloc.h), which fails when it is told to.
 * ON_ALLOC(), where a test has one, is called for each allocation first.
 */
#ifndef UNIT_ALLOC_H
#define UNIT_ALLOC_H

#include <errno.h>
#include <stdlib.h>

#include "libimg/base/alloc.h"

#ifndef ON_ALLOC
#define ON_ALLOC() ((void)0)
#endif

/* Allocations that still succeed; -1: all do. */
static long allocations = -1;
static long blocks; /* that have not been freed */

void *img_realloc(void *p, size_t n)
{
	void *moved;

	ON_ALLOC();
	if (allocations >= 0 && allocations-- == 0) {
		errno = ENOMEM;
		return NULL;
	}
	moved = realloc(p, n ? n : 1);
	blocks += p == NULL && moved != NULL;
	return moved;
}

void img_free(void *p)
{
	blocks -= p != NULL;
	free(p);
}

#endif
