/* extra: how many bytes follow an entry. */
#include "libimg/image/payload.h"

#include "unit.h"

#define DESC "\x0a\x0e\x08\1\x10\0\x18\0\x20\0\x28\0\x30\0\x38\0"
#define MAX "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"

static const struct {
	const struct img_extra *x;
	struct bytes msg;
	bool none;
	uint64_t a, b;
	unsigned pad;
} cases[] = {
	{ &img_extra_pipe, BYTES("\x08\x01\x10\x05"), false, 5, 0, 0 },
	{ &img_extra_pipe, BYTES("\x08\x01\x10\0\x18\x09"), false, 0, 0, 0 },
	{ &img_extra_pipe, BYTES("\x08\x01\x10\x05\x10\x07"), false, 7, 0,
	  0 }, /* the last counts */
	{ &img_extra_sk, BYTES("\x08\x05\x10\x80\x01"), false, 128, 0, 0 },
	{ &img_extra_tcp, BYTES("\x08\x03\x10\0\x18\x04\x20\0"), false, 3, 4, 0 },
	{ &img_extra_tcp, BYTES("\x18\0\x08\0"), false, 0, 0, 0 },
	{ &img_extra_bpf, BYTES("\x08\x01\x10\x02\x18\x03\x20\x09"), false, 5, 0, 0 },
	{ &img_extra_chunk, BYTES("\x08\x03\x10\x80\x20"), false, 3, 0, 0 },
	/* the rest of the file, unless it comes in chunks */
	{ &img_extra_ghost, BYTES("\x08\0\x10\0\x18\0"), false, 0, 0, 0 },
	{ &img_extra_ghost, BYTES("\x48\0"), false, 0, 0, 0 },
	{ &img_extra_ghost, BYTES("\x48\x01"), true, 0, 0, 0 },
	{ &img_extra_ghost, BYTES("\x48\x80\x02"), true, 0, 0, 0 },
	{ &img_extra_ghost, BYTES("\x48\x01\x48\0"), false, 0, 0, 0 },
	/* two bytes a semaphore, up to a multiple of 8 */
	{ &img_extra_sem, BYTES(DESC "\x10\0"), false, 0, 0, 0 },
	{ &img_extra_sem, BYTES(DESC "\x10\x01"), false, 2, 0, 6 },
	{ &img_extra_sem, BYTES(DESC "\x10\x03"), false, 6, 0, 2 },
	{ &img_extra_sem, BYTES(DESC "\x10\x04"), false, 8, 0, 0 },
	{ &img_extra_sem, BYTES(DESC "\x10\xff\xff\xff\xff\x0f"), false, 0x1fffffffe, 0, 2 },
	/* so many messages, each with padding of its own */
	{ &img_extra_msg, BYTES(DESC "\x10\x07\x18\x03"), false, 3, 0, 0 },
	/* none where the content is in a pagemap; else up to a multiple of 4 */
	{ &img_extra_shm, BYTES(DESC "\x10\x05"), false, 5, 0, 3 },
	{ &img_extra_shm, BYTES(DESC "\x10\x05\x18\0"), false, 5, 0, 3 },
	{ &img_extra_shm, BYTES(DESC "\x10\x05\x18\x01"), true, 0, 0, 0 },
	{ &img_extra_shm, BYTES(DESC "\x10\x04"), false, 4, 0, 0 },
	{ &img_extra_shm, BYTES(DESC "\x10\x80\x80\x80\x80\x80\x01"), false, UINT64_C(1) << 35, 0,
	  0 },
	/* of a length of 32 bits the low ones count, as for the field itself */
	{ &img_extra_pipe, BYTES("\x10\x85\x80\x80\x80\x10"), false, 5, 0, 0 },
	{ &img_extra_pipe, BYTES("\x10" MAX), false, 0xffffffff, 0, 0 },
	{ &img_extra_tcp, BYTES("\x08" MAX "\x18\x81\x80\x80\x80\x10"), false, 0xffffffff, 1, 0 },
	{ &img_extra_bpf, BYTES("\x10" MAX "\x18" MAX), false, 0x1fffffffe, 0, 0 },
	{ &img_extra_sem, BYTES("\x10\x81\x80\x80\x80\x10"), false, 2, 0, 6 },
	{ &img_extra_msg, BYTES("\x18\x82\x80\x80\x80\x10"), false, 2, 0, 0 },
	/* one of 64 bits that no file has stays so, also with its padding */
	{ &img_extra_chunk, BYTES("\x08" MAX), false, UINT64_MAX - 8, 0, 0 },
	{ &img_extra_shm, BYTES("\x10" MAX), false, UINT64_MAX - 8, 0, 1 },
	{ &img_extra_chunk, BYTES("\x08\xf7\xff\xff\xff\xff\xff\xff\xff\xff\x01"), false,
	  UINT64_MAX - 8, 0, 0 },
};

START_TEST(an_entry_says_what_follows_it)
{
	struct img_extra_size size;

	memset(&size, 0xff, sizeof(size));
	img_extra_measure(cases[_i].x, (const uint8_t *)cases[_i].msg.p, cases[_i].msg.n, &size);
	ck_assert_int_eq(size.none, cases[_i].none);
	ck_assert_uint_eq(size.len[0], cases[_i].a);
	ck_assert_uint_eq(size.len[1], cases[_i].b);
	ck_assert_uint_eq(size.pad, cases[_i].pad);
}
END_TEST

START_TEST(padding_reaches_the_next_multiple)
{
	for (uint64_t n = 0; n < 40; n++) {
		ck_assert_uint_eq(img_extra_pad(&img_extra_pipe, n), 0);
		ck_assert_uint_lt(img_extra_pad(&img_extra_sem, n), 8);
		ck_assert_uint_eq((n + img_extra_pad(&img_extra_sem, n)) % 8, 0);
		ck_assert_uint_lt(img_extra_pad(&img_extra_shm, n), 4);
		ck_assert_uint_eq((n + img_extra_pad(&img_extra_shm, n)) % 4, 0);
		ck_assert_uint_eq(img_extra_pad(&img_extra_msg, n),
				  img_extra_pad(&img_extra_sem, n));
	}
}
END_TEST

START_TEST(a_message_says_how_long_its_text_is)
{
	static const struct {
		struct bytes msg;
		uint64_t len;
	} texts[] = {
		{ BYTES("\x08\x01\x10\x05"), 5 },
		{ BYTES("\x08\x01\x10\0"), 0 },
		{ BYTES("\x08\x01\x10\x83\x80\x80\x80\x10"), 3 },
		{ BYTES("\x08\x01\x10" MAX), 0xffffffff },
	};

	for (size_t i = 0; i < COUNT(texts); i++)
		ck_assert_uint_eq(img_extra_record_len(&img_extra_msg,
						       (const uint8_t *)texts[i].msg.p,
						       texts[i].msg.n),
				  texts[i].len);
}
END_TEST

static void add(TCase *tc)
{
	EACH(an_entry_says_what_follows_it, cases);
	TEST(padding_reaches_the_next_multiple);
	TEST(a_message_says_how_long_its_text_is);
}

int main(void)
{
	return unit_run("extra", add);
}
