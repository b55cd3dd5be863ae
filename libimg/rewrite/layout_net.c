#include "libimg/rewrite/layout_net.h"

#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"
#include "sysctl.pb-c.h"

#define TYPED IMG_CRIU(2, 3, 0)

/* Settings that had only a number, by their position in CRIU's table: devconfs4 in criu/net.c. */
enum { POSITIONS = 30 };

static const struct img_path top = { { 0 }, 0 };

/* The same settings as a list of numbers and as one of messages. */
struct conf_list {
	const struct img_msg *msg;
	uint32_t old, now;
};

static const struct conf_list def_conf = { &img_msg_netns_entry, IMG_TAG_NETNS_ENTRY__DEF_CONF,
					   IMG_TAG_NETNS_ENTRY__DEF_CONF4 };
static const struct conf_list all_conf = { &img_msg_netns_entry, IMG_TAG_NETNS_ENTRY__ALL_CONF,
					   IMG_TAG_NETNS_ENTRY__ALL_CONF4 };
static const struct conf_list dev_conf = { &img_msg_net_device_entry,
					   IMG_TAG_NET_DEVICE_ENTRY__CONF,
					   IMG_TAG_NET_DEVICE_ENTRY__CONF4 };

/* The list of one form replaced by that of the other. */
static int replace(struct img_span body, uint32_t old, uint32_t now, const struct img_buf *fields,
		   struct img_buf *out, struct img_err *err)
{
	struct img_buf without = { 0 };
	int r = fields->failed ? img_fail_mem(err) : img_splice_cut(body, top, old, &without, err);

	if (r >= 0)
		r = img_splice_put((struct img_span){ without.p, without.n, body.off }, top, now,
				   (struct img_span){ fields->p, fields->n, 0 }, out, err);
	img_buf_free(&without);
	return r < 0 ? -1 : IMG_SET;
}

static int conf_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		   struct img_buf *out, struct img_err *err)
{
	const struct conf_list *l = at->row;
	struct img_buf fields = { 0 }, one = { 0 };
	struct img_pick f;
	struct img_each each;
	uint64_t v;
	int r;

	(void)c;
	if (img_pick(&f, l->msg, body, err) < 0)
		return -1;
	if (!img_has(&f, l->old) || img_has(&f, l->now))
		return IMG_KEEP;
	img_each_begin(&each, &f, l->old);
	while (img_each_num(&each, &v)) {
		one.n = 0;
		img_put_num(&one, IMG_TAG_SYSCTL_ENTRY__TYPE, SYSCTL_TYPE__CTL_32);
		if ((int32_t)v != -1)
			img_put_num(&one, IMG_TAG_SYSCTL_ENTRY__IARG, v);
		img_put_bytes(&fields, l->now, one.p, one.n);
	}
	r = one.failed ? img_fail_mem(err) : replace(body, l->old, l->now, &fields, out, err);
	img_buf_free(&fields);
	img_buf_free(&one);
	return r;
}

static int conf_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	const struct conf_list *l = at->row;
	struct img_buf fields = { 0 };
	struct img_span entry;
	struct img_each each;
	struct img_pick f, s;
	unsigned n = 0;
	int r = 0;

	if (img_pick(&f, l->msg, body, err) < 0)
		return -1;
	if (!img_has(&f, l->now))
		return IMG_KEEP;
	img_each_begin(&each, &f, l->now);
	while (r == 0 && img_each_bytes(&each, &entry)) {
		if (img_pick(&s, &img_msg_sysctl_entry, entry, err) < 0)
			r = -1;
		else if (img_num(&s, IMG_TAG_SYSCTL_ENTRY__TYPE) != SYSCTL_TYPE__CTL_32 ||
			 n++ >= POSITIONS)
			r = img_convert_refuse(c, at, err, "network setting of that kind");
		else
			img_put_num(&fields, l->old,
				    img_has(&s, IMG_TAG_SYSCTL_ENTRY__IARG)
					    ? img_num(&s, IMG_TAG_SYSCTL_ENTRY__IARG)
					    : UINT64_MAX);
	}
	if (r == 0)
		r = replace(body, l->now, l->old, &fields, out, err);
	img_buf_free(&fields);
	return r;
}

static const struct img_layout rows[] = {
	{ TYPED, &img_msg_netns_entry, conf_up, conf_down, "def_conf4", &def_conf },
	{ TYPED, &img_msg_netns_entry, conf_up, conf_down, "all_conf4", &all_conf },
	{ TYPED, &img_msg_net_device_entry, conf_up, conf_down, "conf4", &dev_conf },
};

const struct img_family img_layouts_net = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
};
