/* How many bytes of memory are in which directory, as a table. */
#ifndef IMGMERGE_FIGURES_H
#define IMGMERGE_FIGURES_H

#include "cmd/tool.h"
#include "libimg/dump/dir.h"

/* A line. What a table has no column for is not used. */
struct figures_row {
	const char *dir;
	const char *parent; /* NULL: none */
	uint64_t users;     /* dumps that have it in their chain */
	uint64_t bytes;     /* of the pages that its pagemaps have in it */
	uint64_t taken;     /* of those: by the newest dump, or dumps */
};

enum figures_table { FIGURES_CHAIN, FIGURES_LIST };

/* Print n rows to `out`, as JSON objects if `json`. 0, or -1 with *err. */
int figures_print(const struct figures_row *rows, size_t n, enum figures_table which, bool json,
		  struct img_out *out, struct img_err *err);

/* Bytes of the pages that the pagemaps of a directory have in it. 0, or -1 with *err. */
int figures_bytes(struct img_dir *d, uint64_t *bytes, struct img_err *err);

/*
 * Call fn for each pagemap in it: of a task, or (shared) of a segment. 0, or what fn returned if
 * that is not 0, or -1 with *err.
 */
int figures_each(struct img_dir *d,
		 int (*fn)(void *arg, bool shared, uint64_t id, struct img_err *err), void *arg,
		 struct img_err *err);

#endif
