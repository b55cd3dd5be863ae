/* A file for what is read more than once, or out of order: it has no name, and goes with us. */
#ifndef IMG_SCRATCH_H
#define IMG_SCRATCH_H

#include "libimg/base/err.h"

/*
 * Open one for reading and writing, in $TMPDIR or else in /var/tmp: what goes there may be
 * larger than a /tmp in memory. The descriptor is the caller's. -1 with *err.
 */
int img_scratch_open(struct img_err *err);

#endif
