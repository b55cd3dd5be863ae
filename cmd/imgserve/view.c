#include "cmd/imgserve/view.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <stdio.h>
#include <unistd.h>

#include "cmd/imgserve/run.h"
#include "cmd/judge.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/serve/spool.h"
#include "libimg/serve/verify.h"

/* One directory of it, and the image that is on its way there. */
struct view {
	const struct job *job;
	struct img_dir *from;
	char dir[PATH_MAX]; /* its absolute path */
	struct img_sink to;
	struct img_claims claims;

	const char *commands[IMG_FILTERS];
	size_t n; /* of them; 0: the image goes straight to its place */
	char name[IMG_NAME];
	int fd; /* else it is spooled first */
	struct img_out *out;
};

/* ---- filters ---- */

/* What a file has, to the new directory. */
static int put_file(struct view *v, int fd, struct img_err *err)
{
	uint8_t buf[64 << 10];
	struct img_err other;
	struct img_out *out;
	ssize_t n = 0;
	int r = v->to.begin(v->to.arg, v->name, &out, err);

	if (r < 0 || lseek(fd, 0, SEEK_SET) < 0)
		return r < 0 ? -1 : img_fail_sys(err);
	img_out_holes(out);
	while (r == 0 && ((n = read(fd, buf, sizeof(buf))) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			img_out_put(out, buf, (size_t)n);
	if (n < 0)
		r = img_fail_sys(err);
	return v->to.end(v->to.arg, r == 0, r == 0 ? err : &other) < 0 ? -1 : r;
}

static int run_filters(struct view *v, int in, int out, struct img_err *err)
{
	struct img_pipeline p;

	if (lseek(in, 0, SEEK_SET) < 0)
		return img_fail_sys(err);
	if (img_pipeline_start(&p, v->commands, v->n, v->name, v->dir, in, out, err) < 0 ||
	    img_pipeline_wait(&p, err) < 0 || img_verify(&v->claims, v->name, out, 0, err) < 0)
		return -1;
	return put_file(v, out, err);
}

/* An image in a file through the filters, to its place. */
static int filter(struct view *v, int in, struct img_err *err)
{
	int out = img_spool_file(NULL, err), r;

	if (out < 0)
		return -1;
	err->file[0] = '\0';
	r = run_filters(v, in, out, err);
	close(out);
	return r < 0 && err->file[0] == '\0' ? img_err_in(err, img_dir_path(v->from), v->name) : r;
}

/* ---- the sink ---- */

static bool matches(struct view *v, const char *name)
{
	snprintf(v->name, sizeof(v->name), "%s", name);
	v->n = img_filter_match(v->job->filters, v->job->n_filters, name, v->commands);
	return v->n > 0;
}

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct view *v = arg;

	if (!matches(v, name))
		return v->to.begin(v->to.arg, name, out, err);
	v->fd = img_spool_file(NULL, err);
	if (v->fd < 0)
		return -1;
	*out = v->out = img_out_fd(v->fd);
	if (*out != NULL)
		return 0;
	close(v->fd);
	return img_fail_mem(err);
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct view *v = arg;
	int r = 0;

	if (v->n == 0)
		return v->to.end(v->to.arg, keep, err);
	if (keep)
		r = img_out_flush(v->out, err) < 0 ? -1 : filter(v, v->fd, err);
	img_out_free(v->out);
	close(v->fd);
	return r;
}

/* A pagemap is read all the same: a filter may change its pages. */
static int note_pagemap(struct view *v, int dirfd, const char *name, const char *from,
			struct img_err *err)
{
	const struct img_type *t = img_type_by_file(name, NULL);
	int fd, r;

	if (v->job->n_filters == 0 || t == NULL || t->first != &img_msg_pagemap_head)
		return 0;
	fd = img_open_file(dirfd, from, img_dir_flags(v->from), err);
	if (fd < 0)
		return -1;
	r = img_verify(&v->claims, name, fd, 0, err);
	close(fd);
	return r;
}

static int copy(void *arg, const char *name, int dirfd, const char *from, struct img_err *err)
{
	struct view *v = arg;
	int fd, r;

	if (!matches(v, name))
		return note_pagemap(v, dirfd, name, from, err) < 0
			       ? -1
			       : v->to.copy(v->to.arg, name, dirfd, from, err);
	fd = img_open_file(dirfd, from, img_dir_flags(v->from), err);
	if (fd < 0)
		return -1;
	r = filter(v, fd, err);
	close(fd);
	return r;
}

/* ---- a dump, then its parent ---- */

static void left(void *arg, const struct img_err *err)
{
	char line[IMG_ERR_LINE];

	(void)arg;
	fprintf(stderr, "%s: warning: %s\n", serve_tool.name,
		img_err_line(err, NULL, line, sizeof(line)));
}

int view_images(const struct job *j, struct img_dir *from, bool parent, const struct img_sink *to,
		struct img_err *err)
{
	struct view v = { .job = j, .from = from, .to = *to, .fd = -1 };
	const struct img_sink sink = { .begin = begin, .end = end, .arg = &v, .copy = copy };
	struct serve_changes c;
	struct img_rewrite *rw = NULL;
	int r = -1;

	if (img_filter_dir(from, v.dir, sizeof(v.dir), err) < 0)
		return -1;
	if (serve_changes_begin(j, parent, &c, err) == 0)
		rw = img_rewrite_new(from, c.changes, c.n, err);
	if (rw != NULL)
		r = img_rewrite_all(rw, &sink, err);
	img_rewrite_free(rw);
	serve_changes_end(&c);
	img_claims_free(&v.claims);
	return r;
}

static int fill(const struct job *j, struct img_dir *from, bool parent, struct img_newdir *nd,
		struct img_err *err);

/* `parent` is a directory, made the same way. */
static int write_parent(const struct job *j, struct img_dir *from, const char *path,
			struct img_err *err)
{
	struct img_dir *parent;
	struct img_newdir *nd;
	struct img_err other;
	char below[PATH_MAX];
	int r = img_dir_parent(from, &parent, err);

	if (r <= 0)
		return r;
	if ((size_t)snprintf(below, sizeof(below), "%s/parent", path) >= sizeof(below)) {
		errno = ENAMETOOLONG;
		return img_fail_sys(err);
	}
	nd = img_newdir_begin(below, parent, j->link, err);
	if (nd == NULL)
		return -1;
	r = fill(j, parent, true, nd, err);
	return img_newdir_end(nd, r == 0, r == 0 ? err : &other) < 0 ? -1 : r;
}

static int fill(const struct job *j, struct img_dir *from, bool parent, struct img_newdir *nd,
		struct img_err *err)
{
	const struct img_report report = { left, NULL };
	const struct img_sink sink = img_newdir_sink(nd);

	if (view_images(j, from, parent, &sink, err) < 0 || img_newdir_parent(nd, NULL, err) < 0 ||
	    img_newdir_rest(nd, &report, err) < 0)
		return -1;
	return write_parent(j, from, img_newdir_path(nd), err);
}

/* ---- a run ---- */

/* What the dump did not have is a warning where it was asked for. */
static int make(const struct job *j, struct img_dir *from, struct judge *judge)
{
	bool asked =
		img_rules_count(j->rules) > 0 || img_sets_count(j->sets) > 0 || j->n_filters > 0;
	struct img_err err;
	struct img_newdir *nd = img_newdir_begin(j->view, from, j->link, &err);
	int status = TOOL_OK;

	if (nd == NULL) {
		status = tool_fail(&serve_tool, j->view, &err);
		return err.kind == IMG_ESYS && err.errnum == EEXIST ? TOOL_USAGE : status;
	}
	if (fill(j, from, false, nd, &err) < 0)
		status = tool_fail(&serve_tool, j->view, &err);
	if (status == TOOL_OK)
		status = judge_result(judge, img_newdir_path(nd), j->view, !asked);
	if (img_newdir_end(nd, status == TOOL_OK, &err) < 0)
		status = tool_fail(&serve_tool, j->view, &err);
	return status;
}

int view_command(const struct job *j)
{
	struct run run;
	struct img_err err;
	int status;

	if (run_begin(&run, &err) < 0)
		return tool_fail(&serve_tool, NULL, &err);
	if (run_start(&run, j->command, STDOUT_FILENO, &err) < 0)
		run.status = tool_fail(&serve_tool, NULL, &err);
	run_wait(&run);
	status = run.status;
	run_end(&run);
	return status;
}

int serve_view(const struct job *j)
{
	struct judge *judge = judge_new(&serve_tool);
	struct img_dir *from;
	int status = serve_open(j, judge, &from);

	if (status == TOOL_OK)
		status = make(j, from, judge);
	img_dir_close(from);
	judge_free(judge);
	if (status == TOOL_OK && j->command != NULL)
		status = view_command(j);
	return status;
}
