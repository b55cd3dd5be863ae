#include "libimg/base/tempdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/buf.h"
#include "libimg/base/fileid.h"

/* The name while it is being filled: 128 bits that nobody can guess. */
#define TEMP_HEAD ".img-"
#define TEMP_TAIL ".tmp"
enum {
	TEMP_HEX = 32,
	TEMP_LEN = sizeof(TEMP_HEAD) - 1 + TEMP_HEX + sizeof(TEMP_TAIL) - 1,
	TRIES = 100,
};

struct img_tempdir {
	int beside;       /* the directory that it lies in */
	int fd;           /* locked as long as it is ours */
	DIR *dir;         /* over fd, which belongs to it */
	char *path;       /* as it was given, without slashes at its end */
	const char *name; /* its last component */
	char temp[TEMP_LEN + 1];
	char *temp_path;
};

/* ---- names beside the place ---- */

bool img_tempdir_name(const char *name)
{
	const char *hex = name + sizeof(TEMP_HEAD) - 1;

	return strlen(name) == TEMP_LEN && strncmp(name, TEMP_HEAD, sizeof(TEMP_HEAD) - 1) == 0 &&
	       strspn(hex, "0123456789abcdef") == TEMP_HEX &&
	       strcmp(hex + TEMP_HEX, TEMP_TAIL) == 0;
}

static int draw_name(char name[TEMP_LEN + 1], struct img_err *err)
{
	uint8_t drawn[TEMP_HEX / 2];
	char *p = stpcpy(name, TEMP_HEAD);

	if (getrandom(drawn, sizeof(drawn), 0) != (ssize_t)sizeof(drawn))
		return img_fail(err, IMG_ESYS, IMG_NOWHERE, "no random numbers");
	for (size_t i = 0; i < sizeof(drawn); i++)
		p += sprintf(p, "%02x", drawn[i]);
	strcpy(p, TEMP_TAIL);
	return 0;
}

static DIR *list(int fd)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy >= 0 ? fdopendir(copy) : NULL;

	if (d == NULL && copy >= 0)
		close(copy);
	return d;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A directory in a directory: that of a chain of dumps. */
enum { DEPTH_MAX = 512 };

static void remove_dir(int beside, const char *name, DIR *d, unsigned depth);

/* Remove a file, or a directory with all that is in it. */
static void remove_any(int beside, const char *name, unsigned depth)
{
	int fd;
	DIR *d;

	if (unlinkat(beside, name, 0) == 0 || depth > DEPTH_MAX)
		return;
	fd = openat(beside, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	d = fd >= 0 ? fdopendir(fd) : NULL;
	if (d != NULL) {
		remove_dir(beside, name, d, depth);
		closedir(d);
	} else if (fd >= 0) {
		close(fd);
	}
}

/* Remove the directory `name`, whose content d lists. */
static void remove_dir(int beside, const char *name, DIR *d, unsigned depth)
{
	for (int pass = 0; pass < 3; pass++) {
		rewinddir(d);
		for (struct dirent *e; (e = readdir(d)) != NULL;)
			if (!is_dots(e->d_name))
				remove_any(dirfd(d), e->d_name, depth + 1);
		if (unlinkat(beside, name, AT_REMOVEDIR) == 0 || errno != ENOTEMPTY)
			break;
	}
}

static void remove_if_stale(int beside, const char *name)
{
	int fd = openat(beside, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct stat st;

	if (d == NULL) {
		if (fd >= 0)
			close(fd);
		return;
	}
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && flock(fd, LOCK_EX | LOCK_NB) == 0)
		remove_dir(beside, name, d, 0);
	closedir(d);
}

/*
 * Directories of runs that have been killed: nobody holds their lock. Others of our name stay
 * as they are, and so does what belongs to somebody else.
 */
static void remove_stale(int beside)
{
	DIR *d = list(beside);

	for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;)
		if (img_tempdir_name(e->d_name))
			remove_if_stale(beside, e->d_name);
	if (d != NULL)
		closedir(d);
}

/* Make a directory of a new name and lock it. 1, 0: another run took it for a left one, -1. */
static int try_temp(struct img_tempdir *t, struct img_err *err)
{
	struct stat there, ours;
	bool taken;

	if (draw_name(t->temp, err) < 0)
		return -1;
	if (mkdirat(t->beside, t->temp, 0700) < 0)
		return errno == EEXIST ? 0 : img_fail_sys(err);
	t->fd = openat(t->beside, t->temp, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (t->fd < 0 && errno == ENOENT)
		return 0;
	/* Read from its begin at its removal, which must not need memory. */
	t->dir = t->fd >= 0 ? fdopendir(t->fd) : NULL;
	if (t->dir == NULL) {
		img_fail_sys(err);
		if (t->fd >= 0)
			close(t->fd);
		t->fd = -1;
		unlinkat(t->beside, t->temp, AT_REMOVEDIR);
		return -1;
	}
	/* Where locks are missing, nobody can remove what is left either. */
	flock(t->fd, LOCK_EX);
	if (fstat(t->fd, &ours) == 0 &&
	    fstatat(t->beside, t->temp, &there, AT_SYMLINK_NOFOLLOW) == 0) {
		if (img_fileid_same(img_fileid_of(&ours), img_fileid_of(&there)))
			return 1;
		errno = ENOENT;
	}
	taken = errno == ENOENT;
	if (!taken)
		img_fail_sys(err);
	closedir(t->dir);
	t->dir = NULL;
	t->fd = -1;
	if (!taken)
		unlinkat(t->beside, t->temp, AT_REMOVEDIR);
	return taken ? 0 : -1;
}

static int make_temp(struct img_tempdir *t, struct img_err *err)
{
	int r = 0;

	for (unsigned i = 0; r == 0 && i < TRIES; i++)
		r = try_temp(t, err);
	if (r == 0) {
		errno = EEXIST;
		return img_fail_sys(err);
	}
	return r < 0 ? -1 : 0;
}

/* ---- begin and end ---- */

static int fail_on(const struct img_tempdir *t, struct img_err *err, const char *what)
{
	return img_fail_file(err, t->path, "", what);
}

/* The path without slashes at its end, its last component, and the directory before that. */
static int split(struct img_tempdir *t, const char *path, struct img_err *err)
{
	size_t n = strlen(path), dir;
	char *slash, *before;

	while (n > 1 && path[n - 1] == '/')
		n--;
	t->path = img_strndup(path, n);
	if (t->path == NULL)
		return img_fail_mem(err);
	slash = strrchr(t->path, '/');
	t->name = slash != NULL ? slash + 1 : t->path;
	dir = (size_t)(t->name - t->path);
	before = dir > 0 ? img_strndup(path, dir) : img_strndup("./", 2);
	t->temp_path = before != NULL ? img_calloc(1, strlen(before) + TEMP_LEN + 1) : NULL;
	if (t->temp_path == NULL) {
		img_free(before);
		return img_fail_mem(err);
	}
	strcpy(t->temp_path, before);
	t->beside = open(before, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	img_free(before);
	return t->beside < 0 ? fail_on(t, err, "") : 0;
}

static int absent(struct img_tempdir *t, struct img_err *err)
{
	struct stat st;

	/* No path at all, such as of a variable that is not set, is not this directory. */
	if (t->path[0] == '\0')
		errno = ENOENT;
	else if (fstatat(t->beside, t->name[0] != '\0' ? t->name : ".", &st, AT_SYMLINK_NOFOLLOW) ==
		 0)
		errno = EEXIST;
	else if (errno == ENOENT)
		return 0;
	return fail_on(t, err, "");
}

static void drop(struct img_tempdir *t)
{
	if (t->dir != NULL)
		closedir(t->dir);
	if (t->beside >= 0)
		close(t->beside);
	img_free(t->path);
	img_free(t->temp_path);
	img_free(t);
}

struct img_tempdir *img_tempdir_begin(const char *path, struct img_err *err)
{
	struct img_tempdir *t = img_calloc(1, sizeof(*t));

	if (t == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	t->beside = t->fd = -1;
	if (split(t, path, err) < 0 || absent(t, err) < 0) {
		drop(t);
		return NULL;
	}
	remove_stale(t->beside);
	if (make_temp(t, err) < 0) {
		img_err_in(err, t->path, "");
		drop(t);
		return NULL;
	}
	strcat(t->temp_path, t->temp);
	return t;
}

int img_tempdir_fd(const struct img_tempdir *t)
{
	return t->fd;
}

const char *img_tempdir_path(const struct img_tempdir *t)
{
	return t->temp_path;
}

const char *img_tempdir_final(const struct img_tempdir *t)
{
	return t->path;
}

static int take_name(struct img_tempdir *t, struct img_err *err)
{
	if (renameat2(t->beside, t->temp, t->beside, t->name, RENAME_NOREPLACE) == 0)
		return 0;
	/* Not every file system can refuse to replace; none replaces what is not empty. */
	if ((errno == EINVAL || errno == ENOSYS) && absent(t, err) == 0 &&
	    renameat(t->beside, t->temp, t->beside, t->name) == 0)
		return 0;
	return fail_on(t, err, "cannot rename to this name");
}

int img_tempdir_end(struct img_tempdir *t, bool keep, struct img_err *err)
{
	int r = 0;

	if (t == NULL)
		return 0;
	if (keep)
		r = take_name(t, err);
	if (!keep || r < 0)
		remove_dir(t->beside, t->temp, t->dir, 0);
	drop(t);
	return r;
}
