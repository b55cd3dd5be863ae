/* A hash table: 32-bit numbers by 64-bit keys. */
#ifndef IMG_MAP_H
#define IMG_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/base/siphash.h"

#define IMG_MAP_NONE UINT32_MAX

/* Zero it to begin; img_map_free() when done. */
struct img_map {
	uint64_t *keys;
	uint32_t *values; /* IMG_MAP_NONE: a free slot */
	size_t n, cap;
	struct img_hash_key key;
};

/* The value of a key, or IMG_MAP_NONE. */
uint32_t img_map_get(const struct img_map *m, uint64_t key);

/*
 * The slot of a key's value, which is IMG_MAP_NONE in a new slot: set it before the next call.
 * NULL: no memory.
 */
uint32_t *img_map_at(struct img_map *m, uint64_t key);

void img_map_free(struct img_map *m);

#endif
