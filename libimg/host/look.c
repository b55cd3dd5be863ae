#include "libimg/host/look.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "libimg/dump/buildid.h"

/* A descriptor that can do nothing but say what it is: a device or FIFO is not opened by it. */
enum { SEEN = O_PATH | O_CLOEXEC, MAX_LINKS = 40 };

/* ---- without openat2(): one component after the other ---- */

struct root_walk {
	int root, dir;
	char rest[PATH_MAX]; /* of the path */
	unsigned links;
};

static int step_link(struct root_walk *w, const char *name)
{
	char to[PATH_MAX], rest[PATH_MAX];
	ssize_t n = readlinkat(w->dir, name, to, sizeof(to) - 1);

	if (n < 0)
		return -1;
	to[n] = '\0';
	if (++w->links > MAX_LINKS ||
	    (size_t)snprintf(rest, sizeof(rest), "%s/%s", to, w->rest) >= sizeof(rest)) {
		errno = ELOOP;
		return -1;
	}
	strcpy(w->rest, rest);
	if (to[0] != '/')
		return 0;
	close(w->dir);
	w->dir = openat(w->root, ".", SEEN | O_DIRECTORY);
	return w->dir < 0 ? -1 : 0;
}

static bool same(int a, int b)
{
	struct stat x, y;

	return fstat(a, &x) == 0 && fstat(b, &y) == 0 && x.st_dev == y.st_dev &&
	       x.st_ino == y.st_ino;
}

/* The next component of w->rest: 0, or -1 with errno. */
static int step(struct root_walk *w)
{
	size_t skip = strspn(w->rest, "/"), n = strcspn(w->rest + skip, "/");
	char name[PATH_MAX];
	struct stat st;
	int fd;

	memcpy(name, w->rest + skip, n);
	name[n] = '\0';
	memmove(w->rest, w->rest + skip + n, strlen(w->rest + skip + n) + 1);
	if (n == 0 || strcmp(name, ".") == 0 || (strcmp(name, "..") == 0 && same(w->dir, w->root)))
		return 0;
	fd = openat(w->dir, name, SEEN | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
		close(fd);
		return step_link(w, name);
	}
	close(w->dir);
	w->dir = fd;
	return 0;
}

static int walk(int root, const char *path)
{
	struct root_walk w = { .root = root };

	if (strlen(path) >= sizeof(w.rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(w.rest, path);
	w.dir = openat(root, ".", SEEN | O_DIRECTORY);
	while (w.dir >= 0 && w.rest[0] != '\0')
		if (step(&w) < 0) {
			int saved = errno;

			if (w.dir >= 0)
				close(w.dir);
			errno = saved;
			return -1;
		}
	return w.dir;
}

/* ---- with it ---- */

static int see(const struct img_look *at, const char *path)
{
	struct open_how how = { .flags = SEEN, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	long fd;

	if (at->root < 0)
		return open(path, SEEN);
	fd = syscall(SYS_openat2, at->root, path, &how, sizeof(how));
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return (int)fd;
	return walk(at->root, path);
}

static int no_file(struct img_err *err)
{
	return errno == ENOENT || errno == ENOTDIR ? 0 : img_fail_sys(err);
}

/* By way of /proc, so that it is the file that was seen, whatever has its name by now. */
static int read_id(int seen, struct img_need *is, struct img_err *err)
{
	char path[64];
	int fd, r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", seen);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return img_fail_sys(err);
	r = img_buildid_read(fd, is->id, err);
	close(fd);
	if (r < 0)
		return -1;
	is->id_n = (size_t)r;
	if (r > 0)
		is->has |= IMG_NEED_BUILD_ID;
	return 0;
}

int img_look(const struct img_look *at, const char *path, bool id, struct img_need *is,
	     struct img_err *err)
{
	struct stat st;
	int fd = -1, r = 1;

	if (at->root < 0 && !id) {
		if (fstatat(AT_FDCWD, path, &st, AT_NO_AUTOMOUNT) < 0)
			return no_file(err);
	} else {
		fd = see(at, path);
		if (fd < 0)
			return no_file(err);
		if (fstat(fd, &st) < 0)
			r = img_fail_sys(err);
	}
	if (r > 0) {
		is->has |= IMG_NEED_MODE | IMG_NEED_SIZE;
		is->mode = st.st_mode;
		is->value = (uint64_t)st.st_size;
		if (id && S_ISREG(st.st_mode) && read_id(fd, is, err) < 0)
			r = -1;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

bool img_look_in_cgroup(const struct img_look *at, const char *path)
{
	char up[PATH_MAX];
	struct statfs fs;
	int fd = -1;
	bool in;

	if (strlen(path) >= sizeof(up))
		return false;
	strcpy(up, path);
	while (fd < 0 && strrchr(up, '/') != NULL) {
		char *slash = strrchr(up, '/');

		*slash = '\0';
		fd = see(at, up[0] != '\0' ? up : "/");
	}
	in = fd >= 0 && fstatfs(fd, &fs) == 0 &&
	     (fs.f_type == CGROUP_SUPER_MAGIC || fs.f_type == CGROUP2_SUPER_MAGIC);
	if (fd >= 0)
		close(fd);
	return in;
}
