/* Which attributes of netlink messages hold values, and what these become. */
#ifndef IMG_RAW_NETVALUE_H
#define IMG_RAW_NETVALUE_H

#include "libimg/rewrite/raw_attr.h"

/* A type of messages. */
struct img_raw_netvalues {
	uint16_t type; /* img_netlink.type */
	uint16_t head; /* bytes of the struct before the attributes; the family is its first */
	const struct img_raw_attr *attrs;
};

/* A row without attributes ends it. */
extern const struct img_raw_netvalues img_raw_netvalues[];

#endif
