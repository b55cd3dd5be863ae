/* Numbers by a key of 64 bits: a hash table that grows. */
#ifndef IMG_MAP_H
#define IMG_MAP_H

#include <stddef.h>
#include <stdint.h>

#define IMG_MAP_NONE UINT32_MAX

/* Zero it to begin; img_map_free() when done. */
struct img_map {
	uint64_t *keys;
	uint32_t *values; /* IMG_MAP_NONE: a free place */
	size_t n, cap;
};

/* The value of a key, IMG_MAP_NONE where it has none. */
uint32_t img_map_get(const struct img_map *m, uint64_t key);

/*
 * The place of a key's value, IMG_MAP_NONE in a new one: to be set before the next call.
 * NULL: no memory.
 */
uint32_t *img_map_at(struct img_map *m, uint64_t key);

void img_map_free(struct img_map *m);

#endif
