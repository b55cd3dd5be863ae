/* pages: bytes by address, through mappings, chains and segments. */
#include "memdir.h"

/* Private memory, a file, the kernel's, memory without pages; the first has a page. */
static const struct made_vma vmas[] = {
	{ 0x10000, 0x14000, 0, 0, 513, 0 },
	{ 0x14000, 0x16000, 0, 1, 65, 0 },
	{ 0x16000, 0x17000, 0, 0, 4609, 0 },
	{ 0x20000, 0x23000, 0x1000, 50, 257, 0 },
};
static const struct made_run own[] = {
	{ 0x10000, 1, 4 }, { 0x12000, 1, 6 }, { 0x13000, 2, 4 }, { 0x30000, 1, 4 }
};

static char *usual(void)
{
	static const struct made_run shared[] = { { 0, 2, 4 }, { 0x3000, 1, 4 } };
	char *dir = dir_new();

	make_mm(dir, "mm-7.img", vmas, COUNT(vmas));
	make_pagemap(dir, "pagemap-7.img", 1, own, COUNT(own));
	make_pages(dir, "pages-1.img", "abcde");
	make_pagemap(dir, "pagemap-shmem-50.img", 2, shared, COUNT(shared));
	make_pages(dir, "pages-2.img", "xyz");
	return dir;
}

static const struct {
	uint64_t addr, end;
	enum img_where where;
	char c; /* of HERE */
} runs[] = {
	{ 0, 0x10000, IMG_UNMAPPED, 0 },          { 0x10000, 0x11000, IMG_HERE, 'a' },
	{ 0x11000, 0x12000, IMG_ZERO, 0 },        { 0x12000, 0x13000, IMG_HERE, 'b' },
	{ 0x13000, 0x14000, IMG_HERE, 'c' },      { 0x14000, 0x15000, IMG_HERE, 'd' },
	{ 0x15000, 0x16000, IMG_ABSENT, 0 },      { 0x16000, 0x17000, IMG_ABSENT, 0 },
	{ 0x17000, 0x20000, IMG_UNMAPPED, 0 },    { 0x20000, 0x21000, IMG_HERE, 'y' },
	{ 0x21000, 0x22000, IMG_ZERO, 0 },        { 0x22000, 0x23000, IMG_HERE, 'z' },
	{ 0x23000, 0x30000, IMG_UNMAPPED, 0 },    { 0x30000, 0x31000, IMG_HERE, 'e' },
	{ 0x31000, UINT64_MAX, IMG_UNMAPPED, 0 },
};

START_TEST(runs_cover_the_address_space_once)
{
	char *dir = usual(), c;
	struct opened o = open_mem(dir);
	struct img_run run;
	struct img_err err;
	uint64_t at = 0;

	for (size_t i = 0; i < COUNT(runs); i++, at = run.addr + run.len) {
		ck_assert_int_eq(img_mem_run(o.mem, at, UINT64_MAX, &run, &err), 0);
		ck_assert_uint_eq(run.addr, runs[i].addr);
		ck_assert_uint_eq(run.addr + run.len, runs[i].end);
		ck_assert_int_eq(run.where, runs[i].where);
		ck_assert_int_eq(run.vma != NULL, run.where != IMG_UNMAPPED && run.addr < 0x30000);
		ck_assert_int_eq(run.shared, run.addr >= 0x20000 && run.addr < 0x23000);
		if (run.where != IMG_HERE)
			continue;
		ck_assert_int_eq(img_run_read(&run, PAGE - 1, &c, 1, &err), 0);
		ck_assert_int_eq(c, runs[i].c);
		ck_assert_str_eq(run.file, run.shared ? "pages-2.img" : "pages-1.img");
		ck_assert_str_eq(img_dir_path(run.dir), dir);
	}
	ck_assert_uint_eq(at, UINT64_MAX);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

/* What a byte at this address is, -1: not known. */
static int byte(uint64_t addr)
{
	for (size_t i = 0; i < COUNT(runs); i++)
		if (addr >= runs[i].addr && addr < runs[i].end)
			return runs[i].where == IMG_HERE   ? runs[i].c
			       : runs[i].where == IMG_ZERO ? 0
							   : -1;
	return -1;
}

START_TEST(any_stretch_reads_as_its_bytes)
{
	char *dir = usual();
	struct opened o = open_mem(dir);
	uint64_t x = 88172645463325252u;
	struct img_run gap;
	struct img_err err;

	for (int i = 0; i < 3000; i++) {
		static uint8_t buf[0x6000];
		uint64_t addr, first = 0;
		size_t n;
		int known = 1, others = 0;

		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		addr = 0xf000 + x % 0x24000;
		n = (size_t)(x >> 40) % (i % 2 ? 40 : sizeof(buf));
		memset(buf, 0x55, sizeof(buf));
		for (size_t k = n; k-- > 0;)
			if (byte(addr + k) < 0) {
				known = 0;
				first = addr + k;
			}
		memset(&gap, 0, sizeof(gap));
		ck_assert_int_eq(img_mem_read(o.mem, addr, buf, n, &gap, &err), known);
		ck_assert_uint_eq(gap.addr, first);
		/* Not an assertion for each byte: these are calls of the system. */
		for (size_t k = 0; k < n; k++)
			others += buf[k] != (byte(addr + k) < 0 ? 0 : byte(addr + k));
		ck_assert_int_eq(others, 0);
		if (n < sizeof(buf))
			ck_assert_int_eq(buf[n], 0x55);
	}
	ck_assert_int_eq(img_mem_read(o.mem, 0x15000, &x, 8, NULL, &err), 0);
	ck_assert_int_eq(img_mem_read(o.mem, UINT64_MAX - 3, &x, 8, NULL, &err), -1);
	ck_assert_str_eq(said(&err),
			 "8 bytes at 0xfffffffffffffffc extend past the end of any address space");
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(a_segment_can_be_looked_at_by_itself)
{
	char *dir = usual(), buf[5] = "";
	struct opened o = open_mem(dir);
	struct img_mem *m;
	struct img_run run;
	struct img_err err;

	ck_assert_int_eq(img_mem_open_segment(o.pages, 51, PAGE, &m, &err), 0);
	ck_assert_int_eq(img_mem_open_segment(o.pages, 50, 0, &m, &err), 1);
	ck_assert_uint_eq(img_mem_page_size(m), PAGE);
	ck_assert_int_eq(img_mem_read(m, PAGE - 2, buf, 4, NULL, &err), 1);
	ck_assert_str_eq(buf, "xxyy");
	ck_assert_int_eq(img_mem_run(m, 0x2000, UINT64_MAX, &run, &err), 0);
	ck_assert_int_eq(run.where, IMG_UNMAPPED);
	ck_assert_uint_eq(run.len, PAGE);
	img_mem_close(m);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(a_task_without_images_has_no_memory)
{
	char *dir = usual();
	struct opened o = open_mem(dir);
	struct img_mem *m = NULL;
	struct img_err err;

	ck_assert_int_eq(img_mem_open(o.pages, 8, &m, &err), 0);
	ck_assert_ptr_null(m);
	img_mem_close(NULL);
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(a_mapping_cannot_show_what_lies_beyond_a_segment_that_could_be)
{
	static const struct made_vma odd = { 0x20000, 0x23000, UINT64_MAX - 0xfff, 50, 257, 0 };
	char *dir = usual();
	struct img_run run;
	struct img_err err;
	struct opened o;

	make_mm(dir, "mm-7.img", &odd, 1);
	o = open_mem(dir);
	ck_assert_int_eq(img_mem_run(o.mem, 0x20000, UINT64_MAX, &run, &err), -1);
	ck_assert_str_eq(said(&err), "mapping at 0x20000 exceeds the range of a segment "
				     "(offset 0xfffffffffffff000)");
	close_mem(&o);
	dir_drop(dir);
}
END_TEST

START_TEST(levels_of_a_chain_are_opened_when_needed)
{
	static const struct made_run top[] = { { 0x10000, 1, 4 }, { 0x11000, 1, 1 } };
	static const struct made_run mid[] = { { 0x10000, 2, 4 } };
	char *dir = usual(), *up = dir_new(), path[PATH_MAX], c;
	struct img_err err;
	struct opened o;

	make_pagemap(dir, "pagemap-7.img", 1, top, COUNT(top));
	make_pagemap(up, "pagemap-7.img", 9, mid, COUNT(mid));
	make_pages(up, "pages-9.img", "AB");
	snprintf(path, sizeof(path), "%s/parent", dir);
	ck_assert_int_eq(symlink(up, path), 0);
	o = open_mem(dir);
	ck_assert_int_eq(img_mem_read(o.mem, 0x10000, &c, 1, NULL, &err), 1);
	ck_assert_int_eq(c, 'a');
	ck_assert_ptr_null(img_mem_level(o.mem, 1));
	ck_assert_int_eq(img_mem_read(o.mem, 0x11000, &c, 1, NULL, &err), 1);
	ck_assert_int_eq(c, 'B');
	ck_assert_ptr_nonnull(img_mem_level(o.mem, 1));
	ck_assert_ptr_null(img_mem_level(o.mem, 2));
	ck_assert_ptr_eq(img_mem_level(o.mem, 0), img_mem_pagemap(o.mem));
	close_mem(&o);
	dir_drop(dir);
	dir_drop(up);
}
END_TEST

static void add(TCase *tc)
{
	TEST(runs_cover_the_address_space_once);
	TEST(any_stretch_reads_as_its_bytes);
	TEST(a_segment_can_be_looked_at_by_itself);
	TEST(a_task_without_images_has_no_memory);
	TEST(a_mapping_cannot_show_what_lies_beyond_a_segment_that_could_be);
	TEST(levels_of_a_chain_are_opened_when_needed);
}

int main(void)
{
	return unit_run("pages", add);
}
