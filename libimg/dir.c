#include "libimg/dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/buf.h"
#include "libimg/type.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_image(int fd, const struct dirent *d)
{
	struct stat st;

	if (img_type_by_file(d->d_name, NULL) == NULL)
		return false;
	if (d->d_type != DT_UNKNOWN)
		return d->d_type == DT_REG;
	return fstatat(fd, d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

static char *copy(const char *s)
{
	size_t n = strlen(s) + 1;
	char *c = img_realloc(NULL, n);

	return c != NULL ? memcpy(c, s, n) : NULL;
}

static int collect(int fd, DIR *dir, struct img_buf *names, struct img_err *err)
{
	for (;;) {
		struct dirent *d;
		char *name;

		errno = 0;
		d = readdir(dir);
		if (d == NULL)
			return errno != 0 ? img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot list") : 0;
		if (!is_image(fd, d))
			continue;
		name = copy(d->d_name);
		if (name != NULL)
			img_buf_put(names, &name, sizeof(name));
		if (name == NULL || names->failed) {
			img_free(name);
			return img_fail_mem(err);
		}
	}
}

int img_dir_list(int fd, struct img_names_list *l, struct img_err *err)
{
	struct img_buf names = { 0 };
	int copy_fd = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = copy_fd >= 0 ? fdopendir(copy_fd) : NULL;
	int r;

	l->v = NULL;
	l->n = 0;
	if (dir == NULL) {
		img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s", "");
		if (copy_fd >= 0)
			close(copy_fd);
		return -1;
	}
	r = collect(fd, dir, &names, err);
	closedir(dir);
	l->v = (char **)(void *)names.p;
	l->n = names.n / sizeof(char *);
	if (r < 0)
		img_dir_list_free(l);
	else if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_name);
	return r;
}

void img_dir_list_free(struct img_names_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		img_free(l->v[i]);
	img_free(l->v);
	l->v = NULL;
	l->n = 0;
}
