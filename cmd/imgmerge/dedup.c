#include "cmd/imgmerge/dedup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/tempdir.h"
#include "libimg/dump/newdir.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/thin.h"

struct dedup {
	const struct img_layers *l;
	char **names; /* of the layers in the new directory */
	const char *path;
	const struct img_report *left;
};

/* ---- names ---- */

static bool is_taken(const struct dedup *d, size_t n, const char *name)
{
	/* A directory with this name in it would look like a dump with a parent. */
	if (strcmp(name, "parent") == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		if (strcmp(d->names[i], name) == 0)
			return true;
	return false;
}

/* The last part of its absolute path; with a number where two layers would have the same. */
static int name_layer(struct dedup *d, size_t i, struct img_err *err)
{
	char path[PATH_MAX], name[NAME_MAX + 32];
	const char *last;

	if (realpath(d->l->v[i].name, path) == NULL)
		return img_fail_file(err, d->l->v[i].name, "", "");
	last = strrchr(path, '/') + 1;
	snprintf(name, sizeof(name), "%s", last[0] != '\0' ? last : "root");
	for (unsigned k = 2; is_taken(d, i, name); k++)
		snprintf(name, sizeof(name), "%s.%u", last, k);
	d->names[i] = img_strndup(name, strlen(name));
	return d->names[i] != NULL ? 0 : img_fail_mem(err);
}

/* ---- layers ---- */

static int fill(struct dedup *d, size_t i, struct img_newdir *nd, const struct img_change *change,
		struct img_err *err)
{
	struct img_rewrite *rw = img_rewrite_new(d->l->v[i].dir, change, change != NULL, err);
	const struct img_sink to = img_newdir_sink(nd);
	char link[NAME_MAX + 40];
	int r = rw != NULL ? img_rewrite_all(rw, &to, err) : -1;

	img_rewrite_free(rw);
	if (r == 0) {
		snprintf(link, sizeof(link), "../%s", i + 1 < d->l->n ? d->names[i + 1] : "");
		r = img_newdir_parent(nd, i + 1 < d->l->n ? link : NULL, err);
	}
	/* Of an older layer only what a chain needs. */
	return r == 0 && i == 0 ? img_newdir_rest(nd, d->left, err) : r;
}

static int write_layer(struct dedup *d, size_t i, struct img_err *err)
{
	struct img_thin *thin = i > 0 ? img_thin_new(d->l->v[0].dir, i) : NULL;
	struct img_change change;
	struct img_newdir *nd;
	struct img_err other;
	char path[2 * PATH_MAX];
	int r = -1;

	if (i > 0 && thin == NULL)
		return img_fail_mem(err);
	if (thin != NULL)
		change = img_thin_change(thin);
	snprintf(path, sizeof(path), "%s/%s", d->path, d->names[i]);
	nd = img_newdir_begin(path, d->l->v[i].dir, IMG_LINK_COPY, err);
	if (nd != NULL) {
		r = fill(d, i, nd, thin != NULL ? &change : NULL, err);
		if (img_newdir_end(nd, r == 0, r == 0 ? err : &other) < 0)
			r = -1;
	}
	img_thin_free(thin);
	return r;
}

/* The oldest first: a layer's parent is there when it comes. */
static int write_layers(struct dedup *d, struct img_err *err)
{
	for (size_t i = 0; i < d->l->n; i++)
		if (name_layer(d, i, err) < 0)
			return -1;
	for (size_t i = d->l->n; i-- > 0;)
		if (write_layer(d, i, err) < 0)
			return -1;
	return 0;
}

/* As the oldest layer's, which all of them had to be read through. */
static int set_mode(int fd, const struct img_layers *l, struct img_err *err)
{
	struct stat st;

	if (fstat(img_dir_fd(l->v[0].dir), &st) < 0 || fchmod(fd, st.st_mode & 07777) < 0 ||
	    fsync(fd) < 0)
		return img_fail_sys(err);
	return 0;
}

static int judge_newest(struct dedup *d, struct judge *judge, const char *to)
{
	char path[2 * PATH_MAX], shown[2 * PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", d->path, d->names[0]);
	snprintf(shown, sizeof(shown), "%s/%s", to, d->names[0]);
	return judge_result(judge, path, shown, true);
}

int dedup_write(const struct tool *t, struct judge *judge, const struct img_layers *l,
		const char *to, const struct img_report *left)
{
	struct img_err err;
	struct img_tempdir *temp = img_tempdir_begin(to, &err);
	struct dedup d = { l, NULL, NULL, left };
	int status = TOOL_OK;

	if (temp == NULL) {
		status = tool_fail(t, to, &err);
		return err.kind == IMG_ESYS && err.errnum == EEXIST ? TOOL_USAGE : status;
	}
	d.path = img_tempdir_path(temp);
	d.names = img_calloc(l->n, sizeof(*d.names));
	if (d.names == NULL)
		status = tool_sysfail(t, NULL);
	else if (write_layers(&d, &err) < 0 || set_mode(img_tempdir_fd(temp), l, &err) < 0)
		status = tool_fail(t, to, &err);
	else
		status = judge_newest(&d, judge, to);
	if (img_tempdir_end(temp, status == TOOL_OK, &err) < 0)
		status = tool_fail(t, to, &err);
	for (size_t i = 0; d.names != NULL && i < l->n; i++)
		img_free(d.names[i]);
	img_free(d.names);
	return status;
}
