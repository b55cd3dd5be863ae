#include "libimg/base/intern.h"

#include <string.h>

struct interned {
	size_t at, n;  /* in t->bytes */
	uint32_t next; /* with the same hash, or IMG_MAP_NONE */
};

static struct interned *item(const struct img_intern *t, uint32_t i)
{
	return (struct interned *)(void *)t->items.p + i;
}

uint32_t img_intern(struct img_intern *t, const void *p, size_t n)
{
	struct interned one = { t->bytes.n, n, IMG_MAP_NONE };
	uint32_t *first, count = (uint32_t)(t->items.n / sizeof(one));

	if (count == 0)
		t->key = img_hash_key();
	first = img_map_at(&t->first, img_hash(&t->key, p, n));
	if (first == NULL)
		return IMG_MAP_NONE;
	for (uint32_t i = *first; i != IMG_MAP_NONE; i = item(t, i)->next)
		if (item(t, i)->n == n &&
		    (n == 0 || memcmp(t->bytes.p + item(t, i)->at, p, n) == 0))
			return i;
	one.next = *first;
	img_buf_put(&t->bytes, p, n);
	img_buf_put(&t->items, &one, sizeof(one));
	if (t->bytes.failed || t->items.failed || count == IMG_MAP_NONE)
		return IMG_MAP_NONE;
	*first = count;
	return count;
}

void img_intern_free(struct img_intern *t)
{
	img_buf_free(&t->bytes);
	img_buf_free(&t->items);
	img_map_free(&t->first);
}
