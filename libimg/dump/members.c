#include "libimg/dump/members.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/arena.h"
#include "libimg/base/buf.h"
#include "libimg/base/out.h"
#include "libimg/base/scratch.h"
#include "libimg/image/archive.h"
#include "libimg/image/type.h"

enum {
	MEMBERS_MAX = 1 << 17,
	NAMES_MAX = 32 << 20, /* bytes of all names */
	SMALL = 1 << 20,      /* compressed: a larger member is spooled on demand, */
	EAGER = 256 << 20,    /* and so is what comes after this many bytes */
	BLOCK = 512,          /* of tar */
};

/* Zeros compress a thousandfold, and memory has many: what any archive may unpack to, and more. */
#define UNPACKED_MAX (UINT64_C(16) << 30)
#define UNPACKED_RATIO UINT64_C(256)

enum place { IN_PLACE, SPOOLED, LATER };

struct img_members {
	struct img_file file; /* the archive */
	bool plain;
	struct img_arena *names;
	struct img_buf list; /* struct img_member */
	uint32_t *order;     /* by ordinal: which of the list */
	uint64_t end;        /* of the last member, in the unpacked archive */

	int spool; /* -1: none yet */
	struct img_out *out;
	uint64_t spooled; /* bytes in it */
	bool again;       /* the archive has been read once more, for one member */
};

static struct img_member *members(const struct img_members *ms)
{
	return (struct img_member *)(void *)ms->list.p;
}

size_t img_members_count(const struct img_members *ms)
{
	return ms->list.n / sizeof(struct img_member);
}

const struct img_member *img_members_at(const struct img_members *ms, size_t i)
{
	return &members(ms)[i];
}

/* ---- the spool ---- */

static int spool_failed(const struct img_members *ms, struct img_err *err)
{
	errno = ms->out->errnum;
	return img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot write to a temporary file");
}

static int want_spool(struct img_members *ms, struct img_err *err)
{
	if (ms->out != NULL)
		return 0;
	if (ms->spool < 0)
		ms->spool = img_scratch_open(err);
	if (ms->spool < 0)
		return -1;
	ms->out = img_out_fd(ms->spool);
	if (ms->out == NULL)
		return img_fail_mem(err);
	img_out_holes(ms->out);
	return 0;
}

static int flush_spool(struct img_members *ms, struct img_err *err)
{
	struct img_err ignored;

	return ms->out != NULL && img_out_flush(ms->out, &ignored) < 0 ? spool_failed(ms, err) : 0;
}

/* Make a file of what a pipe gives. */
static int spool_pipe(struct img_members *ms, struct img_in *in, struct img_err *err)
{
	int fd = img_scratch_open(err), r = 0;
	struct img_out *out = fd >= 0 ? img_out_fd(fd) : NULL;
	struct img_err ignored;

	if (fd < 0)
		return -1;
	if (out == NULL)
		r = img_fail_mem(err);
	while (r == 0 && (r = img_in_need(in, 1, err)) == 0 && img_in_avail(in) > 0) {
		img_out_put(out, img_in_ptr(in), img_in_avail(in));
		img_in_eat(in, img_in_avail(in));
		if (img_out_failed(out))
			break;
	}
	if (r == 0 && img_out_flush(out, &ignored) < 0) {
		errno = out->errnum;
		r = img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot write to a temporary file");
	}
	img_out_free(out);
	img_file_close(&ms->file);
	if (r < 0) {
		close(fd);
		return -1;
	}
	return img_file_take(&ms->file, fd, err);
}

/* ---- names ---- */

/*
 * A path as tar takes it: "/" and "./" at its begin and "/" at its end count for nothing. Into
 * the arena. NULL with *err.
 */
static char *path_of(struct img_members *ms, const char *name, struct img_err *err)
{
	size_t n = strlen(name), len = 0;
	char *path;

	if (n >= PATH_MAX || img_arena_size(ms->names) > NAMES_MAX) {
		img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
			 "archive: a name of %zu bytes (limit %d; %d for all)", n, PATH_MAX - 1,
			 NAMES_MAX);
		return NULL;
	}
	path = img_arena_alloc(ms->names, n + 1);
	if (path == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	for (const char *p = name; *p != '\0';) {
		size_t part = strcspn(p, "/");

		if (part == 2 && memcmp(p, "..", 2) == 0) {
			img_fail(err, IMG_EDATA, IMG_NOWHERE, "archive: member %s leads out of it",
				 name);
			return NULL;
		}
		if (part > 0 && !(part == 1 && *p == '.')) {
			if (len > 0)
				path[len++] = '/';
			memcpy(path + len, p, part);
			len += part;
		}
		p += part + (p[part] == '/');
	}
	return path;
}

static int set_link(struct img_members *ms, struct img_member *m,
		    const struct img_archive_about *about, struct img_err *err)
{
	const char *to = m->kind == IMG_MEMBER_HARD ? about->hardlink : about->symlink;
	size_t n = to != NULL ? strlen(to) + 1 : 0;
	char *copy;

	if (n <= 1 || n > PATH_MAX)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "archive: link %s to %s", m->path,
				n > 1 ? "a name that is too long" : "nothing");
	if (m->kind == IMG_MEMBER_HARD) {
		m->link = path_of(ms, to, err);
		return m->link != NULL ? 0 : -1;
	}
	copy = img_arena_alloc(ms->names, n);
	if (copy == NULL)
		return img_fail_mem(err);
	m->link = memcpy(copy, to, n);
	return 0;
}

static enum img_member_kind kind_of(const struct img_archive_about *about)
{
	if (about->hardlink != NULL)
		return IMG_MEMBER_HARD;
	switch (about->type) {
	case S_IFREG: return IMG_MEMBER_FILE;
	case S_IFLNK: return IMG_MEMBER_LINK;
	case S_IFDIR: return IMG_MEMBER_DIR;
	case S_IFSOCK: return IMG_MEMBER_SOCKET;
	case S_IFIFO: return IMG_MEMBER_PIPE;
	default: return IMG_MEMBER_DEVICE;
	}
}

/* ---- reading members ---- */

static struct img_archive *open_archive(const struct img_members *ms, struct img_in *in,
					struct img_err *err)
{
	return img_archive_open_any(in, UNPACKED_MAX + UNPACKED_RATIO * ms->file.size, err);
}

/*
 * Read the data of a member: its first bytes into it, and all of it into the spool if `keep`. What
 * of it comes before a failure stays in the spool, where the next one begins after it.
 */
static int read_data(struct img_members *ms, struct img_archive *a, struct img_member *m, bool keep,
		     struct img_err *err)
{
	uint64_t at = 0, begin = ms->spooled;
	struct img_span s;
	int r;

	if (keep && want_spool(ms, err) < 0)
		return -1;
	while ((r = img_archive_data(a, &s, err)) > 0) {
		for (size_t i = 0; i < s.n && s.off + i < sizeof(m->head); i++)
			m->head[s.off + i] = s.p[i];
		if (keep && s.off > at)
			img_out_hole(ms->out, s.off - at);
		if (keep)
			img_out_put(ms->out, s.p, s.n);
		at = s.off + s.n;
	}
	m->n_head = (uint8_t)(m->size < sizeof(m->head) ? m->size : sizeof(m->head));
	ms->spooled += keep ? at : 0;
	if (r < 0 || !keep)
		return r;
	if (m->size > at) {
		img_out_hole(ms->out, m->size - at);
		ms->spooled += m->size - at;
	}
	m->at = begin;
	m->place = SPOOLED;
	return img_out_failed(ms->out) ? spool_failed(ms, err) : 0;
}

/* Not compressed, and in one piece: it stays where it is. */
static int stay(struct img_members *ms, struct img_member *m, struct img_err *err)
{
	m->place = IN_PLACE;
	if (m->at > ms->file.size || m->size > ms->file.size - m->at)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"archive truncated: member %s needs %" PRIu64
				" bytes from offset %" PRIu64 " on, and it has %" PRIu64,
				m->path, m->size, m->at, ms->file.size);
	return 0;
}

static int place(struct img_members *ms, struct img_archive *a, struct img_member *m, bool sparse,
		 struct img_err *err)
{
	uint64_t size = (m->size + BLOCK - 1) / BLOCK * BLOCK;

	m->at = img_archive_at(a);
	ms->end = m->at + size;
	if (ms->plain && !sparse)
		return stay(ms, m, err);
	/* Holes are not in the archive: where it ends, only what follows says. */
	if (sparse)
		ms->end = m->at;
	m->place = LATER;
	return read_data(ms, a, m, m->size <= SMALL && ms->spooled + m->size <= EAGER, err);
}

static int add(struct img_members *ms, struct img_archive *a, struct img_err *err)
{
	struct img_archive_about about;
	struct img_member m = { 0 };

	img_archive_about(a, &about);
	m.kind = kind_of(&about);
	if (img_members_count(ms) == MEMBERS_MAX)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE, "archive: more than %d members",
				MEMBERS_MAX);
	m.ordinal = (uint32_t)img_members_count(ms);
	m.path = path_of(ms, about.path, err);
	if (m.path == NULL)
		return -1;
	ms->end = img_archive_at(a);
	if (m.kind == IMG_MEMBER_FILE) {
		m.size = about.size;
		if (place(ms, a, &m, about.sparse, err) < 0)
			return -1;
	} else if (m.kind <= IMG_MEMBER_HARD && set_link(ms, &m, &about, err) < 0) {
		return -1;
	}
	img_buf_put(&ms->list, &m, sizeof(m));
	return ms->list.failed ? img_fail_mem(err) : 0;
}

static int read_all(struct img_members *ms, struct img_archive *a, struct img_err *err)
{
	struct archive_entry *e;
	int r;

	ms->plain = img_archive_is_plain(a);
	while ((r = img_archive_next(a, &e, err)) > 0)
		if (add(ms, a, err) < 0)
			return -1;
	if (r < 0)
		return -1;
	/* Blocks of zeros say that it is whole; one that was cut between members has none. */
	if (img_archive_at(a) <= ms->end)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"archive truncated: it has no end, after %zu members",
				img_members_count(ms));
	return flush_spool(ms, err);
}

/* ---- the list ---- */

static int by_path(const void *a, const void *b)
{
	return strcmp(((const struct img_member *)a)->path, ((const struct img_member *)b)->path);
}

const struct img_member *img_members_find(const struct img_members *ms, const char *path)
{
	const struct img_member key = { .path = path };
	size_t n = img_members_count(ms);

	return n > 0 ? bsearch(&key, members(ms), n, sizeof(key), by_path) : NULL;
}

/* A directory may come again, as it does where an archive was added to. */
static int check_names(struct img_members *ms, struct img_err *err)
{
	const struct img_member *v = members(ms);

	for (size_t i = 1; i < img_members_count(ms); i++)
		if (strcmp(v[i - 1].path, v[i].path) == 0 &&
		    !(v[i - 1].kind == IMG_MEMBER_DIR && v[i].kind == IMG_MEMBER_DIR))
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"archive: member %s is in it twice", v[i].path);
	return 0;
}

static int sort(struct img_members *ms, struct img_err *err)
{
	size_t n = img_members_count(ms);
	struct img_member *v = members(ms);

	ms->order = img_calloc(n + 1, sizeof(*ms->order));
	if (ms->order == NULL)
		return img_fail_mem(err);
	if (n > 0)
		qsort(v, n, sizeof(*v), by_path);
	for (size_t i = 0; i < n; i++)
		ms->order[v[i].ordinal] = (uint32_t)i;
	return check_names(ms, err);
}

/* ---- the archive ---- */

static int check_head(struct img_in *in, struct img_err *err)
{
	if (img_in_need(in, IMG_ARCHIVE_HEAD, err) < 0)
		return -1;
	if (img_archive_begins(img_in_ptr(in), img_in_avail(in)))
		return 0;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"neither a directory nor an archive of one (tar; gzip, zstd, xz, bzip2, "
			"lz4)");
}

/* The bytes of fd from its offset on: of a pipe they are spooled. */
static int open_file(struct img_members *ms, int fd, struct img_err *err)
{
	off_t at = lseek(fd, 0, SEEK_CUR);
	struct img_in *in;
	int r;

	if (img_file_take(&ms->file, fd, err) < 0)
		return -1;
	in = img_in_fd(fd);
	if (in == NULL)
		return img_fail_mem(err);
	r = check_head(in, err);
	if (r == 0 && !img_in_is_file(in))
		r = spool_pipe(ms, in, err);
	else if (at > 0)
		ms->file.base = (uint64_t)at < ms->file.size ? (uint64_t)at : ms->file.size;
	img_in_free(in);
	ms->file.size -= ms->file.base;
	return r;
}

static int read_archive(struct img_members *ms, struct img_err *err)
{
	struct img_archive *a;
	struct img_in *in;
	int r = -1;

	ms->file.part = true;
	in = img_in_file(&ms->file);
	if (in == NULL)
		return img_fail_mem(err);
	a = open_archive(ms, in, err);
	if (a != NULL)
		r = read_all(ms, a, err);
	if (r == 0)
		r = sort(ms, err);
	img_archive_close(a);
	img_in_free(in);
	return r;
}

static struct img_members *new_members(struct img_err *err)
{
	struct img_members *ms = img_calloc(1, sizeof(*ms));

	if (ms != NULL) {
		ms->spool = ms->file.fd = -1;
		ms->names = img_arena_new(0);
		if (ms->names != NULL)
			return ms;
		img_free(ms);
	}
	img_fail_mem(err);
	return NULL;
}

struct img_members *img_members_read(int fd, struct img_err *err)
{
	struct img_members *ms = new_members(err);

	if (ms == NULL)
		close(fd);
	else if (open_file(ms, fd, err) == 0 && read_archive(ms, err) == 0)
		return ms;
	img_members_free(ms);
	return NULL;
}

struct img_members *img_members_read_in(struct img_in *in, struct img_err *err)
{
	struct img_members *ms = new_members(err);

	if (ms != NULL && check_head(in, err) == 0 && spool_pipe(ms, in, err) == 0 &&
	    read_archive(ms, err) == 0)
		return ms;
	img_members_free(ms);
	return NULL;
}

void img_members_free(struct img_members *ms)
{
	if (ms == NULL)
		return;
	img_file_close(&ms->file);
	img_out_free(ms->out);
	if (ms->spool >= 0)
		close(ms->spool);
	img_arena_free(ms->names);
	img_buf_free(&ms->list);
	img_free(ms->order);
	img_free(ms);
}

/* ---- what was not spooled at first ---- */

static bool is_wanted(const struct img_members *ms, const struct img_member *m,
		      const struct img_member *only)
{
	const char *name = strrchr(m->path, '/');

	if (m == only || !ms->again)
		return m == only;
	/* The second of them shows that more will follow: all images, but not a root file system. */
	return m->place == LATER &&
	       img_type_by_file(name != NULL ? name + 1 : m->path, NULL) != NULL;
}

static int spool_more(struct img_members *ms, struct img_archive *a, const struct img_member *only,
		      struct img_err *err)
{
	struct img_archive_about about;
	struct archive_entry *e;
	int r = 0;

	for (uint32_t i = 0; only->place == LATER || ms->again; i++) {
		struct img_member *m;
		bool keep;

		r = img_archive_next(a, &e, err);
		if (r <= 0)
			break;
		img_archive_about(a, &about);
		m = i < img_members_count(ms) ? &members(ms)[ms->order[i]] : NULL;
		if (m == NULL || (m->kind == IMG_MEMBER_FILE && m->size != about.size))
			return img_fail(err, IMG_EDATA, IMG_NOWHERE,
					"archive changed while it was read");
		keep = m->kind == IMG_MEMBER_FILE && is_wanted(ms, m, only);
		/* By its data and not by skipping it, for that would not see the limit. */
		if ((keep || !ms->plain) && m->kind == IMG_MEMBER_FILE &&
		    read_data(ms, a, m, keep, err) < 0)
			return -1;
	}
	if (r < 0 || flush_spool(ms, err) < 0)
		return -1;
	if (only->place == LATER)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "archive changed while it was read");
	ms->again = true;
	return 0;
}

static int fetch(struct img_members *ms, const struct img_member *m, struct img_err *err)
{
	struct img_in *in = img_in_file(&ms->file);
	struct img_archive *a;
	int r = -1;

	if (in == NULL)
		return img_fail_mem(err);
	a = open_archive(ms, in, err);
	if (a != NULL)
		r = spool_more(ms, a, m, err);
	img_archive_close(a);
	img_in_free(in);
	return r;
}

int img_members_open(struct img_members *ms, const struct img_member *m, struct img_file *f,
		     struct img_err *err)
{
	struct img_file whole = ms->file;

	f->fd = -1;
	if (m->place == LATER && fetch(ms, m, err) < 0)
		return -1;
	if (m->place == SPOOLED)
		whole = (struct img_file){ .fd = ms->spool };
	whole.part = true;
	whole.base += m->at;
	whole.size = m->size;
	return img_file_dup(&whole, f, err);
}

int img_members_head(struct img_members *ms, const struct img_member *m, uint8_t head[4],
		     struct img_err *err)
{
	struct img_file f;
	int64_t n = m->n_head;

	if (m->place == IN_PLACE) {
		f = (struct img_file){ ms->file.fd, true, ms->file.base + m->at, m->size };
		n = img_file_read(&f, 0, head, 4, err);
	} else {
		memcpy(head, m->head, 4);
	}
	return (int)n;
}
