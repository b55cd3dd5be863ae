#include "libimg/base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/alloc.h"

/* A list of blocks, the current one first. */
struct block {
	struct block *next;
	size_t size;
	alignas(max_align_t) uint8_t data[];
};

struct img_arena {
	struct block *first;
	size_t used; /* bytes of the first block in use */
	size_t all, limit;
	enum img_arena_end last;
};

enum { BLOCK = 64 << 10 };

struct img_arena *img_arena_new(size_t limit)
{
	struct img_arena *a = img_calloc(1, sizeof(*a));

	if (a != NULL)
		a->limit = limit != 0 ? limit : IMG_ARENA_MAX;
	return a;
}

static void free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		img_free(b);
		b = next;
	}
}

void img_arena_free(struct img_arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->first);
	img_free(a);
}

void img_arena_reset(struct img_arena *a)
{
	if (a->first == NULL)
		return;
	/* Keep one block, unless it is one that a huge message needed. */
	free_blocks(a->first->next);
	a->first->next = NULL;
	if (a->first->size > (size_t)16 * BLOCK) {
		img_free(a->first);
		a->first = NULL;
	}
	a->used = 0;
	a->all = a->first != NULL ? a->first->size : 0;
}

static void *refuse(struct img_arena *a, enum img_arena_end why)
{
	a->last = why;
	return NULL;
}

void *img_arena_alloc(struct img_arena *a, size_t n)
{
	void *p;

	if (n > a->limit)
		return refuse(a, IMG_ARENA_FULL);
	n = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (a->first == NULL || a->first->size - a->used < n) {
		size_t size = n > BLOCK ? n : BLOCK;
		struct block *b;

		if (size > a->limit || a->all > a->limit - size)
			return refuse(a, IMG_ARENA_FULL);
		b = img_realloc(NULL, sizeof(*b) + size);
		if (b == NULL)
			return refuse(a, IMG_ARENA_NO_MEMORY);
		b->size = size;
		b->next = a->first;
		a->first = b;
		a->used = 0;
		a->all += size;
	}
	p = a->first->data + a->used;
	a->used += n;
	a->last = IMG_ARENA_FINE;
	return memset(p, 0, n);
}

enum img_arena_end img_arena_last(const struct img_arena *a)
{
	return a->last;
}

size_t img_arena_limit(const struct img_arena *a)
{
	return a->limit;
}

void img_arena_set_limit(struct img_arena *a, size_t limit)
{
	a->limit = limit;
}

size_t img_arena_size(const struct img_arena *a)
{
	return a->all;
}

struct img_arena_mark img_arena_mark(const struct img_arena *a)
{
	return (struct img_arena_mark){ a->first, a->used };
}

void img_arena_back(struct img_arena *a, struct img_arena_mark mark)
{
	while (a->first != NULL && a->first != mark.block) {
		struct block *next = a->first->next;

		a->all -= a->first->size;
		img_free(a->first);
		a->first = next;
	}
	a->used = mark.used;
}
