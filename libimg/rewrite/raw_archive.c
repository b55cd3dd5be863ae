#include "libimg/rewrite/raw_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/intern.h"
#include "libimg/image/archive.h"

enum {
	ZEROS = 64 << 10,
	/* What libarchive (3.6) keeps of the name of a file with holes. */
	SPARSE_NAME = 99,
};

struct copy {
	struct img_raw_run *run;
	struct img_archive *from;
	struct archive *to;             /* NULL: only look */
	uint8_t *zeros;                 /* what a hole reads as */
	struct img_buf full, new, name; /* of a member: its path before and after; its new name */
	struct img_intern names;        /* of members as they will be */
	struct img_buf is_dir;          /* a byte for each of these */
	bool renamed;                   /* some member */
	char label[24];
};

/* What errors call a member: its name, or (bare) its number, for they must quote no name then. */
static const char *label(struct copy *c, const char *name)
{
	if (!c->run->raw->bare)
		return name;
	snprintf(c->label, sizeof(c->label), "%" PRIu64, c->run->entry);
	return c->label;
}

/* ---- the new archive ---- */

static la_ssize_t take(struct archive *to, void *arg, const void *p, size_t n)
{
	struct img_raw_run *run = arg;

	img_out_put(run->out, p, n);
	if (!img_out_failed(run->out))
		return (la_ssize_t)n;
	archive_set_error(to, EIO, "write error");
	return -1;
}

static int fail(struct copy *c, struct img_err *err)
{
	const char *what = archive_error_string(c->to);

	/* A failed sink says why. */
	if (img_out_failed(c->run->out) && img_out_flush(c->run->out, err) < 0)
		return -1;
	if (what == NULL || archive_errno(c->to) == ENOMEM)
		return img_fail_mem(err);
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "tar: %s", what);
}

/*
 * The format that GNU tar, which restores it, reads all of: long names, holes, big numbers; what
 * ustar can hold is ustar. Nothing in it depends on the time.
 */
static int start(struct copy *c, struct img_err *err)
{
	if (c->run->out == NULL)
		return 0;
	c->to = archive_write_new();
	c->zeros = img_calloc(ZEROS, 1);
	if (c->to == NULL || c->zeros == NULL)
		return img_fail_mem(err);
	if (archive_write_add_filter_gzip(c->to) != ARCHIVE_OK ||
	    archive_write_set_format_pax_restricted(c->to) != ARCHIVE_OK ||
	    archive_write_set_filter_option(c->to, "gzip", "timestamp", NULL) != ARCHIVE_OK ||
	    archive_write_set_bytes_in_last_block(c->to, 1) != ARCHIVE_OK ||
	    archive_write_open(c->to, c->run, NULL, take, NULL) != ARCHIVE_OK)
		return fail(c, err);
	return 0;
}

static int put(struct copy *c, const uint8_t *p, size_t n, struct img_err *err)
{
	while (n > 0) {
		la_ssize_t done = archive_write_data(c->to, p, n);

		if (done <= 0)
			return fail(c, err);
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int put_hole(struct copy *c, uint64_t n, struct img_err *err)
{
	while (n > 0) {
		size_t some = n < ZEROS ? (size_t)n : ZEROS;

		if (put(c, c->zeros, some, err) < 0)
			return -1;
		n -= some;
	}
	return 0;
}

static int put_member(struct copy *c, struct archive_entry *e, struct img_err *err)
{
	uint64_t at = 0, size = (uint64_t)archive_entry_size(e);
	struct img_span bytes;
	int r;

	if (archive_entry_sparse_count(e) > 0 && strlen(archive_entry_pathname(e)) > SPARSE_NAME)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"member %s has holes, and a name of %zu bytes (limit %d)",
				archive_entry_pathname(e), strlen(archive_entry_pathname(e)),
				SPARSE_NAME);
	if (archive_write_header(c->to, e) < ARCHIVE_WARN)
		return fail(c, err);
	while ((r = img_archive_data(c->from, &bytes, err)) > 0) {
		if (bytes.off < at || bytes.off > size || bytes.n > size - bytes.off)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"member %s: %zu bytes at %" PRIu64 " of a file of %" PRIu64,
					archive_entry_pathname(e), bytes.n, bytes.off, size);
		if (put_hole(c, bytes.off - at, err) < 0 || put(c, bytes.p, bytes.n, err) < 0)
			return -1;
		at = bytes.off + bytes.n;
	}
	return r < 0 ? -1 : put_hole(c, archive_entry_hardlink(e) == NULL ? size - at : 0, err);
}

/* ---- names ---- */

/*
 * A name without "./" in front, which names in an archive may have or not; "" is its root. NULL
 * with *err: it leads elsewhere.
 */
static const char *inside(struct copy *c, const char *name, struct img_err *err)
{
	const char *rest = name;
	bool up = name[0] == '/';

	for (const char *s = name; s != NULL && !up; s = strchr(s, '/')) {
		s += *s == '/';
		up = strncmp(s, "..", 2) == 0 && (s[2] == '/' || s[2] == '\0');
	}
	if (up) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "member %s leads out of the archive",
			 label(c, name));
		return NULL;
	}
	while (strncmp(rest, "./", 2) == 0) {
		rest += 2;
		rest += strspn(rest, "/");
	}
	return strcmp(rest, ".") == 0 ? "" : rest;
}

static size_t without_slashes(const char *path, size_t n)
{
	while (n > 0 && path[n - 1] == '/')
		n--;
	return n;
}

/* What is below a directory, without a slash in front; p is NULL: it is not. */
static struct img_span below(struct img_span path, const char *dir)
{
	size_t k = without_slashes(dir, strlen(dir));

	if (path.n <= k + 1 || memcmp(path.p, dir, k) != 0 || path.p[k] != '/')
		return (struct img_span){ NULL, 0, 0 };
	return (struct img_span){ path.p + k + 1, path.n - k - 1, 0 };
}

/* Ask what becomes of the path of a member: *path. */
static int ask_path(struct copy *c, const char *rest, size_t n, struct img_span *path,
		    struct img_err *err)
{
	const char *mount = c->run->raw->mount;
	const struct img_values *v = c->run->v;
	int r;

	c->full.n = c->new.n = 0;
	img_buf_put(&c->full, mount, without_slashes(mount, strlen(mount)));
	img_buf_put(&c->full, "/", 1);
	img_buf_put(&c->full, rest, n);
	if (c->full.failed)
		return img_fail_mem(err);
	r = v->path(v->arg, (const char *)c->full.p, c->full.n, &c->new, err);
	if (r < 0)
		return -1;
	if (c->new.failed)
		return img_fail_mem(err);
	*path = r > 0 ? (struct img_span){ c->new.p, c->new.n, 0 }
		      : (struct img_span){ c->full.p, c->full.n, 0 };
	return 0;
}

/*
 * Find the name of a member of that name: 1: it is a new one, in c->name and ended by NUL; 0: it
 * stays; -1. The root is what the mount is, wherever that goes.
 */
static int new_name(struct copy *c, const char *name, struct img_err *err)
{
	const struct img_raw *raw = c->run->raw;
	const char *rest = inside(c, name, err);
	struct img_span path = { NULL, 0, 0 }, to;
	size_t n;

	if (rest == NULL)
		return -1;
	n = without_slashes(rest, strlen(rest));
	if (n == 0 || c->run->v->path == NULL || raw->mount == NULL)
		return 0;
	if (ask_path(c, rest, n, &path, err) < 0)
		return -1;
	to = below(path, raw->new_mount);
	if (to.p == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"%.*s would be %.*s, outside of its tmpfs at %s", (int)c->full.n,
				c->full.p, (int)path.n, path.p, raw->new_mount);
	if (to.n == n && memcmp(to.p, rest, n) == 0)
		return 0;
	c->name.n = 0;
	img_buf_put(&c->name, name, (size_t)(rest - name));
	img_buf_put(&c->name, to.p, to.n);
	img_buf_put(&c->name, rest + n, strlen(rest + n) + 1); /* a slash after a directory */
	return c->name.failed ? img_fail_mem(err) : 1;
}

/* Of two members with one name the later one would be all that is restored. */
static int check_twice(struct copy *c, struct archive_entry *e, struct img_err *err)
{
	const char *name = archive_entry_pathname(e), *rest = inside(c, name, err);
	uint8_t dir = archive_entry_filetype(e) == AE_IFDIR;
	uint32_t i;

	if (rest == NULL)
		return -1;
	i = img_intern(&c->names, rest, without_slashes(rest, strlen(rest)));
	if (i == IMG_MAP_NONE)
		return img_fail_mem(err);
	if (i == c->is_dir.n)
		img_buf_put(&c->is_dir, &dir, 1);
	else if (c->renamed && !(dir && c->is_dir.p[i]))
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "two members would be called %s",
				name);
	return c->is_dir.failed ? img_fail_mem(err) : 0;
}

/* ---- members ---- */

static void changed(struct copy *c, const char *path, const char *old, const char *new)
{
	img_raw_changed(c->run, path, old, strlen(old), new, strlen(new));
}

static int rename_member(struct copy *c, struct archive_entry *e, struct img_err *err)
{
	int r = new_name(c, archive_entry_pathname(e), err);

	if (r > 0) {
		c->renamed = true;
		changed(c, "name", archive_entry_pathname(e), (const char *)c->name.p);
		archive_entry_copy_pathname(e, (const char *)c->name.p);
	}
	/* Of what stands for structure alone no two names become one that were two. */
	if (r >= 0 && c->run->v->path != NULL && !c->run->raw->bare)
		r = check_twice(c, e, err);
	return r < 0 ? -1 : 0;
}

/* A hard link has the name of another member, a symbolic one any path. */
static int change_target(struct copy *c, struct archive_entry *e, struct img_err *err)
{
	const struct img_values *v = c->run->v;
	const char *hard = archive_entry_hardlink(e), *soft = archive_entry_symlink(e);
	int r = 0;

	if (hard != NULL) {
		r = new_name(c, hard, err);
		if (r > 0) {
			changed(c, "link target", hard, (const char *)c->name.p);
			archive_entry_copy_hardlink(e, (const char *)c->name.p);
		}
	} else if (soft != NULL && (soft[0] == '/' || c->run->raw->relative) && v->path != NULL) {
		c->new.n = 0;
		r = v->path(v->arg, soft, strlen(soft), &c->new, err);
		if (r > 0) {
			img_buf_put(&c->new, "", 1);
			if (c->new.failed)
				return img_fail_mem(err);
			changed(c, "link target", soft, (const char *)c->new.p);
			archive_entry_copy_symlink(e, (const char *)c->new.p);
		}
	}
	return r < 0 ? -1 : 0;
}

/* The new number of an owner: 1, 0: it stays, -1. tar prefers a name, so that has to go. */
static int new_owner(struct copy *c, const char *path, int64_t old, img_raw_number_fn *ask,
		     uint32_t *new, struct img_err *err)
{
	char x[16], y[16];
	int r;

	if (old < 0 || old > UINT32_MAX)
		return 0;
	r = ask(c->run, 0, (uint32_t)old, new, err);
	if (r > 0) {
		snprintf(x, sizeof(x), "%" PRIu32, (uint32_t)old);
		snprintf(y, sizeof(y), "%" PRIu32, *new);
		changed(c, path, x, y);
	}
	return r;
}

static int change_owner(struct copy *c, struct archive_entry *e, struct img_err *err)
{
	uint32_t new;
	int r = new_owner(c, "uid", archive_entry_uid(e), img_raw_uid, &new, err);

	if (r > 0) {
		archive_entry_set_uid(e, new);
		archive_entry_copy_uname(e, NULL);
	}
	if (r >= 0)
		r = new_owner(c, "gid", archive_entry_gid(e), img_raw_gid, &new, err);
	if (r > 0) {
		archive_entry_set_gid(e, new);
		archive_entry_copy_gname(e, NULL);
	}
	return r < 0 ? -1 : 0;
}

/*
 * The member as one of zeros, with nothing that is not named here. Where it had holes it is one
 * hole, but for its last byte. libarchive writes the zeros that are missing, but no map of holes
 * before the first byte.
 */
static int put_bare(struct copy *c, struct archive_entry *e, struct img_err *err)
{
	struct archive_entry *n = archive_entry_new();
	const char *hard = archive_entry_hardlink(e), *soft = archive_entry_symlink(e);
	bool holes = archive_entry_sparse_count(e) > 0 &&
		     strlen(archive_entry_pathname(e)) <= SPARSE_NAME;
	int r = 0;

	if (n == NULL)
		return img_fail_mem(err);
	archive_entry_copy_pathname(n, archive_entry_pathname(e));
	archive_entry_set_mode(n, archive_entry_mode(e));
	archive_entry_set_uid(n, archive_entry_uid(e));
	archive_entry_set_gid(n, archive_entry_gid(e));
	archive_entry_set_mtime(n, c->run->raw->timeless ? 0 : archive_entry_mtime(e), 0);
	archive_entry_set_rdevmajor(n, archive_entry_rdevmajor(e));
	archive_entry_set_rdevminor(n, archive_entry_rdevminor(e));
	if (hard != NULL)
		archive_entry_copy_hardlink(n, hard);
	else
		archive_entry_set_size(n, archive_entry_size(e));
	if (soft != NULL)
		archive_entry_copy_symlink(n, soft);
	if (holes)
		archive_entry_sparse_add_entry(n, archive_entry_size(e) - 1, 1);
	if (archive_write_header(c->to, n) < ARCHIVE_WARN)
		r = fail(c, err);
	if (r == 0 && holes)
		r = put(c, c->zeros, 1, err);
	if (r == 0 && archive_write_finish_entry(c->to) < ARCHIVE_WARN)
		r = fail(c, err);
	archive_entry_free(n);
	return r;
}

static int members(struct copy *c, struct img_err *err)
{
	int (*put_it)(struct copy *, struct archive_entry *, struct img_err *) =
		c->run->raw->bare ? put_bare : put_member;
	struct archive_entry *e;
	int r;

	while ((r = img_archive_next(c->from, &e, err)) > 0) {
		if (change_target(c, e, err) < 0 || rename_member(c, e, err) < 0 ||
		    change_owner(c, e, err) < 0)
			return -1;
		if (c->to != NULL && put_it(c, e, err) < 0)
			return -1;
		c->run->entry++;
	}
	if (r == 0 && c->to != NULL && archive_write_close(c->to) != ARCHIVE_OK)
		return fail(c, err);
	return r;
}

int img_raw_archive(struct img_raw_run *run, struct img_err *err)
{
	struct copy c = { .run = run, .from = img_archive_open(run->in, err) };
	int r = -1;

	if (c.from != NULL && start(&c, err) == 0)
		r = members(&c, err);
	archive_write_free(c.to);
	img_archive_close(c.from);
	img_intern_free(&c.names);
	img_buf_free(&c.is_dir);
	img_buf_free(&c.full);
	img_buf_free(&c.new);
	img_buf_free(&c.name);
	img_free(c.zeros);
	return r;
}
