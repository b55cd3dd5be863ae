#include "libimg/base/scratch.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where the file system has no files without a name, one that loses its name at once. */
static int open_named(const char *dir)
{
	char path[PATH_MAX];
	int fd;

	if (snprintf(path, sizeof(path), "%s/imgXXXXXX", dir) >= (int)sizeof(path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	return fd;
}

static int open_in(const char *dir)
{
	int fd = open(dir, O_RDWR | O_TMPFILE | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : open_named(dir);
}

int img_scratch_open(struct img_err *err)
{
	const char *dir = secure_getenv("TMPDIR");
	int fd;

	if (dir != NULL && dir[0] != '\0') {
		fd = open_in(dir);
	} else {
		fd = open_in("/var/tmp");
		if (fd < 0)
			fd = open_in(dir = "/tmp");
	}
	if (fd >= 0)
		return fd;
	return img_fail_file(err, dir, "", "cannot make a temporary file");
}
