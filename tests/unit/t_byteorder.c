/* word: words of a fixed size in both byte orders. */
#include "unit.h"

#include "libimg/base/byteorder.h"

static const uint8_t p[] = { 0x00, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0 };

START_TEST(words_are_read_in_the_order_they_have)
{
	ck_assert_uint_eq(img_le32(p + 1), 0x78563412);
	ck_assert_uint_eq(img_le64(p + 1), UINT64_C(0xf0debc9a78563412));
	ck_assert_uint_eq(img_get32(p + 1, false), 0x78563412);
	ck_assert_uint_eq(img_get32(p + 1, true), 0x12345678);
	ck_assert_uint_eq(img_get16(p + 1, false), 0x3412);
	ck_assert_uint_eq(img_get16(p + 1, true), 0x1234);
	ck_assert_uint_eq(img_get32(p + 5, true), 0x9abcdef0);
	ck_assert_uint_eq(img_get32(p + 5, false), 0xf0debc9a);
}
END_TEST

START_TEST(words_are_written_as_they_are_read)
{
	uint8_t q[6] = { 0xee, 0xee, 0xee, 0xee, 0xee, 0xee };

	for (int big = 0; big < 2; big++) {
		img_set32(q + 1, 0x89abcdef, big);
		ck_assert_uint_eq(img_get32(q + 1, big), 0x89abcdef);
		ck_assert_uint_eq(q[1], big ? 0x89 : 0xef);
		img_set16(q + 1, 0xfedc, big);
		ck_assert_uint_eq(img_get16(q + 1, big), 0xfedc);
		ck_assert_uint_eq(q[1], big ? 0xfe : 0xdc);
		ck_assert_uint_eq(q[3], big ? 0xcd : 0xab);
		ck_assert_uint_eq(q[0], 0xee);
		ck_assert_uint_eq(q[5], 0xee);
	}
}
END_TEST

static void add(TCase *tc)
{
	TEST(words_are_read_in_the_order_they_have);
	TEST(words_are_written_as_they_are_read);
}

int main(void)
{
	return unit_run("word", add);
}
