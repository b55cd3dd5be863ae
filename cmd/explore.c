#include "cmd/explore.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/json/hint.h"

void explore_pid(struct explore *x, const char *arg)
{
	uint64_t v;
	uint32_t *pids = img_grow(x->pids, x->n_pids, sizeof(*pids));

	if (pids == NULL)
		exit(tool_sysfail(x->tool, NULL));
	x->pids = pids;
	if (!img_parse_u64(arg, strlen(arg), &v) || v == 0 || v > UINT32_MAX)
		tool_usage(x->tool, "not a pid: '%s'", arg);
	x->pids[x->n_pids++] = (uint32_t)v;
}

bool explore_wants(const struct explore *x, const struct img_task *t)
{
	for (size_t i = 0; i < x->n_pids; i++)
		if (x->pids[i] == t->pid)
			return true;
	return x->n_pids == 0;
}

static bool same(const struct img_err *a, const struct img_err *b)
{
	return a->kind == b->kind && a->errnum == b->errnum && a->off == b->off &&
	       strcmp(a->file, b->file) == 0 && strcmp(a->path, b->path) == 0 &&
	       strcmp(a->what, b->what) == 0;
}

/* What a failure says, with N for each number: that of a million tasks is one. */
static void kind_text(const struct img_err *err, char *buf, size_t size)
{
	size_t n = 0;

	for (const char *p = err->what; *p != '\0' && n + 1 < size; p++) {
		bool digit = *p >= '0' && *p <= '9';

		if (!digit || n == 0 || buf[n - 1] != 'N')
			buf[n++] = digit ? 'N' : *p;
	}
	buf[n] = '\0';
}

static struct explore_kind *kind_of(struct explore *x, const struct img_err *err)
{
	char what[sizeof(x->kinds[0].what)];
	size_t i = 0;

	kind_text(err, what, sizeof(what));
	while (i < x->n_kinds && strcmp(x->kinds[i].what, what) != 0)
		i++;
	if (i == EXPLORE_KINDS)
		return &x->kinds[i - 1];
	if (i == x->n_kinds) {
		x->n_kinds++;
		x->kinds[i].n = 0;
		snprintf(x->kinds[i].what, sizeof(x->kinds[i].what), "%s",
			 i + 1 < EXPLORE_KINDS ? what : "other failures");
	}
	return &x->kinds[i];
}

/* How many there were that have not been reported one by one. */
static void report_rest(struct explore *x)
{
	struct img_err err;

	for (size_t i = 0; i < x->n_kinds; i++) {
		if (x->kinds[i].n <= EXPLORE_SAME)
			continue;
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "%zu more: %s", x->kinds[i].n - EXPLORE_SAME,
			 x->kinds[i].what);
		tool_fail(x->tool, x->path, &err);
	}
	x->n_kinds = 0;
}

void explore_fail(struct explore *x, const struct img_err *err)
{
	int status;

	/* A failure of something that many tasks share is reported once. */
	if (same(err, &x->reported))
		return;
	if (kind_of(x, err)->n++ < EXPLORE_SAME)
		status = tool_fail(x->tool, x->path, err);
	else
		status = err->kind == IMG_ESYS ? TOOL_SYSTEM : TOOL_DATA;
	x->reported = *err;
	/* Later failures would all be consequences of this one. */
	if (err->kind == IMG_ESYS && err->errnum == ENOMEM)
		exit(status);
	if (status > x->status)
		x->status = status;
}

void explore_absent(struct explore *x, const char *pattern, uint64_t number)
{
	struct img_err err;

	img_image_absent(x->dir, pattern, number, &err);
	explore_fail(x, &err);
}

static void report(void *x, const struct img_err *err)
{
	explore_fail(x, err);
}

void explore_head(struct explore *x, const struct img_task *t)
{
	img_text_fmt(x->out, "%" PRIu32 "%s\n", t->pid, img_task_is_dead(t) ? " zombie" : "");
}

void explore_begin(struct explore *x, struct img_jw *w)
{
	img_jw_init(w, x->out, IMG_JW_LINE);
	img_jw_open(w, '{');
	if (!x->several)
		return;
	IMG_JW_CSTR(w, "dir", x->path);
}

void explore_begin_pid(struct explore *x, struct img_jw *w, uint32_t pid)
{
	explore_begin(x, w);
	IMG_JW_UINT(w, "pid", pid);
}

void explore_end(struct explore *x, struct img_jw *w)
{
	img_jw_close(w, '}');
	img_out_byte(x->out, '\n');
}

static void missing_pids(struct explore *x)
{
	struct img_err err;

	for (size_t i = 0; i < x->n_pids; i++) {
		if (img_ps_find(x->ps, x->pids[i]) != NULL)
			continue;
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no process %u in this dump", x->pids[i]);
		explore_fail(x, &err);
	}
}

/* Do all tasks have pages only? A dump that lost its tree is not a pre-dump. */
static bool is_memory_only(struct explore *x)
{
	for (size_t i = 0; i < x->ps->n; i++) {
		struct img_image *im = NULL;
		struct img_err err;

		if (img_image_open(x->dir, "mm-%u.img", x->ps->tasks[i].pid, &im, &err) == 0)
			continue;
		img_image_close(im);
		return false;
	}
	return true;
}

static void lost_threads(struct explore *x, const struct img_task *t)
{
	struct img_err err;

	img_fail(&err, IMG_EDATA, IMG_NOWHERE,
		 "process %" PRIu32
		 ": %zu of the listed threads are those of others, or listed twice",
		 t->pid, t->lost_threads);
	img_err_in(&err, x->path, "pstree.img");
	explore_fail(x, &err);
}

static void read_tree(struct explore *x)
{
	struct img_err err;
	int r = img_ps_read(x->dir, &x->ps, &err);

	x->no_tree = false;
	if (r == 0 && x->memory) {
		r = img_ps_of_memory(x->dir, &x->ps, &err);
		x->no_tree = r > 0 && is_memory_only(x);
		if (r > 0 && !x->no_tree)
			explore_absent(x, "pstree.img", 0);
	}
	if (r < 0)
		explore_fail(x, &err);
	else if (r == 0)
		explore_absent(x, "pstree.img", 0);
	for (size_t i = 0; x->ps != NULL && !x->no_cores && !x->no_tree && i < x->ps->n; i++) {
		struct img_task *t = &x->ps->tasks[i];

		r = explore_wants(x, t) ? img_ps_core(x->dir, t, &err) : 1;
		if (r < 0)
			explore_fail(x, &err);
		else if (r == 0)
			explore_absent(x, "core-%u.img", t->pid);
		if (t->lost_threads > 0 && explore_wants(x, t) && !img_task_is_dead(t))
			lost_threads(x, t);
	}
	if (x->ps != NULL)
		missing_pids(x);
}

bool explore_open(struct explore *x, const char *path)
{
	struct img_err err;

	x->report = (struct img_report){ report, x };
	x->path = path;
	x->reported = (struct img_err){ .kind = 0 };
	x->dir = tool_dir(x->tool, x->path, &err);
	if (x->dir == NULL) {
		explore_fail(x, &err);
		return false;
	}
	return true;
}

bool explore_tree(struct explore *x)
{
	read_tree(x);
	return x->ps != NULL;
}

void explore_close(struct explore *x)
{
	report_rest(x);
	img_ps_free(x->ps);
	x->ps = NULL;
	img_dir_close(x->dir);
	x->dir = NULL;
}

int explore_each(struct explore *x, char **dirs, void (*fn)(struct explore *x, void *arg),
		 void *arg)
{
	static char dot[] = ".";
	static char *here[] = { dot, NULL };

	x->out = tool_stdout(x->tool);
	if (dirs[0] == NULL && tool_operands(dirs) == dirs)
		dirs = here;
	else
		dirs = tool_operands(dirs);
	x->several = tool_with_dir() || (dirs[0] != NULL && dirs[1] != NULL);
	for (size_t i = 0; dirs[i] != NULL && !img_out_failed(x->out); i++) {
		if (!explore_open(x, dirs[i]))
			continue;
		if (x->several && !x->json) {
			img_out_put(x->out, "\n", i > 0);
			img_text_str(x->out, x->path);
			img_text_fmt(x->out, ":\n");
		}
		if (explore_tree(x))
			fn(x, arg);
		explore_close(x);
	}
	img_free(x->pids);
	return tool_finish(x->tool, x->out, x->status);
}
