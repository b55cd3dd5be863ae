/* raw_archive, image/archive, gunzip: names, targets of links and owners in a tmpfs. */
#include "libimg/rewrite/raw_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <zlib.h>

#include "libimg/base/gunzip.h"
#include "libimg/image/archive.h"
#include "raw.h"

static struct img_err err;

/* ---- archives made here ---- */

struct member {
	const char *name, *text; /* text of a file, or target of a link */
	mode_t type;             /* AE_IFREG, ...; 0: a hard link */
	int id;                  /* of its owner and group */
};

static la_ssize_t keep(struct archive *a, void *arg, const void *p, size_t n)
{
	(void)a;
	img_buf_put(arg, p, n);
	return (la_ssize_t)n;
}

static void make(struct img_buf *b, const struct member *m, size_t n)
{
	struct archive *a = archive_write_new();

	archive_write_add_filter_gzip(a);
	archive_write_set_format_gnutar(a);
	archive_write_set_bytes_in_last_block(a, 1);
	ck_assert_int_eq(archive_write_open(a, b, NULL, keep, NULL), ARCHIVE_OK);
	for (size_t i = 0; i < n; i++) {
		struct archive_entry *e = archive_entry_new();

		archive_entry_copy_pathname(e, m[i].name);
		archive_entry_set_filetype(e, m[i].type != 0 ? m[i].type : AE_IFREG);
		archive_entry_set_perm(e, 0640);
		archive_entry_set_mtime(e, 1234567890, 0);
		archive_entry_set_uid(e, m[i].id);
		archive_entry_set_gid(e, m[i].id);
		archive_entry_set_size(e, 0);
		if (m[i].type == AE_IFLNK)
			archive_entry_copy_symlink(e, m[i].text);
		else if (m[i].type == 0)
			archive_entry_copy_hardlink(e, m[i].text);
		else if (m[i].type == AE_IFREG)
			archive_entry_set_size(e, (la_int64_t)strlen(m[i].text));
		ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
		if (m[i].type == AE_IFREG)
			archive_write_data(a, m[i].text, strlen(m[i].text));
		archive_entry_free(e);
	}
	ck_assert_int_eq(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
}

/* What is in one, a line for each member: name, type, mode, owners, target, text. */
static char *list(const struct img_buf *b)
{
	struct img_in *in = img_in_mem(b->p, b->n);
	struct img_archive *a = img_archive_open(in, &err);
	struct img_buf lines = { 0 };
	struct archive_entry *e;
	int r;

	ck_assert_ptr_nonnull(a);
	while ((r = img_archive_next(a, &e, &err)) > 0) {
		const char *to = archive_entry_symlink(e);
		struct img_span s;
		char line[512];

		if (to == NULL)
			to = archive_entry_hardlink(e);
		snprintf(line, sizeof(line), "%s %o %d:%d %ld%s%s ", archive_entry_pathname(e),
			 archive_entry_mode(e), (int)archive_entry_uid(e),
			 (int)archive_entry_gid(e), (long)archive_entry_mtime(e),
			 to != NULL ? " ->" : "", to != NULL ? to : "");
		img_buf_put(&lines, line, strlen(line));
		while (img_archive_data(a, &s, &err) > 0)
			img_buf_put(&lines, s.p, s.n);
		img_buf_put(&lines, "\n", 1);
	}
	ck_assert_msg(r == 0, "%s", said(&err));
	img_archive_close(a);
	img_in_free(in);
	img_buf_put(&lines, "", 1);
	return (char *)lines.p;
}

static const struct member tree[] = {
	{ "./", "", AE_IFDIR, 0 },
	{ "./a/", "", AE_IFDIR, 1000 },
	{ "./a/old/", "", AE_IFDIR, 1000 },
	{ "./a/old/file", "content", AE_IFREG, 1000 },
	{ "./a/old/hard", "./a/old/file", 0, 1000 },
	{ "./older", "stays", AE_IFREG, 0 },
	{ "./soft", "/mnt/a/old/file", AE_IFLNK, 0 },
	{ "./out", "/elsewhere", AE_IFLNK, 0 },
	{ "./relative", "a/old/file", AE_IFLNK, 0 },
	{ "./pipe", "", AE_IFIFO, 1000 },
	{ "./\xff\xfe", "", AE_IFREG, 0 },
};

static const struct img_raw in_place = { .image = "tmpfs-dev-1.tar.gz.img",
					 .mount = "/mnt",
					 .new_mount = "/mnt" };

START_TEST(names_targets_and_owners_change)
{
	struct swap s = { .path = { "/mnt/a/old", "/mnt/b/new" },
			  .ids = { IMG_ID_GID, 1000, 5000 } };
	struct img_buf old = { 0 }, new = { 0 }, again = { 0 }, lines = { 0 };
	char *text;

	make(&old, tree, COUNT(tree));
	ck_assert_msg(raw_run(&in_place, old.p, old.n, &s, &new, &lines, &err) == 1, "%s",
		      said(&err));
	img_buf_put(&lines, "", 1);
	ck_assert_str_eq((char *)lines.p, "1 gid 1000 5000\n"
					  "2 name ./a/old/ ./b/new/\n2 gid 1000 5000\n"
					  "3 name ./a/old/file ./b/new/file\n3 gid 1000 5000\n"
					  "4 link target ./a/old/file ./b/new/file\n"
					  "4 name ./a/old/hard ./b/new/hard\n4 gid 1000 5000\n"
					  "6 link target /mnt/a/old/file /mnt/b/new/file\n"
					  "9 gid 1000 5000\n");
	text = list(&new);
	ck_assert_str_eq(text, "./ 40640 0:0 1234567890 \n"
			       "./a/ 40640 1000:5000 1234567890 \n"
			       "./b/new/ 40640 1000:5000 1234567890 \n"
			       "./b/new/file 100640 1000:5000 1234567890 content\n"
			       "./b/new/hard 640 1000:5000 1234567890 ->./b/new/file \n"
			       "./older 100640 0:0 1234567890 stays\n"
			       "./soft 120640 0:0 1234567890 ->/mnt/b/new/file \n"
			       "./out 120640 0:0 1234567890 ->/elsewhere \n"
			       "./relative 120640 0:0 1234567890 ->a/old/file \n"
			       "./pipe 10640 1000:5000 1234567890 \n"
			       "./\xff\xfe 100640 0:0 1234567890 \n");
	free(text);
	/* The same bytes each time: gzip's header (RFC 1952) has no time in it. */
	same_bytes(new.p + 4, 4, "\0\0\0", 4, "MTIME");
	ck_assert_int_eq(raw_run(&in_place, old.p, old.n, &s, &again, NULL, &err), 1);
	same_bytes(again.p, again.n, new.p, new.n, "again");
	/* And back. */
	s.back = true;
	again.n = 0;
	ck_assert_int_eq(raw_run(&in_place, new.p, new.n, &s, &again, NULL, &err), 1);
	text = list(&again);
	ck_assert_ptr_nonnull(strstr(text, "./a/old/file 100640 1000:1000 1234567890 content\n"));
	free(text);
	img_buf_free(&old);
	img_buf_free(&new);
	img_buf_free(&again);
	img_buf_free(&lines);
}
END_TEST

START_TEST(what_moves_with_its_mount_stays)
{
	struct img_raw raw = { .image = "tmpfs-dev-1.tar.gz.img",
			       .mount = "/mnt",
			       .new_mount = "/srv/mnt/" };
	struct swap s = { .path = { "/mnt", "/srv/mnt" } };
	struct img_buf old = { 0 }, new = { 0 }, lines = { 0 };

	make(&old, tree, 6);
	ck_assert_int_eq(raw_run(&raw, old.p, old.n, &s, &new, &lines, &err), 0);
	ck_assert_uint_eq(lines.n, 0);
	/* Links have paths of their own. */
	old.n = new.n = 0;
	make(&old, tree, COUNT(tree));
	ck_assert_int_eq(raw_run(&raw, old.p, old.n, &s, &new, &lines, &err), 1);
	img_buf_put(&lines, "", 1);
	ck_assert_str_eq((char *)lines.p, "6 link target /mnt/a/old/file /srv/mnt/a/old/file\n");
	img_buf_free(&old);
	img_buf_free(&new);
	img_buf_free(&lines);
}
END_TEST

START_TEST(the_root_of_all_may_be_one)
{
	struct img_raw raw = { .image = "tmpfs-1.tar.gz.img", .mount = "/", .new_mount = "/" };
	struct swap s = { .path = { "/a", "/c/d" } };
	struct img_buf old = { 0 }, new = { 0 };
	char *text;

	make(&old, tree, 4);
	ck_assert_int_eq(raw_run(&raw, old.p, old.n, &s, &new, NULL, &err), 1);
	text = list(&new);
	ck_assert_ptr_nonnull(strstr(text, "\n./c/d/old/file "));
	free(text);
	img_buf_free(&old);
	img_buf_free(&new);
}
END_TEST

/* A hole costs nothing, before and after; long names and big ids have no other limit here. */
START_TEST(holes_stay_holes)
{
	struct swap s = { .path = { "/mnt/sparse", "/mnt/moved" } };
	struct archive *a = archive_write_new();
	struct archive_entry *e = archive_entry_new();
	struct img_buf old = { 0 }, new = { 0 };
	struct img_archive *r;
	struct img_in *in;
	struct img_span bytes;
	static char page[4096], name[90];

	memset(name, 'x', sizeof(name) - 1);
	memcpy(name, "./sparse/", 9);
	archive_write_add_filter_gzip(a);
	archive_write_set_format_pax_restricted(a);
	archive_write_set_bytes_in_last_block(a, 1);
	archive_write_open(a, &old, NULL, keep, NULL);
	archive_entry_copy_pathname(e, name);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, 64 << 20);
	archive_entry_set_uid(e, 4000000000);
	archive_entry_sparse_add_entry(e, 32 << 20, 4);
	ck_assert_int_eq(archive_write_header(a, e), ARCHIVE_OK);
	for (size_t i = 0; i < (64 << 20); i += sizeof(page)) {
		memcpy(page, i == 32 << 20 ? "data" : "\0\0\0\0", 4);
		ck_assert_int_eq(archive_write_data(a, page, sizeof(page)), sizeof(page));
	}
	archive_write_close(a);
	archive_write_free(a);
	archive_entry_free(e);
	ck_assert_int_eq(raw_run(&in_place, old.p, old.n, &s, &new, NULL, &err), 1);
	ck_assert_uint_lt(new.n, 1000);
	in = img_in_mem(new.p, new.n);
	r = img_archive_open(in, &err);
	ck_assert_int_eq(img_archive_next(r, &e, &err), 1);
	memcpy(name, "./moved/x", 9);
	ck_assert_int_eq(strncmp(archive_entry_pathname(e), "./moved/xxx", 11), 0);
	ck_assert_uint_eq(strlen(archive_entry_pathname(e)), sizeof(name) - 2);
	ck_assert_int_eq(archive_entry_size(e), 64 << 20);
	ck_assert_int_eq(archive_entry_uid(e), 4000000000);
	ck_assert_int_eq(img_archive_data(r, &bytes, &err), 1);
	ck_assert_uint_eq(bytes.off, 32 << 20);
	same_bytes(bytes.p, bytes.n, "data", 4, "data");
	ck_assert_uint_lt(img_archive_size(r), 10000);
	img_archive_close(r);
	img_in_free(in);
	/* With a longer name the library would cut it. */
	s.path[1] = "/mnt/moved-to-a-directory-with-a-longer-name";
	ck_assert_int_eq(raw_run(&in_place, old.p, old.n, &s, &new, NULL, &err), -1);
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_ptr_nonnull(strstr(err.what, " has holes, and a name of 122 bytes (limit 99)"));
	img_buf_free(&old);
	img_buf_free(&new);
}
END_TEST

static const struct {
	struct member m[3];
	const char *new_mount, *from, *to, *what;
} refused[] = {
	{ { { "../passwd", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/mnt/a",
	  "/mnt/b",
	  "member ../passwd leads out of the archive" },
	{ { { "./a/../../b", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/x",
	  "/y",
	  "member ./a/../../b leads out of the archive" },
	{ { { "a/..", "", AE_IFDIR, 0 } },
	  "/mnt",
	  "/x",
	  "/y",
	  "member a/../ leads out of the archive" },
	{ { { "/etc/passwd", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/x",
	  "/y",
	  "member /etc/passwd leads out of the archive" },
	{ { { "./a", "", AE_IFREG, 0 }, { "./b", "../a", 0, 0 } },
	  "/mnt",
	  "/x",
	  "/y",
	  "member ../a leads out of the archive" },
	{ { { "./a", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/mnt/a",
	  "/srv/a",
	  "/mnt/a would be /srv/a, outside of its tmpfs at /mnt" },
	{ { { "./a", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/mnt/a",
	  "/mnt",
	  "/mnt/a would be /mnt, outside of its tmpfs at /mnt" },
	{ { { "./a", "", AE_IFREG, 0 } },
	  "/srv",
	  "/mnt/b",
	  "/srv/b",
	  "/mnt/a would be /mnt/a, outside of its tmpfs at /srv" },
	{ { { "./a", "", AE_IFREG, 0 }, { "./b", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/mnt/a",
	  "/mnt/b",
	  "two members would be called ./b" },
	{ { { "b", "", AE_IFREG, 0 }, { "./a", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/mnt/a",
	  "/mnt/b",
	  "two members would be called ./b" },
	{ { { "./b/", "", AE_IFDIR, 0 }, { "./a", "", AE_IFREG, 0 } },
	  "/mnt",
	  "/mnt/a",
	  "/mnt/b",
	  "two members would be called ./b" },
};

START_TEST(what_cannot_be_is_refused)
{
	struct img_raw raw = { .image = "tmpfs-dev-1.tar.gz.img",
			       .mount = "/mnt",
			       .new_mount = refused[_i].new_mount };
	struct swap s = { .path = { refused[_i].from, refused[_i].to } };
	struct img_buf old = { 0 }, new = { 0 };
	size_t n = 0;

	while (n < 3 && refused[_i].m[n].name != NULL)
		n++;
	make(&old, refused[_i].m, n);
	ck_assert_int_eq(raw_run(&raw, old.p, old.n, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(said(&err), refused[_i].what);
	img_buf_free(&old);
	img_buf_free(&new);
}
END_TEST

START_TEST(directories_may_become_one)
{
	static const struct member m[] = { { "./a/", "", AE_IFDIR, 0 },
					   { "./a/x", "1", AE_IFREG, 0 },
					   { "./b/", "", AE_IFDIR, 0 },
					   { "./b/y", "2", AE_IFREG, 0 } };
	struct swap s = { .path = { "/mnt/a", "/mnt/b" } };
	struct img_buf old = { 0 }, new = { 0 };

	make(&old, m, COUNT(m));
	ck_assert_int_eq(raw_run(&in_place, old.p, old.n, &s, &new, NULL, &err), 1);
	img_buf_free(&old);
	img_buf_free(&new);
}
END_TEST

/* ---- limits, damage ---- */

/* n bytes as one gzip member, appended. */
static void gzip(struct img_buf *b, const void *p, size_t n)
{
	z_stream z = { .zalloc = NULL };
	uint8_t out[4096];

	ck_assert_int_eq(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (uint8_t *)(uintptr_t)p;
	z.avail_in = (unsigned)n;
	do {
		z.next_out = out;
		z.avail_out = sizeof(out);
		ck_assert_int_ge(deflate(&z, Z_FINISH), Z_OK);
		img_buf_put(b, out, sizeof(out) - z.avail_out);
	} while (z.avail_out == 0);
	deflateEnd(&z);
}

START_TEST(a_bomb_is_refused)
{
	struct img_buf one = { 0 }, b = { 0 }, new = { 0 };
	struct swap s = { .back = false };
	void *zeros = calloc(1, 16 << 20);

	gzip(&one, zeros, 16 << 20);
	for (int i = 0; i < 20; i++)
		img_buf_put(&b, one.p, one.n);
	ck_assert_int_eq(raw_run(&in_place, b.p, b.n, &s, &new, NULL, &err), -1);
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_ptr_nonnull(strstr(said(&err), "unpacks to more than "));
	free(zeros);
	img_buf_free(&one);
	img_buf_free(&b);
	img_buf_free(&new);
}
END_TEST

/* A header says 8 EiB, in base 256 as GNU tar has it. */
START_TEST(a_size_is_a_claim)
{
	struct img_buf b = { 0 }, new = { 0 };
	struct swap s = { .back = false };
	char tar[1536] = "./big";
	unsigned sum = 0;

	memcpy(tar + 100, "0000644", 8);
	memcpy(tar + 108, "0000000", 8);
	memcpy(tar + 116, "0000000", 8);
	memcpy(tar + 124, "\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", 12);
	memcpy(tar + 136, "00000000000", 12);
	memcpy(tar + 257, "ustar  ", 8);
	tar[156] = '0';
	memset(tar + 148, ' ', 8);
	for (int i = 0; i < 512; i++)
		sum += (uint8_t)tar[i];
	snprintf(tar + 148, 8, "%06o", sum);
	gzip(&b, tar, sizeof(tar));
	ck_assert_int_eq(raw_run(&in_place, b.p, b.n, &s, &new, NULL, &err), -1);
	ck_assert_str_ne(err.what, "");
	img_buf_free(&b);
	img_buf_free(&new);
}
END_TEST

START_TEST(checksums_are_verified)
{
	struct img_buf b = { 0 }, new = { 0 };
	struct swap s = { .ids = { IMG_ID_UID, 1000, 5000 } };

	make(&b, tree, COUNT(tree));
	b.p[b.n - 5] ^= 1; /* the last byte of the CRC */
	ck_assert_int_eq(raw_run(&in_place, b.p, b.n, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(err.what, "incorrect data check");
	b.p[b.n - 5] ^= 1;
	b.p[b.n - 1] ^= 1; /* and of the length */
	ck_assert_int_eq(raw_run(&in_place, b.p, b.n, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(err.what, "incorrect length check");
	img_buf_free(&b);
	img_buf_free(&new);
}
END_TEST

START_TEST(what_is_no_archive_is_refused)
{
	struct img_buf b = { 0 }, new = { 0 };
	struct swap s = { .back = false };

	ck_assert_int_eq(raw_run(&in_place, "", 0, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x0: compressed data truncated");
	ck_assert_int_eq(raw_run(&in_place, "plain", 5, &s, &new, NULL, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x0: incorrect header check");
	gzip(&b, "text", 4);
	ck_assert_int_eq(raw_run(&in_place, b.p, b.n, &s, &new, NULL, &err), -1);
	ck_assert_ptr_nonnull(strstr(said(&err), "tar: "));
	/* Nothing at all is an archive without members, of any number of gzip members. */
	b.n = 0;
	gzip(&b, "", 0);
	gzip(&b, "", 0);
	ck_assert_int_eq(raw_run(&in_place, b.p, b.n, &s, &new, NULL, &err), 0);
	img_buf_free(&b);
	img_buf_free(&new);
}
END_TEST

static const char *const real[] = {
	"autofs_ns/tmpfs-dev-54.tar.gz.img",
	"autofs_ns/tmpfs-dev-63.tar.gz.img",
	"fifo_wronly_ns/tmpfs-dev-53.tar.gz.img",
	"by-hand/tmpfs-7.tar.gz.img",
};

START_TEST(real_archives_are_read_and_any_bytes_end)
{
	struct swap s = { .path = { "/mnt/direct_file", "/mnt/another" },
			  .ids = { IMG_ID_UID, 0, 5000 } };
	struct img_buf new = { 0 };
	uint8_t p[4096];
	char path[256];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "data/dumps/%s", real[_i]);
	f = fopen(unit_path(path), "r");
	ck_assert_ptr_nonnull(f);
	n = fread(p, 1, sizeof(p), f);
	fclose(f);
	ck_assert_int_ge(raw_run(&in_place, p, n, &s, &new, NULL, &err), 0);
	raw_sweep(&in_place, p, n, &s);
	img_buf_free(&new);
}
END_TEST

/* A member without a name of a person: who restores takes the number. */
START_TEST(only_looking_writes_nothing)
{
	struct swap s = { .path = { "/mnt/a", "/mnt/b" } };
	struct img_values v = swap_values(&s);
	struct img_buf old = { 0 };
	struct img_in *in;

	make(&old, tree, COUNT(tree));
	in = img_in_mem(old.p, old.n);
	ck_assert_int_eq(img_raw_rewrite(&in_place, in, &v, NULL, NULL, NULL, &err), 1);
	img_in_free(in);
	/* Where the tmpfs is mounted is not known: members stay, owners change. */
	s.ids[0] = IMG_ID_UID, s.ids[1] = 1000, s.ids[2] = 5000;
	in = img_in_mem(old.p, old.n);
	ck_assert_int_eq(img_raw_rewrite(&(struct img_raw){ .image = in_place.image }, in, &v, NULL,
					 NULL, NULL, &err),
			 1);
	img_in_free(in);
	img_buf_free(&old);
}
END_TEST

START_TEST(a_full_disk_is_reported)
{
	struct swap s = { .ids = { IMG_ID_UID, 1000, 5000 } };
	struct img_values v = swap_values(&s);
	struct img_buf old = { 0 };
	struct img_in *in;
	struct img_out *out;
	int fd = open("/dev/full", O_WRONLY);
	int r;

	make(&old, tree, COUNT(tree));
	in = img_in_mem(old.p, old.n);
	out = img_out_fd(fd);
	r = img_raw_rewrite(&in_place, in, &v, out, NULL, NULL, &err);
	/* Small as it is, it may still be in the buffer. */
	if (r >= 0)
		r = img_out_flush(out, &err);
	ck_assert_int_eq(r, -1);
	ck_assert_int_eq(err.kind, IMG_ESYS);
	ck_assert_int_eq(err.errnum, ENOSPC);
	img_out_free(out);
	img_in_free(in);
	close(fd);
	img_buf_free(&old);
}
END_TEST

static void add(TCase *tc)
{
	TEST(names_targets_and_owners_change);
	TEST(what_moves_with_its_mount_stays);
	TEST(the_root_of_all_may_be_one);
	TEST(holes_stay_holes);
	EACH(what_cannot_be_is_refused, refused);
	TEST(directories_may_become_one);
	TEST(a_bomb_is_refused);
	TEST(a_size_is_a_claim);
	TEST(checksums_are_verified);
	TEST(what_is_no_archive_is_refused);
	EACH(real_archives_are_read_and_any_bytes_end, real);
	TEST(only_looking_writes_nothing);
	TEST(a_full_disk_is_reported);
}

int main(void)
{
	return unit_run("raw_archive", add);
}
