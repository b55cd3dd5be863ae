/* Messages and their fields. The rows are generated from proto/ by mkschema. */
#ifndef IMG_SCHEMA_H
#define IMG_SCHEMA_H

#include <protobuf-c/protobuf-c.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/img_schema.h"
#include "libimg/msg/wire.h"

struct img_err;
struct img_msg;
struct img_names;

/*
 * What protobuf-c's descriptor lacks, and what is needed for each field of a message, in half a
 * cache line.
 */
struct img_row {
	/*
	 * ",\"pid\":", key_len bytes, padded with NULs to a multiple of IMG_KEY_BLOCK, and one
	 * more NUL
	 */
	const char *key;
	uint16_t tag; /* field number */
	uint8_t key_len;
	uint8_t hints;                 /* IMG_HINT_…: its (criu) options */
	uint32_t wt : 3;               /* wire type of one value */
	uint32_t type : 5;             /* PROTOBUF_C_TYPE_…, as desc->fields has it elsewhere */
	uint32_t list : 1;             /* repeated */
	uint32_t cls : 4;              /* IMG_CLASS_…: what its value is */
	uint32_t verbs : 18;           /* IMG_VERB_… bits: rewriting verbs that take it */
	uint32_t newer : 1;            /* no release has it: another form of it is unknown */
	const struct img_msg *sub;     /* the nested message, or NULL */
	const struct img_names *names; /* of a flags or dict field, or NULL */
};

/* Keys are copied in blocks of this size, which is faster than by their length. */
#define IMG_KEY_BLOCK 16

struct img_msg {
	const ProtobufCMessageDescriptor *desc;
	const struct img_row *rows; /* parallel to desc->fields: ascending numbers */
	uint64_t required;          /* bit i: desc->fields[i] is required */
	unsigned n;                 /* rows */
	uint8_t heads[128];         /* row + 1 by a one-byte tag of the row's wire type */
	const uint32_t *since; /* parallel to rows: the first CRIU with the field, IMG_CRIU() */
	const char *const
		*former; /* parallel to rows: the name a field had before, or NULL; NULL: none */
};

/* A release of CRIU as a number, so that the later one is the larger: IMG_CRIU(3, 17, 1). */
#define IMG_CRIU(major, minor, patch) ((major)*10000u + (minor)*100u + (patch))
#define IMG_CRIU_DEV UINT32_MAX /* what no release has yet */

/* "3.17.1", "4.2" or "dev" in buf; returns buf. */
enum { IMG_CRIU_TEXT = 24 };
char *img_criu_text(uint32_t release, char buf[IMG_CRIU_TEXT]);

/*
 * The row of field number `tag`, or -1. `hint` is a guess, any value is fine; the row after the
 * last one found is a good guess.
 */
inline int img_msg_find(const struct img_msg *m, uint32_t tag, unsigned hint)
{
	unsigned lo = 0, hi = m->n;

	if (hint < hi && m->rows[hint].tag == tag)
		return (int)hint;
	/* Most messages have field numbers without gaps. */
	if (tag - 1 < hi && m->rows[tag - 1].tag == tag)
		return (int)(tag - 1);
	while (lo < hi) {
		unsigned mid = (lo + hi) / 2;

		if (m->rows[mid].tag == tag)
			return (int)mid;
		if (m->rows[mid].tag < tag)
			lo = mid + 1;
		else
			hi = mid;
	}
	return -1;
}

/*
 * Does a field have the form of the row, down to the bytes of a message? What no release of CRIU
 * has may have changed its form on the way, or be the field of somebody else.
 */
bool img_row_fits(const struct img_row *row, const struct img_wfield *f);

/*
 * The row of a field, as img_msg_find(); -1 too if it is one that no release has, in another form.
 */
inline int img_msg_row(const struct img_msg *m, const struct img_wfield *f, unsigned hint)
{
	int r = img_msg_find(m, f->tag, hint);

	return r >= 0 && m->rows[r].newer && !img_row_fits(&m->rows[r], f) ? -1 : r;
}

/*
 * Read the next field as img_wire_next() does, and find its row: *row is -1 if there is none. Its
 * wire type may be wrong. `hint` as above.
 */
inline const char *img_msg_next(const struct img_msg *m, struct img_wire *w, struct img_wfield *f,
				unsigned hint, int *row)
{
	const uint8_t *p = w->p, *q;
	uint8_t head = *p, at = head < 0x80 ? m->heads[head] : 0;
	const char *why;

	/* Most fields: a tag of one byte, then a varint. */
	if (at != 0 && (head & 7) == IMG_VARINT) {
		q = img_varint(p + 1, w->end, &f->v);
		if (q != NULL) {
			*row = at - 1;
			f->at = p;
			f->tag = head >> 3;
			f->wt = IMG_VARINT;
			w->p = q;
			return NULL;
		}
	}
	why = img_wire_next(w, f);
	*row = why == NULL ? img_msg_row(m, f, hint) : -1;
	return why;
}

/* Does the schema have the list of a row in one field? Images may have it otherwise all the same. */
inline bool img_row_packed(const struct img_msg *m, int row)
{
	return (m->desc->fields[row].flags & PROTOBUF_C_FIELD_FLAG_PACKED) != 0;
}

/* Does the row accept a field of wire type wt? A list may be packed. */
inline bool img_row_takes(const struct img_row *row, uint8_t wt)
{
	return wt == row->wt || (wt == IMG_BYTES && row->list);
}

/* Are the n bytes at p, a packed list of a row that is one, whole numbers to their end? */
bool img_packed_whole(const struct img_row *row, const uint8_t *p, size_t n);

/*
 * For calls that are given a message: there is none, since the bytes are those of a raw image
 * (img_entry.msg is NULL). Fills *err and returns -1.
 */
int img_msg_fail_raw(struct img_err *err, uint64_t off);

/* Is the row's field named by n bytes at `name`? memcmp() costs more than names as short as these. */
inline bool img_row_is(const struct img_row *row, const char *name, size_t n)
{
	const char *key = row->key + 2;
	uint64_t x, y;

	if (n != row->key_len - 4u)
		return false;
	if (n < 4) {
		for (size_t i = 0; i < n; i++)
			if (key[i] != name[i])
				return false;
		return true;
	}
	/* The first four bytes and the last four, which may be some of the same. */
	if (n < sizeof(x)) {
		uint32_t first[2], last[2];

		memcpy(&first[0], key, 4);
		memcpy(&first[1], name, 4);
		memcpy(&last[0], key + n - 4, 4);
		memcpy(&last[1], name + n - 4, 4);
		return first[0] == first[1] && last[0] == last[1];
	}
	for (size_t i = 0; i + sizeof(x) <= n; i += sizeof(x)) {
		memcpy(&x, key + i, sizeof(x));
		memcpy(&y, name + i, sizeof(y));
		if (x != y)
			return false;
	}
	memcpy(&x, key + n - sizeof(x), sizeof(x));
	memcpy(&y, name + n - sizeof(y), sizeof(y));
	return x == y;
}

/*
 * The row of that name if it is row `hint` or one of the three after it, else -1: keys come in the
 * order of the fields, some of which are absent.
 */
inline int img_msg_near(const struct img_msg *m, const char *name, size_t n, unsigned hint)
{
	for (unsigned i = hint; i < m->n && i < hint + 4; i++)
		if (img_row_is(&m->rows[i], name, n))
			return (int)i;
	return -1;
}

/* The row of the field named by n bytes at `name`, or -1; hint as above. */
int img_msg_find_name(const struct img_msg *m, const char *name, size_t n, unsigned hint);

/*
 * The same for a name that is not the field's today: one that it had in an earlier CRIU, or the
 * camelCase form that Go's JSON of protobuf has (imgVersion for img_version).
 */
int img_msg_find_alias(const struct img_msg *m, const char *name, size_t n);

#endif
