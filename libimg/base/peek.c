#include "libimg/base/peek.h"

#include <inttypes.h>
#include <string.h>

/* One more read. 1, 0 at the end of the file, -1 with *err. */
static int more(struct img_peek *pk, struct img_err *err)
{
	const struct img_file f = { pk->fd, pk->part, pk->base, pk->size };
	uint64_t end = pk->at + pk->n;
	int64_t r = img_file_read(&f, end, pk->buf + pk->n, sizeof(pk->buf) - pk->n, err);

	if (r < 0)
		return -1;
	if (r == 0 && end < pk->size)
		return img_fail(err, IMG_EDATA, end,
				"file shrank while it was read (it had %" PRIu64 " bytes)",
				pk->size);
	pk->n += (size_t)r;
	return r > 0;
}

void img_peek_file(struct img_peek *pk, const struct img_file *f)
{
	pk->fd = f->fd;
	pk->part = f->part;
	pk->base = f->base;
	pk->size = f->size;
	pk->n = 0;
}

int img_peek(struct img_peek *pk, uint64_t at, size_t n, struct img_span *s, struct img_err *err)
{
	size_t skip;
	int r = 1;

	if (at < pk->at || at > pk->at + pk->n) {
		pk->at = at;
		pk->n = 0;
	}
	skip = (size_t)(at - pk->at);
	if (pk->n - skip < n) {
		memmove(pk->buf, pk->buf + skip, pk->n - skip);
		pk->n -= skip;
		pk->at = at;
		skip = 0;
	}
	while (r > 0 && pk->n - skip < n)
		r = more(pk, err);
	*s = (struct img_span){ pk->buf + skip, pk->n - skip < n ? pk->n - skip : n, at };
	return r < 0 ? -1 : 0;
}
