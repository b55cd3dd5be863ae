#include "libimg/rewrite/layout_page.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/memory/pagemap.h"
#include "libimg/msg/splice.h"

enum {
	NARROW = IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES,
	IN_PARENT = IMG_TAG_PAGEMAP_ENTRY__IN_PARENT,
	FLAGS = IMG_TAG_PAGEMAP_ENTRY__FLAGS,
	WIDE = IMG_TAG_PAGEMAP_ENTRY__NR_PAGES,
};

#define HAS_FLAGS IMG_CRIU(3, 5, 0)
#define IS_WIDE IMG_CRIU(4, 2, 0)

/* ---- flags ---- */

static int flags_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	struct img_buf flags = { 0 }, without = { 0 };
	uint64_t v = 0;
	int r;

	(void)c;
	(void)at;
	if (img_wire_get(body.p, body.n, FLAGS, &v))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, IN_PARENT, &v);
	img_put_num(&flags, FLAGS, v != 0 ? IMG_PE_PARENT : IMG_PE_PRESENT);
	r = flags.failed
		    ? img_fail_mem(err)
		    : img_splice_cut(body, (struct img_path){ { 0 }, 0 }, IN_PARENT, &without, err);
	if (r >= 0)
		r = img_splice_put((struct img_span){ without.p, without.n, 0 },
				   (struct img_path){ { 0 }, 0 }, FLAGS,
				   (struct img_span){ flags.p, flags.n, 0 }, out, err);
	img_buf_free(&flags);
	img_buf_free(&without);
	return r < 0 ? -1 : IMG_SET;
}

static int flags_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		      struct img_buf *out, struct img_err *err)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield f;
	uint64_t flags;

	if (!img_wire_get(body.p, body.n, FLAGS, &flags))
		return IMG_KEEP;
	if (!(flags & (IMG_PE_PARENT | IMG_PE_PRESENT)))
		return img_convert_refuse(
			c, at, err, "pages that are in no image (flags 0x%" PRIx64 ")", flags);
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == FLAGS && flags & IMG_PE_PARENT)
			img_put_num(out, IN_PARENT, 1);
		else if (f.tag != FLAGS && f.tag != IN_PARENT)
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
	return out->failed ? img_fail_mem(err) : IMG_SET;
}

/* ---- counts ---- */

/* The entry with other numbers of pages; `wide` IMG_UNKNOWN: without that field. */
static int set_counts(struct img_span body, uint64_t narrow, uint64_t wide, struct img_buf *out,
		      struct img_err *err)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_buf field = { 0 }, without = { 0 };
	struct img_wfield f;
	int r;

	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == NARROW)
			img_put_num(&without, NARROW, narrow);
		else if (f.tag != WIDE)
			img_buf_put(&without, f.at, (size_t)(w.p - f.at));
	if (wide != IMG_UNKNOWN)
		img_put_num(&field, WIDE, wide);
	if (field.failed || without.failed)
		r = img_fail_mem(err);
	else
		r = img_splice_put((struct img_span){ without.p, without.n, 0 },
				   (struct img_path){ { 0 }, 0 }, WIDE,
				   (struct img_span){ field.p, field.n, 0 }, out, err);
	img_buf_free(&field);
	img_buf_free(&without);
	return r < 0 ? -1 : IMG_SET;
}

/* An entry that has the wide count is read as it is, whatever the narrow one says. */
static int count_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	uint64_t narrow = 0, wide;

	(void)c;
	(void)at;
	if (img_wire_get(body.p, body.n, WIDE, &wide))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, NARROW, &narrow);
	return set_counts(body, 0, narrow, out, err);
}

/* The wide count stays: CRIU 4.1 does not read it, and CRIU 4.2 reads it first. */
static int count_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		      struct img_buf *out, struct img_err *err)
{
	uint64_t narrow = 0, wide;

	(void)c;
	(void)at;
	if (!img_wire_get(body.p, body.n, WIDE, &wide))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, NARROW, &narrow);
	if (narrow == wide || wide > UINT32_MAX) /* those are split */
		return IMG_KEEP;
	return set_counts(body, wide, wide, out, err);
}

/* ---- counts that a narrow field cannot hold ---- */

static bool is_pagemap(const struct img_plan *plan)
{
	return plan->type != NULL && plan->type->entry == &img_msg_pagemap_entry;
}

/* The pattern of a pagemap's name. */
static const char *pattern_of(const char *name)
{
	const struct img_type *t = img_type_by_pattern("pagemap-%u.img");

	return t->files[strncmp(name, "pagemap-shmem-", 14) == 0];
}

static int is_large(void *arg, const struct img_entry *e, struct img_err *err)
{
	uint64_t wide = 0;

	(void)arg;
	(void)err;
	return e->msg == &img_msg_pagemap_entry &&
	       img_wire_get(e->body.p, e->body.n, WIDE, &wide) && wide > UINT32_MAX;
}

static int page_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	uint64_t number;
	int r = 0;

	if (!is_pagemap(plan) || img_convert_has(c, IS_WIDE))
		return 0;
	(void)img_type_by_file(plan->name, &number);
	r = img_convert_each(c, pattern_of(plan->name), number, is_large, NULL, err);
	if (r > 0)
		plan->fate = IMG_FATE_MAKE;
	return r < 0 ? -1 : 0;
}

struct cutting {
	struct img_convert *c;
	struct img_made *made;
	const char *name;
	uint32_t page_size;
	struct img_buf part, turns[2];
};

static int put_part(struct cutting *k, const struct img_entry *e, struct img_span body,
		    struct img_err *err)
{
	struct img_at at = { k->name, 0, e->index, NULL };

	if (img_convert_rows(k->c, e->msg, &at, 0, &body, k->turns, err) < 0)
		return -1;
	return img_made_put(k->made, body, err);
}

/* One entry as several: whole parts of 2^32 - 1 pages, and what is left. */
static int cut_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct cutting *k = arg;
	struct img_wire w;
	struct img_wfield f;
	uint64_t addr = 0, left = 0, page = k->page_size;

	if (!is_large(NULL, e, err))
		return put_part(k, e, e->body, err);
	(void)img_wire_get(e->body.p, e->body.n, IMG_TAG_PAGEMAP_ENTRY__VADDR, &addr);
	(void)img_wire_get(e->body.p, e->body.n, WIDE, &left);
	if (left > (UINT64_MAX - addr) / page)
		return img_fail(err, IMG_EDATA, e->body.off,
				"entry %" PRIu64 ": %" PRIu64 " pages at 0x%" PRIx64
				" are more than there are addresses",
				e->index, left, addr);
	for (uint64_t n; left > 0; left -= n, addr += n * page) {
		n = left < UINT32_MAX ? left : UINT32_MAX;
		k->part.n = 0;
		w = (struct img_wire){ e->body.p, e->body.p + e->body.n };
		while (w.p < w.end && img_wire_next(&w, &f) == NULL)
			if (f.tag == IMG_TAG_PAGEMAP_ENTRY__VADDR)
				img_put_num(&k->part, f.tag, addr);
			else if (f.tag == WIDE)
				img_put_num(&k->part, f.tag, n);
			else
				img_buf_put(&k->part, f.at, (size_t)(w.p - f.at));
		if (k->part.failed)
			return img_fail_mem(err);
		if (put_part(k, e, (struct img_span){ k->part.p, k->part.n, e->body.off }, err) < 0)
			return -1;
	}
	return 0;
}

static int page_make(struct img_convert *c, const char *name, const struct img_sink *to,
		     struct img_err *err)
{
	struct img_made made;
	struct cutting k = { .c = c, .made = &made, .name = name };
	struct img_pagemap *pm;
	const struct img_type *t;
	uint64_t number;
	int r;

	t = img_type_by_file(name, &number);
	if (t == NULL || t->entry != &img_msg_pagemap_entry || !img_convert_exists(c, name))
		return 0;
	r = img_pagemap_open(c->from, pattern_of(name) != t->files[0], number, 0, &pm, err);
	if (r <= 0)
		return r;
	k.page_size = img_pagemap_page_size(pm);
	img_pagemap_close(pm);
	r = img_made_begin(c, &made, name, to, err);
	if (r == 0)
		r = img_convert_each(c, pattern_of(name), number, cut_one, &k, err);
	img_buf_free(&k.part);
	img_buf_free(&k.turns[0]);
	img_buf_free(&k.turns[1]);
	return img_made_end(&made, r, err) < 0 ? -1 : 1;
}

static const struct img_layout rows[] = {
	{ HAS_FLAGS, &img_msg_pagemap_entry, flags_up, flags_down, "flags", NULL },
	{ IS_WIDE, &img_msg_pagemap_entry, count_up, count_down, "nr_pages", NULL },
};

const struct img_family img_layouts_page = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.image = page_image,
	.make = page_make,
};
