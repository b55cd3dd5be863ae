#include "libimg/rewrite/raw_attr.h"

#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"

extern inline size_t img_raw_align(size_t n);

enum { HEAD = sizeof(struct nlattr), TYPE = (uint16_t)NLA_TYPE_MASK };

size_t img_raw_path(struct img_raw_message *m, const char *name)
{
	size_t was = strlen(m->path);

	snprintf(m->path + was, sizeof(m->path) - was, "%s%s", was > 0 && name[0] != '[' ? "." : "",
		 name);
	return was;
}

void img_raw_path_end(struct img_raw_message *m, size_t was)
{
	m->path[was] = '\0';
}

/* Read an attribute at the start of a list: its type, and its value, or p NULL for neither. */
static struct img_span attr_at(struct img_span list, bool big, unsigned *type)
{
	struct img_span value = { NULL, 0, list.off + HEAD };
	size_t n;

	if (list.n < HEAD)
		return value;
	n = img_get16(list.p + offsetof(struct nlattr, nla_len), big);
	*type = img_get16(list.p + offsetof(struct nlattr, nla_type), big) & TYPE;
	if (n >= HEAD && n <= list.n) {
		value.p = list.p + HEAD;
		value.n = n - HEAD;
	}
	return value;
}

/* Bytes of an attribute with its padding, which the last one may lack. */
static size_t attr_size(struct img_span list, struct img_span value)
{
	size_t n = img_raw_align(HEAD + value.n);

	return n < list.n ? n : list.n;
}

static void skip(struct img_span *list, size_t n)
{
	list->p += n;
	list->n -= n;
	list->off += n;
}

struct img_span img_raw_attr_find(struct img_span list, unsigned type, bool big)
{
	struct img_span value;
	unsigned t;

	while ((value = attr_at(list, big, &t)).p != NULL && t != type)
		skip(&list, attr_size(list, value));
	return value;
}

int img_raw_odd(const struct img_raw_message *m, const uint8_t *p, size_t n, struct img_buf *out)
{
	if (m->run->raw->bare)
		img_raw_zeros(out, n);
	else
		img_buf_put(out, p, n);
	return 0;
}

static bool has_size(const struct img_raw_attr *a, size_t n)
{
	return (n & (n - 1)) == 0 && (n & a->sizes) != 0;
}

int img_raw_attr_same(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		      struct img_span value, struct img_buf *out, struct img_err *err)
{
	(void)list, (void)err;
	if (!has_size(a, value.n))
		return img_raw_odd(m, value.p, value.n, out);
	img_buf_put(out, value.p, value.n);
	return 0;
}

/* Append one attribute, which takes `size` bytes with its padding. */
static int put_attr(struct img_raw_message *m, const struct img_raw_attr *a, struct img_span list,
		    struct img_span at, struct img_span value, struct img_buf *out,
		    struct img_err *err)
{
	size_t start = out->n, was = img_raw_path(m, a->name), n;
	int changed;

	img_buf_put(out, at.p, HEAD);
	changed = a->change(m, a, list, value, out, err);
	img_raw_path_end(m, was);
	if (changed < 0)
		return -1;
	n = out->n - start;
	if (n > UINT16_MAX)
		return img_fail(err, IMG_EDATA, at.off,
				"the attribute would have %zu bytes, at most %d fit", n,
				UINT16_MAX);
	if (out->failed)
		return img_fail_mem(err);
	img_set16(out->p + start, (uint16_t)n, m->big);
	if (n == HEAD + value.n)
		img_raw_odd(m, at.p + n, attr_size(at, value) - n, out);
	else
		img_buf_put(out, "\0\0\0", img_raw_align(n) - n);
	return changed;
}

int img_raw_attrs(struct img_raw_message *m, const struct img_raw_attr *rows, struct img_span list,
		  struct img_buf *out, struct img_err *err)
{
	struct img_span at = list;
	int changed = 0;

	/* Less than a header is padding. */
	while (at.n >= HEAD) {
		const struct img_raw_attr *a = rows;
		unsigned type;
		struct img_span value = attr_at(at, m->big, &type);
		int r = 0;

		if (value.p == NULL)
			return img_fail(err, IMG_EDATA, at.off,
					"netlink attribute of %u bytes (of %zu in the message)",
					img_get16(at.p, m->big), at.n);
		while (a->name != NULL && a->type != type)
			a++;
		if (a->name != NULL) {
			r = put_attr(m, a, list, at, value, out, err);
		} else {
			img_buf_put(out, at.p, HEAD);
			img_raw_odd(m, value.p, attr_size(at, value) - HEAD, out);
		}
		if (r < 0)
			return -1;
		changed |= r;
		skip(&at, attr_size(at, value));
	}
	img_raw_odd(m, at.p, at.n, out);
	return out->failed ? img_fail_mem(err) : changed;
}

int img_raw_attr_numbers(struct img_raw_message *m, const struct img_raw_attr *a,
			 struct img_span list, struct img_span value, struct img_buf *out,
			 struct img_err *err)
{
	(void)list;
	if (m->run->raw->bare)
		return img_raw_attrs(m, a->sub, value, out, err);
	img_buf_put(out, value.p, value.n);
	return 0;
}
