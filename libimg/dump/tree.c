#include "libimg/dump/tree.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/dump/listing.h"
#include "libimg/dump/members.h"
#include "libimg/dump/open.h"

enum {
	MAX_LINKS = 40,  /* as the kernel follows */
	MAX_DUMPS = 128, /* directories with images; a chain of so many is not in practice */
};

struct img_tree {
	struct img_members *members;
	unsigned users;
};

/* Takes the members over; NULL with *err filled: they could not be read. */
static struct img_tree *over(struct img_members *ms, struct img_err *err)
{
	struct img_tree *t = ms != NULL ? img_calloc(1, sizeof(*t)) : NULL;

	if (t != NULL) {
		t->users = 1;
		t->members = ms;
	} else if (ms != NULL) {
		img_fail_mem(err);
		img_members_free(ms);
	}
	return t;
}

struct img_tree *img_tree_read(int fd, struct img_err *err)
{
	return over(img_members_read(fd, err), err);
}

struct img_tree *img_tree_read_in(struct img_in *in, struct img_err *err)
{
	return over(img_members_read_in(in, err), err);
}

struct img_tree *img_tree_share(struct img_tree *t)
{
	t->users++;
	return t;
}

void img_tree_close(struct img_tree *t)
{
	if (t == NULL || --t->users > 0)
		return;
	img_members_free(t->members);
	img_free(t);
}

/* ---- paths ---- */

static int leads_out(const char *to, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a link out of the archive, to %s", to);
}

static int leads_nowhere(const char *to, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a link that leads nowhere: to %s", to);
}

/* `path` as seen from `dir`, without "." and "..". 0, or -1 with *err. */
static int join(const char *dir, const char *path, char out[PATH_MAX], struct img_err *err)
{
	size_t n = strlen(dir);

	if (path[0] == '/')
		return leads_out(path, err);
	memmove(out, dir, n + 1);
	for (const char *p = path; *p != '\0';) {
		size_t part = strcspn(p, "/");
		char *up = strrchr(out, '/');

		if (part == 2 && memcmp(p, "..", 2) == 0) {
			if (n == 0)
				return leads_out(path, err);
			n = up != NULL ? (size_t)(up - out) : 0;
		} else if (part > 0 && !(part == 1 && *p == '.')) {
			if (n + 1 + part >= PATH_MAX)
				return leads_nowhere(path, err);
			if (n > 0)
				out[n++] = '/';
			memcpy(out + n, p, part);
			n += part;
		}
		out[n] = '\0';
		p += part + (p[part] == '/');
	}
	return 0;
}

/* The directory that a path is in. */
static void dir_of(const char *path, char out[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	size_t n = slash != NULL ? (size_t)(slash - path) : 0;

	memmove(out, path, n);
	out[n] = '\0';
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* The rest of a path below dir, NULL: it is not below it. */
static const char *below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	if (n == 0)
		return path;
	return strncmp(path, dir, n) == 0 && path[n] == '/' ? path + n + 1 : NULL;
}

/* The first member that is below dir, or would be: they are in order. */
static size_t first_below(const struct img_tree *t, const char *dir)
{
	size_t lo = 0, hi = img_members_count(t->members), n = strlen(dir);

	while (n > 0 && lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const char *path = img_members_at(t->members, mid)->path;
		int c = strncmp(path, dir, n);

		if (c < 0 || (c == 0 && (unsigned char)path[n] < '/'))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Archives need not have a member for a directory. */
static bool is_dir(const struct img_tree *t, const char *path)
{
	const struct img_member *m = img_members_find(t->members, path);
	size_t i = first_below(t, path);

	return path[0] == '\0' || (m != NULL && m->kind == IMG_MEMBER_DIR) ||
	       (i < img_members_count(t->members) &&
		below(img_members_at(t->members, i)->path, path) != NULL);
}

bool img_tree_has(const struct img_tree *t, const char *dir, const char *name)
{
	char path[PATH_MAX];
	struct img_err ignored;

	return join(dir, name, path, &ignored) == 0 &&
	       (img_members_find(t->members, path) != NULL || is_dir(t, path));
}

/* ---- links ---- */

/* May this link be followed, to a member `to`? */
static int may_follow(const struct img_member *m, const char *dir, const char *to, unsigned flags,
		      struct img_err *err)
{
	if (flags & IMG_BENEATH && below(to, dir) == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a link out of the dump, to %s",
				m->link);
	if (!(flags & IMG_FOLLOW) && strcmp(base_of(m->path), base_of(to)) != 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"a link to another name, %s (--follow takes it)", m->link);
	return 0;
}

/* The file that a member of `dir` leads to. NULL with *err. */
static const struct img_member *follow(const struct img_tree *t, const char *dir,
				       const struct img_member *m, unsigned flags,
				       struct img_err *err)
{
	char from[PATH_MAX], to[PATH_MAX];

	for (int i = 0; m->kind == IMG_MEMBER_LINK || m->kind == IMG_MEMBER_HARD; i++) {
		const struct img_member *next;
		bool hard = m->kind == IMG_MEMBER_HARD;

		dir_of(m->path, from);
		if (join(hard ? "" : from, m->link, to, err) < 0 ||
		    (!hard && may_follow(m, dir, to, flags, err) < 0))
			return NULL;
		next = i < MAX_LINKS ? img_members_find(t->members, to) : NULL;
		if (next == NULL) {
			leads_nowhere(m->link, err);
			return NULL;
		}
		m = next;
	}
	return m;
}

/* The regular file of this name. NULL with *err. */
static const struct img_member *file_at(struct img_tree *t, const char *dir, const char *name,
					unsigned flags, struct img_err *err)
{
	const struct img_member *m;
	char path[PATH_MAX];

	if (join(dir, name, path, err) < 0)
		return NULL;
	m = img_members_find(t->members, path);
	if (m == NULL && !is_dir(t, path)) {
		errno = ENOENT;
		img_fail_sys(err);
		return NULL;
	}
	if (m != NULL && (m = follow(t, dir, m, flags, err)) == NULL)
		return NULL;
	if (m != NULL && m->kind == IMG_MEMBER_FILE)
		return m;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "not a regular file");
	return NULL;
}

int img_tree_file(struct img_tree *t, const char *dir, const char *name, unsigned flags,
		  struct img_file *f, struct img_err *err)
{
	const struct img_member *m = file_at(t, dir, name, flags, err);

	f->fd = -1;
	return m != NULL ? img_members_open(t->members, m, f, err) : -1;
}

int img_tree_size(struct img_tree *t, const char *dir, const char *name, unsigned flags,
		  uint64_t *size, struct img_err *err)
{
	const struct img_member *m = file_at(t, dir, name, flags, err);

	if (m == NULL)
		return -1;
	*size = m->size;
	return 0;
}

int img_tree_dir(struct img_tree *t, const char *dir, const char *path, char out[PATH_MAX],
		 struct img_err *err)
{
	char from[PATH_MAX];
	const struct img_member *m;

	if (join(dir, path, out, err) < 0)
		return -1;
	for (int i = 0; i < MAX_LINKS; i++) {
		m = img_members_find(t->members, out);
		if (m == NULL || m->kind != IMG_MEMBER_LINK)
			break;
		dir_of(m->path, from);
		if (join(from, m->link, out, err) < 0)
			return -1;
	}
	if (is_dir(t, out))
		return 0;
	errno = img_members_find(t->members, out) != NULL ? ENOTDIR : ENOENT;
	img_fail(err, IMG_ESYS, IMG_NOWHERE, "leads to %s", path);
	err->kind = IMG_EDATA;
	return -1;
}

int img_tree_parent(struct img_tree *t, const char *dir, char text[PATH_MAX], struct img_err *err)
{
	const struct img_member *m;
	char path[PATH_MAX];
	struct img_file f;
	int64_t n;

	if (join(dir, "parent", path, err) < 0)
		return -1;
	m = img_members_find(t->members, path);
	if (m == NULL && !is_dir(t, path))
		return 0;
	if (m == NULL || m->kind == IMG_MEMBER_DIR)
		return snprintf(text, PATH_MAX, "parent") > 0;
	if (m->kind == IMG_MEMBER_LINK)
		return snprintf(text, PATH_MAX, "%s", m->link) > 0;
	if (img_tree_file(t, dir, "parent", 0, &f, err) < 0)
		return -1;
	n = img_file_read(&f, 0, text, PATH_MAX - 1, err);
	img_file_close(&f);
	if (n < 0)
		return -1;
	text[n] = '\0';
	if (strlen(text) != (size_t)n)
		text[0] = '\0'; /* refused like an empty one */
	return 1;
}

/* ---- lists ---- */

/* Is a member an image? *why is NULL then, else why not. 0, or -1 with *err. */
static int judge(struct img_tree *t, const char *dir, const struct img_member *m, unsigned flags,
		 const char **why, struct img_err *err)
{
	static const char *const kinds[] = {
		[IMG_MEMBER_DIR] = "directory",
		[IMG_MEMBER_SOCKET] = "socket",
		[IMG_MEMBER_PIPE] = "pipe",
		[IMG_MEMBER_DEVICE] = "device",
	};
	uint8_t head[4];
	int n;

	*why = img_listing_name(base_of(m->path));
	if (*why != NULL && strcmp(*why, "?") != 0)
		return 0;
	if (m->kind > IMG_MEMBER_HARD) {
		*why = kinds[m->kind];
		return 0;
	}
	if (*why == NULL)
		return 0;
	m = follow(t, dir, m, flags, err);
	*why = m == NULL ? "link" : "no image";
	if (m == NULL || m->kind != IMG_MEMBER_FILE)
		return 0;
	n = img_members_head(t->members, m, head, err);
	if (n < 0)
		return img_err_in(err, m->path, "");
	if (img_listing_magic(head, (size_t)n))
		*why = NULL;
	return 0;
}

static int collect(struct img_tree *t, const char *dir, unsigned flags, struct img_listing *l,
		   struct img_err *err)
{
	char sub[PATH_MAX], last[PATH_MAX] = "";

	for (size_t i = first_below(t, dir); i < img_members_count(t->members); i++) {
		const struct img_member *m = img_members_at(t->members, i);
		const char *name = below(m->path, dir), *why;
		size_t n;

		if (name == NULL)
			break;
		n = strcspn(name, "/");
		if (name[n] != '\0') {
			/* A directory, by what is in it: once, and not where it is a member too. */
			memcpy(sub, name, n);
			sub[n] = '\0';
			if (strcmp(sub, last) == 0)
				continue;
			strcpy(last, sub);
			memcpy(sub, m->path, (size_t)(name - m->path) + n);
			sub[(size_t)(name - m->path) + n] = '\0';
			if (img_members_find(t->members, sub) != NULL)
				continue;
			name = last;
			why = img_listing_name(name);
			why = why != NULL && strcmp(why, "?") != 0 ? why : "directory";
		} else if (name[0] == '\0') {
			continue;
		} else if (judge(t, dir, m, flags, &why, err) < 0) {
			return -1;
		}
		if (img_listing_add(l, name, why, err) < 0)
			return -1;
	}
	return 0;
}

int img_tree_list(struct img_tree *t, const char *dir, unsigned flags, struct img_dir_names *l,
		  struct img_err *err)
{
	struct img_listing listing = { .images.n = 0 };
	int r = collect(t, dir, flags, &listing, err);

	img_listing_end(&listing, l);
	if (r < 0)
		img_list_free(l);
	return r;
}

/* ---- which of them is the dump? ---- */

/* A file that only a dump has; engines put stats-dump beside it. */
static bool is_image(const struct img_member *m)
{
	return m->kind <= IMG_MEMBER_HARD && img_listing_of_dump(base_of(m->path));
}

bool img_tree_has_images(const struct img_tree *t, const char *dir)
{
	for (size_t i = first_below(t, dir); i < img_members_count(t->members); i++) {
		const struct img_member *m = img_members_at(t->members, i);
		const char *name = below(m->path, dir);

		if (name == NULL)
			break;
		if (strchr(name, '/') == NULL && img_type_by_file(name, NULL) != NULL)
			return true;
	}
	return false;
}

struct dumps {
	char *v[MAX_DUMPS];
	size_t n;
	char parents[MAX_DUMPS]; /* is one of another */
};

static int add_dump(struct dumps *d, const char *dir, struct img_err *err)
{
	for (size_t i = d->n; i-- > 0;)
		if (strcmp(d->v[i], dir) == 0)
			return 0;
	if (d->n == MAX_DUMPS)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"images in more than %d directories of the archive", MAX_DUMPS);
	d->v[d->n] = img_strndup(dir, strlen(dir));
	return d->v[d->n++] != NULL ? 0 : img_fail_mem(err);
}

static int find_dumps(struct img_tree *t, struct dumps *d, struct img_err *err)
{
	char dir[PATH_MAX], last[PATH_MAX] = "/";

	for (size_t i = 0; i < img_members_count(t->members); i++) {
		const struct img_member *m = img_members_at(t->members, i);

		if (!is_image(m))
			continue;
		dir_of(m->path, dir);
		if (strcmp(dir, last) != 0 && add_dump(d, dir, err) < 0)
			return -1;
		strcpy(last, dir);
	}
	return d->n > 0 ? 0 : img_fail(err, IMG_EDATA, IMG_NOWHERE, "no dump in this archive");
}

static void mark_parents(struct img_tree *t, struct dumps *d)
{
	char text[PATH_MAX], to[PATH_MAX];
	struct img_err ignored;

	for (size_t i = 0; i < d->n; i++) {
		if (img_tree_parent(t, d->v[i], text, &ignored) <= 0 ||
		    img_tree_dir(t, d->v[i], text, to, &ignored) < 0)
			continue;
		for (size_t k = 0; k < d->n; k++)
			if (k != i && strcmp(d->v[k], to) == 0)
				d->parents[k] = 1;
	}
}

/* The one in a place of its own: as for a directory, the top goes before `checkpoint` in it. */
static const char *placed(const struct dumps *d)
{
	static const char *const known[] = { "", "checkpoint" };

	for (size_t k = 0; k < sizeof(known) / sizeof(*known); k++)
		for (size_t i = 0; i < d->n; i++)
			if (strcmp(d->v[i], known[k]) == 0)
				return d->v[i];
	return NULL;
}

/* *other: one that nobody asked about, or NULL. */
static int choose(struct img_tree *t, struct dumps *d, const char **dir, const char **other,
		  struct img_err *err)
{
	size_t left = 0, last = 0;

	mark_parents(t, d);
	*dir = placed(d);
	for (size_t i = 0; *dir != NULL && i < d->n; i++)
		if (!d->parents[i] && d->v[i] != *dir && *other == NULL)
			*other = d->v[i];
	if (*dir != NULL)
		return 0;
	for (size_t i = 0; i < d->n; i++) {
		if (d->parents[i])
			continue;
		if (left++ == 0)
			*dir = d->v[i];
		else
			last = i;
	}
	if (left == 1)
		return 0;
	if (left == 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"the %zu dumps in this archive are each other's parents", d->n);
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"%zu dumps in this archive, among them %.80s and %.80s: unpack it", left,
			*dir, d->v[last]);
}

int img_tree_dump(struct img_tree *t, char dir[PATH_MAX], char other[PATH_MAX], struct img_err *err)
{
	struct dumps d = { .n = 0 };
	const char *which = NULL, *also = NULL;
	int r = find_dumps(t, &d, err);

	if (r == 0)
		r = choose(t, &d, &which, &also, err);
	if (r == 0) {
		snprintf(dir, PATH_MAX, "%s", which);
		snprintf(other, PATH_MAX, "%s", also != NULL ? also : "");
	}
	for (size_t i = 0; i < d.n; i++)
		img_free(d.v[i]);
	return r;
}
