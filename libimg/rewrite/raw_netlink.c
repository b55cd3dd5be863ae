#include "libimg/rewrite/raw_netlink.h"

#include <inttypes.h>
#include <linux/netlink.h>
#include <stddef.h>

#include "libimg/base/byteorder.h"
#include "libimg/image/netlink.h"
#include "libimg/rewrite/raw_netvalue.h"

enum {
	HEAD = NLMSG_HDRLEN,
	MESSAGE_MAX = 1 << 20, /* bytes; the kernel's have 32 KiB at most */
};

static const struct img_raw_netvalues *values_of(uint16_t type)
{
	const struct img_raw_netvalues *k = img_raw_netvalues;

	while (k->type != type)
		k++;
	return k;
}

/* Put a message, changed or not, to *out. */
static int rewrite(struct img_raw_run *run, const struct img_raw_netvalues *k, bool big,
		   struct img_span msg, struct img_buf *out, struct img_err *err)
{
	size_t head = HEAD + k->head;
	struct img_raw_message m = { .run = run, .big = big, .head = msg.p + HEAD };
	struct img_span attrs;
	int r;

	if (msg.n < head)
		return img_fail(err, IMG_EDATA, msg.off,
				"message of %zu bytes: at least %zu expected", msg.n, head);
	attrs = (struct img_span){ msg.p + head, msg.n - head, msg.off + head };
	img_buf_put(out, msg.p, head);
	r = img_raw_attrs(&m, k->attrs, attrs, out, err);
	if (r >= 0)
		img_set32(out->p, (uint32_t)out->n, big);
	return r >= 0 && run->raw->bare ? 1 : r;
}

/* A message that holds no values, such as the last one. */
static int rewrite_other(const struct img_raw_run *run, struct img_span msg, struct img_buf *out,
			 struct img_err *err)
{
	if (!run->raw->bare)
		return 0;
	img_buf_put(out, msg.p, HEAD);
	img_raw_zeros(out, msg.n - HEAD);
	return out->failed ? img_fail_mem(err) : 1;
}

/* Make a whole message visible: its bytes; n is 0 at the end of the image. -1 with *err. */
static int next(struct img_in *in, uint16_t type, bool big, struct img_span *msg,
		struct img_err *err)
{
	uint64_t off = img_in_off(in);
	uint16_t got;
	uint32_t n;

	*msg = (struct img_span){ NULL, 0, off };
	if (img_in_need(in, HEAD, err) < 0)
		return -1;
	if (img_in_avail(in) == 0)
		return 0;
	if (img_in_avail(in) < HEAD)
		return img_fail(err, IMG_EDATA, off,
				"message truncated (need %d bytes of header, have %zu)", HEAD,
				img_in_avail(in));
	n = img_get32(img_in_ptr(in) + offsetof(struct nlmsghdr, nlmsg_len), big);
	got = img_get16(img_in_ptr(in) + offsetof(struct nlmsghdr, nlmsg_type), big);
	if (n < HEAD || (got != type && got != NLMSG_DONE))
		return img_fail(err, IMG_EDATA, off,
				"unexpected message of %" PRIu32 " bytes and type %u", n, got);
	if (n > MESSAGE_MAX)
		return img_fail(err, IMG_ELIMIT, off, "message of %" PRIu32 " bytes (limit %d)", n,
				MESSAGE_MAX);
	if (img_in_need(in, img_raw_align(n), err) < 0)
		return -1;
	if (img_in_avail(in) < n)
		return img_fail(err, IMG_EDATA, off,
				"message truncated (need %" PRIu32 " bytes, have %zu)", n,
				img_in_avail(in));
	*msg = (struct img_span){ img_in_ptr(in), n, off };
	return 0;
}

/* Put one message: 1, 0 at the end of the image, -1 with *err. */
static int message(struct img_raw_run *run, uint16_t type, bool big, struct img_buf *new,
		   struct img_err *err)
{
	struct img_span msg;
	size_t all;
	int r = 0;

	if (next(run->in, type, big, &msg, err) < 0)
		return -1;
	if (msg.n == 0)
		return 0;
	/* The last one may lack its padding. */
	all = img_raw_align(msg.n) < img_in_avail(run->in) ? img_raw_align(msg.n)
							   : img_in_avail(run->in);
	new->n = 0;
	if (img_get16(msg.p + offsetof(struct nlmsghdr, nlmsg_type), big) == type)
		r = rewrite(run, values_of(type), big, msg, new, err);
	else
		r = rewrite_other(run, msg, new, err);
	if (r < 0)
		return -1;
	if (r == 0 || (new->n == msg.n && !run->raw->bare)) {
		img_raw_put(run, r > 0 ? new->p : msg.p, msg.n);
		img_raw_put(run, msg.p + msg.n, all - msg.n);
	} else {
		img_raw_put(run, new->p, new->n);
		img_raw_put(run, "\0\0\0", img_raw_align(new->n) - new->n);
	}
	img_in_eat(run->in, all);
	run->entry++;
	return 1;
}

/*
 * The first word of what iproute2 saved shows the byte order; else the type of the first
 * message does, for none reads as a type in both.
 */
static int start(struct img_raw_run *run, const struct img_netlink *n, bool *big,
		 struct img_err *err)
{
	size_t need = n->magic != 0 ? sizeof(n->magic) : HEAD;
	const uint8_t *p;

	if (img_in_need(run->in, need, err) < 0)
		return -1;
	p = img_in_ptr(run->in);
	*big = false;
	if (n->magic == 0) {
		if (img_in_avail(run->in) >= need) {
			uint16_t t = img_get16(p + offsetof(struct nlmsghdr, nlmsg_type), true);

			*big = t == n->type || t == NLMSG_DONE;
		}
		return 0;
	}
	if (img_in_avail(run->in) < need)
		return img_fail(err, IMG_EDATA, 0, "truncated (need %zu bytes, have %zu)", need,
				img_in_avail(run->in));
	*big = img_get32(p, true) == n->magic;
	if (!*big && img_get32(p, false) != n->magic)
		return img_fail(err, IMG_EDATA, 0,
				"begins with 0x%08" PRIx32 ", expected 0x%08" PRIx32,
				img_get32(p, false), n->magic);
	img_raw_put(run, p, need);
	img_in_eat(run->in, need);
	return 0;
}

int img_raw_netlink(struct img_raw_run *run, struct img_err *err)
{
	const struct img_netlink *n = img_netlink_by_file(run->raw->image);
	struct img_buf new = { 0 };
	bool big;
	int r = start(run, n, &big, err);

	if (r == 0)
		do
			r = message(run, n->type, big, &new, err);
		while (r > 0);
	img_buf_free(&new);
	return r;
}
