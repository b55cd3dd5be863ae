/* Is a message written as CRIU writes it? And if not: rewritten so. */
#ifndef IMG_CANON_H
#define IMG_CANON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"
#include "libimg/msg/schema.h"

struct img_buf;

/* What one look over the top level of a message tells. */
struct img_scan {
	uint64_t seen; /* bit i: desc->fields[i] is there */
	bool ordered;  /* numbers ascend, no singular field comes twice */
	bool unknown;  /* there are fields that the schema does not know */
};

/*
 * Look over the top level of n bytes: well formed, wire types as the schema has them,
 * required fields there. Returns NULL, or what is wrong, with *bad where and *key the
 * field's name or NULL.
 */
const char *img_msg_scan(const struct img_msg *m, const uint8_t *p, size_t n, struct img_scan *s,
			 const uint8_t **bad, const char **key);

/*
 * Append the message to *to with ascending field numbers, stably; of a singular field the
 * last value counts, and the parts of a singular message join; fields that the schema does
 * not know keep their order among themselves. The message has been scanned before. Returns 0, or
 * -1 with *err (no memory).
 */
int img_msg_canon(const struct img_msg *m, const uint8_t *p, size_t n, struct img_buf *to,
		  struct img_err *err);

#endif
