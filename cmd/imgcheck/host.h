/* imgcheck --host, --needs, --facts. */
#ifndef IMGCHECK_HOST_H
#define IMGCHECK_HOST_H

#include "cmd/imgcheck/job.h"

struct host;

/*
 * The machine to compare with: this one, its files below `root` (NULL: not given), or, if `file` is
 * not NULL, that of which it has the facts. Leaves the program if it cannot be read.
 */
struct host *host_open(const struct tool *t, const char *file, const char *root);
void host_close(struct host *h);

/* Compare the needs of the dump in d, which is j->dir; findings are counted in j. */
void host_check(struct host *h, struct job *j, struct img_dir *d);

/* Write the needs of a dump as JSON lines. */
void host_needs(struct job *j, struct img_dir *d);

/*
 * Write the facts of the host as JSON lines, and those of the files that the needs in `file` (NULL:
 * none) name. Returns a status.
 */
int host_facts(struct host *h, struct job *j, const char *file);

#endif
