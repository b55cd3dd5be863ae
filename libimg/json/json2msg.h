/* One JSON object to one protobuf message. */
#ifndef IMG_JSON2MSG_H
#define IMG_JSON2MSG_H

#include "libimg/base/buf.h"
#include "libimg/json/jr.h"
#include "libimg/msg/schema.h"

/*
 * Called for a key that is not a field of the message: read last from jr, its value is next.
 * Returns 1 (value read), 0 (unknown key), -1 with *err.
 */
typedef int img_other_key(void *arg, const struct jr_tok *key, struct img_err *err);

/*
 * Read the rest of an object, whose opening token has been read, and append the message to *to in
 * ascending field numbers. Accepts every form in img2json(1); refuses unknown and duplicate keys,
 * missing required fields, values out of range. Returns 0, or -1 with *err (line, key path).
 */
int img_json2msg(struct img_jr *jr, const struct img_msg *m, struct img_buf *to,
		 img_other_key *other, void *arg, struct img_err *err);

#endif
