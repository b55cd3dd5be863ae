/*
 * Any bytes as a directory: its processes, descriptors, mappings, sockets, mounts, namespaces and
 * cgroups in all columns, aligned, raw and as JSON. Each row has as many columns, and what comes
 * out is safe to show, or JSON.
 */
#include "dump.h"
#include "libimg/view/cgroups.h"
#include "libimg/view/fds_columns.h"
#include "libimg/view/mems_columns.h"
#include "libimg/view/mounts_columns.h"
#include "libimg/view/nses.h"
#include "libimg/view/ps_columns.h"
#include "libimg/view/sockets_columns.h"

static const struct img_report report = { dump_report, NULL };

/* A table in its three forms. */
struct forms {
	struct img_columns cols;
	struct img_table *table[3];
	struct dump_out out[3];
};

static const struct img_table_style styles[] = { { .utf8 = true, .color = false },
						 { .raw = true, .noheadings = true },
						 { .json = true } };

static void begin(struct forms *f, const struct img_column *all)
{
	f->cols.n = 0;
	img_columns_all(&f->cols, all);
	for (size_t i = 0; i < 3; i++) {
		dump_begin(&f->out[i]);
		f->table[i] = img_table_new(&f->cols, &styles[i], f->out[i].o);
	}
}

static void put(struct forms *f, const void *row)
{
	struct img_jw w;

	img_table_row(f->table[0], row);
	img_table_row(f->table[1], row);
	img_jw_init(&w, f->out[2].o, IMG_JW_LINE);
	img_jw_open(&w, '{');
	img_table_json(f->table[2], row, &w);
	img_jw_close(&w, '}');
}

static size_t columns;

/* No blank is in a value, and none is empty. */
static void check_raw(const void *text, size_t n)
{
	const char *p = text;
	size_t blanks = 0;

	dump_text(text, n);
	for (size_t i = 0; i < n; i++) {
		blanks += p[i] == ' ';
		if (p[i] != '\n')
			continue;
		if (blanks + 1 != columns)
			dump_refuse("a row without all columns", p, n);
		blanks = 0;
	}
}

static void end(struct forms *f)
{
	struct img_err err;

	for (size_t i = 0; i < 3; i++)
		if (img_table_end(f->table[i], &err) < 0)
			dump_error(&err);
	columns = f->cols.n;
	dump_end(&f->out[0], dump_text);
	dump_end(&f->out[1], check_raw);
	dump_end(&f->out[2], dump_json);
}

/* ---- the views ---- */

static void show_tasks(struct img_dir *d, struct img_ps *ps, struct img_desc *desc)
{
	struct img_tasks *v = img_tasks_new(d, ps, 0xff, &report);
	const bool last[2] = { true, false };
	struct forms f;

	begin(&f, img_ps_columns);
	for (size_t i = 0; i < ps->n; i++) {
		struct img_about a = { .t = &ps->tasks[i], .tid = ps->tasks[i].pid };
		struct img_ps_row row = { v, a.t, &a, desc, i % 3, last };

		img_about_read(v, &a);
		put(&f, &row);
	}
	end(&f);
	img_tasks_free(v);
}

static void show_fds(struct img_ps *ps, struct img_desc *desc)
{
	const struct img_fds *fds = img_desc_fds(desc);
	struct forms f;

	begin(&f, img_fds_columns);
	for (uint32_t i = 0; i < fds->n; i++) {
		struct img_fds_row row = { desc, &ps->tasks[fds->v[i].task], &fds->v[i],
					   i % 5 == 0 ? "cwd" : NULL };

		put(&f, &row);
	}
	end(&f);
}

static void show_mems(struct img_dir *d, struct img_ps *ps, struct img_desc *desc)
{
	struct img_mems *m = img_mems_new(d, desc);
	struct img_shmems *segments = img_shmem_new(d, img_desc_files(desc));
	struct img_mems_pages pages = { 4096, 0, UINT64_MAX };
	struct img_buf name = { 0 };
	struct forms f;

	begin(&f, img_mems_columns);
	for (size_t i = 0; i < ps->n; i++) {
		struct img_mapping map;
		struct img_err err;
		uint32_t exe;
		int r = img_mems_open(m, ps->tasks[i].pid, &exe, &err);

		while (r > 0 && (r = img_mems_next(m, &map, &err)) > 0) {
			struct img_space space = { .start_stack = img_mems_stack(m) };
			struct img_mems_row row = { &ps->tasks[i], &map,  segments, &space,
						    &pages,        &name, &report };

			put(&f, &row);
		}
		if (r < 0)
			dump_error(&err);
	}
	end(&f);
	img_buf_free(&name);
	img_shmem_free(segments);
	img_mems_free(m);
}

static void show_sockets(struct img_ps *ps, struct img_desc *desc)
{
	struct img_sockets *s = img_sockets_new(desc);
	struct forms f;

	begin(&f, img_sockets_columns);
	while (s != NULL && img_sockets_next(s)) {
		struct img_sockets_row row = { s, img_sockets_at(s), ps };

		put(&f, &row);
	}
	end(&f);
	img_sockets_free(s);
}

/* Every mount is reached once, and the walk ends. */
static void show_mounts(struct img_dir *d, uint32_t ns)
{
	struct img_mounts *m;
	struct img_err err;
	unsigned depth = 0;
	size_t n = 0;
	struct forms f;

	if (img_mounts_read(d, ns, &m, &err) < 0)
		dump_error(&err);
	if (m == NULL)
		return;
	begin(&f, img_mounts_columns);
	for (size_t i = m->root; i != IMG_NO_MOUNT && n <= m->n;
	     i = img_mounts_walk(m, i, &depth)) {
		struct img_mounts_row row = { ns, &m->v[i], 0, NULL, n++ % 2 ? "image" : NULL };

		put(&f, &row);
	}
	if (n != m->n)
		dump_refuse("the tree of mounts", "", 0);
	end(&f);
	img_mounts_free(m);
}

static void show_groups(struct img_dir *d, struct img_ps *ps)
{
	struct img_tasks *v = img_tasks_new(d, ps, IMG_SHOW_NS, &report);
	bool *shown = calloc(ps->n + 1, sizeof(*shown));
	struct img_nses *nses;
	struct img_cgroups *cgroups;
	struct forms f;

	memset(shown, true, ps->n);
	nses = img_nses_new(v, shown);
	begin(&f, img_nses_columns);
	for (size_t i = 0; i < nses->n; i++) {
		struct img_nses_row row = { nses, &nses->v[i] };

		put(&f, &row);
		if (strcmp(img_ns_name(nses->v[i].kind), "mnt") == 0)
			show_mounts(d, nses->v[i].id);
	}
	end(&f);
	img_nses_free(nses);
	cgroups = img_cgroups_new(v, NULL);
	begin(&f, img_cgroups_columns);
	for (size_t i = 0; i < cgroups->n; i++) {
		struct img_cgroups_row row = { cgroups, &cgroups->v[i] };

		put(&f, &row);
	}
	end(&f);
	img_cgroups_free(cgroups);
	img_tasks_free(v);
	free(shown);
}

/* One view of them a run. */
static void show_some(struct img_dir *d, struct img_ps *ps, struct img_desc *desc, size_t pick)
{
	switch (pick % 5) {
	case 0: show_tasks(d, ps, desc); break;
	case 1: show_fds(ps, desc); break;
	case 2: show_mems(d, ps, desc); break;
	case 3: show_sockets(ps, desc); break;
	default: show_groups(d, ps); break;
	}
}

static void show(const char *dir, size_t pick)
{
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);
	struct img_ps *ps = NULL;
	struct img_desc *desc;

	if (d == NULL) {
		dump_error(&err);
		return;
	}
	if (img_ps_read(d, &ps, &err) < 0)
		dump_error(&err);
	if (ps != NULL) {
		for (size_t i = 0; i < ps->n; i++)
			if (img_ps_core(d, &ps->tasks[i], &err) < 0)
				dump_error(&err);
		desc = img_desc_new(d, ps, &report);
		show_some(d, ps, desc, pick);
		img_desc_free(desc);
	}
	img_ps_free(ps);
	img_dir_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, show);
	return 0;
}
