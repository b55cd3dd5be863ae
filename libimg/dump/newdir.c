#include "libimg/dump/newdir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/attrs.h"
#include "libimg/base/alloc.h"
#include "libimg/base/tempdir.h"
#include "libimg/dump/newfile.h"
#include "libimg/dump/newlink.h"
#include "libimg/image/type.h"

struct img_newdir {
	struct img_dir *from;   /* a directory, or NULL */
	struct img_dir *packed; /* an archive, or NULL */
	struct img_newfiles files;
	struct img_newlink links; /* where there is `from` */
	enum img_link how;
	struct img_tempdir *temp;
	int fd;           /* of temp */
	const char *path; /* the one to come */
	bool has_parent;  /* whatever `from` has */
	bool no_pids;     /* pid files stay behind */

	/* The image that is being written. */
	int image;
	char image_name[NAME_MAX + 1];
	struct img_out *out;
};

/* ---- begin and end ---- */

static void drop(struct img_newdir *nd)
{
	if (nd->image >= 0)
		close(nd->image);
	img_out_free(nd->out);
	img_free(nd);
}

struct img_newdir *img_newdir_begin(const char *path, struct img_dir *from, enum img_link how,
				    struct img_err *err)
{
	struct img_newdir *nd = img_calloc(1, sizeof(*nd));

	if (nd == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	nd->from = from;
	nd->how = how;
	nd->image = -1;
	/* Of an archive no modes and links are kept. */
	if (from != NULL && img_dir_fd(from) < 0) {
		nd->packed = from;
		nd->from = NULL;
	}
	if (nd->from != NULL && realpath(img_dir_path(from), nd->links.from_real) == NULL)
		img_fail_file(err, img_dir_path(from), "", "");
	else
		nd->temp = img_tempdir_begin(path, err);
	if (nd->temp == NULL) {
		drop(nd);
		return NULL;
	}
	nd->fd = img_tempdir_fd(nd->temp);
	nd->path = img_tempdir_final(nd->temp);
	nd->files.from = nd->links.from = nd->from;
	nd->files.fd = nd->links.fd = nd->fd;
	nd->links.now = img_tempdir_path(nd->temp);
	nd->files.path = nd->links.path = nd->path;
	nd->files.few = how != IMG_LINK_COPY;
	return nd;
}

const char *img_newdir_path(const struct img_newdir *nd)
{
	return img_tempdir_path(nd->temp);
}

static int finish(struct img_newdir *nd, struct img_err *err)
{
	struct stat st;

	if (nd->from != NULL && (fstat(img_dir_fd(nd->from), &st) < 0 ||
				 img_attrs_give(nd->fd, &st, -1, IMG_ATTRS_ALL, NULL, err) < 0 ||
				 img_newfile_times(nd->fd, &st) < 0))
		return img_newfile_fail(&nd->files, "", "", err);
	/* On the disk before the name points to it: a crash leaves all of it or nothing. */
	if ((nd->how == IMG_LINK_COPY ? syncfs(nd->fd) : fsync(nd->fd)) < 0)
		return img_newfile_fail(&nd->files, "", "cannot write to disk", err);
	return 0;
}

int img_newdir_end(struct img_newdir *nd, bool keep, struct img_err *err)
{
	int r = 0;

	if (nd == NULL)
		return 0;
	if (keep)
		r = finish(nd, err);
	if (r < 0)
		img_tempdir_end(nd->temp, false, NULL);
	else
		r = img_tempdir_end(nd->temp, keep, err);
	drop(nd);
	return r;
}

/* ---- images that are written ---- */

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct img_newdir *nd = arg;

	nd->image = img_newfile_create(&nd->files, name, err);
	if (nd->image < 0)
		return -1;
	snprintf(nd->image_name, sizeof(nd->image_name), "%s", name);
	nd->out = img_out_fd(nd->image);
	if (nd->out == NULL)
		return img_fail_mem(err);
	*out = nd->out;
	return 0;
}

/* As an image of the source that was seen, though it may not be one to read. */
static int give_as(struct img_newdir *nd, const char *old, const struct stat *st,
		   enum img_attrs which, struct img_err *err)
{
	struct stat opened;
	int r, fd = img_newfile_open_old(&nd->files, img_dir_fd(nd->from), old, &opened, err);

	if (fd < 0 && err->kind == IMG_ESYS && err->errnum != EACCES && err->errnum != ENOENT)
		return img_err_in(err, img_dir_path(nd->from), old);
	r = img_newfile_give(&nd->files, nd->image_name, nd->image, st, fd, which, err);
	if (fd >= 0)
		close(fd);
	return r;
}

/* An image is as the one that it replaces, a new one as the inventory. */
static int like_old(struct img_newdir *nd, struct img_err *err)
{
	struct stat st;
	int r;

	if (nd->from == NULL)
		return 0;
	r = img_newlink_follow(img_dir_fd(nd->from), nd->image_name, &st);
	if (r > 0)
		return give_as(nd, nd->image_name, &st, IMG_ATTRS_ALL, err);
	if (r == 0)
		r = img_newlink_follow(img_dir_fd(nd->from), "inventory.img", &st);
	if (r > 0)
		return give_as(nd, "inventory.img", &st, IMG_ATTRS_ACCESS, err);
	return r < 0 ? img_fail_file(err, img_dir_path(nd->from), nd->image_name, "") : 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct img_newdir *nd = arg;
	int r = 0;

	if (keep && img_out_flush(nd->out, err) < 0)
		r = img_err_in(err, nd->path, nd->image_name);
	if (keep && r == 0)
		r = like_old(nd, err);
	if (keep && r == 0)
		r = img_newfile_sync(&nd->files, nd->image, nd->image_name, err);
	if (close(nd->image) < 0 && keep && r == 0)
		r = img_newfile_fail(&nd->files, nd->image_name, "cannot close", err);
	nd->image = -1;
	img_out_free(nd->out);
	nd->out = NULL;
	if (!keep || r < 0)
		unlinkat(nd->fd, nd->image_name, 0);
	return r;
}

/* ---- images and files that stay as they are ---- */

/*
 * CRIU writes stats-* and the like into the directory that it restores from: a file that two
 * directories share would change in both.
 */
static bool may_be_shared(const char *name)
{
	const struct img_type *t = img_type_by_file(name, NULL);

	return t != NULL && t->head != IMG_SERVICE;
}

static int copy_image(void *arg, const char *name, int dirfd, const char *old, struct img_err *err)
{
	struct img_newdir *nd = arg;
	bool relative = nd->how == IMG_LINK_RELATIVE;
	bool symbolic = relative || nd->how == IMG_LINK_SYMBOLIC;

	/* A symbolic link has the name of its target: readers follow no other. */
	if (nd->from == NULL || dirfd != img_dir_fd(nd->from) || nd->how == IMG_LINK_COPY ||
	    !may_be_shared(name) || (symbolic && strcmp(name, old) != 0))
		return img_newfile_copy_old(&nd->files, name, dirfd, old, err);
	return symbolic ? img_newlink_symbolic(&nd->links, name, old, relative, err)
			: img_newlink_hard(&nd->links, name, old, err);
}

struct img_sink img_newdir_sink(struct img_newdir *nd)
{
	return (struct img_sink){ .begin = begin, .end = end, .arg = nd, .copy = copy_image };
}

/* ---- what else there is ---- */

static DIR *list(int fd)
{
	int own = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = own >= 0 ? fdopendir(own) : NULL;

	if (d == NULL && own >= 0)
		close(own);
	return d;
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void stays_behind(const struct img_newdir *nd, const char *name, const char *kind,
			 const struct img_report *left)
{
	struct img_err err;

	img_fail(&err, IMG_EDATA, IMG_NOWHERE, "not copied: %s", kind);
	img_err_in(&err, img_dir_path(nd->from != NULL ? nd->from : nd->packed), name);
	img_report(left, &err);
}

/*
 * What criu --pidfile writes: the number of a process that was restored from the old directory.
 * 1, 0, or -1 with *err.
 */
static int is_pid_file(const struct img_newdir *nd, const char *name, struct img_err *err)
{
	char text[sizeof("4294967295\n") + 1];
	struct stat st;
	ssize_t n;
	int fd;

	if (strstr(name, "pid") == NULL)
		return 0;
	fd = img_newfile_open_old(&nd->files, img_dir_fd(nd->from), name, &st, err);
	if (fd < 0)
		return img_err_in(err, img_dir_path(nd->from), name);
	n = pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	if (n < 0)
		return img_fail_file(err, img_dir_path(nd->from), name, "");
	text[n] = '\0';
	if (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	return n > 0 && n <= 10 && strspn(text, "0123456789") == (size_t)n;
}

static int rest_file(struct img_newdir *nd, const char *name, const struct img_report *left,
		     struct img_err *err)
{
	int pid = nd->no_pids ? is_pid_file(nd, name, err) : 0;

	if (pid < 0)
		return -1;
	if (pid > 0) {
		stays_behind(nd, name, "a pid file", left);
		return 0;
	}
	return img_newfile_copy_old(&nd->files, name, img_dir_fd(nd->from), name, err);
}

static int rest_parent(struct img_newdir *nd, struct img_err *err)
{
	int linked = img_newlink_text(&nd->links, "parent", err);

	if (linked != 0)
		return linked < 0 ? -1 : 0;
	return img_newfile_copy_old(&nd->files, "parent", img_dir_fd(nd->from), "parent", err);
}

static int rest_one(struct img_newdir *nd, const char *name, const struct img_report *left,
		    struct img_err *err)
{
	struct stat st;

	if (fstatat(img_dir_fd(nd->from), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return img_fail_file(err, img_dir_path(nd->from), name, "");
	switch (st.st_mode & S_IFMT) {
	case S_IFREG:
		if (strcmp(name, "parent") == 0)
			return rest_parent(nd, err);
		return rest_file(nd, name, left, err);
	case S_IFLNK: return img_newlink_copy(&nd->links, name, err);
	case S_IFDIR:
		if (strcmp(name, "parent") != 0) {
			stays_behind(nd, name, "a directory", left);
			return 0;
		}
		return img_newlink_dir(&nd->links, name, err);
	case S_IFSOCK: stays_behind(nd, name, "a socket", left); return 0;
	case S_IFIFO: stays_behind(nd, name, "a pipe", left); return 0;
	default: stays_behind(nd, name, "a device", left); return 0;
	}
}

int img_newdir_parent(struct img_newdir *nd, const char *text, struct img_err *err)
{
	nd->has_parent = true;
	if (text == NULL)
		return 0;
	return symlinkat(text, nd->fd, "parent") < 0
		       ? img_newfile_fail(&nd->files, "parent", "", err)
		       : 0;
}

void img_newdir_without_pids(struct img_newdir *nd)
{
	nd->no_pids = true;
}

/* What an archive has beside images: `why` is that of img_list(). */
static int packed_one(struct img_newdir *nd, const struct img_left_out *l,
		      const struct img_report *left, struct img_err *err)
{
	struct img_file f;
	int r;

	if (strcmp(l->name, "parent") == 0 && nd->has_parent)
		return 0;
	if (strcmp(l->name, "parent") == 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE,
			 "a parent dump in an archive: unpack it, a copy could not lead there");
		return img_err_in(err, img_dir_path(nd->packed), l->name);
	}
	r = img_dir_file(nd->packed, l->name, &f, err);
	if (r < 0 && err->kind == IMG_EDATA) {
		stays_behind(nd, l->name, l->why, left);
		return 0;
	}
	if (r < 0)
		return img_err_in(err, img_dir_path(nd->packed), l->name);
	r = img_newfile_copy(&nd->files, l->name, &f, NULL, err);
	img_file_close(&f);
	return r;
}

static int packed_rest(struct img_newdir *nd, const struct img_report *left, struct img_err *err)
{
	struct img_dir_names l;
	int r = 0;

	if (img_dir_list(nd->packed, &l, err) < 0)
		return img_err_in(err, img_dir_path(nd->packed), "");
	for (size_t i = 0; i < l.n_rest && r == 0; i++)
		r = packed_one(nd, &l.rest[i], left, err);
	img_list_free(&l);
	return r;
}

/* The directory gets the attributes of the old one; the first of all that were lost is reported. */
static int rest_attrs(struct img_newdir *nd, const struct img_report *left, struct img_err *err)
{
	const struct img_attrs_lost *lost = &nd->files.lost;
	struct img_err e;
	bool had = lost->n > 0;

	if (img_attrs_copy(img_dir_fd(nd->from), nd->fd, IMG_ATTRS_ALL, &nd->files.lost, err) < 0)
		return img_err_in(err, nd->path, "");
	if (lost->n == 0)
		return 0;
	errno = lost->errnum;
	img_fail(&e, IMG_ESYS, IMG_NOWHERE, "%" PRIu64 " extended attribute%s not kept: %s",
		 lost->n, lost->n > 1 ? "s" : "", lost->name);
	img_err_in(&e, nd->path, had ? nd->files.lost_of : "");
	img_report(left, &e);
	return 0;
}

static int by_name(const void *key, const void *name)
{
	return strcmp(key, *(char *const *)name);
}

int img_newdir_rest(struct img_newdir *nd, const struct img_report *left, struct img_err *err)
{
	struct img_dir_names images;
	DIR *d;
	int r = 0;

	if (nd->packed != NULL)
		return packed_rest(nd, left, err);
	if (nd->from == NULL)
		return 0;
	if (img_dir_list(nd->from, &images, err) < 0)
		return img_err_in(err, img_dir_path(nd->from), "");
	d = list(img_dir_fd(nd->from));
	if (d == NULL)
		r = img_fail_file(err, img_dir_path(nd->from), "", "");
	while (d != NULL && r == 0) {
		struct dirent *e;

		errno = 0;
		e = readdir(d);
		if (e == NULL) {
			if (errno != 0)
				r = img_fail_file(err, img_dir_path(nd->from), "", "cannot list");
			break;
		}
		if (is_dots(e->d_name) || img_tempdir_name(e->d_name) ||
		    (nd->has_parent && strcmp(e->d_name, "parent") == 0) ||
		    (images.n > 0 &&
		     bsearch(e->d_name, images.v, images.n, sizeof(*images.v), by_name) != NULL))
			continue;
		r = rest_one(nd, e->d_name, left, err);
	}
	if (d != NULL)
		closedir(d);
	img_list_free(&images);
	return r == 0 ? rest_attrs(nd, left, err) : r;
}
