/* imgmerge - chains of dumps: flattened, split, without pages that are superseded */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd/imgmerge/dedup.h"
#include "cmd/imgmerge/figures.h"
#include "cmd/imgmerge/list.h"
#include "cmd/judge.h"
#include "libimg/base/alloc.h"
#include "libimg/dump/layers.h"
#include "libimg/dump/newdir.h"
#include "libimg/rewrite/flatten.h"
#include "libimg/rewrite/rewrite.h"

enum { OPT_DEDUP = 256 };

static const struct tool_opt opts[] = {
	{ 'o', "output", "DIR", "make DIR, whole or not at all; it must not exist" },
	{ 'b', "base", "DIR", "leave to the dump in DIR the pages that it has too" },
	{ OPT_DEDUP, "dedup", NULL, "make a chain without pages that newer ones replace" },
	{ 'n', "dry-run", NULL, "write nothing, print how much there is to write" },
	{ 'l', "list", NULL, "list who depends on whom, and what is superseded" },
	{ 'j', "json", NULL, "with -n or --list: write JSON objects" },
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgmerge",
	.args = "DIR...",
	.about = "Make of a chain of CRIU dumps, whose newest one is in DIR, a dump that needs no "
		 "parent,\n"
		 "or one that needs another.",
	.opts = opts,
};

struct job {
	const char *from, *to, *base;
	bool dedup, dry, list, json;
	struct img_out *out;
	struct judge *judge;
	struct img_layers layers;
	struct img_dir *base_dir;
};

static void left(void *arg, const struct img_err *err)
{
	(void)arg;
	tool_fail(&tool, NULL, err);
}

/* ---- the figures ---- */

static void put_total(const struct job *j, uint64_t written, uint64_t to_base)
{
	char line[120];
	int n = snprintf(line, sizeof(line),
			 j->json ? "{\"write\":%llu,\"left\":%llu}\n"
				 : "to write: %llu bytes, left to the base: %llu bytes\n",
			 (unsigned long long)written, (unsigned long long)to_base);

	if (!j->json && j->base == NULL)
		n = snprintf(line, sizeof(line), "to write: %llu bytes\n",
			     (unsigned long long)written);
	img_out_put(j->out, line, (size_t)n);
}

static int fill_rows(const struct job *j, const struct img_flatten_figures *sum,
		     struct figures_row *rows, struct img_err *err)
{
	for (size_t i = 0; i < j->layers.n; i++) {
		rows[i].dir = j->layers.v[i].name;
		rows[i].taken = (i < sum->levels ? sum->taken[i] : 0) + (i == 0 ? sum->copied : 0);
		if (figures_bytes(j->layers.v[i].dir, &rows[i].bytes, err) < 0)
			return -1;
	}
	return 0;
}

static int print_figures(const struct job *j, const struct img_flatten *f, struct img_err *err)
{
	const struct img_flatten_figures sum = img_flatten_figures(f);
	struct figures_row *rows = img_calloc(j->layers.n, sizeof(*rows));
	int r;

	if (rows == NULL)
		return img_fail_mem(err);
	r = fill_rows(j, &sum, rows, err);
	if (r == 0)
		r = figures_print(rows, j->layers.n, FIGURES_CHAIN, j->json, j->out, err);
	if (r == 0)
		put_total(j, sum.written + sum.copied, sum.left);
	img_free(rows);
	return r;
}

/* ---- the directory ---- */

/* `parent` of the new directory. */
static int set_parent(const struct job *j, struct img_newdir *nd, struct img_err *err)
{
	char text[PATH_MAX];

	if (j->base == NULL)
		return img_newdir_parent(nd, NULL, err);
	if (img_link_text(img_newdir_path(nd), j->base, text, err) < 0)
		return -1;
	return img_newdir_parent(nd, text, err);
}

static int fill(const struct job *j, struct img_rewrite *rw, struct img_newdir *nd,
		struct img_err *err)
{
	const struct img_sink to = img_newdir_sink(nd);
	const struct img_report report = { left, NULL };

	if (img_rewrite_all(rw, &to, err) < 0 || set_parent(j, nd, err) < 0)
		return -1;
	return img_newdir_rest(nd, &report, err);
}

static int write_dump(const struct job *j, struct img_dir *from, struct img_rewrite *rw)
{
	struct img_err err;
	struct img_newdir *nd = img_newdir_begin(j->to, from, IMG_LINK_COPY, &err);
	int status;

	if (nd == NULL) {
		status = tool_fail(&tool, j->to, &err);
		return err.kind == IMG_ESYS && err.errnum == EEXIST ? TOOL_USAGE : status;
	}
	if (fill(j, rw, nd, &err) < 0)
		status = tool_fail(&tool, j->to, &err);
	else
		status = judge_result(j->judge, img_newdir_path(nd), j->to, true);
	if (img_newdir_end(nd, status == TOOL_OK, &err) < 0)
		status = tool_fail(&tool, j->to, &err);
	return status;
}

/* One directory, or what there would be to write. */
static int merge(const struct job *j, struct img_dir *from)
{
	struct img_flatten *f = img_flatten_new(j->base_dir);
	struct img_change change;
	struct img_rewrite *rw;
	struct img_err err;
	int status = TOOL_OK;

	if (f == NULL)
		return tool_sysfail(&tool, NULL);
	change = img_flatten_change(f);
	rw = img_rewrite_new(from, &change, 1, &err);
	if (rw == NULL)
		status = tool_fail(&tool, j->from, &err);
	else if (!j->dry)
		status = write_dump(j, from, rw);
	else if (img_flatten_measure(f, &err) < 0 || print_figures(j, f, &err) < 0)
		status = tool_fail(&tool, j->from, &err);
	img_rewrite_free(rw);
	img_flatten_free(f);
	return status;
}

/* ---- what it is made of ---- */

/* The new directory must not be in one of those that it is made of. */
static void check_place(const struct job *j)
{
	for (size_t i = 0; i < j->layers.n; i++)
		judge_place(&tool, j->to, j->layers.v[i].dir, j->layers.v[i].name);
}

/* A `parent` that leads nowhere is what is to be mended, where no page is in it. */
static bool may_be_mended(const struct img_err *err)
{
	return err->kind == IMG_EDATA && err->errnum != ELOOP;
}

static int open_all(struct job *j, struct img_dir *from, struct img_err *err)
{
	if (img_layers_open(from, &j->layers, err) < 0 &&
	    (j->dry || j->dedup || !may_be_mended(err)))
		return -1;
	if (j->base == NULL)
		return 0;
	j->base_dir = tool_dir(&tool, j->base, err);
	if (j->base_dir == NULL)
		return -1;
	if (img_dir_fd(j->base_dir) >= 0 || j->dry)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "an archive: no link can lead into it");
	return img_err_in(err, j->base, "");
}

static int run(struct job *j)
{
	const struct img_report report = { left, NULL };
	struct img_err err;
	struct img_dir *from = tool_dir(&tool, j->from, &err);
	int status = TOOL_OK;

	if (from == NULL || open_all(j, from, &err) < 0)
		status = tool_fail(&tool, j->from, &err);
	if (status == TOOL_OK && j->to != NULL)
		check_place(j);
	if (status == TOOL_OK)
		status = judge_dir(j->judge, from, j->from);
	/* What is wrong with the base is not our doing either. */
	if (status == TOOL_OK && j->base != NULL)
		status = judge_dir(j->judge, j->base_dir, j->base);
	if (status == TOOL_OK)
		status = j->dedup && !j->dry
				 ? dedup_write(&tool, j->judge, &j->layers, j->to, &report)
				 : merge(j, from);
	img_layers_free(&j->layers);
	img_dir_close(j->base_dir);
	img_dir_close(from);
	return status;
}

static void operands(struct job *j, char **argv)
{
	if (argv[0] == NULL)
		tool_usage(&tool, "no directory");
	if (j->list && (j->to != NULL || j->base != NULL || j->dedup || j->dry))
		tool_usage(&tool, "--list changes nothing");
	if (j->list)
		return;
	if (argv[1] != NULL)
		tool_usage(&tool, "more than one directory: '%s'", argv[1]);
	if (j->dedup && j->base != NULL)
		tool_usage(&tool, "--dedup and --base do not go together");
	if (j->json && !j->dry)
		tool_usage(&tool, "--json goes with --dry-run or --list");
	if (j->to == NULL && !j->dry)
		tool_usage(&tool, "no --output");
	j->from = argv[0];
}

int main(int argc, char **argv)
{
	struct job j = { .from = NULL };
	int status;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'o': j.to = optarg; break;
		case 'b': j.base = optarg; break;
		case 'n': j.dry = true; break;
		case 'l': j.list = true; break;
		case 'j': j.json = true; break;
		case OPT_DEDUP: j.dedup = true; break;
		}
	operands(&j, argv + optind);
	tool_many_files();
	j.out = tool_stdout(&tool);
	j.judge = judge_new(&tool);
	status = j.list ? list_dirs(&tool, argv + optind, j.json, j.out) : run(&j);
	judge_free(j.judge);
	return tool_finish(&tool, j.out, status);
}
