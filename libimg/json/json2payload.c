#include "libimg/json/json2payload.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/json/json2msg.h"
#include "libimg/json/json2value.h"

/* One record: its parts as ranges of img_payload.data. */
struct record {
	size_t body, body_n, run, run_n, pad, pad_n;
	bool padded;
};

void img_payload_reset(struct img_payload *p)
{
	p->seen = p->pad_seen = p->queues = false;
	p->data.n = p->pad.n = p->records.n = 0;
}

void img_payload_free(struct img_payload *p)
{
	img_buf_free(&p->data);
	img_buf_free(&p->pad);
	img_buf_free(&p->records);
}

static int numbers(struct img_payload *p, struct img_jr *jr, bool big, struct img_err *err)
{
	struct jr_tok t;
	uint64_t v;
	uint8_t w[2];

	for (int64_t i = 0;; i++) {
		if (img_jr_next(jr, &t, err) < 0)
			return -1;
		if (t.type == JR_ARR_END)
			return 0;
		if (img_json_uint(jr, &t, UINT16_MAX, &v, err) < 0)
			return img_err_under(err, "extra", i);
		img_set16(w, (uint16_t)v, big);
		img_buf_put(&p->data, w, sizeof(w));
	}
}

struct record_keys {
	struct img_jr *jr;
	struct img_buf pad;
	bool padded;
};

static int record_key(void *arg, const struct jr_tok *key, struct img_err *err)
{
	struct record_keys *k = arg;
	struct jr_tok t;

	if (!jr_is(key, "@pad") || k->padded)
		return 0;
	k->padded = true;
	if (img_jr_next(k->jr, &t, err) < 0 || img_json_bytes(k->jr, &t, true, &k->pad, err) < 0)
		return -1;
	return 1;
}

/* Read a message, its opening token read, and the text after it. */
static int record(struct img_payload *p, struct img_jr *jr, const struct img_msg *m, int64_t i,
		  struct img_err *err)
{
	struct record_keys keys = { .jr = jr };
	struct record r = { .body = p->data.n };
	struct jr_tok t;
	int done = img_json2msg(jr, m, &p->data, record_key, &keys, err);

	r.body_n = p->data.n - r.body;
	r.pad = p->data.n;
	r.pad_n = keys.pad.n;
	r.padded = keys.padded;
	img_buf_put(&p->data, keys.pad.p, keys.pad.n);
	img_buf_free(&keys.pad);
	if (done < 0)
		return img_err_under(err, "extra", i);
	r.run = p->data.n;
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (img_json_bytes(jr, &t, true, &p->data, err) < 0)
		return img_err_under(err, "extra", i + 1);
	r.run_n = p->data.n - r.run;
	img_buf_put(&p->records, &r, sizeof(r));
	return 0;
}

/* Read messages and texts in turn. */
static int records(struct img_payload *p, struct img_jr *jr, const struct img_msg *m,
		   struct img_err *err)
{
	struct jr_tok t;

	for (int64_t i = 0;; i += 2) {
		if (img_jr_next(jr, &t, err) < 0)
			return -1;
		if (t.type == JR_ARR_END)
			return 0;
		if (t.type != JR_OBJ) {
			img_jr_expected(jr, &t, "an object", err);
			return img_err_under(err, "extra", i);
		}
		if (record(p, jr, m, i, err) < 0)
			return -1;
	}
}

/* Read {"inq": ..., "outq": ...} in either order into q[0] and q[1]. */
static int two_queues(struct img_jr *jr, struct img_buf q[2], struct img_err *err)
{
	static const char *const names[] = { "inq", "outq" };
	bool seen[2] = { false, false };
	struct jr_tok t;

	for (;;) {
		int i;

		if (img_jr_next(jr, &t, err) < 0)
			return -1;
		if (t.type == JR_OBJ_END)
			return 0;
		for (i = 0; i < 2; i++)
			if (jr_is(&t, names[i]))
				break;
		if (i == 2 || seen[i])
			return img_jr_fail(jr, err, "expected the keys inq and outq, each once");
		seen[i] = true;
		if (img_jr_next(jr, &t, err) < 0)
			return -1;
		if (img_json_bytes(jr, &t, true, &q[i], err) < 0)
			return img_err_under(err, names[i], -1);
	}
}

static int queues(struct img_payload *p, struct img_jr *jr, struct img_err *err)
{
	struct img_buf q[2] = { { 0 }, { 0 } };
	int r = two_queues(jr, q, err);

	p->queues = true;
	p->first = q[0].n;
	for (int i = 0; i < 2; i++) {
		img_buf_put(&p->data, q[i].p, q[i].n);
		img_buf_free(&q[i]);
	}
	return r < 0 ? img_err_under(err, "extra", -1) : 0;
}

static int bytes(struct img_payload *p, struct img_jr *jr, const struct img_extra *x,
		 const struct jr_tok *t, struct img_err *err)
{
	int r;

	if (x != NULL && (x->shape == IMG_RECORDS || x->shape == IMG_NUMBERS))
		r = img_jr_expected(jr, t, "a list", err);
	else if (t->type != JR_STR)
		r = img_jr_expected(jr, t, "base64 in a string", err);
	else
		r = img_json_bytes(jr, t, true, &p->data, err);
	return r < 0 ? img_err_under(err, "extra", -1) : 0;
}

int img_payload_extra(struct img_payload *p, struct img_jr *jr, const struct img_extra *x, bool big,
		      struct img_err *err)
{
	struct jr_tok t;
	int r;

	if (p->seen)
		return img_jr_fail(jr, err, "extra: key appears twice");
	p->seen = true;
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (t.type == JR_ARR && x != NULL && x->shape == IMG_NUMBERS)
		r = numbers(p, jr, big, err);
	else if (t.type == JR_ARR && x != NULL && x->shape == IMG_RECORDS)
		r = records(p, jr, x->record, err);
	else if (t.type == JR_OBJ && x != NULL && x->shape == IMG_QUEUES)
		r = queues(p, jr, err);
	else
		r = bytes(p, jr, x, &t, err);
	if (r == 0 && (p->data.failed || p->records.failed))
		return img_fail_mem(err);
	return r;
}

int img_payload_pad(struct img_payload *p, struct img_jr *jr, struct img_err *err)
{
	struct jr_tok t;

	if (p->pad_seen)
		return img_jr_fail(jr, err, "@pad: key appears twice");
	p->pad_seen = true;
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (img_json_bytes(jr, &t, true, &p->pad, err) < 0)
		return img_err_under(err, "@pad", -1);
	return 0;
}

static int write_records(const struct img_payload *p, struct img_writer *wr, struct img_err *err)
{
	const struct record *r = (const struct record *)(const void *)p->records.p;
	size_t n = p->records.n / sizeof(*r);
	const uint8_t *d = p->data.p;

	for (size_t i = 0; i < n; i++) {
		struct img_span body = { d + r[i].body, r[i].body_n, 0 };
		struct img_span run = { d + r[i].run, r[i].run_n, 0 };
		struct img_span pad = { d + r[i].pad, r[i].pad_n, 0 };

		if (img_writer_record(wr, body, run, r[i].padded ? &pad : NULL, err) < 0)
			return -1;
	}
	return 0;
}

/* Bytes must not move from one queue to the other. */
static int check_queues(const struct img_payload *p, const struct img_extra *x, const void *msg,
			size_t n, struct img_err *err)
{
	struct img_extra_size size;

	img_extra_measure(x, msg, n, &size);
	if (p->first == size.len[0])
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "%zu bytes (the entry says %" PRIu64 ")", p->first,
		 size.len[0]);
	img_err_under(err, "inq", -1);
	return img_err_under(err, "extra", -1);
}

int img_payload_write(const struct img_payload *p, const struct img_extra *x, const void *msg,
		      size_t n, struct img_writer *wr, struct img_err *err)
{
	if (p->queues && check_queues(p, x, msg, n, err) < 0)
		return -1;
	if (p->records.n > 0) {
		if (write_records(p, wr, err) < 0)
			return -1;
	} else if (p->data.n > 0 && img_writer_data(wr, p->data.p, p->data.n, err) < 0) {
		return -1;
	}
	return p->pad_seen ? img_writer_pad(wr, p->pad.p, p->pad.n, err) : 0;
}
