/* Numbers for byte strings: equal strings have one number, others have others. */
#ifndef IMG_INTERN_H
#define IMG_INTERN_H

#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/base/siphash.h"

/* Zero it to begin; img_intern_free() when done. */
struct img_intern {
	struct img_buf bytes, items;
	struct img_map first; /* by hash: the first string that has it */
	struct img_hash_key key;
};

/* The number of n bytes at p, from 0; IMG_MAP_NONE: no memory. */
uint32_t img_intern(struct img_intern *t, const void *p, size_t n);

void img_intern_free(struct img_intern *t);

#endif
