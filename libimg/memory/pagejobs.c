#include "libimg/memory/pagejobs.h"

#include <lz4.h>
#include <string.h>

#include "libimg/base/alloc.h"

enum {
	SHARE = 256 << 10, /* bytes of memory for each of those at work, at least */
	STEPS = 4096,      /* entries and blocks that wait, at most */
};

enum step_kind { STEP_ENTRY, STEP_COMPRESS, STEP_RAW, STEP_DECOMPRESS };

struct step {
	enum step_kind kind;
	struct img_pagesink_entry entry;
	const struct img_store *from; /* DECOMPRESS */
	struct img_block block;
	size_t in, plain, out; /* offsets in the two buffers; bytes of memory */
	int got;               /* what LZ4 returned; COMPRESS: the size as it is stored */
};

struct img_pagejobs {
	struct img_crew *crew;
	struct img_pagesink *to;
	int accel;
	struct step *steps;
	size_t n;
	uint8_t *in, *out; /* `size` bytes each */
	size_t size, used_in, used_out;

	/* Bytes of a pages file that were read ahead: blocks lie back to back, and may be short. */
	uint8_t *ahead; /* SHARE bytes */
	const struct img_store *ahead_of;
	uint64_t ahead_at;
	size_t ahead_n;
};

struct img_pagejobs *img_pagejobs_new(struct img_crew *crew, unsigned jobs, size_t most, int accel,
				      struct img_pagesink *to, struct img_err *err)
{
	struct img_pagejobs *j = img_calloc(1, sizeof(*j));

	if (j == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	*j = (struct img_pagejobs){ .crew = crew, .to = to, .accel = accel };
	j->size = (jobs > 1 ? jobs : 1) * (most > SHARE ? most : (size_t)SHARE);
	j->steps = img_calloc(STEPS, sizeof(*j->steps));
	j->in = img_realloc(NULL, j->size);
	j->out = img_realloc(NULL, j->size);
	j->ahead = img_realloc(NULL, SHARE);
	if (j->steps != NULL && j->in != NULL && j->out != NULL && j->ahead != NULL)
		return j;
	img_pagejobs_free(j);
	img_fail_mem(err);
	return NULL;
}

void img_pagejobs_free(struct img_pagejobs *j)
{
	if (j == NULL)
		return;
	img_free(j->steps);
	img_free(j->in);
	img_free(j->out);
	img_free(j->ahead);
	img_free(j);
}

/* ---- at work, on any thread ---- */

static bool is_zero(const uint8_t *p, size_t n)
{
	return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

/* As CRIU stores it: nothing for zeros, the pages where LZ4 saves less than an eighth. */
static int compress(const struct img_pagejobs *j, const struct step *s)
{
	int most = (int)(s->plain / 8 * 7) - 1, n;

	if (is_zero(j->in + s->in, s->plain))
		return 0;
	if (s->kind == STEP_RAW)
		return (int)s->plain;
	n = LZ4_compress_fast((const char *)j->in + s->in, (char *)j->out + s->out, (int)s->plain,
			      most, j->accel);
	return n > 0 ? n : (int)s->plain;
}

static void work(void *arg, size_t i)
{
	struct img_pagejobs *j = arg;
	struct step *s = &j->steps[i];

	if (s->kind == STEP_COMPRESS || s->kind == STEP_RAW)
		s->got = compress(j, s);
	else if (s->kind == STEP_DECOMPRESS && s->block.size != 0 && s->block.size != s->plain)
		s->got = LZ4_decompress_safe((const char *)j->in + s->in, (char *)j->out + s->out,
					     (int)s->block.size, (int)s->plain);
}

/* ---- in their order ---- */

static int put_pages(struct img_pagejobs *j, const struct step *s, struct img_err *err)
{
	if (s->block.size == 0)
		return img_pagesink_zeros(j->to, s->plain, err);
	if (s->block.size == s->plain)
		return img_pagesink_bytes(j->to, j->in + s->in, s->plain, err);
	if (img_store_check(s->from, &s->block, s->got, err) < 0)
		return -1;
	return img_pagesink_bytes(j->to, j->out + s->out, s->plain, err);
}

static int put(struct img_pagejobs *j, const struct step *s, struct img_err *err)
{
	size_t n = (size_t)s->got;

	switch (s->kind) {
	case STEP_ENTRY: return img_pagesink_entry(j->to, &s->entry, err);
	case STEP_DECOMPRESS: return put_pages(j, s, err);
	default:
		return img_pagesink_block(j->to, n == s->plain ? j->in + s->in : j->out + s->out, n,
					  s->plain, err);
	}
}

int img_pagejobs_flush(struct img_pagejobs *j, struct img_err *err)
{
	size_t n = j->n;

	img_crew_run(j->crew, work, j, n);
	j->n = j->used_in = j->used_out = 0;
	for (size_t i = 0; i < n; i++)
		if (put(j, &j->steps[i], err) < 0)
			return -1;
	return 0;
}

/* Another step with so many bytes in and out; those before it are done first if there is no room. */
static struct step *step(struct img_pagejobs *j, size_t in, size_t out, struct img_err *err)
{
	struct step *s;

	if ((j->n == STEPS || j->used_in + in > j->size || j->used_out + out > j->size) &&
	    img_pagejobs_flush(j, err) < 0)
		return NULL;
	s = &j->steps[j->n];
	*s = (struct step){ .in = j->used_in, .out = j->used_out };
	return s;
}

int img_pagejobs_entry(struct img_pagejobs *j, const struct img_pagesink_entry *e,
		       struct img_err *err)
{
	struct step *s = step(j, 0, 0, err);

	if (s == NULL)
		return -1;
	s->kind = STEP_ENTRY;
	s->entry = *e;
	j->n++;
	return 0;
}

uint8_t *img_pagejobs_room(struct img_pagejobs *j, size_t n, struct img_err *err)
{
	const struct step *s = step(j, n, n, err);

	return s != NULL ? j->in + s->in : NULL;
}

void img_pagejobs_compress(struct img_pagejobs *j, size_t n, bool raw)
{
	struct step *s = &j->steps[j->n++];

	s->kind = raw ? STEP_RAW : STEP_COMPRESS;
	s->plain = n;
	j->used_in += n;
	j->used_out += n;
}

/* n bytes of the file, which has them. */
static int read_ahead(struct img_pagejobs *j, const struct img_store *from, uint64_t off,
		      uint8_t *to, size_t n, struct img_err *err)
{
	uint64_t left = from->file.size - off;

	if (n >= SHARE)
		return img_store_read(from, off, to, n, err);
	if (j->ahead_of != from || off < j->ahead_at || off + n > j->ahead_at + j->ahead_n) {
		j->ahead_of = NULL;
		j->ahead_n = left < SHARE ? (size_t)left : SHARE;
		if (img_store_read(from, off, j->ahead, j->ahead_n, err) < 0)
			return -1;
		j->ahead_of = from;
		j->ahead_at = off;
	}
	memcpy(to, j->ahead + (off - j->ahead_at), n);
	return 0;
}

int img_pagejobs_decompress(struct img_pagejobs *j, const struct img_store *from,
			    const struct img_block *b, struct img_err *err)
{
	bool packed = b->size != 0 && b->size != b->plain;
	struct step *s = step(j, b->size, packed ? b->plain : 0, err);

	if (s == NULL)
		return -1;
	s->kind = STEP_DECOMPRESS;
	s->from = from;
	s->block = *b;
	s->plain = b->plain;
	if (b->size > 0 && read_ahead(j, from, b->off, j->in + s->in, b->size, err) < 0)
		return -1;
	j->used_in += b->size;
	j->used_out += packed ? b->plain : 0;
	j->n++;
	return 0;
}
