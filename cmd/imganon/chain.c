#include "cmd/imganon/chain.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/rewrite/rewrite.h"

/* ---- copies that say nothing of who made the dump, and when ---- */

struct plain {
	struct img_sink to;
};

static int plain_begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct plain *p = arg;

	return p->to.begin(p->to.arg, name, out, err);
}

static int plain_end(void *arg, bool keep, struct img_err *err)
{
	struct plain *p = arg;

	return p->to.end(p->to.arg, keep, err);
}

static int copy_bytes(int fd, struct img_out *out, struct img_err *err)
{
	uint8_t buf[64 << 10];
	ssize_t n;

	img_out_holes(out);
	while ((n = read(fd, buf, sizeof(buf))) != 0) {
		if (n < 0 && errno != EINTR)
			return img_fail_sys(err);
		if (n > 0)
			img_out_put(out, buf, (size_t)n);
	}
	return 0;
}

/* Holes stay holes; mode, owner and times of the source are not taken over. */
static int plain_copy(void *arg, const char *name, int dirfd, const char *from, struct img_err *err)
{
	struct plain *p = arg;
	struct img_err other;
	struct img_out *out;
	int fd = img_open_file(dirfd, from, IMG_FOLLOW, err), r;

	if (fd < 0)
		return -1;
	r = p->to.begin(p->to.arg, name, &out, err);
	if (r == 0) {
		r = copy_bytes(fd, out, err);
		if (p->to.end(p->to.arg, r == 0, r == 0 ? err : &other) < 0)
			r = -1;
	}
	close(fd);
	return r;
}

/* Not all file systems list the types. */
static bool is_file(int dir, const struct dirent *e)
{
	struct stat st;

	if (e->d_type != DT_UNKNOWN)
		return e->d_type == DT_REG;
	return fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode);
}

/* As the umask has it: a copy is meant to be read by others. */
static int open_up(const char *path, struct img_err *err)
{
	mode_t mask = umask(022);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e = NULL;
	int r = 0;

	umask(mask);
	if (d == NULL) {
		img_fail_sys(err);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	for (errno = 0; r == 0 && (e = readdir(d)) != NULL; errno = 0)
		if (is_file(fd, e) && fchmodat(fd, e->d_name, 0666 & ~mask, 0) < 0)
			r = img_fail_sys(err);
	if (r == 0 && errno != 0)
		r = img_fail_sys(err);
	if (r == 0 && fchmod(fd, 0777 & ~mask) < 0)
		r = img_fail_sys(err);
	closedir(d);
	return r;
}

/* ---- one dump, then its parent ---- */

/* What is in the directory and is no image. */
static int count_left(struct anon_chain *c, struct img_dir *from, struct img_err *err)
{
	struct img_dir_names l;

	if (img_dir_list(from, &l, err) < 0)
		return img_err_in(err, img_dir_path(from), "");
	for (size_t i = 0; i < l.n_rest; i++)
		c->left += strcmp(l.rest[i].name, "parent") != 0;
	img_list_free(&l);
	return 0;
}

static int write_images(struct anon_chain *c, struct img_dir *from, struct img_newdir *nd,
			struct img_err *err)
{
	const struct img_change change = img_anon_change(c->anon);
	struct img_rewrite *rw = img_rewrite_new(from, &change, 1, err);
	struct plain plain = { img_newdir_sink(nd) };
	const struct img_sink sink = {
		.begin = plain_begin, .end = plain_end, .arg = &plain, .copy = plain_copy
	};
	int r = -1;

	if (rw != NULL && img_rewrite_names(rw)->n == 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "no images in this directory");
		img_err_in(err, img_dir_path(from), "");
	} else if (rw != NULL) {
		r = img_rewrite_all(rw, &sink, err);
	}
	img_rewrite_free(rw);
	return r == 0 ? count_left(c, from, err) : r;
}

static int write_dir(struct anon_chain *c, struct img_dir *from, const char *to, bool top,
		     bool keep, struct img_err *err);

static int write_parent(struct anon_chain *c, struct img_dir *from, const char *path,
			struct img_err *err)
{
	struct img_dir *parent;
	char below[PATH_MAX];
	int r = img_dir_parent(from, &parent, err);

	/* Where it leads is a path that nobody is to read. */
	if (r < 0 && err->kind == IMG_ESYS && err->errnum != EACCES && err->errnum != EPERM) {
		errno = err->errnum;
		img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot be read");
		return img_err_in(err, img_dir_path(from), "parent");
	}
	if (r < 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "leads to no directory that can be read");
		img_err_in(err, img_dir_path(from), "parent");
		return c->lost != NULL ? c->lost(c->arg, err) : -1;
	}
	if (r <= 0)
		return r;
	if ((size_t)snprintf(below, sizeof(below), "%s/parent", path) >= sizeof(below)) {
		errno = ENAMETOOLONG;
		return img_fail_sys(err);
	}
	return write_dir(c, parent, below, false, true, err);
}

static int write_dir(struct anon_chain *c, struct img_dir *from, const char *to, bool top,
		     bool keep, struct img_err *err)
{
	struct img_newdir *nd = img_newdir_begin(to, NULL, IMG_LINK_COPY, err);
	struct img_err other;
	int r;

	if (nd == NULL)
		return -1;
	r = write_images(c, from, nd, err);
	if (r == 0)
		r = write_parent(c, from, img_newdir_path(nd), err);
	if (r == 0 && top)
		r = c->add(c->arg, nd, err);
	if (r == 0)
		r = open_up(img_newdir_path(nd), err);
	if (r == 0 && top)
		r = c->approve(c->arg, img_newdir_path(nd), err);
	if (img_newdir_end(nd, r == 0 && keep, r == 0 ? err : &other) < 0)
		r = -1;
	return r;
}

int anon_chain_write(struct anon_chain *c, struct img_dir *from, const char *to, bool keep,
		     struct img_err *err)
{
	return write_dir(c, from, to, true, keep, err);
}
