/* imgpages: where the pages are, run by run. */
#ifndef IMGPAGES_LIST_H
#define IMGPAGES_LIST_H

#include "cmd/imgpages/job.h"

/* The current task as text, as JSON. */
void pages_list(struct job *j);
void pages_list_json(struct job *j);

#endif
