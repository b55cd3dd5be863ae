/* The anonymized copies of a dump and of its parents, each in the directory `parent` of its child. */
#ifndef IMGANON_CHAIN_H
#define IMGANON_CHAIN_H

#include "libimg/dump/newdir.h"
#include "libimg/rewrite/anonymize.h"

struct anon_chain {
	struct img_anon *anon;
	uint64_t left; /* files and links that were not copied */

	/* A parent that cannot be opened: 0 where the copy ends there, -1. NULL: it fails. */
	int (*lost)(void *arg, const struct img_err *err);
	/*
	 * Called with where the copy is: files may be added, through nd; then to look at all of
	 * it, once modes are set. 0, or -1 with *err.
	 */
	int (*add)(void *arg, struct img_newdir *nd, struct img_err *err);
	int (*approve)(void *arg, const char *path, struct img_err *err);
	void *arg;
};

/*
 * Write the copy of `from`, and of its parents, to the directory `to`, which must not exist and
 * appears once approve() has returned 0; never, if it is not to be kept. 0, or -1 with *err.
 */
int anon_chain_write(struct anon_chain *c, struct img_dir *from, const char *to, bool keep,
		     struct img_err *err);

#endif
