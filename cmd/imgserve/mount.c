#include "cmd/imgserve/mount.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "cmd/imgserve/view.h"
#include "libimg/base/alloc.h"
#include "libimg/base/tempdir.h"

/* linux/mount.h, which some systems have not, and which does not go with sys/mount.h */
enum {
	TREE_CLONE = 1,           /* OPEN_TREE_CLONE */
	TREE_CLOEXEC = O_CLOEXEC, /* OPEN_TREE_CLOEXEC */
	MOVE_FROM_ITSELF = 4,     /* MOVE_MOUNT_F_EMPTY_PATH */
};

struct mounted {
	struct img_dir *from;
	char dump[PATH_MAX];      /* its absolute path */
	char top[PATH_MAX];       /* what is mounted: the dump, or what its parents are in, too */
	const char *below;        /* from there to the dump: "", or "2" */
	int tree;                 /* the mount */
	char path[PATH_MAX];      /* of the dump in it, for others */
	struct img_tempdir *temp; /* changed images, until they are mounted */

	/* The image that is being written. */
	int fd;
	char name[IMG_NAME];
	struct img_out *out;
};

/* ---- a sink for what has changed ---- */

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct mounted *m = arg;

	snprintf(m->name, sizeof(m->name), "%s", name);
	m->fd = openat(img_tempdir_fd(m->temp), name,
		       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (m->fd < 0)
		return img_fail_file(err, img_tempdir_path(m->temp), name, "");
	*out = m->out = img_out_fd(m->fd);
	if (*out != NULL)
		return 0;
	close(m->fd);
	return img_fail_mem(err);
}

/* Over the image of the same name; its file loses its own at once. */
static int mount_over(struct mounted *m, struct img_err *err)
{
	char place[PATH_MAX];
	int fd = (int)syscall(SYS_open_tree, img_tempdir_fd(m->temp), m->name,
			      TREE_CLONE | TREE_CLOEXEC),
	    r = -1;

	snprintf(place, sizeof(place), "%s%s%s", m->below, m->below[0] != '\0' ? "/" : "", m->name);
	if (fd >= 0)
		r = (int)syscall(SYS_move_mount, fd, "", m->tree, place, MOVE_FROM_ITSELF);
	/* What the dump has not is no place for a mount. */
	if (r < 0)
		img_fail_file(err, img_dir_path(m->from), m->name, "cannot mount it");
	if (fd >= 0)
		close(fd);
	unlinkat(img_tempdir_fd(m->temp), m->name, 0);
	return r;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct mounted *m = arg;
	int r = 0;

	if (keep && img_out_flush(m->out, err) < 0)
		r = img_err_in(err, img_tempdir_path(m->temp), m->name);
	img_out_free(m->out);
	close(m->fd);
	return keep && r == 0 ? mount_over(m, err) : r;
}

/* What stays is there already. */
static int copy(void *arg, const char *name, int dirfd, const char *from, struct img_err *err)
{
	const struct mounted *m = arg;

	(void)dirfd;
	if (strcmp(name, from) == 0)
		return 0;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "would become %s, and a mount takes no new names",
		 name);
	return img_err_in(err, img_dir_path(m->from), from);
}

/* ---- the mount ---- */

static int real_path(struct img_dir *d, char path[PATH_MAX], struct img_err *err)
{
	if (realpath(img_dir_path(d), path) != NULL)
		return 0;
	return img_fail_file(err, img_dir_path(d), "", "");
}

static bool ends_name(char c)
{
	return c == '/' || c == '\0';
}

/* The length of the path of the directory that two are in, or are. */
static size_t common(const char *a, size_t n, const char *b)
{
	while (n > 1 && !(strncmp(a, b, n) == 0 && ends_name(a[n]) && ends_name(b[n])))
		do
			n--;
		while (n > 1 && a[n] != '/');
	return n;
}

/*
 * A relative link to a parent leads nowhere from the top of a mount: that has to be a directory
 * that all dumps of the chain are in.
 */
static int find_top(struct mounted *m, struct img_err *err)
{
	struct img_dir *d = m->from, *parent;
	char other[PATH_MAX];
	size_t n;
	int r;

	if (real_path(m->from, m->dump, err) < 0)
		return -1;
	n = strlen(m->dump);
	while ((r = img_dir_parent(d, &parent, err)) > 0) {
		if (real_path(parent, other, err) < 0)
			return -1;
		n = common(m->dump, n, other);
		d = parent;
	}
	snprintf(m->top, sizeof(m->top), "%.*s", (int)n, m->dump);
	m->below = m->dump[n] == '/' ? m->dump + n + 1 : n == 1 ? m->dump + 1 : "";
	return r;
}

static int mount_dump(struct mounted *m, struct img_err *err)
{
	if (find_top(m, err) < 0)
		return -1;
	m->tree = (int)syscall(SYS_open_tree, AT_FDCWD, m->top, TREE_CLONE | TREE_CLOEXEC);
	if (m->tree < 0)
		return img_fail_file(err, m->top, "", "cannot mount it");
	snprintf(m->path, sizeof(m->path), "/proc/%ld/fd/%d%s%s", (long)getpid(), m->tree,
		 m->below[0] != '\0' ? "/" : "", m->below);
	return 0;
}

static int fill(const struct job *j, struct mounted *m, struct img_err *err)
{
	const struct img_sink sink = { .begin = begin, .end = end, .arg = m, .copy = copy };
	const char *tmp = getenv("TMPDIR");
	char path[PATH_MAX];
	int r;

	if (mount_dump(m, err) < 0)
		return -1;
	snprintf(path, sizeof(path), "%s/imgserve-%ld",
		 tmp != NULL && tmp[0] != '\0' ? tmp : "/var/tmp", (long)getpid());
	m->temp = img_tempdir_begin(path, err);
	if (m->temp == NULL)
		return -1;
	r = view_images(j, m->from, false, &sink, err);
	img_tempdir_end(m->temp, false, NULL);
	return r;
}

/* ---- the command ---- */

/* Each @D in a word; all is given back by the end of the program. */
static char *replace(const char *word, const char *path)
{
	struct img_buf b = { 0 };
	const char *at;

	for (; (at = strstr(word, "@D")) != NULL; word = at + 2) {
		img_buf_put(&b, word, (size_t)(at - word));
		img_buf_put(&b, path, strlen(path));
	}
	img_buf_put(&b, word, strlen(word) + 1);
	if (b.failed)
		exit(tool_sysfail(&serve_tool, NULL));
	return (char *)b.p;
}

static int run_there(const struct job *j, const struct mounted *m)
{
	struct job there = *j;
	size_t n = 0;
	int status;

	while (j->command[n] != NULL)
		n++;
	there.command = img_calloc(n + 1, sizeof(*there.command));
	if (there.command == NULL)
		return tool_sysfail(&serve_tool, NULL);
	for (size_t i = 0; i < n; i++)
		there.command[i] = replace(j->command[i], m->path);
	status = view_command(&there);
	for (size_t i = 0; i < n; i++)
		img_free(there.command[i]);
	img_free(there.command);
	return status;
}

int serve_mount(const struct job *j)
{
	struct mounted m = { .tree = -1 };
	struct judge *judge = judge_new(&serve_tool);
	struct img_err err;
	int status = serve_open(j, judge, &m.from);

	if (status == TOOL_OK && img_dir_fd(m.from) < 0)
		tool_usage(&serve_tool, "an archive cannot be mounted");
	if (status == TOOL_OK && fill(j, &m, &err) < 0)
		status = tool_fail(&serve_tool, j->from, &err);
	if (status == TOOL_OK)
		status = judge_result(judge, m.path, j->from,
				      !serve_has_rules(j) && j->n_filters == 0);
	if (status == TOOL_OK)
		status = run_there(j, &m);
	if (m.tree >= 0)
		close(m.tree);
	img_dir_close(m.from);
	judge_free(judge);
	return status;
}
