#include "cmd/imgconv/layers.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/buf.h"
#include "libimg/base/tempdir.h"
#include "libimg/dump/newdir.h"
#include "libimg/memory/pageentry.h"
#include "libimg/msg/criu.h"
#include "libimg/rewrite/rewrite.h"

/* What becomes of one dump. */
struct layer {
	struct layers *l;
	struct img_dir *from;
	const char *to;    /* the name to come; dry: NULL */
	const char *place; /* where it is written now */
	struct judge *judge;
	int parent; /* img_version of the parent that it will have; -1: look at the source's */
	const char *link; /* `parent` as a link; NULL: as in the source */
	bool within;      /* `parent` is a directory in it, which is converted too */
	uint32_t version; /* of the result */
	int status;       /* of what was reported already */
};

/* ---- one layer ---- */

static void left(void *arg, const struct img_err *err)
{
	const struct layer *y = arg;

	tool_fail(y->l->tool, NULL, err);
}

static struct img_recompress_how pages_of(const struct layer *y)
{
	const struct layers *l = y->l;
	struct img_recompress_how how = l->pages;

	how.changed = l->changed;
	how.arg = l->arg;
	how.parent_given = y->parent >= 0;
	how.parent_version = y->parent;
	/* What has no framing 1.0 in it is not asked: blocks are newer. */
	how.framing = l->to < IMG_CRIU(1, 6, 0) ? IMG_V1_0 : IMG_V1_1;
	how.set_form = true;
	how.form = l->to >= IMG_CRIU(4, 2, 0) ? IMG_PE_WIDE : IMG_PE_NARROW;
	if (l->to < IMG_CRIU(3, 5, 0))
		how.form |= IMG_PE_NOFLAGS;
	return how;
}

/* CRIU 4.2 reads the pages of the parent, too. */
static int check_parent(const struct layer *y, const struct img_recompress *rc, struct img_err *err)
{
	if (rc == NULL || y->l->to == IMG_CRIU_DEV ||
	    img_recompress_version(rc) != IMG_VERSION_COMPRESSED)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE,
		 "its parent has compressed pages (img_version 3): convert that first, or use "
		 "--chain");
	return img_err_in(err, img_dir_path(y->from), "");
}

static int write_layer(struct layer *y, struct img_rewrite *rw, struct img_newdir *nd,
		       struct img_err *err)
{
	const struct img_report report = { left, y };
	struct img_sink sink;

	if (nd == NULL)
		return rule_rehearse(rw, err);
	sink = img_newdir_sink(nd);
	if (img_rewrite_all(rw, &sink, err) < 0)
		return -1;
	if ((y->link != NULL || y->within) && img_newdir_parent(nd, y->link, err) < 0)
		return -1;
	img_newdir_without_pids(nd);
	return img_newdir_rest(nd, &report, err);
}

/* A `parent` that is a file with the text of a link. */
static int copy_text(const struct layer *y, struct img_newdir *nd, struct img_err *err)
{
	const struct img_sink sink = img_newdir_sink(nd);
	char place[PATH_MAX];
	struct stat st;

	if (fstatat(img_dir_fd(y->from), "parent", &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	snprintf(place, sizeof(place), "%s/parent", img_newdir_path(nd));
	unlink(place);
	return sink.copy(sink.arg, "parent", img_dir_fd(y->from), "parent", err);
}

/*
 * `parent` as the source has it, to the letter: beside the layers that were converted before, it
 * leads to one of these. By now it leads to where it led, for the check of the result.
 */
static int restore_link(const struct layer *y, struct img_newdir *nd, struct img_err *err)
{
	char text[PATH_MAX], place[PATH_MAX];
	ssize_t n = readlinkat(img_dir_fd(y->from), "parent", text, sizeof(text) - 1);

	if (n < 0)
		return copy_text(y, nd, err);
	text[n] = '\0';
	snprintf(place, sizeof(place), "%s/parent", img_newdir_path(nd));
	if (unlink(place) == 0 && symlink(text, place) == 0)
		return 0;
	return img_fail_file(err, y->to, "parent", "");
}

/* All changes of it, planned. */
static int change_layer(struct layer *y, struct img_newdir *nd, struct img_err *err)
{
	const struct layers *l = y->l;
	const bool pages = l->framing == IMG_NONE && (l->compress || l->to != IMG_CRIU_DEV);
	const struct img_recompress_how how = pages_of(y);
	struct img_recompress *rc = pages ? img_recompress_new(&how) : NULL;
	const struct img_version_how version = { l->to, l->framing, rc, l->changed, l->arg };
	struct img_version *v = img_version_new(&version);
	struct img_change changes[2];
	struct img_rewrite *rw = NULL;
	size_t n = 0;
	int r = -1;

	if (v == NULL || (pages && rc == NULL)) {
		img_fail_mem(err);
	} else {
		if (pages)
			changes[n++] = img_recompress_change(rc);
		changes[n++] = img_version_change(v);
		rw = img_rewrite_new(y->from, changes, n, err);
	}
	if (rw != NULL && check_parent(y, rc, err) == 0) {
		r = write_layer(y, rw, nd, err);
		img_version_report(v);
		y->version = rc != NULL ? img_recompress_version(rc) : 0;
	}
	img_rewrite_free(rw);
	img_version_free(v);
	img_recompress_free(rc);
	return r;
}

static int convert_within(struct layer *y, struct img_newdir *nd, struct img_err *err);

static int fill_layer(struct layer *y, struct img_newdir *nd, struct img_err *err)
{
	struct stat st;

	y->within = y->link == NULL &&
		    fstatat(img_dir_fd(y->from), "parent", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISDIR(st.st_mode);
	if (y->within && convert_within(y, nd, err) < 0)
		return -1;
	if (change_layer(y, nd, err) < 0)
		return -1;
	if (nd == NULL)
		return 0;
	y->status = judge_form(y->judge, img_newdir_path(nd), y->to);
	if (y->status != TOOL_OK)
		return -1;
	return y->link == NULL && !y->within ? restore_link(y, nd, err) : 0;
}

/* Convert it to the directory at `place`. 0, or -1 with *err, or with the status in y. */
static int convert_layer(struct layer *y, struct img_err *err)
{
	struct img_newdir *nd = NULL;
	struct img_err other;
	int r;

	y->judge = judge_new(y->l->tool);
	y->status = judge_dir(y->judge, y->from, img_dir_path(y->from));
	r = y->status == TOOL_OK ? 0 : -1;
	if (r == 0 && !y->l->dry) {
		nd = img_newdir_begin(y->place, y->from, IMG_LINK_COPY, err);
		r = nd != NULL ? 0 : -1;
	}
	if (r == 0)
		r = fill_layer(y, nd, err);
	if (img_newdir_end(nd, r == 0, r == 0 ? err : &other) < 0)
		r = -1;
	judge_free(y->judge);
	return r;
}

/* A parent that is a directory in it stays one. */
static int convert_within(struct layer *y, struct img_newdir *nd, struct img_err *err)
{
	char place[PATH_MAX], to[PATH_MAX];
	struct layer p = { .l = y->l, .place = place, .to = to, .parent = -1 };
	int r = img_dir_parent(y->from, &p.from, err);

	if (r <= 0)
		return r;
	if (nd != NULL &&
	    (snprintf(place, sizeof(place), "%s/parent", img_newdir_path(nd)) >= PATH_MAX ||
	     snprintf(to, sizeof(to), "%s/parent", y->to) >= PATH_MAX)) {
		errno = ENAMETOOLONG;
		return img_fail_sys(err);
	}
	r = convert_layer(&p, err);
	y->status = p.status;
	y->parent = (int)p.version;
	return r;
}

static int report(const struct layers *l, const struct layer *y, const char *to,
		  const struct img_err *err)
{
	int status = y->status != TOOL_OK ? y->status : tool_fail(l->tool, to, err);

	return y->status == TOOL_OK && err->kind == IMG_ESYS && err->errnum == EEXIST ? TOOL_USAGE
										      : status;
}

int layers_convert(struct layers *l, const char *from, const char *to)
{
	struct layer y = { .l = l, .to = to, .place = to, .parent = -1 };
	struct img_err err;
	int status = TOOL_OK;

	y.from = tool_dir(l->tool, from, &err);
	if (y.from == NULL)
		return tool_fail(l->tool, from, &err);
	if (l->place != NULL)
		judge_place(l->tool, l->place, y.from, from);
	if (convert_layer(&y, &err) < 0)
		status = report(l, &y, to != NULL ? to : from, &err);
	img_dir_close(y.from);
	return status;
}

/* ---- a chain ---- */

/* The layers of it, the newest first, by the names of their folders. */
struct chain {
	struct {
		struct img_dir *d;
		char name[NAME_MAX + 1];
	} * v;
	size_t n;
};

static int name_of(const struct img_dir *d, char name[NAME_MAX + 1], struct img_err *err)
{
	char real[PATH_MAX];
	const char *slash;

	if (realpath(img_dir_path(d), real) == NULL)
		return img_fail_file(err, img_dir_path(d), "", "");
	slash = strrchr(real, '/');
	snprintf(name, NAME_MAX + 1, "%s", slash[1] != '\0' ? slash + 1 : "root");
	return 0;
}

static int take(struct chain *c, struct img_dir *d, struct img_err *err)
{
	void *v = img_grow(c->v, c->n, sizeof(*c->v));

	if (v == NULL)
		return img_fail_mem(err);
	c->v = v;
	c->v[c->n].d = d;
	if (name_of(d, c->v[c->n].name, err) < 0)
		return -1;
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->v[i].name, c->v[c->n].name) == 0) {
			img_fail(err, IMG_EDATA, IMG_NOWHERE,
				 "two layers of the chain are in folders called '%.100s'",
				 c->v[i].name);
			return img_err_in(err, img_dir_path(d), "");
		}
	c->n++;
	return 0;
}

static int list_layers(struct chain *c, struct img_dir *d, struct img_err *err)
{
	int r;

	do
		if (take(c, d, err) < 0)
			return -1;
	while ((r = img_dir_parent(d, &d, err)) > 0);
	return r;
}

/* Layer i; its parent has been converted before. */
static int convert_one(struct layers *l, const struct chain *c, size_t i, struct img_tempdir *temp,
		       uint32_t *version, struct layer *y, struct img_err *err)
{
	bool last = i + 1 == c->n;
	char place[PATH_MAX], to[PATH_MAX], link[NAME_MAX + 8];
	int r;

	*y = (struct layer){ .l = l,
			     .from = c->v[i].d,
			     .place = place,
			     .to = to,
			     .parent = last ? -1 : (int)*version,
			     .link = last ? NULL : link };
	if (!last)
		snprintf(link, sizeof(link), "../%s", c->v[i + 1].name);
	if (temp != NULL && (snprintf(place, sizeof(place), "%s/%s", img_tempdir_path(temp),
				      c->v[i].name) >= PATH_MAX ||
			     snprintf(to, sizeof(to), "%s/%s", img_tempdir_final(temp),
				      c->v[i].name) >= PATH_MAX)) {
		errno = ENAMETOOLONG;
		return img_fail_sys(err);
	}
	r = convert_layer(y, err);
	*version = y->version;
	return r;
}

static int convert_all(struct layers *l, const struct chain *c, const char *to, struct layer *y,
		       struct img_err *err)
{
	struct img_tempdir *temp = l->dry ? NULL : img_tempdir_begin(to, err);
	uint32_t version = 0;
	struct stat st;
	int r = l->dry || temp != NULL ? 0 : -1;

	for (size_t i = c->n; r == 0 && i-- > 0;)
		r = convert_one(l, c, i, temp, &version, y, err);
	if (temp == NULL)
		return r;
	if (r == 0 && c->n > 0 &&
	    (fstat(img_dir_fd(c->v[0].d), &st) < 0 ||
	     fchmod(img_tempdir_fd(temp), st.st_mode & 07777) < 0 ||
	     syncfs(img_tempdir_fd(temp)) < 0))
		r = img_fail_file(err, to, "", "");
	if (r < 0)
		img_tempdir_end(temp, false, NULL);
	else
		r = img_tempdir_end(temp, true, err);
	return r;
}

int layers_convert_chain(struct layers *l, const char *from, const char *to)
{
	struct img_dir *d;
	struct chain c = { NULL, 0 };
	struct layer y = { .status = TOOL_OK };
	struct img_err err;
	int status = TOOL_OK;

	d = tool_dir(l->tool, from, &err);
	if (d == NULL)
		return tool_fail(l->tool, from, &err);
	if (l->place != NULL)
		judge_place(l->tool, l->place, d, from);
	if (list_layers(&c, d, &err) < 0)
		status = tool_fail(l->tool, from, &err);
	else if (convert_all(l, &c, to, &y, &err) < 0)
		status = report(l, &y, to != NULL ? to : from, &err);
	img_free(c.v);
	img_dir_close(d);
	return status;
}
