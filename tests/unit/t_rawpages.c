/*
 * rawpages, pinned: huge mappings and those of plugins, whose pages are neither compressed nor left
 * to a parent: by address in a task, by offset in a segment that several tasks map.
 */
#include "libimg/memory/rawpages.h"

#include "libimg/memory/pinned.h"
#include "libimg/msg/criu.h"
#include "memdir.h"

enum {
	PRIVATE = 0x22, /* MAP_ANONYMOUS | MAP_PRIVATE */
	SHARED = 0x21,
	HUGE = 0x40000,
	ANON = IMG_VMA_REGULAR | IMG_VMA_ANON_PRIVATE,
	SEGMENT = IMG_VMA_REGULAR | IMG_VMA_ANON_SHARED,
	ID = 99,
};

static struct img_err err;

/* Two tasks: of the segment 99 they map parts that meet, overlap, and lie in each other. */
static const struct made_vma first[] = {
	{ 0x10000, 0x20000, 0, 0, ANON, PRIVATE },
	{ 0x200000, 0x400000, 0, 0, ANON, PRIVATE | HUGE },
	{ 0x400000, 0x410000, 0, 0, ANON, PRIVATE },
	{ 0x500000, 0x510000, 0, 0, ANON | IMG_VMA_EXT_PLUGIN, PRIVATE },
	{ 0x40000000, 0x40400000, 0x600000, ID, SEGMENT, SHARED | HUGE },
	{ 0x50000000, 0x50200000, 0, ID + 1, SEGMENT, SHARED | HUGE },
	{ 0x60000000, 0x60010000, 0x5000000, ID, SEGMENT, SHARED },
	{ 0xfff00000, 0xfff10000, 0, 0, ANON, PRIVATE | HUGE },
};
static const struct made_vma second[] = {
	{ 0x40000000, 0x40200000, 0x200000, ID, SEGMENT, SHARED | HUGE },
	{ 0x48000000, 0x48200000, 0x400000, ID, SEGMENT, SHARED | HUGE },
	{ 0x49000000, 0x49200000, 0x800000, ID, SEGMENT, SHARED | HUGE },
	{ 0x50000000, 0x50200000, 0x2000000, ID, SEGMENT, SHARED | HUGE },
};

static struct img_dir *begin(const char **path)
{
	struct img_dir *d;

	*path = dir_new();
	make_mm(*path, "mm-7.img", first, COUNT(first));
	make_mm(*path, "mm-8.img", second, COUNT(second));
	d = img_dir_open(*path, 0, &err);
	ck_assert_ptr_nonnull(d);
	return d;
}

static struct img_rawpages *raw_of(struct img_dir *d, bool shared, uint64_t id)
{
	struct img_rawpages *rp;

	if (img_rawpages_open(d, shared, id, &rp, &err) < 0)
		ck_abort_msg("%s", said(&err));
	return rp;
}

static const struct {
	bool shared;
	uint64_t addr, end;
	bool in;
} ranges[] = {
	{ false, 0x10000, 0x20000, false },
	{ false, 0x1ff000, 0x200000, false },
	{ false, 0x1ff000, 0x201000, true },
	{ false, 0x3ff000, 0x400000, true },
	{ false, 0x400000, 0x401000, false },
	{ false, 0x50f000, 0x510000, true },
	{ false, 0x510000, 0x511000, false },
	{ false, 0x40000000, 0x40001000, true },
	/* As pagemaps of 32-bit tasks may have an address. */
	{ false, UINT64_C(0xfffffffffff00000), UINT64_C(0xfffffffffff01000), true },
	{ true, 0, 0x1000, false },
	{ true, 0x1ff000, 0x200000, false },
	{ true, 0x200000, 0x201000, true },
	{ true, 0x3ff000, 0x401000, true },
	{ true, 0x5ff000, 0x601000, true },
	{ true, 0x9ff000, 0xa00000, true },
	{ true, 0xa00000, 0x2000000, false },
	{ true, 0x2100000, 0x2101000, true },
	{ true, 0x2200000, 0x3000000, false },
	{ true, 0x5000000, 0x5001000, false }, /* mapped, but not huge */
};

START_TEST(pages_of_huge_mappings_stay_as_they_are)
{
	const char *path;
	struct img_dir *d = begin(&path);
	struct img_rawpages *rp = raw_of(d, ranges[_i].shared, ranges[_i].shared ? ID : 7);

	ck_assert_int_eq(img_rawpages_in(rp, ranges[_i].addr, ranges[_i].end), ranges[_i].in);
	img_rawpages_close(rp);
	img_dir_close(d);
	dir_drop(path);
}
END_TEST

START_TEST(blocks_end_where_mappings_do)
{
	const char *path;
	struct img_dir *d = begin(&path);
	struct img_rawpages *rp = raw_of(d, false, 7), *segment = raw_of(d, true, ID);

	ck_assert_uint_eq(img_rawpages_border(rp, 0x1000), 0x10000);
	ck_assert_uint_eq(img_rawpages_border(rp, 0x10000), 0x20000);
	ck_assert_uint_eq(img_rawpages_border(rp, 0x20000), 0x200000);
	ck_assert_uint_eq(img_rawpages_border(rp, 0x3ff000), 0x400000);
	ck_assert(img_rawpages_border(rp, UINT64_C(0xfffffffffff00000)) ==
		  UINT64_C(0xfffffffffff10000));
	ck_assert(img_rawpages_border(rp, 0xfff10000) == UINT64_MAX);
	ck_assert(img_rawpages_border(segment, 0) == UINT64_MAX);
	img_rawpages_close(rp);
	img_rawpages_close(segment);
	img_dir_close(d);
	dir_drop(path);
}
END_TEST

START_TEST(where_no_mapping_is_known_nothing_is)
{
	const char *path = dir_new();
	struct img_rawpages *rp;
	struct img_dir *d;

	write_file(path, "inventory.img", "", 0);
	d = img_dir_open(path, 0, &err);
	ck_assert_int_eq(img_rawpages_open(d, false, 7, &rp, &err), -1);
	ck_assert_str_eq(said(&err),
			 "no mm-7.img, so pages that must not be compressed are unknown");
	ck_assert_int_eq(img_rawpages_open(d, true, ID, &rp, &err), -1);
	ck_assert_str_eq(said(&err),
			 "no mm image, so pages that must not be compressed are unknown");
	img_dir_close(d);
	dir_drop(path);
}
END_TEST

/* Of all tasks, by segment: 0x200000 to 0xa00000 in four parts, and the one after that. */
START_TEST(parts_of_a_segment_that_several_tasks_map_are_one_list)
{
	static const struct img_pinned want[] = {
		{ ID, 0x200000, 0xa00000 },
		{ ID, 0x2000000, 0x2200000 },
		{ ID + 1, 0, 0x200000 },
	};
	const char *path;
	struct img_dir *d = begin(&path);
	struct img_buf list = { 0 };
	bool pinned;

	ck_assert_int_eq(img_pinned_of_segments(d, &list, &err), 0);
	same_bytes(list.p, list.n, want, sizeof(want), "list");
	ck_assert_uint_eq(img_pinned_stretch(&list, ID, 0, 0x4000000, &pinned), 0x200000);
	ck_assert(!pinned);
	ck_assert_uint_eq(img_pinned_stretch(&list, ID, 0x900000, 0x4000000, &pinned), 0x100000);
	ck_assert(pinned);
	ck_assert_uint_eq(img_pinned_stretch(&list, ID, 0xa00000, 0x4000000, &pinned), 0x1600000);
	ck_assert(!pinned);
	ck_assert_uint_eq(img_pinned_stretch(&list, ID + 1, 0x1000, 0x3000, &pinned), 0x2000);
	ck_assert(pinned);
	ck_assert_uint_eq(img_pinned_stretch(&list, ID + 2, 0, 0x3000, &pinned), 0x3000);
	ck_assert(!pinned);
	img_buf_free(&list);
	img_dir_close(d);
	dir_drop(path);
}
END_TEST

static void add(TCase *tc)
{
	EACH(pages_of_huge_mappings_stay_as_they_are, ranges);
	TEST(blocks_end_where_mappings_do);
	TEST(where_no_mapping_is_known_nothing_is);
	TEST(parts_of_a_segment_that_several_tasks_map_are_one_list);
}

int main(void)
{
	return unit_run("rawpages", add);
}
