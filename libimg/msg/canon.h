/* Scan the top level of a message, and rewrite it in canonical form. */
#ifndef IMG_CANON_H
#define IMG_CANON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/msg/schema.h"

struct img_buf;

/* The result of one scan. */
struct img_scan {
	uint64_t seen; /* bit i: desc->fields[i] is present */
	bool ordered;  /* field numbers ascend, no singular field appears twice */
	bool unknown;  /* has fields that are not in the schema */
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
 * schema keep their order among themselves. The message must have been scanned. Returns 0, or -1
 * with *err (no memory).
 */
int img_msg_canon(const struct img_msg *m, const uint8_t *p, size_t n, struct img_buf *to,
		  struct img_err *err);

#endif
