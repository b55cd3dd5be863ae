/* reader: an image as a stream of entries. */
#include "libimg/image/reader.h"

#include "libimg/base/byteorder.h"
#include "samples.h"

/* The head of an image whose type nobody knows. */
#define ALIEN "\x19\x43\x56\x54\xef\xbe\xad\xde"

/* ---- heads ---- */

static const struct {
	struct bytes in;
	const char *name;
	unsigned flags;
	const char *type; /* or what is said */
	enum img_framing framing;
	bool big;
} heads[] = {
	{ BYTES("\x19\x43\x56\x54\x30\x30\x27\x50"), NULL, 0, "PSTREE", IMG_V1_1, false },
	{ BYTES("\x54\x56\x43\x19\x50\x27\x30\x30"), NULL, 0, "PSTREE", IMG_V1_1, true },
	{ BYTES("\x30\x30\x27\x50"), NULL, 0, "PSTREE", IMG_V1_0, false },
	{ BYTES("\x50\x27\x30\x30"), NULL, 0, "PSTREE", IMG_V1_0, true },
	{ BYTES("\x40\x59\x10\x55\x06\x33\x09\x57"), NULL, 0, "STATS", IMG_V1_1, false },
	{ BYTES("\x06\x33\x09\x57"), NULL, 0, "STATS", IMG_V1_0, false },
	{ BYTES("\x16\x31\x31\x58"), NULL, 0, "INVENTORY", IMG_V1_0, false },
	/* names: only one that tells a raw image counts */
	{ BYTES("\x30\x30\x27\x50"), "core-1.img", 0, "PSTREE", IMG_V1_0, false },
	{ BYTES("\x30\x30\x27\x50"), "whatever", 0, "PSTREE", IMG_V1_0, false },
	{ BYTES("\x30\x30\x27\x50"), "pages-1.img/pstree.img", 0, "PSTREE", IMG_V1_0, false },
	{ BYTES("\x25\x40\x08\x56"), "pages-1.img", 0, "RAW", IMG_NONE, false },
	{ BYTES("\x25\x40\x08\x56"), "/a/pstree.img/pages-1.img", 0, "RAW", IMG_NONE, false },
	{ BYTES("\x01"), "tmpfs-dev-54.tar.gz.img", 0, "RAW", IMG_NONE, false },
	{ BYTES(""), NULL, 0, "RAW", IMG_NONE, false },
	{ BYTES(""), "pstree.img", 0, "RAW", IMG_NONE, false },
	{ BYTES("\x30\x30\x27\x50"), NULL, IMG_AS_RAW, "RAW", IMG_NONE, false },
	{ BYTES("\x01"), "pstree.img", IMG_AS_RAW, "RAW", IMG_NONE, false },
	/* A type that nobody knows: entries if it is all such, by any name. */
	{ BYTES(ALIEN), NULL, 0, "?", IMG_V1_1, false },
	{ BYTES(ALIEN "\3\0\0\0\x08\x96\x01\0\0\0\0"), "ns.img", 0, "?", IMG_V1_1, false },
	{ BYTES("\x54\x56\x43\x19\xde\xad\xbe\xef\0\0\0\2\x08\1"), "x", 0, "?", IMG_V1_1, true },
	{ BYTES(ALIEN "\3\0\0\0\x08\x96"), NULL, 0, "RAW", IMG_NONE, false },
	{ BYTES(ALIEN "\2\0\0\0\x08\x96"), "ns.img", 0, "RAW", IMG_NONE, false },
	{ BYTES("\x40\x59\x10\x55\xef\xbe\xad\xde"), NULL, 0, "RAW", IMG_NONE, false },
	/* What lies among images and is none of a type is raw. */
	{ BYTES("abcd"), "some.img", IMG_IN_DIR, "RAW", IMG_NONE, false },
	{ BYTES("a"), "some.img", IMG_IN_DIR, "RAW", IMG_NONE, false },
	{ BYTES("\x19\x43\x56\x54"), "some.img", IMG_IN_DIR, "RAW", IMG_NONE, false },
	{ BYTES("\x30\x30\x27\x50"), "old-pstree", IMG_IN_DIR, "PSTREE", IMG_V1_0, false },
};

/* Refused where nothing says that it is an empty file; how it comes: a file, a pipe. */
static const struct {
	bool pipe;
	const char *name;
	unsigned flags;
	bool good;
} empties[] = {
	{ false, NULL, 0, false },         { true, NULL, 0, false },
	{ true, "pstree.img", 0, false },  { false, "pstree.img", 0, true },
	{ false, NULL, IMG_AS_RAW, true }, { true, NULL, IMG_AS_RAW, true },
};

START_TEST(an_empty_pipe_is_no_image)
{
	struct img_reader *rd;
	struct img_err err;
	struct img_in *in;
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	if (!empties[_i].pipe) {
		close(fd[0]);
		fd[0] = file_of("", 0);
	}
	close(fd[1]);
	in = img_in_fd(fd[0]);
	rd = img_reader_open(in, empties[_i].name, empties[_i].flags, &err);
	ck_assert_int_eq(rd != NULL, empties[_i].good);
	if (rd == NULL)
		ck_assert_str_eq(said(&err),
				 "offset 0x0: empty input, which is no image (--raw takes it)");
	img_reader_close(rd);
	img_in_free(in);
	close(fd[0]);
}
END_TEST

/* The reader has to look at all of it, and be back at its beginning then. */
START_TEST(an_unknown_type_is_read_from_files_and_pipes)
{
	static const char image[] = ALIEN "\3\0\0\0\x08\x96\x01\0\0\0\0";
	char name[IMG_HEAD_NAME];
	struct img_entry e;
	struct img_err err;
	struct img_reader *rd;
	struct img_in *in;
	int fd[2];

	ck_assert_int_eq(pipe(fd), 0);
	ck_assert_int_eq(write(fd[1], image, sizeof(image) - 1), sizeof(image) - 1);
	close(fd[1]);
	if (_i == 0) {
		close(fd[0]);
		fd[0] = file_of(image, sizeof(image) - 1);
	}
	in = img_in_fd(fd[0]);
	rd = img_reader_open(in, NULL, 0, &err);
	ck_assert_msg(rd != NULL, "%s", said(&err));
	ck_assert_str_eq(img_head_name(img_reader_head(rd), name), "0xdeadbeef");
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_uint_eq(e.body.n, 3);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_uint_eq(e.body.n, 0);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 0);
	img_reader_close(rd);
	img_in_free(in);
	close(fd[0]);
}
END_TEST

static const struct {
	struct bytes in;
	const char *said;
} bad_heads[] = {
	{ BYTES("\x19"), "offset 0x0: magic truncated (need 4 bytes, have 1)" },
	{ BYTES("\x19\x43\x56"), "offset 0x0: magic truncated (need 4 bytes, have 3)" },
	{ BYTES("\x19\x43\x56\x54"), "offset 0x4: magic truncated (need 4 bytes, have 0)" },
	{ BYTES("\x19\x43\x56\x54\x30\x30\x27"),
	  "offset 0x4: magic truncated (need 4 bytes, have 3)" },
	{ BYTES("abcd"), "offset 0x0: not a CRIU image: no known magic (0x64636261)" },
	{ BYTES("\0\0\0\0"), "offset 0x0: not a CRIU image: no known magic (0x00000000)" },
	{ BYTES("\x1f\x8b\x08\x08"), "offset 0x0: not a CRIU image but gzip data" },
	{ BYTES("\x28\xb5\x2f\xfd"), "offset 0x0: not a CRIU image but zstd data" },
	{ BYTES("\x04\x22\x4d\x18"), "offset 0x0: not a CRIU image but lz4 data" },
	{ BYTES("\xfd\x37\x7aX"), "offset 0x0: not a CRIU image but xz data" },
	{ BYTES("BZh9"), "offset 0x0: not a CRIU image but bzip2 data" },
	{ BYTES("\177ELF"), "offset 0x0: not a CRIU image but an ELF file" },
	{ BYTES("\xff\xfe{\0"), "offset 0x0: not a CRIU image but UTF-16 text" },
	{ BYTES("{\0\"\0"), "offset 0x0: not a CRIU image but UTF-16 text" },
	{ BYTES("\0{\0\""), "offset 0x0: not a CRIU image but UTF-16 text" },
	{ BYTES("{\"ma"), "offset 0x0: not a CRIU image but JSON" },
	{ BYTES("{\n  "), "offset 0x0: not a CRIU image but JSON" },
	{ BYTES("\x58\x34\x02\x57"),
	  "offset 0x0: not an image but CRIU's kernel feature cache (criu.kdat)" },
	{ BYTES("\x19\x43\x56\x54"
		"abcd"),
	  "offset 0x4: unknown image type (magic 0x64636261)" },
	{ BYTES("\x54\x56\x43\x19"
		"abcd"),
	  "offset 0x4: unknown image type (magic 0x61626364)" },
	{ BYTES("\x19\x43\x56\x54\x19\x43\x56\x54"),
	  "offset 0x4: unknown image type (magic 0x54564319)" },
	{ BYTES("\x19\x43\x56\x54\x06\x33\x09\x57"),
	  "offset 0x0: head magic 0x54564319 does not match type STATS (expected 0x55105940)" },
	{ BYTES("\x40\x59\x10\x55\x30\x30\x27\x50"),
	  "offset 0x0: head magic 0x55105940 does not match type PSTREE (expected 0x54564319)" },
	{ BYTES("\x19\x43\x56\x54\x16\x31\x31\x58"),
	  "offset 0x0: head magic 0x54564319 does not match type INVENTORY (expected 0x58313116)" },
	/* both words in the same order */
	{ BYTES("\x54\x56\x43\x19\x30\x30\x27\x50"),
	  "offset 0x4: unknown image type (magic 0x30302750)" },
};

START_TEST(a_head_tells_type_and_framing)
{
	struct img_in *in = img_in_mem(heads[_i].in.p, heads[_i].in.n);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, heads[_i].name, heads[_i].flags, &err);

	ck_assert_msg(rd != NULL, "%s", rd == NULL ? said(&err) : "");
	ck_assert_str_eq(img_reader_head(rd)->type->name, heads[_i].type);
	ck_assert_int_eq(img_reader_head(rd)->framing, heads[_i].framing);
	ck_assert_int_eq(img_reader_head(rd)->big, heads[_i].big);
	img_reader_close(rd);
	img_in_free(in);
}
END_TEST

START_TEST(a_head_that_is_none_is_refused)
{
	struct img_in *in = img_in_mem(bad_heads[_i].in.p, bad_heads[_i].in.n);
	struct img_err err;

	ck_assert_ptr_null(img_reader_open(in, "core-1.img", IMG_IN_DIR, &err));
	ck_assert_str_eq(said(&err), bad_heads[_i].said);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	img_reader_close(NULL);
	img_in_free(in);
}
END_TEST

START_TEST(every_type_is_known_by_its_head_in_every_framing)
{
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		for (int k = 0; k < 4 && t->magic != 0; k++) {
			bool big = k & 1, v1_1 = k & 2;
			uint8_t head[8];
			size_t n = 0;
			struct img_reader *rd;
			struct img_err err;
			struct img_entry e;
			struct img_in *in;

			if (v1_1 && t->head == 0)
				continue;
			if (v1_1) {
				img_set32(head, t->head, big);
				n = 4;
			}
			img_set32(head + n, t->magic, big);
			in = img_in_mem(head, n + 4);
			rd = img_reader_open(in, NULL, 0, &err);
			ck_assert_msg(rd != NULL, "%s %d", t->name, k);
			ck_assert_ptr_eq(img_reader_head(rd)->type, t);
			ck_assert_int_eq(img_reader_head(rd)->framing, v1_1 ? IMG_V1_1 : IMG_V1_0);
			ck_assert_int_eq(img_reader_head(rd)->big, big);
			ck_assert_int_eq(img_reader_next(rd, &e, &err), 0);
			ck_assert_int_eq(img_reader_next(rd, &e, &err), 0);
			img_reader_close(rd);
			img_in_free(in);
		}
}
END_TEST

START_TEST(a_head_that_cannot_be_read_is_a_failure_of_the_system)
{
	int fd = open("/", O_RDONLY);
	struct img_in *in = img_in_fd(fd);
	struct img_err err;

	ck_assert_ptr_null(img_reader_open(in, NULL, 0, &err));
	ck_assert_int_eq(err.kind, IMG_ESYS);
	img_in_free(in);
	close(fd);
}
END_TEST

/* ---- entries and payloads ---- */

/* How the payloads of an image are read. */
enum how {
	ALL,   /* every byte, in pieces of `want` */
	NONE,  /* not at all: the next entry comes over them */
	SOME,  /* one byte of each run */
	SKIP,  /* img_reader_skip() */
	WHOLE, /* runs with their padding at once */
	N_HOW,
};

struct reading {
	struct img_reader *rd;
	struct img_buf b; /* what was seen, put together as it stands in the image */
	struct img_err err;
	size_t want;
	uint64_t skipped;
};

static void put_bytes(struct reading *r, const struct img_span *s)
{
	img_buf_put(&r->b, s->p, s->n);
}

static void put_length(struct reading *r, size_t n)
{
	uint8_t w[4];

	img_set32(w, (uint32_t)n, img_reader_head(r->rd)->big);
	img_buf_put(&r->b, w, 4);
}

/* One run and its padding. 0, or -1. */
static int read_run(struct reading *r, enum how how, const struct img_part *part)
{
	uint64_t n = 0;
	struct img_span s;
	int got;

	if (how == WHOLE && part->len != IMG_UNKNOWN) {
		if (img_reader_whole(r->rd, &s, &r->err) < 0)
			return -1;
		ck_assert_uint_eq(s.n, part->len + part->pad);
		put_bytes(r, &s);
		return 0;
	}
	while ((got = img_reader_data(r->rd, how == SOME ? 1 : r->want, &s, &r->err)) > 0) {
		ck_assert_uint_gt(s.n, 0);
		ck_assert_uint_le(s.n, r->want);
		n += s.n;
		put_bytes(r, &s);
		if (how == SOME)
			return 0;
	}
	if (got < 0 || img_reader_pad(r->rd, &s, &r->err) < 0)
		return -1;
	ck_assert_uint_eq(s.n, part->pad);
	ck_assert(part->len == IMG_UNKNOWN || n == part->len);
	put_bytes(r, &s);
	return 0;
}

/* 0, or -1 with r->err. */
static int read_image(struct reading *r, enum how how)
{
	struct img_entry e;
	struct img_part part;
	uint64_t n, index = 0;
	int got, more;

	while ((got = img_reader_next(r->rd, &e, &r->err)) > 0) {
		ck_assert_uint_eq(e.index, index++);
		if (e.msg != NULL) {
			put_length(r, e.body.n);
			put_bytes(r, &e.body);
		}
		if (how == SKIP && e.extra != NULL) {
			if (img_reader_skip(r->rd, &n, &r->err) < 0)
				return -1;
			r->skipped += n;
		}
		if (how == SKIP || how == NONE)
			continue;
		while ((more = img_reader_part(r->rd, &part, &r->err)) > 0) {
			if (part.msg != NULL) {
				put_length(r, part.body.n);
				put_bytes(r, &part.body);
			}
			if (read_run(r, how, &part) < 0)
				return -1;
		}
		if (more < 0)
			return -1;
		ck_assert(e.extra != NULL || img_reader_part(r->rd, &part, &r->err) == 0);
	}
	return got;
}

/* Where the bytes come from: memory, or a pipe with so many a read. */
static struct img_in *source(const void *p, size_t n, size_t step, int *fd)
{
	*fd = step != 0 ? pipe_of(p, n, step) : -1;
	return step != 0 ? img_in_fd(*fd) : img_in_mem(p, n);
}

START_TEST(an_image_is_read_byte_for_byte_however_it_comes)
{
	static const size_t steps[] = { 0, 1, 3, 16 }, wants[] = { 1, 2, 3, 5, 64, 1 << 20 };
	const struct sample *s = &samples[_i];

	for (size_t i = 0; i < COUNT(steps); i++)
		for (size_t k = 0; k < COUNT(wants); k++)
			for (int how = ALL; how <= WHOLE; how += WHOLE - ALL) {
				struct reading r = { .want = wants[k] };
				struct img_in *in;
				size_t head;
				int fd;

				in = source(s->image.p, s->image.n, steps[i], &fd);
				r.rd = img_reader_open(in, NULL, 0, &r.err);
				ck_assert_msg(r.rd != NULL, "%s", said(&r.err));
				ck_assert_str_eq(img_reader_head(r.rd)->type->name, s->type);
				head = img_reader_head(r.rd)->framing == IMG_V1_1 ? 8 : 4;
				if (read_image(&r, how) < 0)
					ck_abort_msg("%s: %s", s->name, said(&r.err));
				same_bytes(r.b.p, r.b.n, s->image.p + head, s->image.n - head,
					   s->name);
				img_reader_close(r.rd);
				img_in_free(in);
				img_buf_free(&r.b);
				if (fd >= 0)
					close(fd);
			}
}
END_TEST

/* Messages only, as ALL sees them: those of entries, in order. */
START_TEST(payloads_may_be_passed_over_in_any_way)
{
	const struct sample *s = &samples[_i];
	struct img_buf first = { 0 };

	for (int how = NONE; how < N_HOW; how++) {
		struct reading r = { .want = 1 };
		struct img_in *in = img_in_mem(s->image.p, s->image.n);
		size_t head;

		r.rd = img_reader_open(in, NULL, 0, &r.err);
		head = img_reader_head(r.rd)->framing == IMG_V1_1 ? 8 : 4;
		if (read_image(&r, how) < 0)
			ck_abort_msg("%s, way %d: %s", s->name, how, said(&r.err));
		ck_assert_uint_eq(img_in_off(in), s->image.n);
		if (how == NONE)
			img_buf_put(&first, r.b.p, r.b.n);
		if (how == SKIP) {
			same_bytes(r.b.p, r.b.n, first.p, first.n, s->name);
			/* What was skipped and what was seen make up the image. */
			ck_assert_uint_eq(r.skipped + r.b.n + head, s->image.n);
		}
		img_reader_close(r.rd);
		img_in_free(in);
		img_buf_free(&r.b);
	}
	img_buf_free(&first);
}
END_TEST

/* Is the cut at a border between two entries, as another way to read the image sees it? */
static bool at_border(const struct sample *s, size_t cut)
{
	struct reading r = { .want = 1 };
	struct img_in *in = img_in_mem(s->image.p, s->image.n);
	struct img_entry e;
	struct img_part part;
	struct img_span all;
	uint64_t n;
	bool border = false, rest = false;

	r.rd = img_reader_open(in, NULL, 0, &r.err);
	border = img_in_off(in) == cut;
	while (!border && img_reader_next(r.rd, &e, &r.err) > 0) {
		if (e.extra != NULL) {
			rest = rest || e.extra->shape == IMG_REST;
			while (!rest && img_reader_part(r.rd, &part, &r.err) > 0)
				img_reader_whole(r.rd, &all, &r.err);
			/* The rest of a file may end anywhere. */
			border = rest && cut >= e.body.off + e.body.n;
			img_reader_skip(r.rd, &n, &r.err);
		}
		border = border || cut == img_in_off(in) + (e.extra == NULL ? e.body.n : 0);
	}
	img_reader_close(r.rd);
	img_in_free(in);
	return border;
}

START_TEST(an_image_cut_anywhere_ends_cleanly_or_fails)
{
	const struct sample *s = &samples[_i];

	for (size_t n = 0; n < s->image.n; n++)
		for (int how = ALL; how < N_HOW; how++) {
			char *cut = exactly(s->image.p, n);
			struct reading r = { .want = 3 };
			struct img_in *in;
			int got;

			in = img_in_mem(cut, n);
			r.rd = img_reader_open(in, NULL, 0, &r.err);
			got = r.rd != NULL ? read_image(&r, how) : -1;
			if (n == 0)
				ck_assert_int_eq(got, 0);
			else if (r.rd == NULL || !at_border(s, n))
				ck_assert_msg(got < 0, "%s cut at %zu, way %d", s->name, n, how);
			else
				ck_assert_msg(got == 0, "%s cut at %zu, way %d: %s", s->name, n,
					      how, said(&r.err));
			if (got < 0) {
				ck_assert_int_eq(r.err.kind, IMG_EDATA);
				ck_assert_msg(strstr(r.err.what, "truncated") ||
						      strstr(r.err.what, "no known magic"),
					      "%s", r.err.what);
				ck_assert(r.err.off <= n);
			}
			img_reader_close(r.rd);
			img_in_free(in);
			img_buf_free(&r.b);
			free(cut);
		}
}
END_TEST

#define COMMON "\x19\x43\x56\x54"
#define PIPES COMMON "\x09\x37\x45\x56"
#define TCP COMMON "\x06\x55\x46\x51"
#define SEM COMMON "\x19\x30\x57\x59"
#define MSG COMMON "\x37\x37\x45\x55"
#define SHM COMMON "\x44\x30\x28\x46"
#define GHOST COMMON "\x05\x36\x58\x52"
#define DESC "\x0a\x0e\x08\1\x10\0\x18\0\x20\0\x28\0\x30\0\x38\0"
#define MAX "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"

static const struct {
	struct bytes in;
	const char *all;     /* said where runs are read with their padding */
	const char *skipped; /* and otherwise; NULL: the same */
} bad[] = {
	{ BYTES(PIPES "\4\0"), "offset 0x8: length of entry 0 truncated (need 4 bytes, have 2)",
	  NULL },
	{ BYTES(PIPES "\4\0\0\0\x08\1"), "offset 0x8: entry 0 truncated (need 4 bytes, have 2)",
	  NULL },
	{ BYTES(PIPES "\4\0\0\0\x08\1\x10\5"
		      "abc"),
	  "offset 0x10: payload of entry 0 truncated (need 5 bytes, have 3)", NULL },
	{ BYTES(PIPES "\4\0\0\0\x08\1\x10\1x\4\0\0\0\x08\1\x10\2y"),
	  "offset 0x19: payload of entry 1 truncated (need 2 bytes, have 1)", NULL },
	/* an entry is looked at for the length of its payload */
	{ BYTES(PIPES "\2\0\0\0\x08\1"), "offset 0xc: entries[0].bytes: required field missing",
	  NULL },
	{ BYTES(PIPES "\4\0\0\0\x08\1\x12\0"), "offset 0xe: entries[0].bytes: wrong wire type",
	  NULL },
	{ BYTES(PIPES "\4\0\0\0\x08\1\x10\0\3\0\0\0\x08\1\x10"),
	  "offset 0x16: entries[1]: varint truncated or longer than ten bytes", NULL },
	/* two queues are counted apart when they are read apart */
	{ BYTES(TCP "\x0e\0\0\0\x08\2\x10\0\x18\3\x20\0\x28\0\x30\0\x38\0"
		    "abcd"),
	  "offset 0x1c: payload of entry 0 truncated (need 3 bytes, have 2)", NULL },
	{ BYTES(SEM "\x12\0\0\0" DESC "\x10\1"
		    "ab\0\0\0"),
	  "offset 0x1e: payload of entry 0 truncated (need 8 bytes, have 5)",
	  "offset 0x20: padding of entry 0 truncated (need 6 bytes, have 3)" },
	{ BYTES(SEM "\x12\0\0\0" DESC "\x10\2"
		    "ab"),
	  "offset 0x1e: payload of entry 0 truncated (need 8 bytes, have 2)",
	  "offset 0x1e: payload of entry 0 truncated (need 4 bytes, have 2)" },
	{ BYTES(SEM "\x16\0\0\0" DESC "\x10\xff\xff\xff\xff\x0f"
		    "ab"),
	  "offset 0x22: payload of entry 0 truncated (need 8589934592 bytes, have 2)",
	  "offset 0x22: payload of entry 0 truncated (need 8589934590 bytes, have 2)" },
	/* messages behind an entry */
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1"),
	  "offset 0x20: payload of entry 0 truncated (need 1 messages, have 0)", NULL },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\2"
		    "\4\0\0\0\x08\1\x10\0"),
	  "offset 0x28: payload of entry 0 truncated (need 2 messages, have 1)", NULL },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1\4\0"),
	  "offset 0x20: length of message 0 truncated (need 4 bytes, have 2)", NULL },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1\4\0\0\0\x08\1"),
	  "offset 0x20: message 0 truncated (need 4 bytes, have 2)", NULL },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1\2\0\0\0\x08\1"),
	  "offset 0x24: entries[0].extra[0].msize: required field missing", NULL },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\2\4\0\0\0\x08\1\x10\0\3\0\0\0\x08\1\x10"),
	  "offset 0x2e: entries[0].extra[1]: varint truncated or longer than ten bytes", NULL },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1\1\0\0\x40"),
	  "offset 0x20: message 0 claims 1073741825 bytes (the limit is 1073741824)", NULL },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1\4\0\0\0\x08\1\x10\5"
		    "abc"),
	  "offset 0x28: payload of entry 0 truncated (need 8 bytes, have 3)",
	  "offset 0x28: payload of entry 0 truncated (need 5 bytes, have 3)" },
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1\4\0\0\0\x08\1\x10\5"
		    "abcdef"),
	  "offset 0x28: payload of entry 0 truncated (need 8 bytes, have 6)",
	  "offset 0x2d: padding of entry 0 truncated (need 3 bytes, have 1)" },
	/* lengths that no file has */
	{ BYTES(MSG "\x14\0\0\0" DESC "\x10\0\x18\1\x0d\0\0\0\x08\1\x10" MAX),
	  "offset 0x31: payload of entry 0 truncated (need 4294967296 bytes, have 0)",
	  "offset 0x31: payload of entry 0 truncated (need 4294967295 bytes, have 0)" },
	{ BYTES(SHM "\x1b\0\0\0" DESC "\x10" MAX),
	  "offset 0x27: payload of entry 0 truncated (need 18446744073709551608 bytes, have 0)",
	  "offset 0x27: payload of entry 0 truncated (need 18446744073709551607 bytes, have 0)" },
	{ BYTES(GHOST "\x08\0\0\0\x08\0\x10\0\x18\0\x48\1\x0d\0\0\0\x08" MAX "\x10\0"
		      "abc"),
	  "offset 0x25: payload of entry 1 truncated (need 18446744073709551607 bytes, have 3)",
	  NULL },
	{ BYTES(PIPES "\1\0\0\x40"),
	  "offset 0x8: entry 0 claims 1073741825 bytes (the limit is 1073741824)", NULL },
};

START_TEST(a_broken_image_is_refused_with_place_and_numbers)
{
	for (int how = NONE; how <= WHOLE; how += WHOLE - NONE) {
		struct reading r = { .want = 64 };
		struct img_in *in = img_in_mem(bad[_i].in.p, bad[_i].in.n);
		const char *want = bad[_i].all;

		r.rd = img_reader_open(in, NULL, 0, &r.err);
		ck_assert_ptr_nonnull(r.rd);
		ck_assert_int_eq(read_image(&r, how), -1);
		if (how == NONE && bad[_i].skipped != NULL)
			want = bad[_i].skipped;
		ck_assert_str_eq(said(&r.err), want);
		img_reader_close(r.rd);
		img_in_free(in);
		img_buf_free(&r.b);
	}
}
END_TEST

START_TEST(a_broken_image_fails_when_it_is_read_piece_by_piece)
{
	for (size_t want = 1; want < 10; want++) {
		struct reading r = { .want = want };
		struct img_in *in = img_in_mem(bad[_i].in.p, bad[_i].in.n);

		r.rd = img_reader_open(in, NULL, 0, &r.err);
		ck_assert_int_eq(read_image(&r, ALL), -1);
		/* The numbers are those of the whole run, whatever the pieces. */
		ck_assert_str_eq(said(&r.err),
				 bad[_i].skipped != NULL ? bad[_i].skipped : bad[_i].all);
		img_reader_close(r.rd);
		img_in_free(in);
		img_buf_free(&r.b);
	}
}
END_TEST

/* ---- the rest ---- */

START_TEST(a_raw_image_is_one_entry_without_a_message)
{
	static const char text[] = "abcdefghij";
	struct img_in *in = img_in_mem(text, 10);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, "pages-1.img", 0, &err);
	struct img_part part;
	struct img_entry e;
	struct img_span s;
	size_t have;

	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_ptr_null(e.msg);
	ck_assert_ptr_nonnull(e.extra);
	ck_assert_int_eq(img_reader_part(rd, &part, &err), 1);
	ck_assert_uint_eq(part.len, IMG_UNKNOWN);
	ck_assert_int_eq(img_reader_ahead(rd, 4, &have, &err), 0);
	ck_assert_uint_eq(have, 4);
	ck_assert_int_eq(img_reader_ahead(rd, 100, &have, &err), 0);
	ck_assert_uint_eq(have, 10);
	ck_assert_int_eq(img_reader_data(rd, 7, &s, &err), 1);
	same_bytes(s.p, s.n, "abcdefg", 7, "first");
	ck_assert_uint_eq(s.off, 0);
	ck_assert_int_eq(img_reader_data(rd, 7, &s, &err), 1);
	same_bytes(s.p, s.n, "hij", 3, "second");
	ck_assert_uint_eq(s.off, 7);
	ck_assert_int_eq(img_reader_data(rd, 7, &s, &err), 0);
	ck_assert_int_eq(img_reader_part(rd, &part, &err), 0);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 0);
	img_reader_close(rd);
	img_in_free(in);
}
END_TEST

START_TEST(an_entry_is_given_with_its_message_and_place)
{
	static const char image[] = PIPES "\4\0\0\0\x08\1\x10\2xy\4\0\0\0\x08\2\x10\0";
	struct img_in *in = img_in_mem(image, sizeof(image) - 1);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
	struct img_part part;
	struct img_entry e;

	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_uint_eq(e.index, 0);
	ck_assert_ptr_eq(e.msg, &img_msg_pipe_data_entry);
	ck_assert_ptr_eq(e.extra, &img_extra_pipe);
	ck_assert_uint_eq(e.size.len[0], 2);
	ck_assert_uint_eq(e.body.off, 12);
	same_bytes(e.body.p, e.body.n, "\x08\1\x10\2", 4, "body");
	ck_assert_int_eq(img_reader_part(rd, &part, &err), 1);
	ck_assert_uint_eq(part.len, 2);
	ck_assert_ptr_null(part.msg);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_uint_eq(e.index, 1);
	ck_assert_uint_eq(e.body.off, 22);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 0);
	img_reader_close(rd);
	img_in_free(in);
}
END_TEST

/* A file: payloads that nobody wants are passed over by seeking. */
START_TEST(a_large_payload_is_passed_over_without_reading_it)
{
	enum { N = 4 << 20 };
	char *image = calloc(1, N + 100);
	struct img_reader *rd;
	struct img_entry e;
	struct img_err err;
	struct img_in *in;
	size_t n;
	int fd;

	memcpy(image, PIPES "\7\0\0\0\x08\1\x10\x80\x80\x80\2", 19);
	n = 19 + N;
	memcpy(image + n, "\4\0\0\0\x08\2\x10\0", 8);
	fd = file_of(image, n + 8);
	in = img_in_fd(fd);
	rd = img_reader_open(in, NULL, 0, &err);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_uint_eq(e.size.len[0], N);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_uint_eq(e.body.off, n + 4);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 0);
	img_reader_close(rd);
	img_in_free(in);
	/* A file that is shorter says so. */
	ck_assert_int_eq(ftruncate(fd, N / 2), 0);
	ck_assert_int_eq(lseek(fd, 0, SEEK_SET), 0);
	in = img_in_fd(fd);
	rd = img_reader_open(in, NULL, 0, &err);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), -1);
	ck_assert_str_eq(said(&err),
			 "offset 0x13: payload of entry 0 truncated (need 4194304 bytes, "
			 "have 2097133)");
	img_reader_close(rd);
	img_in_free(in);
	close(fd);
	free(image);
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_head_tells_type_and_framing, heads);
	EACH(a_head_that_is_none_is_refused, bad_heads);
	EACH(an_empty_pipe_is_no_image, empties);
	tcase_add_loop_test(tc, an_unknown_type_is_read_from_files_and_pipes, 0, 2);
	TEST(every_type_is_known_by_its_head_in_every_framing);
	TEST(a_head_that_cannot_be_read_is_a_failure_of_the_system);
	EACH(an_image_is_read_byte_for_byte_however_it_comes, samples);
	EACH(payloads_may_be_passed_over_in_any_way, samples);
	EACH(an_image_cut_anywhere_ends_cleanly_or_fails, samples);
	EACH(a_broken_image_is_refused_with_place_and_numbers, bad);
	EACH(a_broken_image_fails_when_it_is_read_piece_by_piece, bad);
	TEST(a_raw_image_is_one_entry_without_a_message);
	TEST(an_entry_is_given_with_its_message_and_place);
	TEST(a_large_payload_is_passed_over_without_reading_it);
}

int main(void)
{
	return unit_run("reader", add);
}
