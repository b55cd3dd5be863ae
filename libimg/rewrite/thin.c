#include "libimg/rewrite/thin.h"

#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/dump/vma.h"
#include "libimg/memory/pagesink.h"

/* A pagemap of the layer that the newest dump has too. */
struct thinned {
	char name[64], pages[64]; /* of both images */
	char new_name[IMG_NAME];
	bool shared;
	uint64_t id;
};

struct img_thin {
	struct img_dir *newest, *from;
	size_t level;
	struct img_buf list; /* of struct thinned */
	uint64_t written;
};

struct img_thin *img_thin_new(struct img_dir *newest, size_t level)
{
	struct img_thin *t = img_calloc(1, sizeof(*t));

	if (t != NULL) {
		t->newest = newest;
		t->level = level;
	}
	return t;
}

void img_thin_free(struct img_thin *t)
{
	if (t == NULL)
		return;
	img_buf_free(&t->list);
	img_free(t);
}

uint64_t img_thin_written(const struct img_thin *t)
{
	return t->written;
}

static struct thinned *find(const struct img_thin *t, const char *name)
{
	struct thinned *v = (struct thinned *)(void *)t->list.p;

	for (size_t i = 0; i < t->list.n / sizeof(*v); i++)
		if (strcmp(v[i].name, name) == 0)
			return &v[i];
	return NULL;
}

/* ---- the change ---- */

static int learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_thin *t = arg;

	(void)err;
	t->from = from;
	t->list.n = 0;
	t->written = 0;
	return 0;
}

/* A pagemap: made anew, if the newest has it too. */
static int plan_pagemap(struct img_thin *t, struct img_plan *plan, uint64_t id, struct img_err *err)
{
	struct thinned x = { .id = id, .shared = strncmp(plan->name, "pagemap-shmem-", 14) == 0 };
	struct img_pagemap *newest, *pm;
	int r = img_pagemap_open(t->newest, x.shared, id, 0, &newest, err);

	if (r <= 0)
		return r;
	img_pagemap_close(newest);
	r = img_pagemap_open(t->from, x.shared, id, 0, &pm, err);
	if (r <= 0)
		return r;
	if (strcmp(img_pagemap_name(pm), plan->name) == 0) {
		strcpy(x.name, plan->name);
		strcpy(x.new_name, plan->new_name);
		strcpy(x.pages, img_pagemap_file_name(pm));
		plan->fate = IMG_FATE_MAKE;
	}
	img_pagemap_close(pm);
	if (plan->fate != IMG_FATE_MAKE)
		return 0;
	img_buf_put(&t->list, &x, sizeof(x));
	return t->list.failed ? img_fail_mem(err) : img_plan_also(plan, x.pages, err);
}

static int image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_thin *t = arg;
	uint64_t id = 0;
	const struct img_type *type = img_type_by_file(plan->name, &id);
	bool map = type != NULL && strcmp(type->name, "PAGEMAP") == 0;

	if (type == NULL || !type->predump || map || strcmp(type->name, "PAGES") == 0)
		plan->fate = IMG_FATE_DROP;
	return map ? plan_pagemap(t, plan, id, err) : 0;
}

/* ---- one pagemap ---- */

/* What the layer has of a range that the newest dump has in its parent. */
static int put_range(struct img_thin *t, struct img_chain *c, const struct img_dump_mem_run *run,
		     struct img_pagesink *to, uint32_t page, struct img_err *err)
{
	struct img_piece piece;

	for (uint64_t at = run->addr; at < run->end; at += piece.len) {
		int r = img_chain_reach(c, t->level, at, run->end, &piece, err);
		struct img_pagesink_entry e = { at, 0, piece.flags, piece.form, 0 };

		e.pages = piece.len / page;
		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		if (img_pagesink_entry(to, &e, err) < 0 ||
		    (piece.flags & IMG_PE_PRESENT &&
		     img_pagesink_piece(to, c, &piece, 0, piece.len, err) < 0))
			return -1;
	}
	return 0;
}

static int put_entries(struct img_thin *t, struct img_chain *c, struct img_pagesink *to,
		       struct img_err *err)
{
	struct img_pagemap *newest = img_chain_level(c, 0);
	struct img_dump_mem_run run;
	int r;

	while ((r = img_pagemap_next(newest, &run, err)) > 0)
		if (run.flags & IMG_PE_PARENT &&
		    put_range(t, c, &run, to, img_pagemap_page_size(newest), err) < 0)
			return -1;
	t->written += img_pagesink_done(to);
	return r;
}

static int write_pages(struct img_thin *t, const struct thinned *x, struct img_chain *c,
		       struct img_pagemap *own, const struct img_sink *to, struct img_err *err)
{
	struct img_buf head = { 0 };
	struct img_pagesink_how how = { .to = to,
					.pagemap = x->new_name,
					.pages = x->pages,
					.page_size = img_pagemap_page_size(img_chain_level(c, 0)) };
	struct img_pagesink *s;
	int r = img_pagemap_head(own, &head, &how.big, err);

	how.head = (struct img_span){ head.p, head.n, 0 };
	if (r == 0) {
		s = img_pagesink_new(&how, err);
		r = s != NULL ? put_entries(t, c, s, err) : -1;
		r = img_pagesink_end(s, r == 0, err) < 0 ? -1 : r;
	}
	img_buf_free(&head);
	return r;
}

/* The page size is that of a task; of a segment the newest says how large pages are. */
static uint32_t page_of(struct img_thin *t, const struct thinned *x, struct img_err *err)
{
	struct img_space s;
	uint32_t page = 0;

	if (!x->shared && x->id <= UINT32_MAX &&
	    img_space_read(t->newest, (uint32_t)x->id, &s, err) != 0) {
		page = s.page_size;
		img_space_free(&s);
	}
	return page;
}

static int make(void *arg, const char *name, const struct img_sink *to, struct img_err *err)
{
	struct img_thin *t = arg;
	const struct thinned *x = find(t, name);
	struct img_chain *c = NULL;
	struct img_pagemap *own = NULL;
	uint32_t page;
	int r;

	if (x == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "image is gone");
	page = page_of(t, x, err);
	err->file[0] = '\0';
	r = img_chain_open(t->newest, x->shared, x->id, page, &c, err);
	if (r > 0)
		r = img_pagemap_open(t->from, x->shared, x->id, page, &own, err);
	if (r == 0)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "image is gone");
	if (r > 0)
		r = write_pages(t, x, c, own, to, err);
	img_pagemap_close(own);
	img_chain_close(c);
	return r;
}

struct img_change img_thin_change(struct img_thin *t)
{
	return (struct img_change){ .learn = learn, .image = image, .make = make, .arg = t };
}
