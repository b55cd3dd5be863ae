#include "libimg/memory/chain.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/alloc.h"

struct img_chain {
	bool shared;
	uint64_t id;
	struct img_pagemap **levels; /* from this dump up; opened on demand */
	size_t n;
};

static int add_level(struct img_chain *c, struct img_dir *d, uint32_t page_size,
		     struct img_err *err)
{
	struct img_pagemap **v = img_realloc(c->levels, (c->n + 1) * sizeof(*v));
	int r;

	if (v == NULL)
		return img_fail_mem(err);
	c->levels = v;
	r = img_pagemap_open(d, c->shared, c->id, page_size, &v[c->n], err);
	if (r > 0)
		c->n++;
	return r;
}

int img_chain_open(struct img_dir *d, bool shared, uint64_t id, uint32_t page_size,
		   struct img_chain **out, struct img_err *err)
{
	struct img_chain *c = img_calloc(1, sizeof(*c));
	int r;

	if (c == NULL)
		return img_fail_mem(err);
	c->shared = shared;
	c->id = id;
	r = add_level(c, d, page_size, err);
	if (r <= 0)
		img_chain_close(c);
	else
		*out = c;
	return r;
}

void img_chain_close(struct img_chain *c)
{
	if (c == NULL)
		return;
	for (size_t i = 0; i < c->n; i++)
		img_pagemap_close(c->levels[i]);
	img_free(c->levels);
	img_free(c);
}

struct img_pagemap *img_chain_level(const struct img_chain *c, size_t level)
{
	return level < c->n ? c->levels[level] : NULL;
}

/* Open the level above the last open one; `addr` is the page that requires it. */
static int climb(struct img_chain *c, uint64_t addr, struct img_err *err)
{
	struct img_pagemap *last = c->levels[c->n - 1];
	struct img_dir *up;
	int r = img_dir_parent(img_pagemap_dir(last), &up, err);

	if (r == 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE,
			 "page 0x%" PRIx64 " is in a parent dump, but there is no parent", addr);
		return img_pagemap_fail(last, err);
	}
	if (r > 0)
		r = add_level(c, up, img_pagemap_page_size(last), err);
	if (r == 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE,
			 "page 0x%" PRIx64 " is in the parent dump, but %s has no such image", addr,
			 img_dir_path(up));
		return img_pagemap_fail(last, err);
	}
	return r < 0 ? -1 : 0;
}

/* A page that a child expects here is missing. */
static int uncovered(const struct img_pagemap *child, const struct img_pagemap *pm, uint64_t addr,
		     struct img_err *err)
{
	img_fail(err, IMG_EDATA, IMG_NOWHERE,
		 "no page at 0x%" PRIx64 ", but %s has it in its parent", addr,
		 img_dir_path(img_pagemap_dir(child)));
	return img_pagemap_fail(pm, err);
}

static int stored(struct img_pagemap *pm, const struct img_dump_mem_run *run, uint64_t addr,
		  bool first, struct img_piece *piece, struct img_err *err)
{
	uint64_t off = run->off + (addr - run->addr);

	piece->fd = img_pagemap_file(pm, off + piece->len, err);
	if (piece->fd < 0)
		return -1;
	piece->where = first ? IMG_HERE : IMG_PARENT;
	piece->off = off;
	piece->dir = img_pagemap_dir(pm);
	piece->file = img_pagemap_file_name(pm);
	return 0;
}

int img_chain_at(struct img_chain *c, uint64_t addr, uint64_t end, struct img_piece *piece,
		 struct img_err *err)
{
	memset(piece, 0, sizeof(*piece));
	piece->fd = -1;
	for (size_t i = 0;; i++) {
		struct img_dump_mem_run run;
		struct img_pagemap *pm;
		int r;

		if (i == c->n && climb(c, addr, err) < 0)
			return -1;
		pm = c->levels[i];
		r = img_pagemap_find(pm, addr, &run, err);
		if (r < 0)
			return -1;
		if (r == 0 || run.addr > addr) {
			if (i > 0)
				return uncovered(c->levels[i - 1], pm, addr, err);
			piece->where = IMG_UNMAPPED;
			piece->len = (r > 0 && run.addr < end ? run.addr : end) - addr;
			return 0;
		}
		if (run.end < end)
			end = run.end;
		piece->len = end - addr;
		if (run.flags & IMG_PE_PRESENT)
			return stored(pm, &run, addr, i == 0, piece, err);
		if (run.flags & IMG_PE_LAZY) {
			piece->where = IMG_LAZY;
			return 0;
		}
	}
}
