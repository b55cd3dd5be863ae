#include "libimg/base/out.h"

#include <errno.h>
#include <unistd.h>

#include "libimg/base/buf.h"

struct img_out *img_out_fd(int fd)
{
	struct img_out *o = img_realloc(NULL, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->fd = fd;
	o->mem = NULL;
	o->errnum = 0;
	o->n = o->mark = 0;
	o->marked = o->torn = false;
	return o;
}

struct img_out *img_out_mem(struct img_buf *b)
{
	struct img_out *o = img_out_fd(-1);

	if (o != NULL)
		o->mem = b;
	return o;
}

void img_out_free(struct img_out *o)
{
	img_free(o);
}

static void write_all(struct img_out *o, const uint8_t *p, size_t n)
{
	if (o->mem != NULL) {
		img_buf_put(o->mem, p, n);
		o->errnum = o->mem->failed ? ENOMEM : o->errnum;
		return;
	}
	while (n > 0 && o->errnum == 0) {
		ssize_t r = write(o->fd, p, n);

		if (r < 0) {
			if (errno != EINTR)
				o->errnum = errno;
			continue;
		}
		p += r;
		n -= (size_t)r;
	}
}

/* Bytes that can still be taken back. */
static size_t revocable(const struct img_out *o)
{
	return o->marked && !o->torn ? o->n - o->mark : 0;
}

/* Write all but the last `keep` bytes. */
static void write_but(struct img_out *o, size_t keep)
{
	write_all(o, o->buf, o->n - keep);
	memmove(o->buf, o->buf + o->n - keep, keep);
	o->n = keep;
	o->mark = 0;
}

/*
 * Keep the bytes after the mark while they leave half of the buffer free: only then can they still
 * be taken back.
 */
void img_out_spill(struct img_out *o, const void *p, size_t n)
{
	size_t keep = revocable(o);

	if (keep > IMG_OUT_SIZE / 2 || n > IMG_OUT_SIZE / 2) {
		o->torn = o->marked;
		keep = 0;
	}
	write_but(o, keep);
	if (n > IMG_OUT_SIZE / 2) {
		write_all(o, p, n);
	} else if (n > 0) {
		memcpy(o->buf + o->n, p, n);
		o->n += n;
	}
}

static int outcome(const struct img_out *o, struct img_err *err)
{
	if (o->errnum == 0)
		return 0;
	errno = o->errnum;
	return img_fail(err, IMG_ESYS, IMG_NOWHERE, "write failed");
}

int img_out_flush(struct img_out *o, struct img_err *err)
{
	if (o->marked && o->n > o->mark)
		o->torn = true;
	write_but(o, 0);
	return outcome(o, err);
}

int img_out_push(struct img_out *o, struct img_err *err)
{
	write_but(o, revocable(o));
	return outcome(o, err);
}

void img_out_mark(struct img_out *o)
{
	o->mark = o->n;
	o->marked = true;
	o->torn = false;
}

void img_out_commit(struct img_out *o)
{
	o->marked = o->torn = false;
}

void img_out_rollback(struct img_out *o)
{
	bool torn = o->torn;

	if (!o->marked)
		return;
	o->n = o->mark;
	o->marked = o->torn = false;
	if (torn)
		img_out_byte(o, '\n');
}
