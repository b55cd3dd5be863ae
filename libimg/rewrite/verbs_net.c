#include <netinet/in.h>
#include <stdio.h>

#include "libimg/base/byteorder.h"
#include "libimg/msg/pick.h"
#include "libimg/rewrite/verbs.h"

static bool moves_connection(const struct img_fields *x, const struct img_field *f)
{
	return f->msg == &img_msg_inet_sk_entry &&
	       img_fv_beside(x, f, IMG_TAG_INET_SK_ENTRY__PROTO) == IPPROTO_TCP &&
	       img_fv_beside(x, f, IMG_TAG_INET_SK_ENTRY__DST_PORT) != 0;
}

/* The words of the address that f is one of: how many, up to 5. */
static size_t words_of(const struct img_fields *x, const struct img_field *f, uint32_t w[5])
{
	struct img_pick p = { .body = img_fv_message(x, f) };
	struct img_each i;
	uint64_t v;
	size_t n = 0;

	i = (struct img_each){ .w = { p.body.p, p.body.p + p.body.n },
			       .all = p.body,
			       .tag = f->tag };
	while (n < 5 && img_each_num(&i, &v))
		w[n++] = (uint32_t)v;
	return n;
}

/* Of a prefix the number of its bits is beside it, under its name and "len". */
static unsigned prefix_bits(const struct img_fields *x, const struct img_field *f, size_t n)
{
	char name[64];
	int r;

	snprintf(name, sizeof(name), "%slen", img_field_name(f));
	r = img_msg_find_name(f->msg, name, strlen(name), 0);
	return r < 0 ? (unsigned)n * 8 : (unsigned)img_fv_beside(x, f, f->msg->rows[r].tag);
}

static int ip_words(struct img_fields *x, struct img_field *f)
{
	uint32_t w[5];
	uint8_t old[16], new[16];
	char a[IMG_NET_TEXT], b[IMG_NET_TEXT];
	size_t words = words_of(x, f, w), n = words * 4;
	unsigned bits;
	int r;

	if ((words != 1 && words != 4) || f->index >= words)
		return IMG_KEEP;
	for (size_t i = 0; i < words; i++)
		img_set32(old + 4 * i, w[i], x->big);
	bits = prefix_bits(x, f, n);
	r = bits < n * 8 ? img_apply_net(&x->apply, old, n, bits, new)
			 : img_apply_ip(&x->apply, old, n, new);
	if (r <= 0)
		return IMG_KEEP;
	if (f->index == 0)
		img_report_field(&x->changes, f, true,
				 img_value_text(a, strlen(img_apply_net_text(old, n, bits, a))),
				 img_value_text(b, strlen(img_apply_net_text(new, n, bits, b))));
	x->moved_connection = x->moved_connection || moves_connection(x, f);
	f->num = img_get32(new + 4 * f->index, x->big);
	return IMG_SET;
}

int img_verb_ip(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	uint8_t new[16];

	if (f->row->hints & IMG_HINT_IPADD)
		return ip_words(x, f);
	/* The hardware address of a tunnel. */
	if ((f->bytes.n != 4 && f->bytes.n != 16) ||
	    img_apply_ip(&x->apply, f->bytes.p, f->bytes.n, new) <= 0)
		return IMG_KEEP;
	x->text.n = 0;
	img_buf_put(&x->text, new, f->bytes.n);
	return img_fv_set_text(x, f, err);
}

int img_verb_port(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	unsigned proto = (unsigned)img_fv_beside(x, f, IMG_TAG_INET_SK_ENTRY__PROTO);
	uint64_t new;

	(void)err;
	if (proto != IPPROTO_TCP && proto != IPPROTO_UDP && proto != IPPROTO_UDPLITE)
		return IMG_KEEP;
	if (img_apply_port(&x->apply, proto, f->num, &new) <= 0)
		return IMG_KEEP;
	x->moved_connection = x->moved_connection || moves_connection(x, f);
	return img_fv_set_number(x, f, new);
}

int img_verb_netdev(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	(void)err;
	return img_fv_whole(x, f, IMG_VERB_NETDEV);
}

/* Hardware addresses are shown as people write them. */
static const char *mac_text(struct img_span s, char buf[100])
{
	buf[0] = '\0';
	for (size_t i = 0; i < s.n && i < 32; i++)
		sprintf(buf + strlen(buf), "%s%02x", i > 0 ? ":" : "", s.p[i]);
	return buf;
}

int img_verb_mac(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	struct img_span new;
	char a[100], b[100];

	(void)err;
	if (f->bytes.n == 0)
		return IMG_KEEP;
	if (x->apply.seen != NULL) {
		mac_text(f->bytes, a);
		x->apply.seen(x->apply.arg, IMG_VERB_MAC, a, strlen(a));
		return IMG_KEEP;
	}
	if (img_apply_whole(&x->apply, IMG_VERB_MAC, f->bytes, &new) <= 0)
		return IMG_KEEP;
	img_report_field(&x->changes, f, false, img_value_text(a, strlen(mac_text(f->bytes, a))),
			 img_value_text(b, strlen(mac_text(new, b))));
	f->bytes = new;
	return IMG_SET;
}
