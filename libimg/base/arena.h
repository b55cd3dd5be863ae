/* Memory that is freed all at once. */
#ifndef IMG_ARENA_H
#define IMG_ARENA_H

#include <stddef.h>

struct img_arena;

/* `limit`: most bytes that it may hold, 0: IMG_ARENA_MAX. NULL: no memory. */
#define IMG_ARENA_MAX ((size_t)1 << 30)
struct img_arena *img_arena_new(size_t limit);
void img_arena_free(struct img_arena *a); /* NULL is fine */

/* Free all allocations; the memory is kept for the next ones. */
void img_arena_reset(struct img_arena *a);

/* n zeroed bytes, aligned for any type. NULL: no memory, or over the limit. */
void *img_arena_alloc(struct img_arena *a, size_t n);

/* How the last call of img_arena_alloc() ended. */
enum img_arena_end { IMG_ARENA_FINE, IMG_ARENA_FULL, IMG_ARENA_NO_MEMORY };
enum img_arena_end img_arena_last(const struct img_arena *a);

/* Bytes that it may hold at most; another limit, from here on. */
size_t img_arena_limit(const struct img_arena *a);
void img_arena_set_limit(struct img_arena *a, size_t limit);

/* Bytes that it holds. */
size_t img_arena_size(const struct img_arena *a);

/* How full it is, to free what is allocated from here on by img_arena_back(). */
struct img_arena_mark {
	const void *block;
	size_t used;
};
struct img_arena_mark img_arena_mark(const struct img_arena *a);
void img_arena_back(struct img_arena *a, struct img_arena_mark mark);

#endif
