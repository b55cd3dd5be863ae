/*
 * A message as the C struct of protobuf-c, for typed access to all of its fields. img2json and
 * json2img do not use this: they walk the wire format.
 *
 * The declarations (core.pb-c.h and so on) are not installed: generate them with protoc --c_out
 * from the .proto files, or use protobuf-c's descriptors, to which each message points.
 */
#ifndef IMG_UNPACK_H
#define IMG_UNPACK_H

#include "libimg/base/arena.h"
#include "libimg/base/in.h"
#include "libimg/msg/schema.h"

/*
 * Check a message on all levels: well formed, wire types, required fields, nesting no deeper than
 * IMG_MAX_DEPTH. m NULL is an error. Returns 0, or -1 with *err (offset, key path).
 */
int img_wire_check(const struct img_msg *m, struct img_span body, struct img_err *err);

/*
 * Check a message and unpack it into the arena: a `CoreEntry *` for img_msg_core_entry and so on,
 * valid until the arena is reset. A field that is unknown because it has another form than the one
 * that no release has yet is left out. NULL with *err: damaged, or too large.
 */
void *img_unpack(const struct img_msg *m, struct img_span body, struct img_arena *a,
		 struct img_err *err);

#endif
