#include "libimg/msg2json.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/buf.h"
#include "libimg/canon.h"
#include "libimg/note.h"
#include "libimg/qp.h"
#include "libimg/utf8.h"
#include "libimg/wire.h"

struct walk {
	struct jw *w;
	bool human;
	struct img_err *err;
};

/* A message on its way: `off` is the place in the image of the octet at `base`. */
struct place {
	const uint8_t *base;
	uint64_t off;
	bool moved; /* reordered: all offsets are that of the message */
};

static uint64_t where(const struct place *at, const uint8_t *p)
{
	return at->moved ? at->off : at->off + (uint64_t)(p - at->base);
}

static int members(struct walk *c, const struct img_msg *m, const uint8_t *p, size_t n,
		   const struct place *at, unsigned inherited, unsigned depth);

/* Sign-extend what the wire holds to the field's own type. */
static void print_number(struct walk *c, const ProtobufCFieldDescriptor *f,
			 const struct img_row *row, unsigned notes, uint64_t v)
{
	const ProtobufCEnumValue *e;
	bool is_signed = false;

	switch (f->type) {
	case PROTOBUF_C_TYPE_BOOL: jw_bool(c->w, v != 0); return;
	case PROTOBUF_C_TYPE_ENUM:
		e = protobuf_c_enum_descriptor_get_value(f->descriptor, (int)(uint32_t)v);
		if (e != NULL)
			jw_plain(c->w, e->name);
		else
			jw_i64(c->w, (int32_t)v);
		return;
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SFIXED32:
		v = (uint64_t)(int32_t)v;
		is_signed = true;
		break;
	case PROTOBUF_C_TYPE_SINT32:
		v = (uint64_t)(int32_t)img_unzigzag((uint32_t)v);
		is_signed = true;
		break;
	case PROTOBUF_C_TYPE_SINT64:
		v = img_unzigzag(v);
		is_signed = true;
		break;
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SFIXED64: is_signed = true; break;
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: v = (uint32_t)v; break;
	default: break;
	}
	if (c->human && notes != 0 && img_note_print(c->w, row, notes, v))
		return;
	if (is_signed)
		jw_int(c->w, (int64_t)v);
	else
		jw_uint(c->w, v);
}

/* crit's text for the name of a unix socket, as long as it leads back to the same octets. */
static int print_unix_name(struct walk *c, const struct img_wfield *f)
{
	struct img_buf text = { 0 }, back = { 0 };

	img_qp_encode(&text, f->p, f->n);
	img_qp_decode(&back, text.p, text.n);
	if (text.failed || back.failed) {
		img_buf_free(&text);
		img_buf_free(&back);
		return img_fail_mem(c->err);
	}
	if (back.n == f->n && (f->n == 0 || memcmp(back.p, f->p, f->n) == 0)) {
		jw_str(c->w, text.p, text.n);
	} else {
		jw_open(c->w, '{');
		JW_KEY(c->w, "@base64");
		jw_b64(c->w, f->p, f->n);
		jw_close(c->w, '}');
	}
	img_buf_free(&text);
	img_buf_free(&back);
	return 0;
}

static int print_value(struct walk *c, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		       const struct img_wfield *v, const struct place *at, unsigned inherited,
		       unsigned depth)
{
	switch (f->type) {
	case PROTOBUF_C_TYPE_STRING: jw_text(c->w, v->p, v->n); return 0;
	case PROTOBUF_C_TYPE_BYTES:
		if (row->notes & IMG_NOTE_CONV)
			return print_unix_name(c, v);
		jw_b64(c->w, v->p, v->n);
		return 0;
	case PROTOBUF_C_TYPE_MESSAGE:
		jw_open(c->w, '{');
		if (members(c, row->sub, v->p, v->n, at, inherited | (row->notes & IMG_NOTE_HEX),
			    depth + 1) < 0)
			return -1;
		jw_close(c->w, '}');
		return 0;
	default: print_number(c, f, row, inherited | row->notes, v->v); return 0;
	}
}

/* A list as it is being written. */
struct list {
	bool open;
	uint64_t n;
};

static void list_item(struct walk *c, struct list *l, const struct img_row *row)
{
	if (!l->open) {
		jw_row_key(c->w, row->key, row->key_len);
		jw_open(c->w, '[');
		l->open = true;
	}
	jw_item(c->w);
	l->n++;
}

/* The next number of a packed run; NULL or the reason. */
static const char *unpack_one(struct img_wire *run, uint8_t wt, struct img_wfield *v)
{
	const uint8_t *p;

	v->at = run->p;
	if (wt == IMG_VARINT) {
		p = img_varint(run->p, run->end, &v->v);
		if (p == NULL)
			return "packed varint truncated";
		run->p = p;
		return NULL;
	}
	v->v = 0;
	for (unsigned i = 0, n = wt == IMG_FIXED64 ? 8 : 4; i < n; i++) {
		if (run->p == run->end)
			return "packed field truncated";
		v->v |= (uint64_t)*run->p++ << 8 * i;
	}
	return NULL;
}

static int list_add(struct walk *c, struct list *l, const ProtobufCFieldDescriptor *f,
		    const struct img_row *row, const struct img_wfield *v, const struct place *at,
		    unsigned inherited, unsigned depth)
{
	uint8_t wt = img_field_wt(f->type);
	struct img_wfield one = { .tag = v->tag, .wt = wt };
	struct img_wire run;
	const char *why;

	if (v->wt == wt) {
		list_item(c, l, row);
		if (print_value(c, f, row, v, at, inherited, depth) < 0)
			return img_err_under(c->err, f->name, (int64_t)l->n - 1);
		return 0;
	}
	run = (struct img_wire){ v->p, v->p + v->n };
	while (run.p < run.end) {
		why = unpack_one(&run, wt, &one);
		if (why != NULL) {
			img_fail(c->err, IMG_EDATA, where(at, one.at), "%s", why);
			return img_err_under(c->err, f->name, (int64_t)l->n);
		}
		list_item(c, l, row);
		print_value(c, f, row, &one, at, inherited, depth);
	}
	return 0;
}

/* Words of an address: at most four are kept, all are counted; more are no address. */
enum { TOO_MANY = 5 };
struct words {
	uint32_t v[4];
	size_t n;
};

static void add_word(struct words *a, uint64_t v)
{
	if (a->n < 4)
		a->v[a->n] = (uint32_t)v;
	a->n++;
}

/* The words in all fields of that row, from `v` on and in the rest of the message. */
static void gather_words(struct words *a, const struct img_msg *m, int row, struct img_wfield v,
			 struct img_wire rest)
{
	a->n = 0;
	for (;;) {
		if (img_msg_find(m, v.tag, (unsigned)row) == row && v.wt == IMG_BYTES) {
			struct img_wire run = { v.p, v.p + v.n };
			struct img_wfield one;

			while (run.p < run.end) {
				if (unpack_one(&run, IMG_VARINT, &one) != NULL) {
					a->n = TOO_MANY; /* the list will say what is wrong */
					return;
				}
				add_word(a, one.v);
			}
		} else if (img_msg_find(m, v.tag, (unsigned)row) == row) {
			add_word(a, v.v);
		}
		if (rest.p == rest.end || img_wire_next(&rest, &v) != NULL)
			return;
	}
}

static void print_address(struct walk *c, struct list *l, const struct img_row *row,
			  const struct words *words)
{
	char text[IMG_ADDR_MAX];

	list_item(c, l, row);
	jw_plain(c->w, img_addr_print(words->v, words->n, text));
}

/* The fields that the schema does not know, as they stand. */
static int print_unknown(struct walk *c, const struct img_msg *m, const uint8_t *p, size_t n)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f;

	JW_KEY(c->w, "@unknown");
	jw_b64_begin(c->w);
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (img_msg_find(m, f.tag, 0) < 0)
			jw_b64_part(c->w, f.at, (size_t)(w.p - f.at));
	jw_b64_end(c->w);
	return 0;
}

/* Members of a message whose numbers ascend. */
static int ordered(struct walk *c, const struct img_msg *m, const uint8_t *p, size_t n,
		   const struct place *at, unsigned inherited, unsigned depth)
{
	struct img_wire w = { p, p + n };
	struct img_wfield v;
	struct list list = { 0 };
	int row = -1, skip = -1;

	while (w.p < w.end) {
		const ProtobufCFieldDescriptor *f;
		struct words words;
		int last = row, r;

		if (img_wire_next(&w, &v) != NULL)
			break; /* scanned before */
		r = img_msg_find(m, v.tag, (unsigned)(row + 1));
		if (r < 0 || r == skip)
			continue;
		row = r;
		f = &m->desc->fields[r];
		if (r != last && list.open)
			jw_close(c->w, ']');
		if (r != last)
			list = (struct list){ 0 };
		if (f->label != PROTOBUF_C_LABEL_REPEATED) {
			jw_row_key(c->w, m->rows[r].key, m->rows[r].key_len);
			if (print_value(c, f, &m->rows[r], &v, at, inherited, depth) < 0)
				return img_err_under(c->err, f->name, -1);
			continue;
		}
		if (c->human && m->rows[r].notes & IMG_NOTE_IPADD && r != last) {
			gather_words(&words, m, r, v, w);
			if (words.n == 1 || words.n == 4) {
				print_address(c, &list, &m->rows[r], &words);
				skip = r;
				continue;
			}
		}
		if (list_add(c, &list, f, &m->rows[r], &v, at, inherited, depth) < 0)
			return -1;
	}
	if (list.open)
		jw_close(c->w, ']');
	return 0;
}

static int members(struct walk *c, const struct img_msg *m, const uint8_t *p, size_t n,
		   const struct place *at, unsigned inherited, unsigned depth)
{
	struct img_scan s;
	const uint8_t *bad = p;
	const char *why, *key = NULL;
	struct img_buf canon = { 0 };
	struct place moved = { NULL, where(at, p), true };
	int r;

	if (depth > IMG_MAX_DEPTH)
		return img_fail(c->err, IMG_ELIMIT, where(at, p),
				"messages nested deeper than %d levels", IMG_MAX_DEPTH);
	why = img_msg_scan(m, p, n, &s, &bad, &key);
	if (why != NULL) {
		img_fail(c->err, IMG_EDATA, where(at, bad), "%s", why);
		return key != NULL ? img_err_under(c->err, key, -1) : -1;
	}
	if (s.ordered) {
		r = ordered(c, m, p, n, at, inherited, depth);
	} else {
		if (img_msg_canon(m, p, n, &canon, c->err) < 0)
			return -1;
		r = ordered(c, m, canon.p, canon.n, &moved, inherited, depth);
		img_buf_free(&canon);
	}
	if (r == 0 && s.unknown)
		r = print_unknown(c, m, p, n);
	return r;
}

int img_msg2json(struct jw *w, const struct img_msg *m, struct img_span body, bool human,
		 struct img_err *err)
{
	struct walk c = { w, human, err };
	struct place at = { body.p, body.off, false };

	return members(&c, m, body.p, body.n, &at, 0, 1);
}
