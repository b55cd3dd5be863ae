/* Sockets. */
#include "libimg/view/fds_sock.h"

#include <netinet/in.h>
#include <sys/socket.h>

#include "libimg/json/hint.h"
#include "libimg/json/qp.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "libimg/view/fds_kind.h"
#include "libimg/view/fds_put.h"

/* The type of a socket, on the machine of the dump. */
static uint64_t type_of(struct img_desc *c, const struct img_pick *f, unsigned tag)
{
	return img_sock_type(img_num(f, tag), img_desc_mips(c));
}

static void put_shutdown(struct img_desc_about *a, const struct img_pick *f, unsigned tag)
{
	static const char *const what[] = {
		[SK_SHUTDOWN__READ] = " shut for reading",
		[SK_SHUTDOWN__WRITE] = " shut for writing",
		[SK_SHUTDOWN__BOTH] = " shut down",
	};
	uint64_t v = img_num(f, tag);

	if (v > 0 && v < sizeof(what) / sizeof(what[0]))
		img_desc_puts(a, what[v]);
}

static void put_backlog(struct img_desc_about *a, uint64_t backlog)
{
	img_desc_puts(a, " backlog ");
	img_desc_putn(a, backlog);
}

/* Bytes of datagrams, or of a stream, queued for the socket with this id. */
static bool sk_queued(struct img_desc_about *a, const struct img_pick *f, uint64_t q[2])
{
	(void)f;
	img_desc_sum(a->c, IMG_SIDE_SK_QUEUES, a->fd->id, IMG_TAG_SK_PACKET_ENTRY__LENGTH, &q[0]);
	return true;
}

/* ---- UNIXSK ---- */

/* The name as crit writes it: quoted-printable, with its line ends escaped here. */
static void put_quoted(struct img_desc_about *a, struct img_span name)
{
	struct img_buf qp = { 0 };

	img_qp_encode(&qp, name.p, name.n);
	if (qp.failed)
		img_desc_no_memory(a->c);
	img_text_name(a->o, qp.p, qp.n);
	img_buf_free(&qp);
}

/* A path goes without its final NUL. */
void img_desc_put_unix_name(struct img_desc_about *a, struct img_span name)
{
	bool abstract = name.p[0] == '\0';

	img_desc_puts(a, abstract ? "@" : "");
	if (abstract)
		img_text_name(a->o, name.p + 1, name.n - 1);
	else
		img_text_name(a->o, name.p, name.n - (name.p[name.n - 1] == '\0'));
}

static void unix_text(struct img_desc_about *a, const struct img_pick *f)
{
	struct img_span name = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME);
	struct img_span dir = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME_DIR);
	uint64_t state = img_num(f, IMG_TAG_UNIX_SK_ENTRY__STATE);

	img_desc_puts(a, "unix[");
	img_desc_putn(a, img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO));
	img_desc_puts(a, " (");
	img_desc_putn(a, img_num(f, IMG_TAG_UNIX_SK_ENTRY__PEER));
	img_desc_puts(a, ")");
	if (name.n > 0) {
		img_desc_puts(a, " ");
		put_quoted(a, name);
	}
	img_desc_puts(a, "] ");
	img_desc_put_label(a, &img_labels_socket_type,
			   type_of(a->c, f, IMG_TAG_UNIX_SK_ENTRY__TYPE));
	img_desc_puts(a, " ");
	img_desc_put_label(a, &img_labels_unix_state, state);
	if (state == IMG_TCP_LISTEN)
		put_backlog(a, img_num(f, IMG_TAG_UNIX_SK_ENTRY__BACKLOG));
	if (name.n > 0) {
		img_desc_puts(a, " ");
		img_desc_put_unix_name(a, name);
	}
	if (dir.n > 0) {
		img_desc_puts(a, " in ");
		img_desc_put_span(a, dir);
	}
	if (img_num(f, IMG_TAG_UNIX_SK_ENTRY__DELETED) != 0)
		img_desc_puts(a, " (deleted)");
	if (img_num(f, IMG_TAG_UNIX_SK_ENTRY__UFLAGS) & IMG_USK_EXTERNAL)
		img_desc_puts(a, " (external)");
	put_shutdown(a, f, IMG_TAG_UNIX_SK_ENTRY__SHUTDOWN);
	img_desc_put_peers(a, " peer");
}

/* A datagram socket with a name and no peer receives from any sender. */
bool img_desc_unix_listens(struct img_desc *c, const struct img_pick *f)
{
	if (img_num(f, IMG_TAG_UNIX_SK_ENTRY__STATE) == IMG_TCP_LISTEN)
		return true;
	return type_of(c, f, IMG_TAG_UNIX_SK_ENTRY__TYPE) == IMG_SOCK_DGRAM &&
	       img_num(f, IMG_TAG_UNIX_SK_ENTRY__PEER) == 0 &&
	       img_num(f, IMG_TAG_UNIX_SK_ENTRY__NAME) > 0;
}

/* ---- INETSK ---- */

/* The word holds network order as a little-endian machine reads it. */
static void put_ip4(struct img_desc_about *a, uint32_t word)
{
	for (int shift = 0; shift < 32; shift += 8) {
		if (shift > 0)
			img_desc_puts(a, ".");
		img_desc_putn(a, word >> shift & 255);
	}
}

static void put_ip6(struct img_desc_about *a, const uint32_t words[4], struct img_span scope,
		    bool brackets)
{
	char text[IMG_ADDR_MAX];

	img_desc_puts(a, brackets ? "[" : "");
	img_desc_puts(a, img_addr_print(words, 4, text));
	if (scope.n > 0) {
		img_desc_puts(a, "%");
		img_desc_put_span(a, scope);
	}
	img_desc_puts(a, brackets ? "]" : "");
}

void img_desc_put_address(struct img_desc_about *a, const struct img_pick *f, unsigned tag, bool v6,
			  bool ports, uint64_t port)
{
	uint32_t words[4] = { 0 };
	struct img_each it;
	uint64_t v;
	size_t n = 0;

	img_each_begin(&it, f, tag);
	while (n < 4 && img_each_num(&it, &v))
		words[n++] = (uint32_t)v;
	if (v6)
		put_ip6(a, words, img_bytes(f, IMG_TAG_INET_SK_ENTRY__IFNAME), ports);
	else
		put_ip4(a, words[0]); /* CRIU 0.1 wrote four words here, too */
	if (!ports)
		return;
	img_desc_puts(a, ":");
	img_desc_putn(a, port);
}

/* Only one of the many options is needed: do not pick them all. */
static void put_bound_device(struct img_desc_about *a, const struct img_pick *f)
{
	struct img_span opts = img_bytes(f, IMG_TAG_INET_SK_ENTRY__OPTS);
	struct img_wire w = { opts.p, opts.p + opts.n };
	struct img_wfield v;

	while (w.p < w.end && img_wire_next(&w, &v) == NULL) {
		if (v.tag != IMG_TAG_SK_OPTS_ENTRY__SO_BOUND_DEV || v.wt != IMG_BYTES || v.n == 0)
			continue;
		img_desc_puts(a, " dev ");
		img_text_name(a->o, v.p, v.n);
	}
}

static void inet_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint64_t type = type_of(a->c, f, IMG_TAG_INET_SK_ENTRY__TYPE);
	uint64_t state = img_num(f, IMG_TAG_INET_SK_ENTRY__STATE);
	uint64_t proto = img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO);
	uint64_t dport = img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT);
	bool v6 = img_num(f, IMG_TAG_INET_SK_ENTRY__FAMILY) == AF_INET6;
	/* The port of a raw socket is its protocol. */
	bool ports = type != IMG_SOCK_RAW;
	bool connected = dport != 0 || (!ports && state == IMG_TCP_ESTABLISHED);

	if (ports)
		img_desc_put_label(a, &img_labels_ip_proto, proto);
	else
		img_desc_puts(a, "raw");
	img_desc_puts(a, v6 ? "6 " : " ");
	img_desc_put_address(a, f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR, v6, ports,
			     img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT));
	if (connected) {
		img_desc_puts(a, " > ");
		img_desc_put_address(a, f, IMG_TAG_INET_SK_ENTRY__DST_ADDR, v6, ports, dport);
	}
	if (!ports) {
		img_desc_puts(a, " ");
		img_desc_put_label(a, &img_labels_ip_proto, proto);
	}
	/* A socket without connections is in the state that TCP calls closed. */
	if (type == IMG_SOCK_STREAM || connected) {
		img_desc_puts(a, " ");
		img_desc_put_label(a, &img_labels_tcp_state, state);
	}
	if (state == IMG_TCP_LISTEN)
		put_backlog(a, img_num(f, IMG_TAG_INET_SK_ENTRY__BACKLOG));
	put_bound_device(a, f);
	put_shutdown(a, f, IMG_TAG_INET_SK_ENTRY__SHUTDOWN);
	img_desc_put_peers(a, " peer");
}

static bool inet_queued(struct img_desc_about *a, const struct img_pick *f, uint64_t q[2])
{
	return img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO) == IPPROTO_TCP &&
	       img_num(f, IMG_TAG_INET_SK_ENTRY__DST_PORT) != 0 &&
	       img_desc_tcp_queues(a->c, img_num32(f, IMG_TAG_INET_SK_ENTRY__INO), q);
}

bool img_desc_inet_listens(struct img_desc *c, const struct img_pick *f)
{
	uint64_t type = type_of(c, f, IMG_TAG_INET_SK_ENTRY__TYPE);

	if (type == IMG_SOCK_STREAM || type == IMG_SOCK_SEQPACKET)
		return img_num(f, IMG_TAG_INET_SK_ENTRY__STATE) == IMG_TCP_LISTEN;
	return img_num(f, IMG_TAG_INET_SK_ENTRY__STATE) != IMG_TCP_ESTABLISHED &&
	       (type == IMG_SOCK_RAW || img_num(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT) != 0);
}

/* ---- NETLINKSK, PACKETSK ---- */

static void netlink_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint64_t dst = img_num(f, IMG_TAG_NETLINK_SK_ENTRY__DST_PORTID), groups;
	struct img_each it;

	img_desc_puts(a, "netlink ");
	img_desc_put_label(a, &img_labels_netlink_proto,
			   img_num(f, IMG_TAG_NETLINK_SK_ENTRY__PROTOCOL));
	img_desc_puts(a, " port ");
	img_desc_putn(a, img_num(f, IMG_TAG_NETLINK_SK_ENTRY__PORTID));
	img_each_begin(&it, f, IMG_TAG_NETLINK_SK_ENTRY__GROUPS);
	for (const char *sep = " groups 0x"; img_each_num(&it, &groups); sep = ",0x") {
		img_desc_puts(a, sep);
		img_text_hex(a->o, groups, 1);
	}
	if (dst != 0) {
		img_desc_puts(a, " > ");
		img_desc_putn(a, dst);
	}
	if (img_num(f, IMG_TAG_NETLINK_SK_ENTRY__DST_GROUP) != 0)
		img_text_fmt(a->o, " to groups 0x%x",
			     img_num32(f, IMG_TAG_NETLINK_SK_ENTRY__DST_GROUP));
}

static struct img_span packet_ifname(struct img_desc_about *a, const struct img_pick *f)
{
	return img_desc_ifname(a->c, img_num32(f, IMG_TAG_PACKET_SOCK_ENTRY__NS_ID),
			       img_num32(f, IMG_TAG_PACKET_SOCK_ENTRY__IFINDEX));
}

static void packet_text(struct img_desc_about *a, const struct img_pick *f)
{
	uint16_t proto = img_desc_net16(a, img_num(f, IMG_TAG_PACKET_SOCK_ENTRY__PROTOCOL));
	uint64_t ifindex = img_num(f, IMG_TAG_PACKET_SOCK_ENTRY__IFINDEX);
	const char *name = img_names_get(&img_labels_ethertype, proto);
	struct img_span dev;

	img_desc_puts(a, "packet ");
	img_desc_put_label(a, &img_labels_socket_type,
			   type_of(a->c, f, IMG_TAG_PACKET_SOCK_ENTRY__TYPE));
	if (name != NULL)
		img_text_fmt(a->o, " %s", name);
	else
		img_text_fmt(a->o, " 0x%04x", proto);
	if (ifindex == 0)
		return;
	dev = packet_ifname(a, f);
	img_desc_puts(a, " dev ");
	if (dev.n > 0) {
		img_desc_put_span(a, dev);
		img_desc_puts(a, " ");
	}
	img_text_fmt(a->o, "ifindex %u", (unsigned)ifindex);
}

static void packet_more(struct img_desc_about *a, struct img_jw *w, const struct img_pick *f)
{
	struct img_span dev = packet_ifname(a, f);

	if (img_num(f, IMG_TAG_PACKET_SOCK_ENTRY__IFINDEX) == 0 || dev.n == 0)
		return;
	IMG_JW_TEXT(w, "ifname", dev.p, dev.n);
}

/* clang-format off */
const struct img_desc_kind img_desc_socket_kinds[] = {
	{ .type = FD_TYPES__UNIXSK, .flags = IMG_TAG_UNIX_SK_ENTRY__FLAGS,
	  .text = unix_text, .queued = sk_queued, .listens = img_desc_unix_listens },
	{ .type = FD_TYPES__INETSK, .flags = IMG_TAG_INET_SK_ENTRY__FLAGS,
	  .text = inet_text, .queued = inet_queued, .listens = img_desc_inet_listens },
	{ .type = FD_TYPES__NETLINKSK, .flags = IMG_TAG_NETLINK_SK_ENTRY__FLAGS,
	  .text = netlink_text, .queued = sk_queued },
	{ .type = FD_TYPES__PACKETSK, .flags = IMG_TAG_PACKET_SOCK_ENTRY__FLAGS,
	  .text = packet_text, .more = packet_more, .queued = sk_queued },
	{ .text = NULL },
};
/* clang-format on */
