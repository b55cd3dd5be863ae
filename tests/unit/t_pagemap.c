/* pagemap: the runs of one image, in order and at random. */
#include "memdir.h"

#include "libimg/memory/pagemap.h"

static struct img_pagemap *open_pm(struct img_dir **d, const char *dir)
{
	struct img_pagemap *pm = NULL;
	struct img_err err;

	*d = img_dir_open(dir, 0, &err);
	ck_assert_ptr_nonnull(*d);
	ck_assert_int_eq(img_pagemap_open(*d, false, 7, PAGE, &pm, &err), 1);
	return pm;
}

/* ---- what the fields mean, in all ages ---- */

/* A field that is not there. */
#define NONE UINT64_MAX

static const struct {
	uint64_t compat, in_parent, flags, nr;
	uint64_t pages;
	uint32_t means;
	const char *what;
} ages[] = {
	{ 3, NONE, NONE, NONE, 3, IMG_PE_PRESENT, NULL },
	{ 3, 0, NONE, NONE, 3, IMG_PE_PRESENT, NULL },
	{ 3, 1, NONE, NONE, 3, IMG_PE_PARENT, NULL },
	{ 3, NONE, 4, NONE, 3, IMG_PE_PRESENT, NULL },
	{ 3, NONE, 6, NONE, 3, IMG_PE_PRESENT | IMG_PE_LAZY, NULL },
	{ 3, NONE, 2, NONE, 3, IMG_PE_LAZY, NULL },
	{ 3, 0, 1, NONE, 3, IMG_PE_PARENT, NULL },
	{ 3, 1, 1, NONE, 3, IMG_PE_PARENT, NULL },
	{ 0, NONE, 4, 5, 5, IMG_PE_PRESENT, NULL },
	{ 3, NONE, 4, 5, 5, IMG_PE_PRESENT, NULL },
	{ 3, NONE, 4, 0, 0, IMG_PE_PRESENT, NULL },
	{ 0, NONE, 2, (uint64_t)1 << 40, (uint64_t)1 << 40, IMG_PE_LAZY, NULL },
	{ 3, 1, 4, NONE, 0, 0, "offset 0xe: entries[1]: pagemap flags 0x5 contradict each other" },
	{ 3, NONE, 3, NONE, 0, 0,
	  "offset 0xe: entries[1]: pagemap flags 0x3 contradict each other" },
	{ 3, NONE, 0, NONE, 0, 0,
	  "offset 0xe: entries[1]: pagemap flags have none of present, in the parent, lazy" },
	{ 3, NONE, 8, NONE, 0, 0,
	  "offset 0xe: entries[1]: pagemap flags 0x8: pages that are not present have no "
	  "alignment" },
	{ 3, NONE, 0x30, NONE, 0, 0, "offset 0xe: entries[1]: unknown pagemap flag 0x10" },
	{ 0, NONE, 4, (uint64_t)1 << 60, 0, 0,
	  "offset 0xe: entries[1]: 1152921504606846976 pages at 0x10000 extend past the end of any "
	  "address space" },
	{ 0, NONE, 4, UINT64_MAX - 1, 0, 0,
	  "offset 0xe: entries[1]: 18446744073709551614 pages at 0x10000 extend past the end of "
	  "any "
	  "address space" },
};

START_TEST(fields_of_all_ages_mean_one_thing)
{
	static struct made m;
	struct made msg = { .n = 0 };
	const char *dir = dir_new();
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	struct img_dir *d;
	struct img_err err;
	int r;

	begin_image(&m, 0x56084025);
	put_field(&msg, 1, 1);
	put_frame(&m, &msg);
	msg.n = 0;
	put_field(&msg, 1, 0x10000);
	put_field(&msg, 2, ages[_i].compat);
	if (ages[_i].in_parent != NONE)
		put_field(&msg, 3, ages[_i].in_parent);
	if (ages[_i].flags != NONE)
		put_field(&msg, 4, ages[_i].flags);
	if (ages[_i].nr != NONE)
		put_field(&msg, 5, ages[_i].nr);
	put_frame(&m, &msg);
	write_file(dir, "pagemap-7.img", m.p, m.n);
	pm = open_pm(&d, dir);
	r = img_pagemap_next(pm, &run, &err);
	if (ages[_i].what != NULL) {
		ck_assert_int_eq(r, -1);
		ck_assert_str_eq(said(&err), ages[_i].what);
		ck_assert_ptr_nonnull(strstr(err.file, "/pagemap-7.img"));
	} else {
		ck_assert_int_eq(r, 1);
		ck_assert_uint_eq(run.addr, 0x10000);
		ck_assert_uint_eq(run.pages, ages[_i].pages);
		ck_assert_uint_eq(run.end, 0x10000 + ages[_i].pages * PAGE);
		ck_assert_uint_eq(run.flags, ages[_i].means);
		ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 0);
	}
	img_pagemap_close(pm);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

START_TEST(only_present_pages_take_room_in_the_file)
{
	static const struct made_run runs[] = { { 0x1000, 2, 4 },
						{ 0x3000, 5, 1 },
						{ 0x8000, 1, 2 },
						{ 0x9000, 1, 6 },
						{ 0xb000, 3, UINT32_MAX } };
	static const uint64_t offs[] = { 0, 0, 0, 2 * PAGE, 3 * PAGE };
	const char *dir = dir_new();
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	struct img_dir *d;
	struct img_err err;

	make_pagemap(dir, "pagemap-7.img", 42, runs, COUNT(runs));
	make_pages(dir, "pages-42.img", "abcdef");
	pm = open_pm(&d, dir);
	ck_assert_str_eq(img_pagemap_file_name(pm), "pages-42.img");
	for (size_t i = 0; i < COUNT(runs); i++) {
		ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 1);
		ck_assert_uint_eq(run.entry, i + 1);
		if (run.flags & IMG_PE_PRESENT)
			ck_assert_uint_eq(run.off, offs[i]);
	}
	ck_assert_int_ge(img_pagemap_file(pm, 6 * PAGE, &err), 0);
	ck_assert_int_eq(img_pagemap_file(pm, 6 * PAGE + 1, &err), -1);
	ck_assert_str_eq(said(&err),
			 "offset 0x6000: truncated: pagemap-7.img has pages up to 0x6001");
	img_pagemap_close(pm);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

/* ---- finding ---- */

enum { MANY = 3000 }; /* more than are remembered one by one */

/* Run i: at page 4 * i, of 1 to 3 pages. */
static uint64_t nth_addr(uint64_t i)
{
	return (0x100 + 4 * i) * PAGE;
}

static uint64_t nth_pages(uint64_t i)
{
	return 1 + i % 3;
}

static uint64_t nth_off(uint64_t i)
{
	return (i / 3 * 6 + (i % 3 > 0) + (i % 3 > 1 ? 2 : 0)) * PAGE;
}

static void check_find(struct img_pagemap *pm, uint64_t page)
{
	uint64_t i = page < 0x100 ? 0 : (page - 0x100) / 4;
	struct img_dump_mem_run run;
	struct img_err err;
	int r = img_pagemap_find(pm, page * PAGE, &run, &err);

	if (page >= 0x100 && (page - 0x100) % 4 >= nth_pages(i))
		i++;
	if (i >= MANY) {
		ck_assert_int_eq(r, 0);
		return;
	}
	ck_assert_int_eq(r, 1);
	ck_assert_uint_eq(run.entry, i + 1);
	ck_assert_uint_eq(run.addr, nth_addr(i));
	ck_assert_uint_eq(run.pages, nth_pages(i));
	ck_assert_uint_eq(run.off, nth_off(i));
}

START_TEST(any_page_is_found_in_any_order)
{
	static struct made_run runs[MANY];
	const char *dir = dir_new();
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	struct img_dir *d;
	struct img_err err;
	uint64_t x = 88172645463325252u;

	for (uint64_t i = 0; i < MANY; i++)
		runs[i] = (struct made_run){ nth_addr(i), nth_pages(i), 4 };
	make_pagemap(dir, "pagemap-7.img", 1, runs, MANY);
	for (int way = 0; way < 4; way++) {
		pm = open_pm(&d, dir);
		if (way == 3)
			while (img_pagemap_next(pm, &run, &err) > 0)
				;
		for (uint64_t k = 0; k < 4 * MANY + 0x110; k++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			check_find(pm, way == 0   ? k
				       : way == 1 ? 4 * MANY + 0x110 - k
						  : x % (4 * MANY + 0x110));
		}
		img_pagemap_close(pm);
		img_dir_close(d);
	}
	dir_drop(dir);
}
END_TEST

START_TEST(what_follows_a_find_is_the_next_run)
{
	static const struct made_run runs[] = { { 0x1000, 1, 4 },
						{ 0x3000, 1, 4 },
						{ 0x5000, 1, 4 } };
	const char *dir = dir_new();
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	struct img_dir *d;
	struct img_err err;

	make_pagemap(dir, "pagemap-7.img", 1, runs, COUNT(runs));
	pm = open_pm(&d, dir);
	ck_assert_int_eq(img_pagemap_find(pm, 0x5fff, &run, &err), 1);
	ck_assert_int_eq(img_pagemap_find(pm, 0x6000, &run, &err), 0);
	ck_assert_int_eq(img_pagemap_find(pm, 0x1800, &run, &err), 1);
	ck_assert_uint_eq(run.addr, 0x1000);
	ck_assert_int_eq(img_pagemap_find(pm, 0x1fff, &run, &err), 1);
	ck_assert_uint_eq(run.addr, 0x1000);
	ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 1);
	ck_assert_uint_eq(run.addr, 0x3000);
	ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 1);
	ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 0);
	img_pagemap_close(pm);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

/* ---- damage ---- */

START_TEST(a_cut_pagemap_ends_cleanly_or_fails)
{
	static const struct made_run runs[] = { { 0x1000, 300, 4 },
						{ 0x900000, 1, 1 },
						{ 0xa00000, 5, 6 } };
	const char *dir = dir_new();
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	char path[PATH_MAX], *all;
	struct img_dir *d;
	struct img_err err;
	struct stat st;
	size_t clean = 0;
	int fd, r;

	make_pagemap(dir, "pagemap-7.img", 1, runs, COUNT(runs));
	snprintf(path, sizeof(path), "%s/pagemap-7.img", dir);
	fd = open(path, O_RDONLY);
	ck_assert_int_eq(fstat(fd, &st), 0);
	all = malloc((size_t)st.st_size);
	ck_assert_int_eq(read(fd, all, (size_t)st.st_size), st.st_size);
	close(fd);
	for (size_t n = 0; n <= (size_t)st.st_size; n++) {
		write_file(dir, "pagemap-7.img", all, n);
		d = img_dir_open(dir, 0, &err);
		memset(&err, 0, sizeof(err));
		pm = NULL;
		r = img_pagemap_open(d, false, 7, PAGE, &pm, &err);
		ck_assert_int_ne(r, 0);
		while (r > 0)
			r = img_pagemap_next(pm, &run, &err);
		if (r < 0)
			ck_assert_str_ne(err.what, "");
		else
			clean++;
		img_pagemap_close(pm);
		img_dir_close(d);
	}
	/* After the head and after each entry. */
	ck_assert_uint_eq(clean, 1 + COUNT(runs));
	free(all);
	dir_drop(dir);
}
END_TEST

START_TEST(a_failure_stays_where_it_is)
{
	static const struct made_run runs[] = { { 0x1000, 1, 4 },
						{ 0x3000, 1, 4 },
						{ 0x2000, 1, 4 } };
	const char *dir = dir_new();
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	struct img_dir *d;
	struct img_err err;

	make_pagemap(dir, "pagemap-7.img", 1, runs, COUNT(runs));
	pm = open_pm(&d, dir);
	for (int i = 0; i < 2; i++) {
		ck_assert_int_eq(img_pagemap_find(pm, 0x8000, &run, &err), -1);
		ck_assert_str_eq(said(&err),
				 "offset 0x28: entries[3]: pages at 0x2000 are below those "
				 "of the previous entry (it ended at 0x4000)");
		/* Below it all is well. */
		ck_assert_int_eq(img_pagemap_find(pm, 0x1000, &run, &err), 1);
		ck_assert_uint_eq(run.addr, 0x1000);
		ck_assert_int_eq(img_pagemap_find(pm, 0x2000, &run, &err), 1);
		ck_assert_uint_eq(run.addr, 0x3000);
	}
	img_pagemap_close(pm);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

START_TEST(an_image_that_is_not_there_is_no_failure)
{
	const char *dir = dir_new();
	struct img_pagemap *pm = NULL;
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);

	ck_assert_int_eq(img_pagemap_open(d, false, 7, PAGE, &pm, &err), 0);
	ck_assert_int_eq(img_pagemap_open(d, true, 7, 0, &pm, &err), 0);
	/* Nor is a pages file that belongs to another pagemap one of before pagemaps. */
	make_pages(dir, "pages-7.img", "ab");
	ck_assert_int_eq(img_pagemap_open(d, false, 7, PAGE, &pm, &err), 0);
	make_pages(dir, "pages-7.img", "");
	ck_assert_int_eq(img_pagemap_open(d, false, 7, PAGE, &pm, &err), 0);
	img_pagemap_close(NULL);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

START_TEST(a_page_size_that_nobody_tells_follows_from_the_file)
{
	static const struct made_run runs[] = { { 0x10000, 1, 4 }, { 0x40000, 2, 6 } };
	static const size_t sizes[] = { 4096, 8192, 16384, 65536 };
	const char *dir = dir_new();
	struct img_pagemap *pm;
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);
	void *zeros = calloc(4, 65536);

	make_pagemap(dir, "pagemap-7.img", 1, runs, COUNT(runs));
	for (size_t i = 0; i < COUNT(sizes); i++) {
		write_file(dir, "pages-1.img", zeros, 3 * sizes[i]);
		ck_assert_int_eq(img_pagemap_open(d, false, 7, 0, &pm, &err), 1);
		ck_assert_uint_eq(img_pagemap_page_size(pm), sizes[i]);
		img_pagemap_close(pm);
	}
	write_file(dir, "pages-1.img", zeros, 3 * 4096 + 1);
	ck_assert_int_eq(img_pagemap_open(d, false, 7, 0, &pm, &err), 1);
	ck_assert_uint_eq(img_pagemap_page_size(pm), 4096);
	img_pagemap_close(pm);
	img_dir_close(d);
	free(zeros);
	dir_drop(dir);
}
END_TEST

static void add(TCase *tc)
{
	EACH(fields_of_all_ages_mean_one_thing, ages);
	TEST(only_present_pages_take_room_in_the_file);
	TEST(any_page_is_found_in_any_order);
	TEST(what_follows_a_find_is_the_next_run);
	TEST(a_cut_pagemap_ends_cleanly_or_fails);
	TEST(a_failure_stays_where_it_is);
	TEST(an_image_that_is_not_there_is_no_failure);
	TEST(a_page_size_that_nobody_tells_follows_from_the_file);
}

int main(void)
{
	return unit_run("pagemap", add);
}
