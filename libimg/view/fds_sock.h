/* Parts of what describes sockets. */
#ifndef IMG_FDS_SOCK_H
#define IMG_FDS_SOCK_H

#include "libimg/view/fds_dump.h"

/* "10.0.0.1:80", "[fe80::1%eth0]:80"; without a port: "10.0.0.1". `f` is an inet_sk_entry. */
void img_desc_put_address(struct img_desc_about *a, const struct img_pick *f, unsigned tag, bool v6,
			  bool ports, uint64_t port);

/* A name of at least one byte as ss(8) has it: an abstract one begins with @. */
void img_desc_put_unix_name(struct img_desc_about *a, struct img_span name);

/* Does a datagram or raw socket, or one of streams, wait for others? */
bool img_desc_unix_listens(struct img_desc *c, const struct img_pick *f);
bool img_desc_inet_listens(struct img_desc *c, const struct img_pick *f);

#endif
