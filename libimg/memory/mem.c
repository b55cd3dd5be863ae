#include "libimg/memory/mem.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/memory/shmem.h"

/* The inline calls as functions too, for bindings. */
extern inline bool img_run_stored(const struct img_run *run);
extern inline bool img_run_known(const struct img_run *run);

struct img_dump_mem {
	struct img_dir *dir;
	struct img_shmems *segments;
};

struct img_mem {
	struct img_dump_mem *pages;
	struct img_space space;
	uint32_t page_size;
	struct img_chain *own;   /* of the task, or of the segment being read */
	struct img_chain *chain; /* of the last segment */
	bool has_seg;
	struct img_shmem seg;
	const struct img_vma *seg_of; /* the mapping of that segment */
	bool has_inlined;             /* if there is no chain */
	struct img_inlined inlined;
};

enum { DEFAULT_PAGE = 4096 };

struct img_dump_mem *img_dump_mem_new(struct img_dir *d, struct img_files *files)
{
	struct img_dump_mem *p = img_calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->dir = d;
	p->segments = img_shmem_new(d, files);
	if (p->segments == NULL) {
		img_free(p);
		return NULL;
	}
	return p;
}

void img_dump_mem_free(struct img_dump_mem *p)
{
	if (p == NULL)
		return;
	img_shmem_free(p->segments);
	img_free(p);
}

struct img_shmems *img_dump_mem_shmems(struct img_dump_mem *p)
{
	return p->segments;
}

static struct img_mem *new_mem(struct img_dump_mem *p, struct img_err *err)
{
	struct img_mem *m = img_calloc(1, sizeof(*m));

	if (m == NULL)
		img_fail_mem(err);
	else
		m->pages = p;
	return m;
}

int img_mem_open(struct img_dump_mem *p, uint32_t pid, struct img_mem **out, struct img_err *err)
{
	struct img_mem *m = new_mem(p, err);
	int space, own;

	if (m == NULL)
		return -1;
	space = img_space_read(p->dir, pid, &m->space, err);
	own = space < 0 ? -1 : img_chain_open(p->dir, false, pid, m->space.page_size, &m->own, err);
	if (own < 0 || (own == 0 && space == 0)) {
		img_mem_close(m);
		return own;
	}
	if (own > 0)
		m->page_size = img_pagemap_page_size(img_chain_level(m->own, 0));
	else
		m->page_size = m->space.page_size ? m->space.page_size : DEFAULT_PAGE;
	*out = m;
	return 1;
}

int img_mem_open_segment(struct img_dump_mem *p, uint64_t shmid, uint32_t page_size,
			 struct img_mem **out, struct img_err *err)
{
	struct img_mem *m = new_mem(p, err);
	int r;

	if (m == NULL)
		return -1;
	r = img_chain_open(p->dir, true, shmid, page_size, &m->own, err);
	if (r <= 0) {
		img_mem_close(m);
		return r;
	}
	m->page_size = img_pagemap_page_size(img_chain_level(m->own, 0));
	*out = m;
	return 1;
}

static void forget_inlined(struct img_mem *m)
{
	if (m->has_inlined)
		img_file_close(&m->inlined.f);
	m->has_inlined = false;
}

void img_mem_close(struct img_mem *m)
{
	if (m == NULL)
		return;
	img_chain_close(m->own);
	img_chain_close(m->chain);
	forget_inlined(m);
	img_space_free(&m->space);
	img_free(m);
}

const struct img_space *img_mem_space(const struct img_mem *m)
{
	return &m->space;
}

uint32_t img_mem_page_size(const struct img_mem *m)
{
	return m->page_size;
}

struct img_pagemap *img_mem_pagemap(const struct img_mem *m)
{
	return img_mem_level(m, 0);
}

struct img_pagemap *img_mem_level(const struct img_mem *m, size_t level)
{
	return m->own != NULL ? img_chain_level(m->own, level) : NULL;
}

/* ---- runs ---- */

static void put_piece(struct img_run *run, struct img_chain *c, const struct img_piece *piece)
{
	run->len = piece->len;
	run->where = piece->where;
	run->fd = piece->fd;
	run->off = piece->off;
	run->base = piece->base;
	run->dir = piece->dir;
	run->file = piece->file;
	run->chain = c;
	run->piece = *piece;
}

/* Make the segment of a mapping current; its chain is NULL if it has no pagemap. */
static int want_segment(struct img_mem *m, const struct img_vma *v, struct img_err *err)
{
	struct img_shmem seg;
	int r;

	if (m->seg_of == v)
		return 0;
	if (img_shmem_of(m->pages->segments, v, &seg, err) < 0)
		return -1;
	if (!m->has_seg || m->seg.shmid != seg.shmid) {
		img_chain_close(m->chain);
		m->chain = NULL;
		m->has_seg = false;
		m->seg_of = NULL;
		forget_inlined(m);
		r = img_chain_open(m->pages->dir, true, seg.shmid, m->page_size, &m->chain, err);
		if (r == 0 && v->status & IMG_VMA_SYSVIPC)
			r = img_shmem_inlined(m->pages->segments, seg.shmid, &m->inlined, err);
		m->has_inlined = r > 0 && m->chain == NULL;
		if (r < 0)
			return -1;
		m->has_seg = true;
	}
	m->seg = seg;
	m->seg_of = v;
	return 0;
}

/* Bytes of a segment that an image holds as one run, followed by zeros. */
static int inlined(struct img_mem *m, struct img_run *run, uint64_t off, struct img_err *err)
{
	const struct img_inlined *i = &m->inlined;
	uint64_t end;

	run->where = IMG_ZERO;
	if (off >= i->size)
		return 0;
	run->where = IMG_HERE;
	run->chain = NULL;
	if (run->len > i->size - off)
		run->len = i->size - off;
	run->fd = i->f.fd;
	run->base = i->f.base;
	run->off = i->f.base + i->off + off;
	run->dir = m->pages->dir;
	run->file = i->file;
	if (!__builtin_add_overflow(i->off + off, run->len, &end) && i->f.size >= end)
		return 0;
	img_fail(err, IMG_EDATA, i->off + off,
		 "truncated: segment %" PRIu64 " has %" PRIu64 " bytes", m->seg.shmid, i->size);
	return img_err_in(err, img_dir_path(run->dir), run->file);
}

/* Bytes of a mapping for which its task has no page. */
static int backing_run(struct img_mem *m, struct img_run *run, struct img_err *err)
{
	const struct img_vma *v = run->vma;
	enum img_backing by = img_vma_backing(v);
	struct img_piece piece;
	uint64_t off, end;

	if (by != IMG_BY_MEMFD && by != IMG_BY_SEGMENT) {
		run->where = by == IMG_BY_ZERO ? IMG_ZERO : IMG_ABSENT;
		return 0;
	}
	if (want_segment(m, v, err) < 0)
		return -1;
	run->shared = true;
	run->shmid = m->seg.shmid;
	if (__builtin_add_overflow(v->pgoff, run->addr - v->start, &off) ||
	    __builtin_add_overflow(off, run->len, &end)) {
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"mapping at 0x%" PRIx64
				" exceeds the range of a segment (offset 0x%" PRIx64 ")",
				v->start, v->pgoff);
	}
	if (m->has_inlined)
		return inlined(m, run, off, err);
	/* A segment without pages has no pagemap, and neither has one that lost it. */
	if (m->chain == NULL) {
		run->where = m->seg.size == 0 ? IMG_ZERO : IMG_ABSENT;
		return 0;
	}
	if (img_chain_at(m->chain, off, end, &piece, err) < 0)
		return -1;
	put_piece(run, m->chain, &piece);
	if (piece.where == IMG_UNMAPPED)
		run->where = IMG_ZERO;
	return 0;
}

int img_mem_run(struct img_mem *m, uint64_t addr, uint64_t end, struct img_run *run,
		struct img_err *err)
{
	const struct img_vma *v = img_space_find(&m->space, addr);
	bool inside = v != NULL && v->start <= addr;
	struct img_piece piece = { .where = IMG_UNMAPPED, .fd = -1 };

	memset(run, 0, sizeof(*run));
	run->addr = addr;
	run->vma = inside ? v : NULL;
	if (inside && v->end < end)
		end = v->end;
	else if (!inside && v != NULL && v->start < end)
		end = v->start;
	piece.len = end - addr;
	if (m->own != NULL && img_chain_at(m->own, addr, end, &piece, err) < 0)
		return -1;
	put_piece(run, m->own, &piece);
	if (piece.where == IMG_UNMAPPED && inside)
		return backing_run(m, run, err);
	return 0;
}

/* ---- bytes ---- */

int img_run_read(const struct img_run *run, uint64_t skip, void *buf, size_t n, struct img_err *err)
{
	struct img_store plain = { .dir = run->dir, .file = { .fd = run->fd } };

	if (run->chain != NULL)
		return img_chain_read(run->chain, &run->piece, skip, buf, n, err);
	snprintf(plain.name, sizeof(plain.name), "%s", run->file);
	return img_store_read(&plain, run->off + skip, buf, n, err);
}

int img_run_copy(const struct img_run *run, uint64_t skip, uint64_t n, struct img_copy *c,
		 struct img_err *err)
{
	struct img_piece plain = { .fd = run->fd,
				   .off = run->off,
				   .base = run->base,
				   .dir = run->dir,
				   .file = run->file };

	return img_chain_copy(run->chain, run->chain != NULL ? &run->piece : &plain, skip, n, c,
			      err);
}

int img_mem_read(struct img_mem *m, uint64_t addr, void *buf, size_t n, struct img_run *gap,
		 struct img_err *err)
{
	uint8_t *p = buf;
	uint64_t end;
	int known = 1;

	if (__builtin_add_overflow(addr, n, &end))
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"%zu bytes at 0x%" PRIx64
				" extend past the end of any address space",
				n, addr);
	while (addr < end) {
		struct img_run run;

		if (img_mem_run(m, addr, end, &run, err) < 0)
			return -1;
		if (!img_run_stored(&run))
			memset(p, 0, (size_t)run.len);
		else if (img_run_read(&run, 0, p, (size_t)run.len, err) < 0)
			return -1;
		if (!img_run_known(&run) && known) {
			known = 0;
			if (gap != NULL)
				*gap = run;
		}
		p += run.len;
		addr += run.len;
	}
	return known;
}
