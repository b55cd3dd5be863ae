#include "libimg/serve/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/scratch.h"

struct spooled {
	int fd;
	char name[256];
};

/* Where the file system has no files without a name: one whose name goes at once. */
static int short_lived(const char *dir)
{
	size_t size = strlen(dir) + sizeof("/.imgserve-XXXXXX");
	char *name = img_realloc(NULL, size);
	int fd;

	if (name == NULL)
		return -1;
	snprintf(name, size, "%s/.imgserve-XXXXXX", dir);
	fd = mkostemp(name, O_CLOEXEC);
	if (fd >= 0)
		unlink(name);
	img_free(name);
	return fd;
}

int img_spool_file(const char *dir, struct img_err *err)
{
	int fd;

	if (dir == NULL)
		return img_scratch_open(err);
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
		fd = short_lived(dir);
	if (fd >= 0)
		return fd;
	return img_fail_file(err, dir, "", "");
}

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct img_spool *s = arg;

	s->fd = img_spool_file(NULL, err);
	if (s->fd < 0)
		return -1;
	s->out = img_out_fd(s->fd);
	if (s->out == NULL) {
		close(s->fd);
		return img_fail_mem(err);
	}
	snprintf(s->name, sizeof(s->name), "%s", name);
	*out = s->out;
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct img_spool *s = arg;
	struct spooled h = { .fd = s->fd };
	int r = 0;

	if (keep && img_out_flush(s->out, err) < 0)
		r = img_err_in(err, s->name, "");
	img_out_free(s->out);
	s->out = NULL;
	memcpy(h.name, s->name, sizeof(h.name));
	if (keep && r == 0) {
		img_buf_put(&s->held, &h, sizeof(h));
		if (!s->held.failed)
			return 0;
		r = img_fail_mem(err);
	}
	close(s->fd);
	return r;
}

static int copy(void *arg, const char *name, int dirfd, const char *from, struct img_err *err)
{
	struct img_spool *s = arg;

	(void)dirfd, (void)err;
	snprintf(s->copied, sizeof(s->copied), "%s", name);
	snprintf(s->copied_from, sizeof(s->copied_from), "%s", from);
	return 0;
}

struct img_sink img_spool_sink(struct img_spool *s)
{
	return (struct img_sink){ .begin = begin, .end = end, .arg = s, .copy = copy };
}

int img_spool_take(struct img_spool *s, const char *name)
{
	struct spooled *v = (struct spooled *)(void *)s->held.p;
	size_t n = s->held.n / sizeof(*v);

	for (size_t i = 0; i < n; i++) {
		int fd = v[i].fd;

		if (strcmp(v[i].name, name) != 0)
			continue;
		v[i] = v[n - 1];
		s->held.n -= sizeof(*v);
		return fd;
	}
	return -1;
}

void img_spool_free(struct img_spool *s)
{
	const struct spooled *v = (const struct spooled *)(void *)s->held.p;

	for (size_t i = 0; i < s->held.n / sizeof(*v); i++)
		close(v[i].fd);
	img_buf_free(&s->held);
}
