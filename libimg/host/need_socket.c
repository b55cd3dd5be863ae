#include <inttypes.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "fdinfo.pb-c.h"
#include "libimg/host/gather.h"
#include "libimg/json/hint.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"

struct sk_place {
	const char *image;
	uint64_t entry;
};

/* ---- IP ---- */

static const struct proto {
	uint32_t proto;
	const char *name; /* of /proc/net/NAME and NAME6 */
} protos[] = {
	{ IPPROTO_TCP, "tcp" },
	{ IPPROTO_UDP, "udp" },
	{ 136 /* IPPROTO_UDPLITE */, "udplite" },
};

static const char *proto_name(uint64_t proto)
{
	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (protos[i].proto == proto)
			return protos[i].name;
	return NULL;
}

/* The words of an address; false if it has another number of them. */
static bool address(const struct img_pick *f, unsigned tag, size_t n, uint32_t words[4])
{
	struct img_each e;
	uint64_t v;
	size_t i = 0;

	img_each_begin(&e, f, tag);
	while (img_each_num(&e, &v)) {
		if (i == n)
			return false;
		words[i++] = (uint32_t)v;
	}
	return i == n;
}

static bool is_any(const uint32_t *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (words[i] != 0)
			return false;
	return true;
}

/* Can any machine bind it? Loopback and multicast; of IPv6 criu binds what no device has, too. */
static bool is_everywhere(const uint32_t *words, size_t n)
{
	uint32_t first = words[0] & 0xff; /* byte in network order */

	if (n == 4)
		return true;
	return is_any(words, n) || first == 127 || (first >= 224 && first < 240) ||
	       words[0] == UINT32_MAX;
}

static bool option(const struct img_pick *f, unsigned tag, const struct img_msg *m, unsigned of)
{
	struct img_pick sub;
	struct img_err err;

	return img_pick_sub(&sub, f, tag, m, &err) > 0 && img_num(&sub, of) != 0;
}

static void bound(struct img_gather *g, const struct img_pick *f, const struct sk_place *at,
		  const char *proto, const uint32_t *words, size_t n)
{
	uint32_t port = img_num32(f, IMG_TAG_INET_SK_ENTRY__SRC_PORT);
	uint32_t state = img_num32(f, IMG_TAG_INET_SK_ENTRY__STATE);
	char addr[IMG_ADDR_MAX];
	struct img_need need = { .kind = IMG_NEED_PORT, .image = at->image, .entry = at->entry };

	img_addr_print(words, n, addr);
	if (!is_everywhere(words, n) &&
	    !option(f, IMG_TAG_INET_SK_ENTRY__IP_OPTS, &img_msg_ip_opts_entry,
		    IMG_TAG_IP_OPTS_ENTRY__FREEBIND))
		img_gather_plain(g, IMG_NEED_ADDRESS, img_gather_text(g, "%s", addr), at->image,
				 at->entry);
	if (port == 0 || proto == NULL)
		return;
	if (option(f, IMG_TAG_INET_SK_ENTRY__OPTS, &img_msg_sk_opts_entry,
		   IMG_TAG_SK_OPTS_ENTRY__SO_REUSEPORT))
		need.has |= IMG_NEED_REUSEPORT;
	if (strcmp(proto, "tcp") == 0 && state != IMG_TCP_LISTEN && state != IMG_TCP_CLOSE)
		need.has |= IMG_NEED_CONNECTED;
	need.name = img_gather_text(g, n == 4 ? "%s [%s]:%" PRIu32 : "%s %s:%" PRIu32, proto, addr,
				    port);
	img_gather_put(g, &need);
}

static void inet(struct img_gather *g, const struct img_pick *f, const struct sk_place *at)
{
	uint64_t proto = img_num(f, IMG_TAG_INET_SK_ENTRY__PROTO);
	size_t n = img_num(f, IMG_TAG_INET_SK_ENTRY__FAMILY) == AF_INET6 ? 4 : 1;
	struct img_span dev = img_bytes(f, IMG_TAG_INET_SK_ENTRY__IFNAME);
	struct img_pick opts;
	struct img_err err;
	uint32_t words[4];

	/* Of SO_BINDTODEVICE; ifname is that of an address which is valid on one link only. */
	if (dev.n == 0 &&
	    img_pick_sub(&opts, f, IMG_TAG_INET_SK_ENTRY__OPTS, &img_msg_sk_opts_entry, &err) > 0)
		dev = img_bytes(&opts, IMG_TAG_SK_OPTS_ENTRY__SO_BOUND_DEV);
	if (!g->own_net && dev.n > 0)
		img_gather_plain(g, IMG_NEED_NETDEV,
				 img_gather_text(g, "%.*s", (int)dev.n, (const char *)dev.p),
				 at->image, at->entry);
	if (g->own_net || !address(f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR, n, words))
		return;
	bound(g, f, at, proto_name(proto), words, n);
}

/* ---- unix ---- */

/* The kinds in /proc/net/unix. */
static const char *type_name(uint64_t type)
{
	return type == IMG_SOCK_STREAM      ? "stream"
	       : type == IMG_SOCK_DGRAM     ? "dgram"
	       : type == IMG_SOCK_SEQPACKET ? "seqpacket"
					    : "other";
}

/* An abstract name as /proc/net/unix shows it: NUL bytes are "@". */
static const char *abstract(struct img_gather *g, const char *type, struct img_span name)
{
	size_t front = strlen(type) + 1;
	char *p = img_arena_alloc(g->arena, front + name.n + 1);

	if (p == NULL) {
		img_gather_no_memory(g);
		return "";
	}
	memcpy(p, type, front - 1);
	p[front - 1] = ' ';
	for (size_t i = 0; i < name.n; i++)
		p[front + i] = name.p[i] == 0 ? '@' : (char)name.p[i];
	return p;
}

/* The path of a socket: the bytes before the NUL, below name_dir if they are no whole path. */
static const char *socket_path(struct img_gather *g, const struct img_pick *f)
{
	struct img_span name = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME);
	struct img_span dir = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME_DIR);
	size_t n = strnlen((const char *)name.p, name.n);

	if (name.p[0] == '/')
		return img_gather_text(g, "%.*s", (int)n, (const char *)name.p);
	if (dir.n == 0)
		return NULL;
	return img_gather_text(g, "%.*s/%.*s", (int)dir.n, (const char *)dir.p, (int)n,
			       (const char *)name.p);
}

static void pathname(struct img_gather *g, const struct img_pick *f, const struct sk_place *at,
		     enum img_need_kind kind)
{
	struct img_need n = { .kind = kind, .image = at->image, .entry = at->entry };
	int64_t mnt = img_has(f, IMG_TAG_UNIX_SK_ENTRY__MNT_ID)
			      ? (int32_t)img_unzigzag(img_num(f, IMG_TAG_UNIX_SK_ENTRY__MNT_ID))
			      : -1;
	const char *path = socket_path(g, f), *there, *why;

	if (path == NULL)
		return;
	/* Without a mount it is in that of the root task. */
	if (mnt < 0 && g->own_mnt && g->n_mounts > 0)
		mnt = g->mounts[g->mounts[0].root_mount].id;
	there = img_need_path(g, path, mnt, &why);
	if (there == NULL && why == NULL)
		return;
	n.name = there != NULL ? there : path;
	n.unchecked = there != NULL ? NULL : why;
	n.has = g->own_mnt ? IMG_NEED_IN_ROOT : 0;
	img_gather_put(g, &n);
}

static void unix_socket(struct img_gather *g, const struct img_pick *f, const struct sk_place *at,
			bool mips)
{
	uint64_t flags = img_num(f, IMG_TAG_UNIX_SK_ENTRY__UFLAGS);
	uint64_t type = img_sock_type(img_num(f, IMG_TAG_UNIX_SK_ENTRY__TYPE), mips);
	struct img_span name = img_bytes(f, IMG_TAG_UNIX_SK_ENTRY__NAME);

	if (flags & IMG_USK_INHERITED)
		img_gather_plain(g, IMG_NEED_OPTION,
				 img_gather_text(g, "--inherit-fd fd[N]:socket[%" PRIu64 "]",
						 img_num(f, IMG_TAG_UNIX_SK_ENTRY__INO)),
				 at->image, at->entry);
	if (name.n == 0 || (flags & IMG_USK_INHERITED) ||
	    img_num(f, IMG_TAG_UNIX_SK_ENTRY__DELETED) != 0)
		return;
	if (flags & IMG_USK_EXTERNAL) {
		img_gather_plain(g, IMG_NEED_OPTION, "--ext-unix-sk", at->image, at->entry);
		if (name.p[0] != 0)
			pathname(g, f, at, IMG_NEED_LISTENER);
		return;
	}
	/* The end of a connection that was accepted has the listener's name. */
	if (type != IMG_SOCK_DGRAM &&
	    img_num(f, IMG_TAG_UNIX_SK_ENTRY__STATE) == IMG_TCP_ESTABLISHED)
		return;
	if (name.p[0] != 0)
		pathname(g, f, at, IMG_NEED_SOCKET_DIR);
	else if (!g->own_net)
		img_gather_plain(g, IMG_NEED_ABSTRACT, abstract(g, type_name(type), name),
				 at->image, at->entry);
}

/* ---- devices ---- */

/* The first one stands for all. */
static void tun_file(struct img_gather *g, const struct sk_place *at, bool *seen)
{
	if (*seen)
		return;
	*seen = true;
	img_gather_plain(g, IMG_NEED_KERNEL, img_kernel_file(IMG_KERNEL_TUN), at->image, at->entry);
}

void img_need_sockets(struct img_gather *g)
{
	uint32_t n = g->files != NULL ? img_files_count(g->files) : 0;
	bool mips = g->root_core != NULL && g->root_core->mtype == CORE_ENTRY__MARCH__MIPS;
	bool tun = false;

	for (uint32_t i = 0; i < n && !g->failed; i++) {
		struct img_arena_mark mark = img_arena_mark(g->arena);
		struct img_gather_file file;
		struct img_pick f;
		struct sk_place at;

		img_gather_file_at(g, i, &file);
		at = (struct sk_place){ file.image, file.entry };
		if (file.type == FD_TYPES__INETSK && img_gather_file(g, i, &f))
			inet(g, &f, &at);
		else if (file.type == FD_TYPES__UNIXSK && img_gather_file(g, i, &f))
			unix_socket(g, &f, &at, mips);
		else if (file.type == FD_TYPES__TUNF)
			tun_file(g, &at, &tun);
		img_arena_back(g->arena, mark);
	}
}
