/* Threads that several tasks list: a tid is that of one. */
#ifndef IMG_TIDS_H
#define IMG_TIDS_H

#include "libimg/dump/pstree.h"

/*
 * Leave each tid to one task: that whose pid it is, else the first one that lists it. The others
 * count what they lose in lost_threads. So what is written of threads is in proportion to the
 * images, whatever the lists say. 0, or -1 with *err.
 */
int img_tids_settle(struct img_ps *ps, struct img_err *err);

#endif
