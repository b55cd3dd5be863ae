#include "libimg/rewrite/flatten_map.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/fileid.h"
#include "libimg/memory/pagesink.h"
#include "libimg/memory/pinned.h"

enum { CHUNK = 128 << 10 }; /* of what is compared; a multiple of all page sizes */

/* On its way. */
struct work {
	const struct img_flatten_map *m;
	struct img_flatten_work *done;
	struct img_chain *own, *base; /* base NULL: nothing is left */
	uint32_t page;
	bool tracked;            /* its mappings are known */
	struct img_buf pinned;   /* of a task */
	struct img_pagesink *to; /* NULL: only figures are wanted */

	/* The entry of the newest that is being written, and what of it has been. */
	struct img_dump_mem_run run;
	bool begun;
	uint32_t flags;
	struct img_err *err;
};

static int count_taken(struct img_flatten_work *done, size_t level, uint64_t n, struct img_err *err)
{
	const uint64_t none = 0;

	while (done->taken.n / sizeof(none) <= level) {
		img_buf_put(&done->taken, &none, sizeof(none));
		if (done->taken.failed)
			return img_fail_mem(err);
	}
	((uint64_t *)(void *)done->taken.p)[level] += n;
	done->written += n;
	return 0;
}

/*
 * The next n bytes at addr have these flags; those that are PRESENT are bytes from `skip` of the
 * piece on, which may be NULL for others.
 */
static int emit(struct work *w, uint64_t addr, uint64_t n, uint32_t flags,
		const struct img_piece *piece, uint64_t skip)
{
	struct img_pagesink_entry e = { addr, n / w->page, flags, w->run.form, 0 };
	bool joins = w->begun && w->flags == flags;
	bool present = piece != NULL && flags & IMG_PE_PRESENT;

	w->begun = true;
	w->flags = flags;
	if (flags & IMG_PE_PARENT)
		w->done->left += n;
	if (present && count_taken(w->done, piece->level, n, w->err) < 0)
		return -1;
	if (w->to == NULL)
		return 0;
	if (joins ? img_pagesink_more(w->to, e.pages, w->err) < 0
		  : img_pagesink_entry(w->to, &e, w->err) < 0)
		return -1;
	return present ? img_pagesink_piece(w->to, w->own, piece, skip, n, w->err) : 0;
}

static bool same_place(const struct img_piece *a, uint64_t a_skip, const struct img_piece *b)
{
	/* Of compressed pages only the entry has an offset. */
	return a->fd >= 0 && b->fd >= 0 && a->off + a_skip == b->off && img_same_file(a->fd, b->fd);
}

static int make_room(struct img_flatten_work *done, struct img_err *err)
{
	for (int i = 0; i < 2; i++)
		if (done->buf[i] == NULL && (done->buf[i] = img_realloc(NULL, CHUNK)) == NULL)
			return img_fail_mem(err);
	return 0;
}

/* n bytes (CHUNK at most) of both, page by page: runs that are equal go to the base. */
static int split_pages(struct work *w, uint64_t addr, const struct img_piece *own, uint64_t skip,
		       const struct img_piece *base, uint64_t base_skip, size_t n)
{
	const uint8_t *a = w->done->buf[0], *b = w->done->buf[1];

	if (img_chain_read(w->own, own, skip, w->done->buf[0], n, w->err) < 0 ||
	    img_chain_read(w->base, base, base_skip, w->done->buf[1], n, w->err) < 0)
		return -1;
	if (memcmp(a, b, n) == 0)
		return emit(w, addr, n, IMG_PE_PARENT, own, skip);
	for (size_t at = 0, end; at < n; at = end) {
		bool same = memcmp(a + at, b + at, w->page) == 0;

		for (end = at + w->page; end < n; end += w->page)
			if ((memcmp(a + end, b + end, w->page) == 0) != same)
				break;
		if (emit(w, addr + at, end - at, same ? (uint32_t)IMG_PE_PARENT : own->flags, own,
			 skip + at) < 0)
			return -1;
	}
	return 0;
}

/* n bytes of a piece of which the base has a piece too. */
static int split_piece(struct work *w, uint64_t addr, const struct img_piece *own, uint64_t skip,
		       const struct img_piece *base, uint64_t n)
{
	if (base->where != IMG_HERE && base->where != IMG_PARENT)
		return emit(w, addr, n, own->flags, own, skip);
	if (same_place(own, skip, base))
		return emit(w, addr, n, IMG_PE_PARENT, own, skip);
	if (make_room(w->done, w->err) < 0)
		return -1;
	for (uint64_t done = 0; done < n;) {
		size_t part = n - done < CHUNK ? (size_t)(n - done) : CHUNK;

		if (split_pages(w, addr + done, own, skip + done, base, done, part) < 0)
			return -1;
		done += part;
	}
	return 0;
}

/* A piece of the newest: all of it, or what the base does not have. */
static int put_piece(struct work *w, uint64_t addr, const struct img_piece *piece)
{
	uint64_t at = addr, end = addr + piece->len;

	while (at < end) {
		struct img_piece base;
		bool pinned = true;
		uint64_t n = end - at;

		/* Without its mappings nobody but CRIU knows what may be in a parent. */
		if (w->base != NULL && (w->tracked || w->run.flags & IMG_PE_PARENT))
			n = img_pinned_stretch(w->m->shared ? w->m->pinned : &w->pinned,
					       w->m->shared ? w->m->id : 0, at, end, &pinned);
		if (pinned) {
			if (emit(w, at, n, piece->flags, piece, at - addr) < 0)
				return -1;
		} else {
			if (img_chain_at(w->base, at, at + n, &base, w->err) < 0)
				return -1;
			n = base.len;
			if (split_piece(w, at, piece, at - addr, &base, n) < 0)
				return -1;
		}
		at += n;
	}
	return 0;
}

static int lazy_parent(const struct work *w, uint64_t addr)
{
	img_fail(w->err, IMG_EDATA, w->run.at,
		 "page 0x%" PRIx64 " is in a parent dump, which has it in no image (lazy)", addr);
	return img_pagemap_fail(img_chain_level(w->own, 0), w->err);
}

static int put_entry(struct work *w)
{
	struct img_piece piece;

	w->begun = false;
	if (w->run.pages == 0 || w->run.flags == IMG_PE_LAZY)
		return emit(w, w->run.addr, w->run.end - w->run.addr, w->run.flags, NULL, 0);
	for (uint64_t at = w->run.addr; at < w->run.end; at += piece.len) {
		if (img_chain_at(w->own, at, w->run.end, &piece, w->err) < 0)
			return -1;
		if (piece.where == IMG_LAZY)
			return lazy_parent(w, at);
		if (put_piece(w, at, &piece) < 0)
			return -1;
	}
	return 0;
}

static int put_entries(struct work *w)
{
	struct img_pagemap *pm = img_chain_level(w->own, 0);
	int r;

	while ((r = img_pagemap_next(pm, &w->run, w->err)) > 0)
		if (put_entry(w) < 0)
			return -1;
	return r;
}

/* The chains, and the pages that have to stay. */
static int open_chains(struct work *w)
{
	const struct img_flatten_map *m = w->m;
	uint32_t page = m->page_size;
	struct img_space s;
	int r = 0;

	if (!m->shared && m->id <= UINT32_MAX) {
		r = img_space_read(m->from, (uint32_t)m->id, &s, w->err);
		page = r > 0 ? s.page_size : page;
		w->tracked = r > 0;
		if (r > 0)
			r = img_pinned_of_task(&s, &w->pinned, w->err);
		if (r < 0 || w->tracked)
			img_space_free(&s);
	}
	if (r < 0)
		return -1;
	/* A segment has mappings where any task has. */
	if (m->shared)
		w->tracked = m->has_mappings;
	r = img_chain_open(m->from, m->shared, m->id, page, &w->own, w->err);
	if (r <= 0)
		return r < 0 ? -1 : img_fail(w->err, IMG_EDATA, IMG_NOWHERE, "image is gone");
	w->page = img_pagemap_page_size(img_chain_level(w->own, 0));
	if (m->base != NULL &&
	    img_chain_open(m->base, m->shared, m->id, w->page, &w->base, w->err) < 0)
		return -1;
	return 0;
}

static int write_images(struct work *w, const struct img_sink *to)
{
	struct img_buf head = { 0 };
	struct img_pagesink_how how = {
		.to = to, .pagemap = w->m->pagemap, .pages = w->m->pages, .page_size = w->page
	};
	int r = img_pagemap_head(img_chain_level(w->own, 0), &head, &how.big, w->err);

	how.head = (struct img_span){ head.p, head.n, 0 };
	if (r == 0) {
		w->to = img_pagesink_new(&how, w->err);
		r = w->to != NULL ? put_entries(w) : -1;
		r = img_pagesink_end(w->to, r == 0, w->err) < 0 ? -1 : r;
	}
	img_buf_free(&head);
	return r;
}

int img_flatten_map(const struct img_flatten_map *m, struct img_flatten_work *done,
		    const struct img_sink *to, struct img_err *err)
{
	struct work w = { .m = m, .done = done, .err = err };
	int r;

	err->file[0] = '\0';
	r = open_chains(&w);
	if (r == 0)
		r = to != NULL ? write_images(&w, to) : put_entries(&w);
	img_chain_close(w.own);
	img_chain_close(w.base);
	img_buf_free(&w.pinned);
	return r;
}

void img_flatten_work_clear(struct img_flatten_work *w)
{
	w->written = w->left = 0;
	w->taken.n = 0;
}

void img_flatten_work_free(struct img_flatten_work *w)
{
	img_buf_free(&w->taken);
	img_free(w->buf[0]);
	img_free(w->buf[1]);
}
