/* flatten, thin, poke: chains that are made here, against the memory that they stand for. */
#include "libimg/rewrite/flatten.h"

#include "libimg/dump/newdir.h"
#include "libimg/rewrite/poke.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/thin.h"
#include "memdir.h"

enum {
	PAGES = 60,
	DEPTH = 20,
	BASE_ADDR = 0x10000,
	NONE = 0, /* no page */
};

static struct img_err err;

/* ---- chance that is the same each time ---- */

static uint32_t seed;

static unsigned below(unsigned n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

/* ---- a chain, and the memory at each of its dumps ---- */

struct moment {
	char page[PAGES];    /* its bytes, or NONE */
	bool lazy[PAGES];    /* the bit of the entry that holds it */
	bool present[PAGES]; /* in this layer */
};

struct chain {
	const char *dir;
	unsigned depth;
	struct moment m[DEPTH];
	bool wide;
};

static const char *layer(const struct chain *c, unsigned i)
{
	static char path[2][PATH_MAX];
	static unsigned turn;
	char *p = path[turn++ % 2];

	snprintf(p, PATH_MAX, "%s/%u", c->dir, i);
	return p;
}

static uint32_t flags_of(const struct moment *m, unsigned i)
{
	return m->present[i] ? IMG_PE_PRESENT | (m->lazy[i] ? IMG_PE_LAZY : 0) : IMG_PE_PARENT;
}

/* The time goes on: pages come, go and change, in stretches. */
static void next_moment(struct moment *m, const struct moment *last)
{
	memset(m, 0, sizeof(*m));
	for (unsigned i = 0; i < PAGES;) {
		unsigned n = 1 + below(8), what = below(10);

		for (; n > 0 && i < PAGES; n--, i++) {
			bool had = last != NULL && last->page[i] != NONE;

			if (what == 0 || (what < 4 && !had))
				continue;
			m->present[i] = !had || what < 6;
			m->lazy[i] = m->present[i] ? below(2) != 0 : last->lazy[i];
			/* Few kinds of pages: some are what they were before. */
			m->page[i] = m->present[i] ? "abcdefgh.."[below(10)] : last->page[i];
		}
	}
}

static void write_layer(const struct chain *c, unsigned k)
{
	const struct moment *m = &c->m[k];
	struct made_run runs[PAGES];
	char text[PAGES + 1], name[32];
	size_t n = 0, pages = 0;

	for (unsigned i = 0; i < PAGES; i++) {
		struct made_run *last = n > 0 ? &runs[n - 1] : NULL;

		if (m->page[i] == NONE)
			continue;
		if (m->present[i])
			text[pages++] = m->page[i];
		if (last != NULL && last->addr + last->pages * PAGE == BASE_ADDR + i * PAGE &&
		    last->flags == flags_of(m, i) && below(5) != 0)
			last->pages++;
		else
			runs[n++] = (struct made_run){ BASE_ADDR + i * PAGE, 1, flags_of(m, i) };
	}
	text[pages] = '\0';
	ck_assert_int_eq(mkdir(layer(c, k), 0700), 0);
	make_pagemap(layer(c, k), "pagemap-7.img", 3 + k, runs, n);
	snprintf(name, sizeof(name), "pages-%u.img", 3 + k);
	make_pages(layer(c, k), name, text);
}

/* The middle of the memory is of huge pages, if so. */
static void write_mm(const struct chain *c, unsigned k, bool huge)
{
	const struct made_vma v[] = {
		{ BASE_ADDR, BASE_ADDR + 20 * PAGE, 0, 0, IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE,
		  0x22 },
		{ BASE_ADDR + 20 * PAGE, BASE_ADDR + 40 * PAGE, 0, 0,
		  IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE, huge ? 0x40022 : 0x22 },
		{ BASE_ADDR + 40 * PAGE, BASE_ADDR + PAGES * PAGE, 0, 0,
		  IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE, 0x22 },
	};

	make_mm(layer(c, k), "mm-7.img", v, COUNT(v));
}

static void chain_new(struct chain *c, unsigned depth, bool huge)
{
	memset(c, 0, sizeof(*c));
	c->dir = dir_new();
	c->depth = depth;
	for (unsigned k = 0; k < depth; k++) {
		char link[PATH_MAX], to[32];

		next_moment(&c->m[k], k > 0 ? &c->m[k - 1] : NULL);
		write_layer(c, k);
		write_mm(c, k, huge);
		if (k == 0)
			continue;
		snprintf(link, sizeof(link), "%s/parent", layer(c, k));
		snprintf(to, sizeof(to), "../%u", k - 1);
		ck_assert_int_eq(symlink(to, link), 0);
	}
}

/* ---- flattened ---- */

/* The dump `from` through a change; parent: the text of the link, or NULL. 0, or -1 with err. */
static int change_to(struct img_dir *from, const struct img_change *change, const char *parent,
		     const char *out)
{
	struct img_rewrite *rw = img_rewrite_new(from, change, 1, &err);
	const struct img_report left = { NULL, NULL };
	struct img_newdir *nd;
	struct img_sink to;
	int r;

	if (rw == NULL)
		return -1;
	nd = img_newdir_begin(out, from, IMG_LINK_COPY, &err);
	ck_assert_ptr_nonnull(nd);
	to = img_newdir_sink(nd);
	r = img_newdir_parent(nd, parent, &err);
	if (r == 0)
		r = img_rewrite_all(rw, &to, &err);
	if (r == 0)
		r = img_newdir_rest(nd, &left, &err);
	r = r < 0 ? (img_newdir_end(nd, false, NULL), -1) : img_newdir_end(nd, true, &err);
	img_rewrite_free(rw);
	return r;
}

/* 0, or -1 with err. */
static int flatten_to(const char *from, const char *base, const char *out,
		      struct img_flatten_figures *sum)
{
	struct img_dir *d = img_dir_open(from, 0, &err);
	struct img_dir *b = base != NULL ? img_dir_open(base, 0, &err) : NULL;
	struct img_flatten *f = img_flatten_new(b);
	struct img_change change = img_flatten_change(f);
	int r = change_to(d, &change, base, out);

	if (sum != NULL)
		*sum = img_flatten_figures(f);
	img_flatten_free(f);
	img_dir_close(b);
	img_dir_close(d);
	return r;
}

/* The memory of a directory is that of the moment; `whole`: no page is in a parent. */
static void check_memory(const char *dir, const struct moment *m, bool whole)
{
	struct opened o = open_mem(dir);

	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t addr = BASE_ADDR + i * PAGE;
		uint8_t page[PAGE], want[PAGE];
		struct img_run run;

		ck_assert_int_eq(img_mem_run(o.mem, addr, addr + PAGE, &run, &err), 0);
		if (m->page[i] == NONE) {
			ck_assert_int_eq(run.where, IMG_ZERO);
			continue;
		}
		ck_assert_msg(run.where == IMG_HERE || (!whole && run.where == IMG_PARENT),
			      "page %u is in %d", i, run.where);
		ck_assert_int_eq(run.piece.flags & IMG_PE_LAZY, m->lazy[i] ? IMG_PE_LAZY : 0);
		if (img_run_read(&run, 0, page, PAGE, &err) < 0)
			ck_abort_msg("%s", said(&err));
		/* Not byte by byte: Check notes each assertion in a file. */
		memset(want, m->page[i] == '.' ? 0 : m->page[i], PAGE);
		ck_assert_msg(memcmp(page, want, PAGE) == 0, "page %u has other bytes", i);
	}
	close_mem(&o);
}

/* The pages file is that of a full dump of the moment. */
static void check_pages(const char *dir, unsigned k, const struct moment *m)
{
	char path[PATH_MAX];
	uint8_t page[PAGE];
	FILE *f;

	snprintf(path, sizeof(path), "%s/pages-%u.img", dir, 3 + k);
	f = fopen(path, "r");
	ck_assert_ptr_nonnull(f);
	for (unsigned i = 0; i < PAGES; i++) {
		if (m->page[i] == NONE)
			continue;
		ck_assert_uint_eq(fread(page, 1, PAGE, f), PAGE);
		ck_assert_int_eq(page[PAGE - 1], m->page[i] == '.' ? 0 : m->page[i]);
	}
	ck_assert_int_eq(fgetc(f), EOF);
	fclose(f);
}

static const char *out_path(const struct chain *c)
{
	static char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/out", c->dir);
	return path;
}

/* Chains of depth 1 to 20, each of their dumps. */
START_TEST(chains_become_full_dumps)
{
	unsigned depth = (unsigned)_i;
	struct chain c;

	seed = depth;
	chain_new(&c, depth, false);
	for (unsigned k = 0; k < depth; k++) {
		if (flatten_to(layer(&c, k), NULL, out_path(&c), NULL) < 0)
			ck_abort_msg("%s", said(&err));
		check_memory(out_path(&c), &c.m[k], true);
		check_pages(out_path(&c), k, &c.m[k]);
		unit_remove(out_path(&c));
	}
	dir_drop(c.dir);
}
END_TEST

/* Is the page of the newest one that the base has too? */
static bool has_too(const struct moment *base, const struct moment *m, unsigned i)
{
	return m->page[i] != NONE && base->page[i] == m->page[i];
}

static void check_left(const char *dir, const struct moment *base, const struct moment *m,
		       bool huge)
{
	struct opened o = open_mem(dir);

	for (unsigned i = 0; i < PAGES; i++) {
		uint64_t addr = BASE_ADDR + i * PAGE;
		bool left = has_too(base, m, i) && !(huge && i >= 20 && i < 40);
		struct img_run run;

		if (m->page[i] == NONE)
			continue;
		ck_assert_int_eq(img_mem_run(o.mem, addr, addr + PAGE, &run, &err), 0);
		ck_assert_msg(run.where == (left ? IMG_PARENT : IMG_HERE), "page %u is in %d", i,
			      run.where);
	}
	close_mem(&o);
}

/* Each dump of a chain against each older one, which need not be its parent. */
START_TEST(what_the_base_has_is_left_to_it)
{
	unsigned depth = 2 + (unsigned)_i % 7;
	bool huge = _i % 2 != 0;
	struct chain c;

	seed = 1000 + (uint32_t)_i;
	chain_new(&c, depth, huge);
	for (unsigned k = 1; k < depth; k++) {
		unsigned base = below(k);
		struct moment m = c.m[k];

		if (flatten_to(layer(&c, k), layer(&c, base), out_path(&c), NULL) < 0)
			ck_abort_msg("%s", said(&err));
		check_left(out_path(&c), &c.m[base], &m, huge);
		/* Of a page that is left it is the base's entry that says whether it is lazy. */
		for (unsigned i = 0; i < PAGES; i++)
			if (has_too(&c.m[base], &m, i) && !(huge && i >= 20 && i < 40))
				m.lazy[i] = c.m[base].lazy[i];
		check_memory(out_path(&c), &m, false);
		unit_remove(out_path(&c));
	}
	dir_drop(c.dir);
}
END_TEST

/* ---- older layers without what is replaced ---- */

static struct img_dir *ancestor(struct img_dir *d, unsigned level)
{
	while (level-- > 0)
		ck_assert_int_eq(img_dir_parent(d, &d, &err), 1);
	return d;
}

/* All layers thinned out, in directories of their own, have the memory of the newest. */
START_TEST(thinned_layers_have_all_that_the_newest_takes)
{
	unsigned depth = 2 + (unsigned)_i % 6;
	char dir[PATH_MAX], out[PATH_MAX], link[32];
	struct chain c;
	struct img_dir *newest;

	seed = 2000 + (uint32_t)_i;
	chain_new(&c, depth, false);
	newest = img_dir_open(layer(&c, depth - 1), 0, &err);
	snprintf(dir, sizeof(dir), "%s/thin", c.dir);
	ck_assert_int_eq(mkdir(dir, 0700), 0);
	for (unsigned k = depth; k-- > 0;) {
		struct img_thin *t = img_thin_new(newest, k);
		struct img_change change = k > 0 ? img_thin_change(t) : (struct img_change){ 0 };

		snprintf(out, sizeof(out), "%s/%u", dir, k);
		snprintf(link, sizeof(link), "../%u", k + 1);
		if (change_to(ancestor(newest, k), &change, k + 1 < depth ? link : NULL, out) < 0)
			ck_abort_msg("%s", said(&err));
		img_thin_free(t);
	}
	check_memory(out, &c.m[depth - 1], false);
	/* The older ones are no dumps any more. */
	for (unsigned k = 1; k < depth; k++) {
		char path[PATH_MAX];
		struct stat st;

		snprintf(path, sizeof(path), "%s/%u/core-7.img", dir, k);
		ck_assert_int_lt(stat(path, &st), 0);
	}
	img_dir_close(newest);
	dir_drop(c.dir);
}
END_TEST

/* ---- pokes ---- */

/* Bytes as they are to be after pokes, which may be in any page, and across two. */
START_TEST(pokes_change_bytes_and_nothing_else)
{
	static uint8_t want[PAGES * PAGE], got[PAGES * PAGE];
	struct img_pokes *p = img_pokes_new((struct img_changes){ NULL, NULL });
	struct img_change change = img_pokes_change(p);
	struct opened o;
	struct chain c;

	seed = 3000 + (uint32_t)_i;
	chain_new(&c, 3, false);
	for (unsigned i = 0; i < PAGES; i++)
		memset(want + i * PAGE, c.m[2].page[i] == '.' ? 0 : c.m[2].page[i], PAGE);
	for (unsigned n = below(12); n > 0; n--) {
		unsigned at = below(PAGES * PAGE - 8), v = below(90) + 10;
		char text[80];

		snprintf(text, sizeof(text), "7:0x%x=hex:%02u%02u%02u%02u%02u", BASE_ADDR + at, v,
			 v, v, v, v);
		ck_assert_int_eq(img_pokes_add(p, text, &err), 0);
		memset(want + at, (int)(v / 10 * 16 + v % 10), 5);
	}
	o.dir = img_dir_open(layer(&c, 2), 0, &err);
	if (change_to(o.dir, &change, "../1", out_path(&c)) < 0)
		ck_abort_msg("%s", said(&err));
	img_dir_close(o.dir);
	img_pokes_free(p);
	/* Beside its parent. */
	o = open_mem(out_path(&c));
	ck_assert_int_eq(img_mem_read(o.mem, BASE_ADDR, got, sizeof(got), NULL, &err), 1);
	for (unsigned i = 0; i < PAGES * PAGE; i++)
		if (got[i] != want[i])
			ck_abort_msg("0x%x is %02x, expected %02x", BASE_ADDR + i, got[i], want[i]);
	close_mem(&o);
	dir_drop(c.dir);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, chains_become_full_dumps, 1, DEPTH + 1);
	tcase_add_loop_test(tc, what_the_base_has_is_left_to_it, 0, 14);
	tcase_add_loop_test(tc, thinned_layers_have_all_that_the_newest_takes, 0, 10);
	tcase_add_loop_test(tc, pokes_change_bytes_and_nothing_else, 0, 20);
}

int main(void)
{
	return unit_run("flatten", add);
}
