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
#include "libimg/rewrite/raw_number.h"

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

/* ---- where they are, and numbers of the kernel, which stay if they are as long as those ---- */

static const struct img_raw_attr ifaddr_attrs[] = {
	IMG_RAW_VALUE(IFA_ADDRESS, address),
	IMG_RAW_VALUE(IFA_LOCAL, local),
	IMG_RAW_VALUE(IFA_LABEL, device),
	IMG_RAW_VALUE(IFA_BROADCAST, broadcast),
	IMG_RAW_VALUE(IFA_ANYCAST, address),
	IMG_RAW_VALUE(IFA_MULTICAST, address),
	{ IFA_CACHEINFO, "IFA_CACHEINFO", img_raw_ifa_cache, NULL, 16 },
	IMG_RAW_NUMBER(IFA_FLAGS, 4),
	IMG_RAW_NUMBER(IFA_RT_PRIORITY, 4),
	{ IFA_RT_PRIORITY + 2, "IFA_PROTO", img_raw_attr_same, NULL, 1 }, /* since Linux 5.18 */
	{ .name = NULL },
};

static const struct img_raw_attr hop_attrs[] = {
	IMG_RAW_VALUE(RTA_GATEWAY, address),
	IMG_RAW_VALUE(RTA_VIA, via),
	IMG_RAW_NUMBER(RTA_ENCAP_TYPE, 2),
	{ .name = NULL },
};

static const struct img_raw_attr route_attrs[] = {
	IMG_RAW_VALUE(RTA_DST, destination),
	IMG_RAW_VALUE(RTA_SRC, source),
	IMG_RAW_VALUE(RTA_GATEWAY, address),
	IMG_RAW_VALUE(RTA_PREFSRC, address),
	IMG_RAW_LIST(RTA_MULTIPATH, hops, hop_attrs),
	IMG_RAW_VALUE(RTA_VIA, via),
	IMG_RAW_NUMBER(RTA_IIF, 4),
	IMG_RAW_NUMBER(RTA_OIF, 4),
	IMG_RAW_NUMBER(RTA_PRIORITY, 4),
	IMG_RAW_LIST(RTA_METRICS, img_raw_attr_numbers, img_raw_metrics),
	IMG_RAW_NUMBER(RTA_FLOW, 4),
	{ RTA_CACHEINFO, "RTA_CACHEINFO", img_raw_rta_cache, NULL, 32 },
	IMG_RAW_NUMBER(RTA_TABLE, 4),
	IMG_RAW_NUMBER(RTA_MARK, 4),
	IMG_RAW_NUMBER(RTA_PREF, 1),
	IMG_RAW_NUMBER(RTA_ENCAP_TYPE, 2),
	IMG_RAW_NUMBER(RTA_EXPIRES, 4 | 8),
	{ RTA_UID, "RTA_UID", img_raw_route_uid, NULL, 4 },
	IMG_RAW_NUMBER(RTA_TTL_PROPAGATE, 1),
	IMG_RAW_NUMBER(RTA_IP_PROTO, 1),
	IMG_RAW_NUMBER(RTA_SPORT, 2),
	IMG_RAW_NUMBER(RTA_DPORT, 2),
	IMG_RAW_NUMBER(RTA_NH_ID, 4),
	{ .name = NULL },
};

static const struct img_raw_attr rule_attrs[] = {
	IMG_RAW_VALUE(FRA_DST, destination),
	IMG_RAW_VALUE(FRA_SRC, source),
	IMG_RAW_VALUE(FRA_IIFNAME, device),
	IMG_RAW_VALUE(FRA_OIFNAME, device),
	IMG_RAW_VALUE(FRA_SPORT_RANGE, port_range),
	IMG_RAW_VALUE(FRA_DPORT_RANGE, port_range),
	IMG_RAW_NUMBER(FRA_GOTO, 4),
	IMG_RAW_NUMBER(FRA_PRIORITY, 4),
	IMG_RAW_NUMBER(FRA_FWMARK, 4),
	IMG_RAW_NUMBER(FRA_FLOW, 4),
	IMG_RAW_NUMBER(FRA_TUN_ID, 8),
	IMG_RAW_NUMBER(FRA_SUPPRESS_IFGROUP, 4),
	IMG_RAW_NUMBER(FRA_SUPPRESS_PREFIXLEN, 4),
	IMG_RAW_NUMBER(FRA_TABLE, 4),
	IMG_RAW_NUMBER(FRA_FWMASK, 4),
	IMG_RAW_NUMBER(FRA_L3MDEV, 1),
	{ FRA_UID_RANGE, "FRA_UID_RANGE", img_raw_uid_range, NULL, 8 },
	IMG_RAW_NUMBER(FRA_PROTOCOL, 1),
	IMG_RAW_NUMBER(FRA_IP_PROTO, 1),
	{ .name = NULL },
};

static const struct img_raw_attr tuple_ip_attrs[] = {
	IMG_RAW_VALUE(CTA_IP_V4_SRC, address),
	IMG_RAW_VALUE(CTA_IP_V4_DST, address),
	IMG_RAW_VALUE(CTA_IP_V6_SRC, address),
	IMG_RAW_VALUE(CTA_IP_V6_DST, address),
	{ .name = NULL },
};

static const struct img_raw_attr tuple_proto_attrs[] = {
	IMG_RAW_VALUE(CTA_PROTO_SRC_PORT, port),  IMG_RAW_VALUE(CTA_PROTO_DST_PORT, port),
	IMG_RAW_NUMBER(CTA_PROTO_NUM, 1),         IMG_RAW_NUMBER(CTA_PROTO_ICMP_ID, 2),
	IMG_RAW_NUMBER(CTA_PROTO_ICMP_TYPE, 1),   IMG_RAW_NUMBER(CTA_PROTO_ICMP_CODE, 1),
	IMG_RAW_NUMBER(CTA_PROTO_ICMPV6_ID, 2),   IMG_RAW_NUMBER(CTA_PROTO_ICMPV6_TYPE, 1),
	IMG_RAW_NUMBER(CTA_PROTO_ICMPV6_CODE, 1), { .name = NULL },
};

static const struct img_raw_attr tuple_attrs[] = {
	IMG_RAW_LIST(CTA_TUPLE_IP, nested, tuple_ip_attrs),
	IMG_RAW_LIST(CTA_TUPLE_PROTO, nested, tuple_proto_attrs),
	IMG_RAW_NUMBER(CTA_TUPLE_ZONE, 2),
	{ .name = NULL },
};

static const struct img_raw_attr nat_attrs[] = {
	IMG_RAW_VALUE(CTA_NAT_V4_MINIP, address),
	IMG_RAW_VALUE(CTA_NAT_V4_MAXIP, address),
	IMG_RAW_VALUE(CTA_NAT_V6_MINIP, address),
	IMG_RAW_VALUE(CTA_NAT_V6_MAXIP, address),
	IMG_RAW_LIST(CTA_NAT_PROTO, img_raw_attr_numbers, img_raw_nat_ports),
	{ .name = NULL },
};

static const struct img_raw_attr conntrack_attrs[] = {
	IMG_RAW_LIST(CTA_TUPLE_ORIG, nested, tuple_attrs),
	IMG_RAW_LIST(CTA_TUPLE_REPLY, nested, tuple_attrs),
	IMG_RAW_LIST(CTA_TUPLE_MASTER, nested, tuple_attrs),
	IMG_RAW_LIST(CTA_NAT_SRC, nested, nat_attrs),
	IMG_RAW_LIST(CTA_NAT_DST, nested, nat_attrs),
	IMG_RAW_NUMBER(CTA_STATUS, 4),
	IMG_RAW_LIST(CTA_PROTOINFO, img_raw_attr_numbers, img_raw_protoinfo),
	IMG_RAW_NUMBER(CTA_TIMEOUT, 4),
	IMG_RAW_NUMBER(CTA_MARK, 4),
	IMG_RAW_LIST(CTA_COUNTERS_ORIG, img_raw_attr_numbers, img_raw_counters),
	IMG_RAW_LIST(CTA_COUNTERS_REPLY, img_raw_attr_numbers, img_raw_counters),
	IMG_RAW_NUMBER(CTA_USE, 4),
	IMG_RAW_NUMBER(CTA_ID, 4),
	IMG_RAW_LIST(CTA_SEQ_ADJ_ORIG, img_raw_attr_numbers, img_raw_seqadj),
	IMG_RAW_LIST(CTA_SEQ_ADJ_REPLY, img_raw_attr_numbers, img_raw_seqadj),
	IMG_RAW_NUMBER(CTA_ZONE, 2),
	IMG_RAW_LIST(CTA_TIMESTAMP, img_raw_ct_times, img_raw_stamps),
	IMG_RAW_NUMBER(CTA_MARK_MASK, 4),
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
