#include "libimg/view/sockets.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "fdinfo.pb-c.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_put.h"
#include "libimg/view/fds_sock.h"

struct img_sockets {
	struct img_desc *desc;
	const struct img_fds *fds;
	struct img_map by_ino; /* files of unix sockets */
	struct img_map bound;  /* where datagram sockets of IP wait for any sender: keys alone */
	size_t kind;           /* the row that is being listed, */
	uint32_t file;         /* and the next file */
	struct img_socket now;
	struct img_buf text; /* of `now` */
	struct img_out *out; /* to it */
	bool failed;
};

/* ---- texts of a socket ---- */

static struct img_desc_about about(struct img_sockets *s)
{
	return (struct img_desc_about){ s->desc, s->out, &s->now.fd, 0 };
}

static size_t flushed(struct img_sockets *s)
{
	struct img_err err;

	if (img_out_flush(s->out, &err) < 0)
		s->failed = true;
	return s->text.n;
}

/* What was written since `from`. */
static struct img_socket_text since(struct img_sockets *s, size_t from)
{
	return (struct img_socket_text){ from, flushed(s) - from };
}

struct img_span img_socket_text(const struct img_sockets *s, struct img_socket_text t)
{
	return (struct img_span){ t.n > 0 ? s->text.p + t.at : (const uint8_t *)"", t.n, 0 };
}

static struct img_socket_text keep(struct img_sockets *s, struct img_span bytes)
{
	size_t from = flushed(s);

	img_buf_put(&s->text, bytes.p, bytes.n);
	s->failed = s->failed || s->text.failed;
	return (struct img_socket_text){ from, s->text.n - from };
}

/* ---- IP ---- */

static void read_address(struct img_sockets *s, const struct img_pick *f, unsigned tag, bool v6,
			 uint64_t port, struct img_socket_text *whole, struct img_socket_text *addr)
{
	struct img_desc_about a = about(s);
	size_t from = flushed(s);

	img_desc_put_address(&a, f, tag, v6, false, 0);
	*addr = since(s, from);
	from = flushed(s);
	img_desc_put_address(&a, f, tag, v6, s->now.has_ports, port);
	*whole = since(s, from);
}

/* Of the socket's many options only one is needed. */
static void read_device(struct img_sockets *s, struct img_span opts)
{
	struct img_wire w = { opts.p, opts.p + opts.n };
	struct img_wfield v;
	size_t from = flushed(s);

	while (w.p < w.end && img_wire_next(&w, &v) == NULL) {
		if (v.tag != IMG_TAG_SK_OPTS_ENTRY__SO_BOUND_DEV || v.wt != IMG_BYTES || v.n == 0)
			continue;
		img_text_name(s->out, v.p, v.n);
	}
	s->now.dev = since(s, from);
}

static void read_inet(struct img_sockets *s, const struct img_pick *f)
{
	struct img_socket *k = &s->now;
	bool v6 = img_num(f, IMG_TAG_INET_SK_ENTRY__FAMILY) == AF_INET6;
	struct img_socket_text any = { 0, 0 };

	k->family = v6 ? "inet6" : "inet";
	k->type = img_num(f, IMG_TAG_INET_SK_ENTRY__TYPE);
	k->type = img_sock_type(k->type, img_desc_mips(s->desc));
	k->proto = img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO);
	k->netid = k->type == IMG_SOCK_RAW ? "raw" : img_names_get(&img_labels_ip_proto, k->proto);
	k->state = img_num(f, IMG_TAG_INET_SK_ENTRY__STATE);
	k->is_stateful = true;
	k->ino = img_num(f, IMG_TAG_INET_SK_ENTRY__INO);
	k->backlog = img_num(f, IMG_TAG_INET_SK_ENTRY__BACKLOG);
	k->shutdown = img_num(f, IMG_TAG_INET_SK_ENTRY__SHUTDOWN);
	k->ns = img_num(f, IMG_TAG_INET_SK_ENTRY__NS_ID);
	k->listens = img_desc_inet_listens(s->desc, f);
	/* The port of a raw socket is its protocol. */
	k->has_ports = k->type != IMG_SOCK_RAW;
	k->lport = img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT);
	k->pport = img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT);
	k->connected = k->pport != 0 || (!k->has_ports && k->state == IMG_TCP_ESTABLISHED);
	read_address(s, f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR, v6, k->lport, &k->local, &k->laddr);
	if (k->connected)
		read_address(s, f, IMG_TAG_INET_SK_ENTRY__DST_ADDR, v6, k->pport, &k->peer,
			     &k->paddr);
	else
		k->peer = any;
	read_device(s, img_bytes(f, IMG_TAG_INET_SK_ENTRY__OPTS));
}

static uint64_t mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 31;
}

/*
 * A number for an address and a port, as peers.h tells ends apart; 127.0.0.1 is another host in
 * each network namespace. No address at all is any of them.
 */
static uint64_t place(const struct img_pick *f, unsigned addr, unsigned port, bool any)
{
	uint64_t h = mix(mix(0, img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO)), img_num(f, port));
	uint64_t v, with = h, bits = 0;
	struct img_each it;

	img_each_begin(&it, f, addr);
	for (size_t i = 0; i < 4 && img_each_num(&it, &v); i++) {
		bits |= v;
		with = mix(with, v);
	}
	return any || bits == 0 ? h : mix(with, img_num(f, IMG_TAG_INET_SK_ENTRY__NS_ID));
}

/* A socket that receives from any sender: 0, or -1 without memory. */
static int learn_bound(struct img_sockets *s, const struct img_pick *f)
{
	uint32_t *at;

	if (img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO) == IPPROTO_TCP ||
	    img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT) == 0 ||
	    img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT) != 0)
		return 0;
	at = img_map_at(&s->bound, place(f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR,
					 IMG_TAG_INET_SK_ENTRY__SRC_PORT, false));
	if (at == NULL)
		return -1;
	*at = 1;
	return 0;
}

static bool is_bound(struct img_sockets *s, const struct img_pick *f)
{
	for (int any = 0; any < 2; any++)
		if (img_map_get(&s->bound, place(f, IMG_TAG_INET_SK_ENTRY__DST_ADDR,
						 IMG_TAG_INET_SK_ENTRY__DST_PORT, any != 0)) !=
		    IMG_MAP_NONE)
			return true;
	return false;
}

/* After all else is known, as it reads other files. */
static void find_inet(struct img_sockets *s)
{
	const struct img_peers *e = s->now.connected ? img_desc_peers(s->desc) : NULL;
	const struct img_msg *m;
	struct img_pick f;

	if (e == NULL)
		return;
	s->now.where = IMG_SOCKET_OUTSIDE;
	if (img_peers_count(e, s->now.fd.file) > 0 ||
	    (s->now.proto != IPPROTO_TCP && img_desc_payload(s->desc, s->now.fd.file, &m, &f) &&
	     is_bound(s, &f)))
		s->now.where = IMG_SOCKET_INSIDE;
}

/* ---- unix ---- */

static const char *unix_netid(uint64_t type)
{
	switch (type) {
	case IMG_SOCK_STREAM: return "u_str";
	case IMG_SOCK_DGRAM: return "u_dgr";
	case IMG_SOCK_SEQPACKET: return "u_seq";
	default: return "unix";
	}
}

/* One side: its name, and that with its inode after it. */
static void put_unix(struct img_sockets *s, struct img_span name, uint64_t ino,
		     struct img_socket_text *addr, struct img_socket_text *whole)
{
	struct img_desc_about a = about(s);
	size_t from = flushed(s);

	if (name.n > 0)
		img_desc_put_unix_name(&a, name);
	*addr = since(s, from);
	from = flushed(s);
	if (name.n > 0)
		img_desc_put_unix_name(&a, name);
	else
		img_desc_puts(&a, "*");
	img_desc_puts(&a, " ");
	img_desc_putn(&a, ino);
	*whole = since(s, from);
}

static void read_unix(struct img_sockets *s, const struct img_pick *f)
{
	struct img_socket *k = &s->now;
	struct img_span name = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME);

	k->family = "unix";
	k->type = img_num(f, IMG_TAG_UNIX_SK_ENTRY__TYPE);
	k->type = img_sock_type(k->type, img_desc_mips(s->desc));
	k->netid = unix_netid(k->type);
	k->state = img_num(f, IMG_TAG_UNIX_SK_ENTRY__STATE);
	k->is_stateful = true;
	k->ino = img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO);
	k->peer_ino = img_num(f, IMG_TAG_UNIX_SK_ENTRY__PEER);
	k->connected = k->peer_ino != 0;
	k->backlog = img_num(f, IMG_TAG_UNIX_SK_ENTRY__BACKLOG);
	k->shutdown = img_num(f, IMG_TAG_UNIX_SK_ENTRY__SHUTDOWN);
	k->ns = img_num(f, IMG_TAG_UNIX_SK_ENTRY__NS_ID);
	k->listens = img_desc_unix_listens(s->desc, f);
	k->external = (img_num(f, IMG_TAG_UNIX_SK_ENTRY__UFLAGS) & IMG_USK_EXTERNAL) != 0;
	k->deleted = img_num(f, IMG_TAG_UNIX_SK_ENTRY__DELETED) != 0;
	k->name = keep(s, name);
	put_unix(s, name, k->ino, &k->laddr, &k->local);
}

/* The peer by its inode: its name, and whether it is in the dump. */
static void find_unix(struct img_sockets *s)
{
	struct img_socket *k = &s->now;
	uint32_t file = k->connected ? img_map_get(&s->by_ino, k->peer_ino) : IMG_NO_FILE;
	struct img_span name = { NULL, 0, 0 };
	const struct img_msg *m;
	struct img_pick f;

	if (!k->connected)
		return;
	k->where = IMG_SOCKET_OUTSIDE;
	if (file != IMG_NO_FILE && img_desc_payload(s->desc, file, &m, &f)) {
		name = img_bytes(&f, IMG_TAG_UNIX_SK_ENTRY__NAME);
		if ((img_num(&f, IMG_TAG_UNIX_SK_ENTRY__UFLAGS) & IMG_USK_EXTERNAL) == 0)
			k->where = IMG_SOCKET_INSIDE;
	}
	put_unix(s, name, k->peer_ino, &k->paddr, &k->peer);
}

/* ---- netlink, packet ---- */

static void read_netlink(struct img_sockets *s, const struct img_pick *f)
{
	struct img_socket *k = &s->now;
	uint64_t dst = img_num(f, IMG_TAG_NETLINK_SK_ENTRY__DST_PORTID), groups;
	struct img_desc_about a = about(s);
	struct img_each it;
	size_t from;

	k->family = "netlink";
	k->netid = "nl";
	k->proto = img_num(f, IMG_TAG_NETLINK_SK_ENTRY__PROTOCOL);
	k->ino = img_num(f, IMG_TAG_NETLINK_SK_ENTRY__INO);
	k->ns = img_num(f, IMG_TAG_NETLINK_SK_ENTRY__NS_ID);
	k->has_ports = true;
	k->lport = img_num(f, IMG_TAG_NETLINK_SK_ENTRY__PORTID);
	k->pport = dst;
	k->connected = dst != 0;
	from = flushed(s);
	img_desc_put_label(&a, &img_labels_netlink_proto, k->proto);
	img_desc_puts(&a, ":");
	img_desc_putn(&a, k->lport);
	k->local = since(s, from);
	from = flushed(s);
	img_each_begin(&it, f, IMG_TAG_NETLINK_SK_ENTRY__GROUPS);
	for (const char *sep = "0x"; img_each_num(&it, &groups); sep = ",0x") {
		img_desc_puts(&a, sep);
		img_text_hex(a.o, groups, 1);
	}
	k->groups = since(s, from);
	from = flushed(s);
	if (dst != 0)
		img_desc_putn(&a, dst);
	k->peer = since(s, from);
}

static void read_packet(struct img_sockets *s, const struct img_pick *f)
{
	struct img_socket *k = &s->now;
	struct img_desc_about a = about(s);
	uint32_t ifindex = img_num32(f, IMG_TAG_PACKET_SOCK_ENTRY__IFINDEX);
	struct img_span dev = { NULL, 0, 0 };
	const char *name;
	size_t from;

	k->family = "packet";
	k->type = img_num(f, IMG_TAG_PACKET_SOCK_ENTRY__TYPE);
	k->type = img_sock_type(k->type, img_desc_mips(s->desc));
	k->netid = k->type == IMG_SOCK_RAW ? "p_raw" : "p_dgr";
	k->proto = img_desc_net16(&a, img_num(f, IMG_TAG_PACKET_SOCK_ENTRY__PROTOCOL));
	k->ns = img_num(f, IMG_TAG_PACKET_SOCK_ENTRY__NS_ID);
	if (ifindex != 0)
		dev = img_desc_ifname(s->desc, (uint32_t)k->ns, ifindex);
	from = flushed(s);
	if (dev.n > 0)
		img_desc_put_span(&a, dev);
	else if (ifindex != 0)
		img_desc_putn(&a, ifindex);
	k->dev = since(s, from);
	from = flushed(s);
	name = img_names_get(&img_labels_ethertype, k->proto);
	if (name != NULL)
		img_desc_puts(&a, name);
	else
		img_text_fmt(a.o, "0x%04x", (unsigned)k->proto);
	img_desc_puts(&a, ":");
	if (dev.n > 0)
		img_desc_put_span(&a, dev);
	else if (ifindex != 0)
		img_desc_putn(&a, ifindex);
	else
		img_desc_puts(&a, "*");
	k->local = since(s, from);
}

/* ---- all of them ---- */

static const struct {
	uint32_t type;
	void (*read)(struct img_sockets *s, const struct img_pick *f);
	void (*find)(struct img_sockets *s); /* the other side; NULL: not looked for */
} kinds[] = {
	{ FD_TYPES__INETSK, read_inet, find_inet },
	{ FD_TYPES__UNIXSK, read_unix, find_unix },
	{ FD_TYPES__NETLINKSK, read_netlink, NULL },
	{ FD_TYPES__PACKETSK, read_packet, NULL },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static void read_queues(struct img_sockets *s)
{
	const struct img_desc_kind *kind = img_desc_kind_of(&s->now.fd);
	struct img_desc_about a = about(s);
	uint64_t q[2] = { 0, IMG_UNKNOWN };
	const struct img_msg *m;
	struct img_pick f;

	s->now.recvq = s->now.sendq = IMG_UNKNOWN;
	if (kind == NULL || kind->queued == NULL ||
	    !img_desc_payload(s->desc, s->now.fd.file, &m, &f) || !kind->queued(&a, &f, q))
		return;
	s->now.recvq = q[0];
	s->now.sendq = q[1];
}

static bool read_sock(struct img_sockets *s, const struct img_files_place *p, uint32_t file)
{
	const struct img_msg *m;
	struct img_pick f;

	memset(&s->now, 0, sizeof(s->now));
	flushed(s);
	s->text.n = 0;
	s->now.fd = (struct img_fd){ .type = p->type, .id = p->id, .file = file };
	if (!img_desc_payload(s->desc, file, &m, &f))
		return false;
	kinds[s->kind].read(s, &f);
	read_queues(s);
	if (kinds[s->kind].find != NULL)
		kinds[s->kind].find(s);
	return true;
}

bool img_sockets_next(struct img_sockets *s)
{
	struct img_files *files = img_desc_files(s->desc);
	uint32_t n = files != NULL ? img_files_count(files) : 0;

	for (; s->kind < KINDS; s->kind++) {
		while (s->file < n) {
			struct img_files_place p;

			img_files_at(files, s->file++, &p);
			if (p.type == kinds[s->kind].type && read_sock(s, &p, s->file - 1))
				return !s->failed;
		}
		s->file = 0;
	}
	return false;
}

/* Of several sockets with one inode the first counts. */
static int learn_inode(struct img_sockets *s, uint32_t file, const struct img_pick *f)
{
	uint32_t *at = img_map_at(&s->by_ino, img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO));

	if (at == NULL)
		return -1;
	if (*at == IMG_MAP_NONE)
		*at = file;
	return 0;
}

/* Where others may be sent to. */
static bool learn(struct img_sockets *s)
{
	struct img_files *files = img_desc_files(s->desc);
	uint32_t n = files != NULL ? img_files_count(files) : 0;

	for (uint32_t i = 0; i < n; i++) {
		struct img_files_place p;
		const struct img_msg *m;
		struct img_pick f;
		int r = 0;

		img_files_at(files, i, &p);
		if ((p.type != FD_TYPES__UNIXSK && p.type != FD_TYPES__INETSK) ||
		    !img_desc_payload(s->desc, i, &m, &f))
			continue;
		r = p.type == FD_TYPES__UNIXSK ? learn_inode(s, i, &f) : learn_bound(s, &f);
		if (r < 0)
			return false;
	}
	return true;
}

/* Sockets that descriptors have, and the dump has not. */
static void report_lost(struct img_sockets *s)
{
	for (uint32_t i = 0; i < s->fds->n; i++)
		for (size_t k = 0; k < KINDS; k++)
			if (s->fds->v[i].file == IMG_NO_FILE && s->fds->v[i].type == kinds[k].type)
				img_desc_lost(s->desc, &s->fds->v[i]);
}

struct img_sockets *img_sockets_new(struct img_desc *desc)
{
	struct img_sockets *s = img_calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->desc = desc;
	s->fds = img_desc_fds(desc);
	s->out = img_out_mem(&s->text);
	if (s->fds == NULL || s->out == NULL || !learn(s)) {
		img_sockets_free(s);
		return NULL;
	}
	report_lost(s);
	return s;
}

void img_sockets_free(struct img_sockets *s)
{
	if (s == NULL)
		return;
	if (s->failed)
		img_desc_no_memory(s->desc);
	img_map_free(&s->by_ino);
	img_map_free(&s->bound);
	img_out_free(s->out);
	img_buf_free(&s->text);
	img_free(s);
}

const struct img_socket *img_sockets_at(const struct img_sockets *s)
{
	return &s->now;
}

uint32_t img_sockets_owner(const struct img_sockets *s)
{
	return img_fds_head(s->fds, s->now.fd.file);
}

struct img_desc *img_sockets_desc(const struct img_sockets *s)
{
	return s->desc;
}
