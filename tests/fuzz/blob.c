#include "blob.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/byteorder.h"

const char *member_base(const struct member *m)
{
	const char *slash = strchr(m->name, '/');

	return slash != NULL ? slash + 1 : m->name;
}

/* Nothing that leads out: letters, digits and "._-", in one of our directories at most. */
static bool name_is_fine(const char *name)
{
	if (name[0] == 'p' && name[1] >= '1' && name[1] <= '0' + BLOB_DIRS && name[2] == '/')
		name += 3;
	if (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return false;
	return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789._-")] == '\0';
}

/* The directories are ours to make. */
static bool is_dir(const char *name)
{
	return name[0] == 'p' && name[1] >= '1' && name[1] <= '0' + BLOB_DIRS && name[2] == '\0';
}

static bool size_is_fine(const struct member *m)
{
	char target[BLOB_NAME];

	if (m->size != BLOB_LINK)
		return m->size == BLOB_FIFO || (m->size >= m->n && m->size <= BLOB_FILE_MAX);
	if (m->n >= sizeof(target))
		return false;
	memcpy(target, m->p, m->n);
	target[m->n] = '\0';
	return name_is_fine(target);
}

bool blob_parse(const uint8_t *p, size_t n, struct blob *b)
{
	const uint8_t *end = p + n;

	b->n = 0;
	while (p < end) {
		struct member *m = &b->v[b->n];
		size_t len = *p++;

		if (b->n == BLOB_MEMBERS || len >= BLOB_NAME || (size_t)(end - p) < len + 8)
			return false;
		memcpy(m->name, p, len);
		m->name[len] = '\0';
		m->n = img_le32(p + len);
		m->size = img_le32(p + len + 4);
		m->p = p + len + 8;
		if (m->n > (size_t)(end - m->p) || !size_is_fine(m) || strlen(m->name) != len ||
		    !name_is_fine(m->name) || is_dir(m->name))
			return false;
		p = m->p + m->n;
		b->n++;
	}
	return true;
}

void blob_put(struct img_buf *to, const struct member *m)
{
	uint8_t len = (uint8_t)strlen(m->name), sizes[8];

	img_set32(sizes, m->n, false);
	img_set32(sizes + 4, m->size, false);
	img_buf_put(to, &len, 1);
	img_buf_put(to, m->name, len);
	img_buf_put(to, sizes, sizeof(sizes));
	img_buf_put(to, m->p, m->n);
}

static bool write_file(const struct member *m, int dir)
{
	bool ok;
	int fd = openat(dir, m->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST;
	ok = write(fd, m->p, m->n) == (ssize_t)m->n;
	if (m->size > m->n)
		ok = ok && ftruncate(fd, m->size) == 0;
	close(fd);
	return ok;
}

/* The first of a name is the one that counts. */
static bool write_member(const struct member *m, int dir)
{
	char target[BLOB_NAME] = "";

	if (strchr(m->name, '/') != NULL) {
		char sub[3] = { m->name[0], m->name[1], '\0' };

		if (mkdirat(dir, sub, 0700) < 0 && errno != EEXIST)
			return false;
	}
	if (m->size == BLOB_FIFO)
		return mkfifoat(dir, m->name, 0600) == 0 || errno == EEXIST;
	if (m->size != BLOB_LINK)
		return write_file(m, dir);
	memcpy(target, m->p, m->n);
	return symlinkat(target, dir, m->name) == 0 || errno == EEXIST;
}

bool blob_write(const struct blob *b, int fd)
{
	for (size_t i = 0; i < b->n; i++)
		if (!write_member(&b->v[i], fd))
			return false;
	return true;
}

/* ---- one directory for all runs ---- */

static char work[4096];
static int work_fd = -1;

/* What is in it: members that borrow from `bytes`. Of those of one name the first is. */
static struct {
	struct blob b;
	struct img_buf bytes;
} held;

static void unlink_all(void)
{
	for (size_t i = 0; i < held.b.n; i++)
		unlinkat(work_fd, held.b.v[i].name, 0);
	held.b.n = 0;
}

static void remove_work(void)
{
	char sub[sizeof(work) + 8];

	unlink_all();
	img_buf_free(&held.bytes);
	for (int i = 1; i <= BLOB_DIRS; i++) {
		snprintf(sub, sizeof(sub), "%s/p%d", work, i);
		rmdir(sub);
	}
	rmdir(work);
}

static void fail(const char *what)
{
	perror(what);
	abort();
}

static void open_work(void)
{
	const char *tmp = getenv("TMPDIR");

	if (work_fd >= 0)
		return;
	snprintf(work, sizeof(work), "%s/fuzz-XXXXXX", tmp != NULL ? tmp : "/tmp");
	if (mkdtemp(work) == NULL || (work_fd = open(work, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		fail(work);
	atexit(remove_work);
}

/* Of that name, or b->n; most often it stands at `hint`. */
static size_t find(const struct blob *b, const char *name, size_t hint)
{
	size_t i = 0;

	if (hint < b->n && strcmp(b->v[hint].name, name) == 0)
		return hint;
	while (i < b->n && strcmp(b->v[i].name, name) != 0)
		i++;
	return i;
}

static bool same(const struct member *a, const struct member *b)
{
	return a->size == b->size && a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* Remove what *b has not, or has otherwise. What stays borrows from *b then. */
static void remove_others(const struct blob *b)
{
	size_t n = 0;

	for (size_t i = 0; i < held.b.n; i++) {
		const struct member *m = &held.b.v[i];
		size_t k = find(b, m->name, i);

		if (k < b->n && same(m, &b->v[k]))
			held.b.v[n++] = b->v[k];
		else
			unlinkat(work_fd, m->name, 0);
	}
	held.b.n = n;
}

static void add_missing(const struct blob *b)
{
	for (size_t i = 0; i < b->n; i++) {
		const struct member *m = &b->v[i];

		if (find(&held.b, m->name, i) < held.b.n)
			continue;
		if (!write_member(m, work_fd))
			fail(m->name);
		held.b.v[held.b.n++] = *m;
	}
}

/* Have the files of *b, which lies in the n bytes at p, in the directory. */
static void hold(const struct blob *b, const uint8_t *p, size_t n)
{
	open_work();
	remove_others(b);
	add_missing(b);
	held.bytes.n = 0;
	img_buf_put(&held.bytes, p, n);
	for (size_t i = 0; i < held.b.n; i++)
		held.b.v[i].p = held.bytes.p + (held.b.v[i].p - p);
}

/* The lowest descriptor that is free. */
static int next_fd(void)
{
	int fd = fcntl(work_fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		fail(work);
	close(fd);
	return fd;
}

void blob_run(const uint8_t *p, size_t n, void (*fn)(const char *dir, size_t pick))
{
	static struct blob b;
	size_t pick = 0;
	int before;

	if (!blob_parse(p, n, &b))
		return;
	for (size_t i = 0; i < n; i++)
		pick = pick * 31 + p[i];
	hold(&b, p, n);
	before = next_fd();
	fn(work, pick);
	if (next_fd() != before) {
		fprintf(stderr, "a descriptor is left open\n");
		abort();
	}
}
