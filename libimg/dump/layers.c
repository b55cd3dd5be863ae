#include "libimg/dump/layers.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"

/* ---- names ---- */

/* Take "/name/.." out of a path, as long as there is such. */
static void squeeze(char *path)
{
	char *up, *name;

	while ((up = strstr(path, "/../")) != NULL && up != path) {
		*up = '\0';
		name = strrchr(path, '/');
		name = name != NULL ? name + 1 : path;
		if (strcmp(name, "..") == 0 || strcmp(name, ".") == 0) {
			*up = '/';
			return;
		}
		memmove(name, up + 4, strlen(up + 4) + 1);
	}
}

static bool leads_to(const char *path, const struct img_dir *d)
{
	struct stat a, b;

	return stat(path, &a) == 0 && fstat(img_dir_fd(d), &b) == 0 &&
	       img_fileid_same(img_fileid_of(&a), img_fileid_of(&b));
}

char *img_layer_name(const struct img_dir *child, const char *name, const struct img_dir *parent)
{
	char target[PATH_MAX], path[2 * PATH_MAX];
	ssize_t n = readlinkat(img_dir_fd(child), "parent", target, sizeof(target) - 1);
	const char *long_one = img_dir_path(parent);

	if (n <= 0)
		return img_strndup(long_one, strlen(long_one));
	while (n > 1 && target[n - 1] == '/')
		n--;
	target[n] = '\0';
	snprintf(path, sizeof(path), "%s%s%s", target[0] == '/' ? "" : name,
		 target[0] == '/' ? "" : "/", target);
	squeeze(path);
	/* Not where a/3 is itself a link, to somewhere else. */
	return leads_to(path, parent) ? img_strndup(path, strlen(path))
				      : img_strndup(long_one, strlen(long_one));
}

/* ---- the chain ---- */

static int add(struct img_layers *l, struct img_dir *d, struct img_err *err)
{
	struct img_layer *v = img_grow(l->v, l->n, sizeof(*v)), *new;
	struct stat st = { .st_ino = 0 }; /* in an archive it has none */

	if (v == NULL)
		return img_fail_mem(err);
	l->v = v;
	new = &v[l->n];
	if (img_dir_fd(d) >= 0 && fstat(img_dir_fd(d), &st) < 0)
		return img_fail_file(err, img_dir_path(d), "", "");
	*new = (struct img_layer){ d, NULL, img_fileid_of(&st) };
	new->name = l->n > 0 ? img_layer_name(new[-1].dir, new[-1].name, d)
			     : img_strndup(img_dir_path(d), strlen(img_dir_path(d)));
	if (new->name == NULL)
		return img_fail_mem(err);
	l->n++;
	return 0;
}

int img_layers_open(struct img_dir *d, struct img_layers *l, struct img_err *err)
{
	int r = 1;

	*l = (struct img_layers){ NULL, 0 };
	while (r > 0) {
		if (add(l, d, err) < 0)
			return -1;
		r = img_dir_parent(d, &d, err);
	}
	return r;
}

void img_layers_free(struct img_layers *l)
{
	for (size_t i = 0; i < l->n; i++)
		img_free(l->v[i].name);
	img_free(l->v);
	*l = (struct img_layers){ NULL, 0 };
}

/* ---- links ---- */

static int real(const char *path, char to[PATH_MAX], struct img_err *err)
{
	if (realpath(path, to) != NULL)
		return 0;
	return img_fail_file(err, path, "", "");
}

/* Bytes of two absolute paths up to the end of the last directory that both are in. */
static size_t common(const char *a, const char *b)
{
	size_t i = 0, n = 0;

	for (; a[i] == b[i] && a[i] != '\0'; i++)
		if (a[i] == '/')
			n = i;
	if ((a[i] == '\0' || a[i] == '/') && (b[i] == '\0' || b[i] == '/'))
		n = i;
	return n;
}

int img_link_text(const char *from, const char *to, char text[PATH_MAX], struct img_err *err)
{
	char a[PATH_MAX], b[PATH_MAX];
	size_t n, at = 0;
	int len;

	if (real(from, a, err) < 0 || real(to, b, err) < 0)
		return -1;
	n = common(a, b);
	if (n == 0) {
		strcpy(text, b);
		return 0;
	}
	for (const char *p = a + n; *p != '\0' && at < PATH_MAX - 3; p++)
		if (*p == '/')
			at += (size_t)sprintf(text + at, at > 0 ? "/.." : "..");
	len = snprintf(text + at, PATH_MAX - at, "%s", at > 0 ? b + n : b + n + (b[n] == '/'));
	if (len < 0 || (size_t)len >= PATH_MAX - at) {
		errno = ENAMETOOLONG;
		return img_fail_file(err, to, "", "");
	}
	if (text[0] == '\0')
		strcpy(text, ".");
	return 0;
}
