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

#include "libimg/base/fileid.h"
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

/* The next component of w->rest, the last of which may be a link: 0, or -1 with errno. */
static int step(struct root_walk *w, bool link)
{
	size_t skip = strspn(w->rest, "/"), n = strcspn(w->rest + skip, "/");
	char name[PATH_MAX];
	struct stat st;
	int fd;

	memcpy(name, w->rest + skip, n);
	name[n] = '\0';
	memmove(w->rest, w->rest + skip + n, strlen(w->rest + skip + n) + 1);
	if (n == 0 || strcmp(name, ".") == 0 ||
	    (strcmp(name, "..") == 0 && img_same_file(w->dir, w->root)))
		return 0;
	fd = openat(w->dir, name, SEEN | O_NOFOLLOW);
	if (fd < 0)
		return -1;
	if (!(link && w->rest[0] == '\0') && fstat(fd, &st) == 0 && S_ISLNK(st.st_mode)) {
		close(fd);
		return step_link(w, name);
	}
	close(w->dir);
	w->dir = fd;
	return 0;
}

static int walk(int root, const char *path, bool link)
{
	struct root_walk w = { .root = root };

	if (strlen(path) >= sizeof(w.rest)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(w.rest, path);
	w.dir = openat(root, ".", SEEN | O_DIRECTORY);
	while (w.dir >= 0 && w.rest[0] != '\0')
		if (step(&w, link) < 0) {
			int saved = errno;

			if (w.dir >= 0)
				close(w.dir);
			errno = saved;
			return -1;
		}
	return w.dir;
}

/* ---- with it ---- */

static int see(const struct img_look *at, const char *path, bool link)
{
	struct open_how how = { .flags = SEEN | (link ? O_NOFOLLOW : 0),
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	long fd;

	if (at->root < 0)
		return open(path, (int)how.flags);
	fd = syscall(SYS_openat2, at->root, path, &how, sizeof(how));
	if (fd >= 0 || (errno != ENOSYS && errno != EPERM))
		return (int)fd;
	return walk(at->root, path, link);
}

static int no_file(struct img_err *err)
{
	return errno == ENOENT || errno == ENOTDIR ? 0 : img_fail_sys(err);
}

/* A build id that was read. */
struct seen_id {
	struct img_fileid file;
	size_t n;
	uint8_t id[IMG_NEED_ID_MAX];
};

/* By way of /proc, so that it is the file that was seen, whatever has its name by now. */
static int read_id(int seen, struct seen_id *is, struct img_err *err)
{
	char path[64];
	int fd, r;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", seen);
	fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		return img_fail_sys(err);
	r = img_buildid_read(fd, is->id, err);
	close(fd);
	is->n = r > 0 ? (size_t)r : 0;
	return r < 0 ? -1 : 0;
}

static uint64_t key_of(const struct stat *st)
{
	return (uint64_t)st->st_dev << 40 ^ (uint64_t)st->st_ino;
}

static const struct seen_id *recall(const struct img_look *at, const struct stat *st)
{
	uint32_t i = img_map_get(&at->seen, key_of(st));
	const struct seen_id *is = (const void *)at->ids.p;

	return i != IMG_MAP_NONE && img_fileid_same(is[i].file, img_fileid_of(st)) ? &is[i] : NULL;
}

/* Of two files with one key the later one; without memory it is read again. */
static void remember(struct img_look *at, const struct stat *st, const struct seen_id *is)
{
	uint32_t n = (uint32_t)(at->ids.n / sizeof(*is)), *slot;

	img_buf_put(&at->ids, is, sizeof(*is));
	slot = at->ids.failed ? NULL : img_map_at(&at->seen, key_of(st));
	if (slot != NULL)
		*slot = n;
}

/* The build id of the file that *st is of; fd is open on it, or -1. */
static int build_id(struct img_look *at, const char *path, int fd, const struct stat *st,
		    struct img_need *is, struct img_err *err)
{
	struct seen_id one = { .file = img_fileid_of(st) };
	const struct seen_id *known = recall(at, st);
	struct stat now;
	int seen = fd >= 0 || known != NULL ? fd : see(at, path, false), r = 0;

	if (known == NULL) {
		if (seen < 0 || fstat(seen, &now) < 0)
			r = img_fail_sys(err);
		else if (S_ISREG(now.st_mode)) /* still */
			r = read_id(seen, &one, err);
		if (r == 0)
			remember(at, st, &one);
		known = &one;
	}
	if (seen >= 0 && seen != fd)
		close(seen);
	is->id_n = known->n;
	memcpy(is->id, known->id, known->n);
	is->has |= known->n > 0 ? IMG_NEED_BUILD_ID : 0;
	return r;
}

unsigned img_look_how(const struct img_need *n)
{
	return ((n->has & IMG_NEED_BUILD_ID) ? IMG_LOOK_ID : 0u) |
	       ((n->has & IMG_NEED_MODE) && S_ISLNK(n->mode) ? IMG_LOOK_LINK : 0u);
}

int img_look(struct img_look *at, const char *path, unsigned how, struct img_need *is,
	     struct img_err *err)
{
	bool link = (how & IMG_LOOK_LINK) != 0;
	struct stat st;
	int fd = -1, r = 1;

	if (at->root < 0) {
		if (fstatat(AT_FDCWD, path, &st,
			    AT_NO_AUTOMOUNT | (link ? AT_SYMLINK_NOFOLLOW : 0)) < 0)
			return no_file(err);
	} else {
		fd = see(at, path, link);
		if (fd < 0)
			return no_file(err);
		if (fstat(fd, &st) < 0)
			r = img_fail_sys(err);
	}
	if (r > 0) {
		is->has |= IMG_NEED_MODE | IMG_NEED_SIZE;
		is->mode = st.st_mode;
		is->value = (uint64_t)st.st_size;
		if ((how & IMG_LOOK_ID) && S_ISREG(st.st_mode) &&
		    build_id(at, path, fd, &st, is, err) < 0)
			r = -1;
	}
	if (fd >= 0)
		close(fd);
	return r;
}

void img_look_end(struct img_look *at)
{
	img_map_free(&at->seen);
	img_buf_free(&at->ids);
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
		fd = see(at, up[0] != '\0' ? up : "/", false);
	}
	in = fd >= 0 && fstatfs(fd, &fs) == 0 &&
	     (fs.f_type == CGROUP_SUPER_MAGIC || fs.f_type == CGROUP2_SUPER_MAGIC);
	if (fd >= 0)
		close(fd);
	return in;
}
