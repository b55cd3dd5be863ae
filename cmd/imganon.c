/* imganon - make a dump that can be posted */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/imganon/chain.h"
#include "cmd/imganon/logs.h"
#include "cmd/imganon/report.h"
#include "cmd/imganon/search.h"
#include "cmd/imganon/table.h"
#include "cmd/imganon/tar.h"
#include "cmd/judge.h"

enum { SHOW = 256 };

static const struct tool_opt opts[] = {
	{ 'o', "output", "DIR", "make DIR, whole or not at all; it must not exist" },
	{ 'z', "tar", NULL, "write one tar archive to standard output instead" },
	{ 't', "table", "FILE", "what stands for what: read, then written" },
	{ 'k', "keep", "CLASS,...", "leave these classes as they are, stacks, or all" },
	{ 'a', "also", "CLASS,...", "change these too: port, id, time, count" },
	{ 'w', "words", "FILE", "keep the words in FILE, one a line" },
	{ 'l', "log", "FILE", "add this log of criu, through the same maps" },
	{ 'f', "force", NULL, "take of a damaged image what comes before the damage" },
	{ 'n', "dry-run", NULL, "make nothing, report what would change" },
	{ SHOW, "show", NULL, "with --dry-run: list old and new, on a terminal only" },
	{ 'j', "json", NULL, "report as JSON objects" },
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imganon",
	.args = "DIR",
	.about = "Make a copy of a CRIU dump without content, names and addresses, for a bug "
		 "report.",
	.opts = opts,
};

struct job {
	const char *from, *to, *table;
	unsigned classes;
	bool all, stacks, tar, force, dry, show;
	struct img_words *words;
	struct anon_chain chain;
	struct anon_logs logs;
	struct anon_report report;
	struct img_leak *leak;
	struct judge *judge;
	struct img_out *out; /* standard output */
	int status;          /* of what approve() refuses, where it has reported it */
};

/* ---- options ---- */

/*
 * "path,ip": as a set; only those of `of` may be named. "stacks" is a part of a class, where
 * stacks is not NULL.
 */
static unsigned classes(const char *option, const char *list, unsigned of, bool *stacks)
{
	unsigned set = 0;

	for (;;) {
		size_t n = strcspn(list, ",");
		unsigned one = (1u << anon_class_of(list, n)) & of;
		bool is_stacks = stacks != NULL && n == 6 && memcmp(list, "stacks", n) == 0;

		if (is_stacks)
			*stacks = true;
		else if (one == 0)
			tool_usage(&tool, "--%s: no such class: '%.*s'", option, (int)n, list);
		set |= one;
		if (list[n] == '\0')
			return set;
		list += n + 1;
	}
}

static void keep(struct job *j, const char *list)
{
	if (strcmp(list, "all") == 0)
		j->all = true;
	else
		j->classes &= ~classes("keep", list, IMG_ANON_DEFAULT, &j->stacks);
}

static void also(struct job *j, const char *list)
{
	j->classes |= classes("also", list,
			      1u << IMG_CLASS_PORT | 1u << IMG_CLASS_ID | 1u << IMG_CLASS_TIME |
				      1u << IMG_CLASS_COUNT,
			      NULL);
}

static void add_log(struct job *j, const char *file)
{
	if (j->logs.n == ANON_LOGS)
		tool_usage(&tool, "--log: more than %d logs", ANON_LOGS);
	j->logs.files[j->logs.n++] = file;
}

/* A table in the copy would be posted with it. */
static void check_table(const struct job *j)
{
	size_t n = strlen(j->to);

	while (n > 1 && j->to[n - 1] == '/')
		n--;
	if (strncmp(j->table, j->to, n) == 0 && (j->table[n] == '/' || j->table[n] == '\0'))
		tool_usage(&tool, "the table must not lie in the copy, which is to be posted");
}

static void check_usage(struct job *j, char **operands)
{
	if (operands[0] == NULL || operands[1] != NULL)
		tool_usage(&tool, "give one directory of images");
	if (j->tar && (j->to != NULL || j->dry))
		tool_usage(&tool, "--tar is in place of --output and --dry-run");
	if (j->tar && isatty(STDOUT_FILENO))
		tool_usage(&tool, "the archive is not for a terminal");
	if (j->show && !j->dry)
		tool_usage(&tool, "--show goes with --dry-run");
	if (j->show && !isatty(STDOUT_FILENO))
		tool_usage(&tool, "--show lists what is to be hidden, on a terminal only");
	if (j->to == NULL && !j->tar && !j->dry)
		tool_usage(&tool, "--output says where the copy goes");
	if (j->table != NULL && j->to != NULL)
		check_table(j);
}

/* ---- the copy ---- */

static void emptied(void *arg, const char *image, const char *why)
{
	struct job *j = arg;

	anon_report_image(&j->report, image, why);
}

static void warn(const struct img_err *err, const char *what)
{
	char line[IMG_ERR_LINE];

	fprintf(stderr, "%s: warning: %s: %s\n", tool.name,
		img_err_line(err, NULL, line, sizeof(line)), what);
}

static void cut(void *arg, const char *image, const struct img_err *err)
{
	(void)arg, (void)image;
	warn(err, "the copy has what comes before this");
}

static int lost(void *arg, const struct img_err *err)
{
	(void)arg;
	warn(err, "the copy has no parent");
	return 0;
}

static int add(void *arg, struct img_newdir *nd, struct img_err *err)
{
	struct job *j = arg;
	const struct img_anon *anon = j->chain.anon;

	if (anon_logs_learn(&j->logs, j->chain.anon, j->words, err) < 0)
		return -1;
	j->leak = img_leak_new(j->words, &anon, 1, err);
	if (j->leak == NULL)
		return -1;
	return anon_logs_write(&j->logs, j->chain.anon, j->words, j->leak, nd, err);
}

static void put_report(struct job *j)
{
	struct anon_report *r = &j->report;

	anon_report_classes(r, j->chain.anon);
	anon_report_count(r, "fields dropped that no schema knows",
			  img_anon_dropped(j->chain.anon));
	anon_report_count(r, "files not copied", j->chain.left);
	anon_report_count(r, "words that became longer", img_words_longer(j->words));
	anon_report_count(r, "words and addresses searched for", img_leak_searched(j->leak));
	anon_report_count(r, "not searched for: short, of digits, or kept elsewhere",
			  img_leak_passed(j->leak));
	anon_report_count(r, "logs, to be read before they are posted", j->logs.n);
}

/* Nothing gets a name before it has been searched, what the report quotes too. */
static int search(struct job *j, const char *path, struct img_err *err)
{
	const struct img_buf *values = &j->report.values;

	if (j->report.text.failed || values->failed || img_words_failed(j->words))
		return img_fail_mem(err);
	if (anon_search(j->leak, path, !(j->classes >> IMG_ANON_MEMORY & 1), err) < 0)
		return -1;
	return img_leak_bytes(j->leak, values->p, values->n, err) < 0
		       ? img_err_in(err, "the report", "")
		       : 0;
}

static int approve(void *arg, const char *path, struct img_err *err)
{
	struct job *j = arg;

	put_report(j);
	if (search(j, path, err) < 0)
		return -1;
	j->status = judge_result(j->judge, path, j->to != NULL ? j->to : j->from, true);
	if (j->status != TOOL_OK)
		return -1;
	if (j->table != NULL && !j->dry && anon_write_table(j->words, j->table, err) < 0)
		return -1;
	if (!j->tar || anon_tar(path, j->out, err) == 0)
		return 0;
	/* What standard output fails with is reported at the end. */
	j->status = img_out_failed(j->out) ? TOOL_SYSTEM : TOOL_OK;
	return -1;
}

/* Where a copy lies that is not to stay. */
static const char *temporary(char path[PATH_MAX])
{
	const char *dir = getenv("TMPDIR");

	snprintf(path, PATH_MAX, "%s/imganon-%ld", dir != NULL && dir[0] != '\0' ? dir : "/tmp",
		 (long)getpid());
	return path;
}

static int make(struct job *j, struct img_dir *from)
{
	bool stays = !j->tar && !j->dry;
	char path[PATH_MAX];
	const char *to = stays ? j->to : temporary(path);
	struct img_err err;

	img_anon_tasks(j->chain.anon, from);
	if (anon_chain_write(&j->chain, from, to, stays, &err) < 0) {
		if (j->status != TOOL_OK)
			return j->status;
		return err.kind == IMG_ESYS && err.errnum == EEXIST && stays
			       ? (tool_fail(&tool, j->to, &err), TOOL_USAGE)
			       : tool_fail(&tool, to, &err);
	}
	if (j->table != NULL && !j->dry)
		fprintf(stderr, "%s: warning: %s leads back from the copy: do not post it\n",
			tool.name, j->table);
	return TOOL_OK;
}

static int copy(struct job *j)
{
	const struct img_anon_how how = {
		.classes = j->all ? 0 : j->classes,
		.stacks = j->stacks,
		.words = j->words,
		.emptied = emptied,
		.cut = j->force ? cut : NULL,
		.arg = j,
	};
	struct img_err err;
	struct img_dir *from = tool_dir(&tool, j->from, &err);
	int status;

	if (from == NULL)
		return tool_fail(&tool, j->from, &err);
	if (j->to != NULL)
		judge_place(&tool, j->to, from, j->from);
	if (j->force)
		judge_force(j->judge);
	status = judge_dir(j->judge, from, j->from);
	j->chain = (struct anon_chain){ .anon = img_anon_new(&how),
					.lost = j->force ? lost : NULL,
					.add = add,
					.approve = approve,
					.arg = j };
	if (j->chain.anon == NULL)
		status = tool_sysfail(&tool, NULL);
	if (status == TOOL_OK)
		status = make(j, from);
	if (status == TOOL_OK && j->show)
		anon_show(j->words, j->chain.anon, j->out);
	img_leak_free(j->leak);
	img_anon_free(j->chain.anon);
	img_dir_close(from);
	return status;
}

static int run(struct job *j)
{
	int status = j->table != NULL ? anon_read_table(&tool, j->words, j->table) : TOOL_OK;

	j->out = tool_stdout(&tool);
	j->judge = judge_new(&tool);
	if (status == TOOL_OK)
		status = copy(j);
	judge_free(j->judge);
	/* The archive is what standard output is for. */
	if (status == TOOL_OK && j->tar && j->report.text.n > 0)
		fwrite(j->report.text.p, 1, j->report.text.n, stderr);
	else if (status == TOOL_OK && !j->tar)
		img_out_put(j->out, j->report.text.p, j->report.text.n);
	anon_report_free(&j->report);
	img_words_free(j->words);
	return tool_finish(&tool, j->out, status);
}

int main(int argc, char **argv)
{
	struct job j = { .classes = IMG_ANON_DEFAULT, .words = img_words_new() };

	if (j.words == NULL)
		return tool_sysfail(&tool, NULL);
	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'o': j.to = optarg; break;
		case 'z': j.tar = true; break;
		case 't': j.table = optarg; break;
		case 'k': keep(&j, optarg); break;
		case 'a': also(&j, optarg); break;
		case 'w': anon_keep_words(&tool, j.words, optarg); break;
		case 'l': add_log(&j, optarg); break;
		case 'f': j.force = true; break;
		case 'n': j.dry = true; break;
		case SHOW: j.show = true; break;
		case 'j': j.report.json = true; break;
		}
	check_usage(&j, argv + optind);
	j.from = argv[optind];
	/* A reader that goes away must not leave what has been written so far. */
	if (j.tar)
		signal(SIGPIPE, SIG_IGN);
	return run(&j);
}
