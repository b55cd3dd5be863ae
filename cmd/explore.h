/* What the explorers share: directories as operands, -p, --json, errors that do not stop. */
#ifndef EXPLORE_H
#define EXPLORE_H

#include "libimg/dump/pstree.h"
#include "libimg/json/jw.h"
#include "libimg/view/text.h"
#include "tool.h"

/* One run of an explorer. Zero it, set `tool`, feed it the options. */
struct explore {
	const struct tool *tool;
	bool json;
	bool no_cores;  /* the tool looks at core images itself, where it needs one */
	bool memory;    /* the tool can do with memory alone, as a pre-dump has it */
	uint32_t *pids; /* of -p; none: all */
	size_t n_pids;
	struct img_report report; /* explore_fail(), for calls of the library */
	struct img_out *out;
	bool several; /* directories: text is headed by their names, JSON carries `dir` */

	/* The directory at hand. */
	const char *path;
	struct img_dir *dir;
	struct img_ps *ps;
	bool no_tree;        /* `memory`: there is nothing but pagemaps; ps has their pids */
	struct img_err told; /* the last failure of it */
	int status;
};

/* The option table's rows for -p and --json. */
#define EXPLORE_OPTS                                                                               \
	{ 'p', "pid", "PID", "only this process; may be given several times" },                    \
	{                                                                                          \
		'j', "json", NULL, "a JSON object for each line"                                   \
	}

/* -p: a pid; a bad one is bad usage. */
void explore_pid(struct explore *x, const char *arg);

/*
 * Call fn for each directory of `dirs` ("." where there is none), with its process tree
 * read and the cores of the tasks that are wanted looked at. What is missing is reported
 * and the rest shown. Ends the run: returns the exit status.
 */
int explore_each(struct explore *x, char **dirs, void (*fn)(struct explore *x, void *arg),
		 void *arg);

/* Is this task to be shown? */
bool explore_wants(const struct explore *x, const struct img_task *t);

/* Report a failure, unless it is the last one again, and go on if it was not for want of memory. */
void explore_fail(struct explore *x, const struct img_err *err);

/* Report an image that should be there and is not. */
void explore_absent(struct explore *x, const char *pattern, uint64_t number);

/* The line of text with which a process begins. */
void explore_head(struct explore *x, const struct img_task *t);

/*
 * Begin a JSON line: its object is open, with `dir` in it where that is due; and `pid`, of a
 * line about a process. End it.
 */
void explore_begin(struct explore *x, struct img_jw *w);
void explore_begin_pid(struct explore *x, struct img_jw *w, uint32_t pid);
void explore_end(struct explore *x, struct img_jw *w);

#endif
