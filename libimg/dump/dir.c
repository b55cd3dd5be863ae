#include "libimg/dump/dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/copy.h"
#include "libimg/base/fileid.h"
#include "libimg/base/scratch.h"
#include "libimg/dump/listing.h"
#include "libimg/dump/tree.h"

/* Longer than any chain in practice, so that a chain without end is not followed for ever. */
enum { MAX_PARENTS = 1024 };

struct img_dir {
	int fd;                /* -1: in an archive */
	struct img_tree *tree; /* the archive, or NULL */
	char *at;              /* the directory in it */
	char *other;           /* one with another dump, or NULL */
	unsigned flags;
	char *path;
	struct img_fileid id;
	struct img_dir *child;  /* the directory whose parent this is, or NULL */
	struct img_dir *parent; /* the parent has been looked up */
	bool asked;
	int engine; /* the directory around it, of a container engine, or -1 */
};

/* ---- directories ---- */

static struct img_dir *take_fd(int fd, char *path, unsigned flags, struct img_err *err)
{
	struct img_dir *d = path != NULL ? img_calloc(1, sizeof(*d)) : NULL;
	struct stat st;

	if (d == NULL || fstat(fd, &st) < 0) {
		if (d == NULL)
			img_fail_mem(err);
		else
			img_fail_sys(err);
		close(fd);
		img_free(path);
		img_free(d);
		return NULL;
	}
	d->fd = fd;
	d->engine = -1;
	d->flags = flags;
	d->path = path;
	d->id = img_fileid_of(&st);
	return d;
}

/* A directory of an archive; takes a share of the tree. */
static struct img_dir *take_tree(struct img_tree *t, const char *name, const char *at,
				 unsigned flags, struct img_err *err)
{
	struct img_dir *d = img_calloc(1, sizeof(*d));
	size_t size = strlen(name) + 1 + strlen(at) + 1;

	if (d == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	d->fd = d->engine = -1;
	d->flags = flags;
	d->tree = img_tree_share(t);
	d->at = img_strndup(at, strlen(at));
	d->path = img_realloc(NULL, size);
	if (d->at == NULL || d->path == NULL) {
		img_fail_mem(err);
		img_dir_close(d);
		return NULL;
	}
	snprintf(d->path, size, "%s%s%s", name, at[0] != '\0' ? "/" : "", at);
	return d;
}

/* t is taken over; NULL: it could not be read, which *err says. */
static struct img_dir *open_archive(struct img_tree *t, const char *name, unsigned flags,
				    struct img_err *err)
{
	struct img_dir *d = NULL;
	char at[PATH_MAX], other[PATH_MAX];

	if (t == NULL || img_tree_dump(t, at, other, err) < 0)
		img_err_in(err, name, "");
	else
		d = take_tree(t, name, at, flags, err);
	img_tree_close(t);
	if (d == NULL || other[0] == '\0')
		return d;
	d->other = img_strndup(other, strlen(other));
	if (d->other != NULL)
		return d;
	img_fail_mem(err);
	img_dir_close(d);
	return NULL;
}

/* Does the directory fd have images, by the names that `is` takes? 1, 0, or -1 with *err. */
static int has_images(int fd, unsigned flags, bool (*is)(const char *name), struct img_err *err)
{
	struct img_dir_names l;
	int has = 0;

	if (img_list(fd, flags, &l, err) < 0)
		return -1;
	for (size_t i = 0; i < l.n && !has; i++)
		has = is(l.v[i]);
	img_list_free(&l);
	return has;
}

/*
 * What an engine leaves beside its own files: a directory `checkpoint` with the dump, and no image
 * around it. Its descriptor; -1 where it is none, for whatever reason.
 */
static int open_engine(int fd, unsigned flags)
{
	struct img_err ignored;
	int in;

	if (faccessat(fd, "inventory.img", F_OK, AT_SYMLINK_NOFOLLOW) == 0 ||
	    faccessat(fd, "pstree.img", F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return -1;
	in = img_open_dir(fd, "checkpoint", flags, &ignored);
	if (in < 0)
		return -1;
	if (has_images(in, flags, img_listing_of_dump, &ignored) > 0 &&
	    has_images(fd, flags, img_listing_of_dump, &ignored) == 0)
		return in;
	close(in);
	return -1;
}

static struct img_dir *open_dir(int fd, const char *name, unsigned flags, struct img_err *err)
{
	int in = open_engine(fd, flags);
	struct img_dir *d;
	char *path;

	if (in < 0)
		return take_fd(fd, img_strndup(name, strlen(name)), flags, err);
	path = img_realloc(NULL, strlen(name) + sizeof("/checkpoint"));
	if (path != NULL)
		sprintf(path, "%s/checkpoint", name);
	d = take_fd(in, path, flags, err);
	if (d == NULL)
		close(fd);
	else
		d->engine = fd;
	return d;
}

struct img_dir *img_dir_open_fd(int fd, const char *name, unsigned flags, struct img_err *err)
{
	struct stat st;

	if (fstat(fd, &st) < 0) {
		img_fail_file(err, name, "", "");
		close(fd);
		return NULL;
	}
	return S_ISDIR(st.st_mode) ? open_dir(fd, name, flags, err)
				   : open_archive(img_tree_read(fd, err), name, flags, err);
}

struct img_dir *img_dir_open_in(struct img_in *in, const char *name, unsigned flags,
				struct img_err *err)
{
	return open_archive(img_tree_read_in(in, err), name, flags, err);
}

struct img_dir *img_dir_open(const char *path, unsigned flags, struct img_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0) {
		img_fail_file(err, path, "", "");
		return NULL;
	}
	return img_dir_open_fd(fd, path, flags, err);
}

void img_dir_close(struct img_dir *d)
{
	while (d != NULL) {
		struct img_dir *parent = d->parent;

		if (d->fd >= 0)
			close(d->fd);
		if (d->engine >= 0)
			close(d->engine);
		img_tree_close(d->tree);
		img_free(d->at);
		img_free(d->other);
		img_free(d->path);
		img_free(d);
		d = parent;
	}
}

int img_dir_fd(const struct img_dir *d)
{
	return d->fd;
}

const char *img_dir_other(const struct img_dir *d)
{
	return d->other;
}

unsigned img_dir_flags(const struct img_dir *d)
{
	return d->flags;
}

const char *img_dir_path(const struct img_dir *d)
{
	return d->path;
}

/* The text of a file in the place of a link. Its length, or -1 with *err. */
static ssize_t parent_text(const struct img_dir *d, char *target, size_t size, struct img_err *err)
{
	struct img_file f = { .fd = img_open_file(d->fd, "parent", d->flags, err) };
	int64_t n;

	if (f.fd < 0)
		return -1;
	n = img_file_read(&f, 0, target, size, err);
	if (n < 0)
		err->off = IMG_NOWHERE; /* of no image */
	img_file_close(&f);
	return (ssize_t)n;
}

/* A text of n bytes, its newlines cut. 1, or -1 with *err. */
static int trim(char *target, size_t n, struct img_err *err)
{
	size_t len = strlen(target);

	while (n > 0 && target[n - 1] == '\n')
		n--;
	if (n == 0 || len < n)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"empty, or with a NUL byte: expected the path of a parent dump");
	target[n] = '\0';
	return 1;
}

/*
 * Where `parent` leads, as text: what a link says, or a file that an archive or a checkout
 * without links left in its place; a directory leads to itself. 1 with *target, 0 where there is
 * none.
 */
static int parent_target(struct img_dir *d, char *target, size_t size, struct img_err *err)
{
	struct stat st;
	ssize_t n;

	if (d->tree != NULL) {
		int r = img_tree_parent(d->tree, d->at, target, err);

		if (r <= 0)
			return r;
		n = (ssize_t)strlen(target);
		return trim(target, (size_t)n, err);
	}
	n = readlinkat(d->fd, "parent", target, size - 1);
	if (n < 0 && errno == ENOENT)
		return 0;
	if (n < 0 && (errno != EINVAL || fstatat(d->fd, "parent", &st, AT_SYMLINK_NOFOLLOW) < 0))
		return img_fail(err, IMG_ESYS, IMG_NOWHERE,
				"cannot read the link to the parent dump");
	if (n < 0 && S_ISDIR(st.st_mode))
		n = snprintf(target, size, "parent");
	else if (n < 0)
		n = parent_text(d, target, size - 1, err);
	if (n < 0)
		return -1;
	target[n] = '\0';
	return trim(target, (size_t)n, err);
}

static bool is_same(const struct img_dir *a, const struct img_dir *b)
{
	if (a->tree != NULL)
		return strcmp(a->at, b->at) == 0;
	return img_fileid_same(a->id, b->id);
}

/* d's parent has just been opened: reject a chain that returns to itself or is too long. */
static int check_chain(const struct img_dir *d, const char *target, struct img_err *err)
{
	const struct img_dir *parent = d->parent;
	unsigned depth = 0;

	do {
		if (is_same(d, parent)) {
			img_fail(err, IMG_EDATA, IMG_NOWHERE, "leads to %s: a loop", target);
			err->errnum = ELOOP;
			return -1;
		}
		if (++depth == MAX_PARENTS)
			return img_fail(err, IMG_ELIMIT, IMG_NOWHERE, "more than %d parent dumps",
					MAX_PARENTS);
		d = d->child;
	} while (d != NULL);
	return 0;
}

static int without_images(const char *target, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "leads to %s, a directory without images",
			target);
}

/* An image's name that a parent needs at least. */
static bool is_typed(const char *name)
{
	return img_type_by_file(name, NULL) != NULL;
}

static int open_parent_dir(struct img_dir *d, const char *target, struct img_err *err)
{
	char path[PATH_MAX + 1024];
	int r, fd = img_open_dir(d->fd, target, d->flags, err);

	if (fd < 0 && err->kind != IMG_ESYS)
		return -1;
	if (fd < 0) {
		bool leads_nowhere = err->errnum == ENOENT || err->errnum == ENOTDIR ||
				     err->errnum == ELOOP || err->errnum == ENAMETOOLONG;

		errno = err->errnum;
		img_fail(err, IMG_ESYS, IMG_NOWHERE, "leads to %s", target);
		/* The dump is at fault, not the system. */
		if (leads_nowhere)
			err->kind = IMG_EDATA;
		return -1;
	}
	r = has_images(fd, d->flags, is_typed, err);
	if (r <= 0) {
		close(fd);
		return r < 0 ? -1 : without_images(target, err);
	}
	snprintf(path, sizeof(path), "%s%s%s", target[0] == '/' ? "" : d->path,
		 target[0] == '/' ? "" : "/", target);
	d->parent = take_fd(fd, img_strndup(path, strlen(path)), d->flags, err);
	return d->parent != NULL ? 0 : -1;
}

/* The same in an archive. */
static int open_parent_tree(struct img_dir *d, const char *target, struct img_err *err)
{
	char at[PATH_MAX], *name;

	if (img_tree_dir(d->tree, d->at, target, at, err) < 0)
		return -1;
	if (!img_tree_has_images(d->tree, at))
		return without_images(target, err);
	/* As below its child, like those of directories. */
	name = img_realloc(NULL, strlen(d->path) + 1 + strlen(target) + 1);
	if (name == NULL)
		return img_fail_mem(err);
	sprintf(name, "%s/%s", d->path, target);
	d->parent = take_tree(d->tree, "", at, d->flags, err);
	if (d->parent == NULL) {
		img_free(name);
		return -1;
	}
	img_free(d->parent->path);
	d->parent->path = name;
	return 0;
}

static int open_parent(struct img_dir *d, struct img_err *err)
{
	char target[PATH_MAX];
	int r = parent_target(d, target, sizeof(target), err);

	if (r <= 0)
		return r;
	r = d->tree != NULL ? open_parent_tree(d, target, err) : open_parent_dir(d, target, err);
	if (r < 0)
		return -1;
	d->parent->child = d;
	if (check_chain(d, target, err) < 0) {
		img_dir_close(d->parent);
		d->parent = NULL;
		return -1;
	}
	return 1;
}

int img_dir_parent(struct img_dir *d, struct img_dir **parent, struct img_err *err)
{
	if (!d->asked) {
		if (open_parent(d, err) < 0)
			return img_err_in(err, d->path, "parent");
		d->asked = true;
	}
	*parent = d->parent;
	return d->parent != NULL;
}

int img_dir_list(const struct img_dir *d, struct img_dir_names *l, struct img_err *err)
{
	if (d->tree != NULL)
		return img_tree_list(d->tree, d->at, d->flags, l, err);
	return img_list(d->fd, d->flags, l, err);
}

int img_dir_file(const struct img_dir *d, const char *name, struct img_file *f, struct img_err *err)
{
	int fd;

	f->fd = -1;
	if (d->tree != NULL)
		return img_tree_file(d->tree, d->at, name, d->flags, f, err);
	fd = img_open_file(d->fd, name, d->flags, err);
	return fd < 0 ? -1 : img_file_take(f, fd, err);
}

int img_dir_open_file(const struct img_dir *d, const char *name, struct img_file *f,
		      struct img_err *err)
{
	return img_dir_file(d, name, f, err) < 0 ? img_err_in(err, d->path, name) : 0;
}

int img_dir_size(const struct img_dir *d, const char *name, uint64_t *size, struct img_err *err)
{
	struct img_file f;

	if (d->tree != NULL)
		return img_tree_size(d->tree, d->at, name, d->flags, size, err) < 0
			       ? img_err_in(err, d->path, name)
			       : 0;
	if (img_dir_open_file(d, name, &f, err) < 0)
		return -1;
	*size = f.size;
	img_file_close(&f);
	return 0;
}

/* A copy without a name of a stretch, which is closed. Its descriptor, or -1 with *err. */
static int copy_part(struct img_file *f, struct img_err *err)
{
	int fd = img_scratch_open(err);
	struct img_copy *c = fd >= 0 ? img_copy_new(fd) : NULL;
	int r = -1;

	if (fd >= 0 && c == NULL)
		img_fail_mem(err);
	if (c != NULL && img_copy_file(c, f->fd, f->base, f->size, err) == 0)
		r = img_copy_finish(c, err);
	img_copy_free(c);
	img_file_close(f);
	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0)
		r = img_fail_sys(err);
	if (r < 0 && fd >= 0)
		close(fd);
	return r < 0 ? -1 : fd;
}

int img_dir_whole_file(const struct img_dir *d, const char *name, struct img_err *err)
{
	struct img_file f;
	int fd;

	if (img_dir_open_file(d, name, &f, err) < 0)
		return -1;
	if (!f.part)
		return f.fd;
	fd = copy_part(&f, err);
	return fd < 0 ? img_err_in(err, d->path, name) : fd;
}

int img_dir_has(const struct img_dir *d, const char *name, struct img_err *err)
{
	if (d->tree != NULL)
		return img_tree_has(d->tree, d->at, name);
	if (faccessat(d->fd, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
		return 1;
	if (errno == ENOENT)
		return 0;
	return img_fail_file(err, d->path, name, "");
}

/* 1; 0 where it is missing; -1 with *err. */
static int found(int r, const struct img_dir *d, struct img_err *err)
{
	if (r >= 0)
		return 1;
	if (err->kind == IMG_ESYS && err->errnum == ENOENT)
		return 0;
	return img_err_in(err, d->path, "..");
}

int img_dir_engine_file(const struct img_dir *d, const char *name, struct img_file *f,
			struct img_err *err)
{
	int fd;

	f->fd = -1;
	if (d->tree != NULL && strcmp(d->at, "checkpoint") == 0)
		return found(img_tree_file(d->tree, "", name, d->flags, f, err), d, err);
	if (d->engine < 0)
		return 0;
	fd = img_open_file(d->engine, name, d->flags, err);
	if (fd >= 0)
		fd = img_file_take(f, fd, err);
	return found(fd, d, err);
}
