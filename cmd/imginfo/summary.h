/* imginfo --summary: what a dump holds in all. */
#ifndef IMGINFO_SUMMARY_H
#define IMGINFO_SUMMARY_H

#include "cmd/explore.h"

/* For explore_each(): write the totals of the current directory. */
void summary_dump(struct explore *x, void *arg);

#endif
