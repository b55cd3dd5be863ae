#include "libimg/host/facts.h"

#include <stdio.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/arena.h"
#include "libimg/base/intern.h"

enum { WHY = 200 };

struct img_host_facts {
	struct img_arena *arena;
	struct img_intern keys;
	struct img_map first; /* key -> index in v */
	struct img_buf v;     /* struct img_host_fact */
	bool complete[IMG_NEED_KINDS];
	char why[IMG_NEED_KINDS][WHY];
};

struct img_host_facts *img_host_facts_new(void)
{
	struct img_host_facts *f = img_realloc(NULL, sizeof(*f));

	if (f == NULL)
		return NULL;
	memset(f, 0, sizeof(*f));
	f->arena = img_arena_new(0);
	if (f->arena == NULL) {
		img_free(f);
		return NULL;
	}
	for (int i = 0; i < IMG_NEED_KINDS; i++)
		strcpy(f->why[i], "the facts say nothing of it");
	return f;
}

void img_host_facts_free(struct img_host_facts *f)
{
	if (f == NULL)
		return;
	img_intern_free(&f->keys);
	img_map_free(&f->first);
	img_buf_free(&f->v);
	img_arena_free(f->arena);
	img_free(f);
}

/* ---- keys ---- */

/* The key's bytes: the kind, then the name; of a port without its address. */
static size_t key(enum img_need_kind kind, const char *name, char *to, size_t size)
{
	const char *blank = kind == IMG_NEED_PORT ? strchr(name, ' ') : NULL;
	const char *colon = blank != NULL ? strrchr(blank, ':') : NULL;
	int n;

	if (colon != NULL)
		n = snprintf(to, size, "%d %.*s%s", (int)kind, (int)(blank - name), name, colon);
	else
		n = snprintf(to, size, "%d %s", (int)kind, name);
	return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size - 1;
}

enum { KEY = 4096 + 64 }; /* longer than a path is */

static const struct img_host_fact *facts(const struct img_host_facts *f)
{
	return (const void *)f->v.p;
}

uint32_t img_host_facts_count(const struct img_host_facts *f)
{
	return (uint32_t)(f->v.n / sizeof(struct img_host_fact));
}

const struct img_host_fact *img_host_facts_at(const struct img_host_facts *f, uint32_t i)
{
	return &facts(f)[i];
}

uint32_t img_host_facts_first(struct img_host_facts *f, enum img_need_kind kind, const char *name)
{
	char text[KEY];
	uint32_t id = img_intern(&f->keys, text, key(kind, name, text, sizeof(text)));
	uint32_t i = id != IMG_MAP_NONE ? img_map_get(&f->first, id) : IMG_MAP_NONE;

	return i == IMG_MAP_NONE ? IMG_NO_FACT : i;
}

int img_host_facts_add(struct img_host_facts *f, const struct img_need *is, struct img_err *err)
{
	struct img_host_fact fact = { .is = *is, .next = IMG_NO_FACT };
	char text[KEY];
	size_t n = strlen(is->name) + 1;
	char *name = img_arena_alloc(f->arena, n);
	uint32_t id = img_intern(&f->keys, text, key(is->kind, is->name, text, sizeof(text)));
	uint32_t *slot = id != IMG_MAP_NONE ? img_map_at(&f->first, id) : NULL;

	if (name == NULL || slot == NULL || !img_buf_room(&f->v, sizeof(fact)))
		return img_fail_mem(err);
	fact.is.name = memcpy(name, is->name, n);
	fact.is.image = fact.is.unchecked = NULL;
	if (*slot != IMG_MAP_NONE)
		fact.next = *slot;
	*slot = img_host_facts_count(f);
	img_buf_put(&f->v, &fact, sizeof(fact));
	return 0;
}

/* ---- what is known ---- */

void img_host_facts_complete(struct img_host_facts *f, enum img_need_kind kind)
{
	f->complete[kind] = true;
}

void img_host_facts_unknown(struct img_host_facts *f, enum img_need_kind kind, const char *why)
{
	f->complete[kind] = false;
	img_printable(why, strlen(why), f->why[kind], WHY);
}

bool img_host_facts_is_complete(const struct img_host_facts *f, enum img_need_kind kind)
{
	return f->complete[kind];
}

const char *img_host_facts_why(const struct img_host_facts *f, enum img_need_kind kind)
{
	return f->why[kind];
}
