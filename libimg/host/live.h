/* The facts of this machine. */
#ifndef IMG_LIVE_H
#define IMG_LIVE_H

#include "libimg/host/facts.h"

/*
 * Add what this machine has, all but files. Nothing is changed, and no privilege is needed: what
 * cannot be seen becomes unknown. 0, or -1 with *err: no memory.
 */
int img_host_facts_live(struct img_host_facts *f, struct img_err *err);

#endif
