/* map: numbers by keys of 64 bits. */

#include "unit.h"

#include "libimg/base/map.h"

enum { MANY = 100000 };

static uint64_t key_of(uint32_t i)
{
	/* dense, with a type on top, and far apart: what callers have */
	switch (i % 3) {
	case 0: return i;
	case 1: return (uint64_t)i << 32 | 7;
	default: return i * UINT64_C(0x9e3779b97f4a7c15);
	}
}

START_TEST(many_keys_are_found_again)
{
	struct img_map m = { 0 };

	for (uint32_t i = 0; i < MANY; i++) {
		uint32_t *v = img_map_at(&m, key_of(i));

		ck_assert_ptr_nonnull(v);
		ck_assert_uint_eq(*v, IMG_MAP_NONE);
		*v = i;
	}
	ck_assert_uint_eq(m.n, MANY);
	for (uint32_t i = 0; i < MANY; i++) {
		ck_assert_uint_eq(img_map_get(&m, key_of(i)), i);
		ck_assert_uint_eq(*img_map_at(&m, key_of(i)), i);
	}
	ck_assert_uint_eq(m.n, MANY);
	img_map_free(&m);
}
END_TEST

START_TEST(absent_keys_have_no_value)
{
	struct img_map m = { 0 };

	ck_assert_uint_eq(img_map_get(&m, 0), IMG_MAP_NONE);
	*img_map_at(&m, 1) = 5;
	for (uint64_t k = 2; k < 1000; k++)
		ck_assert_uint_eq(img_map_get(&m, k), IMG_MAP_NONE);
	ck_assert_uint_eq(img_map_get(&m, 0), IMG_MAP_NONE);
	ck_assert_uint_eq(img_map_get(&m, UINT64_MAX), IMG_MAP_NONE);
	*img_map_at(&m, UINT64_MAX) = 0;
	ck_assert_uint_eq(img_map_get(&m, UINT64_MAX), 0);
	ck_assert_uint_eq(img_map_get(&m, 1), 5);
	img_map_free(&m);
}
END_TEST

/* y ^ y >> n, undone. */
static uint64_t unshift(uint64_t y, unsigned n)
{
	uint64_t x = y;

	for (unsigned i = 0; i < 64 / n; i++)
		x = y ^ x >> n;
	return x;
}

/* The most slots in a row that are taken: no key is looked for in more. */
static size_t longest_run(const struct img_map *m)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < 2 * m->cap; i++) {
		run = m->values[i % m->cap] != IMG_MAP_NONE ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

/*
 * Keys that a mix without a seed, which this table once had, puts into one place: each then takes
 * as long as there are others. 200,000 of them took 20 s.
 */
START_TEST(chosen_keys_cost_no_more_than_others)
{
	struct img_map m = { 0 };

	for (uint64_t i = 0; i < 20000; i++) {
		uint64_t h = unshift(i << 24 | 7, 32) * UINT64_C(0x96de1b173f119089);

		h = unshift(h, 29) * UINT64_C(0xf1de83e19937733d);
		*img_map_at(&m, unshift(h, 32)) = (uint32_t)i;
	}
	ck_assert_uint_eq(m.n, 20000);
	ck_assert_uint_lt(longest_run(&m), 200);
	img_map_free(&m);
}
END_TEST

static void add(TCase *tc)
{
	TEST(many_keys_are_found_again);
	TEST(absent_keys_have_no_value);
	TEST(chosen_keys_cost_no_more_than_others);
}

int main(void)
{
	return unit_run("map", add);
}
