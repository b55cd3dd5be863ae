/* crit: its commands, each given what the command line says. */
#ifndef CRIT_H
#define CRIT_H

#include <stdio.h>

#include "cmd/tool.h"

extern const struct tool crit_tool;

struct crit_command;

/* The command line, read as Python's argparse reads it. */
struct crit_args {
	const struct crit_command *command;
	const char *in, *out; /* NULL: standard input, standard output */
	const char *operand;  /* a file, or a directory */
	const char *what;     /* x: which explorer */
	bool pretty, no_payload;
};

struct crit_command {
	const char *name, *usage, *help;
	bool io;      /* takes -i, -o */
	bool pretty;  /* takes --pretty */
	bool nopl;    /* takes --nopl */
	int operands; /* that it must have */
	int (*run)(const struct crit_args *a);
};

/* The usage line: of a command, or, where it is NULL, of crit. */
void crit_put_usage(FILE *f, const struct crit_command *c);

/* Bad usage: two lines on standard error; status 2. */
_Noreturn void crit_usage(const struct crit_command *c, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Report a failure: status 1, whatever failed, as scripts know it of crit. */
int crit_fail(const char *file, const struct img_err *err);
int crit_sysfail(const char *file);

int crit_decode(const struct crit_args *a);
int crit_encode(const struct crit_args *a);
int crit_show(const struct crit_args *a);
int crit_info(const struct crit_args *a);
int crit_explore(const struct crit_args *a);

#endif
