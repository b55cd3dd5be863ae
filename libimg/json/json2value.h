/* One value of JSON to what a field has on the wire. */
#ifndef IMG_JSON2VALUE_H
#define IMG_JSON2VALUE_H

#include "libimg/base/buf.h"
#include "libimg/json/jr.h"
#include "libimg/msg/schema.h"

/*
 * Read the number, truth value, name or human-readable form that *t is for the field f with its row.
 * *v is its value as an integer, not yet in zigzag form. Refused: what is out of the range of
 * the field's type. 0, or -1 with *err (line).
 */
int img_json_number(struct img_jr *jr, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		    const struct jr_tok *t, uint64_t *v, struct img_err *err);

/*
 * Append a string token or {"@base64": "..."}, whose first token is *t, as bytes to *to. The
 * string stands for its UTF-8, or is base64 if `b64`. 0, or -1 with *err.
 */
int img_json_bytes(struct img_jr *jr, const struct jr_tok *t, bool b64, struct img_buf *to,
		   struct img_err *err);

/* Read an integer from 0 to `max` without fraction or exponent. 0, or -1 with *err. */
int img_json_uint(struct img_jr *jr, const struct jr_tok *t, uint64_t max, uint64_t *v,
		  struct img_err *err);

#endif
