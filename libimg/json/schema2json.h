/* The schema itself as JSON Lines, a line for each field. */
#ifndef IMG_SCHEMA2JSON_H
#define IMG_SCHEMA2JSON_H

#include "libimg/base/err.h"
#include "libimg/base/out.h"

/*
 * Write an object for each field of each message, in the order of img_msgs. Its members:
 *
 *	message, field, number
 *	type		of a value: a scalar of protobuf, an enum or a message
 *	label		"required", "optional" or "repeated"
 *	late		true: required, but absent from images of an older CRIU
 *	default		of a field that has one
 *	class		what a value is: img_class_names
 *	verbs		rewriting verbs that take it: img_verb_names
 *	hint		how people read it: img_hint_names
 *	names		of its bits or numbers, with their values
 *	enum		the names of an enum, with their values
 *	since		the first CRIU with the field; "dev": none released
 *	images		image types that hold it, each with its places there
 *
 * A place is a key path below the entry. `[]` stands after a repeated field, `(.children[])*` for
 * any number of steps down a message that holds its like. Returns 0, or -1 with *err: no memory.
 * Failures of the sink stick in it.
 */
int img_schema2json(struct img_out *out, struct img_err *err);

#endif
