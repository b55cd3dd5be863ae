#include "libimg/encode.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/jr.h"
#include "libimg/json2msg.h"
#include "libimg/utf8.h"
#include "libimg/word.h"
#include "libimg/writer.h"

/*
 * What stands beside an entry: of a header, a tag, a continuation. Filled in whatever
 * order the keys come.
 */
struct envelope {
	unsigned seen;      /* bits of enum key */
	struct img_buf img; /* ended by NUL */
	const struct img_type *type;
	bool v1_0, big;
	uint64_t at;
	struct jr_tape entry; /* "entry" or "entries", when they come before "magic" */
};

/* The payload beside an entry, in memory until its fields are known. */
struct payload {
	bool seen, pad_seen;
	struct img_buf data; /* RECORDS: nothing */
	bool queues;         /* it came as two, the first of which ends at: */
	size_t first;
	struct img_buf pad;
	struct img_buf records; /* struct record */
};

/* One record: where its parts are in payload.data. */
struct record {
	size_t body, body_n, run, run_n, pad, pad_n;
	bool padded;
};

struct encode {
	struct jr *jr;
	const struct img_sink *sink;
	struct img_err *err;
	struct img_writer *wr; /* NULL: no image is open */
	struct img_out *out;
	struct img_head head;
	struct img_buf img; /* name of the open image, ended by NUL; n == 0: none */
	bool owed;          /* the payload of the last entry comes in lines of its own */
	uint64_t at;        /* octets of it that have come */
	struct envelope env;
	struct payload pl;
	struct img_buf msg;
	uint64_t images;
};

enum key { K_MAGIC, K_IMG, K_FORMAT, K_ENDIAN, K_ENTRIES, K_ENTRY, K_AT, K_EXTRA, K_PAD, K_NONE };

static const char *const key_names[] = { "magic", "img", "format", "endian", "entries",
					 "entry", "at",  "extra",  "@pad" };

#define BIT(k) (1u << (k))

/* Octets of a document's entries that are held back for keys that may follow: 1 MiB. */
#define TAPE_LIMIT ((size_t)1 << 20)

static enum key key_of(const struct jr_tok *t)
{
	/* No other is longer, and most keys of entries are. */
	if (t->n > strlen("entries"))
		return K_NONE;
	for (int k = 0; k < K_NONE; k++)
		if (key_names[k][0] == (t->n > 0 ? t->p[0] : 0) && strlen(key_names[k]) == t->n &&
		    memcmp(key_names[k], t->p, t->n) == 0)
			return (enum key)k;
	return K_NONE;
}

static int fail(struct encode *e, const char *what)
{
	return img_fail_line(e->err, jr_line(e->jr), "%s", what);
}

/* Give an error of the writer, which knows no lines, its line. */
static int at_line(struct encode *e)
{
	e->err->line = jr_line(e->jr);
	return -1;
}

static int next(struct encode *e, struct jr_tok *t)
{
	return jr_next(e->jr, t, e->err);
}

/* ---- images ---- */

static int missing_payload(struct encode *e)
{
	const char *what = e->at > 0 ? "ends without its closing line" : "is missing";

	if (e->head.framing == IMG_NONE)
		return img_fail_line(e->err, jr_line(e->jr), "payload of the raw image %s", what);
	return img_fail_line(e->err, jr_line(e->jr), "payload of entry %" PRIu64 " %s",
			     img_writer_count(e->wr) - 1, what);
}

static int close_image(struct encode *e)
{
	if (e->wr == NULL)
		return 0;
	if (e->owed)
		return missing_payload(e);
	if (img_writer_end(e->wr, e->err) < 0)
		return at_line(e);
	img_writer_free(e->wr);
	e->wr = NULL;
	if (e->sink->end(e->sink->arg, true, e->err) < 0)
		return -1;
	e->images++;
	return 0;
}

static int check_name(struct encode *e, const char *name, size_t n)
{
	if (n == 0 || memchr(name, '\0', n) || memchr(name, '/', n) || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0 || n > 255) {
		fail(e, "not a file name");
		return img_err_under(e->err, "img", -1);
	}
	return 0;
}

/* Begin the image that an envelope describes. */
static int open_image(struct encode *e, const struct envelope *v)
{
	const char *name = v->seen & BIT(K_IMG) ? (const char *)v->img.p : NULL;
	bool raw = v->type == &img_type_raw;

	if (close_image(e) < 0)
		return -1;
	if (v->v1_0 && (raw || v->type->head == 0))
		return img_fail_line(e->err, jr_line(e->jr), "format: %s has no version",
				     v->type->name);
	e->head.type = v->type;
	e->head.big = v->big;
	e->head.framing = raw ? IMG_NONE : v->v1_0 || v->type->head == 0 ? IMG_V1_0 : IMG_V1_1;
	e->img.n = 0;
	if (name != NULL)
		img_buf_put(&e->img, v->img.p, v->img.n);
	if (e->img.failed)
		return img_fail_mem(e->err);
	if (e->sink->begin(e->sink->arg, name, &e->out, e->err) < 0) {
		if (e->err->kind == IMG_EDATA)
			at_line(e);
		return -1;
	}
	e->wr = img_writer_open(e->out, &e->head, e->err);
	if (e->wr == NULL)
		return -1;
	e->owed = raw;
	e->at = 0;
	return 0;
}

/* Does a tag speak of the image that is open? */
static bool same_image(const struct encode *e, const struct envelope *v)
{
	size_t n = v->seen & BIT(K_IMG) ? v->img.n : 0;

	if (e->wr == NULL || n != e->img.n || (n > 0 && memcmp(v->img.p, e->img.p, n) != 0))
		return false;
	return !(v->seen & BIT(K_MAGIC)) || v->type == e->head.type;
}

/* ---- payloads ---- */

static void reset_payload(struct payload *p)
{
	p->seen = p->pad_seen = p->queues = false;
	p->data.n = p->pad.n = p->records.n = 0;
}

static int read_numbers(struct encode *e)
{
	struct jr_tok t;
	uint64_t v;
	uint8_t w[2];

	for (int64_t i = 0;; i++) {
		if (next(e, &t) < 0)
			return -1;
		if (t.type == JR_ARR_END)
			return 0;
		if (img_json_uint(e->jr, &t, UINT16_MAX, &v, e->err) < 0)
			return img_err_under(e->err, "extra", i);
		img_set16(w, (uint16_t)v, e->head.big);
		img_buf_put(&e->pl.data, w, sizeof(w));
	}
}

struct record_keys {
	struct encode *e;
	struct img_buf *pad;
	bool padded;
};

static int record_key(void *arg, const struct jr_tok *key, struct img_err *err)
{
	struct record_keys *k = arg;
	struct jr_tok t;

	(void)err;
	if (key_of(key) != K_PAD || k->padded)
		return 0;
	k->padded = true;
	if (next(k->e, &t) < 0 || img_json_octets(k->e->jr, &t, true, k->pad, k->e->err) < 0)
		return -1;
	return 1;
}

/* Messages and their texts in turn. */
static int read_records(struct encode *e, const struct img_extra *x)
{
	struct payload *p = &e->pl;
	struct jr_tok t;

	for (int64_t i = 0;; i += 2) {
		struct record r = { 0 };
		struct img_buf pad = { 0 };
		struct record_keys keys = { e, &pad, false };
		int done;

		if (next(e, &t) < 0)
			return -1;
		if (t.type == JR_ARR_END)
			return 0;
		if (t.type != JR_OBJ) {
			fail(e, "expected a message as an object");
			return img_err_under(e->err, "extra", i);
		}
		r.body = p->data.n;
		done = img_json2msg(e->jr, x->record, &p->data, record_key, &keys, e->err);
		r.body_n = p->data.n - r.body;
		r.pad = p->data.n;
		r.pad_n = pad.n;
		r.padded = keys.padded;
		img_buf_put(&p->data, pad.p, pad.n);
		img_buf_free(&pad);
		if (done < 0)
			return img_err_under(e->err, "extra", i);
		r.run = p->data.n;
		if (next(e, &t) < 0)
			return -1;
		if (img_json_octets(e->jr, &t, true, &p->data, e->err) < 0)
			return img_err_under(e->err, "extra", i + 1);
		r.run_n = p->data.n - r.run;
		img_buf_put(&p->records, &r, sizeof(r));
	}
}

/* {"inq": ..., "outq": ...}: in the file always in this order. */
static int read_queues(struct encode *e)
{
	static const char *const names[] = { "inq", "outq" };
	struct img_buf q[2] = { { 0 }, { 0 } };
	bool seen[2] = { false, false };
	struct jr_tok t;
	int r = -1;

	for (;;) {
		int i;

		if (next(e, &t) < 0)
			break;
		if (t.type == JR_OBJ_END) {
			r = 0;
			break;
		}
		for (i = 0; i < 2; i++)
			if (strlen(names[i]) == t.n && memcmp(names[i], t.p, t.n) == 0)
				break;
		if (i == 2 || seen[i]) {
			fail(e, "expected the keys inq and outq, once each");
			break;
		}
		seen[i] = true;
		if (next(e, &t) < 0 || img_json_octets(e->jr, &t, true, &q[i], e->err) < 0) {
			img_err_under(e->err, names[i], -1);
			break;
		}
	}
	e->pl.queues = true;
	e->pl.first = q[0].n;
	for (int i = 0; i < 2; i++) {
		img_buf_put(&e->pl.data, q[i].p, q[i].n);
		img_buf_free(&q[i]);
	}
	return r < 0 ? img_err_under(e->err, "extra", -1) : 0;
}

/* The value of "extra", for an entry that `x` follows (NULL: no entry with a payload). */
static int read_extra(struct encode *e, const struct img_extra *x)
{
	struct jr_tok t;
	int r;

	if (e->pl.seen)
		return fail(e, "extra: key appears twice");
	e->pl.seen = true;
	if (next(e, &t) < 0)
		return -1;
	if (t.type == JR_ARR && x != NULL && x->shape == IMG_NUMBERS)
		return read_numbers(e);
	if (t.type == JR_ARR && x != NULL && x->shape == IMG_RECORDS)
		return read_records(e, x);
	if (t.type == JR_OBJ && x != NULL && x->shape == IMG_QUEUES)
		return read_queues(e);
	if (x != NULL && (x->shape == IMG_RECORDS || x->shape == IMG_NUMBERS))
		r = img_fail_line(e->err, jr_line(e->jr), "expected a list, got %s", jr_kind(&t));
	else if (t.type != JR_STR)
		r = img_fail_line(e->err, jr_line(e->jr), "expected base64 in a string, got %s",
				  jr_kind(&t));
	else
		r = img_json_octets(e->jr, &t, true, &e->pl.data, e->err);
	return r < 0 ? img_err_under(e->err, "extra", -1) : 0;
}

static int read_pad(struct encode *e)
{
	struct jr_tok t;

	if (e->pl.pad_seen)
		return fail(e, "@pad: key appears twice");
	e->pl.pad_seen = true;
	if (next(e, &t) < 0)
		return -1;
	if (img_json_octets(e->jr, &t, true, &e->pl.pad, e->err) < 0)
		return img_err_under(e->err, "@pad", -1);
	return 0;
}

static int write_records(struct encode *e)
{
	const struct record *r = (const struct record *)(const void *)e->pl.records.p;
	size_t n = e->pl.records.n / sizeof(*r);
	const uint8_t *p = e->pl.data.p;

	for (size_t i = 0; i < n; i++)
		if (img_writer_record(e->wr, p + r[i].body, r[i].body_n, p + r[i].run, r[i].run_n,
				      r[i].padded ? p + r[i].pad : NULL, r[i].pad_n, e->err) < 0)
			return -1;
	return 0;
}

static int write_payload(struct encode *e)
{
	if (e->pl.records.n > 0)
		return write_records(e);
	if (e->pl.data.n > 0 && img_writer_data(e->wr, e->pl.data.p, e->pl.data.n, e->err) < 0)
		return -1;
	if (e->pl.pad_seen)
		return img_writer_pad(e->wr, e->pl.pad.p, e->pl.pad.n, e->err);
	return 0;
}

/* ---- entries ---- */

static int entry_key(void *arg, const struct jr_tok *key, struct img_err *err)
{
	struct encode *e = arg;
	const struct img_extra *x;
	int r = 0;

	(void)err;
	img_writer_msg(e->wr, &x);
	switch (key_of(key)) {
	case K_EXTRA: r = read_extra(e, x); return r < 0 ? r : 1;
	case K_PAD: r = read_pad(e); return r < 0 ? r : 1;
	default: return 0;
	}
}

/* Octets must not slip from one queue into the other. */
static int check_queues(struct encode *e, const struct img_extra *x)
{
	struct img_extra_size size;

	img_extra_measure(x, e->msg.p, e->msg.n, &size);
	if (e->pl.first == size.len[0])
		return 0;
	img_fail(e->err, IMG_EDATA, IMG_NOWHERE, "%zu bytes (the entry says %" PRIu64 ")",
		 e->pl.first, size.len[0]);
	img_err_under(e->err, "inq", -1);
	return img_err_under(e->err, "extra", -1);
}

static int write_entry(struct encode *e, const struct img_extra *x)
{
	if (img_writer_entry(e->wr, e->msg.p, e->msg.n, e->err) < 0)
		return -1;
	if (e->pl.queues && check_queues(e, x) < 0)
		return -1;
	if (!e->pl.seen) {
		uint64_t lacks = img_writer_lacks(e->wr);

		e->owed = lacks > 0;
		e->at = 0;
		if (!e->owed && e->pl.pad_seen)
			return write_payload(e);
		return 0;
	}
	if (!img_writer_has_payload(e->wr) && e->pl.data.n == 0)
		return 0;
	if (write_payload(e) < 0)
		return -1;
	if (img_writer_lacks(e->wr) == IMG_UNKNOWN)
		return 0;
	return img_writer_lacks(e->wr) > 0 ? img_writer_end(e->wr, e->err) : 0;
}

/* Read the rest of an entry's object and write it. */
static int entry(struct encode *e)
{
	const struct img_extra *x;
	const struct img_msg *m;
	int64_t index;

	if (e->wr == NULL)
		return fail(e, "an entry before any header ({\"magic\": ...})");
	if (e->owed)
		return missing_payload(e);
	index = (int64_t)img_writer_count(e->wr);
	m = img_writer_msg(e->wr, &x);
	if (m == NULL)
		return fail(e, "a raw image has no entries");
	e->msg.n = 0;
	if (img_json2msg(e->jr, m, &e->msg, entry_key, e, e->err) < 0)
		return img_err_under(e->err, "entries", index);
	if (write_entry(e, x) < 0) {
		at_line(e);
		return e->err->path[0] != '\0' ? img_err_under(e->err, "entries", index) : -1;
	}
	reset_payload(&e->pl);
	return img_out_failed(e->out) ? img_out_flush(e->out, e->err) : 0;
}

/* A line of payload: extra, at. */
static int continuation(struct encode *e)
{
	struct payload *p = &e->pl;

	if (e->wr == NULL || !e->owed)
		return fail(e, "a line of payload that nothing asks for");
	if (e->env.at != e->at)
		return img_fail_line(e->err, jr_line(e->jr),
				     "at: payload goes on at %" PRIu64 ", not at %" PRIu64, e->at,
				     e->env.at);
	if (p->data.n == 0) {
		e->owed = false;
		if (img_writer_lacks(e->wr) != 0 && img_writer_lacks(e->wr) != IMG_UNKNOWN &&
		    img_writer_end(e->wr, e->err) < 0)
			return at_line(e);
		if (p->pad_seen && img_writer_pad(e->wr, p->pad.p, p->pad.n, e->err) < 0)
			return at_line(e);
	} else {
		if (img_writer_data(e->wr, p->data.p, p->data.n, e->err) < 0)
			return at_line(e);
		e->at += p->data.n;
	}
	reset_payload(p);
	return img_out_failed(e->out) ? img_out_flush(e->out, e->err) : 0;
}

/* The list of a document, its first token read. */
static int entries(struct encode *e)
{
	struct jr_tok t;

	if (next(e, &t) < 0)
		return -1;
	if (t.type == JR_NULL)
		return 0; /* Go crit's empty list */
	if (t.type != JR_ARR) {
		img_fail_line(e->err, jr_line(e->jr), "expected a list, got %s", jr_kind(&t));
		return img_err_under(e->err, "entries", -1);
	}
	for (;;) {
		if (next(e, &t) < 0)
			return -1;
		if (t.type == JR_ARR_END)
			return 0;
		if (t.type != JR_OBJ) {
			img_fail_line(e->err, jr_line(e->jr), "expected an object, got %s",
				      jr_kind(&t));
			return img_err_under(e->err, "entries", (int64_t)img_writer_count(e->wr));
		}
		if (e->head.framing != IMG_NONE) {
			if (entry(e) < 0)
				return -1;
			continue;
		}
		/* An element of a raw image: {"extra": ...} and nothing else. */
		if (next(e, &t) < 0)
			return -1;
		if (t.type != JR_KEY || key_of(&t) != K_EXTRA)
			return fail(e, "expected the key extra, alone");
		if (read_extra(e, NULL) < 0 || next(e, &t) < 0)
			return -1;
		if (t.type != JR_OBJ_END)
			return fail(e, "expected the key extra, alone");
		if (write_payload(e) < 0)
			return at_line(e);
		reset_payload(&e->pl);
	}
}

/* ---- envelopes ---- */

static void reset_envelope(struct envelope *v)
{
	v->seen = 0;
	v->img.n = 0;
	v->type = NULL;
	v->v1_0 = v->big = false;
	v->entry.toks.n = v->entry.text.n = 0;
}

static int string(struct encode *e, enum key k, struct jr_tok *t)
{
	if (next(e, t) < 0)
		return -1;
	if (t->type == JR_STR)
		return 0;
	img_fail_line(e->err, jr_line(e->jr), "expected a string, got %s", jr_kind(t));
	return img_err_under(e->err, key_names[k], -1);
}

static bool is(const struct jr_tok *t, const char *s)
{
	return t->n == strlen(s) && memcmp(t->p, s, t->n) == 0;
}

static int set_magic(struct encode *e, const struct jr_tok *t)
{
	char name[64];

	e->env.type = img_type_by_name(t->p, t->n);
	if (e->env.type != NULL)
		return 0;
	return img_fail_line(e->err, jr_line(e->jr), "magic: unknown type of image \"%s\"",
			     img_printable(t->p, t->n < 40 ? t->n : 40, name, sizeof(name)));
}

static int set_img(struct encode *e)
{
	struct img_buf *b = &e->env.img;
	struct jr_tok t;

	if (next(e, &t) < 0)
		return -1;
	if (img_json_octets(e->jr, &t, false, b, e->err) < 0)
		return img_err_under(e->err, "img", -1);
	img_buf_put(b, "", 1);
	if (b->failed)
		return img_fail_mem(e->err);
	return check_name(e, (char *)b->p, b->n - 1);
}

/*
 * Put "entry" or "entries" aside until the other keys are known. A list of entries that
 * is long is read as it comes instead, if its magic has been read: 1.
 */
static int set_entries(struct encode *e, enum key k)
{
	struct envelope *v = &e->env;
	struct jr_tok t;
	int r;

	if (next(e, &t) < 0)
		return -1;
	r = jr_record(e->jr, &v->entry, &t,
		      k == K_ENTRIES && v->seen & BIT(K_MAGIC) ? TAPE_LIMIT : SIZE_MAX, e->err);
	return r < 0 ? img_err_under(e->err, key_names[k], -1) : r;
}

static int envelope_key(struct encode *e, enum key k)
{
	struct envelope *v = &e->env;
	struct jr_tok t;

	if (v->seen & BIT(k))
		return img_fail_line(e->err, jr_line(e->jr), "%s: key appears twice", key_names[k]);
	v->seen |= BIT(k);
	switch (k) {
	case K_MAGIC: return string(e, k, &t) < 0 ? -1 : set_magic(e, &t);
	case K_IMG: return set_img(e);
	case K_FORMAT:
		if (string(e, k, &t) < 0)
			return -1;
		v->v1_0 = is(&t, "1.0");
		return v->v1_0 || is(&t, "1.1") ? 0 : fail(e, "format: expected \"1.0\"");
	case K_ENDIAN:
		if (string(e, k, &t) < 0)
			return -1;
		v->big = is(&t, "big");
		return v->big || is(&t, "little") ? 0 : fail(e, "endian: expected \"big\"");
	case K_AT:
		if (next(e, &t) < 0)
			return -1;
		if (img_json_uint(e->jr, &t, UINT64_MAX, &v->at, e->err) < 0)
			return img_err_under(e->err, "at", -1);
		return 0;
	case K_EXTRA: return read_extra(e, NULL);
	case K_PAD: return read_pad(e);
	default: return set_entries(e, k);
	}
}

#define HEADER (BIT(K_MAGIC) | BIT(K_IMG) | BIT(K_FORMAT) | BIT(K_ENDIAN))
#define CHUNK (BIT(K_IMG) | BIT(K_AT) | BIT(K_EXTRA) | BIT(K_PAD))

/*
 * A document too long to hold back: what its header says so far is used, and its
 * entries never lie in memory together.
 */
static int long_document(struct encode *e)
{
	struct jr_tok t;
	int r;

	if (open_image(e, &e->env) < 0)
		return -1;
	e->owed = false;
	jr_replay(e->jr, &e->env.entry);
	r = entries(e);
	jr_replay_end(e->jr);
	if (r < 0 || next(e, &t) < 0)
		return -1;
	if (t.type == JR_OBJ_END)
		return close_image(e);
	if (key_of(&t) == K_NONE)
		return fail(e, "unknown key behind entries");
	return img_fail_line(e->err, jr_line(e->jr), "%s must come before so many entries",
			     key_names[key_of(&t)]);
}

static int use_taped(struct encode *e, bool list)
{
	struct jr_tok t;
	int r;

	jr_replay(e->jr, &e->env.entry);
	if (list) {
		e->owed = false;
		r = entries(e);
	} else {
		r = next(e, &t);
		if (r == 0 && t.type != JR_OBJ)
			r = fail(e, "entry: expected an object");
		if (r == 0)
			r = entry(e);
	}
	jr_replay_end(e->jr);
	return r;
}

/* The whole envelope has been read: what is it? */
static int use_envelope(struct encode *e)
{
	struct envelope *v = &e->env;

	if ((v->seen & ~HEADER) == 0 && v->seen & BIT(K_MAGIC))
		return open_image(e, v);
	if ((v->seen & ~CHUNK) == 0 && v->seen & BIT(K_AT) && v->seen & BIT(K_EXTRA)) {
		if (v->seen & BIT(K_IMG) && !same_image(e, v))
			return fail(e, "img: a line of payload for an image that is not open");
		return continuation(e);
	}
	if (v->seen & BIT(K_ENTRIES) && (v->seen & ~(HEADER | BIT(K_ENTRIES))) == 0 &&
	    v->seen & BIT(K_MAGIC)) {
		if (open_image(e, v) < 0 || use_taped(e, true) < 0)
			return -1;
		return close_image(e);
	}
	if (v->seen & BIT(K_ENTRY) && (v->seen & ~(HEADER | BIT(K_ENTRY))) == 0 &&
	    v->seen & BIT(K_MAGIC)) {
		if (!same_image(e, v) && open_image(e, v) < 0)
			return -1;
		return use_taped(e, false);
	}
	if (!(v->seen & BIT(K_MAGIC)) && v->seen & ~CHUNK)
		return fail(e, "magic is missing");
	return fail(e, "neither a header nor an entry nor a line of payload");
}

/* Read an object's keys as an envelope, from the key just read on. */
static int envelope(struct encode *e, struct jr_tok *t)
{
	for (;;) {
		enum key k;
		char name[100];
		int r;

		if (t->type == JR_OBJ_END)
			return use_envelope(e);
		k = key_of(t);
		if (k == K_NONE) {
			fail(e, "unknown key");
			return img_err_under(
				e->err,
				img_printable(t->p, t->n < 60 ? t->n : 60, name, sizeof(name)), -1);
		}
		r = envelope_key(e, k);
		if (r > 0)
			return long_document(e);
		if (r < 0 || next(e, t) < 0)
			return -1;
	}
}

/*
 * An entry of BINFMT_MISC has a field `magic` too, but always a name beside it; this key
 * may come first (jq -S puts others before it, but a person may not). Put it aside and
 * look at the next one.
 */
static int magic_first(struct encode *e, struct jr_tok *t)
{
	struct jr_tape tape = { 0 };
	struct jr_tok value;
	int r = -1;

	if (jr_record_tok(e->jr, &tape, t, e->err) == 0 && next(e, &value) == 0 &&
	    jr_record(e->jr, &tape, &value, SIZE_MAX, e->err) == 0 && next(e, t) == 0 &&
	    jr_record_tok(e->jr, &tape, t, e->err) == 0) {
		jr_replay(e->jr, &tape);
		if (t->type == JR_OBJ_END || key_of(t) != K_NONE) {
			r = next(e, t);
			r = r < 0 ? r : envelope(e, t);
		} else {
			r = entry(e);
		}
		jr_replay_end(e->jr);
	}
	jr_tape_free(&tape);
	return r;
}

static bool entry_has_magic(const struct encode *e)
{
	const struct img_extra *x;

	return e->wr != NULL && e->head.framing != IMG_NONE &&
	       img_msg_find_name(img_writer_msg(e->wr, &x), "magic", 5, 0) >= 0;
}

/*
 * One value of the text, its opening token read. A payload may come before what tells
 * whether it belongs to an entry or is a line of its own: it waits in e->pl.
 */
static int object(struct encode *e)
{
	const struct img_extra *x = NULL;
	struct jr_tok t;
	enum key k;

	reset_envelope(&e->env);
	for (;;) {
		if (next(e, &t) < 0)
			return -1;
		k = t.type == JR_KEY ? key_of(&t) : K_NONE;
		if (k != K_EXTRA && k != K_PAD)
			break;
		if (e->wr != NULL && e->head.framing != IMG_NONE && !e->owed)
			img_writer_msg(e->wr, &x);
		if ((k == K_EXTRA ? read_extra(e, x) : read_pad(e)) < 0)
			return -1;
		e->env.seen |= BIT(k);
	}
	if (t.type == JR_OBJ_END && e->env.seen == 0 && e->wr == NULL)
		return fail(e, "an empty object where a header is due");
	if (k == K_MAGIC && entry_has_magic(e))
		return magic_first(e, &t);
	if (k != K_NONE)
		return envelope(e, &t);
	jr_again(e->jr);
	return entry(e);
}

static int all(struct encode *e)
{
	struct jr_tok t;

	for (;;) {
		if (next(e, &t) < 0)
			return -1;
		if (t.type == JR_END)
			break;
		if (t.type != JR_OBJ)
			return img_fail_line(e->err, jr_line(e->jr), "expected an object, got %s",
					     jr_kind(&t));
		if (object(e) < 0)
			return -1;
	}
	if (close_image(e) < 0)
		return -1;
	return e->images > 0 ? 0 : fail(e, "no image in the text");
}

int img_encode(struct img_in *in, const struct img_sink *sink, uint64_t *images,
	       struct img_err *err)
{
	struct encode e = { .sink = sink, .err = err };
	struct img_err ignored;
	int r;

	*images = 0;
	e.jr = jr_open(in);
	if (e.jr == NULL)
		return img_fail_mem(err);
	r = all(&e);
	if (r < 0 && e.out != NULL && e.wr != NULL)
		sink->end(sink->arg, false, &ignored);
	img_writer_free(e.wr);
	jr_close(e.jr);
	img_buf_free(&e.img);
	img_buf_free(&e.msg);
	img_buf_free(&e.env.img);
	jr_tape_free(&e.env.entry);
	img_buf_free(&e.pl.data);
	img_buf_free(&e.pl.pad);
	img_buf_free(&e.pl.records);
	*images = e.images;
	return r;
}
