/* The anonymized copies of a dump and of its parents, each in the directory `parent` of its child. */
#ifndef IMGANON_CHAIN_H
#define IMGANON_CHAIN_H

#include "libimg/dump/dir.h"
#include "libimg/rewrite/anonymize.h"
#include "libimg/rewrite/leak.h"

struct anon_chain {
	struct img_anon *anon;
	uint64_t left; /* files and links that were not copied */
};

/*
 * Write the copy of `from`, and of its parents, to the directory `to`, which must not exist and
 * appears once `approve` has returned 0: until then it is at `path`. 0, or -1 with *err.
 */
int anon_chain_write(struct anon_chain *c, struct img_dir *from, const char *to,
		     int (*approve)(void *arg, const char *path, struct img_err *err), void *arg,
		     struct img_err *err);

/* Search all files below the directory for what was to be gone. 0, or -1 with *err. */
int anon_chain_search(const struct img_leak *l, const char *path, struct img_err *err);

#endif
