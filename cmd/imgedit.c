/* imgedit - change a whole dump, consistently */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/imgedit/list.h"
#include "cmd/imgedit/report.h"
#include "cmd/judge.h"
#include "libimg/base/alloc.h"
#include "libimg/dump/newdir.h"
#include "libimg/rewrite/clone.h"
#include "libimg/rewrite/poke.h"
#include "libimg/rewrite/relocate.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/seek.h"
#include "libimg/rewrite/setfield.h"
#include "cmd/ruleopt.h"

/* Options without a letter. */
enum {
	OPT_LINK = 256,
	OPT_STRICT,
	OPT_SEARCH,
	OPT_CLONE,
	OPT_DISCONNECT,
};

static const struct tool_opt opts[] = {
	{ 'o', "output", "DIR", "make DIR, whole or not at all; it must not exist" },
	{ 'n', "dry-run", NULL, "write nothing, report what would change" },
	{ 'j', "json", NULL, "report changes as JSON objects" },
	{ OPT_LINK, "link", "HOW", "unchanged images become HOW: copy, hard or symlink" },
	{ OPT_STRICT, "strict", NULL, "warnings are errors" },
	{ OPT_SEARCH, "search-memory", NULL, "warn of old values that memory still holds" },
	{ 'l', "list", NULL, "list the values that a verb, or any, could change" },
	{ OPT_CLONE, "clone", "ID", "what tells a second copy from the first" },
	{ OPT_DISCONNECT, "disconnect", NULL, "close connections to the outside" },
	TOOL_LINK_OPTS,
	RULE_MORE_OPTS,
	RULE_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgedit",
	.args = "DIR",
	.about = "Change a CRIU dump before its restore: a value wherever it stands, in all images "
		 "of the\n"
		 "directory.",
	.opts = opts,
};

struct job {
	const char *from, *to;
	bool dry, json, strict, search, list, disconnect;
	const char *clone;
	uint32_t verbs; /* --list: of these */
	enum img_link link;
	struct img_rules *rules;
	struct img_sets *sets;
	struct img_pokes *pokes;
	struct img_out *out;
	struct edit_list *values; /* --list */
	int status;               /* of warnings with --strict */
};

/* What carries it out. */
struct edit_run {
	struct img_relocate *relocate;
	struct img_clone *clone; /* or NULL */
	struct img_change changes[4];
	size_t n;
};

/* ---- what is reported ---- */

static void changed(void *arg, const struct img_edit_changed *c)
{
	struct job *j = arg;

	edit_put_change(j->out, c, j->json);
}

static void list_value(void *arg, uint32_t verb, const char *image, const char *value, size_t n)
{
	struct job *j = arg;

	edit_list_add(j->values, verb, image, value, n);
}

/* A warning, or with --strict an error. Returns a status. */
__attribute__((format(printf, 2, 3))) static int warn(const struct job *j, const char *fmt, ...)
{
	struct img_err err;
	va_list ap;

	/* After the changes that it is about; a failure shows up at the end. */
	img_out_flush(j->out, &err);
	fprintf(stderr, "%s: %s", tool.name, j->strict ? "" : "warning: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	return j->strict ? TOOL_DATA : TOOL_OK;
}

static int worse(int a, int b)
{
	return a > b ? a : b;
}

/* Rules that matched nothing: nothing is written then. */
static int unmatched(const struct job *j, const struct edit_run *e)
{
	int status = rule_unmatched(&tool, j->from, j->rules, j->sets);

	if (j->disconnect && j->clone == NULL && img_clone_disconnected(e->clone) == 0) {
		fprintf(stderr, "%s: %s: --disconnect matches nothing\n", tool.name, j->from);
		status = TOOL_DATA;
	}
	return status;
}

static void found(void *arg, const struct img_seek_hit *h)
{
	struct job *j = arg;

	j->status =
		worse(j->status, warn(j,
				      "%s: memory of %u still holds the old value of --%s: %llu "
				      "times, first at 0x%llx",
				      j->from, h->pid, h->rule->text, (unsigned long long)h->count,
				      (unsigned long long)h->addr));
}

static void unsearched(void *arg, const struct img_err *err)
{
	struct job *j = arg;

	j->status = worse(j->status, tool_fail(&tool, j->from, err));
}

/* What no edit reaches, as far as it is known. */
static int warnings(struct job *j, struct img_dir *from, const struct edit_run *e)
{
	const struct img_seek_to to = { found, unsearched, j };
	struct img_err err;

	j->status = TOOL_OK;
	for (size_t i = 0; i < img_rules_count(j->rules); i++) {
		const struct img_edit_rule *u = img_rules_get(j->rules, i);

		if (u->joined)
			j->status = worse(j->status, warn(j,
							  "%s: --%s: the new value is in the dump "
							  "already: two become one",
							  j->from, u->text));
	}
	if (img_relocate_left_locks(e->relocate))
		j->status = worse(j->status,
				  warn(j,
				       "%s: connections were locked by iptables: rules with the "
				       "old addresses stay on the host that dumped",
				       j->from));
	if (j->search && img_seek_memory(from, j->rules, &to, &err) < 0)
		j->status = worse(j->status, tool_fail(&tool, j->from, &err));
	return j->status;
}

static int judge_rules(struct job *j, struct img_dir *from, const struct edit_run *e)
{
	int status = unmatched(j, e);

	return status != TOOL_OK ? status : warnings(j, from, e);
}

/* ---- the new dump ---- */

static void left(void *arg, const struct img_err *err)
{
	char line[IMG_ERR_LINE];

	(void)arg;
	fprintf(stderr, "%s: warning: %s\n", tool.name,
		img_err_line(err, NULL, line, sizeof(line)));
}

static int fill(struct job *j, struct img_newdir *nd, struct img_rewrite *rw, struct img_err *err)
{
	const struct img_sink sink = img_newdir_sink(nd);
	const struct img_report report = { left, j };

	return img_rewrite_all(rw, &sink, err) < 0 ? -1 : img_newdir_rest(nd, &report, err);
}

/* Was anything asked for that may make a finding? */
static bool asked(const struct job *j)
{
	return img_rules_count(j->rules) > 0 || img_sets_count(j->sets) > 0 || j->clone != NULL ||
	       j->disconnect;
}

/* Write the new dump, judge it, and give it its name if all is well. Returns a status. */
static int write_dump(struct job *j, struct img_dir *from, struct img_rewrite *rw,
		      const struct edit_run *e, struct judge *judge)
{
	struct img_err err;
	struct img_newdir *nd = img_newdir_begin(j->to, from, j->link, &err);
	int status;

	if (nd == NULL) {
		status = tool_fail(&tool, j->to, &err);
		return err.kind == IMG_ESYS && err.errnum == EEXIST ? TOOL_USAGE : status;
	}
	status =
		fill(j, nd, rw, &err) < 0 ? tool_fail(&tool, j->to, &err) : judge_rules(j, from, e);
	if (status == TOOL_OK)
		status = judge_result(judge, img_newdir_path(nd), j->to, j->strict || !asked(j));
	if (img_newdir_end(nd, status == TOOL_OK, &err) < 0)
		status = tool_fail(&tool, j->to, &err);
	return status;
}

/* The changes that are asked for, in their order: rules, then the clone, then single fields. */
static void begin_edit(struct job *j, struct edit_run *e)
{
	const struct img_changes to = { changed, j };
	const struct img_relocate_how how = {
		.rules = j->rules,
		.changes = to,
		.seen = j->list ? list_value : NULL,
		.verbs = j->verbs,
		.arg = j,
	};

	*e = (struct edit_run){ .relocate = img_relocate_new(&how) };
	if (e->relocate == NULL)
		exit(tool_sysfail(&tool, NULL));
	e->changes[e->n++] = img_relocate_change(e->relocate);
	if (j->clone != NULL || j->disconnect) {
		e->clone = img_clone_new(j->clone, j->rules, to);
		if (e->clone == NULL)
			exit(tool_sysfail(&tool, NULL));
		e->changes[e->n++] = img_clone_change(e->clone);
	}
	if (img_sets_count(j->sets) > 0)
		e->changes[e->n++] = img_sets_change(j->sets);
	if (img_pokes_count(j->pokes) > 0)
		e->changes[e->n++] = img_pokes_change(j->pokes);
}

static int edit(struct job *j, struct img_dir *from, struct judge *judge)
{
	struct edit_run e;
	struct img_rewrite *rw;
	struct img_err err;
	int status;

	begin_edit(j, &e);
	rw = img_rewrite_new(from, e.changes, e.n, &err);
	if (rw == NULL)
		status = tool_fail(&tool, j->from, &err);
	else if (j->dry || j->list)
		status = rule_rehearse(rw, &err) < 0 ? tool_fail(&tool, j->from, &err)
			 : j->list                   ? TOOL_OK
						     : judge_rules(j, from, &e);
	else
		status = write_dump(j, from, rw, &e, judge);
	img_rewrite_free(rw);
	img_clone_free(e.clone);
	img_relocate_free(e.relocate);
	return status;
}

static int run(struct job *j)
{
	struct judge *judge = judge_new(&tool);
	struct img_err err;
	struct img_dir *from = tool_dir(&tool, j->from, &err);
	int status = TOOL_OK;

	if (from == NULL)
		status = tool_fail(&tool, j->from, &err);
	if (from != NULL && j->to != NULL)
		judge_place(&tool, j->to, from, j->from);
	if (from != NULL)
		status = j->list ? judge_images(&tool, from, j->from)
				 : judge_dir(judge, from, j->from);
	if (status == TOOL_OK)
		status = edit(j, from, judge);
	img_dir_close(from);
	judge_free(judge);
	return status;
}

static enum img_link link_of(const char *how)
{
	static const struct {
		const char *name;
		enum img_link link;
	} names[] = { { "copy", IMG_LINK_COPY },
		      { "hard", IMG_LINK_HARD },
		      { "symlink", IMG_LINK_SYMBOLIC } };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i].name, how) == 0)
			return names[i].link;
	tool_usage(&tool, "--link is copy, hard or symlink, not '%s'", how);
}

/* An id becomes part of names. */
static const char *clone_id(const char *id)
{
	if (id[0] == '\0' || strlen(id) > 32)
		tool_usage(&tool, "--clone takes an id of 1 to 32 bytes");
	return id;
}

static void options(struct job *j, int argc, char **argv)
{
	const struct rule_to to = { j->rules, j->sets, j->pokes };

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'o': j->to = optarg; break;
		case 'n': j->dry = true; break;
		case 'j': j->json = true; break;
		case 'l': j->list = true; break;
		case OPT_LINK: j->link = link_of(optarg); break;
		case OPT_STRICT: j->strict = true; break;
		case OPT_SEARCH: j->search = true; break;
		case OPT_CLONE: j->clone = clone_id(optarg); break;
		case OPT_DISCONNECT: j->disconnect = true; break;
		default: rule_opt(&tool, &to, c, optarg);
		}
}

/* The operands: DIR, with --list [VERB] DIR. */
static void operands(struct job *j, char **argv)
{
	j->verbs = UINT32_MAX;
	if (j->list && argv[0] != NULL && argv[1] != NULL) {
		j->verbs = img_rule_verb(*argv);
		if (j->verbs == 0)
			tool_usage(&tool, "no such verb: '%s'", *argv);
		argv++;
	}
	if (argv[0] == NULL)
		tool_usage(&tool, "no directory");
	if (argv[1] != NULL)
		tool_usage(&tool, "more than one directory: '%s'", argv[1]);
	j->from = argv[0];
	if (j->list && (j->to != NULL || asked(j) || img_pokes_count(j->pokes) > 0))
		tool_usage(&tool, "--list changes nothing");
	if (j->to == NULL && !j->dry && !j->list)
		tool_usage(&tool, "no --output");
}

int main(int argc, char **argv)
{
	struct job j = { .rules = img_rules_new() };
	int status;

	j.sets = img_sets_new((struct img_changes){ changed, &j });
	j.pokes = img_pokes_new((struct img_changes){ changed, &j });
	if (j.rules == NULL || j.sets == NULL || j.pokes == NULL)
		return tool_sysfail(&tool, NULL);
	options(&j, argc, argv);
	operands(&j, argv + optind);
	rule_ready(&tool, j.rules);
	j.out = tool_stdout(&tool);
	j.values = edit_list_new(&tool);
	status = run(&j);
	edit_list_print(j.values, j.out, j.json);
	edit_list_free(j.values);
	status = tool_finish(&tool, j.out, status);
	img_pokes_free(j.pokes);
	img_sets_free(j.sets);
	img_rules_free(j.rules);
	return status;
}
