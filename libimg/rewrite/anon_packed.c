#include "libimg/rewrite/anon_packed.h"

#include <string.h>

#include "libimg/msg/criu.h"
#include "libimg/msg/schema.h"
#include "libimg/msg/wire.h"

/* pagemap_entry, as memory/pageentry.c reads it. */
enum {
	FLAGS = IMG_TAG_PAGEMAP_ENTRY__FLAGS,
	BLOCKS = IMG_TAG_PAGEMAP_ENTRY__BLOCKS,
	TOTAL = IMG_TAG_PAGEMAP_ENTRY__TOTAL_COMPRESSED_SIZE,
	REGION = IMG_TAG_PAGEMAP_ENTRY__REGION_PAGES,
	LAST = REGION,
};

struct form {
	uint64_t v[LAST + 1]; /* numbers, by field */
	bool has[LAST + 1];
	struct img_span list; /* field 6 */
	bool message;         /* field 6 is one */
	uint64_t per_block, padded;
};

const struct img_anon_blocks *img_anon_blocks_of(const struct img_buf *b, const char *image,
						 uint64_t entry, const struct img_anon_blocks **end)
{
	const struct img_anon_blocks *all = (const struct img_anon_blocks *)(const void *)b->p;
	size_t n = b->n / sizeof(*all), i = 0, k = n;

	while (i < k) {
		size_t mid = i + (k - i) / 2;
		int r = strcmp(all[mid].image, image);

		if (r < 0 || (r == 0 && all[mid].entry < entry))
			i = mid + 1;
		else
			k = mid;
	}
	while (k < n && all[k].entry == entry && strcmp(all[k].image, image) == 0)
		k++;
	*end = all != NULL ? all + k : NULL;
	return all != NULL ? all + i : NULL;
}

static void read_blocks(struct form *f)
{
	struct img_wire w = { f->list.p, f->list.p + f->list.n };
	struct img_wfield v;

	while (w.p < w.end && img_wire_next(&w, &v) == NULL) {
		if (v.tag == IMG_TAG_PAGEMAP_BLOCKS__PAGES_PER_BLOCK)
			f->per_block = v.v;
		if (v.tag == IMG_TAG_PAGEMAP_BLOCKS__PAYLOAD_PADDED)
			f->padded = v.v;
	}
}

/* False: its pages are plain. What is damaged img_visit() reports. */
static bool read_form(struct img_span body, struct form *f)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield v;

	memset(f, 0, sizeof(*f));
	while (w.p < w.end && img_wire_next(&w, &v) == NULL) {
		if (v.tag > LAST)
			continue;
		f->has[v.tag] = true;
		f->v[v.tag] = v.v;
		if (v.tag == BLOCKS && v.wt == IMG_BYTES) {
			f->list = (struct img_span){ v.p, v.n, 0 };
			f->message = true;
		}
	}
	if (w.p < w.end || (!f->has[BLOCKS] && !f->has[TOTAL] && !f->has[REGION]))
		return false;
	if (!f->message || f->has[TOTAL] || f->has[REGION]) {
		f->message = false;
		f->per_block = f->v[REGION] != 0 ? f->v[REGION] : 1;
	} else {
		read_blocks(f);
	}
	return f->per_block != 0;
}

static void put_number(struct img_buf *out, uint32_t tag, uint64_t v)
{
	uint8_t b[IMG_TAG_MAX + IMG_VARINT_MAX];
	uint8_t *end = img_put_varint(b, (uint64_t)tag << 3 | IMG_VARINT);

	img_buf_put(out, b, (size_t)(img_put_varint(end, v) - b));
}

static void put_bytes(struct img_buf *out, uint32_t tag, const struct img_buf *v)
{
	uint8_t b[IMG_TAG_MAX + IMG_VARINT_MAX];
	uint8_t *end = img_put_varint(b, (uint64_t)tag << 3 | IMG_BYTES);

	img_buf_put(out, b, (size_t)(img_put_varint(end, v->n) - b));
	img_buf_put(out, v->p, v->n);
	out->failed = out->failed || v->failed;
}

/* All fields but those that say how the pages are compressed. */
static void put_others(struct img_span body, bool stored, struct img_buf *out)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield v;

	while (w.p < w.end && img_wire_next(&w, &v) == NULL) {
		/* Its bytes are aligned where the first block that is stored is plain. */
		if (v.tag == FLAGS)
			put_number(out, FLAGS,
				   (v.v & ~(uint64_t)IMG_PE_PAYLOAD_ALIGNED) |
					   (stored ? IMG_PE_PAYLOAD_ALIGNED : 0));
		else if (v.tag != BLOCKS && v.tag != TOTAL && v.tag != REGION)
			img_buf_put(out, v.at, (size_t)(w.p - v.at));
	}
}

int img_anon_packed(const struct img_buf *blocks, const char *image, const struct img_entry *e,
		    struct img_buf *out, struct img_err *err)
{
	const struct img_anon_blocks *b, *end;
	struct img_buf sizes = { 0 }, message = { 0 };
	uint64_t pages, total = 0;
	struct form f;

	if (!read_form(e->body, &f))
		return 0;
	pages = f.has[IMG_TAG_PAGEMAP_ENTRY__NR_PAGES]
			? f.v[IMG_TAG_PAGEMAP_ENTRY__NR_PAGES]
			: (uint32_t)f.v[IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES];
	b = img_anon_blocks_of(blocks, image, e->index, &end);
	put_others(e->body, b < end, out);
	/* No more than the entry had: at least a byte for each. */
	for (uint64_t i = 0; i < pages / f.per_block + (pages % f.per_block != 0); i++) {
		uint8_t v[IMG_VARINT_MAX];
		uint64_t size = b < end && b->index == i ? (b++)->size : 0;

		if (i > e->body.n)
			break;
		total += size;
		img_buf_put(&sizes, v, (size_t)(img_put_varint(v, size) - v));
	}
	if (f.message) {
		put_bytes(&message, IMG_TAG_PAGEMAP_BLOCKS__BLOCK_SIZES, &sizes);
		put_number(&message, IMG_TAG_PAGEMAP_BLOCKS__TOTAL_PAYLOAD_SIZE, total);
		put_number(&message, IMG_TAG_PAGEMAP_BLOCKS__PAGES_PER_BLOCK, f.per_block);
		if (f.padded)
			put_number(&message, IMG_TAG_PAGEMAP_BLOCKS__PAYLOAD_PADDED, 1);
		put_bytes(out, BLOCKS, &message);
	} else {
		put_bytes(out, BLOCKS, &sizes);
		put_number(out, TOTAL, total);
		if (f.has[REGION])
			put_number(out, REGION, f.v[REGION]);
	}
	img_buf_free(&sizes);
	img_buf_free(&message);
	return out->failed ? img_fail_mem(err) : 1;
}
