/*
 * A message as the C struct that protobuf-c makes of it, for those who want typed access to
 * the whole of it. The codec does not go this way: it walks the wire.
 *
 * Its declarations (core.pb-c.h and so on) are not installed: make them with protoc --c_out from
 * the .proto files, or go by protobuf-c's descriptors, which every message begins with.
 */
#ifndef IMG_UNPACK_H
#define IMG_UNPACK_H

#include "libimg/base/in.h"
#include "libimg/msg/schema.h"

/* Memory that is given back all at once. */
struct img_arena;

/* `limit`: bytes that it may hold at most, 0: IMG_ARENA_MAX. NULL: no memory. */
#define IMG_ARENA_MAX ((size_t)1 << 30)
struct img_arena *img_arena_new(size_t limit);
void img_arena_free(struct img_arena *a); /* NULL is fine */

/* Forget all that it holds; the memory is kept for what comes next. */
void img_arena_reset(struct img_arena *a);

/* n bytes, zeroed, aligned for any type; NULL: no memory, or over the limit. */
void *img_arena_alloc(struct img_arena *a, size_t n);

/*
 * Check a message through all levels: well formed, wire types, required fields, nesting
 * no deeper than IMG_MAX_DEPTH. Returns 0, or -1 with *err (offset, key path).
 */
int img_wire_check(const struct img_msg *m, struct img_span body, struct img_err *err);

/*
 * Check a message and unpack it into the arena: a `CoreEntry *` for img_msg_core_entry and
 * so on, good until the arena is reset. NULL with *err: damaged, or too large.
 */
void *img_unpack(const struct img_msg *m, struct img_span body, struct img_arena *a,
		 struct img_err *err);

#endif
