/* imgpages: sums by kind of mapping, and by file. */
#ifndef IMGPAGES_SUM_H
#define IMGPAGES_SUM_H

#include "cmd/imgpages/job.h"

/* --summary: of the current task; then of all tasks before. */
struct summary;
struct summary *pages_sums_new(struct job *j);
void pages_sums_task(struct summary *s, struct job *j);
void pages_sums_dump(struct summary *s, struct job *j, bool show);

#endif
