/* pagediff: pages that two dumps of a task do not have in common. */
#include "memdir.h"

#include "libimg/memory/pagediff.h"

/* Memory of one mapping of 12 pages at 0x10000; and of another where `more` is. */
static struct opened dump(const char *dir, const struct made_run *runs, size_t n, const char *pages,
			  bool more)
{
	static const struct made_vma vmas[] = { { 0x10000, 0x1c000, 0, 0, 513, 0 },
						{ 0x1c000, 0x1e000, 0, 0, 513, 0 } };

	make_mm(dir, "mm-7.img", vmas, more ? 2 : 1);
	make_pagemap(dir, "pagemap-7.img", 1, runs, n);
	if (pages != NULL)
		make_pages(dir, "pages-1.img", pages);
	return open_mem(dir);
}

struct expected {
	uint64_t addr, pages;
	enum img_pagechange change;
};

static void check(struct opened *a, struct opened *b, uint64_t start, uint64_t end,
		  const struct expected *e, size_t n, uint64_t bytes)
{
	struct img_err err;
	struct img_pagediff *d = img_pagediff_new(a->mem, b->mem, &err);
	struct img_diff diff;

	ck_assert_ptr_nonnull(d);
	img_pagediff_over(d, start, end);
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(img_pagediff_next(d, &diff, &err), 1);
		ck_assert_uint_eq(diff.addr, e[i].addr);
		ck_assert_uint_eq(diff.len, e[i].pages * PAGE);
		ck_assert_int_eq(diff.change, e[i].change);
		ck_assert_ptr_nonnull(diff.vma);
		ck_assert_int_eq(diff.second,
				 diff.addr >= 0x1c000 && img_mem_space(a->mem)->n == 1);
	}
	ck_assert_int_eq(img_pagediff_next(d, &diff, &err), 0);
	ck_assert_uint_eq(img_pagediff_done(d), bytes);
	img_pagediff_free(d);
}

START_TEST(each_page_is_told_that_is_not_the_same)
{
	static const struct made_run x[] = { { 0x10000, 6, 4 }, { 0x18000, 1, 2 } };
	static const struct made_run y[] = { { 0x10000, 3, 4 },
					     { 0x14000, 3, 4 },
					     { 0x1c000, 1, 4 } };
	static const struct expected there[] = {
		{ 0x11000, 2, IMG_CHANGED },
		{ 0x15000, 1, IMG_CHANGED },
		{ 0x18000, 1, IMG_UNSURE },
		{ 0x1c000, 2, IMG_NEW },
	};
	static const struct expected back[] = {
		{ 0x11000, 2, IMG_CHANGED },
		{ 0x15000, 1, IMG_CHANGED },
		{ 0x18000, 1, IMG_UNSURE },
		{ 0x1c000, 2, IMG_GONE },
	};
	char *one = dir_new(), *two = dir_new();
	/* In page 3 one has zeros that were stored; in page 6 the other one. */
	struct opened a = dump(one, x, COUNT(x), "abc.ef", false);
	struct opened b = dump(two, y, COUNT(y), "aBCeF.n", true);

	check(&a, &b, 0, UINT64_MAX, there, COUNT(there), 7 * PAGE);
	check(&b, &a, 0, UINT64_MAX, back, COUNT(back), 7 * PAGE);
	check(&b, &b, 0, UINT64_MAX, NULL, 0, 0);
	check(&a, &b, 0x12000, 0x15000, &(const struct expected){ 0x12000, 1, IMG_CHANGED }, 1,
	      3 * PAGE);
	close_mem(&a);
	close_mem(&b);
	dir_drop(one);
	dir_drop(two);
}
END_TEST

START_TEST(what_lies_in_a_common_parent_is_not_read)
{
	static const struct made_run all[] = { { 0x10000, 12, 4 } };
	static const struct made_run part[] = { { 0x10000, 8, 1 }, { 0x18000, 4, 4 } };
	static const struct expected last = { 0x1b000, 1, IMG_CHANGED };
	char *parent = dir_new(), *one = dir_new(), *two = dir_new(), path[PATH_MAX];
	struct opened a, b, p = dump(parent, all, COUNT(all), "abcdefghijkl", false);

	snprintf(path, sizeof(path), "%s/parent", one);
	ck_assert_int_eq(symlink(parent, path), 0);
	snprintf(path, sizeof(path), "%s/parent", two);
	ck_assert_int_eq(symlink(parent, path), 0);
	a = dump(one, part, COUNT(part), "ijkl", false);
	b = dump(two, part, COUNT(part), "ijkL", false);
	check(&a, &b, 0, UINT64_MAX, &last, 1, 4 * PAGE);
	/* Nor is it between a dump and its parent. */
	check(&p, &b, 0, UINT64_MAX, &last, 1, 4 * PAGE);
	close_mem(&a);
	close_mem(&b);
	close_mem(&p);
	dir_drop(one);
	dir_drop(two);
	dir_drop(parent);
}
END_TEST

START_TEST(pages_of_different_size_are_not_compared)
{
	static const struct made_run runs[] = { { 0x10000, 1, 4 } };
	char *one = dir_new(), *two = dir_new();
	struct opened a = dump(one, runs, 1, "a", false), b;
	uint8_t big[65536] = { 0 };
	char path[PATH_MAX];
	struct img_err err;

	/* Without mappings the page size follows from the file. */
	b = dump(two, runs, 1, NULL, false);
	close_mem(&b);
	write_file(two, "pages-1.img", big, sizeof(big));
	snprintf(path, sizeof(path), "%s/mm-7.img", two);
	unlink(path);
	b = open_mem(two);
	ck_assert_ptr_null(img_pagediff_new(a.mem, b.mem, &err));
	ck_assert_str_eq(said(&err), "page size is 4096 in one dump, 65536 in the other");
	close_mem(&a);
	close_mem(&b);
	dir_drop(one);
	dir_drop(two);
}
END_TEST

static void add(TCase *tc)
{
	TEST(each_page_is_told_that_is_not_the_same);
	TEST(what_lies_in_a_common_parent_is_not_read);
	TEST(pages_of_different_size_are_not_compared);
}

int main(void)
{
	return unit_run("pagediff", add);
}
