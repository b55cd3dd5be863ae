/* intern: a number for each string. */
#include "libimg/base/intern.h"

#include "unit.h"

START_TEST(equal_strings_have_one_number)
{
	enum { MANY = 50000 };
	struct img_intern t = { 0 };
	char name[32];

	ck_assert_uint_eq(img_intern(&t, NULL, 0), 0);
	for (int round = 0; round < 2; round++)
		for (uint32_t i = 0; i < MANY; i++) {
			int n = snprintf(name, sizeof(name), "%u", i);

			ck_assert_uint_eq(img_intern(&t, name, (size_t)n), i + 1);
		}
	/* A part of a string, one with a NUL in it, and the empty one are others. */
	ck_assert_uint_eq(img_intern(&t, "12\0", 3), MANY + 1);
	ck_assert_uint_eq(img_intern(&t, "12\0x", 4), MANY + 2);
	ck_assert_uint_eq(img_intern(&t, "", 0), 0);
	img_intern_free(&t);
}
END_TEST

/* Two strings with one hash, which takes a key of theirs to find: the table is told so. */
START_TEST(strings_of_one_hash_are_compared)
{
	struct img_intern t = { 0 };
	uint32_t a = img_intern(&t, "a", 1), *first;

	first = img_map_at(&t.first, img_hash(&t.key, "b", 1));
	*first = a;
	ck_assert_uint_eq(img_intern(&t, "b", 1), 1);
	ck_assert_uint_eq(img_intern(&t, "b", 1), 1);
	ck_assert_uint_eq(img_intern(&t, "a", 1), 0);
	img_intern_free(&t);
}
END_TEST

static void add(TCase *tc)
{
	TEST(equal_strings_have_one_number);
	TEST(strings_of_one_hash_are_compared);
}

int main(void)
{
	return unit_run("intern", add);
}
