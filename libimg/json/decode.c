#include "libimg/json/decode.h"

#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/json/jw.h"
#include "libimg/json/msg2json.h"

struct decode {
	struct img_reader *rd;
	const struct img_decode *how;
	struct img_jw w;
	struct img_err *err;
	bool lines; /* the stream forms */
	bool human;
};

static const struct img_head *head_of(const struct decode *d)
{
	return img_reader_head(d->rd);
}

/* Write "magic" and the keys beside it into the open object. */
static void put_magic(struct decode *d)
{
	char buf[IMG_HEAD_NAME];

	IMG_JW_PLAIN(&d->w, "magic", img_head_name(head_of(d), buf));
}

static void put_img(struct decode *d)
{
	if (d->how->tag && d->how->dir != NULL)
		IMG_JW_CSTR(&d->w, "dir", d->how->dir);
	if (d->how->img == NULL)
		return;
	IMG_JW_CSTR(&d->w, "img", d->how->img);
}

static void put_framing(struct decode *d)
{
	const struct img_head *h = head_of(d);

	/* INVENTORY never had a head magic: its magic says nothing about the version. */
	if (h->framing == IMG_V1_0 && h->type->head != 0)
		IMG_JW_PLAIN(&d->w, "format", "1.0");
	if (h->big)
		IMG_JW_PLAIN(&d->w, "endian", "big");
}

/* Begin a line of the stream, or an element of the document's array. */
static void begin(struct decode *d)
{
	img_out_mark(d->w.o);
	if (d->lines)
		d->w.first = true;
	else
		img_jw_item(&d->w);
	img_jw_open(&d->w, '{');
}

static void end(struct decode *d)
{
	img_jw_close(&d->w, '}');
	if (d->lines)
		img_out_byte(d->w.o, '\n');
	img_out_commit(d->w.o);
}

static void begin_entry(struct decode *d)
{
	begin(d);
	if (!d->how->tag)
		return;
	put_img(d);
	put_magic(d);
	put_framing(d);
	IMG_JW_KEY(&d->w, "entry");
	img_jw_open(&d->w, '{');
}

static void end_entry(struct decode *d)
{
	if (d->how->tag)
		img_jw_close(&d->w, '}');
	end(d);
}

/* Write the bytes of one run as a base64 string. */
static int put_run(struct decode *d)
{
	struct img_span s;
	int r;

	img_jw_b64_begin(&d->w);
	while ((r = img_reader_data(d->rd, IMG_INLINE, &s, d->err)) > 0)
		img_jw_b64_part(&d->w, s.p, s.n);
	img_jw_b64_end(&d->w);
	return r;
}

static int put_numbers(struct decode *d)
{
	struct img_span s;
	int r;

	img_jw_open(&d->w, '[');
	while ((r = img_reader_data(d->rd, IMG_INLINE, &s, d->err)) > 0)
		for (size_t i = 0; i + 1 < s.n; i += 2) {
			img_jw_item(&d->w);
			img_jw_u64(&d->w, img_get16(s.p + i, head_of(d)->big));
		}
	img_jw_close(&d->w, ']');
	return r;
}

/* Write padding that is not all zeros. */
static int put_pad(struct decode *d)
{
	static const uint8_t zeros[8];
	struct img_span s;

	if (img_reader_pad(d->rd, &s, d->err) < 0)
		return -1;
	if (s.n == 0 || memcmp(s.p, zeros, s.n) == 0)
		return 0;
	IMG_JW_KEY(&d->w, "@pad");
	img_jw_b64(&d->w, s.p, s.n);
	return 0;
}

/*
 * Write a record: its message as an object, then its text. The padding belongs into the object but
 * follows the text, so the text waits in the reader's window meanwhile.
 */
static int put_record(struct decode *d, const struct img_part *part)
{
	static const uint8_t zeros[8];
	struct img_span all;
	size_t n;

	img_jw_item(&d->w);
	img_jw_open(&d->w, '{');
	if (img_msg2json(&d->w, part->msg, part->body, false, d->err) < 0)
		return img_err_under(d->err, "extra", -1);
	if (img_reader_whole(d->rd, &all, d->err) < 0)
		return -1;
	n = all.n - part->pad;
	if (memcmp(all.p + n, zeros, part->pad) != 0) {
		IMG_JW_KEY(&d->w, "@pad");
		img_jw_b64(&d->w, all.p + n, part->pad);
	}
	img_jw_close(&d->w, '}');
	img_jw_item(&d->w);
	img_jw_b64(&d->w, all.p, n);
	return 0;
}

/* Write the payload under the key "extra", whatever its length. */
static int put_inline(struct decode *d, const struct img_extra *x)
{
	static const char *const queue[] = { "inq", "outq" };
	struct img_part part;
	int r;

	IMG_JW_KEY(&d->w, "extra");
	if (x->shape == IMG_QUEUES)
		img_jw_open(&d->w, '{');
	else if (x->shape == IMG_RECORDS)
		img_jw_open(&d->w, '[');
	for (int i = 0; (r = img_reader_part(d->rd, &part, d->err)) > 0; i++) {
		if (x->shape == IMG_QUEUES)
			img_jw_name(&d->w, queue[i]);
		if (x->shape == IMG_RECORDS)
			r = put_record(d, &part);
		else if (x->shape == IMG_NUMBERS)
			r = put_numbers(d);
		else
			r = put_run(d);
		if (r == 0 && x->shape != IMG_RECORDS)
			r = put_pad(d);
		if (r < 0)
			return -1;
	}
	if (x->shape == IMG_QUEUES)
		img_jw_close(&d->w, '}');
	else if (x->shape == IMG_RECORDS)
		img_jw_close(&d->w, ']');
	return r;
}

static void begin_chunk(struct decode *d)
{
	begin(d);
	if (d->how->tag)
		put_img(d);
	IMG_JW_KEY(&d->w, "extra");
}

static void end_chunk(struct decode *d, uint64_t at)
{
	IMG_JW_KEY(&d->w, "at");
	img_jw_u64(&d->w, at);
}

/*
 * Write the payload in lines of its own, each of IMG_INLINE bytes except the last, even across the
 * boundary between two runs; then the empty line that closes it.
 */
static int put_lines(struct decode *d, unsigned runs)
{
	struct img_part part;
	struct img_span s;
	uint64_t at = 0;
	size_t in_line = 0;
	int r = 1;

	/* Do not ask for a run after the last: that would skip the padding. */
	for (unsigned i = 0; i < runs; i++) {
		r = img_reader_part(d->rd, &part, d->err);
		if (r <= 0)
			break;
		while ((r = img_reader_data(d->rd, IMG_INLINE - in_line, &s, d->err)) != 0) {
			if (r < 0)
				return -1;
			if (in_line == 0) {
				begin_chunk(d);
				img_jw_b64_begin(&d->w);
			}
			img_jw_b64_part(&d->w, s.p, s.n);
			in_line += s.n;
			if (in_line == IMG_INLINE) {
				img_jw_b64_end(&d->w);
				end_chunk(d, at);
				end(d);
				at += in_line;
				in_line = 0;
				if (img_out_failed(d->w.o))
					return img_out_flush(d->w.o, d->err);
			}
		}
	}
	if (r < 0)
		return -1;
	if (in_line > 0) {
		img_jw_b64_end(&d->w);
		end_chunk(d, at);
		end(d);
		at += in_line;
	}
	begin_chunk(d);
	img_jw_plain(&d->w, "");
	end_chunk(d, at);
	return put_pad(d);
}

/* crit's text for an omitted payload: "... <2.9KB>". */
static void put_size(struct decode *d, uint64_t n)
{
	static const char *const unit[] = { "", "K", "M", "G", "T", "P", "E" };
	double v = (double)n;
	char text[40];
	int i = 0;

	while (v >= 1024) {
		v /= 1024;
		i++;
	}
	snprintf(text, sizeof(text), "... <%.*f%sB>", v == (double)(uint64_t)v ? 0 : 1, v, unit[i]);
	img_jw_plain(&d->w, text);
}

/* Size of the payload as crit counts it: without padding and length fields. */
static int count_payload(struct decode *d, uint64_t *n)
{
	struct img_part part;
	uint64_t rest;
	int r;

	*n = 0;
	while ((r = img_reader_part(d->rd, &part, d->err)) > 0) {
		if (part.len != IMG_UNKNOWN) {
			*n += part.body.n + part.len;
			continue;
		}
		if (img_reader_skip(d->rd, &rest, d->err) < 0)
			return -1;
		*n += rest;
		break;
	}
	return r < 0 ? -1 : 0;
}

/* Is the payload shown inside its entry? 1, 0 (in lines of its own), or -1 with *err. */
static int is_inline(struct decode *d, const struct img_entry *e)
{
	size_t have;

	if (!d->lines || e->extra->shape == IMG_NUMBERS || e->extra->shape == IMG_RECORDS)
		return 1;
	if (e->extra->shape != IMG_REST)
		return e->size.len[0] <= IMG_INLINE &&
		       e->size.len[0] + e->size.len[1] <= IMG_INLINE;
	if (img_reader_ahead(d->rd, IMG_INLINE + 1, &have, d->err) < 0)
		return -1;
	return have <= IMG_INLINE;
}

/* Write the payload, or its size, inside the entry. 1, 0 if it must follow in lines, or -1. */
static int put_payload(struct decode *d, const struct img_entry *e)
{
	uint64_t n;
	int r;

	if (e->extra == NULL)
		return 1;
	if (d->how->no_payload) {
		if (count_payload(d, &n) < 0)
			return -1;
		if (d->how->no_ghost && head_of(d)->type->first_extra == &img_extra_ghost)
			return 1;
		IMG_JW_KEY(&d->w, "extra");
		put_size(d, n);
		return 1;
	}
	r = is_inline(d, e);
	return r > 0 && put_inline(d, e->extra) < 0 ? -1 : r;
}

/*
 * Write a message that has been found unsound into nothing: what is wrong with it has to be known
 * before a part of a line is written, which may be too long to be taken back.
 */
static int try_message(const struct decode *d, const struct img_entry *e)
{
	struct img_out *nowhere = img_out_null();
	struct img_jw w;
	int r;

	if (nowhere == NULL)
		return img_fail_mem(d->err);
	img_jw_init(&w, nowhere, d->w.style);
	r = img_msg2json_as(&w, e->msg, e->body, d->human, IMG_UNSOUND, d->err);
	img_out_free(nowhere);
	return r;
}

static int put_entry(struct decode *d, const struct img_entry *e)
{
	enum img_sound sound = img_msg_sound(e->msg, e->body);
	int r;

	if (sound == IMG_UNSOUND && try_message(d, e) < 0)
		return img_err_under(d->err, "entries", (int64_t)e->index);
	begin_entry(d);
	if (e->extra == NULL)
		img_out_sure(d->w.o);
	if (img_msg2json_as(&d->w, e->msg, e->body, d->human, sound, d->err) < 0)
		return img_err_under(d->err, "entries", (int64_t)e->index);
	r = put_payload(d, e);
	if (r < 0)
		return -1;
	end_entry(d);
	if (r > 0)
		return 0;
	if (put_lines(d, e->extra->shape == IMG_QUEUES ? 2 : 1) < 0)
		return -1;
	end(d);
	return 0;
}

/* A raw image has no entries, only bytes. */
static int put_raw(struct decode *d)
{
	struct img_part part;
	struct img_span s;
	uint64_t n;
	int r;

	if (d->how->no_payload) {
		if (count_payload(d, &n) < 0)
			return -1;
		begin_chunk(d);
		put_size(d, n);
		if (d->lines)
			end_chunk(d, 0);
		end(d);
		return 0;
	}
	if (d->lines) {
		if (put_lines(d, 1) < 0)
			return -1;
		end(d);
		return 0;
	}
	r = img_reader_part(d->rd, &part, d->err);
	while (r > 0 && (r = img_reader_data(d->rd, IMG_INLINE, &s, d->err)) > 0) {
		begin_chunk(d);
		img_jw_b64(&d->w, s.p, s.n);
		end(d);
	}
	return r;
}

static void put_head(struct decode *d)
{
	if (d->lines)
		d->w.first = true;
	img_jw_open(&d->w, '{');
	if (d->how->tag)
		put_img(d);
	put_magic(d);
	if (!d->how->tag)
		put_img(d);
	put_framing(d);
	if (d->lines) {
		img_jw_close(&d->w, '}');
		img_out_byte(d->w.o, '\n');
	} else {
		IMG_JW_KEY(&d->w, "entries");
		img_jw_open(&d->w, '[');
	}
}

int img_decode(struct img_reader *rd, const struct img_decode *how, struct img_out *out,
	       struct img_err *err)
{
	struct decode d = { .rd = rd, .how = how, .err = err };
	struct img_entry e;
	bool empty = true;
	int r;

	d.lines = how->form == IMG_STREAM || how->form == IMG_HUMAN;
	d.human = how->form == IMG_HUMAN || how->form == IMG_PRETTY;
	img_jw_init(&d.w, out,
		    d.lines                   ? IMG_JW_LINE
		    : how->form == IMG_PRETTY ? IMG_JW_PRETTY
					      : IMG_JW_DOC);
	/* A tagged line names its image; an image without any line still needs one. */
	if (!how->tag || head_of(&d)->framing == IMG_NONE)
		put_head(&d);
	while ((r = img_reader_next(rd, &e, err)) > 0) {
		empty = false;
		r = e.msg != NULL ? put_entry(&d, &e) : put_raw(&d);
		if (r == 0 && img_out_failed(out))
			r = img_out_flush(out, err);
		if (r < 0)
			break;
	}
	if (r < 0) {
		img_out_rollback(out);
		if (!d.lines)
			img_out_byte(out, '\n');
		return -1;
	}
	if (how->tag && empty)
		put_head(&d);
	if (!d.lines) {
		img_jw_close(&d.w, ']');
		img_jw_close(&d.w, '}');
		if (!how->no_newline)
			img_out_byte(out, '\n');
	}
	return 0;
}
