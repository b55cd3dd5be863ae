/*
 * Programs that an image goes through: a row of commands of the shell, each reading what the one
 * before it writes. All have to end with status 0.
 */
#ifndef IMG_FILTER_H
#define IMG_FILTER_H

#include <stdbool.h>
#include <sys/types.h>

#include "libimg/dump/dir.h"

struct img_filter {
	const char *glob; /* the names that it is for: fnmatch(3) */
	const char *command;
};

enum { IMG_FILTERS = 64 }; /* of one image, at most */

/*
 * What filters find in $DIR: the absolute path of the dump; of one in an archive, its name. 0, or
 * -1 with *err.
 */
int img_filter_dir(const struct img_dir *from, char *path, size_t size, struct img_err *err);

/* A row at work. */
struct img_pipeline {
	size_t n, running;
	struct {
		const char *command;
		pid_t pid;
		int pidfd;  /* to be polled; -1: ended, or the kernel has none */
		int status; /* of waitpid(), once it has ended */
		bool ended;
	} each[IMG_FILTERS];
	pid_t group;
};

/* The filters for this name, in order; as many as IMG_FILTERS. Returns how many. */
size_t img_filter_match(const struct img_filter *filters, size_t n, const char *name,
			const char **commands);

/*
 * Start n commands (n > 0): the first reads `in`, the last writes `out`; both stay the
 * caller's. $IMG is `name` and $DIR `dir`. They are run by bash with pipefail where it is
 * installed, else by sh, in a process group of their own, with SIGPIPE as usual. 0, or -1 with
 * *err.
 */
int img_pipeline_start(struct img_pipeline *p, const char *const *commands, size_t n,
		       const char *name, const char *dir, int in, int out, struct img_err *err);

/*
 * Have all ended? 1: with status 0, IMG_WAIT (protocol.h), or -1 with *err: which one failed,
 * and how.
 */
int img_pipeline_poll(struct img_pipeline *p, struct img_err *err);

/* The same without an end to wait for: 0, or -1 with *err. */
int img_pipeline_wait(struct img_pipeline *p, struct img_err *err);

/* End those that run. */
void img_pipeline_kill(struct img_pipeline *p);

#endif
