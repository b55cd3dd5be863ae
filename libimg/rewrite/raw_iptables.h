/* Values in the output of iptables-save and ip6tables-save. */
#ifndef IMG_RAW_IPTABLES_H
#define IMG_RAW_IPTABLES_H

#include "libimg/rewrite/raw_run.h"

/* Change such an image. 0, or -1 with *err. */
int img_raw_iptables(struct img_raw_run *run, struct img_err *err);

#endif
