#include "libimg/image/writer.h"

#include <inttypes.h>

#include "libimg/base/alloc.h"
#include "libimg/base/byteorder.h"
#include "libimg/image/frame.h"
#include "libimg/msg/canon.h"

struct img_writer {
	struct img_out *out;
	struct img_head head;
	uint64_t count;                /* entries begun */
	const struct img_extra *extra; /* of the last entry, NULL: none */
	uint64_t total, left;          /* of its payload: bytes or records, or IMG_UNKNOWN */
	unsigned pad;                  /* bytes of padding still to be written */
};

static const uint8_t zeros[8];

static void put_word(struct img_writer *wr, uint32_t v)
{
	uint8_t w[4];

	img_set32(w, v, wr->head.big);
	img_out_put(wr->out, w, sizeof(w));
}

struct img_writer *img_writer_open(struct img_out *out, const struct img_head *head,
				   struct img_err *err)
{
	struct img_writer *wr = img_calloc(1, sizeof(*wr));

	if (wr == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	wr->out = out;
	wr->head = *head;
	if (head->framing == IMG_V1_1)
		put_word(wr, head->type->head);
	if (head->framing != IMG_NONE)
		put_word(wr, head->type == &img_type_unknown ? head->magic : head->type->magic);
	return wr;
}

void img_writer_free(struct img_writer *wr)
{
	img_free(wr);
}

const struct img_msg *img_writer_msg(const struct img_writer *wr, const struct img_extra **extra)
{
	return img_type_entry(wr->head.type, wr->count, extra);
}

uint64_t img_writer_count(const struct img_writer *wr)
{
	return wr->count;
}

uint64_t img_writer_payload_left(const struct img_writer *wr)
{
	return wr->extra != NULL ? wr->left : 0;
}

bool img_writer_has_payload(const struct img_writer *wr)
{
	return wr->extra != NULL;
}

static int refuse(struct img_err *err, const struct img_writer *wr, const char *what)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "entry %" PRIu64 ": %s", wr->count - 1, what);
}

/* Pad the payload of the last entry. Fails if the payload is incomplete. */
static int finish(struct img_writer *wr, struct img_err *err)
{
	if (wr->extra != NULL && wr->left != 0 && wr->left != IMG_UNKNOWN)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"payload of entry %" PRIu64 " has %" PRIu64
				" %s (the entry says %" PRIu64 ")",
				wr->count - 1, wr->total - wr->left,
				wr->extra->shape == IMG_RECORDS ? "messages" : "bytes", wr->total);
	img_out_put(wr->out, zeros, wr->pad);
	wr->pad = 0;
	return 0;
}

int img_writer_entry(struct img_writer *wr, const void *body, size_t n, struct img_err *err)
{
	const struct img_extra *extra;
	const struct img_msg *m = img_writer_msg(wr, &extra);
	struct img_extra_size size = { 0 };
	struct img_scan scan;
	const uint8_t *bad;
	const char *why, *key = NULL;

	if (wr->head.framing == IMG_NONE)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a raw image has no entries");
	if (finish(wr, err) < 0)
		return -1;
	if (wr->left == IMG_UNKNOWN)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"no entry can follow entry %" PRIu64
				": its payload is the rest of the file",
				wr->count - 1);
	if (n > IMG_MAX_ENTRY)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"entry %" PRIu64 " has %zu bytes (the limit is %" PRIu32 ")",
				wr->count, n, IMG_MAX_ENTRY);
	if (extra != NULL) {
		why = img_msg_scan(m, body, n, &scan, &bad, &key);
		if (why != NULL) {
			img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s", why);
			return key != NULL ? img_err_under(err, key, -1) : -1;
		}
		img_extra_measure(extra, body, n, &size);
	}
	put_word(wr, (uint32_t)n);
	img_out_put(wr->out, body, n);
	wr->count++;
	wr->extra = size.none ? NULL : extra;
	wr->total = size.len[0] + size.len[1];
	if (wr->extra != NULL && extra->shape == IMG_REST)
		wr->total = IMG_UNKNOWN;
	wr->left = wr->extra != NULL ? wr->total : 0;
	wr->pad = wr->extra != NULL ? size.pad : 0;
	return 0;
}

int img_writer_data(struct img_writer *wr, const void *p, size_t n, struct img_err *err)
{
	bool raw = wr->head.framing == IMG_NONE;

	if (!raw && wr->extra == NULL && n > 0)
		return refuse(err, wr, "payload given, but the entry has none");
	if (!raw && wr->left != IMG_UNKNOWN) {
		if (n > wr->left)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"payload of entry %" PRIu64 " is longer than the %" PRIu64
					" bytes that the entry states",
					wr->count - 1, wr->total);
		wr->left -= n;
	}
	img_out_put(wr->out, p, n);
	return 0;
}

int img_writer_pad(struct img_writer *wr, const void *p, size_t n, struct img_err *err)
{
	if (wr->extra == NULL || wr->left != 0 || wr->pad != n)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"entry %" PRIu64 ": %zu bytes of padding (expected %u)",
				wr->count - 1, n, wr->pad);
	img_out_put(wr->out, p, n);
	wr->pad = 0;
	return 0;
}

int img_writer_record(struct img_writer *wr, struct img_span body, struct img_span run,
		      const struct img_span *pad, struct img_err *err)
{
	const struct img_extra *x = wr->extra;
	uint64_t len;
	unsigned want;

	if (x == NULL || x->shape != IMG_RECORDS || wr->left == 0)
		return refuse(err, wr, "more messages than the entry says");
	len = img_extra_record_len(x, body.p, body.n);
	if (len != run.n)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"text of message %" PRIu64
				" has %zu bytes (the message says %" PRIu64 ")",
				wr->total - wr->left, run.n, len);
	want = img_extra_pad(x, len);
	if (pad != NULL && pad->n != want)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"message %" PRIu64 ": %zu bytes of padding (expected %u)",
				wr->total - wr->left, pad->n, want);
	put_word(wr, (uint32_t)body.n);
	img_out_put(wr->out, body.p, body.n);
	img_out_put(wr->out, run.p, run.n);
	img_out_put(wr->out, pad != NULL ? pad->p : zeros, want);
	wr->left--;
	return 0;
}

int img_writer_end(struct img_writer *wr, struct img_err *err)
{
	return finish(wr, err);
}
