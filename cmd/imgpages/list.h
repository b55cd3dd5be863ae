/* imgpages: where the pages are, run by run. */
#ifndef IMGPAGES_LIST_H
#define IMGPAGES_LIST_H

#include "cmd/imgpages/job.h"

/* The current task as text; run by run: as columns, or as JSON. */
void pages_list(struct job *j);
void pages_list_runs(struct job *j);

#endif
