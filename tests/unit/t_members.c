/*
 * members: what is in an archive, where its bytes are, and what archives are refused. This program
 * has an allocator of its own (libimg/base/alloc.h), which fails when it is told to.
 */
#include "libimg/dump/members.h"

#include <zlib.h>

#include "alloc.h"
#include "libimg/dump/dir.h"
#include "unit.h"

/* ---- archives ---- */

enum { BLOCK = 512, MIB = 1 << 20 };

struct tar {
	uint8_t *p;
	size_t n;
};

static uint8_t *more(struct tar *t, size_t n)
{
	t->p = realloc(t->p, t->n + n);
	ck_assert_ptr_nonnull(t->p);
	memset(t->p + t->n, 0, n);
	t->n += n;
	return t->p + t->n - n;
}

/* Of each file the bytes are others, and no two pages of it are the same. */
static uint8_t byte_of(size_t file, size_t i)
{
	return (uint8_t)(i + 37 * file + i / 251 + i / 4096);
}

static void put_member(struct tar *t, const char *name, char type, const char *link, size_t file,
		       size_t size)
{
	uint8_t *h = more(t, BLOCK), *data = NULL;
	unsigned sum = 8 * ' ';

	memcpy(h, name, strnlen(name, 100));
	sprintf((char *)h + 100, "0000644");
	sprintf((char *)h + 108, "0000000");
	sprintf((char *)h + 116, "0000000");
	sprintf((char *)h + 124, "%011zo", size);
	sprintf((char *)h + 136, "00000000000");
	h[156] = (uint8_t)type;
	memcpy(h + 157, link, strnlen(link, 100));
	memcpy(h + 257, "ustar\00000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += h[i];
	sprintf((char *)h + 148, "%06o", sum);
	h[155] = ' ';
	data = more(t, (size + BLOCK - 1) / BLOCK * BLOCK);
	for (size_t i = 0; i < size; i++)
		data[i] = byte_of(file, i);
}

static void put_end(struct tar *t)
{
	more(t, 2 * BLOCK);
}

/* A descriptor over the archive, compressed or not. */
static int tar_fd(const struct tar *t, bool gz)
{
	uLong most = compressBound(t->n) + 64;
	z_stream z = { .next_in = t->p, .avail_in = (uInt)t->n };
	uint8_t *p;
	int fd;

	if (!gz)
		return file_of(t->p, t->n);
	p = malloc(most);
	ck_assert_ptr_nonnull(p);
	ck_assert_int_eq(deflateInit2(&z, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = p;
	z.avail_out = (uInt)most;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	fd = file_of(p, z.total_out);
	deflateEnd(&z);
	free(p);
	return fd;
}

/* ---- large ones, which are read when they are asked for ---- */

static const struct one {
	const char *name;
	size_t size;
} large[] = {
	{ "ghost-file-1.img", MIB + 5 }, { "rootfs", MIB + 700 },
	{ "pages-1.img", 2 * MIB + 9 },  { "pstree.img", 12 },
	{ "pages-2.img", MIB + 1 },
};

static struct img_members *read_good(int fd)
{
	struct img_err err;
	struct img_members *ms = img_members_read(fd, &err);

	ck_assert_msg(ms != NULL, "%s", ms == NULL ? said(&err) : "");
	return ms;
}

static struct img_members *large_members(bool gz, int *fd)
{
	struct tar t = { NULL, 0 };
	struct img_members *ms;

	for (size_t i = 0; i < COUNT(large); i++)
		put_member(&t, large[i].name, '0', "", i, large[i].size);
	put_end(&t);
	*fd = tar_fd(&t, gz);
	ms = read_good(dup(*fd));
	ck_assert_uint_eq(img_members_count(ms), COUNT(large));
	free(t.p);
	return ms;
}

/* 0, or -1 with *err; what is read is right. */
static int read_one(struct img_members *ms, size_t i, struct img_err *err)
{
	const struct img_member *m = img_members_find(ms, large[i].name);
	struct img_file f;
	uint8_t *p;
	int64_t n;

	ck_assert_ptr_nonnull(m);
	ck_assert_uint_eq(m->size, large[i].size);
	if (img_members_open(ms, m, &f, err) < 0) {
		ck_assert_int_eq(f.fd, -1);
		return -1;
	}
	p = malloc(large[i].size + 1);
	ck_assert_ptr_nonnull(p);
	n = img_file_read(&f, 0, p, large[i].size + 1, err);
	ck_assert_int_eq(n, (int64_t)large[i].size);
	for (size_t k = 0; k < large[i].size; k++)
		if (p[k] != byte_of(i, k))
			ck_abort_msg("%s: another byte at %zu", large[i].name, k);
	free(p);
	img_file_close(&f);
	return 0;
}

/* Whichever comes first: the second one brings all images with it. */
START_TEST(each_member_has_its_bytes_in_any_order)
{
	static const size_t orders[][COUNT(large)] = {
		{ 0, 1, 2, 3, 4 },
		{ 4, 3, 2, 1, 0 },
		{ 1, 4, 0, 3, 2 },
		{ 2, 0, 0, 1, 4 },
	};
	struct img_err err;

	for (size_t i = 0; i < COUNT(orders); i++)
		for (int gz = 0; gz < 2; gz++) {
			int fd;
			struct img_members *ms = large_members(gz, &fd);

			for (size_t k = 0; k < COUNT(large); k++)
				if (read_one(ms, orders[i][k], &err) < 0)
					ck_abort_msg("%s", said(&err));
			img_members_free(ms);
			close(fd);
		}
}
END_TEST

/* The spool has a part of what failed: what comes after it is not taken for that. */
START_TEST(after_a_failure_the_next_one_has_its_own_bytes)
{
	for (int cut = 1; cut < 8; cut++) {
		struct img_err err;
		struct stat st;
		uint8_t *was;
		int fd;
		struct img_members *ms = large_members(true, &fd);

		ck_assert_int_eq(fstat(fd, &st), 0);
		was = malloc((size_t)st.st_size);
		ck_assert_int_eq(pread(fd, was, (size_t)st.st_size, 0), st.st_size);
		ck_assert_int_eq(ftruncate(fd, st.st_size * cut / 8), 0);
		ck_assert_int_eq(read_one(ms, 4, &err), -1);
		ck_assert_ptr_nonnull(strstr(said(&err), "file shrank while it was read"));
		(void)read_one(ms, 0, &err); /* all that is left */
		ck_assert_int_eq(pwrite(fd, was, (size_t)st.st_size, 0), st.st_size);
		for (size_t i = 0; i < COUNT(large); i++)
			if (read_one(ms, i, &err) < 0)
				ck_abort_msg("%s", said(&err));
		img_members_free(ms);
		free(was);
		close(fd);
	}
}
END_TEST

/* Whichever allocation failed once: all is read the next time. */
START_TEST(without_memory_a_member_is_not_read_but_it_is_when_there_is_some)
{
	struct tar t = { NULL, 0 };
	long held = blocks;

	put_member(&t, large[0].name, '0', "", 0, large[0].size);
	put_end(&t);
	for (long n = 0;; n++) {
		struct img_members *ms = read_good(tar_fd(&t, true));
		struct img_err err;
		int r;

		allocations = n;
		r = read_one(ms, 0, &err);
		ck_assert(r == 0 || (err.kind == IMG_ESYS && err.errnum == ENOMEM));
		ck_assert(r < 0 || allocations >= 0);
		allocations = -1;
		ck_assert_int_eq(read_one(ms, 0, &err), 0);
		img_members_free(ms);
		ck_assert_int_eq(blocks, held);
		if (r == 0)
			break;
		ck_assert_int_lt(n, 100);
	}
	free(t.p);
}
END_TEST

/* A gzip member of n bytes that unpacks to nothing: its name takes the room. */
static void put_nothing(int fd, size_t n)
{
	static const uint8_t head[] = { 0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3 };
	uint8_t *p = calloc(1, n);

	ck_assert(p != NULL && n > sizeof(head) + 11);
	memset(p, 'x', n - 11);
	memcpy(p, head, sizeof(head));
	p[n - 10] = 3; /* the last block, which is empty */
	ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
	free(p);
}

/* For those who want a descriptor: the bytes of the member from its start, and no others. */
START_TEST(a_member_can_be_had_as_a_file)
{
	for (int gz = 0; gz < 2; gz++) {
		uint8_t *p = malloc(large[2].size + 1);
		struct img_members *ms;
		char path[40];
		struct img_dir *d;
		struct img_err err;
		long held;
		int fd, file = -1;

		ms = large_members(gz, &fd);
		img_members_free(ms);
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		d = img_dir_open(path, 0, &err);
		ck_assert_msg(d != NULL, "%s", d == NULL ? said(&err) : "");
		held = blocks;
		for (long n = 0; file < 0; n++) {
			allocations = n;
			file = img_dir_whole_file(d, large[2].name, &err);
			allocations = -1;
			ck_assert_int_eq(blocks, held);
			ck_assert(file >= 0 || (err.kind == IMG_ESYS && err.errnum == ENOMEM));
			ck_assert_int_lt(n, 100);
		}
		ck_assert_int_eq(read(file, p, large[2].size + 1), (ssize_t)large[2].size);
		for (size_t k = 0; k < large[2].size; k++)
			if (p[k] != byte_of(2, k))
				ck_abort_msg("another byte at %zu", k);
		close(file);
		ck_assert_int_eq(img_dir_whole_file(d, "nosuch.img", &err), -1);
		ck_assert_int_eq(err.errnum, ENOENT);
		img_dir_close(d);
		close(fd);
		free(p);
	}
}
END_TEST

/* Write another archive of the same size over one of which the members are known. */
static void change(int fd, const struct one *v, size_t n)
{
	off_t size = lseek(fd, 0, SEEK_END), have;
	struct tar t = { NULL, 0 };
	char buf[4096];
	ssize_t k;
	int from;

	for (size_t i = 0; i < n; i++)
		put_member(&t, v[i].name, '0', "", i, v[i].size);
	put_end(&t);
	from = tar_fd(&t, true);
	have = lseek(from, 0, SEEK_END);
	lseek(from, 0, SEEK_SET);
	lseek(fd, 0, SEEK_SET);
	while ((k = read(from, buf, sizeof(buf))) > 0)
		ck_assert_int_eq(write(fd, buf, (size_t)k), k);
	put_nothing(fd, (size_t)(size - have));
	close(from);
	free(t.p);
}

START_TEST(an_archive_that_changes_is_not_read_on)
{
	static const struct one smaller[] = { { "ghost-file-1.img", MIB + 4 } };
	static const struct one more[] = { { "ghost-file-1.img", MIB + 5 }, { "a", 700 } };
	static const struct one fewer[] = { { "ghost-file-1.img", MIB + 5 } };
	static const struct {
		const struct one *v;
		size_t n;
	} changes[] = { { smaller, 1 }, { more, 2 }, { fewer, 1 } };

	for (size_t i = 0; i < COUNT(changes); i++) {
		struct img_err err;
		int fd;
		struct img_members *ms = large_members(true, &fd);

		change(fd, changes[i].v, changes[i].n);
		ck_assert_int_eq(read_one(ms, 2, &err), -1);
		ck_assert_int_eq(err.kind, IMG_EDATA);
		ck_assert_str_eq(said(&err), "archive changed while it was read");
		img_members_free(ms);
		close(fd);
	}
}
END_TEST

/* ---- what is refused ---- */

static char long_name[PATH_MAX + 2];

static const struct refused {
	const char *name;
	char type;
	const char *link;
	const char *message;
} refused[] = {
	{ "../a", '0', "", "archive: member ../a leads out of it" },
	{ "a/../../b", '0', "", "archive: member a/../../b leads out of it" },
	{ "/a/..", '5', "", "archive: member /a/.. leads out of it" },
	{ "twice", '0', "", "archive: member twice is in it twice" },
	{ "./twice", '2', "a", "archive: member twice is in it twice" },
	{ "a", '2', "", "archive: link a to nothing" },
	{ "a", '1', "../b", "archive: member ../b leads out of it" },
};

START_TEST(no_member_leads_out_of_an_archive_or_has_two_meanings)
{
	const struct refused *c = &refused[_i];

	for (int gz = 0; gz < 2; gz++) {
		struct tar t = { NULL, 0 };
		struct img_err err;
		struct img_members *ms;

		put_member(&t, "twice", '0', "", 1, 3);
		put_member(&t, c->name, c->type, c->link, 0, 0);
		put_end(&t);
		ms = img_members_read(tar_fd(&t, gz), &err);
		ck_assert_ptr_null(ms);
		ck_assert_int_eq(err.kind, IMG_EDATA);
		ck_assert_str_eq(said(&err), c->message);
		free(t.p);
	}
}
END_TEST

/* A name as GNU tar has it where a header is too short for it. */
static void put_long(struct tar *t, char type, const char *name)
{
	size_t n = strlen(name) + 1;

	put_member(t, "././@LongLink", type, "", 0, n);
	memcpy(t->p + t->n - (n + BLOCK - 1) / BLOCK * BLOCK, name, n);
}

START_TEST(names_and_links_have_a_limit)
{
	for (int link = 0; link < 2; link++)
		for (int over = 0; over < 2; over++) {
			struct tar t = { NULL, 0 };
			size_t n = PATH_MAX - 1 + (size_t)over;
			struct img_err err;
			struct img_members *ms;

			memset(long_name, 'x', sizeof(long_name));
			long_name[n] = '\0';
			put_long(&t, link ? 'K' : 'L', long_name);
			put_member(&t, "a", link ? '2' : '0', "b", 0, 0);
			put_end(&t);
			ms = img_members_read(tar_fd(&t, true), &err);
			if (!over) {
				ck_assert_msg(ms != NULL, "%s", ms == NULL ? said(&err) : "");
				ck_assert_str_eq(link ? img_members_at(ms, 0)->link
						      : img_members_at(ms, 0)->path,
						 long_name);
			} else {
				ck_assert_ptr_null(ms);
				ck_assert_str_eq(
					said(&err),
					link ? "archive: link a to a name that is too long"
					     : "archive: a name of 4096 bytes (limit 4095; "
					       "33554432 for all)");
			}
			img_members_free(ms);
			free(t.p);
		}
}
END_TEST

/* The kinds of what is in it, and paths without what counts for nothing in them. */
START_TEST(members_are_what_their_headers_say)
{
	static const struct {
		const char *name;
		char type;
		const char *link, *path;
		enum img_member_kind kind;
	} v[] = {
		{ "./a//b/./c", '0', "", "a/b/c", IMG_MEMBER_FILE },
		{ "/d/", '5', "", "d", IMG_MEMBER_DIR },
		{ "d", '5', "", "d", IMG_MEMBER_DIR },
		{ "l", '2', "../x", "l", IMG_MEMBER_LINK },
		{ "m", '1', "./a/b/c", "m", IMG_MEMBER_HARD },
		{ "n", '3', "", "n", IMG_MEMBER_DEVICE },
		{ "p", '6', "", "p", IMG_MEMBER_PIPE },
	};
	struct tar t = { NULL, 0 };
	struct img_members *ms;

	for (size_t i = 0; i < COUNT(v); i++)
		put_member(&t, v[i].name, v[i].type, v[i].link, 0, v[i].type == '0' ? 3 : 0);
	put_end(&t);
	ms = read_good(tar_fd(&t, false));
	ck_assert_uint_eq(img_members_count(ms), COUNT(v));
	for (size_t i = 0; i < COUNT(v); i++) {
		const struct img_member *m = img_members_find(ms, v[i].path);

		ck_assert_msg(m != NULL, "%s", v[i].path);
		ck_assert_int_eq(m->kind, v[i].kind);
	}
	ck_assert_str_eq(img_members_find(ms, "l")->link, "../x");
	ck_assert_str_eq(img_members_find(ms, "m")->link, "a/b/c");
	ck_assert_ptr_null(img_members_find(ms, "a"));
	img_members_free(ms);
	free(t.p);
}
END_TEST

/* Cut anywhere: in a header, in data, between members, in what says that it is whole. */
START_TEST(an_archive_that_is_cut_is_refused)
{
	static const struct {
		size_t at;
		const char *plain, *gz;
	} cuts[] = {
		{ 300, NULL, NULL }, /* the words are libarchive's */
		{ 700, NULL, NULL },
		{ 1024, "archive truncated: it has no end, after 1 members",
		  "archive truncated: it has no end, after 1 members" },
		{ 1500, NULL, NULL },
		{ 1600,
		  "archive truncated: member b needs 100 bytes from offset 1536 on, and it has "
		  "1600",
		  NULL },
		{ 2048, "archive truncated: it has no end, after 2 members",
		  "archive truncated: it has no end, after 2 members" },
	};
	struct tar t = { NULL, 0 };

	put_member(&t, "a", '0', "", 0, 100);
	put_member(&t, "b", '0', "", 1, 100);
	put_end(&t);
	for (int gz = 0; gz < 2; gz++)
		for (size_t i = 0; i < COUNT(cuts); i++) {
			struct tar cut = { t.p, cuts[i].at };
			const char *want = gz ? cuts[i].gz : cuts[i].plain;
			struct img_err err;
			struct img_members *ms = img_members_read(tar_fd(&cut, gz), &err);

			ck_assert_msg(ms == NULL, "%zu bytes, %d", cuts[i].at, gz);
			ck_assert_int_eq(err.kind, IMG_EDATA);
			if (want != NULL)
				ck_assert_str_eq(said(&err), want);
		}
	free(t.p);
}
END_TEST

static const struct {
	struct bytes text;
	const char *message;
} strange[] = {
	{ BYTES(""),
	  "neither a directory nor an archive of one (tar; gzip, zstd, xz, bzip2, lz4)" },
	{ BYTES("PK\3\4"),
	  "neither a directory nor an archive of one (tar; gzip, zstd, xz, bzip2, lz4)" },
	{ BYTES("\x1f\x9d\x90"), "compressed by compress, which libarchive here lacks" },
};

START_TEST(other_files_are_no_archives)
{
	struct img_err err;

	ck_assert_ptr_null(img_members_read(file_of(strange[_i].text.p, strange[_i].text.n), &err));
	ck_assert_str_eq(said(&err), strange[_i].message);
	ck_assert_ptr_null(
		img_members_read(pipe_of(strange[_i].text.p, strange[_i].text.n, 1), &err));
	ck_assert_str_eq(said(&err), strange[_i].message);
}
END_TEST

/* All of it: from a file, from its middle, from a pipe. */
START_TEST(without_memory_no_archive_is_read)
{
	struct tar t = { NULL, 0 };
	long held = blocks;

	put_member(&t, "a", '0', "", 0, 100);
	put_member(&t, "b", '2', "a", 1, 0);
	put_member(&t, "c", '1', "a", 1, 0);
	put_end(&t);
	for (int how = 0; how < 3; how++)
		for (long n = 0;; n++) {
			int fd = how == 2 ? pipe_of(t.p, t.n, t.n) : tar_fd(&t, how == 1);
			struct img_err err = { 0 };
			struct img_members *ms;
			bool failed;

			allocations = n;
			ms = img_members_read(fd, &err);
			failed = allocations < 0;
			allocations = -1;
			if (ms != NULL)
				ck_assert_uint_eq(img_members_count(ms), 3);
			else
				ck_assert(err.kind == IMG_ESYS && err.errnum == ENOMEM);
			ck_assert(failed || ms != NULL);
			img_members_free(ms);
			ck_assert_int_eq(blocks, held);
			if (!failed)
				break;
			ck_assert_msg(ms == NULL, "failure %ld was not noticed", n);
			ck_assert_int_lt(n, 100);
		}
	free(t.p);
}
END_TEST

static void add(TCase *tc)
{
	TEST(each_member_has_its_bytes_in_any_order);
	TEST(after_a_failure_the_next_one_has_its_own_bytes);
	TEST(without_memory_a_member_is_not_read_but_it_is_when_there_is_some);
	TEST(a_member_can_be_had_as_a_file);
	TEST(an_archive_that_changes_is_not_read_on);
	EACH(no_member_leads_out_of_an_archive_or_has_two_meanings, refused);
	TEST(names_and_links_have_a_limit);
	TEST(members_are_what_their_headers_say);
	TEST(an_archive_that_is_cut_is_refused);
	EACH(other_files_are_no_archives, strange);
	TEST(without_memory_no_archive_is_read);
}

int main(void)
{
	return unit_run("members", add);
}
