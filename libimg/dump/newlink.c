#include "libimg/dump/newlink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/fileid.h"

/* An entry of the new directory has the name to come, one of the source its own. */
static int fail_in(const struct img_newlink *l, const char *name, const char *what,
		   struct img_err *err)
{
	return img_fail_file(err, l->path, name, what);
}

static int fail_from(const struct img_newlink *l, const char *name, struct img_err *err)
{
	return img_fail_file(err, img_dir_path(l->from), name, "");
}

/* ---- links that lead where those of the source do ---- */

int img_newlink_follow(int dirfd, const char *name, struct stat *st)
{
	if (fstatat(dirfd, name, st, 0) == 0)
		return 1;
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
	case ELOOP:
	case ENAMETOOLONG:
	case EACCES: return 0;
	default: return -1;
	}
}

/* The absolute path of the file that a name in the source leads to, links followed. */
static int real_path(const struct img_newlink *l, const char *name, char real[PATH_MAX],
		     struct img_err *err)
{
	char path[PATH_MAX + NAME_MAX + 2];

	snprintf(path, sizeof(path), "%s/%s", l->from_real, name);
	if (realpath(path, real) == NULL)
		return fail_from(l, name, err);
	return 0;
}

/* Does a relative name lead to the same from the source and from here? As img_newlink_follow(). */
static int leads_there(const struct img_newlink *l, const char *name, bool *same)
{
	struct stat old, new;
	int was = img_newlink_follow(img_dir_fd(l->from), name, &old);
	int is = was > 0 ? img_newlink_follow(l->fd, name, &new) : 0;

	*same = is > 0 && img_fileid_same(img_fileid_of(&old), img_fileid_of(&new));
	return is < 0 ? is : was;
}

/*
 * A link that would lead somewhere else from here becomes one to the absolute path. What
 * leads nowhere is kept, made absolute: it is not ours to mend.
 */
static int place_link(const struct img_newlink *l, const char *name, const char *target,
		      struct img_err *err)
{
	char real[PATH_MAX], path[2 * PATH_MAX];

	if (target[0] != '/') {
		bool same;
		int leads = leads_there(l, target, &same);

		if (leads < 0)
			return fail_from(l, name, err);
		snprintf(path, sizeof(path), "%s/%s", l->from_real, target);
		if (same)
			snprintf(path, sizeof(path), "%s", target);
		else if (leads > 0 && realpath(path, real) == NULL)
			return fail_from(l, name, err);
		else if (leads > 0)
			snprintf(path, sizeof(path), "%s", real);
		target = path;
	}
	return symlinkat(target, l->fd, name) < 0 ? fail_in(l, name, "", err) : 0;
}

int img_newlink_copy(const struct img_newlink *l, const char *name, struct img_err *err)
{
	char target[PATH_MAX];
	ssize_t n = readlinkat(img_dir_fd(l->from), name, target, sizeof(target) - 1);

	if (n < 0)
		return fail_from(l, name, err);
	target[n] = '\0';
	return place_link(l, name, target, err);
}

int img_newlink_dir(const struct img_newlink *l, const char *name, struct img_err *err)
{
	char real[PATH_MAX];

	return real_path(l, name, real, err) < 0 ? -1 : place_link(l, name, real, err);
}

int img_newlink_text(const struct img_newlink *l, const char *name, struct img_err *err)
{
	char text[PATH_MAX];
	bool same = true;
	ssize_t n;
	int leads, fd = img_open_file(img_dir_fd(l->from), name, img_dir_flags(l->from), err);

	if (fd < 0)
		return img_err_in(err, img_dir_path(l->from), name);
	n = pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	if (n < 0)
		return fail_from(l, name, err);
	while (n > 0 && text[n - 1] == '\n')
		n--;
	text[n] = '\0';
	leads = n > 0 && text[0] != '/' ? leads_there(l, text, &same) : 0;
	if (leads < 0)
		return fail_from(l, name, err);
	if (leads == 0 || same)
		return 0;
	return place_link(l, name, text, err) < 0 ? -1 : 1;
}

/* ---- links to images ---- */

/*
 * The absolute path of an image of the source. One that is a link itself, and may be followed,
 * is the file that it leads to.
 */
static int path_of(const struct img_newlink *l, const char *old, char path[PATH_MAX],
		   struct img_err *err)
{
	struct stat st;
	int fd;

	if (fstatat(img_dir_fd(l->from), old, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return fail_from(l, old, err);
	if (!S_ISLNK(st.st_mode)) {
		if (snprintf(path, PATH_MAX, "%s/%s", l->from_real, old) < PATH_MAX)
			return 0;
		errno = ENAMETOOLONG;
		return fail_from(l, old, err);
	}
	fd = img_open_file(img_dir_fd(l->from), old, img_dir_flags(l->from), err);
	if (fd < 0)
		return img_err_in(err, img_dir_path(l->from), old);
	close(fd);
	return real_path(l, old, path, err);
}

/*
 * An absolute path becomes one from here. The directory is as deep now as it will be under its
 * name, and what it lies in is the same.
 */
static int make_relative(const struct img_newlink *l, char path[PATH_MAX], struct img_err *err)
{
	char here[PATH_MAX], there[PATH_MAX];
	size_t same = 0, at = 0;

	if (realpath(l->now, here) == NULL)
		return fail_in(l, "", "", err);
	for (size_t i = 0; here[i] != '\0' && here[i] == path[i]; i++)
		if (here[i] == '/')
			same = i + 1;
	strcpy(there, path);
	for (const char *p = here + same; p != NULL && at < PATH_MAX; at += 3) {
		snprintf(path + at, PATH_MAX - at, "../");
		p = strchr(p, '/');
		p = p != NULL ? p + 1 : NULL;
	}
	if (at >= PATH_MAX ||
	    (size_t)snprintf(path + at, PATH_MAX - at, "%s", there + same) >= PATH_MAX - at) {
		errno = ENAMETOOLONG;
		return fail_in(l, "", "", err);
	}
	return 0;
}

int img_newlink_symbolic(const struct img_newlink *l, const char *name, const char *old,
			 bool relative, struct img_err *err)
{
	char path[PATH_MAX];

	if (path_of(l, old, path, err) < 0 || (relative && make_relative(l, path, err) < 0))
		return -1;
	return symlinkat(path, l->fd, name) < 0 ? fail_in(l, name, "cannot link", err) : 0;
}

int img_newlink_hard(const struct img_newlink *l, const char *name, const char *old,
		     struct img_err *err)
{
	char path[PATH_MAX];

	/* The path says whether a link may be followed to the file. */
	if (path_of(l, old, path, err) < 0)
		return -1;
	if (linkat(img_dir_fd(l->from), old, l->fd, name, AT_SYMLINK_FOLLOW) < 0)
		return fail_in(l, name, "cannot link", err);
	return 0;
}
