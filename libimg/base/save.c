#include "libimg/base/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"

struct img_save {
	int dirfd, fd;
	mode_t mode;
	char *name;  /* the final one */
	char *shown; /* the name the caller gave, for errors */
	char *temp;  /* NULL: written to directly */
	struct img_out *out;
};

static int fail_on(struct img_err *err, const char *name, const char *what)
{
	img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s", what);
	snprintf(err->file, sizeof(err->file), "%s", name);
	return -1;
}

static char *join(const char *dir, size_t n, const char *name)
{
	size_t len = strlen(name);
	char *s = img_realloc(NULL, n + len + 1);

	if (s == NULL)
		return NULL;
	memcpy(s, dir, n);
	memcpy(s + n, name, len + 1);
	return s;
}

static void drop(struct img_save *s)
{
	if (s->fd >= 0)
		close(s->fd);
	img_out_free(s->out);
	img_free(s->name);
	img_free(s->shown);
	img_free(s->temp);
	img_free(s);
}

/* Create a file under an unused name in the directory of s->name. */
static int open_temp(struct img_save *s)
{
	const char *slash = strrchr(s->name, '/');
	size_t dir = slash != NULL ? (size_t)(slash + 1 - s->name) : 0;

	for (unsigned try = 0; try < 1000; try++) {
		char tail[32];

		snprintf(tail, sizeof(tail), ".img-%ld-%u.tmp", (long)getpid(), try);
		img_free(s->temp);
		s->temp = join(s->name, dir, tail);
		if (s->temp == NULL) {
			errno = ENOMEM;
			return -1;
		}
		s->fd = openat(s->dirfd, s->temp,
			       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (s->fd >= 0 || errno != EEXIST)
			break;
	}
	return s->fd < 0 ? -1 : 0;
}

static struct img_save *begin(int dirfd, const char *name, const char *shown, mode_t mode,
			      bool direct, struct img_err *err)
{
	struct img_save *s = img_calloc(1, sizeof(*s));

	if (s == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	s->dirfd = dirfd;
	s->fd = -1;
	s->mode = mode;
	s->name = join("", 0, name);
	s->shown = join("", 0, shown);
	if (s->name == NULL || s->shown == NULL)
		errno = ENOMEM;
	else if (direct)
		s->fd = openat(dirfd, name, O_WRONLY | O_CLOEXEC);
	else if (open_temp(s) < 0)
		s->fd = -1;
	if (s->fd < 0) {
		fail_on(err, shown, "");
		drop(s);
		return NULL;
	}
	s->out = img_out_fd(s->fd);
	if (s->out == NULL) {
		if (s->temp != NULL)
			unlinkat(dirfd, s->temp, 0);
		drop(s);
		img_fail_mem(err);
		return NULL;
	}
	return s;
}

struct img_save *img_save_begin(int dirfd, const char *name, struct img_err *err)
{
	return begin(dirfd, name, name, 0600, false, err);
}

struct img_save *img_save_path(const char *path, struct img_err *err)
{
	struct stat st;
	struct img_save *s;
	char *real;

	if (stat(path, &st) < 0) {
		if (errno != ENOENT) {
			fail_on(err, path, "");
			return NULL;
		}
		/* A dangling link is replaced: nothing is lost. */
		return begin(AT_FDCWD, path, path, 0600, false, err);
	}
	if (!S_ISREG(st.st_mode))
		return begin(AT_FDCWD, path, path, 0, true, err);
	real = realpath(path, NULL);
	if (real == NULL) {
		fail_on(err, path, "");
		return NULL;
	}
	s = begin(AT_FDCWD, real, path, st.st_mode & 07777, false, err);
	free(real);
	return s;
}

struct img_out *img_save_out(struct img_save *s)
{
	return s->out;
}

int img_save_end(struct img_save *s, bool keep, struct img_err *err)
{
	int r = 0;

	if (s == NULL)
		return 0;
	if (keep && img_out_flush(s->out, err) < 0) {
		snprintf(err->file, sizeof(err->file), "%s", s->shown);
		r = -1;
	}
	/* After the writes: writing makes the kernel clear the set-group-ID bit of a file. */
	if (keep && r == 0 && s->temp != NULL)
		fchmod(s->fd, s->mode);
	/* Reach the disk before the rename: a crash leaves the old file or the new one. */
	if (keep && r == 0 && s->temp != NULL && fsync(s->fd) < 0)
		r = fail_on(err, s->shown, "cannot write to disk");
	if (close(s->fd) < 0 && keep && r == 0)
		r = fail_on(err, s->shown, "cannot close");
	s->fd = -1;
	if (keep && r == 0 && s->temp != NULL && renameat(s->dirfd, s->temp, s->dirfd, s->name) < 0)
		r = fail_on(err, s->shown, "cannot rename to this name");
	if ((!keep || r < 0) && s->temp != NULL)
		unlinkat(s->dirfd, s->temp, 0);
	drop(s);
	return r;
}
