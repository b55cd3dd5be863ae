/* imgpages: runs of memory as columns. */
#ifndef IMGPAGES_RUN_COLUMNS_H
#define IMGPAGES_RUN_COLUMNS_H

#include "cmd/imgpages/job.h"

/* A run of the current task. */
struct run_row {
	struct job *j;
	const struct img_run *run;
};

extern const struct img_column pages_columns[];

/* "here", "parent" and so on. */
const char *pages_where(const struct img_run *run);

/* The number of its pages: one that two runs share counts for that in which it begins. */
uint64_t pages_of_run(const struct job *j, const struct img_run *run);

/* Where it is in the file or segment that is mapped; IMG_UNKNOWN: nowhere. */
uint64_t pages_offset(const struct img_run *run);

#endif
