#include "libimg/base/gunzip.h"

#include <inttypes.h>
#include <limits.h>
#define ZLIB_CONST /* zlib does not write to its input */
#include <zlib.h>

#include "libimg/base/alloc.h"

enum {
	OUT = 64 << 10,
	GZIP_ONLY = 16 + MAX_WBITS, /* inflateInit2(): a gzip header, nothing else */
};

struct img_gunzip {
	struct img_in *in;
	z_stream z;
	uint64_t limit, size;
	bool ended; /* a member has; the next one may begin */
	uint8_t out[OUT];
};

static void *z_alloc(void *arg, uInt n, uInt size)
{
	(void)arg;
	return img_calloc(n, size);
}

static void z_free(void *arg, void *p)
{
	(void)arg;
	img_free(p);
}

struct img_gunzip *img_gunzip_new(struct img_in *in, uint64_t limit)
{
	struct img_gunzip *g = img_calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->in = in;
	g->limit = limit;
	g->z.zalloc = z_alloc;
	g->z.zfree = z_free;
	if (inflateInit2(&g->z, GZIP_ONLY) == Z_OK)
		return g;
	img_free(g);
	return NULL;
}

void img_gunzip_free(struct img_gunzip *g)
{
	if (g == NULL)
		return;
	inflateEnd(&g->z);
	img_free(g);
}

uint64_t img_gunzip_size(const struct img_gunzip *g)
{
	return g->size;
}

static int broken(const struct img_gunzip *g, int r, struct img_err *err)
{
	if (r == Z_MEM_ERROR)
		return img_fail_mem(err);
	return img_fail(err, IMG_EDATA, img_in_off(g->in), "%s",
			g->z.msg != NULL ? g->z.msg : "not gzip data");
}

/* Decompress what is visible of the input, of one member: what zlib says, or -1 with *err. */
static int step(struct img_gunzip *g, struct img_err *err)
{
	size_t have = img_in_avail(g->in);
	int r;

	have = have < UINT_MAX ? have : UINT_MAX;
	g->z.next_in = img_in_ptr(g->in);
	g->z.avail_in = (uInt)have;
	g->z.next_out = g->out;
	g->z.avail_out = OUT;
	r = inflate(&g->z, Z_NO_FLUSH);
	if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
		return broken(g, r, err);
	img_in_eat(g->in, have - g->z.avail_in);
	g->size += OUT - g->z.avail_out;
	if (g->size > g->limit)
		return img_fail(err, IMG_ELIMIT, img_in_off(g->in),
				"unpacks to more than %" PRIu64 " bytes", g->limit);
	g->ended = r == Z_STREAM_END;
	return 0;
}

int img_gunzip_next(struct img_gunzip *g, struct img_span *bytes, struct img_err *err)
{
	do {
		if (img_in_need(g->in, 1, err) < 0)
			return -1;
		if (img_in_avail(g->in) == 0)
			return g->ended ? 0
					: img_fail(err, IMG_EDATA, img_in_off(g->in),
						   "compressed data truncated");
		if (g->ended)
			inflateReset(&g->z);
		if (step(g, err) < 0)
			return -1;
	} while (g->z.avail_out == OUT);
	bytes->p = g->out;
	bytes->n = OUT - g->z.avail_out;
	bytes->off = g->size - bytes->n;
	return 1;
}
