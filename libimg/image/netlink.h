/* Raw images of netlink messages, as iproute2 and CRIU save them. */
#ifndef IMG_NETLINK_H
#define IMG_NETLINK_H

#include <stdint.h>

struct img_netlink {
	const char *pattern; /* img_type.files */
	/*
	 * The first word, which says what iproute2 saved (ip/ipaddress.c, iproute.c, iprule.c
	 * there). 0: messages from the beginning.
	 */
	uint32_t magic;
	uint16_t type; /* of its messages: linux/rtnetlink.h, linux/netfilter/nfnetlink.h */
};

/* A row without a pattern ends it. */
extern const struct img_netlink img_netlinks[];

/* The row of an image by its base name, or NULL. */
const struct img_netlink *img_netlink_by_file(const char *file);

#endif
