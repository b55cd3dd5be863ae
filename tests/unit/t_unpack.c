/* unpack: whole messages as structs, in memory that has a limit. */
#include "unit.h"

#include "libimg/msg/unpack.h"
#include "inventory.pb-c.h"
#include "pagemap.pb-c.h"
#include "pstree.pb-c.h"

static void *unpack(struct img_arena *a, struct img_span body, struct img_err *err)
{
	return img_unpack(&img_msg_pstree_entry, body, a, err);
}

static struct img_span span(struct bytes o)
{
	return (struct img_span){ (const uint8_t *)o.p, o.n, 100 };
}

/* pid 1, ppid 2, pgid 3, sid 4, threads 5. */
#define TREE "\10\7\20\0\30\7\40\7"

START_TEST(messages_are_structs_until_the_arena_is_reset)
{
	struct img_arena *a = img_arena_new(0);
	struct img_err err;
	PstreeEntry *e = unpack(a, span(BYTES_V(TREE "\50\7\50\10")), &err);

	ck_assert_ptr_nonnull(e);
	ck_assert_uint_eq(e->pid, 7);
	ck_assert_uint_eq(e->n_threads, 2);
	ck_assert_uint_eq(e->threads[1], 8);
	img_arena_reset(a);
	img_arena_free(a);
}
END_TEST

START_TEST(damage_limits_and_sizes_are_told_apart)
{
	struct img_arena *a = img_arena_new(0), *small = img_arena_new(1);
	struct img_err err;
	char want[100];

	/* Runs of numbers are looked into by protobuf-c only. */
	ck_assert_ptr_null(unpack(a, span(BYTES_V(TREE "\52\1\200")), &err));
	ck_assert_str_eq(said(&err), "offset 0x64: packed field damaged");
	ck_assert_ptr_null(unpack(small, span(BYTES_V(TREE)), &err));
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_str_eq(said(&err), "offset 0x64: message needs more than 1 bytes of memory");
	/* The counts in one that large, times the size of an element, are no size_t. */
	ck_assert_ptr_null(
		unpack(a, (struct img_span){ (const uint8_t *)TREE, SIZE_MAX / 4, 100 }, &err));
	snprintf(want, sizeof(want), "offset 0x64: message of %zu bytes is too large to unpack",
		 SIZE_MAX / 4);
	ck_assert_str_eq(said(&err), want);
	img_arena_free(small);
	img_arena_free(a);
}
END_TEST

/* As long as no release has a field, its number may be that of another one. */
START_TEST(a_field_of_another_form_than_a_newer_one_is_left_out)
{
	struct img_arena *a = img_arena_new(0);
	struct img_err err;
	struct bytes blocks = BYTES_V("\10\0\20\2\62\4\20\5\30\1\70\5"),
		     sizes = BYTES_V("\10\0\20\2\62\2\0\5\70\5\75\1\0\0\0"),
		     text = BYTES_V("\10\2\172\0\200\1\1\200\10\5");
	PagemapEntry *e = img_unpack(&img_msg_pagemap_entry, span(blocks), a, &err);
	InventoryEntry *inv;

	ck_assert_ptr_nonnull(e);
	ck_assert_uint_eq(e->blocks->total_payload_size, 5);
	ck_assert_uint_eq(e->total_compressed_size, 5);
	e = img_unpack(&img_msg_pagemap_entry, span(sizes), a, &err);
	ck_assert_ptr_nonnull(e);
	ck_assert_ptr_null(e->blocks);
	ck_assert_uint_eq(e->total_compressed_size, 5);
	ck_assert_uint_eq(e->base.n_unknown_fields, 0);
	inv = img_unpack(&img_msg_inventory_entry, span(text), a, &err);
	ck_assert_ptr_nonnull(inv);
	ck_assert(!inv->has_compress);
	ck_assert_uint_eq(inv->compress_block_size, 1);
	ck_assert_uint_eq(inv->base.n_unknown_fields, 1); /* that has no name at all */
	img_arena_free(a);
}
END_TEST

START_TEST(no_size_is_too_large_to_be_refused)
{
	struct img_arena *a = img_arena_new(0);

	ck_assert_ptr_null(img_arena_alloc(a, IMG_ARENA_MAX + 1));
	ck_assert_ptr_null(img_arena_alloc(a, SIZE_MAX - 3));
	ck_assert_ptr_null(img_arena_alloc(a, SIZE_MAX));
	ck_assert_ptr_nonnull(img_arena_alloc(a, 1));
	img_arena_free(a);
}
END_TEST

START_TEST(raw_bytes_have_no_message)
{
	struct img_arena *a = img_arena_new(0);
	struct img_span s = { (const uint8_t *)"abc", 3, 0 };
	struct img_err err;

	ck_assert_ptr_null(img_unpack(NULL, s, a, &err));
	ck_assert_str_eq(said(&err), "offset 0x0: raw bytes: no message is known for them");
	ck_assert_int_eq(img_wire_check(NULL, s, &err), -1);
	img_arena_free(a);
}
END_TEST

START_TEST(an_arena_goes_back_to_a_mark)
{
	struct img_arena *a = img_arena_new(0);
	struct img_arena_mark none = img_arena_mark(a), some;
	size_t before;

	img_arena_alloc(a, 100);
	some = img_arena_mark(a);
	before = img_arena_size(a);
	img_arena_set_limit(a, before + (1 << 20));
	ck_assert_ptr_nonnull(img_arena_alloc(a, 1 << 20));
	ck_assert_ptr_null(img_arena_alloc(a, 1 << 20));
	ck_assert_int_eq(img_arena_last(a), IMG_ARENA_FULL);
	img_arena_back(a, some);
	ck_assert_uint_eq(img_arena_size(a), before);
	ck_assert_ptr_nonnull(img_arena_alloc(a, 1 << 20));
	img_arena_back(a, none);
	ck_assert_uint_eq(img_arena_size(a), 0);
	ck_assert_ptr_nonnull(img_arena_alloc(a, 8));
	img_arena_free(a);
}
END_TEST

static void add(TCase *tc)
{
	TEST(an_arena_goes_back_to_a_mark);
	TEST(raw_bytes_have_no_message);
	TEST(messages_are_structs_until_the_arena_is_reset);
	TEST(damage_limits_and_sizes_are_told_apart);
	TEST(a_field_of_another_form_than_a_newer_one_is_left_out);
	TEST(no_size_is_too_large_to_be_refused);
}

int main(void)
{
	return unit_run("unpack", add);
}
