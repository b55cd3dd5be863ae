#include "cmd/imgmerge/figures.h"

#include <string.h>

#include "libimg/memory/pagemap.h"
#include "libimg/view/table.h"

/* ---- bytes ---- */

int figures_each(struct img_dir *d,
		 int (*fn)(void *arg, bool shared, uint64_t id, struct img_err *err), void *arg,
		 struct img_err *err)
{
	struct img_dir_names l;
	int r = 0;

	if (img_dir_list(d, &l, err) < 0)
		return img_err_in(err, img_dir_path(d), "");
	for (size_t i = 0; i < l.n && r == 0; i++) {
		uint64_t id;
		const struct img_type *t = img_type_by_file(l.v[i], &id);

		if (t != NULL && strcmp(t->name, "PAGEMAP") == 0)
			r = fn(arg, strncmp(l.v[i], "pagemap-shmem-", 14) == 0, id, err);
	}
	img_list_free(&l);
	return r;
}

struct map_bytes {
	struct img_dir *d;
	uint64_t bytes;
};

static int add_pagemap(void *arg, bool shared, uint64_t id, struct img_err *err)
{
	struct map_bytes *s = arg;
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	int r = img_pagemap_open(s->d, shared, id, 0, &pm, err);

	if (r <= 0)
		return r;
	while ((r = img_pagemap_next(pm, &run, err)) > 0)
		if (run.flags & IMG_PE_PRESENT)
			s->bytes += run.end - run.addr;
	img_pagemap_close(pm);
	return r;
}

int figures_bytes(struct img_dir *d, uint64_t *bytes, struct img_err *err)
{
	struct map_bytes s = { d, 0 };
	int r = figures_each(d, add_pagemap, &s, err);

	*bytes = s.bytes;
	return r;
}

/* ---- the table ---- */

static void get_dir(struct img_cell *c, const void *row)
{
	const struct figures_row *r = row;

	img_cell_name(c, r->dir, strlen(r->dir));
}

static void get_parent(struct img_cell *c, const void *row)
{
	const struct figures_row *r = row;

	if (r->parent != NULL)
		img_cell_name(c, r->parent, strlen(r->parent));
}

static void get_users(struct img_cell *c, const void *row)
{
	img_cell_uint(c, ((const struct figures_row *)row)->users);
}

static void get_bytes(struct img_cell *c, const void *row)
{
	img_cell_uint(c, ((const struct figures_row *)row)->bytes);
}

static void get_taken(struct img_cell *c, const void *row)
{
	img_cell_uint(c, ((const struct figures_row *)row)->taken);
}

static void get_superseded(struct img_cell *c, const void *row)
{
	const struct figures_row *r = row;

	/* Of a broken one the bytes are not known. */
	img_cell_uint(c, r->bytes > r->taken ? r->bytes - r->taken : 0);
}

enum { IN_CHAIN = 1 << FIGURES_CHAIN, IN_LIST = 1 << FIGURES_LIST };

/* `needs` says in which of the tables it is. */
static const struct img_column columns[] = {
	{ "BYTES", IMG_COL_RIGHT, IN_CHAIN | IN_LIST, "bytes of memory in it", get_bytes },
	{ "TAKEN", IMG_COL_RIGHT, IN_CHAIN | IN_LIST, "of these: by the newest", get_taken },
	{ "SUPERSEDED", IMG_COL_RIGHT, IN_LIST, "of these: by none", get_superseded },
	{ "USERS", IMG_COL_RIGHT, IN_LIST, "dumps that depend on it", get_users },
	{ "DIR", 0, IN_CHAIN | IN_LIST, "the directory", get_dir },
	{ "PARENT", 0, IN_LIST, "its parent", get_parent },
	{ NULL, 0, 0, NULL, NULL },
};

static void print_json(struct img_table *t, const struct figures_row *row, struct img_out *out)
{
	struct img_jw w;

	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	img_table_json(t, row, &w);
	img_jw_close(&w, '}');
	img_out_byte(out, '\n');
}

int figures_print(const struct figures_row *rows, size_t n, enum figures_table which, bool json,
		  struct img_out *out, struct img_err *err)
{
	const struct img_table_style style = { .bytes = true, .json = json };
	struct img_columns sel = { .n = 0 };
	struct img_table *t;

	for (const struct img_column *c = columns; c->name != NULL; c++)
		if (c->needs & 1u << which)
			sel.v[sel.n++] = c;
	t = img_table_new(&sel, &style, out);
	if (t == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < n; i++)
		if (json)
			print_json(t, &rows[i], out);
		else
			img_table_row(t, &rows[i]);
	return img_table_end(t, err);
}
