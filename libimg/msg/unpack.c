#include "libimg/msg/unpack.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/msg/canon.h"
#include "libimg/msg/wire.h"

/* A list of blocks, the current one first. */
struct block {
	struct block *next;
	size_t size;
	alignas(max_align_t) uint8_t data[];
};

struct img_arena {
	struct block *first;
	size_t used; /* bytes of the first block in use */
	size_t all, limit;
	enum refusal { NOTHING, OVER_LIMIT, NO_MEMORY } refused; /* reason of the last failure */
};

enum { BLOCK = 64 << 10 };

struct img_arena *img_arena_new(size_t limit)
{
	struct img_arena *a = img_calloc(1, sizeof(*a));

	if (a != NULL)
		a->limit = limit != 0 ? limit : IMG_ARENA_MAX;
	return a;
}

static void free_blocks(struct block *b)
{
	while (b != NULL) {
		struct block *next = b->next;

		img_free(b);
		b = next;
	}
}

void img_arena_free(struct img_arena *a)
{
	if (a == NULL)
		return;
	free_blocks(a->first);
	img_free(a);
}

void img_arena_reset(struct img_arena *a)
{
	if (a->first == NULL)
		return;
	/* Keep one block, unless it is one that a huge message needed. */
	free_blocks(a->first->next);
	a->first->next = NULL;
	if (a->first->size > (size_t)16 * BLOCK) {
		img_free(a->first);
		a->first = NULL;
	}
	a->used = 0;
	a->all = a->first != NULL ? a->first->size : 0;
}

static void *refuse(struct img_arena *a, enum refusal why)
{
	a->refused = why;
	return NULL;
}

void *img_arena_alloc(struct img_arena *a, size_t n)
{
	void *p;

	if (n > a->limit)
		return refuse(a, OVER_LIMIT);
	n = (n + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
	if (a->first == NULL || a->first->size - a->used < n) {
		size_t size = n > BLOCK ? n : BLOCK;
		struct block *b;

		if (size > a->limit || a->all > a->limit - size)
			return refuse(a, OVER_LIMIT);
		b = img_realloc(NULL, sizeof(*b) + size);
		if (b == NULL)
			return refuse(a, NO_MEMORY);
		b->size = size;
		b->next = a->first;
		a->first = b;
		a->used = 0;
		a->all += size;
	}
	p = a->first->data + a->used;
	a->used += n;
	return memset(p, 0, n);
}

/* protobuf-c initializes what it allocates; zeroing it again is cheap compared with unpacking. */
static void *pb_alloc(void *arena, size_t n)
{
	return img_arena_alloc(arena, n);
}

static void pb_free(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

static int check_level(const struct img_msg *m, const uint8_t *p, size_t n, uint64_t off,
		       unsigned depth, struct img_err *err)
{
	struct img_wire w = { p, p + n };
	struct img_scan scan;
	struct img_wfield v;
	const uint8_t *bad = p;
	const char *key = NULL, *why;
	int row = -1;

	if (depth > IMG_MAX_DEPTH)
		return img_fail(err, IMG_ELIMIT, off, "messages nested deeper than %d levels",
				IMG_MAX_DEPTH);
	why = img_msg_scan(m, p, n, &scan, &bad, &key);
	if (why != NULL) {
		img_fail(err, IMG_EDATA, off + (uint64_t)(bad - p), "%s", why);
		return key != NULL ? img_err_under(err, key, -1) : -1;
	}
	for (int64_t index = 0; w.p < w.end; index++) {
		const struct img_msg *sub;
		int r;

		if (img_wire_next(&w, &v) != NULL)
			break; /* cannot happen: scanned above */
		r = img_msg_find(m, v.tag, (unsigned)(row + 1));
		if (r != row)
			index = 0;
		row = r;
		sub = r >= 0 ? m->rows[r].sub : NULL;
		if (sub == NULL)
			continue;
		if (check_level(sub, v.p, v.n, off + (uint64_t)(v.p - p), depth + 1, err) < 0) {
			bool list = m->desc->fields[r].label == PROTOBUF_C_LABEL_REPEATED;

			return img_err_under(err, m->desc->fields[r].name, list ? index : -1);
		}
	}
	return 0;
}

int img_wire_check(const struct img_msg *m, struct img_span body, struct img_err *err)
{
	if (m == NULL)
		return img_msg_fail_raw(err, body.off);
	return check_level(m, body.p, body.n, body.off, 1, err);
}

void *img_unpack(const struct img_msg *m, struct img_span body, struct img_arena *a,
		 struct img_err *err)
{
	ProtobufCAllocator alloc = { pb_alloc, pb_free, a };
	ProtobufCMessage *msg;

	/* protobuf-c multiplies a count by a size without an overflow check. */
	if (body.n > SIZE_MAX / sizeof(uint64_t)) {
		img_fail(err, IMG_ELIMIT, body.off, "message of %zu bytes is too large to unpack",
			 body.n);
		return NULL;
	}
	if (img_wire_check(m, body, err) < 0)
		return NULL;
	a->refused = NOTHING;
	msg = protobuf_c_message_unpack(m->desc, &alloc, body.n, body.p);
	if (msg != NULL)
		return msg;
	/* After the check only memory can fail, or a damaged packed field. */
	if (a->refused == OVER_LIMIT)
		img_fail(err, IMG_ELIMIT, body.off, "message needs more than %zu bytes of memory",
			 a->limit);
	else if (a->refused == NO_MEMORY)
		img_fail_mem(err);
	else
		img_fail(err, IMG_EDATA, body.off, "packed field damaged");
	return NULL;
}
