/* Memory: two functions that a program may replace, and three that call them. */
#ifndef IMG_ALLOC_H
#define IMG_ALLOC_H

#include <stddef.h>

/*
 * All memory of the library and the tools, and that of yajl, protobuf-c and zlib, comes from these
 * two: realloc() and free(), unless the program defines functions of its own with these names. On
 * failure errno is ENOMEM. (libarchive has no hook for it: what it allocates is malloc()'s.)
 */
void *img_realloc(void *p, size_t n);
void img_free(void *p);

/* n zeroed elements of `size` bytes. NULL: no memory. */
void *img_calloc(size_t n, size_t size);

/*
 * Room for one more element in an array of n, of `size` bytes each, that has grown by this function
 * alone, from NULL. Returns the array, which may have moved: it doubles each time that n is a power
 * of two. NULL: no memory, and the array stays.
 */
void *img_grow(void *v, size_t n, size_t size);

/* Copy n bytes at s (NULs included) and append a NUL. NULL: no memory. */
char *img_strndup(const char *s, size_t n);

#endif
