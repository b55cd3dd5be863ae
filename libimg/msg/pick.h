/*
 * The fields of one level of a message by number: no struct, no copy, no memory. For callers that
 * need few fields of many entries; unpack.h gives a whole message.
 */
#ifndef IMG_PICK_H
#define IMG_PICK_H

#include "libimg/base/in.h"
#include "libimg/msg/schema.h"
#include "libimg/msg/wire.h"

enum { IMG_PICK_TAGS = 32 }; /* fields with this number or a greater one are not kept */

/* Borrows from the bytes of `body`. */
struct img_pick {
	struct img_span body;
	uint32_t have; /* bit `tag`: the field is present */
	bool ordered;  /* the numbers of the fields ascend */
	struct {
		uint64_t v;           /* the number; or the length of the bytes */
		const uint8_t *p;     /* of bytes */
		const uint8_t *first; /* first occurrence of the field */
	} at[IMG_PICK_TAGS];
};

/*
 * Scan the top level of a message: well formed, wire types, required fields. Of a field that
 * appears several times the last value counts. m NULL, as a raw entry has it, is an error.
 * Returns 0, or -1 with *err.
 */
int img_pick(struct img_pick *f, const struct img_msg *m, struct img_span body,
	     struct img_err *err);

/* Is the field there? tag < IMG_PICK_TAGS. */
inline bool img_has(const struct img_pick *f, unsigned tag)
{
	return (f->have >> tag & 1) != 0;
}

/* A number, 0 if absent. */
inline uint64_t img_num(const struct img_pick *f, unsigned tag)
{
	return img_has(f, tag) ? f->at[tag].v : 0;
}

/* The same, cut to 32 bits. */
inline uint32_t img_num32(const struct img_pick *f, unsigned tag)
{
	return (uint32_t)img_num(f, tag);
}

/* The bytes of a string or message, none if absent. */
struct img_span img_bytes(const struct img_pick *f, unsigned tag);

/* Pick a nested message: 1, 0 if absent, -1 with *err. */
int img_pick_sub(struct img_pick *sub, const struct img_pick *f, unsigned tag,
		 const struct img_msg *m, struct img_err *err);

/* Iterate over the values of a repeated field. */
struct img_each {
	struct img_wire w;
	struct img_span all;
	uint32_t tag;
	bool ordered;
	const uint8_t *packed, *packed_end; /* a run of numbers being read */
};

/*
 * Begin with the field `tag` of f, which must outlive *i. img_each_num() gives the next number,
 * img_each_bytes() the next string or message; false at the end.
 */
void img_each_begin(struct img_each *i, const struct img_pick *f, uint32_t tag);
bool img_each_num(struct img_each *i, uint64_t *v);
bool img_each_bytes(struct img_each *i, struct img_span *v);

#endif
