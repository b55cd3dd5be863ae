/*
 * How libFuzzer changes a directory: one file of it at a time, most often by its entries and
 * fields (see mutate.h), or which files there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "blob.h"
#include "libimg/image/type.h"
#include "mutate.h"

/* A file name of the table of types, with a number that some image may ask for. */
static void rename_member(struct member *m, struct rng *r, const struct pool *pool)
{
	size_t types = 0, n = 0;
	const struct img_type *t;
	uint64_t number = rng_below(r, 4);
	char name[256];

	while (img_types[types].name != NULL)
		types++;
	t = &img_types[rng_below(r, (uint32_t)types)];
	while (n < IMG_PATTERNS && t->files[n] != NULL)
		n++;
	if (pool->seen > 0 && rng_below(r, 2) > 0)
		number = pool->v[rng_below(r, pool->seen < 128 ? (uint32_t)pool->seen : 128)];
	if (n == 0)
		return;
	img_type_file_name(t->files[rng_below(r, (uint32_t)n)], number, name, sizeof(name));
	if (strlen(name) + 3 < sizeof(m->name))
		snprintf(m->name, sizeof(m->name), "%.60s", name);
}

static bool is_image(const struct member *m)
{
	return img_type_by_file(member_base(m), NULL) != NULL;
}

/* Where `parent` may lead: on, back, to itself, nowhere. */
static void change_parent(struct img_buf *to, struct rng *r)
{
	static const char *const targets[] = { "p1",    "../p2", "..",      ".",
					       "../p1", "p3",    "p1/..\n", "" };
	const char *s = targets[rng_below(r, sizeof(targets) / sizeof(targets[0]))];

	img_buf_put(to, s, strlen(s));
}

static void change_bytes(struct member *m, struct img_buf *keep, struct rng *r,
			 const struct pool *pool, size_t room)
{
	size_t max = room < BLOB_FILE_MAX ? room : BLOB_FILE_MAX;
	bool whole = m->size == m->n || m->size > BLOB_FILE_MAX;

	img_buf_put(keep, m->p, m->n);
	if (strcmp(member_base(m), "parent") == 0 && rng_below(r, 2) == 0) {
		keep->n = 0;
		change_parent(keep, r);
	} else if (!is_image(m) || rng_below(r, 16) == 0 ||
		   !mutate_image(keep, m->name, r, pool, max)) {
		keep->n = 0;
		mutate_bytes(keep, m->p, m->n, max);
	}
	m->p = keep->p;
	m->n = (uint32_t)keep->n;
	if (whole || m->size < m->n)
		m->size = m->n;
}

/* What it never is in a dump that CRIU made, but in one that somebody else did. */
static void change_kind(struct member *m, struct rng *r, const struct blob *b)
{
	const struct member *to = &b->v[rng_below(r, (uint32_t)b->n)];

	if (rng_below(r, 4) == 0) {
		m->size = BLOB_FIFO;
		return;
	}
	m->p = (const uint8_t *)to->name;
	m->n = (uint32_t)strlen(to->name);
	m->size = BLOB_LINK;
}

static void change_size(struct member *m, struct rng *r)
{
	static const uint32_t steps[] = { 0, 1, 4096, 65536, 12 };
	uint32_t step = steps[rng_below(r, 5)];

	if (m->size > BLOB_FILE_MAX)
		m->size = m->n;
	else if (rng_below(r, 2) == 0)
		m->size = m->size >= step ? m->size - step : 0;
	else if (m->size + step <= BLOB_FILE_MAX)
		m->size += step;
	if (m->n > m->size)
		m->n = m->size;
}

/* A change of the files of a dump; `room` bytes may come to it. */
static void shake(struct blob *b, struct img_buf *keep, struct rng *r, const struct pool *pool,
		  size_t room)
{
	size_t i = rng_below(r, (uint32_t)b->n);
	struct member m = b->v[i];

	switch (rng_below(r, 24)) {
	case 0: b->v[i] = b->v[--b->n]; return;
	case 1: change_size(&b->v[i], r); return;
	case 2: rename_member(&b->v[i], r, pool); return;
	case 4: change_kind(&b->v[i], r, b); return;
	case 3: /* a second one under another name */
		if (b->n == BLOB_MEMBERS)
			return;
		rename_member(&m, r, pool);
		b->v[b->n++] = m;
		return;
	default: change_bytes(&b->v[i], keep, r, pool, m.n + room); return;
	}
}

static size_t pack(const struct blob *b, uint8_t *out, size_t max)
{
	struct img_buf to = { 0 };
	size_t n;

	for (size_t i = 0; i < b->n; i++) {
		n = to.n;
		blob_put(&to, &b->v[i]);
		if (to.n > max) {
			to.n = n;
			break;
		}
	}
	n = to.n;
	if (n > 0)
		memcpy(out, to.p, n);
	img_buf_free(&to);
	return n;
}

size_t LLVMFuzzerCustomMutator(uint8_t *p, size_t n, size_t max, unsigned seed)
{
	static struct blob b;
	struct rng r = { seed };
	struct pool pool = { .seen = 0 };
	struct img_buf keep = { 0 };
	size_t got;

	if (!blob_parse(p, n, &b) || b.n == 0)
		return LLVMFuzzerMutate(p, n, max);
	for (size_t i = 0; i < b.n; i++)
		pool_learn(&pool, &r, b.v[i].p, b.v[i].n, b.v[i].name);
	shake(&b, &keep, &r, &pool, max > n ? max - n : 0);
	got = pack(&b, p, max);
	img_buf_free(&keep);
	return got;
}

/* A few files of one dump in the place of those of another, or beside them. */
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_n, const uint8_t *b, size_t b_n,
				 uint8_t *out, size_t max, unsigned seed)
{
	static struct blob first, second;
	struct rng r = { seed };

	if (!blob_parse(a, a_n, &first) || !blob_parse(b, b_n, &second) || second.n == 0)
		return 0;
	for (uint32_t times = 1 + rng_below(&r, 4); times > 0; times--) {
		const struct member *m = &second.v[rng_below(&r, (uint32_t)second.n)];
		size_t i = 0;

		while (i < first.n && strcmp(first.v[i].name, m->name) != 0)
			i++;
		if (i == BLOB_MEMBERS)
			break;
		first.v[i] = *m;
		first.n += i == first.n;
	}
	return pack(&first, out, max);
}
