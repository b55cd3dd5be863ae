#include "libimg/memory/blockcache.h"

#include <stdbool.h>

#include "libimg/base/alloc.h"
#include "libimg/memory/blocks.h"

enum { SLOTS = 64 };

struct cache_slot {
	struct img_blockid id;
	uint8_t *p; /* NULL: free */
	size_t n;
	uint64_t used; /* when: the larger the later */
};

struct img_blockcache {
	struct cache_slot slots[SLOTS];
	size_t total;
	uint64_t now;
	struct cache_slot *last; /* added */
};

struct img_blockcache *img_blockcache_new(void)
{
	return img_calloc(1, sizeof(struct img_blockcache));
}

static void empty(struct img_blockcache *c, struct cache_slot *s)
{
	img_free(s->p);
	s->p = NULL;
	c->total -= s->n;
	s->n = 0;
}

void img_blockcache_free(struct img_blockcache *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < SLOTS; i++)
		img_free(c->slots[i].p);
	img_free(c);
}

const uint8_t *img_blockcache_get(struct img_blockcache *c, const struct img_blockid *id)
{
	for (size_t i = 0; i < SLOTS; i++) {
		struct cache_slot *s = &c->slots[i];

		if (s->p != NULL && s->id.index == id->index && s->id.entry == id->entry &&
		    s->id.level == id->level) {
			s->used = ++c->now;
			return s->p;
		}
	}
	return NULL;
}

/* The slot that was used longest ago: a free one, if there is one and `free_too`. */
static struct cache_slot *oldest(struct img_blockcache *c, bool free_too)
{
	struct cache_slot *found = NULL;

	for (size_t i = 0; i < SLOTS; i++) {
		struct cache_slot *s = &c->slots[i];

		if (s->p == NULL && free_too)
			return s;
		if (s->p != NULL && (found == NULL || s->used < found->used))
			found = s;
	}
	return found;
}

uint8_t *img_blockcache_add(struct img_blockcache *c, const struct img_blockid *id, size_t n)
{
	struct cache_slot *s;

	while (c->total > 0 && c->total + n > IMG_BLOCK_MAX && (s = oldest(c, false)) != NULL)
		empty(c, s);
	s = oldest(c, true);
	if (s == NULL)
		return NULL;
	if (s->p != NULL)
		empty(c, s);
	s->p = img_realloc(NULL, n);
	if (s->p == NULL)
		return NULL;
	c->total += n;
	c->last = s;
	s->n = n;
	s->id = *id;
	s->used = ++c->now;
	return s->p;
}

void img_blockcache_drop(struct img_blockcache *c)
{
	empty(c, c->last);
}
