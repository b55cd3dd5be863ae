#include "libimg/json/jr_alloc.h"

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/alloc.h"

struct jrmem_block {
	struct jrmem_block *next, **link; /* link: the pointer to this block */
	alignas(max_align_t) uint8_t data[];
};

static struct jrmem_block *of(void *p)
{
	return (struct jrmem_block *)(void *)((uint8_t *)p - offsetof(struct jrmem_block, data));
}

static void *put(struct jrmem *m, struct jrmem_block *old, size_t n)
{
	size_t all;
	struct jrmem_block *b = NULL;

	if (!__builtin_add_overflow(n, sizeof(*b), &all))
		b = img_realloc(old, all);
	if (b == NULL)
		longjmp(m->refused, 1);
	if (old == NULL) {
		b->next = m->blocks;
		b->link = &m->blocks;
	}
	*b->link = b;
	if (b->next != NULL)
		b->next->link = &b->next;
	return b->data;
}

static void *on_malloc(void *m, size_t n)
{
	return put(m, NULL, n);
}

static void *on_realloc(void *m, void *p, size_t n)
{
	return put(m, p != NULL ? of(p) : NULL, n);
}

static void on_free(void *m, void *p)
{
	struct jrmem_block *b;

	(void)m;
	if (p == NULL)
		return;
	b = of(p);
	*b->link = b->next;
	if (b->next != NULL)
		b->next->link = b->link;
	img_free(b);
}

void img_jrmem_init(struct jrmem *m)
{
	m->funcs = (yajl_alloc_funcs){ on_malloc, on_realloc, on_free, m };
	m->blocks = NULL;
}

void img_jrmem_free(struct jrmem *m)
{
	while (m->blocks != NULL)
		on_free(m, m->blocks->data);
}
