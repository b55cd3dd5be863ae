#include "libimg/base/map.h"

#include <stdbool.h>
#include <string.h>

#include "libimg/base/alloc.h"

enum { FIRST = 64 };

/* The slot of the key, or the free slot where it belongs. */
static size_t slot(const struct img_map *m, uint64_t key)
{
	uint64_t h = img_hash_u64(&m->key, key);
	size_t i;

	for (i = (size_t)h & (m->cap - 1); m->values[i] != IMG_MAP_NONE; i = (i + 1) & (m->cap - 1))
		if (m->keys[i] == key)
			break;
	return i;
}

uint32_t img_map_get(const struct img_map *m, uint64_t key)
{
	return m->n > 0 ? m->values[slot(m, key)] : IMG_MAP_NONE;
}

static bool grow(struct img_map *m)
{
	struct img_map big = { .n = m->n,
			       .cap = m->cap ? 2 * m->cap : FIRST,
			       .key = m->cap ? m->key : img_hash_key() };

	big.keys = img_realloc(NULL, big.cap * sizeof(*big.keys));
	big.values = img_realloc(NULL, big.cap * sizeof(*big.values));
	if (big.keys == NULL || big.values == NULL) {
		img_map_free(&big);
		return false;
	}
	memset(big.values, 0xff, big.cap * sizeof(*big.values));
	for (size_t i = 0; i < m->cap; i++) {
		size_t at;

		if (m->values[i] == IMG_MAP_NONE)
			continue;
		at = slot(&big, m->keys[i]);
		big.keys[at] = m->keys[i];
		big.values[at] = m->values[i];
	}
	img_map_free(m);
	*m = big;
	return true;
}

uint32_t *img_map_at(struct img_map *m, uint64_t key)
{
	size_t i;

	if (2 * (m->n + 1) > m->cap && !grow(m))
		return NULL;
	i = slot(m, key);
	m->n += m->values[i] == IMG_MAP_NONE;
	m->keys[i] = key;
	return &m->values[i];
}

void img_map_free(struct img_map *m)
{
	img_free(m->keys);
	img_free(m->values);
	memset(m, 0, sizeof(*m));
}
