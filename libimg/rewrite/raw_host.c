#include "libimg/rewrite/raw_host.h"

#include <inttypes.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"

/* ---- clocks ---- */

/* Append a value of which n bytes from `at` on are zeros. */
static int clear(struct img_span value, size_t at, size_t n, struct img_buf *out)
{
	size_t start = out->n;

	img_buf_put(out, value.p, value.n);
	if (out->failed)
		return 0;
	memset(out->p + start + at, 0, n);
	return memcmp(out->p + start, value.p, value.n) != 0;
}

/* When it was made and changed, since boot; how long it is valid stays. */
int img_raw_ifa_cache(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		      struct img_span value, struct img_buf *out, struct img_err *err)
{
	enum { AT = offsetof(struct ifa_cacheinfo, cstamp), SIZE = sizeof(struct ifa_cacheinfo) };

	if (m->run->raw->timeless && value.n == SIZE)
		return clear(value, AT, SIZE - AT, out);
	return img_raw_attr_same(m, a, list, value, out, err);
}

int img_raw_rta_cache(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		      struct img_span value, struct img_buf *out, struct img_err *err)
{
	struct rta_cacheinfo c;

	if (!m->run->raw->timeless || value.n != sizeof(c))
		return img_raw_attr_same(m, a, list, value, out, err);
	memcpy(&c, value.p, sizeof(c));
	c.rta_lastuse = c.rta_ts = c.rta_tsage = 0;
	img_buf_put(out, &c, sizeof(c));
	return memcmp(&c, value.p, sizeof(c)) != 0;
}

static int stamp(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		 struct img_span value, struct img_buf *out, struct img_err *err)
{
	if (m->run->raw->timeless)
		return clear(value, 0, value.n, out);
	return img_raw_attr_same(m, a, list, value, out, err);
}

const struct img_raw_attr img_raw_stamps[] = {
	{ CTA_TIMESTAMP_START, "CTA_TIMESTAMP_START", stamp, NULL, 8 },
	{ CTA_TIMESTAMP_STOP, "CTA_TIMESTAMP_STOP", stamp, NULL, 8 },
	{ .name = NULL },
};

int img_raw_ct_times(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		     struct img_span value, struct img_buf *out, struct img_err *err)
{
	if (m->run->raw->timeless)
		return img_raw_attrs(m, a->sub, value, out, err);
	return img_raw_attr_numbers(m, a, list, value, out, err);
}

/* ---- users ---- */

static int put_uids(struct img_raw_message *m, struct img_span value, struct img_buf *out,
		    struct img_err *err)
{
	size_t n = value.n / 4;
	uint32_t old[2] = { 0 }, new[2] = { 0 };
	char x[24], y[24];

	for (size_t i = 0; i < n; i++) {
		new[i] = old[i] = img_get32(value.p + 4 * i, m->big);
		if (img_raw_uid(m->run, 0, old[i], &new[i], err) < 0)
			return -1;
	}
	if (n == 2 && new[0] > new[1]) {
		uint32_t first = new[1];

		new[1] = new[0];
		new[0] = first;
	}
	for (size_t i = 0; i < n; i++) {
		uint8_t p[4];

		img_set32(p, new[i], m->big);
		img_buf_put(out, p, sizeof(p));
	}
	if (memcmp(old, new, value.n) == 0)
		return 0;
	snprintf(x, sizeof(x), "%" PRIu32 "-%" PRIu32, old[0], old[n - 1]);
	snprintf(y, sizeof(y), "%" PRIu32 "-%" PRIu32, new[0], new[n - 1]);
	img_raw_changed(m->run, m->path, x, strlen(x), y, strlen(y));
	return 1;
}

int img_raw_route_uid(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		      struct img_span value, struct img_buf *out, struct img_err *err)
{
	if (m->run->raw->host_ids && value.n == sizeof(uint32_t))
		return put_uids(m, value, out, err);
	return img_raw_attr_same(m, a, list, value, out, err);
}

int img_raw_uid_range(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		      struct img_span value, struct img_buf *out, struct img_err *err)
{
	if (m->run->raw->host_ids && value.n == sizeof(struct fib_rule_uid_range))
		return put_uids(m, value, out, err);
	return img_raw_attr_same(m, a, list, value, out, err);
}
