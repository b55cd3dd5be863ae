#include "libimg/dump/list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/buf.h"
#include "libimg/base/byteorder.h"
#include "libimg/dump/open.h"

/* ---- what is an image? ---- */

static bool has_image_name(const char *name)
{
	static const char tail[] = ".img";
	size_t n = strlen(name), t = sizeof(tail) - 1;

	return (n > t && strcmp(name + n - t, tail) == 0) || img_type_by_file(name, NULL) != NULL;
}

static bool is_magic(uint32_t word)
{
	return word == IMG_COMMON || word == IMG_SERVICE || img_type_by_magic(word) != NULL;
}

/* 1, 0, or -1 with errno. */
static int has_magic(int fd)
{
	uint8_t head[4];
	ssize_t n;

	do
		n = pread(fd, head, sizeof(head), 0);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -1;
	return n == sizeof(head) &&
	       (is_magic(img_get32(head, false)) || is_magic(img_get32(head, true)));
}

/* A file or a link whose name tells nothing. 1 with *why (NULL: an image), or -1 with *err. */
static int look_into(int fd, const char *name, unsigned flags, const char **why,
		     struct img_err *err)
{
	int file = img_open_file(fd, name, flags, err), r;

	*why = "no image";
	if (file < 0 && err->kind == IMG_ESYS && err->errnum != EACCES && err->errnum != ENOENT)
		return img_err_in(err, name, "");
	if (file < 0) {
		*why = err->kind == IMG_ESYS ? "unreadable" : "link";
		return 1;
	}
	r = has_magic(file);
	if (r < 0) {
		img_fail_sys(err);
		img_err_in(err, name, "");
	}
	if (r > 0)
		*why = NULL;
	close(file);
	return r < 0 ? -1 : 1;
}

static const char *kind_of(mode_t mode)
{
	static const struct {
		mode_t type;
		const char *name;
	} kinds[] = { { S_IFDIR, "directory" },
		      { S_IFSOCK, "socket" },
		      { S_IFIFO, "pipe" },
		      { S_IFBLK, "device" },
		      { S_IFCHR, "device" } };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i].type == (mode & S_IFMT))
			return kinds[i].name;
	return NULL; /* a file or a link */
}

/* As look_into(); 0 for what is gone again. */
static int judge(int fd, const struct dirent *d, unsigned flags, const char **why,
		 struct img_err *err)
{
	struct stat st = { .st_mode = (mode_t)DTTOIF(d->d_type) };

	if (d->d_name[0] == '.')
		*why = "hidden";
	else if (strcmp(d->d_name, "parent") == 0)
		*why = "parent dump";
	else if (d->d_type == DT_UNKNOWN && fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT)
			return 0;
		img_fail_sys(err);
		return img_err_in(err, d->d_name, "");
	} else {
		*why = kind_of(st.st_mode);
		if (*why == NULL && !has_image_name(d->d_name))
			return look_into(fd, d->d_name, flags, why, err);
	}
	return 1;
}

/* ---- the list ---- */

struct lists {
	struct img_buf images, rest;
};

static int add(struct lists *l, const char *name, const char *why, struct img_err *err)
{
	struct img_left_out e = { img_strndup(name, strlen(name)), why };

	if (e.name == NULL)
		return img_fail_mem(err);
	if (why == NULL)
		img_buf_put(&l->images, &e.name, sizeof(e.name));
	else
		img_buf_put(&l->rest, &e, sizeof(e));
	if (!l->images.failed && !l->rest.failed)
		return 0;
	img_free(e.name);
	return img_fail_mem(err);
}

static int collect(int fd, DIR *dir, unsigned flags, struct lists *l, struct img_err *err)
{
	for (;;) {
		const char *why = NULL;
		struct dirent *d;
		int r;

		errno = 0;
		d = readdir(dir);
		if (d == NULL)
			return errno != 0 ? img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot list") : 0;
		if (strcmp(d->d_name, ".") == 0 || strcmp(d->d_name, "..") == 0)
			continue;
		r = judge(fd, d, flags, &why, err);
		if (r < 0 || (r > 0 && add(l, d->d_name, why, err) < 0))
			return -1;
	}
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int by_left_out(const void *a, const void *b)
{
	const struct img_left_out *x = a, *y = b;

	return strcmp(x->name, y->name);
}

int img_list(int fd, unsigned flags, struct img_dir_names *l, struct img_err *err)
{
	struct lists lists = { .images.n = 0 };
	int copy_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy_fd >= 0 ? fdopendir(copy_fd) : NULL;
	int r;

	memset(l, 0, sizeof(*l));
	if (dir == NULL) {
		img_fail_sys(err);
		if (copy_fd >= 0)
			close(copy_fd);
		return -1;
	}
	r = collect(fd, dir, flags, &lists, err);
	closedir(dir);
	l->v = (char **)(void *)lists.images.p;
	l->n = lists.images.n / sizeof(*l->v);
	l->rest = (struct img_left_out *)(void *)lists.rest.p;
	l->n_rest = lists.rest.n / sizeof(*l->rest);
	if (r < 0)
		img_list_free(l);
	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	if (l->n_rest > 0)
		qsort(l->rest, l->n_rest, sizeof(*l->rest), by_left_out);
	return r;
}

void img_list_free(struct img_dir_names *l)
{
	for (size_t i = 0; i < l->n; i++)
		img_free(l->v[i]);
	for (size_t i = 0; i < l->n_rest; i++)
		img_free(l->rest[i].name);
	img_free(l->v);
	img_free(l->rest);
	memset(l, 0, sizeof(*l));
}

/* ---- names to write ---- */

/* As of ISO 2022: C0, DEL, and C1 by itself or in UTF-8. */
static bool has_control(const char *s)
{
	for (const unsigned char *p = (const unsigned char *)s; *p != '\0'; p++)
		if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0))
			return true;
	return false;
}

const char *img_list_refuses(const char *name, const struct img_type *type)
{
	if (name[0] == '.')
		return "begins with a dot";
	if (name[0] == '-')
		return "begins with a hyphen";
	if (has_control(name))
		return "has a control character";
	if (strcmp(name, "parent") == 0)
		return "is that of the way to a parent dump";
	if (type->magic == 0 && !has_image_name(name))
		return "is not that of an image";
	return NULL;
}
