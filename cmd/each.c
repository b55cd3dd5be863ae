/* The operands of tools that read images: files, directories, archives. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/image/archive.h"
#include "cmd/tool.h"

struct each {
	const struct tool *t;
	const struct tool_each *how;
	bool many, several;
	const char *dir; /* the operand, while it is one */
	int status;
	bool stop;
};

static void note(struct each *e, int status)
{
	e->stop = e->stop || status >= TOOL_STOP;
	status &= TOOL_STOP - 1;
	if (status > e->status)
		e->status = status;
}

static void one_input(struct each *e, struct img_in *in, const char *path, const char *name,
		      unsigned flags)
{
	struct tool_input input = { path, name, in, e->dir, e->many, e->several, flags };

	if (input.in == NULL) {
		note(e, tool_sysfail(e->t, path) | TOOL_STOP);
		return;
	}
	if (e->how->progress)
		tool_progress(e->t, path, input.in);
	note(e, e->how->fn(e->how->arg, &input));
	tool_progress_end();
	img_in_free(input.in);
}

/* Yours to free. */
static char *path_in(const struct each *e, const char *dir, const char *name)
{
	const char *slash = dir[0] != '\0' && dir[strlen(dir) - 1] == '/' ? "" : "/";
	size_t size = strlen(dir) + strlen(name) + 2;
	char *path = img_realloc(NULL, size);

	if (path == NULL)
		exit(tool_sysfail(e->t, dir));
	snprintf(path, size, "%s%s%s", dir, slash, name);
	return path;
}

static void one_image(struct each *e, const struct img_dir *d, const char *name)
{
	char *path = path_in(e, img_dir_path(d), name);
	struct img_err err;
	struct img_file f;

	if (img_dir_file(d, name, &f, &err) < 0) {
		err.file[0] = '\0'; /* it may be cut */
		note(e, tool_fail(e->t, path, &err));
	} else {
		one_input(e, img_in_file(&f), path, name, IMG_IN_DIR);
		img_file_close(&f);
	}
	img_free(path);
}

/* Both lists as one, in order of the names. */
static void each_name(struct each *e, const struct img_dir *d, const struct img_dir_names *l)
{
	size_t i = 0, k = e->how->left_out != NULL ? 0 : l->n_rest;

	while (!e->stop && (i < l->n || k < l->n_rest)) {
		char *path;

		if (k == l->n_rest || (i < l->n && strcmp(l->v[i], l->rest[k].name) < 0)) {
			one_image(e, d, l->v[i++]);
			continue;
		}
		path = path_in(e, img_dir_path(d), l->rest[k].name);
		note(e, e->how->left_out(e->how->arg, path, l->rest[k].why));
		img_free(path);
		k++;
	}
}

/* Takes d over; NULL: it could not be opened, which *err says. */
static void each_in_dir(struct each *e, struct img_dir *d, const char *path, struct img_err *err)
{
	struct img_dir_names l;
	bool was = e->several;

	tool_other_dump(e->t, d);
	if (d == NULL || img_dir_list(d, &l, err) < 0) {
		note(e, tool_fail(e->t, path, err));
		img_dir_close(d);
		return;
	}
	if (l.n == 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "no image in this directory");
		note(e, tool_fail(e->t, path, err));
	}
	e->several = true;
	e->dir = path;
	each_name(e, d, &l);
	e->dir = NULL;
	e->several = was;
	img_list_free(&l);
	img_dir_close(d);
}

static bool is_image_name(const char *path)
{
	size_t n = strlen(path);

	return n >= 4 && strcmp(path + n - 4, ".img") == 0;
}

/* 1, 0, or -1 with *err: what could not be read may be either. */
static int begins_archive(struct img_in *in, struct img_err *err)
{
	if (img_in_need(in, IMG_ARCHIVE_HEAD, err) < 0)
		return -1;
	return img_archive_begins(img_in_ptr(in), img_in_avail(in));
}

/* A file, unless it is an archive by its first bytes. */
static void each_file(struct each *e, int fd, bool regular, const char *path, const char *name)
{
	struct img_in *in = img_in_fd(fd);
	struct img_err err;

	if (in != NULL && regular && !e->how->no_archive && !is_image_name(path)) {
		int r = begins_archive(in, &err);

		if (r != 0)
			img_in_free(in);
		if (r > 0)
			each_in_dir(e, img_dir_open(path, tool_links(), &err), path, &err);
		if (r < 0)
			note(e, tool_fail(e->t, path, &err));
		if (r != 0)
			return;
	}
	one_input(e, in, path, name, 0);
}

static void each_stdin(struct each *e)
{
	static const char name[] = "<stdin>";
	struct img_in *in = img_in_fd(STDIN_FILENO);
	struct img_err err;

	if (in != NULL && e->how->archive_stdin && !e->how->no_archive &&
	    img_in_need(in, IMG_ARCHIVE_HEAD, &err) == 0 &&
	    img_archive_begins(img_in_ptr(in), img_in_avail(in))) {
		each_in_dir(e, img_dir_open_in(in, name, tool_links(), &err), name, &err);
		img_in_free(in);
		return;
	}
	one_input(e, in, name, NULL, 0);
}

static void each_operand(struct each *e, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct img_err err;
	struct stat st;
	int fd;

	if (strcmp(path, "-") == 0) {
		each_stdin(e);
		return;
	}
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0 || fstat(fd, &st) < 0)
		note(e, tool_sysfail(e->t, path));
	else if (S_ISDIR(st.st_mode))
		each_in_dir(e, img_dir_open(path, tool_links(), &err), path, &err);
	else
		each_file(e, fd, S_ISREG(st.st_mode), path, slash != NULL ? slash + 1 : path);
	if (fd >= 0)
		close(fd);
}

int tool_each(const struct tool *t, char **operands, const struct tool_each *how)
{
	struct each e = { .t = t,
			  .how = how,
			  .many = operands[0] != NULL && operands[1] != NULL,
			  .several = operands[0] != NULL && operands[1] != NULL };

	if (operands[0] == NULL && !tool_has_list())
		each_operand(&e, "-");
	for (; *operands != NULL && !e.stop; operands++)
		each_operand(&e, *operands);
	return e.status;
}
