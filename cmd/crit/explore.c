/* crit x: processes, descriptors, mappings and pages, in crit's words. */
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "cmd/crit/crit.h"
#include "libimg/dump/pstree.h"
#include "libimg/view/crit.h"
#include "libimg/view/text.h"

struct explorer {
	const char *path;
	struct img_dir *dir;
	struct img_ps *ps;
	struct img_out *out;
	struct img_report report;
	int status;
};

static void fail(void *arg, const struct img_err *err)
{
	struct explorer *x = arg;

	x->status = crit_fail(x->path, err);
}

static void absent(struct explorer *x, const char *pattern, uint64_t number)
{
	struct img_err err;

	img_image_absent(x->dir, pattern, number, &err);
	fail(x, &err);
}

static void no_memory(struct explorer *x)
{
	struct img_err err;

	img_fail_mem(&err);
	fail(x, &err);
}

/* ---- ps ---- */

static void show_ps(struct explorer *x)
{
	const struct img_task *t = x->ps->root != IMG_NO_TASK ? &x->ps->tasks[x->ps->root] : NULL;
	unsigned depth = 0;

	img_text_fmt(x->out, "%7s%7s%7s   %s\n", "PID", "PGID", "SID", "COMM");
	for (; t != NULL && !img_out_failed(x->out); t = img_ps_walk(x->ps, t, &depth)) {
		img_text_fmt(x->out, "%7" PRIu32 "%7" PRIu32 "%7" PRIu32 "   ", t->pid, t->pgid,
			     t->sid);
		for (unsigned i = 0; i < depth; i++)
			img_text_put(x->out, "    ");
		img_text_str(x->out, t->comm);
		img_out_byte(x->out, '\n');
	}
}

/* ---- fds ---- */

static void show_places(struct explorer *x, struct img_desc *desc, uint32_t pid)
{
	static const char *const names[] = { "cwd", "root" };
	struct img_err err;
	uint32_t ids[2];
	int r = img_fds_fs(x->dir, pid, &ids[0], &ids[1], &err);

	if (r < 0)
		fail(x, &err);
	if (r == 0)
		absent(x, "fs-%u.img", pid);
	for (int i = 0; r > 0 && i < 2; i++) {
		struct img_fd fd = img_desc_file(desc, IMG_FD_TYPES__REG, ids[i]);

		img_text_fmt(x->out, "\t%7s: ", names[i]);
		img_crit_fd(desc, x->out, &fd);
		img_out_byte(x->out, '\n');
	}
}

static void show_fds(struct explorer *x)
{
	struct img_desc *desc = img_desc_new(x->dir, x->ps, &x->report);
	const struct img_fds *fds = desc != NULL ? img_desc_fds(desc) : NULL;

	if (desc == NULL)
		no_memory(x);
	for (size_t i = 0; fds != NULL && i < x->ps->n && !img_out_failed(x->out); i++) {
		const struct img_fd_table *t = &fds->tables[i];

		img_text_fmt(x->out, "%" PRIu32 "\n", x->ps->tasks[i].pid);
		for (uint32_t k = t->first; k < t->first + t->n; k++) {
			img_text_fmt(x->out, "\t%7" PRIu32 ": ", fds->v[k].fd);
			img_crit_fd(desc, x->out, &fds->v[k]);
			img_out_byte(x->out, '\n');
		}
		if (!img_task_is_dead(&x->ps->tasks[i]))
			show_places(x, desc, x->ps->tasks[i].pid);
	}
	img_desc_free(desc);
}

/* ---- mems ---- */

static void show_task_mems(struct explorer *x, struct img_desc *desc, struct img_mems *mems,
			   const struct img_task *t)
{
	struct img_mapping map;
	struct img_err err;
	struct img_fd exe;
	uint32_t id;
	int r = img_mems_open(mems, t->pid, &id, &err);

	img_text_fmt(x->out, "%" PRIu32 "\n", t->pid);
	if (r == 0 && !img_task_is_dead(t))
		absent(x, "mm-%u.img", t->pid);
	if (r > 0) {
		exe = img_desc_file(desc, IMG_FD_TYPES__REG, id);
		img_text_fmt(x->out, "\t%-36s    ", "exe");
		img_crit_fd(desc, x->out, &exe);
		img_out_byte(x->out, '\n');
	}
	while (r > 0 && !img_out_failed(x->out) && (r = img_mems_next(mems, &map, &err)) > 0) {
		img_out_byte(x->out, '\t');
		img_mems_crit(mems, x->out, &map);
		img_out_byte(x->out, '\n');
	}
	if (r < 0)
		fail(x, &err);
}

static void show_mems(struct explorer *x)
{
	struct img_desc *desc = img_desc_new(x->dir, x->ps, &x->report);
	struct img_mems *mems = desc != NULL ? img_mems_new(x->dir, desc) : NULL;

	if (mems == NULL)
		no_memory(x);
	for (size_t i = 0; mems != NULL && i < x->ps->n && !img_out_failed(x->out); i++)
		show_task_mems(x, desc, mems, &x->ps->tasks[i]);
	img_mems_free(mems);
	img_desc_free(desc);
}

/* ---- rss ---- */

static void show_rss(struct explorer *x)
{
	struct img_dump_mem *dump = img_dump_mem_new(x->dir, NULL);

	if (dump == NULL)
		no_memory(x);
	for (size_t i = 0; dump != NULL && i < x->ps->n && !img_out_failed(x->out); i++) {
		const struct img_task *t = &x->ps->tasks[i];
		struct img_mem *mem = NULL;
		struct img_err err;
		int r;

		img_text_fmt(x->out, "%" PRIu32 "\n", t->pid);
		if (img_task_is_dead(t))
			continue;
		r = img_mem_open(dump, t->pid, &mem, &err);
		if (r == 0 || (r > 0 && img_mem_pagemap(mem) == NULL))
			absent(x, r == 0 ? "mm-%u.img" : "pagemap-%u.img", t->pid);
		if (r > 0 && img_mem_pagemap(mem) != NULL)
			r = img_crit_rss(dump, mem, x->out, &err);
		if (r < 0)
			fail(x, &err);
		img_mem_close(mem);
	}
	img_dump_mem_free(dump);
}

static const struct {
	const char *name;
	void (*show)(struct explorer *x);
} explorers[] = {
	{ "ps", show_ps },
	{ "fds", show_fds },
	{ "mems", show_mems },
	{ "rss", show_rss },
};

static void read_tree(struct explorer *x)
{
	struct img_err err;
	int r = img_ps_read(x->dir, &x->ps, &err);

	if (r < 0)
		fail(x, &err);
	else if (r == 0)
		absent(x, "pstree.img", 0);
	for (size_t i = 0; x->ps != NULL && i < x->ps->n; i++) {
		r = img_ps_core(x->dir, &x->ps->tasks[i], &err);
		if (r < 0)
			fail(x, &err);
		else if (r == 0)
			absent(x, "core-%u.img", x->ps->tasks[i].pid);
	}
}

int crit_explore(const struct crit_args *a)
{
	struct explorer x = { .path = a->operand, .report = { fail, &x } };
	struct img_err err;
	size_t i = 0;

	while (i < sizeof(explorers) / sizeof(explorers[0]) &&
	       strcmp(explorers[i].name, a->what) != 0)
		i++;
	if (i == sizeof(explorers) / sizeof(explorers[0]))
		crit_usage(a->command,
			   "argument what: invalid choice: '%s' (choose from ps, fds, mems, rss)",
			   a->what);
	x.dir = tool_dir(&crit_tool, a->operand, &err);
	if (x.dir == NULL)
		return crit_fail(a->operand, &err);
	x.out = img_out_fd(STDOUT_FILENO);
	if (x.out == NULL) {
		img_dir_close(x.dir);
		return crit_sysfail(NULL);
	}
	img_out_lines(x.out, true);
	read_tree(&x);
	if (x.ps != NULL)
		explorers[i].show(&x);
	img_ps_free(x.ps);
	img_dir_close(x.dir);
	return tool_finish(&crit_tool, x.out, x.status) != TOOL_OK;
}
