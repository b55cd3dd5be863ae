/* imgps - the processes in dumps */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "columns.h"
#include "libimg/base/alloc.h"
#include "libimg/dump/arch.h"
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

/* ---- a graph ---- */

enum { LABEL_MAX = 60 }; /* most bytes of a command line in a node */

static void dot_args(struct view *v, const struct img_task *t)
{
	struct img_span s;
	size_t at = 0, n = 0;

	if (!img_task_strings(v->tasks, t, IMG_ARGS))
		return;
	img_task_cut_padding(&v->tasks->strings);
	img_text_fmt(v->o, "\\n");
	while (n < LABEL_MAX && img_argv_next(&v->tasks->strings, &at, &s)) {
		bool cut = s.n > LABEL_MAX - n;

		if (n > 0)
			img_out_byte(v->o, ' ');
		if (cut)
			s.n = LABEL_MAX - n;
		/* Not inside a character. */
		while (cut && s.n > 0 && (s.p[s.n] & 0xc0) == 0x80)
			s.n--;
		img_dot_name(v->o, s.p, s.n);
		n += s.n + 1;
		if (cut)
			break;
	}
	if (at < v->tasks->strings.n || n > LABEL_MAX)
		img_text_fmt(v->o, "...");
}

static void dot_task(struct view *v, const struct img_dot *d, const struct img_task *t)
{
	char state[IMG_STATE_TEXT];

	img_out_byte(v->o, '\t');
	img_dot_node(d, t);
	img_text_fmt(v->o, " [label=\"");
	if (t->state != IMG_TASK_UNKNOWN)
		img_dot_name(v->o, t->comm, strlen(t->comm));
	else
		img_out_byte(v->o, '?');
	img_text_fmt(v->o, "\\n%" PRIu32, t->pid);
	if (t->n_threads > 1)
		img_text_fmt(v->o, "\\n%zu threads", t->n_threads);
	if (t->state != IMG_TASK_ALIVE && t->state != IMG_TASK_UNKNOWN)
		img_text_fmt(v->o, "\\n%s", img_state_text(t, state));
	if (v->show & IMG_SHOW_ARGS)
		dot_args(v, t);
	img_text_fmt(v->o, "\"%s]\n", img_task_is_dead(t) ? ", style=\"rounded,dashed\"" : "");
	if (t->parent == IMG_NO_TASK || !d->shown[t->parent])
		return;
	img_out_byte(v->o, '\t');
	img_dot_node(d, &d->ps->tasks[t->parent]);
	img_text_fmt(v->o, " -> ");
	img_dot_node(d, t);
	img_text_fmt(v->o, " [arrowhead=none, color=gray60]\n");
}

static void dot_channels(struct view *v, struct img_dot *d)
{
	struct img_files *files;
	struct img_fds *fds;
	struct img_peers *ends = NULL;
	struct img_err err;

	if (img_files_open(v->x->dir, &files, &err) < 0)
		explore_fail(v->x, &err);
	fds = img_fds_read(v->x->dir, v->x->ps, files, &v->x->report);
	if (fds != NULL)
		ends = img_peers_read(files, fds, img_dump_is_mips(v->x->dir, v->x->ps),
				      &v->x->report);
	if (files == NULL && fds != NULL && fds->n > 0)
		explore_absent(v->x, "files.img", 0);
	d->files = files;
	d->fds = fds;
	d->ends = ends;
	if (ends == NULL || !img_dot_channels(d)) {
		img_fail_mem(&err);
		explore_fail(v->x, &err);
	}
	img_peers_free(ends);
	img_fds_free(fds);
	img_files_close(files);
}

static void dot_dump(struct view *v)
{
	const struct img_ps *ps = v->x->ps;
	struct img_dot d = { .out = v->o, .ps = ps, .shown = v->shown, .report = &v->x->report };

	img_text_fmt(v->o, "digraph \"");
	img_dot_name(v->o, v->x->path, strlen(v->x->path));
	img_text_fmt(v->o, "\" {\n\tnode [shape=box, style=rounded, fontname=\"sans-serif\", "
			   "fontsize=11]\n\tedge [fontname=\"sans-serif\", fontsize=9]\n");
	for (size_t i = 0; i < ps->n; i++)
		if (v->shown[i])
			dot_task(v, &d, &ps->tasks[i]);
	dot_channels(v, &d);
	img_text_fmt(v->o, "}\n");
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
