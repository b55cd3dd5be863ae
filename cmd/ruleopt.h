/* Rules of an edit as options: shared by the tools that change dumps. */
#ifndef RULEOPT_H
#define RULEOPT_H

#include "libimg/rewrite/poke.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/rules.h"
#include "libimg/rewrite/setfield.h"
#include "tool.h"

/* Rows of a tool's options; the values up to TOOL_BENEATH belong to them. */
enum { RULE_OPT = 400 };
#define RULE_OPTS                                                                                  \
	{ RULE_OPT + 0, "ip", "A=B", "address, or network A/N=B/N" },                              \
		{ RULE_OPT + 1, "port", "P=Q", "port; tcp:P=Q, udp:P=Q: of one protocol" },        \
		{ RULE_OPT + 2, "path", "/A=/B", "path, and all paths below it" },                 \
		{ RULE_OPT + 3, "mount", "A=B",                                                    \
		  "source or root of mounts, paths in their options" },                            \
		{ RULE_OPT + 4, "ext-key", "A=B", "key of an external mount or namespace" },       \
		{ RULE_OPT + 5, "cgroup", "/A=/B", "cgroup, and all cgroups below it" },           \
		{ RULE_OPT + 6, "unix", "A=B", "abstract name of a unix socket" },                 \
		{ RULE_OPT + 7, "netdev", "A=B", "name of a network device" },                     \
		{ RULE_OPT + 8, "mac", "A=B", "hardware address of a network device" },            \
		{ RULE_OPT + 9, "host", "NAME", "host name" },                                     \
		{ RULE_OPT + 10, "domain", "NAME", "NIS domain name" },                            \
		{ RULE_OPT + 11, "comm", "A=B", "name of tasks and threads" },                     \
		{ RULE_OPT + 12, "uid", "A:B:N", "N users from A on become those from B on" },     \
		{ RULE_OPT + 13, "gid", "A:B:N", "N groups from A on become those from B on" },    \
		{ RULE_OPT + 14, "userns", "A:B:N",                                                \
		  "the same for the outside of a user namespace" },                                \
		{ RULE_OPT + 15, "no-file-check", NULL,                                            \
		  "drop size, mode, build-id and checksum of files" },                             \
	{                                                                                          \
		RULE_OPT + 16, "pid", "P=Q", "pid of a process with one thread"                    \
	}

/* All end the program where the text is wrong (status 2), or the system fails. */

/* The rule that the option c of t->opts stands for. */
void rule_add(const struct tool *t, struct img_rules *rules, int c, const char *value);

/* Rules from a file, one a line, without the dashes. */
void rule_file(const struct tool *t, struct img_rules *rules, const char *file);

/* --set */
void rule_set(const struct tool *t, struct img_sets *sets, const char *text);

/* --poke, --setenv, and --root, whose directory stays open as long as the program runs. */
void rule_poke(const struct tool *t, struct img_pokes *pokes, const char *text);
void rule_setenv(const struct tool *t, struct img_pokes *pokes, const char *text);
void rule_root(const struct tool *t, struct img_pokes *pokes, const char *path);

/* After the last rule. */
void rule_ready(const struct tool *t, struct img_rules *rules);

/* Report what was asked for and matched nothing in the dump `from`. Returns a status. */
int rule_unmatched(const struct tool *t, const char *from, const struct img_rules *rules,
		   const struct img_sets *sets);

/* Make all images and keep none: what the rules match is known then. 0, or -1 with *err. */
int rule_rehearse(struct img_rewrite *rw, struct img_err *err);

#endif
