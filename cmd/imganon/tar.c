#include "cmd/imganon/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/buf.h"

enum {
	PIECE = 64 << 10,
	SPARSE_NAME = 99, /* what libarchive (3.6) keeps of the name of a file with holes */
};

struct tar {
	struct archive *to;
	struct img_out *out;
	uint8_t *piece;
	struct img_err *err;
};

/* The sink remembers that it has failed; libarchive (3.6) loses memory where it is told. */
static la_ssize_t take(struct archive *to, void *arg, const void *p, size_t n)
{
	struct tar *t = arg;

	(void)to;
	img_out_put(t->out, p, n);
	return (la_ssize_t)n;
}

static int fail(struct tar *t)
{
	const char *what = archive_error_string(t->to);

	if (img_out_failed(t->out) && img_out_flush(t->out, t->err) < 0)
		return -1;
	if (what == NULL || archive_errno(t->to) == ENOMEM)
		return img_fail_mem(t->err);
	return img_fail(t->err, IMG_EDATA, IMG_NOWHERE, "tar: %s", what);
}

/* ---- a file ---- */

/* Its holes, for the head of its member. 1, 0: it is all hole, -1 with *err. */
static int map_holes(struct archive_entry *e, int fd, off_t size, struct img_err *err)
{
	off_t at = 0, data = 0;
	bool any = false;

	while (at < size) {
		data = lseek(fd, at, SEEK_DATA);
		if (data < 0 && errno != ENXIO)
			return img_fail(err, IMG_ESYS, (uint64_t)at, "seek failed");
		if (data < 0)
			break;
		at = lseek(fd, data, SEEK_HOLE);
		if (at < 0)
			at = size;
		if (data > 0 || at < size || any)
			archive_entry_sparse_add_entry(e, data, at - data);
		any = true;
	}
	if (!any && size > 0) /* a map needs some bytes */
		archive_entry_sparse_add_entry(e, size - 1, 1);
	return any;
}

static int put(struct tar *t, size_t n)
{
	for (size_t done = 0; done < n;) {
		la_ssize_t r = archive_write_data(t->to, t->piece + done, n - done);

		if (r <= 0 || img_out_failed(t->out))
			return fail(t);
		done += (size_t)r;
	}
	return 0;
}

static int put_data(struct tar *t, int fd, off_t size)
{
	for (off_t at = 0; at < size;) {
		size_t want = size - at < PIECE ? (size_t)(size - at) : PIECE;
		ssize_t n = pread(fd, t->piece, want, at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return img_fail(t->err, IMG_ESYS, (uint64_t)at, "read failed");
		if (n == 0)
			return img_fail(t->err, IMG_EDATA, (uint64_t)at,
					"the file has become shorter");
		if (put(t, (size_t)n) < 0)
			return -1;
		at += n;
	}
	return 0;
}

static struct archive_entry *new_entry(const char *name, const struct stat *st)
{
	struct archive_entry *e = archive_entry_new();

	if (e == NULL)
		return NULL;
	archive_entry_copy_pathname(e, name);
	archive_entry_set_mode(e, st->st_mode);
	archive_entry_set_size(e, S_ISREG(st->st_mode) ? st->st_size : 0);
	archive_entry_set_mtime(e, 0, 0);
	return e;
}

static int put_file(struct tar *t, int dirfd, const char *file, const char *name)
{
	int fd = openat(dirfd, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r = 0;
	struct archive_entry *e = NULL;
	struct stat st;
	int holes = 1;

	if (fd < 0 || fstat(fd, &st) < 0)
		r = img_fail_sys(t->err);
	else if ((e = new_entry(name, &st)) == NULL)
		r = img_fail_mem(t->err);
	if (r == 0 && st.st_size > 0 && strlen(name) <= SPARSE_NAME)
		holes = map_holes(e, fd, st.st_size, t->err);
	if (holes < 0)
		r = -1;
	if (r == 0 && archive_write_header(t->to, e) < ARCHIVE_WARN)
		r = fail(t);
	memset(t->piece, 0, 1);
	/* libarchive adds the zeros that are missing, once there was a byte at all. */
	if (r == 0)
		r = holes == 0 ? put(t, 1) : put_data(t, fd, st.st_size);
	if (r == 0 && archive_write_finish_entry(t->to) < ARCHIVE_WARN)
		r = fail(t);
	archive_entry_free(e);
	if (fd >= 0)
		close(fd);
	return r;
}

/* ---- directories ---- */

static int put_dir(struct tar *t, int fd, const char *name);

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names in a directory, in order, as pointers in *list: each is for the caller. */
static int list_names(int fd, struct img_buf *list, struct img_err *err)
{
	int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = copy >= 0 ? fdopendir(copy) : NULL;
	int r = 0;

	if (d == NULL) {
		img_fail_sys(err);
		if (copy >= 0)
			close(copy);
		return -1;
	}
	for (;;) {
		struct dirent *e;
		char *name;

		errno = 0;
		e = readdir(d);
		if (e == NULL)
			break;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		name = img_strndup(e->d_name, strlen(e->d_name));
		list->failed |= name == NULL;
		img_buf_put(list, &name, sizeof(name));
	}
	if (errno != 0)
		r = img_fail_sys(err);
	closedir(d);
	if (list->failed)
		r = img_fail_mem(err);
	if (r == 0 && list->n > 0)
		qsort(list->p, list->n / sizeof(char *), sizeof(char *), by_text);
	return r;
}

static int put_any(struct tar *t, int dirfd, const char *file, const char *below)
{
	char name[PATH_MAX];
	struct stat st;
	int fd, r;

	if ((size_t)snprintf(name, sizeof(name), "%s/%s", below, file) >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return img_fail_sys(t->err);
	}
	if (fstatat(dirfd, file, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return img_fail_sys(t->err);
	if (!S_ISDIR(st.st_mode))
		return put_file(t, dirfd, file, name);
	fd = openat(dirfd, file, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return img_fail_sys(t->err);
	r = put_dir(t, fd, name);
	close(fd);
	return r;
}

/* A directory that is open, with all that is in it in the order of its names. */
static int put_dir(struct tar *t, int fd, const char *name)
{
	struct archive_entry *e = NULL;
	struct img_buf list = { 0 };
	char **names;
	struct stat st;
	int r = list_names(fd, &list, t->err);

	if (r == 0 && fstat(fd, &st) < 0)
		r = img_fail_sys(t->err);
	else if (r == 0 && (e = new_entry(name, &st)) == NULL)
		r = img_fail_mem(t->err);
	else if (r == 0 && archive_write_header(t->to, e) < ARCHIVE_WARN)
		r = fail(t);
	names = (char **)(void *)list.p;
	for (size_t i = 0; i < list.n / sizeof(*names); i++) {
		if (r == 0)
			r = put_any(t, fd, names[i], name);
		img_free(names[i]);
	}
	img_buf_free(&list);
	archive_entry_free(e);
	return r;
}

int anon_tar(const char *path, struct img_out *out, struct img_err *err)
{
	struct tar t = { archive_write_new(), out, img_realloc(NULL, PIECE), err };
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;

	if (fd < 0)
		r = img_fail_sys(err);
	else if (t.to == NULL || t.piece == NULL)
		r = img_fail_mem(err);
	else if (archive_write_set_format_pax_restricted(t.to) != ARCHIVE_OK ||
		 archive_write_set_bytes_in_last_block(t.to, 1) != ARCHIVE_OK ||
		 archive_write_open(t.to, &t, NULL, take, NULL) != ARCHIVE_OK)
		r = fail(&t);
	if (r == 0)
		r = put_dir(&t, fd, "dump");
	if (r == 0 && archive_write_close(t.to) != ARCHIVE_OK)
		r = fail(&t);
	if (r == 0)
		r = img_out_flush(out, err);
	archive_write_free(t.to);
	img_free(t.piece);
	if (fd >= 0)
		close(fd);
	return r;
}
