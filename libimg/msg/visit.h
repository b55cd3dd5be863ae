/*
 * The fields of a message, all levels of it, on their way from one message into another:
 * what nobody changes keeps its bytes.
 */
#ifndef IMG_VISIT_H
#define IMG_VISIT_H

#include "libimg/base/buf.h"
#include "libimg/base/in.h"
#include "libimg/msg/schema.h"

struct img_field {
	const struct img_msg *msg;      /* the message that it is in */
	const struct img_row *row;      /* NULL: unknown to the schema */
	const struct img_field *parent; /* the field that holds msg, NULL at the top */
	const char *image;              /* as given to img_visit(), for reports */
	uint64_t entry;                 /* likewise */
	uint64_t index;                 /* in a repeated field, from 0; else 0 */
	uint32_t tag;
	uint8_t wt;            /* wire type of the value: IMG_VARINT, ... */
	uint64_t num;          /* value as it stands on the wire, zigzag too; may be set */
	struct img_span bytes; /* string, bytes, message; may be set to bytes of yours */
};

enum img_verdict {
	IMG_KEEP, /* as it is; a message is entered, field by field */
	IMG_PASS, /* as it is; a message is not entered */
	IMG_SET,  /* num or bytes have been set: the field gets them. Not for a group */
	IMG_DROP, /* the field is left out */
};

/*
 * What becomes of a field: a verdict, or -1 with *err (its path is filled in by the caller).
 * Each value of a packed list comes by itself. Bytes that it sets have to stay until the
 * next call, or the end of img_visit().
 */
typedef int img_visit_fn(void *arg, struct img_field *f, struct img_err *err);

/*
 * Call fn for each field of a message, a message field before those in it. Order, unknown
 * fields, packing and the bytes of fields that are kept stay; lengths follow. `image` and
 * `entry` are handed to fn. Returns 1 with the new message appended to *out; 0 where nothing
 * has changed: nothing is appended then; -1 with *err: damaged (wire types, required fields,
 * nesting over IMG_MAX_DEPTH), no memory, or fn's error.
 */
int img_visit(const struct img_msg *m, struct img_span body, const char *image, uint64_t entry,
	      img_visit_fn *fn, void *arg, struct img_buf *out, struct img_err *err);

/* The name of the field: its JSON key. "" where the schema does not know it. */
const char *img_field_name(const struct img_field *f);

/* Key path within the entry, "isk.src_addr[0]", into buf; cut where it does not fit. Returns buf. */
char *img_field_path(const struct img_field *f, char *buf, size_t size);

#endif
