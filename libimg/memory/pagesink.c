#include "libimg/memory/pagesink.h"

#include <inttypes.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/base/byteorder.h"
#include "libimg/base/copy.h"
#include "libimg/image/frame.h"
#include "libimg/msg/schema.h"
#include "libimg/msg/wire.h"

enum {
	FIELDS = 5,      /* of an entry, at most */
	PART = 16 << 10, /* of bytes that are read to be written */
};

struct img_pagesink {
	struct img_pagesink_how how;
	struct img_out *out;   /* the pages file */
	struct img_copy *copy; /* over its descriptor; NULL: the sink has none */
	struct img_buf map;    /* entries as they will be written */
	struct img_pagesink_entry entry;
	bool has_entry;
	uint64_t due;  /* bytes of it that have not been put yet */
	uint64_t done; /* bytes put */
	uint64_t at;   /* of the pages file */

	/* Blocks of the entry. */
	struct img_buf sizes; /* as they are written */
	uint64_t stored;      /* bytes of them in the pages file */
	bool aligned; /* they begin on a page boundary: the first one is pages as they are */
	bool packed;  /* there is another kind of block */
};

struct img_pagesink *img_pagesink_new(const struct img_pagesink_how *how, struct img_err *err)
{
	struct img_pagesink *s = img_calloc(1, sizeof(*s));

	if (s == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	s->how = *how;
	if (how->to->begin(how->to->arg, how->pages, &s->out, err) < 0) {
		img_free(s);
		return NULL;
	}
	if (s->out->fd < 0)
		return s;
	s->copy = img_copy_new(s->out->fd);
	if (s->copy == NULL) {
		img_fail_mem(err);
		img_pagesink_end(s, false, err);
		return NULL;
	}
	return s;
}

uint64_t img_pagesink_done(const struct img_pagesink *s)
{
	return s->done;
}

/* ---- entries ---- */

static uint8_t *put(uint8_t *p, uint32_t tag, uint64_t v)
{
	return img_put_varint(img_put_varint(p, (uint64_t)tag << 3 | IMG_VARINT), v);
}

/* The flags as they are written. */
static uint32_t flags_of(const struct img_pagesink *s)
{
	return s->entry.flags | (s->aligned ? IMG_PE_PAYLOAD_ALIGNED : 0);
}

/* The message of an entry in its form, but for blocks. Returns the byte after it. */
static uint8_t *encode(const struct img_pagesink *s, uint8_t *p)
{
	const struct img_pagesink_entry *e = &s->entry;
	bool bare =
		e->form & IMG_PE_NOFLAGS && !(flags_of(s) & (IMG_PE_LAZY | IMG_PE_PAYLOAD_ALIGNED));

	p = put(p, IMG_TAG_PAGEMAP_ENTRY__VADDR, e->addr);
	p = put(p, IMG_TAG_PAGEMAP_ENTRY__COMPAT_NR_PAGES, e->form & IMG_PE_NARROW ? e->pages : 0);
	if (bare && e->flags & IMG_PE_PARENT)
		p = put(p, IMG_TAG_PAGEMAP_ENTRY__IN_PARENT, 1);
	if (!bare)
		p = put(p, IMG_TAG_PAGEMAP_ENTRY__FLAGS, flags_of(s));
	if (e->form & IMG_PE_WIDE)
		p = put(p, IMG_TAG_PAGEMAP_ENTRY__NR_PAGES, e->pages);
	return p;
}

/* A message field: its tag and its length. */
static uint8_t *put_length(uint8_t *p, uint32_t tag, uint64_t n)
{
	return img_put_varint(img_put_varint(p, (uint64_t)tag << 3 | IMG_BYTES), n);
}

static void put_map_bytes(struct img_pagesink *s, const uint8_t *from, const uint8_t *to)
{
	img_buf_put(&s->map, from, (size_t)(to - from));
}

/* The entry with its blocks: the sizes stand between what comes before and after them. */
static int put_blocks(struct img_pagesink *s, const uint8_t *body, size_t n, struct img_err *err)
{
	uint8_t head[4 * IMG_VARINT_MAX], tail[4 * IMG_VARINT_MAX], outer[2 * IMG_VARINT_MAX];
	uint8_t *h = head, *t = tail, *o = outer, len[IMG_FRAME_PREFIX];
	uint64_t total;

	if (s->sizes.n > 0)
		h = put_length(h, IMG_TAG_PAGEMAP_BLOCKS__BLOCK_SIZES, s->sizes.n);
	t = put(t, IMG_TAG_PAGEMAP_BLOCKS__TOTAL_PAYLOAD_SIZE, s->stored);
	t = put(t, IMG_TAG_PAGEMAP_BLOCKS__PAGES_PER_BLOCK, s->entry.block);
	total = (uint64_t)(h - head) + s->sizes.n + (uint64_t)(t - tail);
	o = put_length(o, IMG_TAG_PAGEMAP_ENTRY__BLOCKS, total);
	total += n + (uint64_t)(o - outer);
	if (total > IMG_MAX_ENTRY)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"pages at 0x%" PRIx64 ": the sizes of their blocks take %" PRIu64
				" bytes (the limit is %" PRIu32 ")",
				s->entry.addr, total, IMG_MAX_ENTRY);
	img_set32(len, (uint32_t)total, s->how.big);
	put_map_bytes(s, len, len + sizeof(len));
	put_map_bytes(s, body, body + n);
	put_map_bytes(s, outer, o);
	put_map_bytes(s, head, h);
	img_buf_put(&s->map, s->sizes.p, s->sizes.n);
	put_map_bytes(s, tail, t);
	return 0;
}

/* The entry has all of its bytes: it becomes one of those held. */
static int close_entry(struct img_pagesink *s, struct img_err *err)
{
	uint8_t buf[IMG_FRAME_PREFIX + FIELDS * 2 * IMG_VARINT_MAX], *end;
	int r = 0;

	if (!s->has_entry)
		return 0;
	if (s->due > 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"pages at 0x%" PRIx64 ": %" PRIu64 " bytes of them are missing",
				s->entry.addr, s->due);
	if (s->entry.form & IMG_PE_NARROW && s->entry.pages > UINT32_MAX)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"%" PRIu64 " pages at 0x%" PRIx64
				" are more than compat_nr_pages can hold",
				s->entry.pages, s->entry.addr);
	end = encode(s, buf + IMG_FRAME_PREFIX);
	img_set32(buf, (uint32_t)(end - buf - IMG_FRAME_PREFIX), s->how.big);
	if (s->packed)
		r = put_blocks(s, buf + IMG_FRAME_PREFIX, (size_t)(end - buf - IMG_FRAME_PREFIX),
			       err);
	else
		img_buf_put(&s->map, buf, (size_t)(end - buf));
	s->has_entry = false;
	if (r == 0 && (s->map.failed || s->sizes.failed))
		r = img_fail_mem(err);
	return r;
}

int img_pagesink_entry(struct img_pagesink *s, const struct img_pagesink_entry *e,
		       struct img_err *err)
{
	if (close_entry(s, err) < 0)
		return -1;
	s->entry = *e;
	s->has_entry = true;
	s->entry.pages = 0;
	s->sizes.n = 0;
	s->stored = 0;
	s->aligned = s->packed = false;
	return img_pagesink_more(s, e->pages, err);
}

int img_pagesink_more(struct img_pagesink *s, uint64_t pages, struct img_err *err)
{
	s->entry.pages += pages;
	if (!(s->entry.flags & IMG_PE_PRESENT))
		return 0;
	if (s->due > 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"pages at 0x%" PRIx64 ": %" PRIu64 " bytes of them are missing",
				s->entry.addr, s->due);
	s->due = pages * s->how.page_size;
	return 0;
}

/* ---- bytes ---- */

/* The next n bytes belong to the entry. */
static int take(struct img_pagesink *s, uint64_t n, struct img_err *err)
{
	if (n > s->due)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"pages at 0x%" PRIx64 ": %" PRIu64 " bytes, %" PRIu64
				" are expected",
				s->entry.addr, n, s->due);
	s->due -= n;
	s->done += n;
	s->at += n;
	return 0;
}

/* It is the sink that reports what was wrong with its file, when it ends. */
static int broken(struct img_pagesink *s, struct img_err *err)
{
	if (err->kind == IMG_ESYS && err->file[0] == '\0')
		img_out_broken(s->out, err->errnum);
	return -1;
}

/* Through memory, where the sink is no file. */
static int read_piece(struct img_pagesink *s, struct img_chain *c, const struct img_piece *piece,
		      uint64_t skip, uint64_t n, struct img_err *err)
{
	uint8_t buf[PART];

	while (n > 0) {
		size_t part = n < sizeof(buf) ? (size_t)n : sizeof(buf);

		if (img_chain_read(c, piece, skip, buf, part, err) < 0)
			return -1;
		img_out_put(s->out, buf, part);
		skip += part;
		n -= part;
	}
	return 0;
}

int img_pagesink_piece(struct img_pagesink *s, struct img_chain *c, const struct img_piece *piece,
		       uint64_t skip, uint64_t n, struct img_err *err)
{
	if (take(s, n, err) < 0)
		return -1;
	if (s->copy == NULL)
		return read_piece(s, c, piece, skip, n, err);
	return img_chain_copy(c, piece, skip, n, s->copy, err) < 0 ? broken(s, err) : 0;
}

int img_pagesink_bytes(struct img_pagesink *s, const void *p, size_t n, struct img_err *err)
{
	if (take(s, n, err) < 0)
		return -1;
	err->file[0] = '\0';
	if (s->copy != NULL)
		return img_copy_bytes(s->copy, p, n, err) < 0 ? broken(s, err) : 0;
	img_out_put(s->out, p, n);
	return 0;
}

int img_pagesink_zeros(struct img_pagesink *s, uint64_t n, struct img_err *err)
{
	if (take(s, n, err) < 0)
		return -1;
	err->file[0] = '\0';
	if (s->copy != NULL)
		return img_copy_zeros(s->copy, n, err) < 0 ? broken(s, err) : 0;
	img_out_hole(s->out, n);
	return 0;
}

/* Pages as they are: the entry begins on a page boundary of the file if they come first. */
static int align(struct img_pagesink *s, struct img_err *err)
{
	uint64_t gap = s->at % s->how.page_size;

	s->aligned = true;
	if (gap == 0)
		return 0;
	gap = s->how.page_size - gap;
	s->at += gap;
	if (s->copy != NULL)
		return img_copy_zeros(s->copy, gap, err) < 0 ? broken(s, err) : 0;
	img_out_hole(s->out, gap);
	return 0;
}

int img_pagesink_block(struct img_pagesink *s, const void *p, size_t n, size_t plain,
		       struct img_err *err)
{
	uint8_t size[IMG_VARINT_MAX];
	uint64_t at = s->at;

	if (take(s, plain, err) < 0)
		return -1;
	s->at = at;
	err->file[0] = '\0';
	s->packed = s->packed || n != plain;
	img_buf_put(&s->sizes, size, (size_t)(img_put_varint(size, n) - size));
	if (s->sizes.failed)
		return img_fail_mem(err);
	if (n == 0)
		return 0;
	if (s->stored == 0 && n == plain && align(s, err) < 0)
		return -1;
	s->stored += n;
	s->at += n;
	if (s->copy != NULL)
		return img_copy_bytes(s->copy, p, n, err) < 0 ? broken(s, err) : 0;
	img_out_put(s->out, p, n);
	return 0;
}

/* ---- the end ---- */

/* All that was put is in the file. 0, or -1 with *err, where the sink knows nothing of it. */
static int finish(struct img_pagesink *s, struct img_err *err)
{
	if (close_entry(s, err) < 0)
		return -1;
	err->file[0] = '\0';
	if (s->copy != NULL && img_copy_finish(s->copy, err) < 0)
		return broken(s, err);
	return 0;
}

static int end_pages(struct img_pagesink *s, bool keep, struct img_err *err)
{
	const struct img_sink *to = s->how.to;
	int r = keep ? finish(s, err) : -1;
	struct img_err other;

	/* Where its file failed, it is the sink that can name it. */
	if (r == 0 || img_out_failed(s->out))
		return to->end(to->arg, true, err);
	to->end(to->arg, false, &other);
	return -1;
}

static int put_map(struct img_pagesink *s, struct img_err *err)
{
	const struct img_sink *to = s->how.to;
	struct img_out *out;

	if (to->begin(to->arg, s->how.pagemap, &out, err) < 0)
		return -1;
	img_out_put(out, s->how.head.p, s->how.head.n);
	img_out_put(out, s->map.p, s->map.n);
	return to->end(to->arg, true, err);
}

int img_pagesink_end(struct img_pagesink *s, bool keep, struct img_err *err)
{
	int r;

	if (s == NULL)
		return 0;
	r = end_pages(s, keep, err);
	if (keep && r == 0)
		r = put_map(s, err);
	img_copy_free(s->copy);
	img_buf_free(&s->map);
	img_buf_free(&s->sizes);
	img_free(s);
	return r;
}
