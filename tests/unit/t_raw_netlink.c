/* raw, raw_netlink: addresses, ports and names in netlink messages. */
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>

#include "libimg/base/byteorder.h"
#include "raw.h"

static struct img_err err;

/* ---- images made here, in either byte order ---- */

struct made {
	uint8_t p[4096];
	size_t n;
	bool big;
	size_t open[8]; /* starts of what is not ended yet: the message, attributes */
	int depth;
};

static void put(struct made *m, const void *p, size_t n)
{
	ck_assert(m->n + n <= sizeof(m->p));
	memcpy(m->p + m->n, p, n);
	m->n += n;
}

static void put32(struct made *m, uint32_t v)
{
	uint8_t p[4];

	img_set32(p, v, m->big);
	put(m, p, 4);
}

static void put16(struct made *m, unsigned v)
{
	uint8_t p[2];

	img_set16(p, (uint16_t)v, m->big);
	put(m, p, 2);
}

static void pad(struct made *m)
{
	while (m->n % 4 != 0)
		put(m, "", 1);
}

/* A message with the bytes of its struct; end() sets its length. */
static void begin(struct made *m, unsigned type, const void *head, size_t n)
{
	m->open[m->depth++] = m->n;
	put32(m, 0);
	put16(m, type);
	put16(m, NLM_F_MULTI);
	put32(m, 1);
	put32(m, 2);
	put(m, head, n);
}

static void nest(struct made *m, unsigned type)
{
	m->open[m->depth++] = m->n;
	put16(m, 0);
	put16(m, type);
}

static void end(struct made *m)
{
	size_t at = m->open[--m->depth];

	if (m->depth == 0)
		img_set32(m->p + at, (uint32_t)(m->n - at), m->big);
	else
		img_set16(m->p + at, (uint16_t)(m->n - at), m->big);
	pad(m);
}

static void attr(struct made *m, unsigned type, const void *p, size_t n)
{
	put16(m, (unsigned)n + 4);
	put16(m, type);
	put(m, p, n);
	pad(m);
}

static void addr(struct made *m, unsigned type, const char *text)
{
	uint8_t p[16];
	bool v6 = strchr(text, ':') != NULL;

	ck_assert_int_eq(inet_pton(v6 ? AF_INET6 : AF_INET, text, p), 1);
	attr(m, type, p, v6 ? 16 : 4);
}

static void name(struct made *m, unsigned type, const char *s)
{
	attr(m, type, s, strlen(s) + 1);
}

static void range(struct made *m, unsigned type, unsigned first, unsigned last)
{
	uint8_t p[4];

	img_set16(p, (uint16_t)first, m->big);
	img_set16(p + 2, (uint16_t)last, m->big);
	attr(m, type, p, sizeof(p));
}

static void ifaddr(struct made *m, unsigned bits, const char *local, const char *peer,
		   const char *last, const char *label)
{
	bool v6 = strchr(local, ':') != NULL;
	uint8_t head[8] = { v6 ? AF_INET6 : AF_INET, (uint8_t)bits, 0x80, 0, 2, 0, 0, 0 };

	begin(m, RTM_NEWADDR, head, sizeof(head));
	addr(m, IFA_ADDRESS, peer);
	if (!v6)
		addr(m, IFA_LOCAL, local);
	if (last != NULL)
		addr(m, IFA_BROADCAST, last);
	if (label != NULL)
		name(m, IFA_LABEL, label);
	attr(m, IFA_FLAGS, "\x80\0\0", 4);
	end(m);
}

static void both_ways(const char *image, struct made *m, struct swap *s, const char *changes)
{
	struct img_buf new = { 0 };

	raw_both_ways(image, m->p, m->n, s, changes, &new);
	img_buf_free(&new);
}

static struct swap all(void)
{
	return (struct swap){ .ips = { { "10.0.0.5", "10.9.0.7" },
				       { "10.0.0.1", "10.9.0.1" },
				       { "fd00::5", "fd01::7" } },
			      .nets = { { "192.168.3.0/24", "192.168.4.0/24" },
					{ "fd10::/64", "fd11::/64" } },
			      .devs = { { "eth0", "uplink0" }, { "br", "bridge-of-ours" } },
			      .ports = { { 0, 8080, 9090 }, { 6, 53, 5353 } } };
}

/* ---- addresses ---- */

START_TEST(addresses_change_and_broadcasts_follow)
{
	struct swap s = all();
	struct made m = { .big = _i };

	put32(&m, 0x47361222);
	ifaddr(&m, 8, "127.0.0.1", "127.0.0.1", NULL, "lo");
	ifaddr(&m, 24, "10.0.0.5", "10.0.0.5", "10.0.0.255", "eth0");
	ifaddr(&m, 32, "10.0.0.5", "10.0.0.1", NULL, "eth0:1");
	ifaddr(&m, 24, "192.168.3.9", "192.168.3.9", "192.168.3.127", "br");
	ifaddr(&m, 64, "fd00::5", "fd00::5", NULL, NULL);
	both_ways("ifaddr-10.img", &m, &s,
		  "1 IFA_ADDRESS 10.0.0.5 10.9.0.7\n"
		  "1 IFA_LOCAL 10.0.0.5 10.9.0.7\n"
		  "1 IFA_BROADCAST 10.0.0.255 10.9.0.255\n"
		  "1 IFA_LABEL eth0 uplink0\n"
		  "2 IFA_ADDRESS 10.0.0.1 10.9.0.1\n"
		  "2 IFA_LOCAL 10.0.0.5 10.9.0.7\n"
		  "2 IFA_LABEL eth0:1 uplink0:1\n"
		  "3 IFA_ADDRESS 192.168.3.9 192.168.4.9\n"
		  "3 IFA_LOCAL 192.168.3.9 192.168.4.9\n"
		  "3 IFA_BROADCAST 192.168.3.127 192.168.4.127\n"
		  "3 IFA_LABEL br bridge-of-ours\n"
		  "4 IFA_ADDRESS fd00::5 fd01::7\n");
}
END_TEST

/* As the kernel lays it out, so that lengths of attribute and message are seen to follow. */
START_TEST(a_longer_label_moves_what_follows)
{
	static const char old[] = "\x22\x12\x36\x47"
				  "\x28\0\0\0\x14\0\2\0\1\0\0\0\2\0\0\0"
				  "\2\x18\x80\0\2\0\0\0"
				  "\6\0\3\0e\0\0\0"
				  "\5\0\x0b\0\1\0\0";
	static const char new[] = "\x22\x12\x36\x47"
				  "\x2c\0\0\0\x14\0\2\0\1\0\0\0\2\0\0\0"
				  "\2\x18\x80\0\2\0\0\0"
				  "\x0a\0\3\0ether\0\0\0"
				  "\5\0\x0b\0\1\0\0";
	struct swap s = { .devs = { { "e", "ether" } } };
	struct img_buf got = { 0 };

	/* The literals end with a NUL, which is the last byte of the padding. */
	raw_both_ways("ifaddr-1.img", old, sizeof(old), &s, "0 IFA_LABEL e ether\n", &got);
	same_bytes(got.p, got.n, new, sizeof(new), "new image");
	img_buf_free(&got);
}
END_TEST

START_TEST(a_label_that_would_not_fit_is_refused)
{
	struct swap s = { .devs = { { "eth0", "fourteen-bytes" } } };
	struct img_raw raw = { .image = "ifaddr-1.img" };
	struct img_buf new = { 0 };
	struct made m = { .n = 0 };

	put32(&m, 0x47361222);
	ifaddr(&m, 24, "10.0.0.5", "10.0.0.5", NULL, "eth0:10");
	ck_assert_int_eq(raw_run(&raw, m.p, m.n, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x30: name fourteen-bytes:10 of 17 bytes is too long "
				     "(at most 15)");
	img_buf_free(&new);
}
END_TEST

/* Counted once, though its broadcast depends on it too. */
START_TEST(a_local_address_is_asked_for_once)
{
	struct swap s = { .ips = { { "10.0.0.5", "10.9.0.7" } } };
	struct made m = { .n = 0 };
	struct img_buf new = { 0 };
	struct img_raw raw = { .image = "ifaddr-1.img" };

	put32(&m, 0x47361222);
	ifaddr(&m, 24, "10.0.0.5", "10.0.0.5", "10.0.0.255", NULL);
	ck_assert_int_eq(raw_run(&raw, m.p, m.n, &s, &new, NULL, &err), 1);
	ck_assert_uint_eq(s.asked, 2); /* with IFA_ADDRESS */
	img_buf_free(&new);
}
END_TEST

/* ---- routes, rules ---- */

static void route(struct made *m, unsigned bits, const char *to, const char *gateway)
{
	uint8_t head[12] = { strchr(to, ':') != NULL ? AF_INET6 : AF_INET, (uint8_t)bits };

	begin(m, RTM_NEWROUTE, head, sizeof(head));
	addr(m, RTA_DST, to);
	if (gateway != NULL)
		addr(m, RTA_GATEWAY, gateway);
	attr(m, RTA_OIF, "\2\0\0", 4);
	end(m);
}

static void hop(struct made *m, const char *gateway)
{
	put16(m, 16);
	put16(m, 0);
	put32(m, 2);
	addr(m, RTA_GATEWAY, gateway);
}

START_TEST(routes_change_by_network_and_gateways_by_address)
{
	uint8_t head[12] = { AF_INET, 0 }, via[20] = { 0 };
	struct swap s = all();
	struct made m = { .big = _i };

	put32(&m, 0x45311224);
	route(&m, 24, "10.0.0.0", NULL);
	route(&m, 24, "192.168.3.0", "10.0.0.1");
	route(&m, 32, "10.0.0.5", NULL);
	begin(&m, RTM_NEWROUTE, head, sizeof(head));
	addr(&m, RTA_PREFSRC, "10.0.0.5");
	nest(&m, RTA_MULTIPATH);
	hop(&m, "10.0.0.2");
	hop(&m, "10.0.0.1");
	end(&m);
	img_set16(via, AF_INET6, m.big);
	inet_pton(AF_INET6, "fd00::5", via + 2);
	attr(&m, RTA_VIA, via, 18);
	end(&m);
	both_ways("route-10.img", &m, &s,
		  "1 RTA_DST 192.168.3.0/24 192.168.4.0/24\n"
		  "1 RTA_GATEWAY 10.0.0.1 10.9.0.1\n"
		  "2 RTA_DST 10.0.0.5 10.9.0.7\n"
		  "3 RTA_PREFSRC 10.0.0.5 10.9.0.7\n"
		  "3 RTA_MULTIPATH[1].RTA_GATEWAY 10.0.0.1 10.9.0.1\n"
		  "3 RTA_VIA fd00::5 fd01::7\n");
}
END_TEST

START_TEST(routes_of_ipv6_change)
{
	struct swap s = all();
	struct made m = { .big = _i };

	put32(&m, 0x45311224);
	route(&m, 64, "fd10::", "fd00::5");
	both_ways("route6-10.img", &m, &s,
		  "0 RTA_DST fd10::/64 fd11::/64\n0 RTA_GATEWAY fd00::5 fd01::7\n");
}
END_TEST

static void rule(struct made *m, unsigned proto)
{
	uint8_t head[12] = { AF_INET, 24, 32 }, number = (uint8_t)proto;

	begin(m, RTM_NEWRULE, head, sizeof(head));
	name(m, FRA_IIFNAME, "eth0");
	name(m, FRA_OIFNAME, "br");
	addr(m, FRA_DST, "192.168.3.0");
	addr(m, FRA_SRC, "10.0.0.5");
	attr(m, FRA_IP_PROTO, &number, 1);
	range(m, FRA_SPORT_RANGE, 8080, 8080);
	range(m, FRA_DPORT_RANGE, 53, 8080);
	end(m);
}

#define RULE(n)                                                                                    \
	n " FRA_IIFNAME eth0 uplink0\n" n " FRA_OIFNAME br bridge-of-ours\n" n                     \
	  " FRA_DST 192.168.3.0/24 192.168.4.0/24\n" n " FRA_SRC 10.0.0.5 10.9.0.7\n"

/* Of TCP, 53 is another one. */
#define PORTS(n, dns) n " FRA_SPORT_RANGE 8080 9090\n" n " FRA_DPORT_RANGE 53-8080 " dns "-9090\n"

START_TEST(rules_change_in_all_they_match)
{
	struct swap s = all();
	struct made m = { .big = _i };

	put32(&m, 0x71706986);
	rule(&m, 6);
	rule(&m, 17);
	rule(&m, 1);
	both_ways("rule-10.img", &m, &s,
		  RULE("0") PORTS("0", "5353") RULE("1") PORTS("1", "53") RULE("2"));
}
END_TEST

START_TEST(a_range_that_would_run_backwards_is_refused)
{
	struct swap s = { .ports = { { 0, 53, 8081 } } };
	struct img_raw raw = { .image = "rule-1.img" };
	struct img_buf new = { 0 };
	struct made m = { .n = 0 };

	put32(&m, 0x71706986);
	rule(&m, 6);
	ck_assert_int_eq(raw_run(&raw, m.p, m.n, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(err.what, "the range would become 8081-8080, which holds nothing");
	img_buf_free(&new);
}
END_TEST

/* ---- connections ---- */

static void tuple(struct made *m, unsigned type, const char *src, const char *dst, unsigned proto,
		  unsigned sport, unsigned dport)
{
	bool v6 = strchr(src, ':') != NULL;
	uint8_t number = (uint8_t)proto, s[2], d[2];

	img_set16(s, (uint16_t)sport, true);
	img_set16(d, (uint16_t)dport, true);
	nest(m, type | NLA_F_NESTED);
	nest(m, CTA_TUPLE_IP | NLA_F_NESTED);
	addr(m, v6 ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, src);
	addr(m, v6 ? CTA_IP_V6_DST : CTA_IP_V4_DST, dst);
	end(m);
	nest(m, CTA_TUPLE_PROTO | NLA_F_NESTED);
	attr(m, CTA_PROTO_NUM, &number, 1);
	attr(m, CTA_PROTO_SRC_PORT, s, 2);
	attr(m, CTA_PROTO_DST_PORT, d, 2);
	end(m);
	end(m);
}

START_TEST(connections_change_in_all_tuples)
{
	static const char *const images[] = { "netns-ct-10.img", "netns-exp-10.img" };
	uint8_t v4[4] = { AF_INET }, v6[4] = { AF_INET6 };
	struct swap s = all();
	struct made m = { .big = _i & 1 };

	begin(&m, 0x100, v4, 4);
	tuple(&m, CTA_TUPLE_ORIG, "10.0.0.1", "10.0.0.5", 6, 40000, 8080);
	tuple(&m, CTA_TUPLE_REPLY, "10.0.0.5", "10.0.0.1", 6, 8080, 40000);
	tuple(&m, CTA_TUPLE_MASTER, "10.0.0.9", "10.0.0.9", 17, 53, 8080);
	end(&m);
	/* GRE has keys where others have ports. */
	begin(&m, 0x100, v4, 4);
	tuple(&m, CTA_TUPLE_ORIG, "10.0.0.9", "10.0.0.9", 47, 8080, 8080);
	end(&m);
	begin(&m, 0x100, v6, 4);
	tuple(&m, CTA_TUPLE_ORIG, "fd00::5", "fd00::6", 6, 53, 1);
	end(&m);
	both_ways(images[_i >> 1], &m, &s,
		  "0 CTA_TUPLE_ORIG.CTA_TUPLE_IP.CTA_IP_V4_SRC 10.0.0.1 10.9.0.1\n"
		  "0 CTA_TUPLE_ORIG.CTA_TUPLE_IP.CTA_IP_V4_DST 10.0.0.5 10.9.0.7\n"
		  "0 CTA_TUPLE_ORIG.CTA_TUPLE_PROTO.CTA_PROTO_DST_PORT 8080 9090\n"
		  "0 CTA_TUPLE_REPLY.CTA_TUPLE_IP.CTA_IP_V4_SRC 10.0.0.5 10.9.0.7\n"
		  "0 CTA_TUPLE_REPLY.CTA_TUPLE_IP.CTA_IP_V4_DST 10.0.0.1 10.9.0.1\n"
		  "0 CTA_TUPLE_REPLY.CTA_TUPLE_PROTO.CTA_PROTO_SRC_PORT 8080 9090\n"
		  "0 CTA_TUPLE_MASTER.CTA_TUPLE_PROTO.CTA_PROTO_DST_PORT 8080 9090\n"
		  "2 CTA_TUPLE_ORIG.CTA_TUPLE_IP.CTA_IP_V6_SRC fd00::5 fd01::7\n"
		  "2 CTA_TUPLE_ORIG.CTA_TUPLE_PROTO.CTA_PROTO_SRC_PORT 53 5353\n");
}
END_TEST

/* ---- real images ---- */

static size_t slurp(const char *file, uint8_t *p, size_t size)
{
	char path[256];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "data/dumps/%s", file);
	f = fopen(unit_path(path), "r");
	ck_assert_ptr_nonnull(f);
	n = fread(p, 1, size, f);
	fclose(f);
	return n;
}

static const struct {
	const char *dir, *image, *changes;
} real[] = {
	{ "autofs_ns", "ifaddr-10.img",
	  "0 IFA_ADDRESS 127.0.0.1 127.0.0.2\n0 IFA_LOCAL 127.0.0.1 127.0.0.2\n"
	  "0 IFA_LABEL lo loopback-device\n1 IFA_ADDRESS ::1 ::2\n" },
	{ "autofs_ns", "route-10.img", "" },
	{ "autofs_ns", "route6-10.img", "" },
	{ "autofs_ns", "rule-10.img", "" },
	{ "socket-tcp-nft-nfconntrack_h", "netns-ct-9.img",
	  "0 CTA_TUPLE_ORIG.CTA_TUPLE_IP.CTA_IP_V4_SRC 127.0.0.1 127.0.0.2\n"
	  "0 CTA_TUPLE_ORIG.CTA_TUPLE_IP.CTA_IP_V4_DST 127.0.0.1 127.0.0.2\n"
	  "0 CTA_TUPLE_ORIG.CTA_TUPLE_PROTO.CTA_PROTO_DST_PORT 8880 9990\n"
	  "0 CTA_TUPLE_REPLY.CTA_TUPLE_IP.CTA_IP_V4_SRC 127.0.0.1 127.0.0.2\n"
	  "0 CTA_TUPLE_REPLY.CTA_TUPLE_IP.CTA_IP_V4_DST 127.0.0.1 127.0.0.2\n"
	  "0 CTA_TUPLE_REPLY.CTA_TUPLE_PROTO.CTA_PROTO_SRC_PORT 8880 9990\n" },
};

START_TEST(real_images_change_and_change_back)
{
	struct swap s = { .ips = { { "127.0.0.1", "127.0.0.2" }, { "::1", "::2" } },
			  .devs = { { "lo", "loopback-device" } },
			  .ports = { { 6, 8880, 9990 } } };
	struct img_buf new = { 0 };
	uint8_t p[4096];
	char file[256];
	size_t n;

	snprintf(file, sizeof(file), "%s/%s", real[_i].dir, real[_i].image);
	n = slurp(file, p, sizeof(p));
	raw_both_ways(real[_i].image, p, n, &s, real[_i].changes, &new);
	raw_sweep(&(struct img_raw){ .image = real[_i].image }, p, n, &s);
	img_buf_free(&new);
}
END_TEST

/* ---- damage ---- */

static const struct {
	struct bytes b;
	const char *image, *what;
} bad[] = {
	{ BYTES(""), "rule-1.img", "offset 0x0: truncated (need 4 bytes, have 0)" },
	{ BYTES("\x86\x69\x70"), "rule-1.img", "offset 0x0: truncated (need 4 bytes, have 3)" },
	{ BYTES("abcd"), "rule-1.img", "offset 0x0: begins with 0x64636261, expected 0x71706986" },
	{ BYTES("\x86\x69pq\x40\0\0\0"), "rule-1.img",
	  "offset 0x4: message truncated (need 16 bytes of header, have 4)" },
	{ BYTES("\x86\x69pq\x1c\0\0\0\x14\0\2\0________"), "rule-1.img",
	  "offset 0x4: unexpected message of 28 bytes and type 20" },
	{ BYTES("\x86\x69pq\x0f\0\0\0\x20\0\2\0________"), "rule-1.img",
	  "offset 0x4: unexpected message of 15 bytes and type 32" },
	{ BYTES("\x86\x69pq\x1b\0\0\0\x20\0\2\0___________________"), "rule-1.img",
	  "offset 0x4: message of 27 bytes: at least 28 expected" },
	{ BYTES("\x86\x69pq\x1d\0\0\0\x20\0\2\0____________________"), "rule-1.img",
	  "offset 0x4: message truncated (need 29 bytes, have 28)" },
	{ BYTES("\x86\x69pq\1\0\x10\0\x20\0\2\0____________________"), "rule-1.img",
	  "offset 0x4: message of 1048577 bytes (limit 1048576)" },
	{ BYTES("\x86\x69pq\x20\0\0\0\x20\0\2\0____________________\3\0\3\0"), "rule-1.img",
	  "offset 0x20: netlink attribute of 3 bytes (of 4 in the message)" },
	{ BYTES("\x86\x69pq\x20\0\0\0\x20\0\2\0____________________\5\0\3\0"), "rule-1.img",
	  "offset 0x20: netlink attribute of 5 bytes (of 4 in the message)" },
	{ BYTES("\x24\x12\x31\x45\x28\0\0\0\x18\0\2\0____________________"
		"\x0c\0\x09\0\7\0______"),
	  "route-1.img", "offset 0x24: next hop of 7 bytes (of 8 in the attribute)" },
	{ BYTES("\x24\x12\x31\x45\x28\0\0\0\x18\0\2\0____________________"
		"\x0c\0\x09\0\x0c\0______"),
	  "route-1.img", "offset 0x24: next hop of 12 bytes (of 8 in the attribute)" },
	{ BYTES("\x20\0\0\0\0\1\2\0________\2\0\0\0\x0c\0\1\x80\x09\0\1\x80____"), "netns-ct-1.img",
	  "offset 0x18: netlink attribute of 9 bytes (of 8 in the message)" },
};

START_TEST(damage_is_refused)
{
	struct img_raw raw = { .image = bad[_i].image };
	struct img_buf new = { 0 };
	struct swap s = all();

	ck_assert_int_eq(raw_run(&raw, bad[_i].b.p, bad[_i].b.n, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(said(&err), bad[_i].what);
	img_buf_free(&new);
}
END_TEST

START_TEST(each_prefix_and_each_changed_byte_ends)
{
	struct swap s = all();
	struct made m = { .n = 0 };

	put32(&m, 0x71706986);
	rule(&m, 6);
	raw_sweep(&(struct img_raw){ .image = "rule-1.img" }, m.p, m.n, &s);
	m.n = 0;
	put32(&m, 0x47361222);
	ifaddr(&m, 24, "10.0.0.5", "10.0.0.5", "10.0.0.255", "eth0:1");
	raw_sweep(&(struct img_raw){ .image = "ifaddr-1.img" }, m.p, m.n, &s);
}
END_TEST

/* What a values' call refuses ends it; without calls nothing changes. */
static int refuse(void *arg, const uint8_t *old, size_t n, uint8_t *new, struct img_err *e)
{
	(void)arg, (void)old, (void)n, (void)new;
	return img_fail(e, IMG_EDATA, IMG_NOWHERE, "no");
}

START_TEST(values_may_be_none_or_refused)
{
	struct img_raw raw = { .image = "ifaddr-1.img" };
	struct img_values none = { .arg = NULL }, no = { .ip = refuse };
	struct made m = { .n = 0 };
	struct img_in *in;

	put32(&m, 0x47361222);
	ifaddr(&m, 24, "10.0.0.5", "10.0.0.5", "10.0.0.255", "eth0");
	in = img_in_mem(m.p, m.n);
	ck_assert_int_eq(img_raw_rewrite(&raw, in, &none, NULL, NULL, NULL, &err), 0);
	img_in_free(in);
	in = img_in_mem(m.p, m.n);
	ck_assert_int_eq(img_raw_rewrite(&raw, in, &no, NULL, NULL, NULL, &err), -1);
	ck_assert_str_eq(said(&err), "no");
	img_in_free(in);
}
END_TEST

START_TEST(images_are_known_by_name)
{
	ck_assert(img_raw_known("ifaddr-1.img"));
	ck_assert(img_raw_known("netns-exp-12.img"));
	ck_assert(!img_raw_known("netns-12.img"));
	ck_assert(!img_raw_known("pages-1.img"));
	ck_assert(!img_raw_known("ifaddr"));
	ck_assert_int_eq(img_raw_rewrite(&(struct img_raw){ .image = "pages-1.img" }, NULL, NULL,
					 NULL, NULL, NULL, &err),
			 -1);
	ck_assert_str_eq(said(&err), "values of this image are not known");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, addresses_change_and_broadcasts_follow, 0, 2);
	TEST(a_longer_label_moves_what_follows);
	TEST(a_label_that_would_not_fit_is_refused);
	TEST(a_local_address_is_asked_for_once);
	tcase_add_loop_test(tc, routes_change_by_network_and_gateways_by_address, 0, 2);
	tcase_add_loop_test(tc, routes_of_ipv6_change, 0, 2);
	tcase_add_loop_test(tc, rules_change_in_all_they_match, 0, 2);
	TEST(a_range_that_would_run_backwards_is_refused);
	tcase_add_loop_test(tc, connections_change_in_all_tuples, 0, 4);
	EACH(real_images_change_and_change_back, real);
	EACH(damage_is_refused, bad);
	TEST(each_prefix_and_each_changed_byte_ends);
	TEST(values_may_be_none_or_refused);
	TEST(images_are_known_by_name);
}

int main(void)
{
	return unit_run("raw_netlink", add);
}
