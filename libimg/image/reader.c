#include "libimg/image/reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/byteorder.h"
#include "libimg/image/foreign.h"
#include "libimg/image/frame.h"
#include "libimg/msg/canon.h"

struct img_reader {
	struct img_in *in;
	struct img_head head;
	uint64_t index; /* index of the next entry */
	uint64_t entry_off;
	size_t eat; /* bytes handed out but not yet consumed from `in` */
	bool raw_done;

	/* The payload of the current entry. */
	const struct img_extra *extra;
	struct img_extra_size size;
	unsigned part;    /* runs begun, of the shapes that have at most two */
	uint64_t records; /* RECORDS still to come */
	uint64_t left;    /* bytes left in the current run, or IMG_UNKNOWN */
	uint64_t got;     /* bytes of the current run read */
	unsigned pad;     /* padding after it */
};

static const char *base_name(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash != NULL ? slash + 1 : name;
}

static int no_magic(const uint8_t *p, size_t have, struct img_err *err)
{
	const char *what = img_foreign(p, have);
	uint32_t word;

	if (have < 4)
		return img_fail(err, IMG_EDATA, 0, "magic truncated (need 4 bytes, have %zu)",
				have);
	word = img_le32(p);
	if (memcmp(p, "{\"", 2) == 0 || memcmp(p, "{\n", 2) == 0)
		what = "JSON";
	if (word == IMG_KDAT)
		return img_fail(err, IMG_EDATA, 0,
				"not an image but CRIU's kernel feature cache (criu.kdat)");
	if (what != NULL)
		return img_fail(err, IMG_EDATA, 0, "not a CRIU image but %s", what);
	return img_fail(err, IMG_EDATA, 0, "not a CRIU image: no known magic (0x%08" PRIx32 ")",
			word);
}

/* ---- types that are in no row ---- */

/* Bytes of a pipe that are held to see whether all of it parses: 16 MiB. */
#define AHEAD ((size_t)16 << 20)

/* Is all of it entries, each a message? 1, 0, or -1 with *err. */
static int parses(void *arg, struct img_in *in, struct img_err *err)
{
	const struct img_head *head = arg;
	struct img_span body;
	struct img_scan scan;
	const uint8_t *bad;
	const char *key;
	int r = img_in_need(in, 8, err);

	img_in_eat(in, 8);
	for (uint64_t i = 0; r >= 0; i++) {
		r = img_frame_next(in, "entry", i, head->big, &body, err);
		if (r == 0)
			return 1;
		if (r > 0 &&
		    img_msg_scan(img_type_unknown.entry, body.p, body.n, &scan, &bad, &key) != NULL)
			return 0;
		if (r > 0)
			img_in_eat(in, body.n);
	}
	return err->kind == IMG_ESYS ? -1 : 0;
}

/* 1: its entries can be shown; 0: they cannot; -1 with *err. */
static int unknown_head(struct img_in *in, uint32_t magic, struct img_head *head,
			struct img_err *err)
{
	int r = img_in_try(in, AHEAD, parses, head, err);

	if (r > 0) {
		head->type = &img_type_unknown;
		head->magic = magic;
	}
	return r;
}

const char *img_head_name(const struct img_head *h, char buf[IMG_HEAD_NAME])
{
	if (h->type != &img_type_unknown)
		return h->type->name;
	snprintf(buf, IMG_HEAD_NAME, "0x%08" PRIx32, h->magic);
	return buf;
}

/* ---- the head ---- */

/* The two words of an image since CRIU 1.6, `first` being the head magic. 1, 0: raw, -1. */
static int typed_head(struct img_in *in, uint32_t first, bool named, struct img_head *head,
		      struct img_err *err)
{
	uint32_t magic;
	int r;

	if (img_in_need(in, 8, err) < 0)
		return -1;
	if (img_in_avail(in) < 8)
		return img_fail(err, IMG_EDATA, 4, "magic truncated (need 4 bytes, have %zu)",
				img_in_avail(in) - 4);
	magic = img_get32(img_in_ptr(in) + 4, head->big);
	head->type = img_type_by_magic(magic);
	if (head->type == NULL) {
		if (named)
			return img_fail(err, IMG_EDATA, 4,
					"unknown image type (magic 0x%08" PRIx32 ")", magic);
		r = first == IMG_COMMON ? unknown_head(in, magic, head, err) : 0;
		if (r <= 0)
			return r;
	}
	if (head->type->head != first)
		return img_fail(err, IMG_EDATA, 0,
				"head magic 0x%08" PRIx32
				" does not match type %s (expected 0x%08" PRIx32 ")",
				first, head->type->name,
				head->type->head ? head->type->head : head->type->magic);
	head->framing = IMG_V1_1;
	img_in_eat(in, 8);
	return 1;
}

/* By what it begins with. 1, 0: it is raw, -1 with *err. `named`: its name is of a type. */
static int magic_head(struct img_in *in, bool named, struct img_head *head, struct img_err *err)
{
	for (int big = 0; big < 2 && img_in_avail(in) >= 4; big++) {
		uint32_t word = img_get32(img_in_ptr(in), big);

		head->big = big;
		if (word == IMG_COMMON || word == IMG_SERVICE)
			return typed_head(in, word, named, head, err);
		head->type = img_type_by_magic(word);
		if (head->type != NULL) {
			head->framing = IMG_V1_0;
			img_in_eat(in, 4);
			return 1;
		}
	}
	return no_magic(img_in_ptr(in), img_in_avail(in), err);
}

static int read_head(struct img_in *in, const char *name, unsigned flags, struct img_head *head,
		     struct img_err *err)
{
	static const struct img_head raw = { .type = &img_type_raw, .framing = IMG_NONE };
	const struct img_type *named =
		name != NULL ? img_type_by_file(base_name(name), NULL) : NULL;
	int r;

	*head = raw;
	if (flags & IMG_AS_RAW)
		return 0;
	if (img_in_need(in, 4, err) < 0)
		return -1;
	if (img_in_avail(in) == 0 && !img_in_is_mem(in) && (name == NULL || !img_in_is_file(in)))
		return img_fail(err, IMG_EDATA, 0,
				"empty input, which is no image (--raw takes it)");
	if (img_in_avail(in) == 0 || (named != NULL && named->magic == 0))
		return 0;
	r = magic_head(in, named != NULL, head, err);
	if (r < 0 && (err->kind != IMG_EDATA || named != NULL || !(flags & IMG_IN_DIR)))
		return -1;
	if (r <= 0)
		*head = raw;
	return 0;
}

struct img_reader *img_reader_open(struct img_in *in, const char *name, unsigned flags,
				   struct img_err *err)
{
	struct img_reader *rd = img_calloc(1, sizeof(*rd));

	if (rd == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	rd->in = in;
	if (read_head(in, name, flags, &rd->head, err) < 0) {
		img_reader_close(rd);
		return NULL;
	}
	return rd;
}

void img_reader_close(struct img_reader *rd)
{
	img_free(rd);
}

const struct img_head *img_reader_head(const struct img_reader *rd)
{
	return &rd->head;
}

/* Consume what was handed out last. */
static void settle(struct img_reader *rd)
{
	img_in_eat(rd->in, rd->eat);
	rd->eat = 0;
}

static void begin_payload(struct img_reader *rd, const struct img_extra *extra)
{
	rd->extra = extra;
	rd->part = 0;
	rd->records = extra != NULL && extra->shape == IMG_RECORDS ? rd->size.len[0] : 0;
	rd->left = rd->got = 0;
	rd->pad = 0;
}

static const struct img_extra raw_extra = { .shape = IMG_REST };

static int next_raw(struct img_reader *rd, struct img_entry *e)
{
	if (rd->raw_done)
		return 0;
	rd->raw_done = true;
	memset(e, 0, sizeof(*e));
	e->extra = &raw_extra;
	begin_payload(rd, &raw_extra);
	return 1;
}

int img_reader_next(struct img_reader *rd, struct img_entry *e, struct img_err *err)
{
	const struct img_extra *extra;
	struct img_scan scan;
	const uint8_t *bad;
	const char *why, *key = NULL;
	uint64_t skipped;
	int r;

	if (rd->extra != NULL && img_reader_skip(rd, &skipped, err) < 0)
		return -1;
	settle(rd);
	if (rd->head.framing == IMG_NONE)
		return next_raw(rd, e);
	rd->entry_off = img_in_off(rd->in);
	r = img_frame_next(rd->in, "entry", rd->index, rd->head.big, &e->body, err);
	if (r <= 0)
		return r;
	rd->eat = e->body.n;
	e->index = rd->index++;
	e->msg = img_type_entry(rd->head.type, e->index, &extra);
	memset(&rd->size, 0, sizeof(rd->size));
	if (extra != NULL) {
		why = img_msg_scan(e->msg, e->body.p, e->body.n, &scan, &bad, &key);
		if (why != NULL) {
			img_fail(err, IMG_EDATA, e->body.off + (uint64_t)(bad - e->body.p), "%s",
				 why);
			if (key != NULL)
				img_err_under(err, key, -1);
			return img_err_under(err, "entries", (int64_t)e->index);
		}
		img_extra_measure(extra, e->body.p, e->body.n, &rd->size);
		if (rd->size.none)
			extra = NULL;
	}
	begin_payload(rd, extra);
	e->extra = extra;
	e->size = rd->size;
	return 1;
}

static int next_record(struct img_reader *rd, struct img_part *part, struct img_err *err)
{
	uint64_t n = rd->size.len[0] - rd->records, len;
	struct img_scan scan;
	const uint8_t *bad;
	const char *why, *key = NULL;
	uint64_t off = img_in_off(rd->in);
	int r = img_frame_next(rd->in, "message", n, rd->head.big, &part->body, err);

	if (r == 0)
		return img_fail(err, IMG_EDATA, off,
				"payload of entry %" PRIu64 " truncated (need %" PRIu64
				" messages, have %" PRIu64 ")",
				rd->index - 1, rd->size.len[0], n);
	if (r < 0)
		return -1;
	part->msg = rd->extra->record;
	why = img_msg_scan(part->msg, part->body.p, part->body.n, &scan, &bad, &key);
	if (why != NULL) {
		img_fail(err, IMG_EDATA, part->body.off + (uint64_t)(bad - part->body.p), "%s",
			 why);
		if (key != NULL)
			img_err_under(err, key, -1);
		img_err_under(err, "extra", (int64_t)n);
		return img_err_under(err, "entries", (int64_t)rd->index - 1);
	}
	len = img_extra_record_len(rd->extra, part->body.p, part->body.n);
	rd->eat = part->body.n;
	rd->records--;
	rd->left = len;
	rd->pad = img_extra_pad(rd->extra, len);
	return 1;
}

static int short_payload(struct img_reader *rd, uint64_t off, uint64_t need, uint64_t have,
			 struct img_err *err)
{
	return img_fail(err, IMG_EDATA, off,
			"payload of entry %" PRIu64 " truncated (need %" PRIu64
			" bytes, have %" PRIu64 ")",
			rd->index - 1, need, have);
}

/* Skip the rest of the current run. */
static int skip_run(struct img_reader *rd, uint64_t *n, struct img_err *err)
{
	uint64_t off, done, want = rd->left;
	struct img_span pad;

	settle(rd);
	off = img_in_off(rd->in);
	if (img_in_skip(rd->in, want, &done, err) < 0)
		return -1;
	if (want != IMG_UNKNOWN && done < want)
		return short_payload(rd, off - rd->got, rd->got + want, rd->got + done, err);
	*n += done + rd->pad;
	rd->left = 0;
	return img_reader_pad(rd, &pad, err);
}

int img_reader_part(struct img_reader *rd, struct img_part *part, struct img_err *err)
{
	const struct img_extra *x = rd->extra;
	unsigned runs = x == NULL ? 0 : x->shape == IMG_QUEUES ? 2 : 1;
	uint64_t skipped = 0;

	if (skip_run(rd, &skipped, err) < 0)
		return -1;
	settle(rd); /* the padding */
	memset(part, 0, sizeof(*part));
	rd->got = 0;
	if (x != NULL && x->shape == IMG_RECORDS) {
		if (rd->records == 0)
			return 0;
		if (next_record(rd, part, err) < 0)
			return -1;
	} else {
		if (rd->part == runs)
			return 0;
		rd->left = x->shape == IMG_REST ? IMG_UNKNOWN : rd->size.len[rd->part];
		rd->part++;
		rd->pad = rd->part == runs ? rd->size.pad : 0;
	}
	part->len = rd->left;
	part->pad = rd->pad;
	return 1;
}

int img_reader_data(struct img_reader *rd, size_t want, struct img_span *data, struct img_err *err)
{
	size_t n = rd->left < want ? (size_t)rd->left : want;

	settle(rd);
	if (n == 0)
		return 0;
	if (img_in_need(rd->in, n, err) < 0)
		return -1;
	data->p = img_in_ptr(rd->in);
	data->off = img_in_off(rd->in);
	data->n = img_in_avail(rd->in) < n ? img_in_avail(rd->in) : n;
	if (rd->left == IMG_UNKNOWN) {
		rd->eat = data->n;
		rd->got += data->n;
		return data->n > 0;
	}
	if (data->n < n)
		return short_payload(rd, data->off - rd->got, rd->got + rd->left, rd->got + data->n,
				     err);
	rd->eat = n;
	rd->left -= n;
	rd->got += n;
	return 1;
}

int img_reader_whole(struct img_reader *rd, struct img_span *all, struct img_err *err)
{
	/* Lengths of records have 32 bits: this overflows a size_t on 32-bit machines only. */
	uint64_t want = rd->left + rd->pad;
	size_t n = want < SIZE_MAX ? (size_t)want : SIZE_MAX;

	settle(rd);
	if (img_in_need(rd->in, n, err) < 0)
		return -1;
	all->p = img_in_ptr(rd->in);
	all->n = n;
	all->off = img_in_off(rd->in);
	if (img_in_avail(rd->in) < n)
		return short_payload(rd, all->off, want, img_in_avail(rd->in), err);
	rd->eat = n;
	rd->left = 0;
	rd->pad = 0;
	return 0;
}

int img_reader_ahead(struct img_reader *rd, size_t n, size_t *have, struct img_err *err)
{
	settle(rd);
	if (img_in_need(rd->in, n, err) < 0)
		return -1;
	*have = img_in_avail(rd->in) < n ? img_in_avail(rd->in) : n;
	return 0;
}

int img_reader_pad(struct img_reader *rd, struct img_span *pad, struct img_err *err)
{
	settle(rd);
	if (img_in_need(rd->in, rd->pad, err) < 0)
		return -1;
	if (img_in_avail(rd->in) < rd->pad)
		return img_fail(err, IMG_EDATA, img_in_off(rd->in),
				"padding of entry %" PRIu64 " truncated (need %u bytes, have %zu)",
				rd->index - 1, rd->pad, img_in_avail(rd->in));
	pad->p = img_in_ptr(rd->in);
	pad->n = rd->pad;
	pad->off = img_in_off(rd->in);
	rd->eat = rd->pad;
	rd->pad = 0;
	return 0;
}

int img_reader_skip(struct img_reader *rd, uint64_t *n, struct img_err *err)
{
	struct img_part part;
	int r;

	*n = 0;
	do {
		if (skip_run(rd, n, err) < 0)
			return -1;
		r = img_reader_part(rd, &part, err);
		if (r > 0 && part.msg != NULL)
			*n += IMG_FRAME_PREFIX + part.body.n;
	} while (r > 0);
	rd->extra = NULL;
	return r;
}
