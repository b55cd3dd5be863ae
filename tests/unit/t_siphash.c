/* siphash: the hash of the authors' test vectors, with keys that differ. */
#include "libimg/base/siphash.h"

#include "unit.h"

/* vectors_sip64 of the reference implementation: key 00..0f, of the bytes 00, 01, ... the first n. */
static const struct {
	size_t n;
	uint64_t hash;
} vectors[] = {
	{ 0, UINT64_C(0x726fdb47dd0e0e31) },  { 1, UINT64_C(0x74f839c593dc67fd) },
	{ 7, UINT64_C(0xab0200f58b01d137) },  { 8, UINT64_C(0x93f5f5799a932462) },
	{ 15, UINT64_C(0xa129ca6149be45e5) },
};

static const struct img_hash_key key = { { UINT64_C(0x0706050403020100),
					   UINT64_C(0x0f0e0d0c0b0a0908) } };

START_TEST(it_is_siphash)
{
	uint8_t in[16];

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)i;
	ck_assert_uint_eq(img_hash(&key, in, vectors[_i].n), vectors[_i].hash);
	ck_assert_uint_eq(img_hash_u64(&key, UINT64_C(0x0706050403020100)),
			  UINT64_C(0x93f5f5799a932462));
}
END_TEST

START_TEST(keys_differ)
{
	struct img_hash_key a = img_hash_key(), b = img_hash_key();

	ck_assert(memcmp(&a, &b, sizeof(a)) != 0);
	ck_assert(a.k[0] != 0 || a.k[1] != 0);
}
END_TEST

static void add(TCase *tc)
{
	EACH(it_is_siphash, vectors);
	TEST(keys_differ);
}

int main(void)
{
	return unit_run("siphash", add);
}
