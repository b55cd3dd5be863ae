/*
 * The sockets of a dump, one by one: who has them, where they are, whom they talk to.
 *
 *	s = img_sockets_new(desc);
 *	while (img_sockets_next(s))
 *		… img_sockets_at(s) …
 *	img_sockets_free(s);
 */
#ifndef IMG_SOCKETS_H
#define IMG_SOCKETS_H

#include "libimg/view/fds_show.h"

struct img_sockets;

/* `desc` must outlive it. NULL: no memory, or no descriptors for lack of it. */
struct img_sockets *img_sockets_new(struct img_desc *desc);
void img_sockets_free(struct img_sockets *s); /* NULL is fine */

/*
 * The next socket: first those of IP, then unix, netlink and packet sockets, each in the order of
 * the images. What is damaged is reported and left out. False at the end.
 */
bool img_sockets_next(struct img_sockets *s);

/* Where the other side of a connected socket is. */
enum img_socket_where { IMG_SOCKET_ALONE, IMG_SOCKET_INSIDE, IMG_SOCKET_OUTSIDE };

/* Text without control characters, valid until the next socket. */
struct img_socket_text {
	size_t at, n;
};

/* The current socket. */
struct img_socket {
	struct img_fd fd;   /* of its file: type, id, number; not a descriptor */
	const char *family; /* "inet", "inet6", "unix", "netlink", "packet" */
	const char *netid;  /* as ss(8) has it: "tcp", "u_str" …; NULL: a number */
	uint64_t type, proto, state;
	uint64_t ino, peer_ino; /* of unix sockets the peer's inode, 0: none */
	uint64_t backlog, shutdown;
	uint64_t ns;           /* id of the network namespace, 0: not recorded */
	uint64_t recvq, sendq; /* bytes, or IMG_UNKNOWN: no such queue */
	bool is_stateful;      /* `state` means something */
	bool has_ports;        /* lport and pport do */
	bool listens, connected, external, deleted;
	enum img_socket_where where;
	uint64_t lport, pport;
	struct img_socket_text local, peer;       /* whole, with the port */
	struct img_socket_text laddr, paddr, dev; /* n 0: none */
	struct img_socket_text groups;            /* of netlink */
	struct img_socket_text name;              /* of unix: the bytes of the image */
};

const struct img_socket *img_sockets_at(const struct img_sockets *s);
struct img_span img_socket_text(const struct img_sockets *s, struct img_socket_text t);

/* Its descriptors: begin with this one, continue with `next`, end at IMG_NO_FD. */
uint32_t img_sockets_owner(const struct img_sockets *s);

/* What it was made of. */
struct img_desc *img_sockets_desc(const struct img_sockets *s);

#endif
