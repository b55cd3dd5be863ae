/*
 * Netlink dumps of an anonymized dump, in place: addresses and names are mapped, numbers of
 * the kernel stay, and what no list has becomes zeros of the same length.
 */
#ifndef IMG_ANON_NETLINK_H
#define IMG_ANON_NETLINK_H

#include "libimg/dump/dir.h"
#include "libimg/image/netlink.h"
#include "libimg/image/sink.h"

struct img_anon_netvalues {
	/* An address of n bytes (4 or 16); the bits after the first `bits` are none. */
	void (*ip)(void *arg, uint8_t *p, size_t n, unsigned bits);
	/* A name of n bytes, which keeps its length. 0, or -1 with *err. */
	int (*name)(void *arg, uint8_t *p, size_t n, struct img_err *err);
	void *arg;
};

/* All messages of an image of n bytes. 0, or -1 with *err: damaged, or no memory. */
int img_anon_netlink(const struct img_netlink *kind, const struct img_anon_netvalues *v, uint8_t *p,
		     size_t n, struct img_err *err);

/* The same from a dump to a sink; the whole image is in memory. 0, or -1 with *err. */
int img_anon_netlink_make(struct img_dir *from, const char *image,
			  const struct img_anon_netvalues *v, const struct img_sink *to,
			  struct img_err *err);

#endif
