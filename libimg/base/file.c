#include "libimg/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int img_file_take(struct img_file *f, int fd, struct img_err *err)
{
	struct stat st;

	*f = (struct img_file){ .fd = fd };
	if (fstat(fd, &st) < 0) {
		img_fail_sys(err);
		img_file_close(f);
		return -1;
	}
	/* What is not a regular file ends where it ends. */
	f->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
	return 0;
}

int img_file_dup(const struct img_file *f, struct img_file *copy, struct img_err *err)
{
	*copy = *f;
	copy->fd = fcntl(f->fd, F_DUPFD_CLOEXEC, 0);
	return copy->fd < 0 ? img_fail_sys(err) : 0;
}

void img_file_close(struct img_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

int img_file_disk(const struct img_file *f, uint64_t *bytes, struct img_err *err)
{
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return img_fail_sys(err);
	*bytes = f->part ? f->size : (uint64_t)st.st_blocks * 512;
	return 0;
}

int64_t img_file_read(const struct img_file *f, uint64_t off, void *buf, size_t n,
		      struct img_err *err)
{
	uint8_t *p = buf;
	size_t done = 0;

	if (f->part && off >= f->size)
		return 0;
	if (f->part && n > f->size - off)
		n = (size_t)(f->size - off);
	while (done < n) {
		ssize_t r = pread(f->fd, p + done, n - done, (off_t)(f->base + off + done));

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return img_fail(err, IMG_ESYS, off + done, "read failed");
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (int64_t)done;
}
