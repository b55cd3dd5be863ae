/* Scan the top level of a message, and rewrite it in canonical form. */
#ifndef IMG_CANON_H
#define IMG_CANON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/base/in.h"
#include "libimg/msg/schema.h"

struct img_buf;

/* The result of one scan. */
struct img_scan {
	uint64_t seen; /* bit i: desc->fields[i] is present */
	bool ordered;  /* field numbers ascend, no singular field appears twice */
	bool unknown;  /* has fields that are not in the schema */
	/*
	 * Ordered, the unknown fields too, and the tags, lengths and varints as short as can be.
	 * That says nothing of the values, nor of the messages in this one.
	 */
	bool plain;
};

/*
 * Scan the top level of n bytes: well formed, wire types as in the schema, required fields
 * present. Returns NULL, or the reason, with its place in *bad and the name of the field, or NULL,
 * in *key.
 */
const char *img_msg_scan(const struct img_msg *m, const uint8_t *p, size_t n, struct img_scan *s,
			 const uint8_t **bad, const char **key);

/*
 * Append the message to *to with ascending field numbers, sorted stably. Of a singular field the
 * last value counts, and the parts of a singular message are joined; fields that are not in the
 * schema keep their order among themselves. The message must have been scanned. Takes a pass for
 * each field of the schema that is present, and no memory beside the result. Returns 0, or -1
 * with *err (no memory, IMG_JOINED_MAX).
 */
int img_msg_canon(const struct img_msg *m, const uint8_t *p, size_t n, struct img_buf *to,
		  struct img_err *err);

/*
 * Append the message to *to as its fields say it, on all levels: as img_msg_canon() does, with
 * numbers cut to the type of their field and written as short as can be, packed lists as single
 * values. Two messages are equal then if their fields are. Returns 0, or -1 with *err
 * (damaged, no memory, IMG_JOINED_MAX).
 */
int img_msg_plain(const struct img_msg *m, const uint8_t *p, size_t n, struct img_buf *to,
		  struct img_err *err);

/* A varint of a field of this type as CRIU writes the value that it has: cut, sign-extended. */
uint64_t img_field_value(ProtobufCType type, uint64_t v);

/* Copies of joined messages, all levels together, take at most so many bytes: 64 MiB. */
#define IMG_JOINED_MAX ((size_t)64 << 20)

/*
 * Append the content of all fields of a row to *to: the parts of a singular message that comes
 * more than once, which make one message. `s` is the message around them, scanned before.
 * *joined: bytes in such copies so far. Returns 0, or -1 with *err (no memory, IMG_JOINED_MAX).
 */
int img_msg_join(const struct img_msg *m, int row, struct img_span s, struct img_buf *to,
		 size_t *joined, struct img_err *err);

#endif
