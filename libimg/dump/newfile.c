#include "libimg/dump/newfile.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "libimg/base/copy.h"

int img_newfile_fail(const struct img_newfiles *f, const char *name, const char *what,
		     struct img_err *err)
{
	return img_fail_file(err, f->path, name, what);
}

int img_newfile_create(const struct img_newfiles *f, const char *name, struct img_err *err)
{
	int fd = openat(f->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);

	return fd < 0 ? img_newfile_fail(f, name, "", err) : fd;
}

int img_newfile_sync(const struct img_newfiles *f, int fd, const char *name, struct img_err *err)
{
	if (f->few && fsync(fd) < 0)
		return img_newfile_fail(f, name, "cannot write to disk", err);
	return 0;
}

int img_newfile_times(int fd, const struct stat *st)
{
	const struct timespec t[2] = { st->st_atim, st->st_mtim };

	return futimens(fd, t);
}

int img_newfile_give(struct img_newfiles *f, const char *name, int to, const struct stat *st,
		     int from, enum img_attrs which, struct img_err *err)
{
	uint64_t lost = f->lost.n;

	if (img_attrs_give(to, st, f->from != NULL ? from : -1, which, &f->lost, err) < 0)
		return img_err_in(err, f->path, name);
	if (lost == 0 && f->lost.n > 0)
		snprintf(f->lost_of, sizeof(f->lost_of), "%s", name);
	return 0;
}

int img_newfile_open_old(const struct img_newfiles *f, int dirfd, const char *name, struct stat *st,
			 struct img_err *err)
{
	int fd = img_open_file(dirfd, name, f->from != NULL ? img_dir_flags(f->from) : 0, err);

	if (fd < 0 || fstat(fd, st) == 0)
		return fd;
	img_fail_sys(err);
	close(fd);
	return -1;
}

static int copy_bytes(const struct img_file *from, int to, struct img_err *err)
{
	struct img_copy *c = img_copy_new(to);
	int r = -1;

	if (c == NULL)
		return img_fail_mem(err);
	if (img_copy_file(c, from->fd, from->base, from->size, err) == 0)
		r = img_copy_finish(c, err);
	img_copy_free(c);
	return r;
}

int img_newfile_copy(struct img_newfiles *f, const char *name, const struct img_file *from,
		     const struct stat *st, struct img_err *err)
{
	int to = img_newfile_create(f, name, err), r;

	if (to < 0)
		return -1;
	r = copy_bytes(from, to, err);
	if (r < 0)
		img_err_in(err, f->path, name);
	else if (st == NULL)
		r = img_newfile_sync(f, to, name, err);
	else if (img_newfile_give(f, name, to, st, from->fd, IMG_ATTRS_ALL, err) < 0)
		r = -1;
	else if (img_newfile_times(to, st) < 0)
		r = img_newfile_fail(f, name, "", err);
	else
		r = img_newfile_sync(f, to, name, err);
	if (close(to) < 0 && r == 0)
		r = img_newfile_fail(f, name, "cannot close", err);
	return r;
}

int img_newfile_copy_old(struct img_newfiles *f, const char *name, int dirfd, const char *old,
			 struct img_err *err)
{
	struct stat st;
	struct img_file from = { .fd = img_newfile_open_old(f, dirfd, old, &st, err) };
	int r;

	if (from.fd < 0)
		return img_err_in(err, f->from != NULL ? img_dir_path(f->from) : old,
				  f->from != NULL ? old : "");
	from.size = (uint64_t)st.st_size;
	r = img_newfile_copy(f, name, &from, &st, err);
	img_file_close(&from);
	return r;
}
