#include "libimg/dump/place.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/fileid.h"

/* The directory that the last component of a path is in, or -1. */
static int open_above(const char *path)
{
	size_t n = strlen(path);
	char *above;
	int fd;

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 0 && path[n - 1] != '/')
		n--;
	above = n > 0 ? img_strndup(path, n) : img_strndup(".", 1);
	fd = above != NULL ? open(above, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	img_free(above);
	return fd;
}

bool img_place_inside(const char *path, const struct img_dir *d)
{
	int fd = img_dir_fd(d) >= 0 ? open_above(path) : -1;
	struct img_fileid of = { 0, 0 }, at, last = { 0, 0 };
	struct stat st;
	bool inside = false;

	if (fd >= 0 && fstat(img_dir_fd(d), &st) == 0)
		of = img_fileid_of(&st);
	while (fd >= 0 && !inside && fstat(fd, &st) == 0) {
		int up;

		at = img_fileid_of(&st);
		if (img_fileid_same(at, last)) /* the root is above itself */
			break;
		inside = img_fileid_same(at, of);
		last = at;
		up = openat(fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		close(fd);
		fd = up;
	}
	if (fd >= 0)
		close(fd);
	return inside;
}
