/*
 * Any bytes as a directory: its chain of parents, its processes, descriptors and mappings,
 * as text, as JSON and as a graph. What comes out is safe to show, or JSON. Compared with
 * itself, nothing differs.
 */
#include "fdinfo.pb-c.h"
#include "dump.h"
#include "libimg/view/compare.h"
#include "libimg/view/dot.h"
#include "libimg/view/fds_set.h"
#include "libimg/view/mems.h"
#include "libimg/view/ps.h"

static const struct img_report report = { dump_report, NULL };

static void walk_parents(struct img_dir *d)
{
	struct img_dir_names l;
	struct img_err err;

	do {
		if (img_dir_list(d, &l, &err) < 0)
			dump_error(&err);
		img_list_free(&l);
	} while (img_dir_parent(d, &d, &err) > 0);
}

/* ---- processes ---- */

/* Every task is reached once, and the order of the walk ends. */
static void check_tree(const struct img_ps *ps)
{
	const struct img_task *t = ps->root != IMG_NO_TASK ? &ps->tasks[ps->root] : NULL;
	unsigned depth = 0;
	size_t n = 0;

	for (; t != NULL && n <= ps->n; t = img_ps_walk(ps, t, &depth))
		n++;
	if (n != ps->n)
		dump_refuse("the tree of tasks", "", 0);
}

static void show_tasks(struct img_dir *d, const struct img_ps *ps)
{
	bool *shown = calloc(ps->n + 1, sizeof(*shown));
	struct img_tasks *v = img_tasks_new(d, ps, 0xff, &report);
	struct dump_out text, json;
	struct img_jw w;

	for (size_t i = 0; i < ps->n; i++)
		shown[i] = true;
	dump_begin(&text);
	dump_begin(&json);
	img_tasks_header(v, shown, text.o);
	for (size_t i = 0; i < ps->n; i++) {
		img_task_text(v, &ps->tasks[i], i % 64, text.o);
		img_jw_init(&w, json.o, IMG_JW_LINE);
		img_jw_open(&w, '{');
		img_task_json(v, &ps->tasks[i], &w);
		img_jw_close(&w, '}');
	}
	dump_end(&text, dump_text);
	dump_end(&json, dump_json);
	img_tasks_free(v);
	free(shown);
}

static void show_graph(struct img_dir *d, struct img_ps *ps)
{
	bool *shown = calloc(ps->n + 1, sizeof(*shown));
	struct dump_out out;
	struct img_err err;

	for (size_t i = 0; i < ps->n; i++)
		shown[i] = true;
	dump_begin(&out);
	if (img_dot_draw(&(struct img_dot){ out.o, d, ps, shown, "dump", true, &report }, &err) < 0)
		dump_error(&err);
	dump_end(&out, dump_text);
	free(shown);
}

/* ---- descriptors and mappings ---- */

static void show_fd(struct img_desc *c, const struct img_fd *fd, struct img_out *text,
		    struct img_out *json, unsigned what)
{
	struct img_jw w;

	img_desc_text(c, text, fd, what);
	img_out_byte(text, '\n');
	img_jw_init(&w, json, IMG_JW_LINE);
	img_jw_open(&w, '{');
	img_desc_json(c, &w, fd, what);
	img_jw_close(&w, '}');
	img_desc_listens(c, fd);
}

static void show_fds(struct img_dir *d, const struct img_ps *ps, struct img_desc *c)
{
	const struct img_fds *fds = img_desc_fds(c);
	struct img_desc_set sockets = { 0 };
	struct dump_out text, json;

	img_desc_set_add(&sockets, "tcp", 3);
	dump_begin(&text);
	dump_begin(&json);
	for (uint32_t i = 0; i < fds->n; i++) {
		img_desc_set_has(&sockets, c, &fds->v[i]);
		show_fd(c, &fds->v[i], text.o, json.o, IMG_DESC_FLAGS | IMG_DESC_QUEUES);
	}
	for (size_t i = 0; i < ps->n; i++) {
		uint32_t cwd, root;
		struct img_err err;
		struct img_fd fd;

		if (img_fds_fs(d, ps->tasks[i].pid, &cwd, &root, &err) <= 0)
			continue;
		fd = img_desc_file(c, FD_TYPES__REG, cwd);
		show_fd(c, &fd, text.o, json.o, IMG_DESC_PLACE);
	}
	dump_end(&text, dump_text);
	dump_end(&json, dump_json);
}

static void show_mems(struct img_mems *m, uint32_t pid, struct img_out *text, struct img_out *json)
{
	struct img_mapping map;
	struct img_err err;
	struct img_jw w;
	uint32_t exe;
	int r = img_mems_open(m, pid, &exe, &err);

	if (r > 0)
		img_mems_exe_text(m, text, exe);
	while (r > 0 && (r = img_mems_next(m, &map, &err)) > 0) {
		img_mems_text(m, text, &map);
		img_out_byte(text, '\n');
		img_jw_init(&w, json, IMG_JW_LINE);
		img_jw_open(&w, '{');
		img_mems_json(m, &w, &map);
		img_jw_close(&w, '}');
	}
	if (r < 0)
		dump_error(&err);
}

static void show_files(struct img_dir *d, struct img_ps *ps)
{
	struct img_desc *c = img_desc_new(d, ps, &report);
	struct img_mems *m = img_mems_new(d, c);
	struct dump_out text, json;

	show_fds(d, ps, c);
	dump_begin(&text);
	dump_begin(&json);
	for (size_t i = 0; i < ps->n; i++)
		show_mems(m, ps->tasks[i].pid, text.o, json.o);
	dump_end(&text, dump_text);
	dump_end(&json, dump_json);
	img_mems_free(m);
	img_desc_free(c);
}

/* ---- differences ---- */

static bool any(void *arg, const struct img_task *first, const struct img_task *second)
{
	(void)arg;
	(void)first;
	(void)second;
	return true;
}

/* Pages that are in no image may differ. Of a pid that is twice in the tree one has no match. */
static void refuse(void *arg, const struct img_difference *d)
{
	(void)arg;
	if (d->fact[0] != NULL || d->fact[1] != NULL)
		dump_refuse("a difference from itself",
			    (d->fact[0] != NULL ? d->fact[0] : d->fact[1])->key, 0);
}

static void compare(struct img_dir *d, struct img_ps *ps)
{
	struct img_compared it = { d, ps, false, &report };
	struct img_compare *c;
	struct img_err err;

	c = img_compare_new((const struct img_compared[]){ it, it }, IMG_COMPARE_ALL, &err);
	if (c == NULL) {
		dump_error(&err);
		return;
	}
	img_compare_dumps(c, refuse, NULL);
	img_compare_tasks(c, any, refuse, NULL);
	img_compare_free(c);
}

/* ---- all of it ---- */

/* One thing of it a run: each takes about as long as all that goes before. */
static void show_some(struct img_dir *d, struct img_ps *ps, size_t pick)
{
	switch (pick % 4) {
	case 0: show_tasks(d, ps); break;
	case 1: show_graph(d, ps); break;
	case 2: show_files(d, ps); break;
	default: compare(d, ps); break;
	}
}

static void show(const char *dir, size_t pick)
{
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);
	struct img_ps *ps = NULL;

	if (d == NULL) {
		dump_error(&err);
		return;
	}
	walk_parents(d);
	if (img_ps_read(d, &ps, &err) < 0)
		dump_error(&err);
	if (ps != NULL) {
		for (size_t i = 0; i < ps->n; i++)
			if (img_ps_core(d, &ps->tasks[i], &err) < 0)
				dump_error(&err);
		check_tree(ps);
		show_some(d, ps, pick);
	}
	img_ps_free(ps);
	img_dir_close(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	blob_run(p, n, show);
	return 0;
}
