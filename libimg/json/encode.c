#include "libimg/json/encode.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/image/foreign.h"
#include "libimg/image/writer.h"
#include "libimg/json/envelope.h"
#include "libimg/json/jr.h"
#include "libimg/json/json2msg.h"
#include "libimg/json/json2payload.h"

struct encode {
	struct img_jr *jr;
	const struct img_sink *sink;
	struct img_err *err;
	bool begun;            /* the sink has an image that has not ended */
	struct img_writer *wr; /* NULL: no image is open */
	struct img_out *out;
	struct img_head head;
	struct img_buf img;   /* name of the open image, ended by NUL; n == 0: none */
	struct img_buf dir;   /* its directory, likewise */
	bool payload_pending; /* the payload of the last entry follows in lines of its own */
	uint64_t at;          /* bytes of it read so far */
	struct img_envelope env;
	struct img_payload pl;
	struct img_buf msg;
	uint64_t images;
};

static int fail(struct encode *e, const char *what)
{
	return img_jr_fail(e->jr, e->err, "%s", what);
}

/* Add the line to an error of the writer, which knows none. */
static int at_line(struct encode *e)
{
	e->err->line = img_jr_line(e->jr);
	return -1;
}

static int next(struct encode *e, struct jr_tok *t)
{
	return img_jr_next(e->jr, t, e->err);
}

/* ---- images ---- */

static int missing_payload(struct encode *e)
{
	const char *what = e->at > 0 ? "has no closing line" : "is missing";

	if (e->head.framing == IMG_NONE)
		return img_jr_fail(e->jr, e->err, "payload of the raw image %s", what);
	return img_jr_fail(e->jr, e->err, "payload of entry %" PRIu64 " %s",
			   img_writer_count(e->wr) - 1, what);
}

static int close_image(struct encode *e)
{
	if (e->wr == NULL)
		return 0;
	if (e->payload_pending)
		return missing_payload(e);
	if (img_writer_end(e->wr, e->err) < 0)
		return at_line(e);
	img_writer_free(e->wr);
	e->wr = NULL;
	e->begun = false;
	if (e->sink->end(e->sink->arg, true, e->err) < 0)
		return -1;
	e->images++;
	return 0;
}

/* Begin the image that an envelope describes. */
static int open_image(struct encode *e, const struct img_envelope *v)
{
	const char *name = v->seen & IMG_BIT(IMG_K_IMG) ? (const char *)v->img.p : NULL;
	bool raw = v->type == &img_type_raw;

	if (close_image(e) < 0)
		return -1;
	if (v->v1_0 && (raw || v->type->head == 0 || v->type == &img_type_unknown))
		return img_jr_fail(e->jr, e->err, "format: type %s has no version", v->type->name);
	e->head.type = v->type;
	e->head.magic = v->magic;
	e->head.big = v->big;
	e->head.framing = raw ? IMG_NONE : v->v1_0 || v->type->head == 0 ? IMG_V1_0 : IMG_V1_1;
	e->img.n = e->dir.n = 0;
	if (name != NULL)
		img_buf_put(&e->img, v->img.p, v->img.n);
	if (v->seen & IMG_BIT(IMG_K_DIR))
		img_buf_put(&e->dir, v->dir.p, v->dir.n);
	if (e->img.failed || e->dir.failed)
		return img_fail_mem(e->err);
	if (name != NULL && e->sink->allows != NULL &&
	    e->sink->allows(e->sink->arg, name, v->type, e->err) < 0)
		return at_line(e);
	if (e->sink->begin(e->sink->arg, name, &e->out, e->err) < 0) {
		if (e->err->kind == IMG_EDATA)
			at_line(e);
		return -1;
	}
	e->begun = true;
	e->wr = img_writer_open(e->out, &e->head, e->err);
	if (e->wr == NULL)
		return -1;
	e->payload_pending = raw;
	e->at = 0;
	return 0;
}

static bool same_bytes(const struct img_buf *a, const struct img_buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* Is the tag that of the open image? What it does not have is empty. */
static bool same_image(const struct encode *e, const struct img_envelope *v)
{
	if (e->wr == NULL || !same_bytes(&v->img, &e->img) || !same_bytes(&v->dir, &e->dir))
		return false;
	return !(v->seen & IMG_BIT(IMG_K_MAGIC)) ||
	       (v->type == e->head.type &&
		(v->type != &img_type_unknown || v->magic == e->head.magic));
}

/* ---- entries ---- */

static int entry_key(void *arg, const struct jr_tok *key, struct img_err *err)
{
	struct encode *e = arg;
	const struct img_extra *x;
	int r = -1;

	img_writer_msg(e->wr, &x);
	switch (img_envelope_key(key)) {
	case IMG_K_EXTRA: r = img_payload_extra(&e->pl, e->jr, x, e->head.big, err); break;
	case IMG_K_PAD: r = img_payload_pad(&e->pl, e->jr, err); break;
	default: return 0;
	}
	return r < 0 ? -1 : 1;
}

static int write_payload(struct encode *e, const struct img_extra *x)
{
	return img_payload_write(&e->pl, x, e->msg.p, e->msg.n, e->wr, e->err);
}

static int early_pad(struct encode *e)
{
	return img_fail(e->err, IMG_EDATA, IMG_NOWHERE,
			"@pad: only allowed in the line that closes the payload");
}

static int write_entry(struct encode *e, const struct img_extra *x)
{
	if (img_writer_entry(e->wr, e->msg.p, e->msg.n, e->err) < 0)
		return -1;
	if (!e->pl.seen) {
		uint64_t left = img_writer_payload_left(e->wr);

		e->payload_pending = left > 0;
		e->at = 0;
		if (!e->pl.pad_seen)
			return 0;
		return e->payload_pending ? early_pad(e) : write_payload(e, x);
	}
	if (!img_writer_has_payload(e->wr) && e->pl.data.n == 0 && !e->pl.pad_seen)
		return 0;
	if (write_payload(e, x) < 0)
		return -1;
	if (img_writer_payload_left(e->wr) == IMG_UNKNOWN)
		return 0;
	return img_writer_payload_left(e->wr) > 0 ? img_writer_end(e->wr, e->err) : 0;
}

/* Read the rest of an entry and write it. */
static int entry(struct encode *e)
{
	const struct img_extra *x;
	const struct img_msg *m;
	int64_t index;

	if (e->wr == NULL)
		return fail(e, "entry before a header ({\"magic\": ...})");
	if (e->payload_pending)
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
	img_payload_reset(&e->pl);
	return img_out_failed(e->out) ? img_out_flush(e->out, e->err) : 0;
}

/* A payload line: extra, at. */
static int continuation(struct encode *e)
{
	struct img_payload *p = &e->pl;

	if (e->wr == NULL || !e->payload_pending)
		return fail(e, "unexpected payload line");
	if (e->env.at != e->at)
		return img_jr_fail(e->jr, e->err, "at: expected %" PRIu64 ", got %" PRIu64, e->at,
				   e->env.at);
	if (p->data.n == 0) {
		e->payload_pending = false;
		if (img_writer_payload_left(e->wr) != 0 &&
		    img_writer_payload_left(e->wr) != IMG_UNKNOWN &&
		    img_writer_end(e->wr, e->err) < 0)
			return at_line(e);
		if (p->pad_seen && img_writer_pad(e->wr, p->pad.p, p->pad.n, e->err) < 0)
			return at_line(e);
	} else {
		if ((p->pad_seen && early_pad(e) < 0) ||
		    img_writer_data(e->wr, p->data.p, p->data.n, e->err) < 0)
			return at_line(e);
		e->at += p->data.n;
	}
	img_payload_reset(p);
	return img_out_failed(e->out) ? img_out_flush(e->out, e->err) : 0;
}

/* An element of a raw image, its first token read: {"extra": ...} and nothing else. */
static int raw_element(struct encode *e)
{
	struct jr_tok t;

	if (next(e, &t) < 0)
		return -1;
	if (t.type != JR_KEY || img_envelope_key(&t) != IMG_K_EXTRA)
		return fail(e, "expected the key extra and no other");
	if (img_payload_extra(&e->pl, e->jr, NULL, false, e->err) < 0 || next(e, &t) < 0)
		return -1;
	if (t.type != JR_OBJ_END)
		return fail(e, "expected the key extra and no other");
	if (write_payload(e, NULL) < 0)
		return at_line(e);
	img_payload_reset(&e->pl);
	return 0;
}

/* The entries of a document, the first token read. */
static int entries(struct encode *e)
{
	struct jr_tok t;

	if (next(e, &t) < 0)
		return -1;
	if (t.type == JR_NULL)
		return 0; /* an empty list as Go's crit writes it */
	if (t.type != JR_ARR) {
		img_jr_expected(e->jr, &t, "a list", e->err);
		return img_err_under(e->err, "entries", -1);
	}
	for (;;) {
		if (next(e, &t) < 0)
			return -1;
		if (t.type == JR_ARR_END)
			return 0;
		if (t.type != JR_OBJ) {
			img_jr_expected(e->jr, &t, "an object", e->err);
			return img_err_under(e->err, "entries", (int64_t)img_writer_count(e->wr));
		}
		if ((e->head.framing != IMG_NONE ? entry(e) : raw_element(e)) < 0)
			return -1;
	}
}

/* ---- envelopes ---- */

/* Read the value of a key beside entries; 1: see img_envelope_read(). */
static int envelope_key(struct encode *e, enum img_key k)
{
	if (k == IMG_K_EXTRA || k == IMG_K_PAD)
		e->env.seen |= IMG_BIT(k);
	if (k == IMG_K_EXTRA)
		return img_payload_extra(&e->pl, e->jr, NULL, false, e->err);
	if (k == IMG_K_PAD)
		return img_payload_pad(&e->pl, e->jr, e->err);
	return img_envelope_read(&e->env, k, e->jr, e->err);
}

/*
 * A document too long to keep in memory: the keys read so far have to do, and its entries are
 * written one by one.
 */
static int long_document(struct encode *e)
{
	struct jr_tok t;
	int r;

	if (open_image(e, &e->env) < 0)
		return -1;
	e->payload_pending = false;
	img_jr_replay(e->jr, &e->env.entry);
	r = entries(e);
	img_jr_replay_end(e->jr);
	if (r < 0 || next(e, &t) < 0)
		return -1;
	if (t.type == JR_OBJ_END)
		return close_image(e);
	if (img_envelope_key(&t) == IMG_K_NONE)
		return fail(e, "unknown key after entries");
	return img_jr_fail(e->jr, e->err, "%s must come before entries in a document this long",
			   img_envelope_key_name(img_envelope_key(&t)));
}

static int use_taped(struct encode *e, bool list)
{
	struct jr_tok t;
	int r;

	img_jr_replay(e->jr, &e->env.entry);
	if (list) {
		e->payload_pending = false;
		r = entries(e);
	} else {
		r = next(e, &t);
		if (r == 0 && t.type != JR_OBJ)
			r = fail(e, "entry: expected an object");
		if (r == 0)
			r = entry(e);
	}
	img_jr_replay_end(e->jr);
	return r;
}

/* The envelope is complete: decide what it is. */
static int use_envelope(struct encode *e)
{
	struct img_envelope *v = &e->env;

	if ((v->seen & ~IMG_KEYS_HEADER) == 0 && v->seen & IMG_BIT(IMG_K_MAGIC))
		return open_image(e, v);
	if ((v->seen & ~IMG_KEYS_LINE) == 0 && v->seen & IMG_BIT(IMG_K_AT) &&
	    v->seen & IMG_BIT(IMG_K_EXTRA)) {
		if (v->seen & (IMG_BIT(IMG_K_IMG) | IMG_BIT(IMG_K_DIR)) && !same_image(e, v))
			return fail(e, "img: payload line for an image that is not open");
		return continuation(e);
	}
	if (v->seen & IMG_BIT(IMG_K_ENTRIES) &&
	    (v->seen & ~(IMG_KEYS_HEADER | IMG_BIT(IMG_K_ENTRIES))) == 0 &&
	    v->seen & IMG_BIT(IMG_K_MAGIC)) {
		if (open_image(e, v) < 0 || use_taped(e, true) < 0)
			return -1;
		return close_image(e);
	}
	if (v->seen & IMG_BIT(IMG_K_ENTRY) &&
	    (v->seen & ~(IMG_KEYS_HEADER | IMG_BIT(IMG_K_ENTRY))) == 0 &&
	    v->seen & IMG_BIT(IMG_K_MAGIC)) {
		if (!same_image(e, v) && open_image(e, v) < 0)
			return -1;
		return use_taped(e, false);
	}
	if (!(v->seen & IMG_BIT(IMG_K_MAGIC)) && v->seen & ~IMG_KEYS_LINE)
		return fail(e, "key magic is missing");
	return fail(e, "expected a header, an entry or a payload line");
}

/* Read the keys of an object as an envelope, beginning with the key just read. */
static int envelope(struct encode *e, struct jr_tok *t)
{
	for (;;) {
		enum img_key k;
		int r;

		if (t->type == JR_OBJ_END)
			return use_envelope(e);
		k = img_envelope_key(t);
		if (k == IMG_K_NONE)
			r = img_jr_unknown_key(e->jr, t, e->err);
		else
			r = envelope_key(e, k);
		if (r > 0)
			return long_document(e);
		if (r < 0 || next(e, t) < 0)
			return -1;
	}
}

/*
 * An entry of BINFMT_MISC has a field `magic` too, but always with a name beside it. That key may
 * come first (jq -S writes others before it, a user may not): put it aside and look at the next
 * one.
 */
static int magic_first(struct encode *e, struct jr_tok *t)
{
	struct jr_tape tape = { 0 };
	struct jr_tok value;
	int r = -1;

	if (img_jr_record_tok(e->jr, &tape, t, e->err) == 0 && next(e, &value) == 0 &&
	    img_jr_record(e->jr, &tape, &value, SIZE_MAX, e->err) == 0 && next(e, t) == 0 &&
	    img_jr_record_tok(e->jr, &tape, t, e->err) == 0) {
		img_jr_replay(e->jr, &tape);
		if (t->type == JR_OBJ_END || img_envelope_key(t) != IMG_K_NONE) {
			r = next(e, t);
			r = r < 0 ? r : envelope(e, t);
		} else {
			r = entry(e);
		}
		img_jr_replay_end(e->jr);
	}
	img_jr_tape_free(&tape);
	return r;
}

static bool entry_has_magic(const struct encode *e)
{
	const struct img_extra *x;

	return e->wr != NULL && e->head.framing != IMG_NONE &&
	       img_msg_find_name(img_writer_msg(e->wr, &x), "magic", 5, 0) >= 0;
}

/*
 * Read one value of the text, its opening token read. A payload may come before the key that says
 * whether it belongs to an entry or is a line of its own: it waits in e->pl.
 */
static int object(struct encode *e)
{
	const struct img_extra *x = NULL;
	struct jr_tok t;
	enum img_key k;

	img_envelope_reset(&e->env);
	for (;;) {
		if (next(e, &t) < 0)
			return -1;
		k = t.type == JR_KEY ? img_envelope_key(&t) : IMG_K_NONE;
		if (k != IMG_K_EXTRA && k != IMG_K_PAD)
			break;
		if (e->wr != NULL && e->head.framing != IMG_NONE && !e->payload_pending)
			img_writer_msg(e->wr, &x);
		if (k == IMG_K_EXTRA ? img_payload_extra(&e->pl, e->jr, x, e->head.big, e->err) < 0
				     : img_payload_pad(&e->pl, e->jr, e->err) < 0)
			return -1;
		e->env.seen |= IMG_BIT(k);
	}
	if (t.type == JR_OBJ_END && e->env.seen == 0 && e->wr == NULL)
		return fail(e, "expected a header, got an empty object");
	if (k == IMG_K_MAGIC && entry_has_magic(e))
		return magic_first(e, &t);
	if (k != IMG_K_NONE)
		return envelope(e, &t);
	img_jr_again(e->jr);
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
			return img_jr_expected(e->jr, &t, "an object", e->err);
		if (object(e) < 0)
			return -1;
	}
	if (close_image(e) < 0)
		return -1;
	return e->images > 0 ? 0 : fail(e, "no image in the input");
}

static bool is_magic(uint32_t word)
{
	return word == IMG_COMMON || word == IMG_SERVICE || img_type_by_magic(word) != NULL;
}

/* For input that is not JSON at all yajl would only reject a byte. */
static int refuse_foreign(struct img_in *in, struct img_err *err)
{
	const uint8_t *p;
	const char *what;

	if (img_in_need(in, IMG_STRANGER, err) < 0)
		return -1;
	p = img_in_ptr(in);
	what = img_foreign(p, img_in_avail(in));
	if (img_in_avail(in) >= 4 &&
	    (is_magic(img_get32(p, false)) || is_magic(img_get32(p, true))))
		what = "a CRIU image";
	return what != NULL ? img_fail(err, IMG_EDATA, 0, "not JSON but %s", what) : 0;
}

int img_encode(struct img_in *in, const struct img_sink *sink, uint64_t *images,
	       struct img_err *err)
{
	return img_encode_known(in, sink, NULL, images, err);
}

int img_encode_known(struct img_in *in, const struct img_sink *sink,
		     const struct img_report *unknown, uint64_t *images, struct img_err *err)
{
	struct encode e = { .sink = sink, .err = err };
	struct img_err ignored;
	int r;

	*images = 0;
	if (refuse_foreign(in, err) < 0)
		return -1;
	e.jr = img_jr_open(in);
	if (e.jr == NULL)
		return img_fail_mem(err);
	img_jr_ignore_unknown(e.jr, unknown);
	r = all(&e);
	if (e.begun)
		sink->end(sink->arg, false, &ignored);
	img_writer_free(e.wr);
	img_jr_close(e.jr);
	img_buf_free(&e.img);
	img_buf_free(&e.dir);
	img_buf_free(&e.msg);
	img_envelope_free(&e.env);
	img_payload_free(&e.pl);
	*images = e.images;
	return r;
}
