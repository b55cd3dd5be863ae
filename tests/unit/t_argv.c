/* argv: command lines and environments out of dumped memory. */
#include "libimg/memory/argv.h"

#include "dump.h"
#include "mm.pb-c.h"
#include "pagemap.pb-c.h"

enum { BASE = 0x10000, PAGE = 4096, PAGES = 4 };

static struct dump dump;
static struct img_dir *dir;
static struct img_dump_mem *pages;
static struct img_mem *mem;
static uint8_t content[PAGES * PAGE];

/* A task whose memory is `content`, with these bounds, relative to it; `flags` of its pages. */
static void begin(uint64_t args, uint64_t args_end, uint64_t env, uint64_t env_end, uint32_t flags)
{
	MmEntry mm = MM_ENTRY__INIT;
	VmaEntry vma = VMA_ENTRY__INIT, *vmas[] = { &vma };
	PagemapHead head = PAGEMAP_HEAD__INIT;
	PagemapEntry pm = PAGEMAP_ENTRY__INIT;
	uint64_t auxv[] = { 6, PAGE, 0, 0 };
	struct img_err err;

	dump_new(&dump);
	mm.mm_arg_start = BASE + args;
	mm.mm_arg_end = BASE + args_end;
	mm.mm_env_start = BASE + env;
	mm.mm_env_end = BASE + env_end;
	mm.n_mm_saved_auxv = COUNT(auxv);
	mm.mm_saved_auxv = auxv;
	vma.start = BASE;
	vma.end = BASE + sizeof(content);
	vma.prot = 3;
	vma.flags = 0x22;
	vma.status = IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE;
	vma.fd = -1;
	mm.n_vmas = 1;
	mm.vmas = vmas;
	dump_put(&dump, "mm-1.img", &mm.base);
	head.pages_id = 1;
	dump_put(&dump, "pagemap-1.img", &head.base);
	pm.vaddr = BASE;
	pm.compat_nr_pages = PAGES;
	pm.has_flags = true;
	pm.flags = flags;
	dump_put(&dump, "pagemap-1.img", &pm.base);
	dump_raw(&dump, "pages-1.img", content, sizeof(content));
	dir = dump_open(&dump);
	pages = img_dump_mem_new(dir, NULL);
	ck_assert_ptr_nonnull(pages);
	ck_assert_int_eq(img_mem_open(pages, 1, &mem, &err), 1);
}

static void end(void)
{
	img_mem_close(mem);
	img_dump_mem_free(pages);
	img_dir_close(dir);
	dump_free(&dump);
}

enum { PRESENT = 4, LAZY = 2 };

/* Memory from BASE on, the bounds of what is asked for, and what comes of it. */
static const struct {
	struct bytes memory;
	uint64_t args, args_end, env, env_end;
	struct bytes want_args, want_env;
} cases[] = {
	{ BYTES("a\0bc\0\0X=1\0Y=\0"), 0, 6, 6, 13, BYTES("a\0bc\0\0"), BYTES("X=1\0Y=\0") },
	{ BYTES("a\0"), 0, 0, 0, 0, BYTES(""), BYTES("") },
	{ BYTES("xxa\0b\0"), 2, 6, 0, 2, BYTES("a\0b\0"), BYTES("xx") },
	/* a title in their place, padded */
	{ BYTES("title\0\0\0X=1\0"), 0, 8, 8, 12, BYTES("title\0\0\0"), BYTES("X=1\0") },
	/* one that fills its room: a single string, on into the environment */
	{ BYTES("a long title\0Z=\0"), 0, 4, 4, 16, BYTES("a long title\0"),
	  BYTES("ng title\0Z=\0") },
	{ BYTES("ab\0c"), 0, 4, 4, 4, BYTES("ab\0"), BYTES("") },
	/* not where the environment lies elsewhere */
	{ BYTES("abcd-efgh\0"), 0, 4, 5, 10, BYTES("abcd"), BYTES("efgh\0") },
};

START_TEST(strings_are_those_that_proc_shows)
{
	struct img_buf got = { 0 };
	struct img_run gap;
	struct img_err err;

	memset(content, 0, sizeof(content));
	memcpy(content, cases[_i].memory.p, cases[_i].memory.n);
	begin(cases[_i].args, cases[_i].args_end, cases[_i].env, cases[_i].env_end, PRESENT);
	ck_assert_int_eq(img_argv_read(mem, IMG_ARGS, &got, &gap, &err), 1);
	same_bytes(got.p, got.n, cases[_i].want_args.p, cases[_i].want_args.n, "args");
	ck_assert_int_eq(img_argv_read(mem, IMG_ENV, &got, &gap, &err), 1);
	same_bytes(got.p, got.n, cases[_i].want_env.p, cases[_i].want_env.n, "env");
	img_buf_free(&got);
	end();
}
END_TEST

START_TEST(a_title_is_read_as_far_as_one_page)
{
	struct img_buf got = { 0 };
	struct img_run gap;
	struct img_err err;

	memset(content, 'x', sizeof(content));
	begin(10, 20, 20, sizeof(content), PRESENT);
	ck_assert_int_eq(img_argv_read(mem, IMG_ARGS, &got, &gap, &err), 1);
	ck_assert_uint_eq(got.n, PAGE);
	img_buf_free(&got);
	end();
}
END_TEST

START_TEST(strings_that_are_not_in_the_dump_are_told_apart)
{
	struct img_buf got = { 0 };
	struct img_run gap;
	struct img_err err;

	begin(PAGE, PAGE + 20, sizeof(content) - 5, sizeof(content) + 5, LAZY);
	ck_assert_int_eq(img_argv_read(mem, IMG_ARGS, &got, &gap, &err), 0);
	ck_assert_uint_eq(got.n, 0);
	ck_assert_uint_eq(gap.addr, BASE + PAGE);
	ck_assert_int_eq(gap.where, IMG_LAZY);
	end();
	begin(0, 1, sizeof(content) - 5, sizeof(content) + 5, PRESENT);
	ck_assert_int_eq(img_argv_read(mem, IMG_ENV, &got, &gap, &err), 0);
	ck_assert_uint_eq(gap.addr, BASE + sizeof(content));
	ck_assert_int_eq(gap.where, IMG_UNMAPPED);
	img_buf_free(&got);
	end();
}
END_TEST

START_TEST(bounds_that_cannot_be_are_refused)
{
	struct img_buf got = { 0 };
	struct img_run gap;
	struct img_err err;

	begin(8, 7, 0, UINT64_MAX - BASE, PRESENT);
	ck_assert_int_eq(img_argv_read(mem, IMG_ARGS, &got, &gap, &err), -1);
	ck_assert_str_eq(said(&err), "end 0x10007 is below start 0x10008");
	ck_assert_int_eq(img_argv_read(mem, IMG_ENV, &got, &gap, &err), -1);
	ck_assert_str_eq(said(&err), "0x10000-0xffffffffffffffff: more than 16777216 bytes");
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	end();
	/* The longest that is looked for; its memory is not there. */
	begin(0, IMG_ARGV_MAX, 0, IMG_ARGV_MAX + 1, PRESENT);
	ck_assert_int_eq(img_argv_read(mem, IMG_ARGS, &got, &gap, &err), 0);
	ck_assert_int_eq(img_argv_read(mem, IMG_ENV, &got, &gap, &err), -1);
	img_buf_free(&got);
	end();
}
END_TEST

static const struct {
	struct bytes in;
	const char *strings; /* each with "|" behind it */
} splits[] = {
	{ BYTES(""), "" },    { BYTES("\0"), "|" },           { BYTES("a\0"), "a|" },
	{ BYTES("a"), "a|" }, { BYTES("a\0\0bc"), "a||bc|" }, { BYTES("a\0bc\0\0"), "a|bc||" },
};

START_TEST(a_string_ends_at_its_nul)
{
	struct img_buf b = { .p = (uint8_t *)(uintptr_t)splits[_i].in.p, .n = splits[_i].in.n };
	struct img_span s;
	char got[64] = "";
	size_t at = 0;

	while (img_argv_next(&b, &at, &s)) {
		strncat(got, (const char *)s.p, s.n);
		strcat(got, "|");
	}
	ck_assert_str_eq(got, splits[_i].strings);
}
END_TEST

static void add(TCase *tc)
{
	EACH(strings_are_those_that_proc_shows, cases);
	TEST(a_title_is_read_as_far_as_one_page);
	TEST(strings_that_are_not_in_the_dump_are_told_apart);
	TEST(bounds_that_cannot_be_are_refused);
	EACH(a_string_ends_at_its_nul, splits);
}

int main(void)
{
	return unit_run("argv", add);
}
