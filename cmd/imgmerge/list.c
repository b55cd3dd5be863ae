#include "cmd/imgmerge/list.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/imgmerge/figures.h"
#include "libimg/base/alloc.h"
#include "libimg/base/fileid.h"
#include "libimg/dump/layers.h"
#include "libimg/memory/chain.h"

enum { NOBODY = -1 };

/* A directory: named by the user, or a parent of such. */
struct listed {
	char *name;
	struct img_fileid id; /* of no file in an archive */
	ptrdiff_t parent;     /* index, or NOBODY */
	bool has_child;
	bool broken;  /* reported: its pages, or a parent; what is needed of it is unknown */
	size_t heads; /* newest dumps that have it in their chain */
	uint64_t users, bytes, taken;
};

/* Pages that one of several newest dumps takes from a directory. */
struct range {
	size_t dir; /* index */
	uint64_t id;
	uint64_t start, end;
	bool shared;
};

struct dirs {
	const struct tool *tool;
	struct listed *v;
	size_t n;
	struct img_buf ranges;
	int status;
};

static void fail(struct dirs *l, const char *dir, const struct img_err *err)
{
	int status = tool_fail(l->tool, dir, err);

	if (status > l->status)
		l->status = status;
}

/* ---- directories ---- */

/* Its index; it is added unless it is there. -1 with *err. `name` is taken over. */
static ptrdiff_t add(struct dirs *l, const struct img_dir *d, char *name, struct img_err *err)
{
	struct listed *v;
	struct stat st = { .st_ino = 0 }; /* what is in an archive is nobody's parent */

	if (name == NULL)
		return img_fail_mem(err);
	if (img_dir_fd(d) >= 0 && fstat(img_dir_fd(d), &st) < 0) {
		img_free(name);
		return img_fail_sys(err);
	}
	for (size_t i = 0; i < l->n; i++)
		if (st.st_ino != 0 && img_fileid_same(l->v[i].id, img_fileid_of(&st))) {
			img_free(name);
			return (ptrdiff_t)i;
		}
	v = img_grow(l->v, l->n, sizeof(*v));
	if (v == NULL) {
		img_free(name);
		return img_fail_mem(err);
	}
	l->v = v;
	v[l->n] = (struct listed){ .name = name, .id = img_fileid_of(&st), .parent = NOBODY };
	return (ptrdiff_t)l->n++;
}

/* What stands in one directory alone. Its parent is added, to be looked at later. */
static int look_into(struct dirs *l, struct img_dir *d, ptrdiff_t at, struct img_err *err)
{
	struct img_dir *parent;
	ptrdiff_t up;
	int r = figures_bytes(d, &l->v[at].bytes, err);

	if (r == 0)
		r = img_dir_parent(d, &parent, err);
	if (r <= 0)
		return r;
	up = add(l, parent, img_layer_name(d, l->v[at].name, parent), err);
	if (up < 0)
		return -1;
	l->v[at].parent = up;
	l->v[up].has_child = true;
	return 0;
}

static void collect(struct dirs *l, char **dirs)
{
	struct img_err err;

	for (; *dirs != NULL; dirs++) {
		struct img_dir *d = img_dir_open(*dirs, tool_links(), &err);

		if (d == NULL || add(l, d, img_strndup(*dirs, strlen(*dirs)), &err) < 0)
			fail(l, *dirs, &err);
		img_dir_close(d);
	}
	/* The list grows by the parents that are met. */
	for (size_t i = 0; i < l->n; i++) {
		struct img_dir *d = img_dir_open(l->v[i].name, tool_links(), &err);

		if (d == NULL || look_into(l, d, (ptrdiff_t)i, &err) < 0) {
			fail(l, l->v[i].name, &err);
			l->v[i].broken = true;
		}
		img_dir_close(d);
	}
}

/* What a dump takes from its chain cannot be found out: it may be all that is there. */
static void give_up(struct dirs *l, size_t at)
{
	l->v[at].broken = true;
	for (ptrdiff_t p = l->v[at].parent; p != NOBODY && !l->v[p].broken; p = l->v[p].parent)
		l->v[p].broken = true;
}

static void fail_loop(struct dirs *l, size_t at)
{
	const ptrdiff_t parent = l->v[at].parent;
	struct img_err err;

	/* Once for each loop. */
	if (!l->v[parent].broken) {
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "leads to %s: a loop", l->v[parent].name);
		img_err_in(&err, l->v[at].name, "parent");
		fail(l, l->v[at].name, &err);
	}
	give_up(l, at);
}

/* From a newest dump down to its oldest parent. In a loop nobody is newest. */
static void count_users(struct dirs *l)
{
	for (size_t i = 0; i < l->n; i++) {
		size_t steps = 0;
		ptrdiff_t p = l->v[i].parent;

		for (; p != NOBODY && steps < l->n; p = l->v[p].parent, steps++) {
			l->v[p].users++;
			l->v[p].heads += !l->v[i].has_child;
		}
		if (p != NOBODY)
			fail_loop(l, i);
	}
}

/* ---- pages ---- */

struct head {
	struct dirs *l;
	struct img_dir *d;
	size_t at;
};

static size_t ancestor(const struct dirs *l, size_t at, size_t level)
{
	while (level-- > 0 && l->v[at].parent != NOBODY)
		at = (size_t)l->v[at].parent;
	return at;
}

/* Of a directory with one user each page is taken once. */
static int take(struct head *h, const struct range *r, struct img_err *err)
{
	if (h->l->v[r->dir].heads <= 1) {
		h->l->v[r->dir].taken += r->end - r->start;
		return 0;
	}
	img_buf_put(&h->l->ranges, r, sizeof(*r));
	return h->l->ranges.failed ? img_fail_mem(err) : 0;
}

static int take_run(struct head *h, struct img_chain *c, const struct img_dump_mem_run *run,
		    bool shared, uint64_t id, struct img_err *err)
{
	struct img_piece piece;

	for (uint64_t at = run->addr; at < run->end; at += piece.len) {
		if (img_chain_at(c, at, run->end, &piece, err) < 0)
			return -1;
		if (piece.where == IMG_HERE || piece.where == IMG_PARENT) {
			struct range r = { ancestor(h->l, h->at, piece.level), id, at,
					   at + piece.len, shared };

			if (take(h, &r, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int take_pagemap(void *arg, bool shared, uint64_t id, struct img_err *err)
{
	struct head *h = arg;
	struct img_dump_mem_run run;
	struct img_chain *c;
	int r = img_chain_open(h->d, shared, id, 0, &c, err);

	if (r <= 0)
		return r;
	while ((r = img_pagemap_next(img_chain_level(c, 0), &run, err)) > 0)
		if (take_run(h, c, &run, shared, id, err) < 0) {
			r = -1;
			break;
		}
	img_chain_close(c);
	return r;
}

static void take_pages(struct dirs *l)
{
	struct img_err err;

	for (size_t i = 0; i < l->n; i++) {
		struct head h = { l, NULL, i };

		if (l->v[i].has_child || l->v[i].broken)
			continue;
		h.d = img_dir_open(l->v[i].name, tool_links(), &err);
		if (h.d == NULL || figures_each(h.d, take_pagemap, &h, &err) < 0) {
			fail(l, l->v[i].name, &err);
			give_up(l, i);
		}
		img_dir_close(h.d);
	}
}

static int by_place(const void *x, const void *y)
{
	const struct range *a = x, *b = y;

	if (a->dir != b->dir)
		return a->dir < b->dir ? -1 : 1;
	if (a->shared != b->shared)
		return a->shared ? 1 : -1;
	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return a->start < b->start ? -1 : a->start > b->start;
}

static bool same_map(const struct range *a, const struct range *b)
{
	return a->dir == b->dir && a->shared == b->shared && a->id == b->id;
}

/* A page that several newest dumps take counts once. */
static void join_ranges(struct dirs *l)
{
	struct range *v = (struct range *)(void *)l->ranges.p;
	size_t n = l->ranges.n / sizeof(*v);

	if (n == 0)
		return;
	qsort(v, n, sizeof(*v), by_place);
	for (size_t i = 0; i < n;) {
		uint64_t end = v[i].end;
		size_t k = i + 1;

		for (; k < n && same_map(&v[i], &v[k]) && v[k].start <= end; k++)
			end = v[k].end > end ? v[k].end : end;
		l->v[v[i].dir].taken += end - v[i].start;
		i = k;
	}
}

/* ---- the table ---- */

static void print(struct dirs *l, bool json, struct img_out *out)
{
	struct figures_row *rows = img_calloc(l->n + 1, sizeof(*rows));
	struct img_err err;

	for (size_t i = 0; rows != NULL && i < l->n; i++) {
		const struct listed *d = &l->v[i];

		rows[i] =
			(struct figures_row){ d->name,
					      d->parent != NOBODY ? l->v[d->parent].name : NULL,
					      d->users, d->bytes, d->broken ? d->bytes : d->taken };
	}
	if (rows == NULL)
		img_fail_mem(&err);
	if (rows == NULL || figures_print(rows, l->n, FIGURES_LIST, json, out, &err) < 0)
		fail(l, NULL, &err);
	img_free(rows);
}

int list_dirs(const struct tool *t, char **dirs, bool json, struct img_out *out)
{
	struct dirs l = { .tool = t, .status = TOOL_OK };

	collect(&l, dirs);
	count_users(&l);
	take_pages(&l);
	join_ranges(&l);
	print(&l, json, out);
	for (size_t i = 0; i < l.n; i++)
		img_free(l.v[i].name);
	img_free(l.v);
	img_buf_free(&l.ranges);
	return l.status;
}
