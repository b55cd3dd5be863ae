/* Values in netlink messages: addresses, routes, rules, connections. */
#ifndef IMG_RAW_NETLINK_H
#define IMG_RAW_NETLINK_H

#include "libimg/rewrite/raw_run.h"

/* Change an image of img_netlinks; its byte order is found in it. 0, or -1 with *err. */
int img_raw_netlink(struct img_raw_run *run, struct img_err *err);

#endif
