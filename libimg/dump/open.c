#include "libimg/dump/open.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libimg/base/fileid.h"

enum {
	/* Not a device or a pipe that would make us wait, whatever lies there. */
	FOR_FILE = O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY,
	FOR_DIR = O_RDONLY | O_DIRECTORY | O_CLOEXEC,
	MAX_LINKS = 40, /* as the kernel follows */
};

/*
 * openat() that does not leave dirfd. Where the kernel (before 5.6) or a filter of system calls
 * has no openat2(), it follows no link at all.
 */
static int open_beneath(int dirfd, const char *path, int flags)
{
	struct open_how how = { .flags = (unsigned)flags,
				.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS };
	long fd = syscall(SYS_openat2, dirfd, path, &how, sizeof(how));

	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return (int)fd;
	if (strchr(path, '/') == NULL && strcmp(path, "..") != 0)
		return openat(dirfd, path, flags | O_NOFOLLOW);
	errno = EXDEV;
	return -1;
}

/* ---- files ---- */

static int leads_out(const char *to, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a link out of the dump, to %s", to);
}

/* What a link says into `to` (PATH_MAX bytes). 0, or -1 with *err. */
static int read_link(int dirfd, const char *name, char *to, struct img_err *err)
{
	ssize_t n = readlinkat(dirfd, name, to, PATH_MAX - 1);

	if (n < 0)
		return img_fail_sys(err);
	to[n] = '\0';
	return 0;
}

/* What is wrong with a link that the kernel did not get to the end of. Returns -1. */
static int broken_link(const char *to, struct img_err *err)
{
	if (errno == EXDEV)
		return leads_out(to, err);
	if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a link that leads nowhere: to %s",
				to);
	return img_fail_sys(err);
}

/*
 * Go along links that all have the name of what they lead to. Returns a descriptor of the file
 * at their end, or -1 with *err. *dir, closed by the caller, is the directory arrived at.
 */
static int follow_named(int *dir, const char *name, struct img_err *err)
{
	char to[PATH_MAX], way[PATH_MAX];

	for (int i = 0; i < MAX_LINKS; i++) {
		char *base;
		int up, fd = openat(*dir, name, FOR_FILE | O_NOFOLLOW);

		if (fd >= 0)
			return fd;
		if (errno != ELOOP)
			return i > 0 ? broken_link(to, err) : img_fail_sys(err);
		if (read_link(*dir, name, to, err) < 0)
			return -1;
		base = strrchr(to, '/');
		if (strcmp(base != NULL ? base + 1 : to, name) != 0)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"a link to another name, %s (--follow takes it)", to);
		if (base == NULL)
			break; /* to itself */
		memcpy(way, to, (size_t)(base + 1 - to));
		way[base + 1 - to] = '\0';
		up = openat(*dir, way, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (up < 0)
			return broken_link(to, err);
		close(*dir);
		*dir = up;
	}
	errno = ELOOP;
	return broken_link(to, err);
}

static int open_named(int dirfd, const char *name, struct img_err *err)
{
	int fd = -1, dir = openat(dirfd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (dir < 0)
		return img_fail_sys(err);
	fd = follow_named(&dir, name, err);
	if (dir >= 0)
		close(dir);
	return fd;
}

/* A link: name in dirfd. */
static int open_link(int dirfd, const char *name, unsigned flags, struct img_err *err)
{
	char to[PATH_MAX];
	int fd, named;

	if (read_link(dirfd, name, to, err) < 0)
		return -1;
	if (!(flags & (IMG_FOLLOW | IMG_BENEATH)))
		return open_named(dirfd, name, err);
	fd = flags & IMG_BENEATH ? open_beneath(dirfd, name, FOR_FILE)
				 : openat(dirfd, name, FOR_FILE);
	if (fd < 0)
		return broken_link(to, err);
	if (flags & IMG_FOLLOW)
		return fd;
	/* It stays within: are the names right, too? */
	named = open_named(dirfd, name, err);
	if (named >= 0 && !img_same_file(fd, named)) {
		close(named);
		named = leads_out(to, err);
	}
	close(fd);
	return named;
}

int img_open_file(int dirfd, const char *name, unsigned flags, struct img_err *err)
{
	int fd = openat(dirfd, name, FOR_FILE | O_NOFOLLOW);
	struct stat st;

	if (fd < 0 && errno == ELOOP)
		fd = open_link(dirfd, name, flags, err);
	else if (fd < 0 && errno == ENXIO) /* a socket */
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "not a regular file");
	else if (fd < 0)
		return img_fail_sys(err);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) < 0)
		img_fail_sys(err);
	else if (S_ISREG(st.st_mode))
		return fd;
	else
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "not a regular file");
	close(fd);
	return -1;
}

/* ---- directories ---- */

int img_open_dir(int dirfd, const char *path, unsigned flags, struct img_err *err)
{
	int fd = flags & IMG_BENEATH ? open_beneath(dirfd, path, FOR_DIR)
				     : openat(dirfd, path, FOR_DIR);

	if (fd < 0 && flags & IMG_BENEATH && errno == EXDEV)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "leads out of the dump, to %s", path);
	return fd < 0 ? img_fail_sys(err) : fd;
}
