/* imgcheck - is a dump whole and consistent? */
#include <unistd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/check/check.h"
#include "libimg/json/jw.h"
#include "libimg/view/text.h"
#include "tool.h"

static const struct tool_opt opts[] = {
	{ 'A', "allow", "RULE", "do not report violations of RULE" },
	{ 'E', "error", "RULE", "violations of RULE are errors" },
	{ 'j', "json", NULL, "write a JSON object for each finding" },
	{ 'r', "rules", NULL, "list the rules and exit" },
	{ 's', "strict", NULL, "exit with status 1 for warnings too" },
	{ 'W', "warn", "RULE", "violations of RULE are warnings" },
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgcheck",
	.args = "DIR...",
	.about = "Check whether CRIU dumps are whole and consistent.",
	.opts = opts,
};

struct job {
	struct img_out *out;
	bool json;
	const char *dir;
	size_t errors, warnings, dirs; /* dirs: number of directories checked */
	int status;                    /* status of what could not be read */
};

static const char *severity_name(enum img_severity s)
{
	return s == IMG_ERROR ? "error" : s == IMG_WARNING ? "warning" : "allow";
}

/* ---- findings ---- */

static void put_text(struct job *j, const struct img_finding *f)
{
	size_t n = strlen(j->dir);

	img_text_str(j->out, j->dir);
	if (n > 0 && j->dir[n - 1] != '/')
		img_out_byte(j->out, '/');
	img_text_str(j->out, f->image);
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

static void unread(void *arg, const struct img_err *err)
{
	struct job *j = arg;
	int status = tool_fail(&tool, j->dir, err);

	if (status > j->status)
		j->status = status;
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

static void summary(const struct job *j)
{
	fprintf(stderr, "%s: ", tool.name);
	count(j->errors, "error", "errors", ", ");
	count(j->warnings, "warning", "warnings", " in ");
	/* "No errors" is wrong if something could not be read. */
	count(j->dirs, "directory", "directories",
	      j->status == TOOL_OK ? "\n" : "; some could not be read\n");
}

static void check(struct job *j, const struct img_check_how *how)
{
	struct img_err err;
	struct img_dir *dir = tool_dir(j->dir, &err);

	if (dir == NULL || img_check_dir(dir, how, &err) < 0)
		unread(j, &err);
	else
		j->dirs++;
	img_dir_close(dir);
}

int main(int argc, char **argv)
{
	uint8_t *severity = severities();
	bool strict = false, list = false;
	struct job j = { .json = false };
	struct img_check_how how = {
		.severity = severity, .found = found, .arg = &j, .unread = { unread, &j }
	};
	int status;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'A': set_rules(severity, optarg, IMG_ALLOW); break;
		case 'E': set_rules(severity, optarg, IMG_ERROR); break;
		case 'W': set_rules(severity, optarg, IMG_WARNING); break;
		case 'j': j.json = true; break;
		case 'r': list = true; break;
		case 's': strict = true; break;
		}
	if (!list && argv[optind] == NULL)
		tool_usage(&tool, "missing DIR");
	j.out = tool_stdout(&tool);
	if (list)
		list_rules(&j, severity);
	for (char **dir = argv + optind; !list && *dir != NULL && !img_out_failed(j.out); dir++) {
		j.dir = *dir;
		check(&j, &how);
	}
	img_free(severity);
	status = tool_finish(&tool, j.out, TOOL_OK);
	if (!list)
		summary(&j);
	if (j.errors > 0 || (strict && j.warnings > 0))
		status = status > TOOL_DATA ? status : TOOL_DATA;
	return j.status > status ? j.status : status;
}
