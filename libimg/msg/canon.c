#include "libimg/msg/canon.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/msg/wire.h"

/* The byte after a varint; NULL if it does not end within eight bytes. */
static inline const uint8_t *skip_varint(const uint8_t *p, const uint8_t *end)
{
	uint64_t x, ends;

	if (p < end && *p < 0x80)
		return p + 1;
	if (end - p < 8)
		return NULL;
	memcpy(&x, p, sizeof(x));
	ends = ~le64toh(x) & UINT64_C(0x8080808080808080);
	return ends != 0 ? p + __builtin_ctzll(ends) / 8 + 1 : NULL;
}

/*
 * Skip the next field if it is of the common form: a tag of one byte, then a varint. Returns its
 * row, or -1.
 */
static inline int skip_number(const struct img_msg *m, struct img_wire *w)
{
	uint8_t head = *w->p, at = head < 0x80 ? m->heads[head] : 0;
	const uint8_t *q = NULL;

	if (at != 0 && (head & 7) == IMG_VARINT)
		q = skip_varint(w->p + 1, w->end);
	if (q == NULL)
		return -1;
	w->p = q;
	return at - 1;
}

const char *img_msg_scan(const struct img_msg *m, const uint8_t *p, size_t n, struct img_scan *s,
			 const uint8_t **bad, const char **key)
{
	struct img_wire w = { p, p + n };
	uint64_t seen = 0;
	bool ordered = true, unknown = false;
	int last = -1;

	while (w.p < w.end) {
		int r = skip_number(m, &w);

		if (r < 0) {
			struct img_wfield v;
			const char *why = img_msg_next(m, &w, &v, (unsigned)(last + 1), &r);

			if (why == NULL && r >= 0 && !img_row_takes(&m->rows[r], v.wt)) {
				*key = m->desc->fields[r].name;
				why = "wrong wire type";
			}
			if (why != NULL) {
				*bad = v.at;
				return why;
			}
			if (r < 0) {
				unknown = true;
				continue;
			}
		}
		if (r <= last && (r < last || !m->rows[r].list))
			ordered = false;
		last = r;
		seen |= UINT64_C(1) << r;
	}
	*s = (struct img_scan){ seen, ordered, unknown };
	if ((seen & m->required) != m->required) {
		*bad = p;
		*key = m->desc->fields[__builtin_ctzll(m->required & ~seen)].name;
		return "required field missing";
	}
	return NULL;
}

/*
 * One field. The key is its number if it is in the schema; a field that is not keeps its place
 * after the ones before it. The address breaks ties, which makes the sort stable.
 */
struct piece {
	struct img_wfield f;
	size_t n;
	uint32_t key;
};

static int by_key(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->f.at < y->f.at ? -1 : 1;
}

static void put_joined(struct img_buf *to, const struct piece *v, size_t n)
{
	uint8_t head[IMG_TAG_MAX + IMG_VARINT_MAX], *end = head;
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		all += v[i].f.n;
	end = img_put_varint(end, (uint64_t)v[0].f.tag << 3 | IMG_BYTES);
	end = img_put_varint(end, all);
	img_buf_put(to, head, (size_t)(end - head));
	for (size_t i = 0; i < n; i++)
		img_buf_put(to, v[i].f.p, v[i].f.n);
}

/* Append n pieces of one field number. */
static void put_run(const struct img_msg *m, struct img_buf *to, const struct piece *v, size_t n)
{
	int r = img_msg_find(m, v[0].f.tag, 0);
	bool singular = r >= 0 && m->desc->fields[r].label != PROTOBUF_C_LABEL_REPEATED;

	if (singular && n > 1 && m->rows[r].sub != NULL) {
		put_joined(to, v, n);
		return;
	}
	for (size_t i = singular ? n - 1 : 0; i < n; i++)
		img_buf_put(to, v[i].f.at, v[i].n);
}

int img_msg_canon(const struct img_msg *m, const uint8_t *p, size_t n, struct img_buf *to,
		  struct img_err *err)
{
	struct img_wire w = { p, p + n };
	struct img_buf list = { 0 };
	struct piece *v;
	uint32_t unknown = 0;
	size_t count, i, j;

	while (w.p < w.end) {
		struct piece one;

		if (img_wire_next(&w, &one.f) != NULL)
			break;
		one.n = (size_t)(w.p - one.f.at);
		one.key = one.f.tag;
		if (img_msg_find(m, one.f.tag, 0) < 0)
			one.key = unknown = one.f.tag > unknown ? one.f.tag : unknown;
		img_buf_put(&list, &one, sizeof(one));
	}
	v = (struct piece *)(void *)list.p;
	count = list.n / sizeof(*v);
	if (!list.failed && count > 0) {
		qsort(v, count, sizeof(*v), by_key);
		for (i = 0; i < count; i = j) {
			for (j = i + 1; j < count && v[j].f.tag == v[i].f.tag; j++)
				;
			put_run(m, to, v + i, j - i);
		}
	}
	if (list.failed || to->failed) {
		img_buf_free(&list);
		img_buf_free(to);
		return img_fail_mem(err);
	}
	img_buf_free(&list);
	return 0;
}
