#include "libimg/rewrite/anon_netlink.h"

#include <inttypes.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "libimg/base/buf.h"
#include "libimg/base/byteorder.h"

enum { IMAGE_MAX = 64 << 20, NEST_MAX = 8 };

/* What becomes of an attribute; one without a row becomes zeros. */
enum what { KEEP = 1, IP, DST, SRC, NAME, VIA, NEST, HOPS };

struct attr {
	uint8_t first, last; /* types; first 0: the end */
	uint8_t what;
	const struct attr *sub;
};

/* linux/if_addr.h, linux/rtnetlink.h, linux/fib_rules.h, linux/netfilter/nfnetlink_conntrack.h */
static const struct attr ifaddr[] = {
	{ 1, 2, IP, NULL }, { 3, 3, NAME, NULL }, { 4, 5, IP, NULL },     { 6, 6, KEEP, NULL },
	{ 7, 7, IP, NULL }, { 8, 9, KEEP, NULL }, { 11, 11, KEEP, NULL }, { 0, 0, 0, NULL },
};

static const struct attr hop[] = {
	{ 5, 5, IP, NULL },
	{ 18, 18, VIA, NULL },
	{ 21, 21, KEEP, NULL },
	{ 0, 0, 0, NULL },
};

static const struct attr route[] = {
	{ 1, 1, DST, NULL },    { 2, 2, SRC, NULL },    { 3, 4, KEEP, NULL },
	{ 5, 5, IP, NULL },     { 6, 6, KEEP, NULL },   { 7, 7, IP, NULL },
	{ 8, 8, KEEP, NULL },   { 9, 9, HOPS, hop },    { 11, 12, KEEP, NULL },
	{ 15, 16, KEEP, NULL }, { 18, 18, VIA, NULL },  { 20, 21, KEEP, NULL },
	{ 23, 23, KEEP, NULL }, { 25, 30, KEEP, NULL }, { 0, 0, 0, NULL },
};

static const struct attr rule[] = {
	{ 1, 1, DST, NULL },    { 2, 2, SRC, NULL },    { 3, 3, NAME, NULL },
	{ 4, 4, KEEP, NULL },   { 6, 6, KEEP, NULL },   { 10, 16, KEEP, NULL },
	{ 17, 17, NAME, NULL }, { 19, 24, KEEP, NULL }, { 0, 0, 0, NULL },
};

static const struct attr tuple_ip[] = { { 1, 4, IP, NULL }, { 0, 0, 0, NULL } };

static const struct attr tuple[] = {
	{ 1, 1, NEST, tuple_ip },
	{ 2, 3, KEEP, NULL },
	{ 0, 0, 0, NULL },
};

static const struct attr nat[] = {
	{ 1, 2, IP, NULL },
	{ 3, 3, KEEP, NULL },
	{ 4, 5, IP, NULL },
	{ 0, 0, 0, NULL },
};

static const struct attr conntrack[] = {
	{ 1, 2, NEST, tuple },  { 3, 4, KEEP, NULL },   { 6, 6, NEST, nat },
	{ 7, 12, KEEP, NULL },  { 13, 13, NEST, nat },  { 14, 14, NEST, tuple },
	{ 15, 16, KEEP, NULL }, { 18, 18, KEEP, NULL }, { 20, 21, KEEP, NULL },
	{ 0, 0, 0, NULL },
};

static const struct attr expectation[] = {
	{ 1, 2, NEST, tuple },
	{ 4, 5, KEEP, NULL },
	{ 7, 9, KEEP, NULL },
	{ 0, 0, 0, NULL },
};

/* The families of messages: bytes between the head of a message and its attributes. */
static const struct {
	uint16_t type, head;
	const struct attr *attrs;
} families[] = {
	{ 20, 8, ifaddr },       { 24, 12, route },         { 32, 12, rule },
	{ 0x100, 4, conntrack }, { 0x200, 4, expectation },
};

struct message {
	const struct img_anon_netvalues *v;
	const uint8_t *head; /* family, length of the destination, of the source */
	bool big;
	uint64_t base; /* of `start` in the image */
	const uint8_t *start;
	struct img_err *err;
};

static int bad(const struct message *m, const uint8_t *at, const char *what, size_t n, size_t left)
{
	return img_fail(m->err, IMG_EDATA, m->base + (uint64_t)(at - m->start),
			"netlink %s of %zu bytes (%zu are left)", what, n, left);
}

static size_t align(size_t n, size_t left)
{
	size_t all = (n + 3) & ~(size_t)3;

	return all < left ? all : left;
}

static int attrs(const struct message *m, const struct attr *list, uint8_t *p, size_t n,
		 unsigned depth);

static void address(const struct message *m, uint8_t *p, size_t n, unsigned bits)
{
	if (n == 4 || n == 16)
		m->v->ip(m->v->arg, p, n, bits);
	else
		memset(p, 0, n);
}

/* Next hops: a head with a length, then attributes. */
static int hops(const struct message *m, const struct attr *list, uint8_t *p, size_t n,
		unsigned depth)
{
	enum { HOP = sizeof(struct rtnexthop) };

	while (n >= HOP) {
		size_t len = img_get16(p, m->big), all;

		if (len < HOP || len > n)
			return bad(m, p, "next hop", len, n);
		if (attrs(m, list, p + HOP, len - HOP, depth) < 0)
			return -1;
		all = align(len, n);
		p += all;
		n -= all;
	}
	memset(p, 0, n);
	return 0;
}

static int value(const struct message *m, const struct attr *a, uint8_t *p, size_t n,
		 unsigned depth)
{
	enum { FAMILY = 2 }; /* before the address of a gateway of another family */

	switch (a->what) {
	case KEEP: return 0;
	case IP: address(m, p, n, (unsigned)n * 8); return 0;
	case DST: address(m, p, n, m->head[1]); return 0;
	case SRC: address(m, p, n, m->head[2]); return 0;
	case NAME: return m->v->name(m->v->arg, p, strnlen((char *)p, n), m->err);
	case NEST: return attrs(m, a->sub, p, n, depth);
	case HOPS: return hops(m, a->sub, p, n, depth);
	case VIA:
		if (n > FAMILY)
			address(m, p + FAMILY, n - FAMILY, (unsigned)(n - FAMILY) * 8);
		return 0;
	default: memset(p, 0, n); return 0;
	}
}

static const struct attr *row_of(const struct attr *list, unsigned type)
{
	while (list->first != 0 && (type < list->first || type > list->last))
		list++;
	return list;
}

static int attrs(const struct message *m, const struct attr *list, uint8_t *p, size_t n,
		 unsigned depth)
{
	enum { HEAD = 4 };

	if (depth == NEST_MAX)
		return bad(m, p, "nesting", depth, n);
	while (n >= HEAD) {
		size_t len = img_get16(p, m->big), all;
		unsigned type = img_get16(p + 2, m->big) & 0x3fffu; /* without NLA_F_… */

		if (len < HEAD || len > n)
			return bad(m, p, "attribute", len, n);
		all = align(len, n);
		if (value(m, row_of(list, type), p + HEAD, len - HEAD, depth + 1) < 0)
			return -1;
		memset(p + len, 0, all - len);
		p += all;
		n -= all;
	}
	memset(p, 0, n);
	return 0;
}

static int body(const struct message *m, unsigned type, uint8_t *p, size_t n)
{
	for (size_t i = 0; i < sizeof(families) / sizeof(*families); i++) {
		struct message of = *m;

		if (families[i].type != type)
			continue;
		if (n < families[i].head)
			return bad(m, p, "message", n, families[i].head);
		of.head = p;
		return attrs(&of, families[i].attrs, p + families[i].head, n - families[i].head, 0);
	}
	/* The end of a list, or something else: nothing of it is needed. */
	memset(p, 0, n);
	return 0;
}

int img_anon_netlink(const struct img_netlink *kind, const struct img_anon_netvalues *v, uint8_t *p,
		     size_t n, struct img_err *err)
{
	enum { HEAD = sizeof(struct nlmsghdr), TYPE = offsetof(struct nlmsghdr, nlmsg_type) };
	size_t skip = kind->magic != 0 ? 4 : 0;
	struct message m = { .v = v, .base = 0, .start = p, .err = err };

	if (n == 0)
		return 0;
	if (n < skip)
		return bad(&m, p, "magic", n, skip);
	p += skip;
	n -= skip;
	m.big = n >= HEAD && img_get16(p + TYPE, false) != kind->type &&
		img_get16(p + TYPE, true) == kind->type;
	while (n > 0) {
		size_t len = n >= HEAD ? img_get32(p, m.big) : n, all;

		if (len < HEAD || len > n)
			return bad(&m, p, "message", len, n);
		if (body(&m, img_get16(p + TYPE, m.big), p + HEAD, len - HEAD) < 0)
			return -1;
		all = align(len, n);
		memset(p + len, 0, all - len);
		p += all;
		n -= all;
	}
	return 0;
}

/* ---- images ---- */

static int read_all(int fd, struct img_buf *b, struct img_err *err)
{
	struct img_in *in = img_in_fd(fd);
	int r = in == NULL ? img_fail_mem(err) : img_in_need(in, IMAGE_MAX + 1, err);

	if (r == 0 && img_in_avail(in) > IMAGE_MAX)
		r = img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
			     "netlink image over the limit of %d bytes", IMAGE_MAX);
	if (r == 0)
		img_buf_put(b, img_in_ptr(in), img_in_avail(in));
	img_in_free(in);
	return r == 0 && b->failed ? img_fail_mem(err) : r;
}

int img_anon_netlink_make(struct img_dir *from, const char *image,
			  const struct img_anon_netvalues *v, const struct img_sink *to,
			  struct img_err *err)
{
	struct img_buf b = { 0 };
	struct img_out *out;
	int fd = img_dir_open_file(from, image, err), r;

	if (fd < 0)
		return -1;
	r = read_all(fd, &b, err);
	close(fd);
	if (r == 0)
		r = img_anon_netlink(img_netlink_by_file(image), v, b.p, b.n, err);
	if (r == 0)
		r = to->begin(to->arg, image, &out, err);
	if (r == 0) {
		img_out_put(out, b.p, b.n);
		r = to->end(to->arg, true, err);
	}
	img_buf_free(&b);
	return r;
}
