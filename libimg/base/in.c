#include "libimg/base/in.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/out.h"

/* The inline calls as functions too, for bindings. */
extern inline const uint8_t *img_in_ptr(const struct img_in *in);
extern inline size_t img_in_avail(const struct img_in *in);
extern inline uint64_t img_in_off(const struct img_in *in);
extern inline void img_in_eat(struct img_in *in, size_t n);
extern inline int img_in_need(struct img_in *in, size_t n, struct img_err *err);

struct img_in *img_in_fd(int fd)
{
	struct img_in *in = img_calloc(1, sizeof(*in));
	struct stat st;

	if (in == NULL)
		return NULL;
	in->fd = fd;
	in->p = (const uint8_t *)""; /* a pointer that may be added to */
	in->size = IMG_UNKNOWN;
	if (fstat(fd, &st) < 0) {
		in->fault = errno;
	} else if (S_ISREG(st.st_mode)) {
		off_t at = lseek(fd, 0, SEEK_CUR);

		/* A file taken for a pipe would be read without its size, which is what ends it. */
		in->fault = at < 0 ? errno : 0;
		in->seekable = at >= 0;
		in->size = at >= 0 && st.st_size > at ? (uint64_t)(st.st_size - at) : 0;
	}
	return in;
}

struct img_in *img_in_file(const struct img_file *f)
{
	struct img_in *in = img_in_fd(f->fd);

	if (in == NULL || !f->part)
		return in;
	in->seekable = in->part = true;
	in->base = f->base;
	in->size = f->size;
	return in;
}

struct img_in *img_in_mem(const void *p, size_t n)
{
	struct img_in *in = img_calloc(1, sizeof(*in));

	if (in == NULL)
		return NULL;
	in->fd = -1;
	in->eof = true;
	in->p = n > 0 ? p : (const uint8_t *)"";
	in->n = n;
	in->size = n;
	return in;
}

void img_in_free(struct img_in *in)
{
	if (in == NULL)
		return;
	img_free(in->buf);
	img_free(in);
}

/* Make room after the visible bytes, which move to the front of the buffer. */
static int make_room(struct img_in *in, size_t want, struct img_err *err)
{
	size_t cap = in->cap ? in->cap : IMG_IN_SIZE;
	uint8_t *buf;

	if (in->buf != NULL && in->p != in->buf) {
		memmove(in->buf, in->p, in->n);
		in->p = in->buf;
	}
	/* At most twice what has arrived: a length that is only claimed allocates nothing. */
	while (cap < want && cap <= in->n)
		cap *= 2;
	if (cap > IMG_IN_SIZE && cap > want)
		cap = want;
	if (cap <= in->cap)
		return 0;
	buf = img_realloc(in->buf, cap);
	if (buf == NULL)
		return img_fail_mem(err);
	in->buf = buf;
	in->p = buf;
	in->cap = cap;
	return 0;
}

static ssize_t read_some(struct img_in *in)
{
	uint64_t at = in->off + in->n, left = in->size - at;
	size_t room = in->cap - in->n;

	if (!in->part)
		return read(in->fd, in->buf + in->n, room);
	if (left < room)
		room = (size_t)left;
	return room > 0 ? pread(in->fd, in->buf + in->n, room, (off_t)(in->base + at)) : 0;
}

static int fill(struct img_in *in, struct img_err *err)
{
	struct pollfd pfd = { .fd = in->fd, .events = POLLIN };
	ssize_t r;

	if (in->fault != 0) {
		errno = in->fault;
		return img_fail(err, IMG_ESYS, in->off + in->n, "read failed");
	}
	if (in->tied != NULL && !in->seekable && in->tied->n > 0 && poll(&pfd, 1, 0) == 0) {
		if (img_out_push(in->tied, err) < 0)
			return -1;
	}
	do
		r = read_some(in);
	while (r < 0 && errno == EINTR);
	if (r < 0)
		return img_fail(err, IMG_ESYS, in->off + in->n, "read failed");
	if (r == 0) {
		in->eof = true;
		if (in->size != IMG_UNKNOWN && in->off + in->n < in->size)
			return img_fail(err, IMG_EDATA, in->off + in->n,
					"file shrank while it was read (it had %" PRIu64 " bytes)",
					in->size);
	}
	in->n += (size_t)r;
	if (in->watch != NULL)
		in->watch(in->watch_arg, in->off + in->n, in->size);
	return 0;
}

int img_in_gather(struct img_in *in, size_t n, struct img_err *err)
{
	while (in->n < n && !in->eof) {
		if (make_room(in, n, err) < 0 || fill(in, err) < 0)
			return -1;
	}
	return 0;
}

int img_in_more(struct img_in *in, struct img_err *err)
{
	/* A full window doubles, so that a long line takes few reads. */
	size_t want = in->n < IMG_IN_SIZE ? in->n + 1 : 2 * in->n;

	if (in->eof)
		return 0;
	if (make_room(in, want, err) < 0)
		return -1;
	return fill(in, err);
}

/* Move fd's offset by n bytes, or to its end. Stores in *step by how many. */
static int seek(struct img_in *in, uint64_t n, uint64_t *step, struct img_err *err)
{
	off_t at, end;
	uint64_t have = in->size - in->off;

	if (!in->part) {
		/* The file may have grown or shrunk since: use its size of now. */
		at = lseek(in->fd, 0, SEEK_CUR);
		end = lseek(in->fd, 0, SEEK_END);
		have = end > at ? (uint64_t)(end - at) : 0;
		*step = n < have ? n : have;
		if (at < 0 || end < 0 || lseek(in->fd, at + (off_t)*step, SEEK_SET) < 0)
			return img_fail(err, IMG_ESYS, in->off, "seek failed");
		return 0;
	}
	*step = n < have ? n : have;
	return 0;
}

int img_in_skip(struct img_in *in, uint64_t n, uint64_t *done, struct img_err *err)
{
	size_t k = n < in->n ? (size_t)n : in->n;

	*done = k;
	img_in_eat(in, k);
	n -= k;
	if (n > IMG_IN_SIZE && in->seekable && !in->eof) {
		uint64_t step;

		if (seek(in, n, &step, err) < 0)
			return -1;
		in->off += step;
		*done += step;
		if (in->watch != NULL)
			in->watch(in->watch_arg, in->off, in->size);
		return 0;
	}
	while (n > 0) {
		if (img_in_need(in, 1, err) < 0)
			return -1;
		if (in->n == 0)
			return 0;
		k = n < in->n ? (size_t)n : in->n;
		img_in_eat(in, k);
		*done += k;
		n -= k;
	}
	return 0;
}

static int try_part(struct img_in *in, int (*fn)(void *, struct img_in *, struct img_err *),
		    void *arg, struct img_err *err)
{
	const struct img_file rest = { in->fd, true, in->base + in->off, in->size - in->off };
	struct img_in *copy = img_in_file(&rest);
	int r = copy != NULL ? fn(arg, copy, err) : img_fail_mem(err);

	img_in_free(copy);
	return r;
}

/* A file: the copy reads from the same descriptor, which is put back. */
static int try_file(struct img_in *in, int (*fn)(void *, struct img_in *, struct img_err *),
		    void *arg, struct img_err *err)
{
	off_t at = lseek(in->fd, 0, SEEK_CUR);
	struct img_in *copy = NULL;
	int r = -1;

	if (at < 0 || lseek(in->fd, at - (off_t)in->n, SEEK_SET) < 0)
		return img_fail(err, IMG_ESYS, in->off, "seek failed");
	copy = img_in_fd(in->fd);
	if (copy == NULL)
		img_fail_mem(err);
	else
		r = fn(arg, copy, err);
	img_in_free(copy);
	if (lseek(in->fd, at, SEEK_SET) < 0)
		return img_fail(err, IMG_ESYS, in->off, "seek failed");
	return r;
}

int img_in_try(struct img_in *in, size_t ahead,
	       int (*fn)(void *arg, struct img_in *copy, struct img_err *err), void *arg,
	       struct img_err *err)
{
	struct img_in *copy;
	int r;

	if (in->part)
		return try_part(in, fn, arg, err);
	if (in->seekable)
		return try_file(in, fn, arg, err);
	if (in->fd >= 0 && img_in_need(in, ahead + 1, err) < 0)
		return -1;
	if (!in->eof)
		return img_fail(err, IMG_ELIMIT, in->off,
				"more than %zu bytes in a pipe, which is not read ahead so far",
				ahead);
	copy = img_in_mem(in->p, in->n);
	r = copy != NULL ? fn(arg, copy, err) : img_fail_mem(err);
	img_in_free(copy);
	return r;
}

uint64_t img_in_left(const struct img_in *in)
{
	if (in->size == IMG_UNKNOWN)
		return in->eof ? in->n : IMG_UNKNOWN;
	return in->size > in->off ? in->size - in->off : 0;
}

void img_in_tie(struct img_in *in, struct img_out *out)
{
	in->tied = out;
}

void img_in_watch(struct img_in *in, void (*fn)(void *arg, uint64_t off, uint64_t size), void *arg)
{
	in->watch = fn;
	in->watch_arg = arg;
}
