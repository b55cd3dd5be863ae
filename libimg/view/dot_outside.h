/* Hosts outside of the dump, and what leads there. */
#ifndef IMG_DOT_OUTSIDE_H
#define IMG_DOT_OUTSIDE_H

#include "libimg/view/dot_holder.h"

struct img_dot_host {
	size_t name; /* offset in `texts`, NUL-terminated */
	uint64_t port;
	bool ports; /* there are others */
	uint32_t n; /* connections */
};

/* All connections of a kind from one box to one host. */
struct img_dot_wire {
	uint32_t box, host, kind, n;
	uint32_t fd, pid; /* of the first */
};

struct img_dot_outside {
	struct img_dot_holders *h;
	struct img_buf hosts, wires; /* of the structs above */
	struct img_buf texts;
	uint32_t n_hosts, n_wires;
	uint32_t more_hosts; /* that are not drawn */
	unsigned kinds;      /* bits of those drawn */

	/* Internal: */
	struct img_map by_host, by_wire;
};

/* 0, or -1 with *err: no memory. */
int img_dot_outside_make(struct img_dot_outside *l, struct img_dot_holders *h, struct img_err *err);
void img_dot_outside_free(struct img_dot_outside *l);

#endif
