/* imgpages: what to look for in memory: a pattern, strings, pages that differ. */
#ifndef IMGPAGES_FIND_H
#define IMGPAGES_FIND_H

#include "cmd/imgpages/job.h"

/* In the task at hand. */
void pages_find_pattern(struct job *j);
void pages_find_strings(struct job *j);
void pages_find_diff(struct job *j);

#endif
