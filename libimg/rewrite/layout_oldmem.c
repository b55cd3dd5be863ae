#include "libimg/rewrite/layout_oldmem.h"

#include <stdio.h>
#include <string.h>

#include "libimg/image/frame.h"
#include "libimg/memory/pagesink.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"

#define WITH_MAP IMG_CRIU(0, 5, 0)    /* addresses are in a pagemap, not before each page */
#define IN_PAGEMAPS IMG_CRIU(3, 0, 0) /* System V segments have one, too */

enum { PAGE = 4096, BATCH = 16 << 10 };

struct img_layout_memory {
	uint64_t next_pages; /* number for a new pages file */
};

/* Entries as the target has them. */
static uint32_t form(const struct img_convert *c)
{
	uint32_t f = img_convert_has(c, IMG_CRIU(4, 2, 0)) ? IMG_PE_WIDE : IMG_PE_NARROW;

	return img_convert_has(c, IMG_CRIU(3, 5, 0)) ? f : f | IMG_PE_NOFLAGS;
}

static int memory_learn(struct img_convert *c, struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern("pages-%u.img");
	uint64_t number;

	c->memory_layouts = img_calloc(1, sizeof(*c->memory_layouts));
	if (c->memory_layouts == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < c->images.n; i++)
		if (img_type_by_file(c->images.v[i], &number) == t &&
		    number >= c->memory_layouts->next_pages && number < UINT32_MAX)
			c->memory_layouts->next_pages = number + 1;
	return 0;
}

static void memory_end(struct img_convert *c)
{
	img_free(c->memory_layouts);
	c->memory_layouts = NULL;
}

/* ---- a pagemap and its pages, written anew ---- */

struct map_and_pages {
	char pagemap[IMG_NAME], pages[IMG_NAME];
	struct img_buf head;
	struct img_pagesink *sink;
	bool open; /* an entry goes on */
	uint64_t end;
};

static int pair_begin(struct img_convert *c, struct map_and_pages *p, uint64_t pages_id,
		      const struct img_sink *to, struct img_err *err)
{
	const struct img_head head = { .type = img_type_by_pattern("pagemap-%u.img"),
				       .framing = c->framing,
				       .big = c->big };
	struct img_out *out = img_out_mem(&p->head);
	struct img_buf body = { 0 };
	struct img_pagesink_how how = { to, p->pagemap, p->pages, { NULL, 0, 0 }, c->big, PAGE };
	struct img_writer *wr = out != NULL ? img_writer_open(out, &head, err) : NULL;
	int r = wr != NULL ? 0 : img_fail_mem(err);

	img_put_num(&body, IMG_TAG_PAGEMAP_HEAD__PAGES_ID, pages_id);
	if (r == 0)
		r = img_writer_entry(wr, body.p, body.n, err);
	if (r == 0)
		r = img_out_flush(out, err);
	img_writer_free(wr);
	img_out_free(out);
	img_buf_free(&body);
	how.head = (struct img_span){ p->head.p, p->head.n, 0 };
	p->sink = r == 0 ? img_pagesink_new(&how, err) : NULL;
	return p->sink != NULL ? 0 : -1;
}

/* Pages at addr; they go on where the last ones ended. */
static int pair_pages(struct img_convert *c, struct map_and_pages *p, uint64_t addr, uint64_t pages,
		      struct img_err *err)
{
	const struct img_pagesink_entry e = { addr, pages, IMG_PE_PRESENT, form(c), 0 };
	bool more = p->open && p->end == addr;

	p->open = true;
	p->end = addr + pages * PAGE;
	return more ? img_pagesink_more(p->sink, pages, err) : img_pagesink_entry(p->sink, &e, err);
}

static int pair_end(struct map_and_pages *p, int r, struct img_err *err)
{
	if (img_pagesink_end(p->sink, r == 0, err) < 0)
		r = -1;
	img_buf_free(&p->head);
	return r;
}

/* ---- pages that follow their addresses ---- */

/* Is this an image of CRIU before 0.5? 1 with whose it is, 0, -1. */
static int is_old(struct img_convert *c, const char *name, bool *shared, uint64_t *id,
		  struct img_err *err)
{
	const struct img_type *t = img_type_by_file(name, id);
	struct img_pagemap *pm;
	int r;

	if (t != img_type_by_pattern("pages-%u.img"))
		return 0;
	*shared = strncmp(name, "pages-shmem-", 12) == 0;
	if (img_convert_exists_no(c, *shared ? "pagemap-shmem-%u.img" : "pagemap-%u.img", *id))
		return 0;
	r = img_pagemap_open(c->from, *shared, *id, PAGE, &pm, err);
	if (r > 0)
		img_pagemap_close(pm);
	return r;
}

static void name_pair(struct map_and_pages *p, bool shared, uint64_t id, uint64_t pages)
{
	img_type_file_name(shared ? "pagemap-shmem-%u.img" : "pagemap-%u.img", id, p->pagemap,
			   sizeof(p->pagemap));
	img_type_file_name("pages-%u.img", pages, p->pages, sizeof(p->pages));
}

/* The pages of a task keep the number of their image. */
static int plan_old(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	struct map_and_pages p;
	bool shared;
	uint64_t id, pages;
	int r = is_old(c, plan->name, &shared, &id, err);

	if (r <= 0)
		return r;
	pages = shared ? c->memory_layouts->next_pages + id : id;
	name_pair(&p, shared, id, pages);
	plan->fate = IMG_FATE_MAKE;
	strcpy(plan->new_name, p.pages);
	return img_plan_also(plan, p.pagemap, err);
}

static int copy_old(struct img_convert *c, struct img_pagemap *pm, struct map_and_pages *p,
		    struct img_err *err)
{
	struct img_dump_mem_run run;
	uint8_t page[PAGE];
	int r;

	while ((r = img_pagemap_next(pm, &run, err)) > 0)
		for (uint64_t i = 0; i < run.pages; i++) {
			uint64_t off = run.off + i * PAGE;

			if (pair_pages(c, p, run.addr + i * PAGE, 1, err) < 0 ||
			    img_pagemap_file(pm, off + PAGE, err) < 0 ||
			    img_store_read(img_pagemap_store(pm), off, page, PAGE, err) < 0 ||
			    img_pagesink_bytes(p->sink, page, PAGE, err) < 0)
				return -1;
		}
	return r;
}

static int make_old(struct img_convert *c, const char *name, bool shared, uint64_t id,
		    const struct img_sink *to, struct img_err *err)
{
	uint64_t pages = shared ? c->memory_layouts->next_pages + id : id;
	struct map_and_pages p = { .head = { 0 } };
	struct img_pagemap *pm;
	int r = img_pagemap_open(c->from, shared, id, PAGE, &pm, err);

	if (r <= 0)
		return -1;
	name_pair(&p, shared, id, pages);
	r = pair_begin(c, &p, pages, to, err);
	if (r == 0)
		r = copy_old(c, pm, &p, err);
	r = pair_end(&p, r, err);
	img_pagemap_close(pm);
	img_convert_note(c, name, "pagemap", 1);
	return r < 0 ? -1 : 1;
}

/* ---- System V segments: bytes behind the entry, or pages ---- */

struct segment {
	uint64_t id, size;
	bool mapped;
};

static int read_segment(const struct img_entry *e, struct segment *s, struct img_err *err)
{
	struct img_pick f, d;

	if (img_pick(&f, &img_msg_ipc_shm_entry, e->body, err) < 0 ||
	    img_pick_sub(&d, &f, IMG_TAG_IPC_SHM_ENTRY__DESC, &img_msg_ipc_desc_entry, err) < 0)
		return -1;
	s->id = img_num(&d, IMG_TAG_IPC_DESC_ENTRY__ID);
	s->size = img_num(&f, IMG_TAG_IPC_SHM_ENTRY__SIZE);
	s->mapped = img_num(&f, IMG_TAG_IPC_SHM_ENTRY__IN_PAGEMAPS) != 0;
	return 0;
}

struct planning {
	struct img_convert *c;
	struct img_plan *plan;
	uint64_t n;
};

static bool moves(const struct img_convert *c, const struct segment *s)
{
	return s->mapped != img_convert_has(c, IN_PAGEMAPS);
}

static int plan_segment(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct planning *k = arg;
	struct segment s;
	struct map_and_pages p;

	if (read_segment(e, &s, err) < 0)
		return -1;
	if (!moves(k->c, &s))
		return 0;
	k->n++;
	if (s.mapped)
		return 0;
	name_pair(&p, true, s.id, k->c->memory_layouts->next_pages + s.id);
	if (img_plan_also(k->plan, p.pagemap, err) < 0)
		return -1;
	return img_plan_also(k->plan, p.pages, err);
}

struct search {
	struct img_convert *c;
	uint64_t id;
	bool pages; /* a number of a pages file, not of a pagemap */
};

/* A segment whose pages go back behind its entry: does the pagemap, or the pages file, belong to it? */
static int belongs(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct search *k = arg;
	struct img_buf head = { 0 };
	struct segment s;
	uint64_t pages;
	int r;

	if (read_segment(e, &s, err) < 0)
		return -1;
	if (!s.mapped)
		return 0;
	if (!k->pages)
		return s.id == k->id;
	r = img_convert_first(k->c, "pagemap-shmem-%u.img", s.id, &head, err);
	if (r > 0)
		r = img_wire_get(head.p, head.n, IMG_TAG_PAGEMAP_HEAD__PAGES_ID, &pages) &&
		    pages == k->id;
	img_buf_free(&head);
	return r;
}

static int any_segment(struct img_convert *c, struct search *k, struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern("ipcns-shm-%u.img");
	uint64_t number;
	int r = 0;

	for (size_t i = 0; i < c->images.n && r == 0; i++)
		if (img_type_by_file(c->images.v[i], &number) == t)
			r = img_convert_each(c, "ipcns-shm-%u.img", number, belongs, k, err);
	return r;
}

static int plan_segments(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	struct planning k = { c, plan, 0 };
	struct search s = { .c = c };
	bool shm = strncmp(plan->name, "pagemap-shmem-", 14) == 0;
	uint64_t number;
	int r;

	(void)img_type_by_file(plan->name, &number);
	if (plan->type == img_type_by_pattern("ipcns-shm-%u.img")) {
		r = img_convert_each(c, "ipcns-shm-%u.img", number, plan_segment, &k, err);
		if (k.n > 0)
			plan->fate = IMG_FATE_MAKE;
		return r;
	}
	s.id = number;
	s.pages = plan->type == img_type_by_pattern("pages-%u.img");
	if (img_convert_has(c, IN_PAGEMAPS) || !(shm || s.pages))
		return 0;
	r = any_segment(c, &s, err);
	if (r > 0)
		plan->fate = IMG_FATE_DROP;
	return r < 0 ? -1 : 0;
}

/* ---- segments: writing ---- */

struct segments {
	struct img_convert *c;
	struct img_image *im;
	struct img_made *made;
	const struct img_sink *to;
	bool pages; /* this pass writes the pages; else the image itself */
	struct img_buf body;
};

static bool is_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

/* The payload as pages: those of zeros are left out. */
static int pages_of(struct segments *g, const struct segment *s, struct img_err *err)
{
	uint64_t pages = g->c->memory_layouts->next_pages + s->id, at = 0;
	struct map_and_pages p = { .head = { 0 } };
	struct img_reader *rd = img_image_reader(g->im);
	struct img_part part;
	struct img_span d;
	uint8_t page[PAGE];
	int r;

	name_pair(&p, true, s->id, pages);
	r = pair_begin(g->c, &p, pages, g->to, err);
	if (r == 0)
		r = img_reader_part(rd, &part, err) < 0 ? -1 : 0;
	while (r == 0 && (r = img_reader_data(rd, PAGE, &d, err)) > 0) {
		r = 0;
		memset(page, 0, sizeof(page));
		memcpy(page, d.p, d.n);
		if (!is_zero(page, PAGE) && (pair_pages(g->c, &p, at, 1, err) < 0 ||
					     img_pagesink_bytes(p.sink, page, PAGE, err) < 0))
			r = -1;
		at += PAGE;
	}
	return pair_end(&p, r, err);
}

/* The pages as payload. */
static int payload_of(struct segments *g, const struct segment *s, struct img_err *err)
{
	uint8_t buf[BATCH];
	struct img_chain *chain;
	int r = img_chain_open(g->c->from, true, s->id, PAGE, &chain, err);

	for (uint64_t at = 0, n; r >= 0 && at < s->size; at += n) {
		struct img_piece piece = { .where = IMG_UNMAPPED };

		n = s->size - at < BATCH ? s->size - at : BATCH;
		if (r > 0 && img_chain_at(chain, at, at + n, &piece, err) < 0)
			break;
		if (r > 0)
			n = piece.len;
		if (piece.where == IMG_HERE || piece.where == IMG_PARENT) {
			if (img_chain_read(chain, &piece, 0, buf, (size_t)n, err) < 0)
				break;
		} else {
			memset(buf, 0, (size_t)n);
		}
		if (img_writer_data(g->made->wr, buf, (size_t)n, err) < 0)
			break;
		if (at + n == s->size) {
			img_chain_close(r > 0 ? chain : NULL);
			return 0;
		}
	}
	if (r > 0)
		img_chain_close(chain);
	return r >= 0 && s->size == 0 ? 0 : -1;
}

/* An entry that says where its bytes are. */
static int put_entry(struct segments *g, const struct img_entry *e, const struct segment *s,
		     struct img_err *err)
{
	enum { TAG = IMG_TAG_IPC_SHM_ENTRY__IN_PAGEMAPS };
	struct img_span body = e->body;
	int r = 0;

	g->body.n = 0;
	if (moves(g->c, s)) {
		r = s->mapped ? img_splice_cut(body, (struct img_path){ { 0 }, 0 }, TAG, &g->body,
					       err)
			      : img_splice_num(body, TAG, 1, &g->body, err);
		body = (struct img_span){ g->body.p, g->body.n, body.off };
		img_convert_note(g->c, img_image_name(g->im), "in_pagemaps", 1);
	}
	if (r < 0 || img_made_put(g->made, body, err) < 0)
		return -1;
	return moves(g->c, s) && s->mapped ? payload_of(g, s, err) : 0;
}

static int copy_payload(struct segments *g, struct img_err *err)
{
	struct img_reader *rd = img_image_reader(g->im);
	struct img_part part;
	struct img_span d;
	int r;

	while ((r = img_reader_part(rd, &part, err)) > 0) {
		while ((r = img_reader_data(rd, BATCH, &d, err)) > 0)
			if (img_writer_data(g->made->wr, d.p, d.n, err) < 0)
				return -1;
		if (r < 0)
			return -1;
	}
	return r;
}

static int each_segment(struct segments *g, struct img_err *err)
{
	struct img_entry e;
	struct segment s;
	int r;

	while ((r = img_image_next(g->im, &e, err)) > 0) {
		bool out;

		if (read_segment(&e, &s, err) < 0)
			return img_image_fail(g->im, err);
		out = moves(g->c, &s) && !s.mapped;
		r = 0;
		if (g->pages && out)
			r = pages_of(g, &s, err);
		else if (!g->pages)
			r = put_entry(g, &e, &s, err);
		if (r == 0 && !g->pages && !moves(g->c, &s) && !s.mapped)
			r = copy_payload(g, err);
		if (r < 0)
			return -1;
	}
	return r;
}

/* Once over the image for the image, once for the pages: one file is written at a time. */
static int make_segments(struct img_convert *c, const char *name, uint64_t number,
			 const struct img_sink *to, struct img_err *err)
{
	struct img_made made;
	struct segments g = { .c = c, .to = to, .made = &made };
	int r = 0;

	for (int pass = 0; pass < 2 && r == 0; pass++) {
		r = img_image_open(c->from, "ipcns-shm-%u.img", number, &g.im, err) > 0 ? 0 : -1;
		if (r < 0)
			break;
		g.pages = pass > 0;
		if (!g.pages)
			r = img_made_begin(c, &made, name, to, err);
		if (r == 0)
			r = each_segment(&g, err);
		if (!g.pages)
			r = img_made_end(&made, r, err);
		img_image_close(g.im);
	}
	img_buf_free(&g.body);
	return r < 0 ? -1 : 1;
}

/* ---- the family ---- */

static int memory_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	if (plan->type == NULL)
		return 0;
	if (img_convert_has(c, WITH_MAP) && plan_old(c, plan, err) < 0)
		return -1;
	return plan->fate == IMG_FATE_COPY ? plan_segments(c, plan, err) : 0;
}

static int memory_make(struct img_convert *c, const char *name, const struct img_sink *to,
		       struct img_err *err)
{
	uint64_t id;
	bool shared;
	int r;

	if (img_type_by_file(name, &id) == img_type_by_pattern("ipcns-shm-%u.img"))
		return make_segments(c, name, id, to, err);
	r = is_old(c, name, &shared, &id, err);
	return r > 0 ? make_old(c, name, shared, id, to, err) : r;
}

const struct img_family img_layouts_oldmem = {
	.learn = memory_learn,
	.image = memory_image,
	.make = memory_make,
	.end = memory_end,
};
