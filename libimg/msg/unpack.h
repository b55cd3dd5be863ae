/*
 * A message as the C struct of protobuf-c, for typed access to all of its fields. img2json and
 * json2img do not use this: they walk the wire format.
 *
 * The declarations (core.pb-c.h and so on) are not installed: generate them with protoc --c_out
 * from the .proto files, or use protobuf-c's descriptors, to which each message points.
 */
#ifndef IMG_UNPACK_H
#define IMG_UNPACK_H

#include "libimg/base/in.h"
#include "libimg/msg/schema.h"

/* Memory that is freed all at once. */
struct img_arena;

/* `limit`: most bytes that it may hold, 0: IMG_ARENA_MAX. NULL: no memory. */
#define IMG_ARENA_MAX ((size_t)1 << 30)
struct img_arena *img_arena_new(size_t limit);
void img_arena_free(struct img_arena *a); /* NULL is fine */

/* Free all allocations; the memory is kept for the next ones. */
void img_arena_reset(struct img_arena *a);

/* n zeroed bytes, aligned for any type. NULL: no memory, or over the limit. */
void *img_arena_alloc(struct img_arena *a, size_t n);

/*
 * Check a message on all levels: well formed, wire types, required fields, nesting no deeper than
 * IMG_MAX_DEPTH. m NULL is an error. Returns 0, or -1 with *err (offset, key path).
 */
int img_wire_check(const struct img_msg *m, struct img_span body, struct img_err *err);

/*
 * Check a message and unpack it into the arena: a `CoreEntry *` for img_msg_core_entry and so on,
 * valid until the arena is reset. NULL with *err: damaged, or too large.
 */
void *img_unpack(const struct img_msg *m, struct img_span body, struct img_arena *a,
		 struct img_err *err);

#endif
