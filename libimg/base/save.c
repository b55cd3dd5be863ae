#include "libimg/base/save.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "libimg/base/alloc.h"

enum {
	TRIES = 100,    /* names of temporary files */
	MAX_LINKS = 40, /* as the kernel follows */
};

struct img_save {
	int dirfd, fd;
	char *name;     /* the final one */
	char *reported; /* the same as the caller knows it, for errors */
	char *temp;     /* the name until then, NULL: none yet */
	bool direct;    /* a device or a pipe: there is nothing to rename */
	bool unsynced;
	bool alike, times; /* take mode and owner of `like`; its times too */
	struct stat like;
	struct img_out *out;
};

static void drop(struct img_save *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->temp != NULL && !s->direct)
		unlinkat(s->dirfd, s->temp, 0);
	img_out_free(s->out);
	img_free(s->name);
	img_free(s->reported);
	img_free(s->temp);
	img_free(s);
}

/* ---- temporary files ---- */

/* Bytes of a path up to and with its last slash. */
static size_t dir_length(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? (size_t)(slash + 1 - path) : 0;
}

/* A name beside s->name that nobody can know before. Yours to free; NULL with errno. */
static char *temp_name(const struct img_save *s)
{
	size_t dir = dir_length(s->name), size = dir + 32;
	char *name = img_realloc(NULL, size);
	uint64_t random;

	if (name == NULL)
		errno = ENOMEM;
	else if (getrandom(&random, sizeof(random), 0) == (ssize_t)sizeof(random))
		snprintf(name, size, "%.*s.img-%016" PRIx64 ".tmp", (int)dir, s->name, random);
	else {
		img_free(name);
		name = NULL;
	}
	return name;
}

/* Do `make` with names until one is free. 0 with s->temp, -1 with errno. */
static int with_temp_name(struct img_save *s, int (*make)(struct img_save *s, const char *name))
{
	for (unsigned try = 0; try < TRIES; try++) {
		char *name = temp_name(s);

		if (name == NULL)
			return -1;
		if (make(s, name) == 0) {
			s->temp = name;
			return 0;
		}
		img_free(name);
		if (errno != EEXIST)
			return -1;
	}
	return -1;
}

static mode_t first_mode(const struct img_save *s)
{
	return s->alike ? 0600 : 0666;
}

static int make_file(struct img_save *s, const char *name)
{
	s->fd = openat(s->dirfd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		       first_mode(s));
	return s->fd >= 0 ? 0 : -1;
}

/* Where a descriptor has a name by which linkat() finds its file. */
static char *fd_path(int fd, char *buf, size_t size)
{
	snprintf(buf, size, "/proc/self/fd/%d", fd);
	return buf;
}

static int link_to(const struct img_save *s, const char *name)
{
	char path[40];

	return linkat(AT_FDCWD, fd_path(s->fd, path, sizeof(path)), s->dirfd, name,
		      AT_SYMLINK_FOLLOW);
}

static int make_link(struct img_save *s, const char *name)
{
	return link_to(s, name);
}

/* A file without a name, which goes when the process does. Not everywhere: 0 or -1. */
static int open_nameless(struct img_save *s)
{
	size_t n = dir_length(s->name);
	char dir[PATH_MAX] = ".", path[40];

	if (n >= sizeof(dir))
		return -1;
	if (n > 0) {
		memcpy(dir, s->name, n);
		dir[n] = '\0';
	}
	s->fd = openat(s->dirfd, dir, O_WRONLY | O_TMPFILE | O_CLOEXEC, first_mode(s));
	if (s->fd >= 0 && faccessat(AT_FDCWD, fd_path(s->fd, path, sizeof(path)), F_OK, 0) < 0) {
		close(s->fd);
		s->fd = -1;
	}
	return s->fd >= 0 ? 0 : -1;
}

/* ---- the beginning ---- */

static int open_file(struct img_save *s, struct img_err *err)
{
	struct stat st;

	if (s->direct) {
		s->fd = openat(s->dirfd, s->name, O_WRONLY | O_CLOEXEC);
		return s->fd >= 0 ? 0 : img_fail_file(err, s->reported, "", "");
	}
	s->alike = fstatat(s->dirfd, s->name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
	if (s->alike)
		s->like = st;
	if (open_nameless(s) == 0 || with_temp_name(s, make_file) == 0)
		return 0;
	return img_fail_file(err, s->reported, "",
			     errno == EEXIST ? "cannot make a temporary file beside it" : "");
}

static struct img_save *begin(int dirfd, const char *name, const char *reported, bool direct,
			      struct img_err *err)
{
	struct img_save *s = img_calloc(1, sizeof(*s));

	if (s == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	s->dirfd = dirfd;
	s->fd = -1;
	s->direct = direct;
	s->name = img_strndup(name, strlen(name));
	s->reported = img_strndup(reported, strlen(reported));
	if (s->name == NULL || s->reported == NULL) {
		img_fail_mem(err);
		img_err_in(err, reported, "");
	} else if (open_file(s, err) == 0) {
		s->out = img_out_fd(s->fd);
		if (s->out == NULL)
			img_fail_mem(err);
	}
	if (s->out == NULL) {
		drop(s);
		return NULL;
	}
	if (!direct)
		img_out_holes(s->out);
	return s;
}

struct img_save *img_save_begin(int dirfd, const char *name, unsigned flags, struct img_err *err)
{
	struct img_save *s = begin(dirfd, name, name, false, err);

	if (s != NULL)
		s->unsynced = flags & IMG_SAVE_UNSYNCED;
	return s;
}

/* `to`, which is what the link at `path` says, as a path of its own. 0, or -1 with errno. */
static int follow(char path[PATH_MAX], const char *to)
{
	size_t dir = to[0] == '/' ? 0 : dir_length(path), n = strlen(to);

	if (dir + n >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(path + dir, to, n + 1);
	return 0;
}

/* The path at the end of the links at `path`; nothing need be there. 0, or -1 with errno. */
static int last_path(const char *from, char path[PATH_MAX])
{
	char to[PATH_MAX];

	path[0] = '\0';
	if (follow(path, from) < 0)
		return -1;
	for (int i = 0; i < MAX_LINKS; i++) {
		ssize_t n = readlinkat(AT_FDCWD, path, to, sizeof(to) - 1);

		/* No link, or nothing: this is it. */
		if (n < 0)
			return errno == EINVAL || errno == ENOENT ? 0 : -1;
		to[n] = '\0';
		if (follow(path, to) < 0)
			return -1;
	}
	errno = ELOOP;
	return -1;
}

struct img_save *img_save_path(const char *path, struct img_err *err)
{
	char real[PATH_MAX];
	struct stat st;
	bool there = stat(path, &st) == 0;

	if ((!there && errno != ENOENT) || last_path(path, real) < 0) {
		img_fail_file(err, path, "", "");
		return NULL;
	}
	if (there && !S_ISREG(st.st_mode))
		return begin(AT_FDCWD, path, path, true, err);
	return begin(AT_FDCWD, real, path, false, err);
}

void img_save_like(struct img_save *s, const struct stat *st)
{
	s->alike = s->times = true;
	s->like = *st;
}

struct img_out *img_save_out(struct img_save *s)
{
	return s->out;
}

/* ---- the end ---- */

/* Owner and group as they were, if they differ. Whether they do now. */
static bool give_owner(const struct img_save *s, const struct stat *now)
{
	const struct stat *like = &s->like;

	if (now->st_uid == like->st_uid && now->st_gid == like->st_gid)
		return true;
	if (fchown(s->fd, like->st_uid, like->st_gid) == 0)
		return true;
	return fchown(s->fd, (uid_t)-1, like->st_gid) == 0 && now->st_uid == like->st_uid;
}

/* After the writes, with which the kernel takes set-group-ID away from a file. */
static void make_alike(const struct img_save *s)
{
	mode_t mode = s->like.st_mode & 07777;
	const struct timespec times[2] = { s->like.st_atim, s->like.st_mtim };
	struct stat st;

	if (fstat(s->fd, &st) < 0)
		return;
	if (!give_owner(s, &st)) {
		mode &= ~(mode_t)(S_ISUID | S_ISGID);
		/* What a group was allowed is not for another one. */
		if (fstat(s->fd, &st) < 0 || st.st_gid != s->like.st_gid)
			mode &= ~(mode_t)070 | ((mode & 07) << 3);
	}
	fchmod(s->fd, mode);
	if (s->times)
		futimens(s->fd, times);
}

/*
 * What close() has to say (a full disk on NFS, a quota) is heard before the name is taken,
 * though the descriptor is still needed for that.
 */
static int close_copy(int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	return copy < 0 ? -1 : close(copy);
}

/* All of it is in the file, and on the disk if that is wanted. */
static int finish(struct img_save *s, struct img_err *err)
{
	if (img_out_flush(s->out, err) < 0)
		return img_err_in(err, s->reported, "");
	if (s->alike)
		make_alike(s);
	/* On the disk before the name points to it: a crash leaves the old file or the new. */
	if (!s->direct && !s->unsynced && fsync(s->fd) < 0)
		return img_fail_file(err, s->reported, "", "cannot write to disk");
	if (close_copy(s->fd) < 0)
		return img_fail_file(err, s->reported, "", "cannot close");
	return 0;
}

static int take_name(struct img_save *s, struct img_err *err)
{
	/* Where the name is free, the file needs no other before. */
	if (s->temp == NULL && link_to(s, s->name) == 0)
		return 0;
	if (s->temp == NULL && (errno != EEXIST || with_temp_name(s, make_link) < 0))
		return img_fail_file(err, s->reported, "", "cannot take this name");
	if (renameat(s->dirfd, s->temp, s->dirfd, s->name) < 0)
		return img_fail_file(err, s->reported, "", "cannot rename to this name");
	img_free(s->temp);
	s->temp = NULL;
	return 0;
}

int img_save_end(struct img_save *s, bool keep, struct img_err *err)
{
	int r = 0;

	if (s == NULL)
		return 0;
	if (keep)
		r = finish(s, err);
	if (keep && r == 0 && !s->direct)
		r = take_name(s, err);
	drop(s);
	return r;
}

int img_save_sync(int dirfd, struct img_err *err)
{
	return syncfs(dirfd) < 0 ? img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot write to disk") : 0;
}
