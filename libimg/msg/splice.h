/*
 * Fields put into a message, or taken out of it, on any level: all other bytes stay. A level is
 * named by a path, the numbers of the fields that hold it: {3, 7} is the message in field 7 of
 * that in field 3, and the empty path the message itself.
 */
#ifndef IMG_SPLICE_H
#define IMG_SPLICE_H

#include "libimg/base/buf.h"
#include "libimg/base/in.h"

enum { IMG_PATH = 4 }; /* levels at most */

struct img_path {
	uint32_t tag[IMG_PATH];
	unsigned n;
};

/* Append a field to *to: a number, or bytes. */
void img_put_num(struct img_buf *to, uint32_t tag, uint64_t v);
void img_put_bytes(struct img_buf *to, uint32_t tag, const void *p, size_t n);

/*
 * The last message at the path: 1 with *sub, 0 if there is none, -1 with *err (damaged). Borrows
 * from body.
 */
int img_splice_get(struct img_span body, struct img_path path, struct img_span *sub,
		   struct img_err *err);

/*
 * Append to *out the message with `fields`, whole fields, in it: at the path, after all fields
 * with a number up to `tag`. Messages of the path that are missing are made. 0, or -1 with *err:
 * damaged, or no memory.
 */
int img_splice_put(struct img_span body, struct img_path path, uint32_t tag, struct img_span fields,
		   struct img_buf *out, struct img_err *err);

/*
 * Append to *out the message without the fields `tag` at the path. 1, 0: it has none of them (*out
 * gets all of it nevertheless), -1 with *err.
 */
int img_splice_cut(struct img_span body, struct img_path path, uint32_t tag, struct img_buf *out,
		   struct img_err *err);

/*
 * Append to *out the message with the number v as its field `tag`: in the place of the one that it
 * has, or after all fields with a smaller number. 0, or -1 with *err.
 */
int img_splice_num(struct img_span body, uint32_t tag, uint64_t v, struct img_buf *out,
		   struct img_err *err);

#endif
