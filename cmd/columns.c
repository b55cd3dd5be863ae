#include "cmd/columns.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void output(struct columns *c, const char *arg)
{
	if (c->wanted)
		tool_usage(c->tool, "--output is given twice");
	c->wanted = true;
	c->list = arg;
}

static void noheadings(struct columns *c, const char *arg)
{
	(void)arg;
	c->style.noheadings = true;
}

static void raw(struct columns *c, const char *arg)
{
	(void)arg;
	c->style.raw = true;
}

static void bytes(struct columns *c, const char *arg)
{
	(void)arg;
	c->style.bytes = true;
}

static void color(struct columns *c, const char *arg)
{
	static const char *const words[] = { "auto", "always", "never" };
	unsigned i = 0;

	while (i < 3 && strcmp(words[i], arg) != 0)
		i++;
	if (i == 3)
		tool_usage(c->tool, "--color is auto, always or never, not '%s'", arg);
	c->color = (enum columns_when)i;
}

static const struct {
	const char *name;
	void (*set)(struct columns *c, const char *arg);
} rows[] = {
	{ "output", output }, { "noheadings", noheadings }, { "raw", raw },
	{ "bytes", bytes },   { "color", color },
};

bool columns_opt(struct columns *c, int opt, const char *arg)
{
	const struct tool_opt *o = c->tool->opts;

	while (o->c != 0 && o->c != opt)
		o++;
	for (size_t i = 0; o->c != 0 && i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (strcmp(rows[i].name, o->name) != 0)
			continue;
		if (rows[i].set != output)
			c->given = o->name;
		rows[i].set(c, arg);
		return true;
	}
	return false;
}

/* Colours are for eyes, and for those who have not asked to be spared (https://no-color.org). */
static bool colored(const struct columns *c)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

	if (c->color != COLUMNS_AUTO)
		return c->color == COLUMNS_ALWAYS;
	return isatty(STDOUT_FILENO) && (no == NULL || *no == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0;
}

/* Once it is known which columns there are. */
static void select_columns(struct columns *c)
{
	const char *bad;

	if (img_columns_add(&c->sel, c->all, c->list, &bad))
		return;
	if (c->sel.n == IMG_COLUMNS_MAX)
		tool_usage(c->tool, "more than %d columns", IMG_COLUMNS_MAX);
	tool_usage(c->tool, "unknown column '%.*s' (--help lists them)", (int)strcspn(bad, ","),
		   bad);
}

void columns_check(struct columns *c, bool json, bool always)
{
	if (c->given != NULL && json && strcmp(c->given, "bytes") != 0)
		tool_usage(c->tool, "--%s cannot be used with --json", c->given);
	if (c->given != NULL && !always && !c->wanted)
		tool_usage(c->tool, "--%s requires --output", c->given);
	if (c->all == NULL)
		c->all = c->tool->columns;
	if (c->wanted)
		select_columns(c);
	else if (always && json)
		img_columns_all(&c->sel, c->all);
	else if (always)
		img_columns_default(&c->sel, c->all);
	c->style.json = json;
	if (c->sel.n == 0 || json)
		return;
	/* How wide characters are, and whether the terminal has those that branches are made of. */
	if (!c->plain_names)
		setlocale(LC_CTYPE, "");
	c->style.utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	c->style.color = colored(c);
}

void columns_begin(struct columns *c, struct explore *x)
{
	c->table = img_table_new(&c->sel, &c->style, x->out);
	if (c->table == NULL)
		exit(tool_sysfail(c->tool, NULL));
}

void columns_row(struct columns *c, struct explore *x, const void *row)
{
	struct img_jw w;

	if (!x->json) {
		img_table_row(c->table, row);
		return;
	}
	explore_begin(x, &w);
	img_table_json(c->table, row, &w);
	explore_end(x, &w);
}

void columns_end(struct columns *c, struct explore *x)
{
	struct img_err err;

	if (img_table_end(c->table, &err) < 0)
		explore_fail(x, &err);
	c->table = NULL;
}
