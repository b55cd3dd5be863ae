/* Sockets: their peers, their queues, TCP streams, network namespaces. */
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include "libimg/check/model.h"
#include "libimg/dump/files.h"
#include "packet-sock.pb-c.h"
#include "sk-inet.pb-c.h"
#include "sk-netlink.pb-c.h"
#include "sk-packet.pb-c.h"
#include "sk-unix.pb-c.h"
#include "tcp-stream.pb-c.h"
#include "tun.pb-c.h"

enum { LAST_STATE = IMG_TCP_NEW_SYN_RECV };

/* Iterate over the files of a type; NULL ends. */
static const struct ck_file *next_of(const struct check *ck, uint32_t type, const struct ck_file *f)
{
	size_t i = f != NULL ? (size_t)(f - ck->files) + 1 : 0;

	for (; i < ck->n_files; i++)
		if (ck->files[i].type == type && ck->files[i].what != NULL)
			return &ck->files[i];
	return NULL;
}

#define CK_EACH_OF(ck, f, type)                                                                    \
	for (const struct ck_file *f = next_of(ck, type, NULL); f != NULL; f = next_of(ck, type, f))

/* The network namespace of a socket: 0 is that of the root task. */
static uint32_t net_of(const struct check *ck, uint32_t ns_id)
{
	const TaskKobjIdsEntry *ids = ck->n_tasks > 0 ? ck->tasks[0].ids : NULL;

	return ns_id != 0 || ids == NULL ? ns_id : ids->net_ns_id;
}

/* ---- unix ---- */

/* Bit of uflags: the other end is not in the dump. */
enum { ELSEWHERE = IMG_USK_EXTERNAL | IMG_USK_SERVICE | IMG_USK_PLUGIN | IMG_USK_INHERITED };

static bool is_unix_type(uint32_t type)
{
	return type == IMG_SOCK_STREAM || type == IMG_SOCK_DGRAM || type == IMG_SOCK_SEQPACKET;
}

static void check_unix(struct check *ck, const struct ck_file *f, const UnixSkEntry *u)
{
	enum { MAX_NAME = 108, KNOWN_FLAGS = 31 };
	uint32_t type = img_ck_sock_type(ck, u->type);

	if (!is_unix_type(type))
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "type", u->type,
				 "is not stream, dgram or seqpacket");
	if (u->state != IMG_TCP_ESTABLISHED && u->state != IMG_TCP_CLOSE &&
	    u->state != IMG_TCP_LISTEN && u->state != IMG_TCP_SYN_SENT)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "state", u->state,
				 "is not a state of a unix socket");
	if (u->name.len > MAX_NAME)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "name", u->name.len,
				 "bytes, longer than the longest name (108)");
	if (u->uflags > KNOWN_FLAGS)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "uflags", u->uflags,
				 "has unknown bits");
	if (u->file_perms != NULL &&
	    (u->file_perms->mode > UINT16_MAX || !S_ISSOCK(u->file_perms->mode)))
		img_ck_say_value(ck, CK_ODD(CK_SOCKET_VALUES), &f->at, "file_perms.mode",
				 u->file_perms->mode, "is not the mode of a socket");
	if (u->has_deleted && u->deleted && u->name.len == 0)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "deleted", 1,
				 "belongs to a path, but there is none");
	/* CRIU marks a socket outside the dump as listening, whatever it is. */
	if (type == IMG_SOCK_DGRAM && u->state == IMG_TCP_LISTEN && u->uflags == 0)
		img_ck_say_value(
			ck, CK_SOCKET_VALUES, &f->at, "state", u->state,
			"is the state of a listening socket, but this is a datagram socket");
	if (type != IMG_SOCK_DGRAM && u->state == IMG_TCP_CLOSE && u->peer != 0)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "state", u->state,
				 "is not the state of a connection, but there is a peer");
	if (u->name.len > 0 && u->name.len < MAX_NAME && u->name.data[0] != 0 &&
	    u->name.data[u->name.len - 1] != 0)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "name", u->name.len,
				 "bytes of a path without NUL at the end");
	if (u->name_dir != NULL && u->name_dir[0] != '/')
		img_ck_say_value(ck, CK_ODD(CK_SOCKET_VALUES), &f->at, "name_dir",
				 strlen(u->name_dir), "bytes, not beginning with a slash");
	/* One without a name may still be external, by its number. */
	if (u->state == IMG_TCP_LISTEN && u->name.len == 0 && !(u->uflags & IMG_USK_EXTERNAL))
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "name", 0,
				 "bytes, unexpected in a listening socket");
}

static void check_peer(struct check *ck, const struct ck_file *f, const UnixSkEntry *u,
		       const struct img_map *inos)
{
	uint32_t i = img_map_get(inos, u->peer);
	bool dgram = img_ck_sock_type(ck, u->type) == IMG_SOCK_DGRAM;
	const UnixSkEntry *p = i != IMG_MAP_NONE ? (const void *)ck->files[i].what : NULL;

	if (u->peer == 0 || u->uflags & ELSEWHERE)
		return;
	if (p == NULL) {
		if (ck->files_whole)
			img_ck_say_value(ck, CK_UNIX_PEER, &f->at, "peer", u->peer,
					 "is not the ino of a unix socket");
	} else if (!is_unix_type(p->type) || !is_unix_type(u->type)) {
		return; /* reported with its values */
	} else if (p->uflags & IMG_USK_EXTERNAL) {
		return; /* CRIU records all of these as DGRAM */
	} else if (p->type != u->type) {
		img_ck_say_value(ck, CK_ODD(CK_UNIX_PEER), &f->at, "peer", u->peer,
				 "is the ino of a socket of another type");
	} else if (p == u && !dgram) {
		img_ck_say_value(ck, CK_UNIX_PEER, &f->at, "peer", u->peer,
				 "is the ino of the socket itself");
	} else if (p->uflags & ELSEWHERE) {
		return;
	} else if (!dgram && p->state != IMG_TCP_LISTEN && p->peer != u->ino) {
		/* A connection that is not yet accepted refers to the listening socket. */
		img_ck_say_at(ck, CK_UNIX_PEER, &f->at, "peer",
			      CK_ID " is the ino of a socket whose peer is " CK_ID, CK_N(u->peer),
			      CK_N(p->peer));
	}
}

/* A socket outside to which some here send is in the dump for that reason: no task has it open. */
void img_ck_use_external(struct check *ck)
{
	struct img_map peers = { 0 };

	CK_EACH_OF(ck, f, FD_TYPES__UNIXSK)
		img_ck_count(ck, &peers, ((const UnixSkEntry *)(const void *)f->what)->peer);
	CK_EACH_OF(ck, f, FD_TYPES__UNIXSK) {
		const UnixSkEntry *u = (const void *)f->what;

		if (u->uflags & IMG_USK_EXTERNAL && img_map_get(&peers, u->ino) != IMG_MAP_NONE)
			img_ck_use_file(ck, f->type, f->id);
	}
	img_map_free(&peers);
}

void img_ck_unix_peer(struct check *ck)
{
	struct img_map inos = { 0 };

	CK_EACH_OF(ck, f, FD_TYPES__UNIXSK) {
		const UnixSkEntry *u = (const void *)f->what;
		uint32_t *v = img_ck_map_at(ck, &inos, u->ino);

		if (u->ino == 0)
			img_ck_say_value(ck, CK_UNIX_PEER, &f->at, "ino", u->ino,
					 "is not a valid inode number");
		else if (*v != IMG_MAP_NONE)
			img_ck_say_value(ck, CK_UNIX_PEER, &f->at, "ino", u->ino,
					 "is also that of another socket");
		else
			*v = (uint32_t)(f - ck->files);
	}
	CK_EACH_OF(ck, f, FD_TYPES__UNIXSK)
		check_peer(ck, f, (const void *)f->what, &inos);
	img_map_free(&inos);
}

/* ---- queues ---- */

static bool is_right(const struct check *ck, uint32_t id)
{
	for (uint32_t type = 1; img_files_member(type) != NULL; type++)
		if (img_ck_file_of(ck, type, id) != NULL)
			return true;
	return false;
}

void img_ck_queue(struct check *ck)
{
	enum { SCM_RIGHTS_TYPE = 1 };
	const struct ck_image *im = img_ck_find(ck, "sk-queues.img", 0);

	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const SkPacketEntry *e = im->v[i];

		if (ck->files_whole && img_ck_file_of(ck, FD_TYPES__UNIXSK, e->id_for) == NULL)
			img_ck_say(ck, CK_QUEUE, im, (int64_t)i, "id_for",
				   CK_ID " is not the id of a UNIXSK file in %s", CK_N(e->id_for),
				   img_ck_files_image(ck, FD_TYPES__UNIXSK));
		if (e->n_scm > 1)
			img_ck_say(ck, CK_QUEUE, im, (int64_t)i, "scm",
				   "%zu control messages, more than the limit of one", e->n_scm);
		for (size_t k = 0; k < e->n_scm; k++) {
			if (e->scm[k]->type != SCM_RIGHTS_TYPE)
				img_ck_say(ck, CK_QUEUE, im, (int64_t)i,
					   img_ck_path(ck, "scm[%zu].type", k),
					   "%" PRIu32 " is not 1 (descriptors)", e->scm[k]->type);
			if (e->scm[k]->n_rights == 0)
				img_ck_say(ck, CK_QUEUE, im, (int64_t)i,
					   img_ck_path(ck, "scm[%zu].rights", k), "no descriptor");
			for (size_t n = 0; ck->files_whole && n < e->scm[k]->n_rights; n++)
				if (!is_right(ck, e->scm[k]->rights[n]))
					img_ck_say(ck, CK_QUEUE, im, (int64_t)i,
						   img_ck_path(ck, "scm[%zu].rights[%zu]", k, n),
						   CK_ID " is not the id of a file in files.img",
						   CK_N(e->scm[k]->rights[n]));
		}
	}
}

/* ---- inet ---- */

static bool is_any(const uint32_t *addr, size_t n)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < n; i++)
		bits |= addr[i];
	return bits == 0;
}

/* The datagram protocols that CRIU dumps; ICMP is ping(8). */
static bool is_dgram(uint32_t proto)
{
	return proto == IPPROTO_IP || proto == IPPROTO_ICMP || proto == IPPROTO_UDP ||
	       proto == IPPROTO_ICMPV6 || proto == IPPROTO_UDPLITE;
}

static void check_inet(struct check *ck, const struct ck_file *f, const InetSkEntry *s)
{
	size_t words = s->family == AF_INET ? 1 : 4;
	uint32_t type = img_ck_sock_type(ck, s->type);

	if (s->family != AF_INET && s->family != AF_INET6)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "family", s->family,
				 "is not 2 (IPv4) or 10 (IPv6)");
	/* The first CRIU stored four words for IPv4 as well. */
	else if ((s->n_src_addr != words || s->n_dst_addr != words) &&
		 !(ck->old_framing && s->n_src_addr == 4 && s->n_dst_addr == 4))
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at,
				 s->n_src_addr != words ? "src_addr" : "dst_addr",
				 s->n_src_addr != words ? s->n_src_addr : s->n_dst_addr,
				 "words, not an address of this family");
	if (type != IMG_SOCK_STREAM && type != IMG_SOCK_DGRAM && type != IMG_SOCK_RAW)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "type", s->type,
				 "is not stream, dgram or raw");
	else if ((type == IMG_SOCK_STREAM && s->proto != IPPROTO_TCP) ||
		 (type == IMG_SOCK_DGRAM && !is_dgram(s->proto)))
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "proto", s->proto,
				 "does not match the type");
	if (s->state == 0 || s->state > LAST_STATE)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "state", s->state,
				 "is not a socket state");
	else if ((s->state == IMG_TCP_LISTEN || s->state == IMG_TCP_ESTABLISHED) &&
		 s->proto == IPPROTO_TCP && s->src_port == 0)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "src_port", s->src_port,
				 "not expected in a listening or connected socket");
	else if (s->state == IMG_TCP_LISTEN && s->proto == IPPROTO_TCP && s->dst_port != 0)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "dst_port", s->dst_port,
				 "not expected in a listening socket");
	else if (s->state == IMG_TCP_ESTABLISHED && s->proto == IPPROTO_TCP &&
		 is_any(s->dst_addr, s->n_dst_addr))
		img_ck_say_value(ck, CK_ODD(CK_SOCKET_VALUES), &f->at, "dst_addr", 0,
				 "is not the address of a connection");
	else if (s->state == IMG_TCP_ESTABLISHED && s->proto == IPPROTO_TCP && s->dst_port == 0)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "dst_port", s->dst_port,
				 "not expected in a connection");
	if (type != IMG_SOCK_RAW && (s->src_port > UINT16_MAX || s->dst_port > UINT16_MAX))
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at,
				 s->src_port > UINT16_MAX ? "src_port" : "dst_port",
				 s->src_port > UINT16_MAX ? s->src_port : s->dst_port,
				 "is not a port number");
}

static void check_netlink(struct check *ck, const struct ck_file *f, const NetlinkSkEntry *n,
			  struct img_map *ports)
{
	enum { MAX_PROTOCOL = 31 };
	uint32_t v[3] = { net_of(ck, n->ns_id), n->protocol, n->portid };

	if (n->protocol > MAX_PROTOCOL)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "protocol", n->protocol,
				 "is not a netlink protocol");
	if (n->state > LAST_STATE)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "state", n->state,
				 "is not a socket state");
	if (n->portid != 0 && img_ck_count(ck, ports, img_ck_key(ck, v, sizeof(v))) > 0)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "portid", n->portid,
				 "is also that of another socket");
}

/* Frames fill the blocks. */
static void check_ring(struct check *ck, const struct ck_file *f, const char *field,
		       const PacketRing *r)
{
	if (r != NULL && (r->frame_size == 0 || r->block_nr == 0 ||
			  r->frame_nr / r->block_nr != r->block_size / r->frame_size))
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, field, r->frame_nr,
				 "frames do not fill the blocks of the ring");
}

static void check_packet(struct check *ck, const struct ck_file *f, const PacketSockEntry *p)
{
	enum { MAX_ADDRESS = 32 };
	uint32_t type = img_ck_sock_type(ck, p->type);

	if (type != IMG_SOCK_DGRAM && type != IMG_SOCK_RAW && type != IMG_SOCK_PACKET)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "type", p->type,
				 "is not 2 (dgram), 3 (raw) or 10 (packet)");
	for (size_t i = 0; i < p->n_mclist; i++)
		if (p->mclist[i]->addr.len > MAX_ADDRESS)
			img_ck_say_at(ck, CK_SOCKET_VALUES, &f->at,
				      img_ck_path(ck, "mclist[%zu].addr", i),
				      "%zu bytes, longer than the longest address (32)",
				      p->mclist[i]->addr.len);
	check_ring(ck, f, "rx_ring.frame_nr", p->rx_ring);
	check_ring(ck, f, "tx_ring.frame_nr", p->tx_ring);
	if (p->version > 2)
		img_ck_say_value(ck, CK_SOCKET_VALUES, &f->at, "version", p->version,
				 "is not a TPACKET version");
}

void img_ck_socket_values(struct check *ck)
{
	struct img_map ports = { 0 };

	img_ck_socket_options(ck);
	img_ck_connections(ck);
	CK_EACH_OF(ck, f, FD_TYPES__UNIXSK)
		check_unix(ck, f, (const void *)f->what);
	CK_EACH_OF(ck, f, FD_TYPES__INETSK)
		check_inet(ck, f, (const void *)f->what);
	CK_EACH_OF(ck, f, FD_TYPES__NETLINKSK)
		check_netlink(ck, f, (const void *)f->what, &ports);
	img_map_free(&ports);
	CK_EACH_OF(ck, f, FD_TYPES__PACKETSK)
		check_packet(ck, f, (const void *)f->what);
}

/* ---- TCP ---- */

static void check_stream(struct check *ck, const struct ck_image *im, const TcpStreamEntry *s)
{
	enum { TIMESTAMPS = 1, WSCALE = 4, MAX_SCALE = 14, OPTIONS = 0xff };

	if (!s->has_unsq_len)
		img_ck_say(ck, CK_TCP_STREAM, im, 0, "unsq_len",
			   "missing: CRIU refuses such a stream");
	else if (s->unsq_len > s->outq_len)
		img_ck_say(ck, CK_ODD(CK_TCP_STREAM), im, 0, "unsq_len",
			   "%" PRIu32 " unsent bytes exceed the queue (%" PRIu32 ")", s->unsq_len,
			   s->outq_len);
	if (s->opt_mask > OPTIONS)
		img_ck_say(ck, CK_TCP_STREAM, im, 0, "opt_mask", "0x%" PRIx32 " has unknown bits",
			   s->opt_mask);
	if (s->mss_clamp == 0 || s->mss_clamp > UINT16_MAX)
		img_ck_say(ck, CK_ODD(CK_TCP_STREAM), im, 0, "mss_clamp",
			   "%" PRIu32 " bytes is not a valid segment size", s->mss_clamp);
	if (s->opt_mask & WSCALE && !s->has_rcv_wscale)
		img_ck_say(ck, CK_TCP_STREAM, im, 0, "rcv_wscale",
			   "missing: opt_mask has window scaling");
	else if (s->opt_mask & WSCALE && (s->snd_wscale > MAX_SCALE || s->rcv_wscale > MAX_SCALE))
		img_ck_say(ck, CK_TCP_STREAM, im, 0,
			   s->snd_wscale > MAX_SCALE ? "snd_wscale" : "rcv_wscale",
			   "%" PRIu32 " exceeds the largest window scale (14)",
			   s->snd_wscale > MAX_SCALE ? s->snd_wscale : s->rcv_wscale);
	if (s->opt_mask & TIMESTAMPS && !s->has_timestamp)
		img_ck_say(ck, CK_TCP_STREAM, im, 0, "timestamp",
			   "missing: opt_mask has timestamps");
}

/* Compare sequence numbers, which wrap around, as the kernel does. */
static bool is_after(uint32_t a, uint32_t b)
{
	return (int32_t)(b - a) < 0;
}

/* What TCP_REPAIR_WINDOW requires of the numbers after the restore has filled the queues. */
static void check_window(struct check *ck, const struct ck_image *im, const TcpStreamEntry *t,
			 uint32_t state)
{
	/* The end of the stream was received, and takes a sequence number. */
	uint32_t fin = state == IMG_TCP_CLOSE || state == IMG_TCP_CLOSE_WAIT ||
		       state == IMG_TCP_LAST_ACK || state == IMG_TCP_CLOSING;

	if (!t->has_snd_wnd)
		return;
	if (!t->has_snd_wl1 || !t->has_max_window || !t->has_rcv_wnd || !t->has_rcv_wup) {
		img_ck_say(ck, CK_TCP_STREAM, im, 0,
			   !t->has_snd_wl1      ? "snd_wl1"
			   : !t->has_max_window ? "max_window"
			   : !t->has_rcv_wnd    ? "rcv_wnd"
						: "rcv_wup",
			   "missing: snd_wnd is set");
		return;
	}
	if (t->max_window < t->snd_wnd)
		img_ck_say(ck, CK_TCP_STREAM, im, 0, "max_window",
			   "%" PRIu32 " is below snd_wnd (%" PRIu32 ")", t->max_window, t->snd_wnd);
	if (is_after(t->snd_wl1, t->inq_seq + t->rcv_wnd + fin))
		img_ck_say(ck, CK_TCP_STREAM, im, 0, "snd_wl1",
			   "%" PRIu32 " is outside the window at inq_seq (%" PRIu32 ")", t->snd_wl1,
			   t->inq_seq);
	if (is_after(t->rcv_wup - fin, t->inq_seq))
		img_ck_say(ck, CK_TCP_STREAM, im, 0, "rcv_wup",
			   "%" PRIu32 " is after the last byte received, inq_seq (%" PRIu32 ")",
			   t->rcv_wup, t->inq_seq);
}

static bool has_stream(const struct check *ck, const InetSkEntry *s)
{
	bool closed = ck->inv != NULL && ck->inv->has_tcp_close && ck->inv->tcp_close;

	return s->proto == IPPROTO_TCP && s->type != IMG_SOCK_RAW && s->dst_port != 0 && !closed;
}

void img_ck_tcp_stream(struct check *ck)
{
	struct img_map inos = { 0 };

	CK_EACH_OF(ck, f, FD_TYPES__INETSK) {
		const InetSkEntry *s = (const void *)f->what;
		const struct ck_image *im = img_ck_find(ck, "tcp-stream-%x.img", s->ino);

		if (img_ck_count(ck, &inos, s->ino) > 0)
			img_ck_say_value(ck, CK_ODD(CK_SOCKET_VALUES), &f->at, "ino", s->ino,
					 "is also that of another socket");
		else if (im != NULL && im->n > 0)
			check_window(ck, im, im->v[0], s->state);
		if (has_stream(ck, s))
			img_ck_need(ck, "tcp-stream-%x.img", s->ino,
				    "socket " CK_ID " (entry %zu of %s) is a connection",
				    CK_N(s->ino), f->at.entry, f->at.im->name);
	}
	CK_EACH(ck, im, "tcp-stream-%x.img")
		if (im->n > 0)
			check_stream(ck, im, im->v[0]);
	img_map_free(&inos);
}

/* ---- namespaces and devices ---- */

static void check_ns(struct check *ck, const struct ck_file *f, uint32_t ns_id)
{
	if (ns_id != 0 && !img_ck_is_ns(ck, ns_id, CK_NS_NET))
		img_ck_say_value(ck, CK_SOCKET_NS, &f->at, "ns_id", ns_id,
				 "is not the id of a network namespace");
}

static void check_index(struct check *ck, const struct ck_file *f, const char *path, uint32_t ns_id,
			uint32_t index)
{
	uint32_t ns = net_of(ck, ns_id);

	if (index != 0 && img_ck_whole(ck, "netdev-%u.img", ns) &&
	    !img_ck_has_netdev(ck, ns, index))
		img_ck_say(ck, CK_SOCKET_DEVICE, f->at.im, (int64_t)f->at.entry, path,
			   CK_ID " is not the index of a device in netdev-%" PRIu32 ".img",
			   CK_N(index), ns);
}

static void check_name(struct check *ck, const struct ck_file *f, const char *path, uint32_t ns_id,
		       const char *name)
{
	uint32_t ns = net_of(ck, ns_id);

	if (name != NULL && name[0] != '\0' && img_ck_whole(ck, "netdev-%u.img", ns) &&
	    !img_ck_has_netdev_name(ck, ns, name))
		img_ck_say_at(ck, CK_SOCKET_DEVICE, &f->at, path,
			      "%s is not a device in netdev-%" PRIu32 ".img", img_ck_str(ck, name),
			      ns);
}

void img_ck_socket_ns(struct check *ck)
{
	CK_EACH_OF(ck, f, FD_TYPES__INETSK)
		check_ns(ck, f, ((const InetSkEntry *)(const void *)f->what)->ns_id);
	CK_EACH_OF(ck, f, FD_TYPES__UNIXSK)
		check_ns(ck, f, ((const UnixSkEntry *)(const void *)f->what)->ns_id);
	CK_EACH_OF(ck, f, FD_TYPES__PACKETSK)
		check_ns(ck, f, ((const PacketSockEntry *)(const void *)f->what)->ns_id);
	CK_EACH_OF(ck, f, FD_TYPES__NETLINKSK)
		check_ns(ck, f, ((const NetlinkSkEntry *)(const void *)f->what)->ns_id);
	CK_EACH_OF(ck, f, FD_TYPES__TUNF)
		check_ns(ck, f, ((const TunfileEntry *)(const void *)f->what)->ns_id);
}

void img_ck_socket_device(struct check *ck)
{
	CK_EACH_OF(ck, f, FD_TYPES__PACKETSK) {
		const PacketSockEntry *p = (const void *)f->what;

		check_index(ck, f, img_ck_path(ck, "%sifindex", f->at.path), p->ns_id, p->ifindex);
		for (size_t i = 0; i < p->n_mclist; i++)
			check_index(ck, f, img_ck_path(ck, "%smclist[%zu].index", f->at.path, i),
				    p->ns_id, p->mclist[i]->index);
	}
	CK_EACH_OF(ck, f, FD_TYPES__INETSK) {
		const InetSkEntry *s = (const void *)f->what;

		check_name(ck, f, "ifname", s->ns_id, s->ifname);
		check_name(ck, f, "opts.so_bound_dev", s->ns_id, s->opts->so_bound_dev);
	}
	CK_EACH_OF(ck, f, FD_TYPES__TUNF) {
		const TunfileEntry *t = (const void *)f->what;

		uint32_t ns = net_of(ck, t->ns_id);

		check_name(ck, f, "netdev", t->ns_id, t->netdev);
		if (t->netdev != NULL && img_ck_whole(ck, "netdev-%u.img", ns) &&
		    img_ck_has_netdev_name(ck, ns, t->netdev) && !img_ck_is_tun(ck, ns, t->netdev))
			img_ck_say_at(ck, CK_SOCKET_DEVICE, &f->at, "netdev",
				      "%s is not a TUN device", img_ck_str(ck, t->netdev));
		if (t->has_detached && t->detached && t->netdev == NULL)
			img_ck_say_at(ck, CK_SOCKET_DEVICE, &f->at, "detached",
				      "not from a device");
	}
}
