#include "plant.h"

#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/image/netlink.h"
#include "libimg/rewrite/raw_netvalue.h"

/* What is left of the bytes; then zeros come. */
struct bytes {
	const uint8_t *p, *end;
};

static unsigned next(struct bytes *b, unsigned below)
{
	return b->p < b->end ? *b->p++ % below : 0;
}

static void put_zeros(struct img_buf *to, size_t n)
{
	static const uint8_t zeros[1024];

	img_buf_put(to, zeros, n);
}

static void put_secrets(struct img_buf *to, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		img_buf_put(to, PLANTED, strlen(PLANTED));
}

/* ---- netlink ---- */

enum { DEPTH = 4, TYPES = 48, MESSAGES = 16 };

/* In place of the length and what follows it, once it is known. */
static void set_length(struct img_buf *to, size_t at)
{
	img_set16(to->p + at, (uint16_t)(to->n - at), false);
	put_zeros(to, -(to->n - at) % 4);
}

/* Of one type; NULL: nothing is known about it. */
static const struct img_raw_attr *row_of(const struct img_raw_attr *rows, unsigned type)
{
	while (rows != NULL && rows->name != NULL && rows->type != type)
		rows++;
	return rows != NULL && rows->name != NULL ? rows : NULL;
}

static void put_attr(struct img_buf *to, struct bytes *b, const struct img_raw_attr *rows,
		     unsigned depth)
{
	unsigned type = next(b, TYPES), form = next(b, 4);
	const struct img_raw_attr *row = row_of(rows, type);
	size_t at = to->n;
	uint8_t head[4] = { 0 };

	img_set16(head + 2, (uint16_t)type, false);
	img_buf_put(to, head, sizeof(head));
	if (form == 0) {
		put_zeros(to, next(b, 20));
	} else if (form < 3 || (row != NULL && row->sizes != 0)) {
		/* Never as long as a number; what is nested might be. */
		put_secrets(to, 1 + next(b, 3));
		put_zeros(to, form > 1);
	} else {
		for (unsigned n = depth < DEPTH ? next(b, 4) : 0; n > 0; n--)
			put_attr(to, b, row != NULL ? row->sub : NULL, depth + 1);
	}
	set_length(to, at);
}

static void put_message(struct img_buf *to, const struct img_raw_netvalues *k, struct bytes *b)
{
	size_t at = to->n;

	put_zeros(to, 16);
	img_set16(to->p + at + 4, k->type, false);
	for (size_t i = 0; i < k->head; i++) {
		uint8_t byte = (uint8_t)next(b, 'A'); /* not what is planted */

		img_buf_put(to, &byte, 1);
	}
	for (unsigned n = next(b, 8); n > 0; n--)
		put_attr(to, b, k->attrs, 0);
	img_set32(to->p + at, (uint32_t)(to->n - at), false);
}

void plant_netlink(struct img_buf *to, const char *image, const uint8_t *p, size_t n)
{
	const struct img_netlink *of = img_netlink_by_file(image);
	const struct img_raw_netvalues *k = img_raw_netvalues;
	struct bytes b = { p, p + n };
	uint8_t magic[4];

	while (k->type != of->type)
		k++;
	img_set32(magic, of->magic, false);
	img_buf_put(to, magic, of->magic != 0 ? sizeof(magic) : 0);
	for (unsigned i = 0; i < MESSAGES && b.p < b.end; i++)
		put_message(to, k, &b);
}

/* ---- tar ---- */

enum { BLOCK = 512, MEMBERS = 16 };

/* Of a header, as POSIX has it. */
enum {
	NAME = 0,
	MODE = 100,
	SIZE = 124,
	MTIME = 136,
	SUM = 148,
	TYPE = 156,
	LINK = 157,
	MAGIC = 257,
	OWNER = 265,
	GROUP = 297
};

static void put_header(struct img_buf *to, char type, const char *name, size_t size)
{
	uint8_t h[BLOCK] = { 0 };
	unsigned sum = 0;

	snprintf((char *)h + NAME, MODE - NAME, "%s", name);
	snprintf((char *)h + MODE, 8, "%07o", 0644u);
	snprintf((char *)h + SIZE, 12, "%011zo", size);
	snprintf((char *)h + MTIME, 12, "%011o", 1u);
	memset(h + SUM, ' ', 8);
	h[TYPE] = (uint8_t)type;
	if (type == '1' || type == '2')
		snprintf((char *)h + LINK, 100, "./" PLANTED);
	memcpy(h + MAGIC, "ustar\00000", 8);
	snprintf((char *)h + OWNER, 32, PLANTED);
	snprintf((char *)h + GROUP, 32, PLANTED);
	for (size_t i = 0; i < sizeof(h); i++)
		sum += h[i];
	snprintf((char *)h + SUM, 8, "%06o", sum);
	img_buf_put(to, h, sizeof(h));
}

static void pad(struct img_buf *to)
{
	put_zeros(to, -to->n % BLOCK);
}

/* Records of an extended header, each after its length. */
static void put_records(struct img_buf *to, struct bytes *b)
{
	static const char *const keys[] = {
		"path",
		"linkpath",
		"uname",
		"gname",
		"comment",
		"SCHILY.xattr.user." PLANTED,
		"LIBARCHIVE.xattr." PLANTED,
		"mtime",
		"hdrcharset",
		"VENDOR." PLANTED,
	};
	struct img_buf all = { 0 };

	for (unsigned n = 1 + next(b, 4); n > 0; n--) {
		const char *key = keys[next(b, sizeof(keys) / sizeof(*keys))];
		char text[100];
		int len = snprintf(text, sizeof(text), " %s=%s\n", key, PLANTED);

		len = snprintf(text, sizeof(text), "%d %s=%s\n", len + 2, key, PLANTED);
		img_buf_put(&all, text, (size_t)len);
	}
	put_header(to, 'x', "./PaxHeaders/" PLANTED, all.n);
	img_buf_put(to, all.p, all.n);
	pad(to);
	img_buf_free(&all);
}

static void put_member(struct img_buf *to, struct bytes *b)
{
	static const char types[] = "0011225346";
	char type = types[next(b, sizeof(types) - 1)], name[80];
	unsigned n = type == '0' ? next(b, 64) : 0;

	if (next(b, 3) == 0)
		put_records(to, b);
	snprintf(name, sizeof(name),
		 next(b, 2) > 0 ? "./%u/" PLANTED : "./" PLANTED "/" PLANTED "%u", next(b, 8));
	put_header(to, type, name, n * strlen(PLANTED));
	put_secrets(to, n);
	pad(to);
}

void plant_tar(struct img_buf *to, const uint8_t *p, size_t n)
{
	struct bytes b = { p, p + n };

	for (unsigned i = 0; i < MEMBERS && b.p < b.end; i++)
		put_member(to, &b);
	put_zeros(to, 2 * BLOCK);
}
