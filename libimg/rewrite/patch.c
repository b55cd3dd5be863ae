#include "libimg/rewrite/patch.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/memory/pagesink.h"

/* On its way. */
struct patching {
	const struct img_patches *p;
	struct img_chain *chain;
	struct img_pagesink *to;
	uint32_t page;
	size_t next;     /* patch */
	uint8_t *buf[2]; /* a page as it was, and as it becomes */
	uint64_t entry;  /* the last one of the source */
	uint32_t form;   /* of entries that are new: that of the last, or of the next one */
	uint64_t end;    /* of what has been written ... */
	uint32_t flags;  /* ... with these flags; 0: an entry begins in any case */
	struct img_err *err;
};

/* The page of the next patch, or UINT64_MAX. */
static uint64_t next_page(const struct patching *w)
{
	return w->next < w->p->n ? w->p->v[w->next].page : UINT64_MAX;
}

/* The entry that is open goes on for n bytes, or another one begins. */
static int open_entry(struct patching *w, uint64_t addr, uint64_t n, uint32_t flags)
{
	struct img_pagesink_entry e = { addr, n / w->page, flags, w->form, 0 };
	bool joins = w->flags == flags && w->end == addr;

	w->flags = flags;
	w->end = addr + n;
	return joins ? img_pagesink_more(w->to, e.pages, w->err)
		     : img_pagesink_entry(w->to, &e, w->err);
}

/* ---- a page that is patched ---- */

static void apply(struct patching *w, uint64_t page)
{
	uint8_t *old = w->buf[0], *new = w->buf[1];

	for (; next_page(w) == page; w->next++) {
		const struct img_patch *x = &w->p->v[w->next];
		size_t in = (size_t)(x->addr - page);

		memcpy(new + in, w->p->bytes + x->at, x->n);
		if (x->under)
			memcpy(old + in, new + in, x->n);
		else if (w->p->patched != NULL)
			w->p->patched(w->p->arg, w->p->pagemap, w->entry, x->addr, old + in,
				      new + in, x->n);
	}
}

/* piece NULL: it is in no entry. */
static int put_patched(struct patching *w, uint64_t page, const struct img_piece *piece)
{
	uint32_t flags = piece != NULL ? piece->flags : (uint32_t)IMG_PE_PRESENT;

	if (piece != NULL && piece->where == IMG_LAZY)
		return img_fail(w->err, IMG_EDATA, IMG_NOWHERE,
				"page 0x%" PRIx64 " is in no image (lazy)", page);
	if (piece == NULL)
		memset(w->buf[0], 0, w->page);
	else if (img_chain_read(w->chain, piece, 0, w->buf[0], w->page, w->err) < 0)
		return -1;
	memcpy(w->buf[1], w->buf[0], w->page);
	apply(w, page);
	if (open_entry(w, page, w->page, flags) < 0)
		return -1;
	return img_pagesink_bytes(w->to, w->buf[1], w->page, w->err);
}

/* Pages below `end` that are in no entry. */
static int put_new(struct patching *w, uint64_t end)
{
	w->flags = 0;
	for (uint64_t page; (page = next_page(w)) < end;)
		if (put_patched(w, page, NULL) < 0)
			return -1;
	return 0;
}

/* ---- entries ---- */

/* A stretch of an entry without patches. */
static int put_kept(struct patching *w, const struct img_dump_mem_run *run, uint64_t at,
		    uint64_t end)
{
	struct img_piece piece;

	if (!(run->flags & IMG_PE_PRESENT))
		return open_entry(w, at, end - at, run->flags);
	for (; at < end; at += piece.len) {
		if (img_chain_at(w->chain, at, end, &piece, w->err) < 0 ||
		    open_entry(w, at, piece.len, run->flags) < 0 ||
		    img_pagesink_piece(w->to, w->chain, &piece, 0, piece.len, w->err) < 0)
			return -1;
	}
	return 0;
}

static int put_run(struct patching *w, const struct img_dump_mem_run *run)
{
	struct img_piece piece;

	w->entry = run->entry;
	w->form = run->form;
	if (put_new(w, run->addr) < 0)
		return -1;
	w->flags = 0;
	if (run->pages == 0)
		return open_entry(w, run->addr, 0, run->flags);
	for (uint64_t at = run->addr; at < run->end;) {
		uint64_t page = next_page(w);

		if (page >= run->end)
			return put_kept(w, run, at, run->end);
		if (page > at && put_kept(w, run, at, page) < 0)
			return -1;
		if (img_chain_at(w->chain, page, page + w->page, &piece, w->err) < 0 ||
		    put_patched(w, page, &piece) < 0)
			return -1;
		at = page + w->page;
	}
	return 0;
}

static int put_all(struct patching *w)
{
	struct img_pagemap *own = img_chain_level(w->chain, 0);
	struct img_dump_mem_run run;
	int r;

	/* Where there is no entry to follow: a form that all releases read. */
	w->form = IMG_PE_NARROW | IMG_PE_WIDE;
	while ((r = img_pagemap_next(own, &run, w->err)) > 0)
		if (put_run(w, &run) < 0)
			return -1;
	return r < 0 ? -1 : put_new(w, UINT64_MAX);
}

static int write_all(struct patching *w, const struct img_sink *to)
{
	struct img_buf head = { 0 };
	struct img_pagesink_how how = {
		.to = to, .pagemap = w->p->pagemap, .pages = w->p->pages, .page_size = w->page
	};
	int r = img_pagemap_head(img_chain_level(w->chain, 0), &head, &how.big, w->err);

	how.head = (struct img_span){ head.p, head.n, 0 };
	if (r == 0) {
		w->to = img_pagesink_new(&how, w->err);
		r = w->to != NULL ? put_all(w) : -1;
		r = img_pagesink_end(w->to, r == 0, w->err) < 0 ? -1 : r;
	}
	img_buf_free(&head);
	return r;
}

int img_patches_write(const struct img_patches *p, const struct img_sink *to, struct img_err *err)
{
	struct patching w = { .p = p, .page = p->page_size, .err = err };
	int r;

	err->file[0] = '\0';
	r = img_chain_open(p->from, p->shared, p->id, p->page_size, &w.chain, err);
	if (r == 0)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "image is gone");
	w.buf[0] = img_realloc(NULL, p->page_size);
	w.buf[1] = img_realloc(NULL, p->page_size);
	if (r > 0 && (w.buf[0] == NULL || w.buf[1] == NULL))
		r = img_fail_mem(err);
	if (r > 0)
		r = write_all(&w, to);
	img_chain_close(w.chain);
	img_free(w.buf[0]);
	img_free(w.buf[1]);
	return r;
}
