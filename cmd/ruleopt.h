/* Rules of an edit as options: shared by the tools that change dumps. */
#ifndef RULEOPT_H
#define RULEOPT_H

#include "libimg/rewrite/poke.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/rules.h"
#include "libimg/rewrite/setfield.h"
#include "cmd/tool.h"

/* Rows of a tool's options; the values up to TOOL_BENEATH belong to them. */
enum { RULE_OPT = 400, RULE_FILE = 500, RULE_SET, RULE_POKE, RULE_SETENV, RULE_ROOT };
#define RULE_MORE_OPTS                                                                             \
	{ RULE_FILE, "rules", "FILE", "read rules from FILE, one a line, without the dashes" },    \
		{ RULE_SET, "set", "FIELD=VALUE",                                                  \
		  "one field; FIELD is IMAGE:PATH, VALUE as in JSON" },                            \
		{ RULE_POKE, "poke", "PID:ADDR=BYTES",                                             \
		  "bytes of memory: hex:0a0b, str:text or @FILE" },                                \
		{ RULE_SETENV, "setenv", "PID:NAME=VALUE",                                         \
		  "variable of the environment, if it fits" },                                     \
	{                                                                                          \
		RULE_ROOT, "root", "DIR", "read mapped files below DIR, for --poke"                \
	}
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

/* Where what they ask for is gathered. */
struct rule_to {
	struct img_rules *rules;
	struct img_sets *sets;
	struct img_pokes
		*pokes; /* the directory of --root stays open as long as the program runs */
};

/* Take an option of either list. */
void rule_opt(const struct tool *t, const struct rule_to *to, int c, const char *value);

/* After the last rule. */
void rule_ready(const struct tool *t, struct img_rules *rules);

/* Report what was asked for and matched nothing in the dump `from`. Returns a status. */
int rule_unmatched(const struct tool *t, const char *from, const struct img_rules *rules,
		   const struct img_sets *sets);

/* Make all images and keep none: what the rules match is known then. 0, or -1 with *err. */
int rule_rehearse(struct img_rewrite *rw, struct img_err *err);

#endif
