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

#include "libimg/base/buf.h"
#include "libimg/image/type.h"

/* Longer than any chain in practice, so that a chain without end is not followed for ever. */
enum { MAX_PARENTS = 1024 };

struct img_dir {
	int fd;
	unsigned flags;
	char *path;
	dev_t dev;
	ino_t ino;
	struct img_dir *child;  /* the directory whose parent this is, or NULL */
	struct img_dir *parent; /* the parent has been looked up */
	bool asked;
};

struct img_image {
	struct img_dir *dir;
	char name[NAME_MAX + 1];
	int fd;
	struct img_in *in;
	struct img_reader *rd;
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
	d->flags = flags;
	d->path = path;
	d->dev = st.st_dev;
	d->ino = st.st_ino;
	return d;
}

struct img_dir *img_dir_open(const char *path, unsigned flags, struct img_err *err)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		img_fail_sys(err);
		img_err_in(err, path, "");
		return NULL;
	}
	return take_fd(fd, img_strndup(path, strlen(path)), flags, err);
}

void img_dir_close(struct img_dir *d)
{
	while (d != NULL) {
		struct img_dir *parent = d->parent;

		close(d->fd);
		img_free(d->path);
		img_free(d);
		d = parent;
	}
}

int img_dir_fd(const struct img_dir *d)
{
	return d->fd;
}

unsigned img_dir_flags(const struct img_dir *d)
{
	return d->flags;
}

const char *img_dir_path(const struct img_dir *d)
{
	return d->path;
}

/* Read a small file. */
static ssize_t read_text(int fd, char *buf, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t r = read(fd, buf + n, size - n);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		n += (size_t)r;
	}
	return (ssize_t)n;
}

/* The text of a file in the place of a link. Its length, or -1 with *err. */
static ssize_t parent_text(const struct img_dir *d, char *target, size_t size, struct img_err *err)
{
	int fd = img_open_file(d->fd, "parent", d->flags, err);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read_text(fd, target, size);
	if (n < 0)
		img_fail(err, IMG_ESYS, IMG_NOWHERE, "read failed");
	close(fd);
	return n;
}

/*
 * Where `parent` leads, as text: what a link says, or a file that an archive or a checkout
 * without links left in its place; a directory leads to itself. 1 with *target, 0 where there is
 * none.
 */
static int parent_target(struct img_dir *d, char *target, size_t size, struct img_err *err)
{
	ssize_t n = readlinkat(d->fd, "parent", target, size - 1);
	struct stat st;

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
	while (n > 0 && target[n - 1] == '\n')
		n--;
	target[n] = '\0';
	if (n == 0 || strlen(target) != (size_t)n)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"empty, or with a NUL byte: expected the path of a parent dump");
	return 1;
}

/* 1, 0, or -1 with *err. */
static int has_images(int fd, unsigned flags, struct img_err *err)
{
	struct img_dir_names l;
	int has = 0;

	if (img_list(fd, flags, &l, err) < 0)
		return -1;
	/* Any directory may have an initrd.img: it is the names of CRIU that count. */
	for (size_t i = 0; i < l.n && !has; i++)
		has = img_type_by_file(l.v[i], NULL) != NULL;
	img_list_free(&l);
	return has;
}

/* d's parent has just been opened: reject a chain that returns to itself or is too long. */
static int check_chain(const struct img_dir *d, const char *target, struct img_err *err)
{
	const struct img_dir *parent = d->parent;
	unsigned depth = 0;

	do {
		if (d->dev == parent->dev && d->ino == parent->ino)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE, "leads to %s: a loop", target);
		if (++depth == MAX_PARENTS)
			return img_fail(err, IMG_ELIMIT, IMG_NOWHERE, "more than %d parent dumps",
					MAX_PARENTS);
		d = d->child;
	} while (d != NULL);
	return 0;
}

static int open_parent(struct img_dir *d, struct img_err *err)
{
	char target[PATH_MAX], path[PATH_MAX + 1024];
	int fd, r = parent_target(d, target, sizeof(target), err);

	if (r <= 0)
		return r;
	fd = img_open_dir(d->fd, target, d->flags, err);
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
	r = has_images(fd, d->flags, err);
	if (r <= 0) {
		close(fd);
		if (r == 0)
			img_fail(err, IMG_EDATA, IMG_NOWHERE,
				 "leads to %s, a directory without images", target);
		return -1;
	}
	snprintf(path, sizeof(path), "%s%s%s", target[0] == '/' ? "" : d->path,
		 target[0] == '/' ? "" : "/", target);
	d->parent = take_fd(fd, img_strndup(path, strlen(path)), d->flags, err);
	if (d->parent == NULL)
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
	return img_list(d->fd, d->flags, l, err);
}

int img_dir_open_file(const struct img_dir *d, const char *name, struct img_err *err)
{
	int fd = img_open_file(d->fd, name, d->flags, err);

	return fd < 0 ? img_err_in(err, d->path, name) : fd;
}

/* ---- images ---- */

int img_image_fail(const struct img_image *im, struct img_err *err)
{
	return img_err_in(err, im->dir->path, im->name);
}

static int open_image(struct img_image *im, const struct img_type *t, struct img_err *err)
{
	const struct img_head *head;
	char name[IMG_HEAD_NAME];

	im->in = img_in_fd(im->fd);
	if (im->in == NULL)
		return img_fail_mem(err);
	im->rd = img_reader_open(im->in, im->name, 0, err);
	if (im->rd == NULL)
		return -1;
	head = img_reader_head(im->rd);
	/* Only the name shows that an image is raw. */
	if (t->magic != 0 && head->type->magic != t->magic)
		return img_fail(err, IMG_EDATA, 0, "%s, expected a %s image",
				head->framing == IMG_NONE ? "empty file"
							  : img_head_name(head, name),
				t->name);
	return 0;
}

int img_image_open(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **out,
		   struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern(pattern);
	struct img_image *im;

	if (t == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"no type of image has the file name pattern '%s'", pattern);
	im = img_calloc(1, sizeof(*im));
	if (im == NULL)
		return img_fail_mem(err);
	im->dir = d;
	img_type_file_name(pattern, number, im->name, sizeof(im->name));
	im->fd = img_open_file(d->fd, im->name, d->flags, err);
	if (im->fd < 0 && err->kind == IMG_ESYS && err->errnum == ENOENT) {
		img_free(im);
		return 0;
	}
	if (im->fd < 0 || open_image(im, t, err) < 0) {
		img_image_fail(im, err);
		img_image_close(im);
		return -1;
	}
	*out = im;
	return 1;
}

void img_image_close(struct img_image *im)
{
	if (im == NULL)
		return;
	img_reader_close(im->rd);
	img_in_free(im->in);
	if (im->fd >= 0)
		close(im->fd);
	img_free(im);
}

int img_image_next(struct img_image *im, struct img_entry *e, struct img_err *err)
{
	int r = img_reader_next(im->rd, e, err);

	return r < 0 ? img_image_fail(im, err) : r;
}

void *img_image_unpack(struct img_image *im, const struct img_entry *e, struct img_arena *a,
		       struct img_err *err)
{
	void *msg = img_unpack(e->msg, e->body, a, err);

	if (msg == NULL) {
		img_err_under(err, "entries", (int64_t)e->index);
		img_image_fail(im, err);
	}
	return msg;
}

int img_image_next_msg(struct img_image *im, struct img_arena *a, void **msg, struct img_err *err)
{
	struct img_entry e;
	int r = img_image_next(im, &e, err);

	if (r <= 0)
		return r;
	*msg = img_image_unpack(im, &e, a, err);
	return *msg != NULL ? 1 : -1;
}

struct img_reader *img_image_reader(struct img_image *im)
{
	return im->rd;
}

const char *img_image_name(const struct img_image *im)
{
	return im->name;
}

int img_image_fd(const struct img_image *im)
{
	return im->fd;
}

/* Read the first entry, which is required. 1 or -1. */
static int first(struct img_image *im, struct img_entry *e, struct img_err *err)
{
	int r = img_image_next(im, e, err);

	if (r != 0)
		return r;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "image has no entry");
	return img_image_fail(im, err);
}

int img_image_one(struct img_dir *d, const char *pattern, uint64_t number, struct img_arena *a,
		  void **msg, struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	int r = img_image_open(d, pattern, number, &im, err);

	if (r <= 0)
		return r;
	r = first(im, &e, err);
	if (r > 0) {
		*msg = img_image_unpack(im, &e, a, err);
		r = *msg != NULL ? 1 : -1;
	}
	img_image_close(im);
	return r;
}

int img_image_pick(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **im,
		   struct img_pick *f, struct img_err *err)
{
	struct img_entry e;
	int r = img_image_open(d, pattern, number, im, err);

	if (r <= 0)
		return r;
	r = first(*im, &e, err);
	if (r > 0 && img_pick(f, e.msg, e.body, err) < 0) {
		img_err_under(err, "entries", 0);
		r = img_image_fail(*im, err);
	}
	if (r < 0)
		img_image_close(*im);
	return r;
}

int img_image_absent(const struct img_dir *d, const char *pattern, uint64_t number,
		     struct img_err *err)
{
	char name[NAME_MAX + 1];

	img_fail(err, IMG_EDATA, IMG_NOWHERE, "image missing");
	return img_err_in(err, d->path, img_type_file_name(pattern, number, name, sizeof(name)));
}
