/* imgpages: searching memory: a pattern, strings, pages that differ. */
#ifndef IMGPAGES_FIND_H
#define IMGPAGES_FIND_H

#include "cmd/imgpages/job.h"

/* For the current task. */
void pages_find_pattern(struct job *j);
void pages_find_strings(struct job *j);
void pages_find_diff(struct job *j);

#endif
