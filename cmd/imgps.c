/* imgps - the processes in dumps */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/columns.h"
#include "libimg/base/alloc.h"
#include "libimg/view/dot.h"
#include "libimg/view/ps_columns.h"

static const struct tool_opt opts[] = {
	{ 'a', "args", NULL, "show command lines" },
	{ 'e', "env", NULL, "show environments" },
	{ 't', "threads", NULL, "show threads" },
	{ 's', "state", NULL, "show states: running, stopped by a signal, exit of a zombie" },
	{ 'c', "creds", NULL, "show users, groups, capabilities, seccomp" },
	{ 'n', "ns", NULL, "show namespaces, and which of them are in the dump" },
	{ 'l', "limits", NULL, "show resource limits: soft, hard" },
	{ 'S', "signals", NULL, "show signals: pending, blocked, ignored, handled" },
	{ 'd', "dot", NULL, "write a graph for Graphviz: tree, pipes and sockets" },
	EXPLORE_OPTS,
	EXPLORE_DIR_OPTS,
	COLUMNS_OPTS(COLUMNS_NOHEADINGS, 'r'),
	COLUMNS_OPT_BYTES('b'),
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgps",
	.args = "[DIR]...",
	.about = "Show the processes in CRIU dumps.",
	.opts = opts,
	.columns = img_ps_columns,
};

/* The run, and the current directory. */
struct view {
	struct explore *x;
	struct columns cols;
	struct img_out *o;
	unsigned show;
	bool dot, json;
	struct img_tasks *tasks;
	bool *shown; /* by task */
};

static void dot_dump(struct view *v)
{
	const struct img_dot d = {
		.out = v->o,
		.dir = v->x->dir,
		.ps = v->x->ps,
		.shown = v->shown,
		.name = v->x->path,
		.args = (v->show & IMG_SHOW_ARGS) != 0,
		.report = &v->x->report,
	};
	struct img_err err;

	if (img_dot_draw(&d, &err) < 0)
		explore_fail(v->x, &err);
}

/* ---- the tree ---- */

static void one_task(struct view *v, const struct img_task *t, unsigned depth)
{
	struct img_jw w;

	if (!v->json) {
		img_task_text(v->tasks, t, depth, v->o);
		return;
	}
	explore_begin(v->x, &w);
	img_task_json(v->tasks, t, &w);
	explore_end(v->x, &w);
}

/* Levels count shown processes only: children of a hidden process move outward. */
static void each_task(struct view *v)
{
	const struct img_ps *ps = v->x->ps;
	unsigned *level = img_calloc(ps->n + 1, sizeof(*level)), depth = 0;
	const struct img_task *t = ps->root != IMG_NO_TASK ? &ps->tasks[ps->root] : NULL;

	if (level == NULL)
		exit(tool_sysfail(&tool, NULL));
	for (; t != NULL && !img_out_failed(v->o); t = img_ps_walk(ps, t, &depth)) {
		size_t i = (size_t)(t - ps->tasks);

		/* Remembered for its children: its level plus one if it is shown. */
		level[i] = t->parent != IMG_NO_TASK ? level[t->parent] : 0;
		if (v->shown[i])
			one_task(v, t, level[i]++);
	}
	img_free(level);
}

/* ---- columns ---- */

/* The shown processes in their order, with what their rows need. */
struct rows {
	const struct img_task **tasks;
	unsigned *level;
	bool *last;   /* of its parent? */
	bool *branch; /* that of the current row, by level */
	size_t n;
};

static void put_rows(struct view *v, const struct rows *all, struct img_desc *desc)
{
	columns_begin(&v->cols, v->x);
	for (size_t i = 0; i < all->n && !img_out_failed(v->o); i++) {
		struct img_about a = { .t = all->tasks[i], .tid = all->tasks[i]->pid };
		struct img_ps_row row = { v->tasks, a.t, &a, desc, all->level[i], all->branch };

		img_about_read(v->tasks, &a);
		if (all->level[i] > 0)
			all->branch[all->level[i] - 1] = all->last[i];
		columns_row(&v->cols, v->x, &row);
	}
	columns_end(&v->cols, v->x);
}

static void column_dump(struct view *v)
{
	const struct img_ps *ps = v->x->ps;
	bool files = (img_columns_need(&v->cols.sel) & IMG_PS_NEED_FILES) != 0;
	struct img_desc *desc = files ? img_desc_new(v->x->dir, v->x->ps, &v->x->report) : NULL;
	struct rows r = {
		img_calloc(ps->n + 1, sizeof(*r.tasks)),
		img_calloc(ps->n + 1, sizeof(*r.level)),
		img_calloc(ps->n + 1, sizeof(*r.last)),
		img_calloc(ps->n + 1, sizeof(*r.branch)),
		0,
	};
	unsigned *level = img_calloc(ps->n + 1, sizeof(*level)), depth = 0;
	const struct img_task *t = ps->root != IMG_NO_TASK ? &ps->tasks[ps->root] : NULL;

	if ((files && desc == NULL) || r.tasks == NULL || r.level == NULL || r.last == NULL ||
	    r.branch == NULL || level == NULL)
		exit(tool_sysfail(&tool, NULL));
	for (; t != NULL; t = img_ps_walk(ps, t, &depth)) {
		size_t i = (size_t)(t - ps->tasks);

		level[i] = t->parent != IMG_NO_TASK ? level[t->parent] : 0;
		if (!v->shown[i])
			continue;
		r.tasks[r.n] = t;
		r.level[r.n++] = level[i]++;
	}
	if (img_branches(r.level, r.n, r.last) < 0)
		exit(tool_sysfail(&tool, NULL));
	put_rows(v, &r, desc);
	img_desc_free(desc);
	img_free(r.tasks);
	img_free(r.level);
	img_free(r.last);
	img_free(r.branch);
	img_free(level);
}

static void show_dump(struct explore *x, void *arg)
{
	struct view *v = arg;

	v->x = x;
	v->o = x->out;
	v->tasks = img_tasks_new(x->dir, x->ps, v->show, &x->report);
	v->shown = img_calloc(x->ps->n + 1, sizeof(*v->shown));
	if (v->tasks == NULL || v->shown == NULL)
		exit(tool_sysfail(&tool, NULL));
	for (size_t i = 0; i < x->ps->n; i++)
		v->shown[i] = explore_wants(x, &x->ps->tasks[i]);
	if (v->dot) {
		dot_dump(v);
	} else if (v->cols.wanted) {
		column_dump(v);
	} else {
		if (!v->json)
			img_tasks_header(v->tasks, v->shown, v->o);
		each_task(v);
	}
	img_free(v->shown);
	img_tasks_free(v->tasks);
}

int main(int argc, char **argv)
{
	struct explore x = { .tool = &tool };
	struct view v = { .dot = false, .cols = { .tool = &tool } };

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'a': v.show |= IMG_SHOW_ARGS; break;
		case 'e': v.show |= IMG_SHOW_ENV; break;
		case 't': v.show |= IMG_SHOW_THREADS; break;
		case 's': v.show |= IMG_SHOW_STATE; break;
		case 'c': v.show |= IMG_SHOW_CREDS; break;
		case 'n': v.show |= IMG_SHOW_NS; break;
		case 'l': v.show |= IMG_SHOW_LIMITS; break;
		case 'S': v.show |= IMG_SHOW_SIGNALS; break;
		case 'd': v.dot = true; break;
		case 'p': explore_pid(&x, optarg); break;
		case 'j': v.json = true; break;
		default: columns_opt(&v.cols, c, optarg);
		}
	columns_check(&v.cols, v.json, false);
	if (v.cols.wanted && (v.show != 0 || v.dot))
		tool_usage(&tool, "--output cannot be used with another view");
	if (v.cols.wanted)
		v.show = img_columns_need(&v.cols.sel) & (IMG_PS_NEED_FILES - 1);
	if (v.dot && (v.json || (v.show & ~(unsigned)IMG_SHOW_ARGS) != 0))
		tool_usage(&tool, "--dot can be used with --args and --pid only");
	/* A graph has no heading line. */
	x.json = v.json || v.dot;
	return explore_each(&x, argv + optind, show_dump, &v);
}
