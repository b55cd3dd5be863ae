/* Bytes in a gzip and out of it. */
#ifndef FUZZ_GZIP_H
#define FUZZ_GZIP_H

#include <zlib.h>

#include "fuzz.h"

/* 15 bits of window, and 16: with the header of gzip. */
enum { GZIP_BITS = 15 + 16 };

static inline void gzip_pack(const void *p, size_t n, struct img_buf *to)
{
	z_stream z = { .zalloc = NULL };

	fuzz_must(deflateInit2(&z, 0, Z_DEFLATED, GZIP_BITS, 8, Z_DEFAULT_STRATEGY) == Z_OK,
		  "memory");
	to->n = 0;
	fuzz_must(img_buf_room(to, deflateBound(&z, n)), "memory");
	z.next_in = (uint8_t *)(uintptr_t)p;
	z.avail_in = (unsigned)n;
	z.next_out = to->p;
	z.avail_out = (unsigned)to->cap;
	fuzz_must(deflate(&z, Z_FINISH) == Z_STREAM_END, "space");
	to->n = to->cap - z.avail_out;
	deflateEnd(&z);
}

/* As far as it is sound. */
static inline void gzip_unpack(const struct img_buf *from, struct img_buf *to)
{
	z_stream z = { .next_in = from->p, .avail_in = (unsigned)from->n };
	int r = Z_OK;

	fuzz_must(inflateInit2(&z, GZIP_BITS) == Z_OK, "memory");
	to->n = 0;
	while (r == Z_OK && z.avail_in > 0) {
		fuzz_must(img_buf_room(to, 1 << 16), "memory");
		z.next_out = to->p + to->n;
		z.avail_out = 1 << 16;
		r = inflate(&z, Z_NO_FLUSH);
		to->n += (1 << 16) - z.avail_out;
	}
	inflateEnd(&z);
}

#endif
