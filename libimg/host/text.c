#include "libimg/host/text.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int read_all(int fd, struct img_buf *b, struct img_err *err)
{
	for (;;) {
		ssize_t n;

		if (!img_buf_room(b, 64 << 10))
			return img_fail_mem(err);
		n = read(fd, b->p + b->n, 64 << 10);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return img_fail_sys(err);
		if (n == 0)
			return 0;
		b->n += (size_t)n;
		if (b->n > IMG_TEXT_MAX)
			return img_fail(err, IMG_ELIMIT, IMG_NOWHERE, "more than %d bytes",
					IMG_TEXT_MAX);
	}
}

int img_text_read(const char *path, struct img_buf *b, struct img_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r;

	if (fd < 0)
		return img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s", path);
	r = read_all(fd, b, err);
	close(fd);
	img_buf_put(b, "", 1);
	return r < 0 ? -1 : b->failed ? img_fail_mem(err) : 0;
}
