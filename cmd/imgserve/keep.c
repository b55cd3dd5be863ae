#include "cmd/imgserve/keep.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/scratch.h"
#include "libimg/base/tempdir.h"

#define LAST "inventory.img"

struct keep {
	struct img_tempdir *dir; /* or NULL: */
	struct archive *tar;
	int last;     /* inventory.img of an archive, once it is there; of a directory any value */
	bool dropped; /* nothing is written any more */
	int errnum;   /* of a failed write of the archive */
};

/* ---- tar ---- */

static la_ssize_t put(struct archive *tar, void *arg, const void *p, size_t n)
{
	struct keep *k = arg;
	ssize_t r;

	if (k->dropped)
		return (la_ssize_t)n;
	do
		r = write(STDOUT_FILENO, p, n);
	while (r < 0 && errno == EINTR);
	if (r < 0) {
		k->errnum = errno;
		archive_set_error(tar, errno, "write failed");
	}
	return r;
}

static int fail_tar(const struct keep *k, struct img_err *err)
{
	errno = k->errnum != 0 ? k->errnum : archive_errno(k->tar);
	return img_fail_file(err, "<stdout>", "", "");
}

static int begin_tar(struct keep *k, struct img_err *err)
{
	k->tar = archive_write_new();
	if (k->tar == NULL)
		return img_fail_mem(err);
	archive_write_set_format_pax_restricted(k->tar);
	/* Whoever reads on may be a pipe: no more than is there is written. */
	archive_write_set_bytes_in_last_block(k->tar, 1);
	return archive_write_open(k->tar, k, NULL, put, NULL) == ARCHIVE_OK ? 0 : fail_tar(k, err);
}

static int put_header(struct keep *k, const char *name, const struct stat *st, struct img_err *err)
{
	struct archive_entry *e = archive_entry_new();
	int r;

	if (e == NULL)
		return img_fail_mem(err);
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0600);
	archive_entry_set_size(e, st->st_size);
	archive_entry_set_mtime(e, time(NULL), 0);
	r = archive_write_header(k->tar, e);
	archive_entry_free(e);
	return r == ARCHIVE_OK ? 0 : fail_tar(k, err);
}

static int put_member(struct keep *k, const char *name, int fd, struct img_err *err)
{
	uint8_t buf[64 << 10];
	struct stat st;
	off_t at = 0;

	if (fstat(fd, &st) < 0)
		return img_fail_sys(err);
	if (put_header(k, name, &st, err) < 0)
		return -1;
	while (at < st.st_size) {
		ssize_t n = pread(fd, buf, sizeof(buf), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 ? img_fail_sys(err)
				     : img_fail(err, IMG_EDATA, IMG_NOWHERE,
						"the file has become shorter");
		if (archive_write_data(k->tar, buf, (size_t)n) != n)
			return fail_tar(k, err);
		at += n;
	}
	return 0;
}

/* ---- both ---- */

struct keep *keep_begin(const char *to, struct img_err *err)
{
	struct keep *k = img_calloc(1, sizeof(*k));

	if (k == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	k->last = -1;
	if (strcmp(to, "-") != 0) {
		k->dir = img_tempdir_begin(to, err);
		if (k->dir != NULL)
			return k;
	} else if (begin_tar(k, err) == 0) {
		return k;
	}
	keep_end(k);
	return NULL;
}

int keep_open(struct keep *k, const char *name, struct img_err *err)
{
	int fd;

	if (k->dir == NULL)
		return img_scratch_open(err);
	fd = openat(img_tempdir_fd(k->dir), name,
		    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd >= 0 ? fd : img_fail_sys(err);
}

int keep_done(struct keep *k, const char *name, int fd, struct img_err *err)
{
	bool last = strcmp(name, LAST) == 0;

	if (k->dir == NULL && !last)
		return put_member(k, name, fd, err);
	if (!last)
		return 0;
	if (k->last >= 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "came twice");
	k->last = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	return k->last >= 0 ? 0 : img_fail_sys(err);
}

static int commit_dir(struct keep *k, struct img_err *err)
{
	int r = 0;

	if (syncfs(img_tempdir_fd(k->dir)) < 0)
		r = img_fail_file(err, img_tempdir_final(k->dir), "", "");
	r = img_tempdir_end(k->dir, r == 0, r == 0 ? err : NULL) < 0 ? -1 : r;
	k->dir = NULL;
	return r;
}

static int commit_tar(struct keep *k, struct img_err *err)
{
	if (put_member(k, LAST, k->last, err) < 0)
		return -1;
	if (archive_write_close(k->tar) != ARCHIVE_OK)
		return fail_tar(k, err);
	/* A pipe has no disk. */
	if (fsync(STDOUT_FILENO) < 0 && errno != EINVAL && errno != EROFS)
		return fail_tar(k, err);
	return 0;
}

int keep_commit(struct keep *k, struct img_err *err)
{
	if (k->last < 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "criu has not sent it");
		return img_err_in(err, LAST, "");
	}
	return k->dir != NULL ? commit_dir(k, err) : commit_tar(k, err);
}

void keep_end(struct keep *k)
{
	if (k == NULL)
		return;
	img_tempdir_end(k->dir, false, NULL);
	if (k->tar != NULL) {
		/* It ends the archive, which is to have no end after a failure. */
		k->dropped = true;
		archive_write_free(k->tar);
	}
	if (k->last >= 0)
		close(k->last);
	img_free(k);
}
