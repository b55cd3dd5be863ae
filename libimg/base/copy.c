#include "libimg/base/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/fileid.h"

enum {
	CHUNK = 256 << 10,
	SMALL = 64 << 10, /* shorter pieces are buffered */
	STEP = 1 << 30,   /* most bytes for one system call */
	HOLE = 4096,      /* shorter runs of zeros are written */
};

struct img_copy {
	int fd;
	uint64_t done;  /* bytes appended so far */
	bool holes;     /* the output is a file, and we write at its end */
	uint64_t start; /* file offset of the first byte of the output */

	/* A system call that has failed once is not tried again. */
	bool no_range, no_send;

	uint8_t *out; /* buffered: the last bytes before `done` */
	size_t out_n;

	/* A window of the file read last: many short pieces are neighbours. */
	uint8_t *in;
	struct img_fileid in_id;
	bool in_sparse;
	uint64_t in_off;
	size_t in_n;
};

struct img_copy *img_copy_new(int fd)
{
	struct img_copy *c = img_calloc(1, sizeof(*c));
	int flags = fcntl(fd, F_GETFL);
	struct stat st;
	off_t at;

	if (c == NULL)
		return NULL;
	c->fd = fd;
	c->out = img_realloc(NULL, CHUNK);
	c->in = img_realloc(NULL, CHUNK);
	if (c->out == NULL || c->in == NULL) {
		img_copy_free(c);
		return NULL;
	}
	/* Old bytes after our offset would show through the holes. */
	if (flags >= 0 && !(flags & O_APPEND) && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		at = lseek(fd, 0, SEEK_CUR);
		c->holes = at >= 0 && at >= st.st_size;
		c->start = at >= 0 ? (uint64_t)at : 0;
	}
	return c;
}

void img_copy_free(struct img_copy *c)
{
	if (c == NULL)
		return;
	img_free(c->out);
	img_free(c->in);
	img_free(c);
}

uint64_t img_copy_done(const struct img_copy *c)
{
	return c->done;
}

static int fail_write(struct img_err *err)
{
	return img_fail(err, IMG_ESYS, IMG_NOWHERE, "write failed");
}

static int write_at(struct img_copy *c, const uint8_t *p, size_t n, uint64_t at,
		    struct img_err *err)
{
	while (n > 0) {
		ssize_t r =
			c->holes ? pwrite(c->fd, p, n, (off_t)(c->start + at)) : write(c->fd, p, n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return fail_write(err);
		p += r;
		n -= (size_t)r;
		at += (uint64_t)r;
	}
	return 0;
}

static int flush(struct img_copy *c, struct img_err *err)
{
	size_t n = c->out_n;

	c->out_n = 0;
	return n > 0 ? write_at(c, c->out, n, c->done - n, err) : 0;
}

int img_copy_bytes(struct img_copy *c, const void *p, size_t n, struct img_err *err)
{
	const uint8_t *from = p;

	while (n > 0) {
		size_t k = CHUNK - c->out_n < n ? CHUNK - c->out_n : n;

		memcpy(c->out + c->out_n, from, k);
		c->out_n += k;
		c->done += k;
		from += k;
		n -= k;
		if (c->out_n == CHUNK && flush(c, err) < 0)
			return -1;
	}
	return 0;
}

int img_copy_zeros(struct img_copy *c, uint64_t n, struct img_err *err)
{
	static const uint8_t zeros[HOLE];

	if (c->holes && n >= HOLE) {
		if (flush(c, err) < 0)
			return -1;
		c->done += n;
		return 0;
	}
	while (n > 0) {
		size_t k = n < HOLE ? (size_t)n : HOLE;

		if (img_copy_bytes(c, zeros, k, err) < 0)
			return -1;
		n -= k;
	}
	return 0;
}

static int file_shrank(uint64_t off, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, off, "file shrank while it was read");
}

/* Fill the window so that it holds at least the byte at `off`. */
static int fill(struct img_copy *c, int from, uint64_t off, struct img_err *err)
{
	if (off >= c->in_off && off < c->in_off + c->in_n)
		return 0;
	c->in_off = off;
	c->in_n = 0;
	for (;;) {
		ssize_t r = pread(from, c->in, CHUNK, (off_t)off);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return img_fail(err, IMG_ESYS, off, "read failed");
		c->in_n = (size_t)r;
		return r == 0 ? file_shrank(off, err) : 0;
	}
}

static int buffered(struct img_copy *c, int from, uint64_t off, uint64_t n, struct img_err *err)
{
	while (n > 0) {
		size_t at, k;

		if (fill(c, from, off, err) < 0)
			return -1;
		at = (size_t)(off - c->in_off);
		k = c->in_n - at < n ? c->in_n - at : (size_t)n;
		if (img_copy_bytes(c, c->in + at, k, err) < 0)
			return -1;
		off += k;
		n -= k;
	}
	return 0;
}

/* Does this errno mean that the kernel cannot copy between these two files with this call? */
static bool cannot(int errnum)
{
	return errnum == EINVAL || errnum == ENOSYS || errnum == EXDEV || errnum == EOPNOTSUPP ||
	       errnum == EBADF || errnum == EPERM || errnum == EOVERFLOW || errnum == ETXTBSY;
}

/*
 * Copy once inside the kernel. Returns bytes, 0 at the end of the file, -1: not possible this way.
 */
static ssize_t step(struct img_copy *c, int from, uint64_t off, size_t n)
{
	off_t in = (off_t)off, out = (off_t)(c->start + c->done);
	ssize_t r = -1;

	errno = EINVAL;
	if (!c->no_range && c->holes) {
		r = copy_file_range(from, &in, c->fd, &out, n, 0);
		c->no_range = r < 0 && cannot(errno);
		return r;
	}
	if (!c->no_send && !c->holes) {
		r = sendfile(c->fd, from, &in, n);
		c->no_send = r < 0 && cannot(errno);
	}
	return r;
}

/* Copy a range without holes. */
static int dense(struct img_copy *c, int from, uint64_t off, uint64_t n, struct img_err *err)
{
	while (n >= SMALL) {
		ssize_t r;

		if (flush(c, err) < 0)
			return -1;
		r = step(c, from, off, n < STEP ? (size_t)n : STEP);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0 && cannot(errno))
			break;
		if (r < 0)
			return fail_write(err);
		if (r == 0)
			return file_shrank(off, err);
		off += (uint64_t)r;
		n -= (uint64_t)r;
		c->done += (uint64_t)r;
	}
	return buffered(c, from, off, n, err);
}

/* Drop the window if it is of another file: a descriptor number may be reused. */
static int use_window_of(struct img_copy *c, int from, struct img_err *err)
{
	struct stat st;

	if (fstat(from, &st) < 0)
		return img_fail_sys(err);
	if (!img_fileid_same(c->in_id, img_fileid_of(&st)))
		c->in_n = 0;
	c->in_id = img_fileid_of(&st);
	c->in_sparse = st.st_blocks < st.st_size / 512;
	return 0;
}

int img_copy_file(struct img_copy *c, int from, uint64_t off, uint64_t n, struct img_err *err)
{
	if (use_window_of(c, from, err) < 0)
		return -1;
	while (n > 0) {
		uint64_t data = off, end = off + n;

		if (c->holes && c->in_sparse && n >= HOLE) {
			off_t d = lseek(from, (off_t)off, SEEK_DATA), h;

			if (d < 0 && errno == ENXIO)
				d = (off_t)end; /* a hole to the end of the file */
			if (d >= 0) {
				data = (uint64_t)d < end ? (uint64_t)d : end;
				h = data < end ? lseek(from, (off_t)data, SEEK_HOLE) : -1;
				if (h > (off_t)data && (uint64_t)h < end)
					end = (uint64_t)h;
			}
		}
		if (img_copy_zeros(c, data - off, err) < 0 ||
		    dense(c, from, data, end - data, err) < 0)
			return -1;
		n -= end - off;
		off = end;
	}
	return 0;
}

int img_copy_finish(struct img_copy *c, struct img_err *err)
{
	uint64_t end = c->start + c->done;

	if (flush(c, err) < 0)
		return -1;
	if (!c->holes)
		return 0;
	/* A hole at the end exists only through the length of the file. */
	if (ftruncate(c->fd, (off_t)end) < 0 || lseek(c->fd, (off_t)end, SEEK_SET) < 0)
		return fail_write(err);
	return 0;
}
