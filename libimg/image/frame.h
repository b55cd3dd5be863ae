/* Length-prefixed messages, one after the other. */
#ifndef IMG_FRAME_H
#define IMG_FRAME_H

#include <stdbool.h>

#include "libimg/base/in.h"

enum { IMG_FRAME_PREFIX = 4 }; /* bytes of a length */

/* Largest message that is accepted, whatever its length field says: 1 GiB. */
#define IMG_MAX_ENTRY (UINT32_C(1) << 30)

/*
 * Read the next message: a 32-bit length (big-endian if `big`), then that many bytes. `what` and
 * `index` name it in errors ("entry 3"). Returns 1 with *body (borrowed, valid until the next read
 * from `in`), 0 at the end of the input, -1 with *err. The message is not consumed: call
 * img_in_eat(in, body->n) when done.
 */
int img_frame_next(struct img_in *in, const char *what, uint64_t index, bool big,
		   struct img_span *body, struct img_err *err);

#endif
