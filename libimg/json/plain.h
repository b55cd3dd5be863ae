/* The short way of msg2json: what most messages have most of is plain numbers. */
#ifndef IMG_PLAIN_H
#define IMG_PLAIN_H

#include "libimg/json/jw.h"
#include "libimg/msg/schema.h"

/*
 * Write the fields of a sound message that come next at `wire` as members of the open object, as
 * long as they are numbers, none of them a list, that are below 2^53 and in the range of their
 * type: these are the same in all styles. wire->p moves to after them. Returns the row of the last,
 * or `last` if there is none.
 */
int img_plain_numbers(struct img_jw *w, const struct img_msg *m, struct img_wire *wire, int last);

#endif
