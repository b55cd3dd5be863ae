/* imgpages - the memory in a dump: where each page is, and its bytes */
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/imgpages/find.h"
#include "cmd/imgpages/list.h"
#include "cmd/imgpages/read.h"
#include "cmd/imgpages/run_columns.h"
#include "cmd/imgpages/sum.h"
#include "libimg/base/buf.h"
#include "libimg/json/hint.h"

enum { OPT_ZERO = 256, OPT_SKIP };

static const struct tool_opt opts[] = {
	EXPLORE_OPTS,
	EXPLORE_DIR_OPTS,
	{ 's', "summary", NULL, "show sums by kind of mapping, and file sizes" },
	{ 'r', "read", "RANGE", "write the bytes of RANGE; may be given several times" },
	{ OPT_ZERO, "zero", NULL, "with --read: write zeros for pages missing in the dump" },
	{ OPT_SKIP, "skip", NULL, "with --read: skip such pages with a note" },
	{ 'g', "grep", "PATTERN", "search for a POSIX extended regular expression" },
	{ 'F', "fixed", NULL, "with --grep: PATTERN is a fixed string" },
	{ 'i', "ignore-case", NULL, "with --grep: ignore case" },
	{ 'C', "context", "BYTES", "with --grep: context around a match (default 32)" },
	{ 't', "strings", NULL, "write the strings in memory" },
	{ 'n', "bytes", "LEN", "with --strings: minimum length (default 4)" },
	{ 'x', "hexdump", NULL, "write the bytes in hexadecimal, with addresses" },
	{ 'd', "diff", "DIR", "list pages that differ from the dump in DIR" },
	{ 'P', "progress", NULL, "report progress on standard error" },
	COLUMNS_OPTS(COLUMNS_NOHEADINGS, COLUMNS_RAW),
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgpages",
	.args = "[DIR]...",
	.about = "Show the memory in CRIU dumps: the pages of each process beside its "
		 "mappings.\n--read limits --grep, --strings, --hexdump and --diff to RANGE; by "
		 "itself it writes\nthe bytes. RANGE is START-END or START+LEN (decimal, or "
		 "hexadecimal with 0x), the\nname of mappings ([heap], [stack], a path), or all.",
	.opts = opts,
	.columns = pages_columns,
};

/* What to do with each task. */
enum mode { LIST, SUMMARY, RAW, GREP, STRINGS, HEXDUMP, DIFF };

static void (*const actions[])(struct job *j) = {
	[RAW] = pages_read_raw,     [GREP] = pages_find_pattern, [STRINGS] = pages_find_strings,
	[HEXDUMP] = pages_read_hex, [DIFF] = pages_find_diff,
};

struct run {
	struct job job;
	enum mode mode;
	struct summary *summary;
};

/* ---- one task ---- */

static void show_task(struct run *r, struct job *j)
{
	struct explore *x = j->x;

	switch (r->mode) {
	case SUMMARY: pages_sums_task(r->summary, j); return;
	case LIST:
		if (x->json || j->cols.wanted) {
			pages_list_runs(j);
			return;
		}
		img_text_fmt(x->out, "%" PRIu32 "\n", j->pid);
		pages_list(j);
		return;
	default: pages_find_spans(j); actions[r->mode](j);
	}
}

static void one_task(struct run *r, const struct img_task *t)
{
	struct job *j = &r->job;
	struct img_err err;
	int got = img_mem_open(j->pages, t->pid, &j->mem, &err);

	j->pid = t->pid;
	j->name_of = NULL;
	if (got < 0) {
		explore_fail(j->x, &err);
		return;
	}
	if (got == 0) {
		explore_absent(j->x, "mm-%u.img", t->pid);
		return;
	}
	if (img_mem_space(j->mem)->n == 0 && !j->x->no_tree)
		explore_absent(j->x, "mm-%u.img", t->pid);
	if (img_mem_pagemap(j->mem) == NULL)
		explore_absent(j->x, "pagemap-%u.img", t->pid);
	show_task(r, j);
	img_mem_close(j->mem);
	j->mem = NULL;
}

/* ---- one dump ---- */

static const struct img_task *only_task(struct explore *x)
{
	const struct img_task *only = NULL;

	for (size_t i = 0; i < x->ps->n; i++) {
		const struct img_task *t = &x->ps->tasks[i];

		if (!explore_wants(x, t) || img_task_is_dead(t))
			continue;
		if (only != NULL)
			tool_usage(&tool,
				   "several processes in the dump: --read needs one, use -p PID");
		only = t;
	}
	return only;
}

/* Does the dump have the one process to read? */
static bool has_task(struct explore *x)
{
	struct img_err err;

	if (only_task(x) != NULL)
		return true;
	/* A missing process has been reported. */
	for (size_t i = 0; i < x->ps->n; i++)
		if (explore_wants(x, &x->ps->tasks[i])) {
			img_fail(&err, IMG_EDATA, IMG_NOWHERE,
				 "process %" PRIu32 " is dead: it has no memory",
				 x->ps->tasks[i].pid);
			explore_fail(x, &err);
		}
	return false;
}

static bool open_other(struct job *j)
{
	struct img_err err;

	if (j->other == NULL)
		return true;
	j->other_dir = tool_dir(&tool, j->other, &err);
	if (j->other_dir == NULL) {
		explore_fail(j->x, &err);
		return false;
	}
	j->other_pages = img_dump_mem_new(j->other_dir, NULL);
	if (j->other_pages == NULL)
		exit(tool_sysfail(&tool, NULL));
	return true;
}

static void one_dump(struct explore *x, void *arg)
{
	struct run *r = arg;
	struct job *j = &r->job;
	bool opened;

	j->x = x;
	if (r->mode == RAW && !has_task(x))
		return;
	j->pages = img_dump_mem_new(x->dir, NULL);
	if (j->pages == NULL)
		exit(tool_sysfail(&tool, NULL));
	if (r->mode == SUMMARY)
		r->summary = pages_sums_new(j);
	opened = open_other(j);
	if (j->cols.wanted)
		columns_begin(&j->cols, x);
	for (size_t i = 0; opened && i < x->ps->n && !pages_stopped(j); i++) {
		const struct img_task *t = &x->ps->tasks[i];

		/* A pid that appears twice in a damaged tree has only one memory. */
		if (!explore_wants(x, t) || img_ps_find(x->ps, t->pid) != t)
			continue;
		if (!img_task_is_dead(t))
			one_task(r, t);
		else if (r->mode == LIST && !x->json && !j->cols.wanted)
			img_text_fmt(x->out, "%" PRIu32 "\n", t->pid);
	}
	if (j->cols.wanted)
		columns_end(&j->cols, x);
	if (r->mode == SUMMARY)
		pages_sums_dump(r->summary, j, x->n_pids == 0);
	pages_report_names(j);
	img_dump_mem_free(j->other_pages);
	img_dir_close(j->other_dir);
	img_dump_mem_free(j->pages);
	j->other_pages = NULL;
	j->other_dir = NULL;
}

/* ---- options ---- */

static void set_mode(struct run *r, enum mode mode, const char *name)
{
	if (r->mode != LIST && r->mode != mode)
		tool_usage(&tool, "--%s cannot be used with another view", name);
	r->mode = mode;
}

static uint32_t count(const char *arg, uint32_t min, uint32_t max)
{
	uint64_t v;

	if (!img_parse_u64(arg, strlen(arg), &v) || v < min || v > max)
		tool_usage(&tool, "expected a number from %u to %u, got '%s'", min, max, arg);
	return (uint32_t)v;
}

/* Options that require another one. */
struct given {
	bool fixed, icase, context, bytes;
	const char *pattern;
};

static void check_options(struct run *r, const struct given *g, char **dirs)
{
	struct job *j = &r->job;

	if (r->mode != GREP && (g->fixed || g->icase || g->context))
		tool_usage(&tool, "--%s requires --grep",
			   g->fixed   ? "fixed"
			   : g->icase ? "ignore-case"
				      : "context");
	if (r->mode != STRINGS && g->bytes)
		tool_usage(&tool, "--bytes requires --strings");
	if (r->mode == SUMMARY && j->n_ranges > 0)
		tool_usage(&tool, "--read cannot be used with --summary");
	if (r->mode == LIST && j->n_ranges > 0)
		r->mode = RAW;
	columns_check(&j->cols, j->x->json, false);
	if (r->mode != LIST && j->cols.wanted)
		tool_usage(&tool, "--output cannot be used with another view");
	if (r->mode != RAW && (j->zero || j->skip))
		tool_usage(&tool, "--%s requires --read without another view",
			   j->zero ? "zero" : "skip");
	if (j->zero && j->skip)
		tool_usage(&tool, "--zero and --skip are mutually exclusive");
	if (r->mode == RAW && dirs[0] != NULL && dirs[1] != NULL)
		tool_usage(&tool, "--read takes only one directory");
	if ((r->mode == RAW || r->mode == HEXDUMP) && j->x->json)
		tool_usage(&tool, "--json cannot be used with --read alone");
}

static struct img_pattern *pattern(const struct given *g)
{
	unsigned flags = (g->fixed ? IMG_GREP_FIXED : 0) | (g->icase ? IMG_GREP_ICASE : 0);
	struct img_pattern *p;
	struct img_err err;

	if (g->pattern == NULL)
		return NULL;
	p = img_pattern_new(g->pattern, flags, &err);
	if (p == NULL && err.kind == IMG_ESYS)
		exit(tool_fail(&tool, NULL, &err));
	if (p == NULL)
		tool_usage(&tool, "%s", err.what);
	return p;
}

int main(int argc, char **argv)
{
	struct explore x = { .tool = &tool, .memory = true };
	struct run r = { .job = { .tool = &tool,
				  .x = &x,
				  .cols = { .tool = &tool },
				  .context = 32,
				  .min = 4 } };
	struct given g = { 0 };
	struct job *j = &r.job;
	int status;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'p': explore_pid(&x, optarg); break;
		case 'j': x.json = true; break;
		case 's': set_mode(&r, SUMMARY, "summary"); break;
		case 'r': pages_add_range(j, optarg); break;
		case OPT_ZERO: j->zero = true; break;
		case OPT_SKIP: j->skip = true; break;
		case 'g':
			set_mode(&r, GREP, "grep");
			g.pattern = optarg;
			break;
		case 'F': g.fixed = true; break;
		case 'i': g.icase = true; break;
		case 'C':
			g.context = true;
			j->context = count(optarg, 0, IMG_GREP_CONTEXT);
			break;
		case 't': set_mode(&r, STRINGS, "strings"); break;
		case 'n':
			g.bytes = true;
			j->min = count(optarg, 1, 4096);
			break;
		case 'x': set_mode(&r, HEXDUMP, "hexdump"); break;
		case 'd':
			set_mode(&r, DIFF, "diff");
			j->other = optarg;
			break;
		case 'P': j->progress = true; break;
		default: columns_opt(&j->cols, c, optarg);
		}
	check_options(&r, &g, tool_operands(argv + optind));
	j->pattern = pattern(&g);
	tool_many_files();
	status = explore_each(&x, argv + optind, one_dump, &r);
	/* As in grep(1) and diff(1). */
	if (status == TOOL_OK &&
	    ((r.mode == GREP && !j->matched) || (r.mode == DIFF && j->matched)))
		status = TOOL_DATA;
	img_pattern_free(j->pattern);
	img_buf_free(&j->spans);
	img_buf_free(&j->name);
	img_free(j->ranges);
	return status;
}
