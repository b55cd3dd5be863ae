#include "libimg/rewrite/layout_segment.h"

#include <string.h>

#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"
#include "libimg/rewrite/newpages.h"

#define IN_PAGEMAPS IMG_CRIU(3, 0, 0) /* they have a pagemap, too */

enum { BATCH = 16 << 10 };

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
	struct img_newpages p;

	if (read_segment(e, &s, err) < 0)
		return -1;
	if (!moves(k->c, &s))
		return 0;
	k->n++;
	if (s.mapped)
		return 0;
	img_newpages_name(&p, true, s.id, k->c->next_pages + s.id);
	if (img_plan_also(k->plan, p.pagemap, err) < 0)
		return -1;
	return img_plan_also(k->plan, p.pages, err);
}

struct search {
	struct img_convert *c;
	uint64_t id;
	bool pages; /* a number of a pages file, not of a pagemap */
};

/* Does a pagemap, or a pages file, belong to a segment whose pages go back to its entry? */
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
	uint64_t pages = g->c->next_pages + s->id, at = 0;
	struct img_newpages p = { .head = { 0 } };
	struct img_reader *rd = img_image_reader(g->im);
	struct img_part part;
	struct img_span d;
	uint8_t page[IMG_NEWPAGES_PAGE];
	int r;

	img_newpages_name(&p, true, s->id, pages);
	r = img_newpages_begin(g->c, &p, pages, g->to, err);
	if (r == 0)
		r = img_reader_part(rd, &part, err) < 0 ? -1 : 0;
	while (r == 0 && (r = img_reader_data(rd, IMG_NEWPAGES_PAGE, &d, err)) > 0) {
		r = 0;
		memset(page, 0, sizeof(page));
		memcpy(page, d.p, d.n);
		if (!is_zero(page, IMG_NEWPAGES_PAGE) &&
		    (img_newpages_add(g->c, &p, at, 1, err) < 0 ||
		     img_pagesink_bytes(p.sink, page, IMG_NEWPAGES_PAGE, err) < 0))
			r = -1;
		at += IMG_NEWPAGES_PAGE;
	}
	return img_newpages_end(&p, r, err);
}

/* The pages as payload. */
static int payload_of(struct segments *g, const struct segment *s, struct img_err *err)
{
	uint8_t buf[BATCH];
	struct img_chain *chain;
	int r = img_chain_open(g->c->from, true, s->id, IMG_NEWPAGES_PAGE, &chain, err);

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

static int segment_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	return plan->type != NULL ? plan_segments(c, plan, err) : 0;
}

static int segment_make(struct img_convert *c, const char *name, const struct img_sink *to,
			struct img_err *err)
{
	uint64_t id;

	if (img_type_by_file(name, &id) != img_type_by_pattern("ipcns-shm-%u.img"))
		return 0;
	return make_segments(c, name, id, to, err);
}

const struct img_family img_layouts_segment = {
	.image = segment_image,
	.make = segment_make,
};
