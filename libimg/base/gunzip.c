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

static int broken(const struct img_in *in, const z_stream *z, int r, struct img_err *err)
{
	if (r == Z_MEM_ERROR)
		return img_fail_mem(err);
	return img_fail(err, IMG_EDATA, img_in_off(in), "%s",
			z->msg != NULL ? z->msg : "not gzip data");
}

/* Read one member, header to checksum. */
static int member(struct img_in *in, z_stream *z, uint8_t *out, uint64_t limit, uint64_t *size,
		  struct img_err *err)
{
	int r = Z_OK;

	while (r != Z_STREAM_END) {
		size_t have, done;

		if (img_in_need(in, 1, err) < 0)
			return -1;
		have = img_in_avail(in);
		if (have == 0)
			return img_fail(err, IMG_EDATA, img_in_off(in),
					"compressed data truncated");
		have = have < UINT_MAX ? have : UINT_MAX;
		z->next_in = img_in_ptr(in);
		z->avail_in = (uInt)have;
		z->next_out = out;
		z->avail_out = OUT;
		r = inflate(z, Z_NO_FLUSH);
		done = have - z->avail_in;
		if (r != Z_OK && r != Z_STREAM_END && r != Z_BUF_ERROR)
			return broken(in, z, r, err);
		img_in_eat(in, done);
		*size += OUT - z->avail_out;
		if (*size > limit)
			return img_fail(err, IMG_ELIMIT, img_in_off(in),
					"unpacks to more than %" PRIu64 " bytes", limit);
	}
	return 0;
}

int img_gunzip_check(struct img_in *in, uint64_t limit, uint64_t *size, struct img_err *err)
{
	z_stream z = { .zalloc = z_alloc, .zfree = z_free };
	uint8_t *out = img_realloc(NULL, OUT);
	int r = out != NULL ? inflateInit2(&z, GZIP_ONLY) : Z_MEM_ERROR;

	*size = 0;
	if (r != Z_OK) {
		img_free(out);
		return broken(in, &z, r, err);
	}
	do {
		r = member(in, &z, out, limit, size, err);
		if (r == 0)
			r = img_in_need(in, 1, err);
		if (r == 0)
			inflateReset(&z);
	} while (r == 0 && img_in_avail(in) > 0);
	inflateEnd(&z);
	img_free(out);
	return r;
}
