/* imgpages: how much of each kind of mapping there is, and in which files. */
#ifndef IMGPAGES_SUM_H
#define IMGPAGES_SUM_H

#include "cmd/imgpages/job.h"

/* --summary: of the task at hand, and then of all that came before it. */
struct summary;
struct summary *pages_sums_new(struct job *j);
void pages_sums_task(struct summary *s, struct job *j);
void pages_sums_dump(struct summary *s, struct job *j, bool show);

#endif
