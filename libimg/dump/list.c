#include "libimg/dump/list.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/dump/listing.h"
#include "libimg/dump/open.h"

/* ---- what is an image? ---- */

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
	return img_listing_magic(head, (size_t)n);
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
	if (r < 0)
		img_fail_file(err, name, "", "");
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
	const char *named = img_listing_name(d->d_name);

	*why = named;
	if (named != NULL && strcmp(named, "?") != 0)
		return 1;
	if (d->d_type == DT_UNKNOWN && fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0) {
		if (errno == ENOENT)
			return 0;
		return img_fail_file(err, d->d_name, "", "");
	}
	*why = kind_of(st.st_mode);
	if (*why == NULL && named != NULL)
		return look_into(fd, d->d_name, flags, why, err);
	return 1;
}

/* ---- the list ---- */

static int collect(int fd, DIR *dir, unsigned flags, struct img_listing *l, struct img_err *err)
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
		if (r < 0 || (r > 0 && img_listing_add(l, d->d_name, why, err) < 0))
			return -1;
	}
}

int img_list(int fd, unsigned flags, struct img_dir_names *l, struct img_err *err)
{
	struct img_listing listing = { .images.n = 0 };
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
	r = collect(fd, dir, flags, &listing, err);
	closedir(dir);
	img_listing_end(&listing, l);
	if (r < 0)
		img_list_free(l);
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
	if (type->magic == 0 && img_listing_name(name) != NULL)
		return "is not that of an image";
	return NULL;
}
