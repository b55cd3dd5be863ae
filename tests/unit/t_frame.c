/* frame: messages with their lengths in front. */
#include "unit.h"

#include "libimg/image/frame.h"

START_TEST(messages_come_one_after_the_other)
{
	static const char text[] = "\3\0\0\0abc\0\0\0\0\1\0\0\0d";
	struct img_in *in = img_in_mem(text, sizeof(text) - 1);
	struct img_span s;
	struct img_err err;

	ck_assert_int_eq(img_frame_next(in, "entry", 0, false, &s, &err), 1);
	same_bytes(s.p, s.n, "abc", 3, "first");
	ck_assert_uint_eq(s.off, 4);
	img_in_eat(in, s.n);
	ck_assert_int_eq(img_frame_next(in, "entry", 1, false, &s, &err), 1);
	ck_assert_uint_eq(s.n, 0);
	ck_assert_uint_eq(s.off, 11);
	img_in_eat(in, s.n);
	ck_assert_int_eq(img_frame_next(in, "entry", 2, false, &s, &err), 1);
	same_bytes(s.p, s.n, "d", 1, "third");
	img_in_eat(in, s.n);
	ck_assert_int_eq(img_frame_next(in, "entry", 3, false, &s, &err), 0);
	ck_assert_int_eq(img_frame_next(in, "entry", 3, false, &s, &err), 0);
	img_in_free(in);
}
END_TEST

START_TEST(a_big_endian_length_is_read)
{
	struct img_in *in = img_in_mem("\0\0\0\2ab", 6);
	struct img_span s;
	struct img_err err;

	ck_assert_int_eq(img_frame_next(in, "entry", 0, true, &s, &err), 1);
	same_bytes(s.p, s.n, "ab", 2, "message");
	img_in_free(in);
}
END_TEST

static const struct {
	struct bytes in;
	bool big;
	const char *said;
	enum img_ekind kind;
} bad[] = {
	{ BYTES("\3"), false, "offset 0x0: length of entry 7 truncated (need 4 bytes, have 1)",
	  IMG_EDATA },
	{ BYTES("\3\0\0"), false, "offset 0x0: length of entry 7 truncated (need 4 bytes, have 3)",
	  IMG_EDATA },
	{ BYTES("\3\0\0\0"), false, "offset 0x0: entry 7 truncated (need 3 bytes, have 0)",
	  IMG_EDATA },
	{ BYTES("\3\0\0\0ab"), false, "offset 0x0: entry 7 truncated (need 3 bytes, have 2)",
	  IMG_EDATA },
	{ BYTES("\0\0\0\3ab"), true, "offset 0x0: entry 7 truncated (need 3 bytes, have 2)",
	  IMG_EDATA },
	{ BYTES("\0\0\0\x40"
		"abc"),
	  false, "offset 0x0: entry 7 truncated (need 1073741824 bytes, have 3)", IMG_EDATA },
	{ BYTES("\1\0\0\x40"
		"abc"),
	  false, "offset 0x0: entry 7 claims 1073741825 bytes (the limit is 1073741824)",
	  IMG_ELIMIT },
	{ BYTES("\xff\xff\xff\xff"), false,
	  "offset 0x0: entry 7 claims 4294967295 bytes (the limit is 1073741824)", IMG_ELIMIT },
	{ BYTES("\3\0\0\0abc"), true, "offset 0x0: entry 7 truncated (need 50331648 bytes, have 3)",
	  IMG_EDATA },
};

START_TEST(a_broken_frame_is_refused_with_numbers)
{
	struct img_in *in = img_in_mem(bad[_i].in.p, bad[_i].in.n);
	struct img_span s;
	struct img_err err;

	ck_assert_int_eq(img_frame_next(in, "entry", 7, bad[_i].big, &s, &err), -1);
	ck_assert_str_eq(said(&err), bad[_i].said);
	ck_assert_int_eq(err.kind, bad[_i].kind);
	img_in_free(in);
}
END_TEST

START_TEST(frames_cut_anywhere_end_cleanly_or_fail)
{
	static const char text[] = "\3\0\0\0abc\0\0\0\0\2\0\0\0de";

	for (size_t n = 0; n < sizeof(text); n++) {
		bool border = n == 0 || n == 7 || n == 11 || n == 17;
		char *cut = exactly(text, n);
		struct img_in *in;
		struct img_span s;
		struct img_err err;
		int r;

		in = img_in_mem(cut, n);
		while ((r = img_frame_next(in, "entry", 0, false, &s, &err)) > 0)
			img_in_eat(in, s.n);
		ck_assert_int_eq(r, border ? 0 : -1);
		ck_assert(r == 0 || strstr(err.what, "truncated") != NULL);
		img_in_free(in);
		free(cut);
	}
}
END_TEST

START_TEST(a_failed_read_is_passed_on)
{
	int fd = open("/", O_RDONLY);
	struct img_in *in = img_in_fd(fd);
	struct img_span s;
	struct img_err err;

	ck_assert_int_eq(img_frame_next(in, "entry", 0, false, &s, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x0: read failed: Is a directory");
	img_in_free(in);
	close(fd);
}
END_TEST

static void add(TCase *tc)
{
	TEST(messages_come_one_after_the_other);
	TEST(a_big_endian_length_is_read);
	EACH(a_broken_frame_is_refused_with_numbers, bad);
	TEST(frames_cut_anywhere_end_cleanly_or_fail);
	TEST(a_failed_read_is_passed_on);
}

int main(void)
{
	return unit_run("frame", add);
}
