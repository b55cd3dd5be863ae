#include "libimg/memory/blocks.h"

#include <inttypes.h>

#include "libimg/base/byteorder.h"

static int bad(const struct img_fieldwalk *c, const char *why, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, c->at, "%s", why);
}

int img_fieldwalk_next(struct img_fieldwalk *c, struct img_wfield *f, uint64_t *content,
		       struct img_err *err)
{
	enum { MOST = IMG_TAG_MAX + IMG_VARINT_MAX };
	uint64_t left = c->end - c->at, tag, skip;
	const uint8_t *p, *end;
	struct img_span s;

	if (left == 0)
		return 0;
	if (img_peek(c->image, c->at, left < MOST ? (size_t)left : MOST, &s, err) < 0)
		return -1;
	end = s.p + s.n;
	p = img_varint(s.p, end, &tag);
	if (p == NULL || tag >> 3 == 0 || tag >> 3 > IMG_MAX_TAG)
		return bad(c, "field number truncated or out of range", err);
	f->tag = (uint32_t)(tag >> 3);
	f->wt = (uint8_t)(tag & 7);
	if (f->wt == IMG_FIXED64 || f->wt == IMG_FIXED32) {
		skip = f->wt == IMG_FIXED64 ? 8 : 4;
		if ((uint64_t)(end - p) < skip)
			return bad(c, "field longer than its message", err);
		f->v = skip == 8 ? img_le64(p) : img_le32(p);
	} else if (f->wt == IMG_VARINT || f->wt == IMG_BYTES) {
		const uint8_t *q = img_varint(p, end, &f->v);

		if (q == NULL)
			return bad(c, "varint truncated or longer than ten bytes", err);
		skip = f->wt == IMG_BYTES ? f->v : 0;
		p = q;
	} else {
		return bad(c, "unknown wire type", err);
	}
	*content = c->at + (uint64_t)(p - s.p);
	if (skip > c->end - *content)
		return bad(c, "field longer than its message", err);
	c->at = *content + skip;
	return 1;
}

void img_blocks_begin(struct img_blocks *b, const struct img_packed *k, struct img_peek *image)
{
	*b = (struct img_blocks){ { image, k->at, k->end }, k->tag, 0 };
}

/* A number of the packed list at the cursor. */
static int packed(struct img_blocks *b, uint64_t *size, struct img_err *err)
{
	struct img_fieldwalk *c = &b->fields;
	uint64_t left = b->run - c->at;
	const uint8_t *p;
	struct img_span s;

	if (img_peek(c->image, c->at, left < IMG_VARINT_MAX ? (size_t)left : IMG_VARINT_MAX, &s,
		     err) < 0)
		return -1;
	p = img_varint(s.p, s.p + s.n, size);
	if (p == NULL)
		return bad(c, "packed varint truncated", err);
	c->at += (uint64_t)(p - s.p);
	return 1;
}

int img_blocks_next(struct img_blocks *b, uint64_t *size, struct img_err *err)
{
	struct img_wfield f;
	uint64_t content;
	int r;

	for (;;) {
		if (b->fields.at < b->run)
			return packed(b, size, err);
		r = img_fieldwalk_next(&b->fields, &f, &content, err);
		if (r <= 0)
			return r;
		if (f.tag != b->tag)
			continue;
		if (f.wt == IMG_VARINT) {
			*size = f.v;
			return 1;
		}
		if (f.wt != IMG_BYTES)
			return bad(&b->fields, "size of a block is not a number", err);
		b->run = b->fields.at;
		b->fields.at = content;
	}
}

uint64_t img_block_room(const struct img_packed *k, uint64_t size, uint32_t page)
{
	return k->padded ? (size + page - 1) / page * page : size;
}

int img_blocks_check(const struct img_packed *k, struct img_peek *image, uint64_t pages,
		     uint32_t page, uint64_t *stored, struct img_err *err)
{
	uint64_t block = (uint64_t)k->pages * page, left = pages * page, size, n = 0, sum = 0;
	uint64_t count = pages / k->pages + (pages % k->pages != 0);
	struct img_blocks b;
	int r;

	if (block > IMG_BLOCK_MAX)
		return img_fail(err, IMG_EDATA, k->at,
				"blocks of %" PRIu32 " pages: over the limit of %d bytes", k->pages,
				IMG_BLOCK_MAX);
	img_blocks_begin(&b, k, image);
	for (; (r = img_blocks_next(&b, &size, err)) > 0 && n < count; n++) {
		uint64_t plain = left < block ? left : block;

		if (size > plain)
			return img_fail(err, IMG_EDATA, b.fields.at,
					"block %" PRIu64 ": size %" PRIu64
					", but its pages have %" PRIu64 " bytes",
					n, size, plain);
		sum += img_block_room(k, size, page);
		left -= plain;
	}
	if (r < 0)
		return -1;
	if (r > 0 || n < count)
		return img_fail(err, IMG_EDATA, b.fields.at,
				"%s blocks than the %" PRIu64 " of %" PRIu64 " pages, %" PRIu32
				" in each",
				r > 0 ? "more" : "fewer", count, pages, k->pages);
	if (k->total != IMG_UNKNOWN && k->total != sum)
		return img_fail(err, IMG_EDATA, k->at,
				"blocks of %" PRIu64
				" bytes in total, but their sizes sum up to %" PRIu64,
				k->total, sum);
	*stored = sum;
	return 0;
}
