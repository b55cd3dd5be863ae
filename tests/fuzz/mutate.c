#include "mutate.h"

#include <stdlib.h>

#include "libimg/base/byteorder.h"
#include "libimg/image/reader.h"
#include "libimg/msg/wire.h"

enum { MAX_DEPTH = 16, MAX_COPIES = 4096, MAX_ENTRIES = 1 << 16 };

uint32_t rng_below(struct rng *r, uint32_t n)
{
	r->s = r->s * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (uint32_t)((r->s >> 33) % n);
}

/* ---- values ---- */

static void pool_add(struct pool *pool, struct rng *r, uint64_t v)
{
	enum { ROOM = sizeof(pool->v) / sizeof(pool->v[0]) };
	uint64_t i = pool->seen++;

	if (i >= ROOM)
		i = rng_below(r, (uint32_t)pool->seen);
	if (i < ROOM)
		pool->v[i] = v;
}

static uint64_t pool_any(const struct pool *pool, struct rng *r)
{
	enum { ROOM = sizeof(pool->v) / sizeof(pool->v[0]) };
	uint32_t n = pool->seen < ROOM ? (uint32_t)pool->seen : ROOM;

	return n > 0 ? pool->v[rng_below(r, n)] : 0;
}

/* Another value in place of v. */
static uint64_t value(const struct pool *pool, struct rng *r, uint64_t v)
{
	switch (rng_below(r, 8)) {
	case 0: return rng_below(r, 8);
	case 1: return v + rng_below(r, 9) - 4;
	case 2: return v ^ UINT64_C(1) << rng_below(r, 64);
	case 3: return UINT64_MAX >> rng_below(r, 64);
	case 4: return UINT64_C(1) << rng_below(r, 64);
	case 5: return v + ((uint64_t)rng_below(r, 9) - 4) * 4096;
	default: return pool_any(pool, r);
	}
}

/* ---- messages ---- */

/* How many copies: mostly few, now and then so many that what is quadratic shows. */
static uint32_t copies(struct rng *r)
{
	return rng_below(r, 16) > 0 ? 2 : 2 + rng_below(r, MAX_COPIES);
}

/* A walk through the fields of a message, to count them, or to change the one at `target`. */
struct walk {
	struct rng *r;
	struct pool *learn;      /* counting: NULL, or where values go */
	const struct pool *pool; /* changing: where they come from */
	size_t at, target, max;
};

static void put_varint(struct img_buf *to, uint64_t v)
{
	uint8_t b[IMG_VARINT_MAX];

	img_buf_put(to, b, (size_t)(img_put_varint(b, v) - b));
}

static void put_number(struct img_buf *to, uint32_t tag, unsigned wt, uint64_t v)
{
	uint8_t b[8];

	put_varint(to, (uint64_t)tag << 3 | wt);
	if (wt == IMG_VARINT) {
		put_varint(to, v);
		return;
	}
	for (size_t i = 0; i < sizeof(b); i++)
		b[i] = (uint8_t)(v >> 8 * i);
	img_buf_put(to, b, wt == IMG_FIXED64 ? 8 : 4);
}

static void put_bytes(struct img_buf *to, uint32_t tag, const void *p, size_t n)
{
	put_varint(to, (uint64_t)tag << 3 | IMG_BYTES);
	put_varint(to, n);
	img_buf_put(to, p, n);
}

static bool is_number(const struct img_wfield *f)
{
	return f->wt == IMG_VARINT || f->wt == IMG_FIXED64 || f->wt == IMG_FIXED32;
}

/* A field that the schema knows, with some value. */
static void put_new(struct walk *k, const struct img_msg *m, struct img_buf *to)
{
	const ProtobufCFieldDescriptor *f;

	if (m == NULL || m->desc->n_fields == 0)
		return;
	f = &m->desc->fields[rng_below(k->r, m->desc->n_fields)];
	switch (f->type) {
	case PROTOBUF_C_TYPE_STRING:
	case PROTOBUF_C_TYPE_BYTES: put_bytes(to, f->id, "\x1b[31m\n", rng_below(k->r, 7)); break;
	case PROTOBUF_C_TYPE_MESSAGE: put_bytes(to, f->id, NULL, 0); break;
	case PROTOBUF_C_TYPE_FIXED32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_FLOAT:
		put_number(to, f->id, IMG_FIXED32, value(k->pool, k->r, 0));
		break;
	case PROTOBUF_C_TYPE_FIXED64:
	case PROTOBUF_C_TYPE_SFIXED64:
	case PROTOBUF_C_TYPE_DOUBLE:
		put_number(to, f->id, IMG_FIXED64, value(k->pool, k->r, 0));
		break;
	default: put_number(to, f->id, IMG_VARINT, value(k->pool, k->r, 0)); break;
	}
}

static void put_copies(struct walk *k, const struct img_wfield *f, size_t n, struct img_buf *to)
{
	uint32_t times = copies(k->r), step = rng_below(k->r, 2);

	for (uint32_t i = 0; i < times && to->n + n + IMG_VARINT_MAX <= k->max; i++) {
		if (is_number(f))
			put_number(to, f->tag, f->wt, f->v + (uint64_t)step * i);
		else
			img_buf_put(to, f->at, n);
	}
}

/* The field that was chosen; it has n bytes with its tag. */
static void change(struct walk *k, const struct img_msg *m, const struct img_wfield *f, size_t n,
		   struct img_buf *to)
{
	struct img_buf b = { 0 };

	switch (rng_below(k->r, 10)) {
	case 0: return;
	case 1: put_copies(k, f, n, to); return;
	case 2:
		img_buf_put(to, f->at, n);
		put_new(k, m, to);
		return;
	default: break;
	}
	if (is_number(f)) {
		put_number(to, f->tag, f->wt, value(k->pool, k->r, f->v));
	} else if (f->wt == IMG_BYTES) {
		mutate_bytes(&b, f->p, f->n, k->max);
		put_bytes(to, f->tag, b.p, b.n);
	}
	img_buf_free(&b);
}

static const struct img_msg *sub_of(const struct img_msg *m, const struct img_wfield *f)
{
	int row = m != NULL && f->wt == IMG_BYTES ? img_msg_find(m, f->tag, f->tag - 1) : -1;

	return row >= 0 ? m->rows[row].sub : NULL;
}

/* Copy a message to *to (NULL: only count its fields), with the change on the way. */
static void walk(struct walk *k, const struct img_msg *m, const uint8_t *p, size_t n,
		 unsigned depth, struct img_buf *to)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f;

	while (w.p < w.end) {
		const uint8_t *at = w.p;
		const char *bad = img_wire_next(&w, &f);
		const struct img_msg *sub = bad == NULL ? sub_of(m, &f) : NULL;
		size_t size = (size_t)((bad == NULL ? w.p : w.end) - at);
		bool chosen = k->at++ == k->target;

		if (bad == NULL && k->learn != NULL && is_number(&f))
			pool_add(k->learn, k->r, f.v);
		if (bad == NULL && chosen) {
			change(k, m, &f, size, to);
		} else if (sub != NULL && depth < MAX_DEPTH) {
			struct img_buf inner = { 0 };

			walk(k, sub, f.p, f.n, depth + 1, to != NULL ? &inner : NULL);
			if (to != NULL)
				put_bytes(to, f.tag, inner.p, inner.n);
			img_buf_free(&inner);
		} else if (to != NULL) {
			img_buf_put(to, at, size);
		}
		if (bad != NULL)
			return;
	}
}

static size_t count(struct rng *r, struct pool *learn, const struct img_msg *m, const uint8_t *p,
		    size_t n)
{
	struct walk k = { .r = r, .learn = learn, .target = SIZE_MAX };

	walk(&k, m, p, n, 0, NULL);
	return k.at;
}

/* ---- entries ---- */

struct entry {
	const struct img_msg *msg;
	size_t at, body, n, end; /* of its length, its message, bytes of that, of its payload */
};

/* The entries of an image as far as it is sound, yours to free(); the last one may go on. */
static size_t find_entries(const uint8_t *p, size_t n, const char *name, struct entry **v,
			   bool *big)
{
	struct img_err err;
	struct img_in *in = img_in_mem(p, n);
	struct img_reader *rd = img_reader_open(in, name, 0, &err);
	size_t count = 0, cap = 0;
	struct img_entry e;

	*v = NULL;
	if (rd != NULL)
		*big = img_reader_head(rd)->big;
	while (rd != NULL && count < MAX_ENTRIES && img_reader_next(rd, &e, &err) > 0 &&
	       e.msg != NULL) {
		if (count == cap) {
			cap = cap > 0 ? 2 * cap : 64;
			*v = realloc(*v, cap * sizeof(**v));
			if (*v == NULL)
				abort();
		}
		(*v)[count] = (struct entry){ e.msg, e.body.off - 4, e.body.off, e.body.n, n };
		if (count > 0)
			(*v)[count - 1].end = e.body.off - 4;
		count++;
	}
	img_reader_close(rd);
	img_in_free(in);
	return count;
}

void pool_learn(struct pool *pool, struct rng *r, const uint8_t *p, size_t n, const char *name)
{
	struct entry *v;
	bool big;
	size_t k = find_entries(p, n, name, &v, &big);

	for (size_t i = 0; i < k; i++)
		count(r, pool, v[i].msg, p + v[i].body, v[i].n);
	free(v);
}

/* Put an entry whose message is the n bytes at `body`. */
static void put_entry(struct img_buf *to, const struct img_buf *from, const struct entry *e,
		      const struct img_buf *body, bool big)
{
	uint8_t size[4];

	img_set32(size, (uint32_t)body->n, big);
	img_buf_put(to, size, sizeof(size));
	img_buf_put(to, body->p, body->n);
	img_buf_put(to, from->p + e->body + e->n, e->end - e->body - e->n);
}

/* Copies of an entry, perhaps with ascending numbers in its first field. */
static void repeat(struct img_buf *to, const struct img_buf *from, const struct entry *e, bool big,
		   struct rng *r, size_t max)
{
	uint32_t times = copies(r), step = rng_below(r, 2);
	struct img_wire w = { from->p + e->body, from->p + e->body + e->n };
	struct img_wfield f = { 0 };
	bool counts = step > 0 && e->n > 0 && img_wire_next(&w, &f) == NULL && is_number(&f);
	struct img_buf body = { 0 };

	for (uint32_t i = 0; i < times; i++) {
		body.n = 0;
		if (counts)
			put_number(&body, f.tag, f.wt, f.v + i);
		else
			w.p = from->p + e->body;
		img_buf_put(&body, w.p, (size_t)(from->p + e->body + e->n - w.p));
		if (to->n + 4 + body.n + (e->end - e->body - e->n) > max)
			break;
		put_entry(to, from, e, &body, big);
	}
	img_buf_free(&body);
}

static void change_message(struct img_buf *to, const struct img_buf *from, const struct entry *e,
			   bool big, struct rng *r, const struct pool *pool, size_t max)
{
	const uint8_t *p = from->p + e->body;
	size_t fields = count(r, NULL, e->msg, p, e->n);
	struct walk k = { .r = r, .pool = pool, .max = max > to->n ? max - to->n : 0 };
	struct img_buf body = { 0 };

	k.target = fields > 0 ? rng_below(r, (uint32_t)fields) : 0;
	walk(&k, e->msg, p, e->n, 0, &body);
	if (fields == 0 || rng_below(r, 8) == 0)
		put_new(&k, e->msg, &body);
	put_entry(to, from, e, &body, big);
	img_buf_free(&body);
}

bool mutate_image(struct img_buf *image, const char *name, struct rng *r, const struct pool *pool,
		  size_t max)
{
	struct img_buf to = { 0 };
	struct entry *v, *e;
	bool big = false;
	size_t n = find_entries(image->p, image->n, name, &v, &big), other;

	if (n == 0) {
		free(v);
		return false;
	}
	e = &v[rng_below(r, (uint32_t)n)];
	other = rng_below(r, (uint32_t)n);
	img_buf_put(&to, image->p, e->at);
	switch (rng_below(r, 12)) {
	case 0: break; /* left out */
	case 1: repeat(&to, image, e, big, r, max); break;
	case 2: /* another one in its place */
		img_buf_put(&to, image->p + v[other].at, v[other].end - v[other].at);
		break;
	default: change_message(&to, image, e, big, r, pool, max); break;
	}
	img_buf_put(&to, image->p + e->end, image->n - e->end);
	free(v);
	if (to.n > max)
		to.n = max;
	img_buf_free(image);
	*image = to;
	return true;
}

void mutate_bytes(struct img_buf *to, const uint8_t *p, size_t n, size_t max)
{
	enum { GROW = 64 };
	size_t room = n + GROW < max ? n + GROW : max;
	uint8_t *b = calloc(1, room + n + 1);

	if (b == NULL)
		abort();
	if (n > 0)
		memcpy(b, p, n);
	if (n > room)
		n = room;
	img_buf_put(to, b, room > 0 ? LLVMFuzzerMutate(b, n, room) : 0);
	free(b);
}
