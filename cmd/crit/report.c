#include "cmd/crit/crit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct tool_opt opts[] = {
	{ 0, NULL, NULL, NULL },
};

/* For messages; --help and --version are crit's own. */
const struct tool crit_tool = {
	.name = "crit",
	.args = "{decode,encode,info,x,show} ...",
	.about = "CRiu Image Tool",
	.opts = opts,
};

void crit_put_usage(FILE *f, const struct crit_command *c)
{
	if (c != NULL)
		fprintf(f, "usage: crit %s %s\n", c->name, c->usage);
	else
		fprintf(f, "usage: crit [-h] [--version] %s\n", crit_tool.args);
}

void crit_usage(const struct crit_command *c, const char *fmt, ...)
{
	char text[512], shown[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	crit_put_usage(stderr, c);
	fprintf(stderr, "crit%s%s: error: %s\n", c != NULL ? " " : "", c != NULL ? c->name : "",
		img_printable(text, strlen(text), shown, sizeof(shown)));
	exit(TOOL_USAGE);
}

int crit_fail(const char *file, const struct img_err *err)
{
	return tool_fail(&crit_tool, file, err) != TOOL_OK;
}

int crit_sysfail(const char *file)
{
	return tool_sysfail(&crit_tool, file) != TOOL_OK;
}
