#include "libimg/rewrite/raw_netvalue.h"

#include <inttypes.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "libimg/base/byteorder.h"
#include "libimg/rewrite/apply.h"
#include "libimg/rewrite/raw_host.h"

/* ---- values ---- */

static size_t address_size(unsigned family)
{
	return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0;
}

/* All headers begin with the family. */
static bool is_address(const struct img_raw_message *m, struct img_span value)
{
	return value.n != 0 && value.n == address_size(m->head[0]);
}

static int put_address(struct img_raw_message *m, struct img_span old, unsigned bits, int changes,
		       const uint8_t *new, struct img_buf *out)
{
	char a[IMG_NET_TEXT], b[IMG_NET_TEXT];

	if (changes <= 0) {
		img_buf_put(out, old.p, old.n);
		return changes;
	}
	img_apply_net_text(old.p, old.n, bits, a);
	img_apply_net_text(new, old.n, bits, b);
	img_raw_changed(m->run, m->path, a, strlen(a), b, strlen(b));
	img_buf_put(out, new, old.n);
	return 1;
}

static int network(struct img_raw_message *m, struct img_span value, unsigned bits,
		   struct img_buf *out, struct img_err *err)
{
	uint8_t new[16];
	int r;

	if (!is_address(m, value))
		return img_raw_odd(m, value.p, value.n, out);
	r = img_raw_address(m->run, value.p, value.n, bits, new, err);
	return put_address(m, value, bits, r, new, out);
}

static int address(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		   struct img_span value, struct img_buf *out, struct img_err *err)
{
	(void)a, (void)list;
	return network(m, value, (unsigned)value.n * 8, out, err);
}

/* The lengths of both prefixes are at the same place in routes and rules. */
_Static_assert(offsetof(struct rtmsg, rtm_dst_len) == offsetof(struct fib_rule_hdr, dst_len) &&
		       offsetof(struct rtmsg, rtm_src_len) ==
			       offsetof(struct fib_rule_hdr, src_len),
	       "prefix lengths");

static int destination(struct img_raw_message *m, const struct img_raw_attr *a,
		       struct img_span list, struct img_span value, struct img_buf *out,
		       struct img_err *err)
{
	(void)a, (void)list;
	return network(m, value, m->head[offsetof(struct rtmsg, rtm_dst_len)], out, err);
}

static int source(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		  struct img_span value, struct img_buf *out, struct img_err *err)
{
	(void)a, (void)list;
	return network(m, value, m->head[offsetof(struct rtmsg, rtm_src_len)], out, err);
}

/* A gateway of another family. */
static int via(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
	       struct img_span value, struct img_buf *out, struct img_err *err)
{
	enum { ADDR = offsetof(struct rtvia, rtvia_addr) };
	struct img_span to = { value.p + ADDR, value.n - ADDR, value.off + ADDR };
	unsigned family;
	uint8_t new[16];
	int r;

	(void)a, (void)list;
	if (value.n <= ADDR)
		return img_raw_odd(m, value.p, value.n, out);
	family = img_get16(value.p, m->big);
	img_buf_put(out, value.p, ADDR);
	if (to.n != address_size(family))
		return img_raw_odd(m, to.p, to.n, out);
	r = img_raw_address(m->run, to.p, to.n, (unsigned)to.n * 8, new, err);
	return put_address(m, to, (unsigned)to.n * 8, r, new, out);
}

/* Ask once what becomes of the address of the interface: a rule counts what it matches. */
static int ask_local(struct img_raw_message *m, struct img_span value, struct img_err *err)
{
	if (m->n_local != value.n || memcmp(m->local, value.p, value.n) != 0) {
		m->n_local = value.n;
		memcpy(m->local, value.p, value.n);
		m->local_changes = img_raw_address(m->run, value.p, value.n, (unsigned)value.n * 8,
						   m->new_local, err);
	}
	return m->local_changes;
}

static int local(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		 struct img_span value, struct img_buf *out, struct img_err *err)
{
	int r;

	(void)a, (void)list;
	if (!is_address(m, value))
		return img_raw_odd(m, value.p, value.n, out);
	r = ask_local(m, value, err);
	return put_address(m, value, (unsigned)value.n * 8, r, m->new_local, out);
}

/* The last address of the network that an IPv4 address is in. */
static void last_of(const uint8_t addr[4], unsigned bits, uint8_t last[4])
{
	uint32_t host = bits < 32 ? UINT32_MAX >> bits : 0;

	img_set32(last, img_get32(addr, true) | host, true);
}

/* It follows from the local address and the prefix, unless a person chose another one. */
static int broadcast(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		     struct img_span value, struct img_buf *out, struct img_err *err)
{
	unsigned bits = m->head[offsetof(struct ifaddrmsg, ifa_prefixlen)];
	struct img_span of = img_raw_attr_find(list, IFA_LOCAL, m->big);
	uint8_t last[4];
	int r;

	if (value.n != 4 || of.p == NULL || of.n != 4 || !is_address(m, value))
		return address(m, a, list, value, out, err);
	last_of(of.p, bits, last);
	r = ask_local(m, of, err);
	if (r < 0)
		return -1;
	if (r == 0 || memcmp(last, value.p, 4) != 0)
		return address(m, a, list, value, out, err);
	last_of(m->new_local, bits, last);
	return put_address(m, value, 32, memcmp(last, value.p, 4) != 0, last, out);
}

/* A name that ends with a NUL; of a label only what is before a colon names a device. */
static int device(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		  struct img_span value, struct img_buf *out, struct img_err *err)
{
	const char *old = (const char *)value.p;
	size_t n = strnlen(old, value.n), dev = n;
	char name[16] = "", all[32];
	int r, new_n;

	(void)list;
	/* Where nothing is to stay, what comes after the colon is not either. */
	if (a->type == IFA_LABEL && memchr(old, ':', n) != NULL && !m->run->raw->bare)
		dev = (size_t)((const char *)memchr(old, ':', n) - old);
	r = n == 0 ? 0 : img_raw_netdev(m->run, old, dev, name, err);
	if (r <= 0) {
		img_buf_put(out, value.p, n);
		img_raw_odd(m, value.p + n, value.n - n, out);
		return r;
	}
	new_n = snprintf(all, sizeof(all), "%s%.*s", name, (int)(n - dev), old + dev);
	if (new_n >= (int)sizeof(name))
		return img_fail(err, IMG_EDATA, value.off,
				"name %s of %d bytes is too long (at most 15)", all, new_n);
	img_raw_changed(m->run, m->path, old, n, all, (size_t)new_n);
	img_buf_put(out, all, (size_t)new_n);
	img_raw_odd(m, value.p + n, value.n - n, out);
	return 1;
}

static void range_text(const uint32_t v[2], char *buf, size_t size)
{
	snprintf(buf, size, v[0] == v[1] ? "%" PRIu32 : "%" PRIu32 "-%" PRIu32, v[0], v[1]);
}

/* Two ports in the order of the machine, the first and the last of a range. */
static int range(struct img_raw_message *m, struct img_span value, unsigned proto,
		 struct img_buf *out, struct img_err *err)
{
	uint32_t old[2], new[2] = { 0, 0 };
	uint8_t p[sizeof(struct fib_rule_port_range)];
	char x[32], y[32];

	for (size_t i = 0; i < 2; i++) {
		old[i] = img_get16(value.p + 2 * i, m->big);
		new[i] = i > 0 && old[i] == old[0] ? new[0] : old[i];
		if ((i == 0 || old[i] != old[0]) &&
		    img_raw_port(m->run, proto, old[i], &new[i], err) < 0)
			return -1;
	}
	if (new[0] > new[1] && m->run->raw->bare) {
		uint32_t first = new[1];

		new[1] = new[0];
		new[0] = first;
	}
	for (size_t i = 0; i < 2; i++)
		img_set16(p + 2 * i, (uint16_t) new[i], m->big);
	img_buf_put(out, p, sizeof(p));
	if (memcmp(old, new, sizeof(old)) == 0)
		return 0;
	range_text(old, x, sizeof(x));
	range_text(new, y, sizeof(y));
	if (new[0] > new[1])
		return img_raw_backwards(y, strlen(y), value.off, err);
	img_raw_changed(m->run, m->path, x, strlen(x), y, strlen(y));
	return 1;
}

static int port_range(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		      struct img_span value, struct img_buf *out, struct img_err *err)
{
	struct img_span of = img_raw_attr_find(list, FRA_IP_PROTO, m->big);
	unsigned proto = of.p != NULL && of.n == 1 ? of.p[0] : 0;

	(void)a;
	if (value.n == sizeof(struct fib_rule_port_range) && img_raw_has_ports(proto))
		return range(m, value, proto, out, err);
	if (value.n == sizeof(struct fib_rule_port_range))
		img_buf_put(out, value.p, value.n);
	else
		img_raw_odd(m, value.p, value.n, out);
	return 0;
}

/* A port of a connection, in network order. */
static int port(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		struct img_span value, struct img_buf *out, struct img_err *err)
{
	struct img_span of = img_raw_attr_find(list, CTA_PROTO_NUM, m->big);
	uint8_t p[2];
	uint32_t new;
	char x[16], y[16];
	int r = 0;

	(void)a;
	if (value.n != 2)
		return img_raw_odd(m, value.p, value.n, out);
	if (of.p != NULL && of.n == 1 && of.p[0] != 0 && img_raw_has_ports(of.p[0]))
		r = img_raw_port(m->run, of.p[0], img_get16(value.p, true), &new, err);
	if (r <= 0) {
		img_buf_put(out, value.p, value.n);
		return r;
	}
	img_set16(p, (uint16_t) new, true);
	snprintf(x, sizeof(x), "%u", img_get16(value.p, true));
	snprintf(y, sizeof(y), "%" PRIu32, new);
	img_raw_changed(m->run, m->path, x, strlen(x), y, strlen(y));
	img_buf_put(out, p, 2);
	return 1;
}

static int nested(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		  struct img_span value, struct img_buf *out, struct img_err *err)
{
	(void)list;
	return img_raw_attrs(m, a->sub, value, out, err);
}

/* Next hops: each a struct with a length of its own, then attributes. */
static int hops(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		struct img_span value, struct img_buf *out, struct img_err *err)
{
	enum { HOP = sizeof(struct rtnexthop) };
	char name[32];
	int changed = 0;

	(void)list;
	for (int i = 0; value.n >= HOP; i++) {
		size_t n = img_get16(value.p, m->big), start = out->n, was, all;
		struct img_span attrs = { value.p + HOP, n - HOP, value.off + HOP };
		int r;

		if (n < HOP || n > value.n)
			return img_fail(err, IMG_EDATA, value.off,
					"next hop of %zu bytes (of %zu in the attribute)", n,
					value.n);
		img_buf_put(out, value.p, HOP);
		snprintf(name, sizeof(name), "[%d]", i);
		was = img_raw_path(m, name);
		r = img_raw_attrs(m, a->sub, attrs, out, err);
		img_raw_path_end(m, was);
		if (r < 0)
			return -1;
		changed |= r;
		/* Values keep their lengths here: addresses. */
		img_set16(out->p + start, (uint16_t)(out->n - start), m->big);
		all = img_raw_align(n) < value.n ? img_raw_align(n) : value.n;
		img_raw_odd(m, value.p + n, all - n, out);
		value.p += all;
		value.n -= all;
		value.off += all;
	}
	img_raw_odd(m, value.p, value.n, out);
	return out->failed ? img_fail_mem(err) : changed;
}

/* ---- where they are, and numbers of the kernel, which stay ---- */

static const struct img_raw_attr ifaddr_attrs[] = {
	{ IFA_ADDRESS, "IFA_ADDRESS", address, NULL },
	{ IFA_LOCAL, "IFA_LOCAL", local, NULL },
	{ IFA_LABEL, "IFA_LABEL", device, NULL },
	{ IFA_BROADCAST, "IFA_BROADCAST", broadcast, NULL },
	{ IFA_ANYCAST, "IFA_ANYCAST", address, NULL },
	{ IFA_MULTICAST, "IFA_MULTICAST", address, NULL },
	{ IFA_CACHEINFO, "IFA_CACHEINFO", img_raw_ifa_cache, NULL },
	{ IFA_FLAGS, "IFA_FLAGS", img_raw_attr_same, NULL },
	{ IFA_RT_PRIORITY, "IFA_RT_PRIORITY", img_raw_attr_same, NULL },
	{ IFA_RT_PRIORITY + 2, "IFA_PROTO", img_raw_attr_same, NULL }, /* since Linux 5.18 */
	{ .name = NULL },
};

static const struct img_raw_attr hop_attrs[] = {
	{ RTA_GATEWAY, "RTA_GATEWAY", address, NULL },
	{ RTA_VIA, "RTA_VIA", via, NULL },
	{ RTA_ENCAP_TYPE, "RTA_ENCAP_TYPE", img_raw_attr_same, NULL },
	{ .name = NULL },
};

static const struct img_raw_attr route_attrs[] = {
	{ RTA_DST, "RTA_DST", destination, NULL },
	{ RTA_SRC, "RTA_SRC", source, NULL },
	{ RTA_GATEWAY, "RTA_GATEWAY", address, NULL },
	{ RTA_PREFSRC, "RTA_PREFSRC", address, NULL },
	{ RTA_MULTIPATH, "RTA_MULTIPATH", hops, hop_attrs },
	{ RTA_VIA, "RTA_VIA", via, NULL },
	{ RTA_IIF, "RTA_IIF", img_raw_attr_same, NULL },
	{ RTA_OIF, "RTA_OIF", img_raw_attr_same, NULL },
	{ RTA_PRIORITY, "RTA_PRIORITY", img_raw_attr_same, NULL },
	{ RTA_METRICS, "RTA_METRICS", img_raw_attr_same, NULL },
	{ RTA_FLOW, "RTA_FLOW", img_raw_attr_same, NULL },
	{ RTA_CACHEINFO, "RTA_CACHEINFO", img_raw_rta_cache, NULL },
	{ RTA_TABLE, "RTA_TABLE", img_raw_attr_same, NULL },
	{ RTA_MARK, "RTA_MARK", img_raw_attr_same, NULL },
	{ RTA_PREF, "RTA_PREF", img_raw_attr_same, NULL },
	{ RTA_ENCAP_TYPE, "RTA_ENCAP_TYPE", img_raw_attr_same, NULL },
	{ RTA_EXPIRES, "RTA_EXPIRES", img_raw_attr_same, NULL },
	{ RTA_UID, "RTA_UID", img_raw_route_uid, NULL },
	{ RTA_TTL_PROPAGATE, "RTA_TTL_PROPAGATE", img_raw_attr_same, NULL },
	{ RTA_IP_PROTO, "RTA_IP_PROTO", img_raw_attr_same, NULL },
	{ RTA_SPORT, "RTA_SPORT", img_raw_attr_same, NULL },
	{ RTA_DPORT, "RTA_DPORT", img_raw_attr_same, NULL },
	{ RTA_NH_ID, "RTA_NH_ID", img_raw_attr_same, NULL },
	{ .name = NULL },
};

static const struct img_raw_attr rule_attrs[] = {
	{ FRA_DST, "FRA_DST", destination, NULL },
	{ FRA_SRC, "FRA_SRC", source, NULL },
	{ FRA_IIFNAME, "FRA_IIFNAME", device, NULL },
	{ FRA_OIFNAME, "FRA_OIFNAME", device, NULL },
	{ FRA_SPORT_RANGE, "FRA_SPORT_RANGE", port_range, NULL },
	{ FRA_DPORT_RANGE, "FRA_DPORT_RANGE", port_range, NULL },
	{ FRA_GOTO, "FRA_GOTO", img_raw_attr_same, NULL },
	{ FRA_PRIORITY, "FRA_PRIORITY", img_raw_attr_same, NULL },
	{ FRA_FWMARK, "FRA_FWMARK", img_raw_attr_same, NULL },
	{ FRA_FLOW, "FRA_FLOW", img_raw_attr_same, NULL },
	{ FRA_TUN_ID, "FRA_TUN_ID", img_raw_attr_same, NULL },
	{ FRA_SUPPRESS_IFGROUP, "FRA_SUPPRESS_IFGROUP", img_raw_attr_same, NULL },
	{ FRA_SUPPRESS_PREFIXLEN, "FRA_SUPPRESS_PREFIXLEN", img_raw_attr_same, NULL },
	{ FRA_TABLE, "FRA_TABLE", img_raw_attr_same, NULL },
	{ FRA_FWMASK, "FRA_FWMASK", img_raw_attr_same, NULL },
	{ FRA_L3MDEV, "FRA_L3MDEV", img_raw_attr_same, NULL },
	{ FRA_UID_RANGE, "FRA_UID_RANGE", img_raw_uid_range, NULL },
	{ FRA_PROTOCOL, "FRA_PROTOCOL", img_raw_attr_same, NULL },
	{ FRA_IP_PROTO, "FRA_IP_PROTO", img_raw_attr_same, NULL },
	{ .name = NULL },
};

static const struct img_raw_attr tuple_ip_attrs[] = {
	{ CTA_IP_V4_SRC, "CTA_IP_V4_SRC", address, NULL },
	{ CTA_IP_V4_DST, "CTA_IP_V4_DST", address, NULL },
	{ CTA_IP_V6_SRC, "CTA_IP_V6_SRC", address, NULL },
	{ CTA_IP_V6_DST, "CTA_IP_V6_DST", address, NULL },
	{ .name = NULL },
};

static const struct img_raw_attr tuple_proto_attrs[] = {
	{ CTA_PROTO_SRC_PORT, "CTA_PROTO_SRC_PORT", port, NULL },
	{ CTA_PROTO_DST_PORT, "CTA_PROTO_DST_PORT", port, NULL },
	{ CTA_PROTO_NUM, "CTA_PROTO_NUM", img_raw_attr_same, NULL },
	{ CTA_PROTO_ICMP_ID, "CTA_PROTO_ICMP_ID", img_raw_attr_same, NULL },
	{ CTA_PROTO_ICMP_TYPE, "CTA_PROTO_ICMP_TYPE", img_raw_attr_same, NULL },
	{ CTA_PROTO_ICMP_CODE, "CTA_PROTO_ICMP_CODE", img_raw_attr_same, NULL },
	{ CTA_PROTO_ICMPV6_ID, "CTA_PROTO_ICMPV6_ID", img_raw_attr_same, NULL },
	{ CTA_PROTO_ICMPV6_TYPE, "CTA_PROTO_ICMPV6_TYPE", img_raw_attr_same, NULL },
	{ CTA_PROTO_ICMPV6_CODE, "CTA_PROTO_ICMPV6_CODE", img_raw_attr_same, NULL },
	{ .name = NULL },
};

static const struct img_raw_attr tuple_attrs[] = {
	{ CTA_TUPLE_IP, "CTA_TUPLE_IP", nested, tuple_ip_attrs },
	{ CTA_TUPLE_PROTO, "CTA_TUPLE_PROTO", nested, tuple_proto_attrs },
	{ CTA_TUPLE_ZONE, "CTA_TUPLE_ZONE", img_raw_attr_same, NULL },
	{ .name = NULL },
};

static const struct img_raw_attr nat_attrs[] = {
	{ CTA_NAT_V4_MINIP, "CTA_NAT_V4_MINIP", address, NULL },
	{ CTA_NAT_V4_MAXIP, "CTA_NAT_V4_MAXIP", address, NULL },
	{ CTA_NAT_V6_MINIP, "CTA_NAT_V6_MINIP", address, NULL },
	{ CTA_NAT_V6_MAXIP, "CTA_NAT_V6_MAXIP", address, NULL },
	{ CTA_NAT_PROTO, "CTA_NAT_PROTO", img_raw_attr_same, NULL },
	{ .name = NULL },
};

static const struct img_raw_attr conntrack_attrs[] = {
	{ CTA_TUPLE_ORIG, "CTA_TUPLE_ORIG", nested, tuple_attrs },
	{ CTA_TUPLE_REPLY, "CTA_TUPLE_REPLY", nested, tuple_attrs },
	{ CTA_TUPLE_MASTER, "CTA_TUPLE_MASTER", nested, tuple_attrs },
	{ CTA_NAT_SRC, "CTA_NAT_SRC", nested, nat_attrs },
	{ CTA_NAT_DST, "CTA_NAT_DST", nested, nat_attrs },
	{ CTA_STATUS, "CTA_STATUS", img_raw_attr_same, NULL },
	{ CTA_PROTOINFO, "CTA_PROTOINFO", img_raw_attr_same, NULL },
	{ CTA_TIMEOUT, "CTA_TIMEOUT", img_raw_attr_same, NULL },
	{ CTA_MARK, "CTA_MARK", img_raw_attr_same, NULL },
	{ CTA_COUNTERS_ORIG, "CTA_COUNTERS_ORIG", img_raw_attr_same, NULL },
	{ CTA_COUNTERS_REPLY, "CTA_COUNTERS_REPLY", img_raw_attr_same, NULL },
	{ CTA_USE, "CTA_USE", img_raw_attr_same, NULL },
	{ CTA_ID, "CTA_ID", img_raw_attr_same, NULL },
	{ CTA_SEQ_ADJ_ORIG, "CTA_SEQ_ADJ_ORIG", img_raw_attr_same, NULL },
	{ CTA_SEQ_ADJ_REPLY, "CTA_SEQ_ADJ_REPLY", img_raw_attr_same, NULL },
	{ CTA_ZONE, "CTA_ZONE", img_raw_attr_same, NULL },
	{ CTA_TIMESTAMP, "CTA_TIMESTAMP", img_raw_ct_times, NULL },
	{ CTA_MARK_MASK, "CTA_MARK_MASK", img_raw_attr_same, NULL },
	{ .name = NULL },
};

const struct img_raw_netvalues img_raw_netvalues[] = {
	{ RTM_NEWADDR, sizeof(struct ifaddrmsg), ifaddr_attrs },
	{ RTM_NEWROUTE, sizeof(struct rtmsg), route_attrs },
	{ RTM_NEWRULE, sizeof(struct fib_rule_hdr), rule_attrs },
	{ NFNL_SUBSYS_CTNETLINK << 8 | IPCTNL_MSG_CT_NEW, sizeof(struct nfgenmsg),
	  conntrack_attrs },
	{ .attrs = NULL },
};
