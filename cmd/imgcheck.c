/* imgcheck - is a dump whole and consistent? */
#include <unistd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/check/check.h"
#include "libimg/json/jw.h"
#include "libimg/view/text.h"
#include "cmd/imgcheck/host.h"
#include "cmd/imgcheck/job.h"
#include "cmd/imgcheck/log.h"
#include "cmd/tool.h"

enum { OPT_HOST = 256, OPT_ROOT, OPT_NEEDS, OPT_FACTS, OPT_LOG };

static const struct tool_opt opts[] = {
	{ 'A', "allow", "RULE", "do not report violations of RULE" },
	{ 'E', "error", "RULE", "violations of RULE are errors" },
	{ 'j', "json", NULL, "write a JSON object for each finding" },
	{ 'r', "rules", NULL, "list the rules and exit" },
	{ 's', "strict", NULL, "exit with status 1 for warnings too" },
	{ 'W', "warn", "RULE", "violations of RULE are warnings" },
	{ OPT_HOST, "host", "[FACTS]", "would it restore here, or where FACTS are from?" },
	{ OPT_ROOT, "root", "DIR", "with --host and --facts: files are below DIR" },
	{ OPT_NEEDS, "needs", NULL, "write what a host must have, as JSON lines" },
	{ OPT_FACTS, "facts", "[NEEDS]", "write what this host has, files in NEEDS included" },
	{ OPT_LOG, "log", "FILE", "explain the errors and warnings in a log of criu" },
	TOOL_LIST_OPT,
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgcheck",
	.args = "DIR...",
	.about = "Check whether CRIU dumps are whole and consistent.",
	.opts = opts,
};

static const char *severity_name(enum img_severity s)
{
	return s == IMG_ERROR ? "error" : s == IMG_WARNING ? "warning" : "allow";
}

/* ---- findings ---- */

static void put_text(struct job *j, const struct img_finding *f)
{
	job_put_image(j, f->image);
	img_text_fmt(j->out, ": %s: ", severity_name(f->severity));
	if (f->entry >= 0)
		img_text_fmt(j->out, "entry %lld: ", (long long)f->entry);
	img_text_fmt(j->out, "%s%s", f->path,
		     f->path[0] != '\0' && f->message[0] != ':' ? " " : "");
	img_text_put(j->out, f->message); /* printable */
	img_text_fmt(j->out, " [%s]\n", f->rule->name);
}

static void put_json(struct job *j, const struct img_finding *f)
{
	struct img_jw w;

	img_jw_init(&w, j->out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_CSTR(&w, "dir", j->dir);
	IMG_JW_CSTR(&w, "rule", f->rule->name);
	IMG_JW_CSTR(&w, "severity", severity_name(f->severity));
	IMG_JW_CSTR(&w, "image", f->image);
	if (f->entry >= 0) {
		IMG_JW_KEY(&w, "entry");
		img_jw_i64(&w, f->entry);
	}
	if (f->path[0] != '\0')
		IMG_JW_CSTR(&w, "path", f->path);
	IMG_JW_CSTR(&w, "message", f->message);
	img_jw_close(&w, '}');
	img_out_byte(j->out, '\n');
}

static void found(void *arg, const struct img_finding *f)
{
	struct job *j = arg;

	if (f->severity == IMG_ERROR)
		j->errors += f->count;
	else
		j->warnings += f->count;
	if (j->json)
		put_json(j, f);
	else
		put_text(j, f);
}

/* ---- rules ---- */

/* RULE, or several separated by commas. */
static void set_rules(uint8_t *severity, const char *names, enum img_severity s)
{
	for (;;) {
		size_t n = strcspn(names, ",");
		char *name = img_strndup(names, n);
		int r;

		if (name == NULL)
			exit(tool_sysfail(&tool, NULL));
		r = img_rule_find(name);
		if (r < 0)
			tool_usage(&tool, "unknown rule '%s'", name);
		img_free(name);
		severity[r] = (uint8_t)s;
		if (names[n] == '\0')
			return;
		names += n + 1;
	}
}

static void list_rules(struct job *j, const uint8_t *severity)
{
	const struct img_rule *r;

	for (size_t i = 0; (r = img_rule(i)) != NULL; i++)
		img_text_fmt(j->out, "%-18s %-8s %s\n", r->name,
			     severity_name(severity[i] == IMG_BY_RULE
						   ? r->severity
						   : (enum img_severity)severity[i]),
			     r->about);
}

static uint8_t *severities(void)
{
	uint8_t *v;
	size_t n = 0;

	while (img_rule(n) != NULL)
		n++;
	v = img_realloc(NULL, n);
	if (v == NULL)
		exit(tool_sysfail(&tool, NULL));
	memset(v, IMG_BY_RULE, n);
	return v;
}

/* ---- all directories ---- */

static void count(size_t n, const char *one, const char *many, const char *tail)
{
	fprintf(stderr, "%zu %s%s", n, n == 1 ? one : many, tail);
}

static void summary(const struct job *j, bool host)
{
	fprintf(stderr, "%s: ", tool.name);
	count(j->errors, "error", "errors", ", ");
	count(j->warnings, "warning", "warnings", " in ");
	/* "No errors" is wrong if something could not be read. */
	count(j->dirs, "directory", "directories",
	      j->status == TOOL_OK ? "" : "; some could not be read");
	if (host)
		fprintf(stderr, "; needs: %zu met, %zu missing, %zu not checked", j->met,
			j->missing, j->unchecked);
	fputc('\n', stderr);
}

/* What is asked for; only one of needs, facts, log. */
struct wish {
	bool strict, list, host, needs, facts;
	const char *facts_file, *needs_file, *root, *log;
};

/* A list may be empty, but not the command line. */
static void check_wish(const struct wish *w, char **dirs, bool from_list)
{
	const char *dir = dirs[0], *second = dir != NULL ? dirs[1] : NULL;
	bool with_root = (w->host && w->facts_file == NULL) || w->facts;

	if (w->host + w->needs + w->facts + (w->log != NULL) + w->list > 1)
		tool_usage(&tool, "only one of --host, --needs, --facts, --log and --rules");
	if (w->root != NULL && !with_root)
		tool_usage(&tool, "--root needs --host, without FACTS, or --facts");
	if (w->facts && dir != NULL)
		tool_usage(&tool, "--facts takes no DIR");
	if (!w->list && !w->facts && dir == NULL && !from_list)
		tool_usage(&tool, "missing DIR");
	if (w->log != NULL && second != NULL)
		tool_usage(&tool, "--log takes one DIR");
}

static void each_dir(struct job *j, const struct wish *w, const struct img_check_how *how,
		     char **dirs)
{
	struct host *h = w->host ? host_open(&tool, w->facts_file, w->root) : NULL;

	for (; *dirs != NULL && !img_out_failed(j->out); dirs++) {
		struct img_err err;
		struct img_dir *d;

		j->dir = *dirs;
		d = tool_dir(&tool, *dirs, &err);
		if (d != NULL && w->log != NULL)
			log_explain(j, d, w->log);
		else if (d != NULL && w->needs)
			host_needs(j, d);
		else if (d == NULL || img_check_dir(d, how, &err) < 0)
			job_unread(j, &err);
		else
			j->dirs++;
		if (d != NULL && h != NULL)
			host_check(h, j, d);
		img_dir_close(d);
	}
	host_close(h);
}

static int facts(struct job *j, const struct wish *w)
{
	struct host *h = host_open(&tool, NULL, w->root);
	int status = host_facts(h, j, w->needs_file);

	host_close(h);
	return status;
}

/* The status of what was found. */
static int verdict(const struct job *j, const struct wish *w)
{
	bool bad = j->errors > 0 || j->missing > 0;

	return bad || (w->strict && (j->warnings > 0 || j->unchecked > 0)) ? TOOL_DATA : TOOL_OK;
}

int main(int argc, char **argv)
{
	uint8_t *severity = severities();
	struct wish w = { .strict = false };
	struct job j = { .tool = &tool };
	struct img_check_how how = {
		.severity = severity, .found = found, .arg = &j, .unread = { job_unread, &j }
	};
	int status;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'A': set_rules(severity, optarg, IMG_ALLOW); break;
		case 'E': set_rules(severity, optarg, IMG_ERROR); break;
		case 'W': set_rules(severity, optarg, IMG_WARNING); break;
		case 'j': j.json = true; break;
		case 'r': w.list = true; break;
		case 's': w.strict = true; break;
		case OPT_HOST:
			w.host = true;
			w.facts_file = optarg;
			break;
		case OPT_ROOT: w.root = optarg; break;
		case OPT_NEEDS: w.needs = true; break;
		case OPT_FACTS:
			w.facts = true;
			w.needs_file = optarg;
			break;
		case OPT_LOG: w.log = optarg; break;
		}
	check_wish(&w, tool_operands(argv + optind), tool_operands(argv) != argv);
	j.out = tool_stdout(&tool);
	if (w.list)
		list_rules(&j, severity);
	else if (w.facts)
		j.status = facts(&j, &w);
	else
		each_dir(&j, &w, &how, tool_operands(argv + optind));
	img_free(severity);
	status = tool_finish(&tool, j.out, verdict(&j, &w));
	if (!w.list && !w.facts && !w.needs && w.log == NULL)
		summary(&j, w.host);
	return j.status > status ? j.status : status;
}
