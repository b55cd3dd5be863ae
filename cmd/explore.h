/* Shared by the explorers: directories as operands, -p, --json, errors that do not stop the run. */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "libimg/dump/pstree.h"
#include "libimg/json/jw.h"
#include "libimg/view/text.h"
#include "cmd/tool.h"

/* Failures of one kind in a directory that are reported; of more their number is. */
enum { EXPLORE_SAME = 20, EXPLORE_KINDS = 32 };

/* One run of an explorer. Zero it, set `tool`, pass it the options. */
struct explore {
	const struct tool *tool;
	bool json;
	bool no_cores;  /* the tool reads core images itself, if needed */
	bool memory;    /* the tool accepts memory alone, as in a pre-dump */
	uint32_t *pids; /* of -p; empty: all */
	size_t n_pids;
	struct img_report report; /* explore_fail(), for calls of the library */
	struct img_out *out;
	bool several; /* directories: text has their names as headings, JSON has `dir` */

	/* The current directory. */
	const char *path;
	struct img_dir *dir;
	struct img_ps *ps;
	bool no_tree;            /* `memory`: only pagemaps exist; ps has their pids */
	struct img_err reported; /* the last failure in it */
	struct explore_kind {    /* failures that differ by file and numbers only */
		char what[100];
		size_t n;
	} kinds[EXPLORE_KINDS]; /* the last one stands for all others */
	size_t n_kinds;
	int status;
};

/* The option table's rows for -p and --json. */
#define EXPLORE_OPTS                                                                               \
	{ 'p', "pid", "PID", "only this process; may be given several times" },                    \
	{                                                                                          \
		'j', "json", NULL, "write a JSON object for each line"                             \
	}

/* Those of the tools that take any number of directories. */
#define EXPLORE_DIR_OPTS                                                                           \
	TOOL_WITH_DIR_OPT("name the directory, even if it is the only one"), TOOL_LIST_OPT

/* -p PID; an invalid one is a usage error. */
void explore_pid(struct explore *x, const char *arg);

/*
 * Call fn for each directory of `dirs`, or of the list in their place ("." if there is none), with its process tree and the cores
 * of the selected tasks read. What is missing is reported and the rest shown. Ends the run:
 * returns the exit status.
 */
int explore_each(struct explore *x, char **dirs, void (*fn)(struct explore *x, void *arg),
		 void *arg);

/*
 * The same for one directory, step by step, for tools that look at two of them at once. False: it
 * cannot be opened, or has no process tree, which is reported; x->status is the exit status.
 */
bool explore_open(struct explore *x, const char *path);
bool explore_tree(struct explore *x);
void explore_close(struct explore *x); /* what was opened; reports what was left to report */

/* Is this task selected? */
bool explore_wants(const struct explore *x, const struct img_task *t);

/*
 * Report a failure unless it repeats the last one, or there were EXPLORE_SAME of its kind; go on
 * unless memory ran out.
 */
void explore_fail(struct explore *x, const struct img_err *err);

/* Report a missing image. */
void explore_absent(struct explore *x, const char *pattern, uint64_t number);

/* Write the heading line of a process. */
void explore_head(struct explore *x, const struct img_task *t);

/*
 * Begin a JSON line: its object is open, with `dir` if needed, and with `pid` if it is about a
 * process. End it.
 */
void explore_begin(struct explore *x, struct img_jw *w);
void explore_begin_pid(struct explore *x, struct img_jw *w, uint32_t pid);
void explore_end(struct explore *x, struct img_jw *w);

#endif
