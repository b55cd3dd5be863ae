#include "cmd/ruleopt.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct tool_opt rule_opts[] = { RULE_OPTS, { 0, NULL, NULL, NULL } };

static const char *verb_of(int c)
{
	for (const struct tool_opt *o = rule_opts; o->c != 0; o++)
		if (o->c == c)
			return o->name;
	return "";
}

static bool is_verb(const char *name)
{
	for (const struct tool_opt *o = rule_opts; o->c != 0; o++)
		if (strcmp(o->name, name) == 0)
			return true;
	return false;
}

static void add_rule(const struct tool *t, struct img_rules *rules, int c, const char *value)
{
	const char *verb = verb_of(c);
	struct img_err err;

	if (img_rules_add(rules, verb, value, &err) == 0)
		return;
	if (err.kind == IMG_ESYS)
		exit(tool_fail(t, NULL, &err));
	tool_usage(t, "--%s%s%s: %s", verb, value != NULL ? "=" : "", value != NULL ? value : "",
		   err.what);
}

/* One line: "port=8080=9090". The newline is gone. */
static void rule_line(const struct tool *t, struct img_rules *rules, const char *file, size_t line,
		      char *text)
{
	char *value = strchr(text, '=');
	struct img_err err;

	if (text[0] == '\0' || text[0] == '#')
		return;
	if (value != NULL)
		*value++ = '\0';
	if (!is_verb(text))
		tool_usage(t, "%s: line %zu: no such rule: '%s'", file, line, text);
	if (img_rules_add(rules, text, value, &err) == 0)
		return;
	if (err.kind == IMG_ESYS)
		exit(tool_fail(t, NULL, &err));
	tool_usage(t, "%s: line %zu: %s%s%s: %s", file, line, text, value != NULL ? "=" : "",
		   value != NULL ? value : "", err.what);
}

enum { LINE_MAX_BYTES = 16 << 10 }; /* two paths and more */

static void read_file(const struct tool *t, struct img_rules *rules, const char *file)
{
	FILE *f = fopen(file, "re");
	char line[LINE_MAX_BYTES];
	size_t n = 0;

	if (f == NULL)
		exit(tool_sysfail(t, file));
	while (fgets(line, sizeof(line), f) != NULL) {
		size_t len = strlen(line);

		n++;
		if (len == sizeof(line) - 1 && line[len - 1] != '\n')
			tool_usage(t, "%s: line %zu is longer than %d bytes", file, n,
				   LINE_MAX_BYTES - 2);
		if (len > 0 && line[len - 1] == '\n')
			line[len - 1] = '\0';
		rule_line(t, rules, file, n, line);
	}
	if (ferror(f))
		exit(tool_sysfail(t, file));
	fclose(f);
}

static void add_set(const struct tool *t, struct img_sets *sets, const char *text)
{
	struct img_err err;
	char why[600];

	if (img_sets_add(sets, text, &err) == 0)
		return;
	if (err.kind == IMG_ESYS)
		exit(tool_fail(t, NULL, &err));
	tool_usage(t, "--set=%s: %s", text, img_err_text(&err, why, sizeof(why)));
}

static void add_poke(const struct tool *t, const char *option, const char *text, int r,
		     const struct img_err *err)
{
	char why[600];

	if (r == 0)
		return;
	if (err->kind == IMG_ESYS)
		exit(tool_fail(t, NULL, err));
	tool_usage(t, "--%s=%s: %s", option, text, img_err_text(err, why, sizeof(why)));
}

static void add_bytes(const struct tool *t, struct img_pokes *pokes, const char *text)
{
	struct img_err err;

	add_poke(t, "poke", text, img_pokes_add(pokes, text, &err), &err);
}

static void add_variable(const struct tool *t, struct img_pokes *pokes, const char *text)
{
	struct img_err err;

	add_poke(t, "setenv", text, img_pokes_add_env(pokes, text, &err), &err);
}

static void open_root(const struct tool *t, struct img_pokes *pokes, const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		exit(tool_sysfail(t, path));
	img_pokes_root(pokes, fd);
}

void rule_opt(const struct tool *t, const struct rule_to *to, int c, const char *value)
{
	switch (c) {
	case RULE_FILE: read_file(t, to->rules, value); break;
	case RULE_SET: add_set(t, to->sets, value); break;
	case RULE_POKE: add_bytes(t, to->pokes, value); break;
	case RULE_SETENV: add_variable(t, to->pokes, value); break;
	case RULE_ROOT: open_root(t, to->pokes, value); break;
	default: add_rule(t, to->rules, c, value);
	}
}

void rule_ready(const struct tool *t, struct img_rules *rules)
{
	struct img_err err;

	if (img_rules_ready(rules, &err) == 0)
		return;
	if (err.kind == IMG_ESYS)
		exit(tool_fail(t, NULL, &err));
	tool_usage(t, "%s", err.what);
}

int rule_unmatched(const struct tool *t, const char *from, const struct img_rules *rules,
		   const struct img_sets *sets)
{
	int status = TOOL_OK;

	for (size_t i = 0; i < img_rules_count(rules); i++) {
		const struct img_edit_rule *u = img_rules_get(rules, i);

		if (u->matched > 0)
			continue;
		fprintf(stderr, "%s: %s: --%s matches nothing\n", t->name, from, u->text);
		status = TOOL_DATA;
	}
	for (size_t i = 0; i < img_sets_count(sets); i++) {
		if (img_sets_done(sets, i))
			continue;
		fprintf(stderr, "%s: %s: --set=%s: no such image or entry\n", t->name, from,
			img_sets_text(sets, i));
		status = TOOL_DATA;
	}
	return status;
}

/* ---- a sink for what nobody wants ---- */

struct nowhere {
	struct img_out *out;
};

static int nowhere_begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct nowhere *n = arg;

	(void)name, (void)err;
	*out = n->out;
	return 0;
}

static int nowhere_end(void *arg, bool keep, struct img_err *err)
{
	(void)arg, (void)keep, (void)err;
	return 0;
}

static int nowhere_copy(void *arg, const char *name, int dirfd, const char *from,
			struct img_err *err)
{
	(void)arg, (void)name, (void)dirfd, (void)from, (void)err;
	return 0;
}

int rule_rehearse(struct img_rewrite *rw, struct img_err *err)
{
	int fd = open("/dev/null", O_WRONLY | O_CLOEXEC), r;
	struct nowhere n = { fd >= 0 ? img_out_fd(fd) : NULL };
	const struct img_sink sink = {
		.begin = nowhere_begin, .end = nowhere_end, .arg = &n, .copy = nowhere_copy
	};

	if (n.out == NULL) {
		img_fail_sys(err);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	r = img_rewrite_all(rw, &sink, err);
	img_out_free(n.out);
	close(fd);
	return r;
}
