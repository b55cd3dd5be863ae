#include "libimg/memory/chain.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/base/copy.h"
#include "libimg/memory/blockcache.h"

struct img_chain {
	bool shared;
	uint64_t id;
	struct img_pagemap **levels; /* from this dump up; opened on demand */
	size_t n;

	/* Of compressed pages; NULL: none met yet. */
	struct img_blockcache *blocks;
	struct img_buf room;
};

static int add_level(struct img_chain *c, struct img_dir *d, uint32_t page_size,
		     struct img_err *err)
{
	struct img_pagemap **v = img_grow(c->levels, c->n, sizeof(*v));
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
	img_blockcache_free(c->blocks);
	img_buf_free(&c->room);
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

static int stored(struct img_pagemap *pm, size_t level, const struct img_dump_mem_run *run,
		  uint64_t addr, struct img_piece *piece, struct img_err *err)
{
	bool packed = run->packed.pages != 0;
	uint64_t off;

	piece->skip = addr - run->addr;
	off = packed ? run->off : run->off + piece->skip;
	piece->fd = img_pagemap_file(pm, packed ? off + run->stored : off + piece->len, err);
	if (piece->fd < 0)
		return -1;
	piece->base = img_pagemap_store(pm)->file.base;
	piece->off = piece->base + off;
	piece->where = level == 0 ? IMG_HERE : IMG_PARENT;
	piece->dir = img_pagemap_dir(pm);
	piece->file = img_pagemap_file_name(pm);
	piece->level = level;
	if (packed) {
		piece->fd = -1;
		piece->run = *run;
	}
	return 0;
}

/*
 * Follow the page at addr until an entry has it, or the entry of level `last` is met. 1 with *piece,
 * 0: it is in no run, -1. *level: where it ended.
 */
static int follow(struct img_chain *c, size_t last, uint64_t addr, uint64_t end,
		  struct img_piece *piece, size_t *level, struct img_err *err)
{
	memset(piece, 0, sizeof(*piece));
	piece->fd = -1;
	for (size_t i = 0;; i++) {
		struct img_dump_mem_run run;
		struct img_pagemap *pm;
		int r;

		if (i == c->n && climb(c, addr, err) < 0)
			return -1;
		*level = i;
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
		piece->flags = run.flags;
		piece->form = run.form;
		if (run.flags & IMG_PE_PRESENT)
			return stored(pm, i, &run, addr, piece, err) < 0 ? -1 : 1;
		if (run.flags & IMG_PE_LAZY)
			piece->where = IMG_LAZY;
		if (run.flags & IMG_PE_LAZY || i == last)
			return 1;
	}
}

int img_chain_at(struct img_chain *c, uint64_t addr, uint64_t end, struct img_piece *piece,
		 struct img_err *err)
{
	size_t level;

	return follow(c, SIZE_MAX, addr, end, piece, &level, err) < 0 ? -1 : 0;
}

int img_chain_reach(struct img_chain *c, size_t last, uint64_t addr, uint64_t end,
		    struct img_piece *piece, struct img_err *err)
{
	size_t level;
	int r = follow(c, last, addr, end, piece, &level, err);

	return r > 0 ? level == last : r;
}

/* ---- bytes ---- */

/* Keep a block that is needed in part. NULL with *err. */
static const uint8_t *keep(struct img_chain *c, const struct img_blockid *id,
			   const struct img_store *store, const struct img_block *b,
			   struct img_err *err)
{
	uint8_t *to = img_blockcache_add(c->blocks, id, b->plain);

	if (to == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	if (img_store_block(store, b, to, &c->room, err) == 0)
		return to;
	img_blockcache_drop(c->blocks);
	return NULL;
}

/* Up to n bytes of the block that holds byte `off` of an entry. Returns how many, or -1. */
static int64_t read_block(struct img_chain *c, const struct img_piece *piece, uint64_t off,
			  uint8_t *buf, size_t n, struct img_err *err)
{
	struct img_pagemap *pm = c->levels[piece->level];
	const struct img_store *store = img_pagemap_store(pm);
	uint64_t block = (uint64_t)piece->run.packed.pages * img_pagemap_page_size(pm);
	uint64_t left = piece->run.end - piece->run.addr - off / block * block;
	size_t plain = (size_t)(left < block ? left : block), in = (size_t)(off % block);
	struct img_blockid id = { piece->level, piece->run.entry, off / block };
	const uint8_t *p = img_blockcache_get(c->blocks, &id);
	struct img_block b;

	if (p == NULL && img_pagemap_block(pm, &piece->run, id.index, &b, err) < 0)
		return -1;
	if (p == NULL && in == 0 && n >= plain)
		return img_store_block(store, &b, buf, &c->room, err) < 0 ? -1 : (int64_t)plain;
	if (p == NULL)
		p = keep(c, &id, store, &b, err);
	if (p == NULL)
		return -1;
	n = n < plain - in ? n : plain - in;
	memcpy(buf, p + in, n);
	return (int64_t)n;
}

int img_chain_read(struct img_chain *c, const struct img_piece *piece, uint64_t skip, void *buf,
		   size_t n, struct img_err *err)
{
	uint8_t *to = buf;

	if (piece->fd >= 0)
		return img_store_read(img_pagemap_store(c->levels[piece->level]),
				      piece->off - piece->base + skip, buf, n, err);
	if (c->blocks == NULL && (c->blocks = img_blockcache_new()) == NULL)
		return img_fail_mem(err);
	while (n > 0) {
		int64_t r = read_block(c, piece, piece->skip + skip, to, n, err);

		if (r < 0)
			return -1;
		to += r;
		skip += (uint64_t)r;
		n -= (size_t)r;
	}
	return 0;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

int img_chain_copy(struct img_chain *c, const struct img_piece *piece, uint64_t skip, uint64_t n,
		   struct img_copy *to, struct img_err *err)
{
	uint8_t buf[16 << 10];

	err->file[0] = '\0';
	if (piece->fd >= 0) {
		if (img_copy_file(to, piece->fd, piece->off + skip, n, err) == 0)
			return 0;
		if (err->off != IMG_NOWHERE)
			err->off -= piece->base;
		return err->kind == IMG_EDATA
			       ? img_err_in(err, img_dir_path(piece->dir), piece->file)
			       : -1;
	}
	while (n > 0) {
		size_t part = n < sizeof(buf) ? (size_t)n : sizeof(buf);

		if (img_chain_read(c, piece, skip, buf, part, err) < 0)
			return -1;
		/* Blocks of zeros take no room where they are compressed; nor do holes. */
		err->file[0] = '\0';
		if (is_zero(buf, part) ? img_copy_zeros(to, part, err) < 0
				       : img_copy_bytes(to, buf, part, err) < 0)
			return -1;
		skip += part;
		n -= part;
	}
	return 0;
}
