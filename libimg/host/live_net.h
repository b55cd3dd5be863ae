/* The part of img_host_facts_live() that is about sockets and networks. Not installed. */
#ifndef IMG_LIVE_NET_H
#define IMG_LIVE_NET_H

#include "libimg/host/facts.h"

/* Each adds the facts of one kind: 0, or -1 with *err: they are unknown. */
int img_live_addresses(struct img_host_facts *f, struct img_err *err);
int img_live_ports(struct img_host_facts *f, struct img_err *err);
int img_live_devices(struct img_host_facts *f, struct img_err *err);
int img_live_abstract(struct img_host_facts *f, struct img_err *err);
int img_live_listeners(struct img_host_facts *f, struct img_err *err);

#endif
