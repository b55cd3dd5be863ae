#include "libimg/msg/schema.h"

#include <stdio.h>
#include <string.h>

#include "libimg/base/err.h"

/* The inline calls as functions too, for bindings. */
extern inline bool img_row_is(const struct img_row *row, const char *name, size_t n);
extern inline int img_msg_near(const struct img_msg *m, const char *name, size_t n, unsigned hint);
extern inline int img_msg_find(const struct img_msg *m, uint32_t tag, unsigned hint);
extern inline int img_msg_row(const struct img_msg *m, const struct img_wfield *f, unsigned hint);
extern inline bool img_row_packed(const struct img_msg *m, int row);
extern inline const char *img_msg_next(const struct img_msg *m, struct img_wire *w,
				       struct img_wfield *f, unsigned hint, int *row);
extern inline bool img_row_takes(const struct img_row *row, uint8_t wt);

static int compare(const struct img_msg *m, unsigned row, const char *name, size_t n)
{
	/* key is the name in quotes. */
	size_t len = m->rows[row].key_len - 4u; /* without `,"` and `":` */
	int r = memcmp(name, m->rows[row].key + 2, n < len ? n : len);

	return r != 0 ? r : (n > len) - (n < len);
}

static __attribute__((noinline)) int search(const struct img_msg *m, const char *name, size_t n)
{
	unsigned lo = 0, hi = m->n;

	while (lo < hi) {
		unsigned mid = (lo + hi) / 2, row = m->desc->fields_sorted_by_name[mid];
		int r = compare(m, row, name, n);

		if (r == 0)
			return (int)row;
		if (r > 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

int img_msg_find_name(const struct img_msg *m, const char *name, size_t n, unsigned hint)
{
	int r = img_msg_near(m, name, n, hint);

	return r >= 0 ? r : search(m, name, n);
}

bool img_packed_whole(const struct img_row *row, const uint8_t *p, size_t n)
{
	const uint8_t *end = p + n;
	uint64_t v;

	if (row->wt != IMG_VARINT)
		return n % (row->wt == IMG_FIXED32 ? 4 : 8) == 0;
	while (p != NULL && p < end)
		p = img_varint(p, end, &v);
	return p != NULL;
}

static bool fits(const struct img_row *row, const struct img_wfield *f, unsigned depth);

/* A message with all that it requires and nothing that it does not know. */
static bool message_fits(const struct img_msg *m, const uint8_t *p, size_t n, unsigned depth)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f;
	uint64_t seen = 0;

	while (w.p < w.end) {
		int r;

		if (img_wire_next(&w, &f) != NULL)
			return false;
		r = img_msg_find(m, f.tag, 0);
		if (r < 0 || !fits(&m->rows[r], &f, depth))
			return false;
		seen |= UINT64_C(1) << r;
	}
	return (seen & m->required) == m->required;
}

static bool fits(const struct img_row *row, const struct img_wfield *f, unsigned depth)
{
	if (!img_row_takes(row, f->wt) || depth > IMG_MAX_DEPTH)
		return false;
	if (row->sub != NULL)
		return message_fits(row->sub, f->p, f->n, depth + 1);
	return f->wt == row->wt || img_packed_whole(row, f->p, f->n);
}

bool img_row_fits(const struct img_row *row, const struct img_wfield *f)
{
	return fits(row, f, 1);
}

int img_msg_fail_raw(struct img_err *err, uint64_t off)
{
	return img_fail(err, IMG_EDATA, off, "raw bytes: no message is known for them");
}

/* Is the name the camelCase form of the field's, or the same? */
static bool is_camel(const char *field, const char *name, size_t n)
{
	size_t i = 0;

	for (; *field != '\0'; field++, i++) {
		char c = *field;

		if (c == '_' && field[1] != '\0') {
			c = *++field;
			if (c >= 'a' && c <= 'z')
				c = (char)(c - 'a' + 'A');
		}
		if (i >= n || name[i] != c)
			return false;
	}
	return i == n;
}

int img_msg_find_alias(const struct img_msg *m, const char *name, size_t n)
{
	for (unsigned r = 0; r < m->n; r++) {
		const char *former = m->former != NULL ? m->former[r] : NULL;

		if (former != NULL && strlen(former) == n && memcmp(former, name, n) == 0)
			return (int)r;
		if (is_camel(m->desc->fields[r].name, name, n))
			return (int)r;
	}
	return -1;
}

char *img_criu_text(uint32_t release, char buf[IMG_CRIU_TEXT])
{
	unsigned major = release / 10000, minor = release / 100 % 100, patch = release % 100;

	if (release == IMG_CRIU_DEV)
		snprintf(buf, IMG_CRIU_TEXT, "dev");
	else if (patch != 0)
		snprintf(buf, IMG_CRIU_TEXT, "%u.%u.%u", major, minor, patch);
	else
		snprintf(buf, IMG_CRIU_TEXT, "%u.%u", major, minor);
	return buf;
}
