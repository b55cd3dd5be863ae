/* buf: a growing run of bytes. */
#include "unit.h"

START_TEST(bytes_gather_in_order)
{
	struct img_buf b = { 0 };

	img_buf_put(&b, "abc", 3);
	img_buf_put(&b, "", 0);
	img_buf_put(&b, NULL, 0);
	img_buf_put(&b, "d\0e", 3);
	same_bytes(b.p, b.n, "abcd\0e", 6, "gathered");
	img_buf_free(&b);
	ck_assert_ptr_null(b.p);
	ck_assert_uint_eq(b.n, 0);
	img_buf_free(&b);
}
END_TEST

START_TEST(nothing_is_lost_in_growing)
{
	struct img_buf b = { 0 };

	for (unsigned i = 0; i < 100000; i++) {
		uint8_t c = (uint8_t)(i * 7);

		img_buf_put(&b, &c, 1);
	}
	ck_assert_uint_eq(b.n, 100000);
	for (unsigned i = 0; i < 100000; i++)
		ck_assert_uint_eq(b.p[i], (uint8_t)(i * 7));
	ck_assert_uint_le(b.cap, 2 * 100000 + 256);
	img_buf_free(&b);
}
END_TEST

START_TEST(room_is_there_before_it_is_used)
{
	struct img_buf b = { 0 };

	ck_assert(img_buf_room(&b, 5000));
	ck_assert_uint_ge(b.cap, 5000);
	ck_assert_uint_eq(b.n, 0);
	memset(b.p, 1, 5000);
	img_buf_free(&b);
}
END_TEST

START_TEST(a_size_that_overflows_fails_for_good)
{
	struct img_buf b = { 0 };

	img_buf_put(&b, "ab", 2);
	ck_assert(!img_buf_room(&b, SIZE_MAX));
	ck_assert(b.failed);
	ck_assert(!img_buf_room(&b, 1));
	img_buf_put(&b, "c", 1);
	ck_assert_uint_eq(b.n, 2);
	img_buf_free(&b);
	ck_assert(!b.failed);
}
END_TEST

START_TEST(memory_from_the_seam_is_zeroed_and_counted_safely)
{
	uint8_t *p = img_calloc(7, 3);
	const uint8_t zeros[21] = { 0 };

	ck_assert_mem_eq(p, zeros, sizeof(zeros));
	img_free(p);
	ck_assert_ptr_null(img_calloc(SIZE_MAX / 2, 3));
	p = img_calloc(0, 8);
	ck_assert_ptr_nonnull(p);
	img_free(p);
	p = img_realloc(NULL, 0);
	ck_assert_ptr_nonnull(p);
	img_free(p);
	img_free(NULL);
}
END_TEST

START_TEST(an_array_grows_to_its_double)
{
	uint32_t *v = NULL;

	for (uint32_t i = 0; i < 1000; i++) {
		uint32_t *more = img_grow(v, i, sizeof(*v));

		ck_assert_ptr_nonnull(more);
		/* Between powers of two there is room already. */
		ck_assert((i & (i - 1)) == 0 || more == v);
		v = more;
		v[i] = i * 7;
	}
	for (uint32_t i = 0; i < 1000; i++)
		ck_assert_uint_eq(v[i], i * 7);
	ck_assert_ptr_null(img_grow(v, SIZE_MAX / 2 + 1, 1));
	ck_assert_ptr_null(img_grow(v, (SIZE_MAX / 2 + 1) / 2, 8));
	ck_assert_uint_eq(v[999], 999 * 7);
	img_free(v);
}
END_TEST

static void add(TCase *tc)
{
	TEST(bytes_gather_in_order);
	TEST(nothing_is_lost_in_growing);
	TEST(room_is_there_before_it_is_used);
	TEST(a_size_that_overflows_fails_for_good);
	TEST(memory_from_the_seam_is_zeroed_and_counted_safely);
	TEST(an_array_grows_to_its_double);
}

int main(void)
{
	return unit_run("buf", add);
}
