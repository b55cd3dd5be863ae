/* blocks, store, blockcache: compressed pages, read at any place. */
#include <lz4.h>

#include "libimg/memory/blockcache.h"
#include "memdir.h"

/* A task 7 with PAGES pages at 0x10000, of which each third has something in it. */
enum { PAGES = 9000, START = 0x10000, ID = 7 };

static void fill(uint8_t *p, unsigned page)
{
	memset(p, 0, PAGE);
	for (unsigned i = 0; page % 3 == 0 && i < PAGE; i += 1 + page % 7)
		p[i] = (uint8_t)(page * 31 + i);
}

static struct made image, msg, sub, list;
static struct img_buf stored;

/* The pages of `n` blocks to `stored`, their sizes to `list`. */
static void pack(unsigned per_block)
{
	static uint8_t plain[64 * PAGE];
	static char out[LZ4_COMPRESSBOUND(sizeof(plain))];

	for (unsigned at = 0; at < PAGES; at += per_block) {
		unsigned n = PAGES - at < per_block ? PAGES - at : per_block;
		bool zero = true;
		int size;

		for (unsigned i = 0; i < n; i++) {
			fill(plain + i * PAGE, at + i);
			zero = zero && (at + i) % 3 != 0;
		}
		size = zero ? 0
			    : LZ4_compress_default((const char *)plain, out, (int)(n * PAGE),
						   sizeof(out));
		ck_assert_uint_lt((unsigned)size, n * PAGE);
		img_buf_put(&stored, out, (size_t)size);
		list.n = (size_t)(img_put_varint(list.p + list.n, (uint64_t)size) - list.p);
	}
}

static const char *make(unsigned per_block, bool sizes)
{
	char *dir = dir_new();

	list.n = msg.n = sub.n = stored.n = 0;
	begin_image(&image, 0x56084025);
	put_field(&msg, 1, 1);
	put_frame(&image, &msg);
	msg.n = 0;
	put_field(&msg, 1, START);
	put_field(&msg, 2, 0);
	put_field(&msg, 4, 4);
	put_field(&msg, 5, PAGES);
	pack(per_block);
	put_sub(sizes ? &msg : &sub, sizes ? 6 : 1, &list);
	if (sizes) {
		put_field(&msg, 7, stored.n);
		put_field(&msg, 8, per_block);
	} else {
		put_field(&sub, 2, stored.n);
		put_field(&sub, 3, per_block);
		put_sub(&msg, 6, &sub);
	}
	put_frame(&image, &msg);
	/* What follows it is found behind all of its blocks. */
	msg.n = 0;
	put_field(&msg, 1, START + (uint64_t)(PAGES + 1) * PAGE);
	put_field(&msg, 2, 1);
	put_frame(&image, &msg);
	write_file(dir, "pagemap-7.img", image.p, image.n);
	for (unsigned i = 0; i < PAGE; i++)
		img_buf_put(&stored, "z", 1);
	write_file(dir, "pages-1.img", stored.p, stored.n);
	return dir;
}

static const struct {
	unsigned per_block;
	bool sizes;
} layouts[] = { { 1, false }, { 1, true }, { 7, false }, { 64, false }, { 64, true } };

static void same(struct img_mem *m, uint64_t from, size_t n)
{
	static uint8_t got[80 * PAGE], want[82 * PAGE];
	struct img_err err;

	for (uint64_t page = from / PAGE; page <= (from + n - 1) / PAGE; page++)
		fill(want + (page - from / PAGE) * PAGE, (unsigned)page);
	ck_assert_int_eq(img_mem_read(m, START + from, got, n, NULL, &err), 1);
	ck_assert_mem_eq(got, want + from % PAGE, n);
}

START_TEST(any_range_in_any_order_has_its_bytes)
{
	const char *dir = make(layouts[_i].per_block, layouts[_i].sizes);
	struct img_err err;
	struct img_dir *d = img_dir_open(dir, 0, &err);
	struct img_dump_mem *p = img_dump_mem_new(d, NULL);
	struct img_mem *m;
	uint8_t last[PAGE];
	uint32_t r = 1;

	ck_assert_int_eq(img_mem_open(p, ID, &m, &err), 1);
	for (uint64_t at = 0; at < (uint64_t)PAGES * PAGE;) {
		size_t left = (size_t)((uint64_t)PAGES * PAGE - at), n = 77777;

		same(m, at, left < n ? left : n);
		at += left < n ? left : n;
	}
	for (unsigned i = 0; i < 300; i++) {
		uint64_t at = (r = r * 1103515245 + 12345) % ((PAGES - 80) * PAGE);

		same(m, at, 1 + (r >> 8) % (79 * PAGE));
	}
	ck_assert_int_eq(
		img_mem_read(m, START + (uint64_t)(PAGES + 1) * PAGE, last, PAGE, NULL, &err), 1);
	ck_assert(last[0] == 'z' && last[PAGE - 1] == 'z');
	img_mem_close(m);
	img_dump_mem_free(p);
	img_dir_close(d);
	dir_drop(dir);
}
END_TEST

START_TEST(the_page_size_follows_from_the_inventory)
{
	static const struct {
		uint32_t per_block, block, page;
	} pages[] = { { 4, 16 << 10, 4096 },
		      { 4, 256 << 10, 65536 },
		      { 1, 16 << 10, 16384 },
		      { 4, 1000, 4096 },
		      { 4, 0, 4096 } };
	char *dir = dir_new();
	struct img_pagemap *pm;
	struct img_err err;
	struct img_dir *d;

	for (size_t i = 0; i < COUNT(pages); i++) {
		begin_image(&image, 0x56084025);
		msg.n = 0;
		put_field(&msg, 1, 1);
		put_frame(&image, &msg);
		msg.n = sub.n = list.n = 0;
		list.p[list.n++] = 0;
		put_field(&msg, 1, 1 << 20);
		put_field(&msg, 2, pages[i].per_block);
		put_sub(&sub, 1, &list);
		put_field(&sub, 2, 0);
		put_field(&sub, 3, pages[i].per_block);
		put_sub(&msg, 6, &sub);
		put_frame(&image, &msg);
		write_file(dir, "pagemap-7.img", image.p, image.n);
		image.n = msg.n = 0;
		put_le32(&image, 0x58313116);
		put_field(&msg, 1, 3);
		put_field(&msg, 15, 1);
		put_field(&msg, 16, pages[i].block);
		put_frame(&image, &msg);
		write_file(dir, "inventory.img", image.p, image.n);
		d = img_dir_open(dir, 0, &err);
		ck_assert_int_eq(img_pagemap_open(d, false, ID, 0, &pm, &err), 1);
		ck_assert_uint_eq(img_pagemap_page_size(pm), pages[i].page);
		img_pagemap_close(pm);
		img_dir_close(d);
	}
	dir_drop(dir);
}
END_TEST

START_TEST(the_cache_keeps_what_was_used_last)
{
	struct img_blockcache *c = img_blockcache_new();
	size_t quarter = IMG_BLOCK_MAX / 4;
	struct img_blockid id[6];

	for (size_t i = 0; i < COUNT(id); i++)
		id[i] = (struct img_blockid){ i % 2, i, 7 };
	for (size_t i = 0; i < 4; i++)
		memset(img_blockcache_add(c, &id[i], quarter), (int)i, quarter);
	ck_assert_uint_eq(img_blockcache_get(c, &id[0])[quarter - 1], 0);
	/* The fifth takes the place of the second. */
	memset(img_blockcache_add(c, &id[4], quarter), 4, quarter);
	ck_assert_ptr_null(img_blockcache_get(c, &id[1]));
	ck_assert_uint_eq(img_blockcache_get(c, &id[0])[0], 0);
	ck_assert_uint_eq(img_blockcache_get(c, &id[3])[0], 3);
	/* One that could not be filled is not there. */
	ck_assert_ptr_nonnull(img_blockcache_add(c, &id[5], 1));
	img_blockcache_drop(c);
	ck_assert_ptr_null(img_blockcache_get(c, &id[5]));
	/* One of the largest takes all. */
	ck_assert_ptr_nonnull(img_blockcache_add(c, &id[5], IMG_BLOCK_MAX));
	for (size_t i = 0; i < 5; i++)
		ck_assert_ptr_null(img_blockcache_get(c, &id[i]));
	img_blockcache_free(c);
	img_blockcache_free(NULL);
}
END_TEST

static void add(TCase *tc)
{
	EACH(any_range_in_any_order_has_its_bytes, layouts);
	TEST(the_page_size_follows_from_the_inventory);
	TEST(the_cache_keeps_what_was_used_last);
}

int main(void)
{
	return unit_run("store", add);
}
