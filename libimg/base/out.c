#include "libimg/base/out.h"

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/buf.h"

/* The inline calls as functions too, for bindings. */
extern inline bool img_out_failed(const struct img_out *o);
extern inline void img_out_put(struct img_out *o, const void *p, size_t n);
extern inline void img_out_byte(struct img_out *o, uint8_t c);
extern inline uint8_t *img_out_room(struct img_out *o, size_t n);
extern inline void img_out_add(struct img_out *o, size_t n);

enum { HOLE = 4096 }; /* bytes: a block of most file systems */

struct img_out *img_out_fd(int fd)
{
	struct img_out *o = img_calloc(1, sizeof(*o));

	if (o == NULL)
		return NULL;
	o->fd = fd;
	o->size = IMG_OUT_SIZE;
	o->buf = img_realloc(NULL, o->size);
	if (o->buf != NULL)
		return o;
	img_free(o);
	return NULL;
}

void img_out_holes(struct img_out *o)
{
	o->holes = o->mem == NULL;
}

struct img_out *img_out_mem(struct img_buf *b)
{
	struct img_out *o = img_out_fd(-1);

	if (o != NULL)
		o->mem = b;
	return o;
}

struct img_out *img_out_null(void)
{
	return img_out_fd(-1);
}

void img_out_free(struct img_out *o)
{
	if (o == NULL)
		return;
	img_free(o->buf);
	img_free(o);
}

void img_out_lines(struct img_out *o, bool on)
{
	struct stat st;

	o->lines = on;
	o->unit = 0;
	o->most = IMG_OUT_LINE;
	if (!on || o->fd < 0 || fstat(o->fd, &st) < 0 || S_ISREG(st.st_mode))
		return;
	o->most = IMG_OUT_SHORT;
	if (S_ISFIFO(st.st_mode))
		o->unit = PIPE_BUF;
}

static bool is_zero(const uint8_t *p, size_t n)
{
	return p[0] == 0 && memcmp(p, p + 1, n - 1) == 0;
}

/* How many of the n bytes at p, which go to o->at, come before the next hole. 0: it is here. */
static size_t before_hole(const struct img_out *o, const uint8_t *p, size_t n)
{
	size_t i = (size_t)(-o->at % HOLE);

	for (; i + HOLE <= n; i += HOLE)
		if (is_zero(p + i, HOLE))
			return i;
	return n;
}

/* A file with holes: the zeros are passed over, and nothing else. */
static void write_holed(struct img_out *o, const uint8_t *p, size_t n)
{
	while (n > 0 && o->errnum == 0) {
		size_t k = before_hole(o, p, n);
		ssize_t r = k > 0 ? pwrite(o->fd, p, k, (off_t)o->at) : HOLE;

		if (r < 0) {
			if (errno != EINTR)
				o->errnum = errno;
			continue;
		}
		o->gap = k == 0;
		o->at += (size_t)r;
		p += r;
		n -= (size_t)r;
	}
}

static void write_run(struct img_out *o, const uint8_t *p, size_t n)
{
	if (o->mem != NULL) {
		img_buf_put(o->mem, p, n);
		o->errnum = o->mem->failed ? ENOMEM : o->errnum;
		return;
	}
	if (o->fd < 0)
		return;
	if (o->holes) {
		write_holed(o, p, n);
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

/* As many lines as stay together, at least one. */
static size_t lines_in_unit(const uint8_t *p, size_t n, size_t unit)
{
	const uint8_t *end = memrchr(p, '\n', unit);

	if (end == NULL)
		end = memchr(p + unit, '\n', n - unit);
	return end != NULL ? (size_t)(end - p) + 1 : n;
}

static void write_all(struct img_out *o, const uint8_t *p, size_t n)
{
	while (o->unit != 0 && n > o->unit) {
		size_t k = lines_in_unit(p, n, o->unit);

		write_run(o, p, k);
		p += k;
		n -= k;
	}
	write_run(o, p, n);
}

/* Bytes that can still be taken back. */
static size_t revocable(const struct img_out *o)
{
	return o->marked && !o->torn && !o->sure ? o->n - o->mark : 0;
}

/* Bytes that wait for more: what can be taken back, and what there is of its line. */
static size_t waiting(const struct img_out *o)
{
	size_t done = o->n - revocable(o);
	const uint8_t *end;

	if (!o->lines)
		return o->n - done;
	end = memrchr(o->buf, '\n', done);
	return end != NULL ? (size_t)(o->buf + o->n - end) - 1 : o->n;
}

/* Room for `keep` bytes of a line and n more, and as much again; false: too long a line. */
static bool grow(struct img_out *o, size_t keep, size_t n)
{
	size_t size = o->size;
	uint8_t *buf;

	if (!o->lines || n > o->most || keep > o->most - n)
		return false;
	while (size / 2 < keep + n)
		size *= 2;
	if (size == o->size)
		return true;
	buf = img_realloc(o->buf, size);
	if (buf == NULL)
		return false;
	o->buf = buf;
	o->size = size;
	return true;
}

/* Write all but the last `keep` bytes. */
static void write_but(struct img_out *o, size_t keep)
{
	size_t n = o->n - keep;

	o->torn |= o->marked && n > o->mark;
	write_all(o, o->buf, n);
	memmove(o->buf, o->buf + n, keep);
	o->n = keep;
	o->mark -= o->mark < n ? o->mark : n;
}

/*
 * Keep the bytes that wait while they leave half of the buffer free: only then can they still be
 * taken back, or written in one piece.
 */
void img_out_spill(struct img_out *o, const void *p, size_t n)
{
	size_t keep = waiting(o);

	if ((keep > o->size / 2 || n > o->size / 2) && !grow(o, keep, n))
		keep = 0;
	write_but(o, keep);
	if (n == 0)
		return;
	if (n > o->size / 2) {
		o->torn |= o->marked;
		write_all(o, p, n);
	} else {
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

void img_out_broken(struct img_out *o, int errnum)
{
	if (o->errnum == 0)
		o->errnum = errnum;
}

int img_out_flush(struct img_out *o, struct img_err *err)
{
	write_but(o, 0);
	if (o->gap && o->errnum == 0) {
		o->gap = false;
		if (ftruncate(o->fd, (off_t)o->at) < 0)
			o->errnum = errno;
	}
	return outcome(o, err);
}

int img_out_push(struct img_out *o, struct img_err *err)
{
	write_but(o, waiting(o));
	return outcome(o, err);
}

void img_out_mark(struct img_out *o)
{
	o->mark = o->n;
	o->marked = true;
	o->torn = o->sure = false;
}

void img_out_sure(struct img_out *o)
{
	o->sure = true;
}

void img_out_commit(struct img_out *o)
{
	o->marked = o->torn = o->sure = false;
}

void img_out_rollback(struct img_out *o)
{
	bool torn = o->torn;

	if (!o->marked)
		return;
	o->n = o->mark;
	o->marked = o->torn = o->sure = false;
	if (torn)
		img_out_byte(o, '\n');
}

void img_out_hole(struct img_out *o, uint64_t n)
{
	static const uint8_t zeros[4096];

	if (o->holes) {
		img_out_spill(o, NULL, 0);
		if (o->errnum != 0 || n == 0)
			return;
		o->at += n;
		o->gap = true;
		return;
	}
	while (n > 0 && o->errnum == 0) {
		size_t k = n < sizeof(zeros) ? (size_t)n : sizeof(zeros);

		img_out_put(o, zeros, k);
		n -= k;
	}
}
