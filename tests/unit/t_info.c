/* info: what an image holds, counted. */
#include "libimg/image/info.h"

#include "samples.h"

static int count(const void *p, size_t n, const char *name, struct img_info *info,
		 struct img_err *err)
{
	struct img_in *in = img_in_mem(p, n);
	struct img_reader *rd = img_reader_open(in, name, 0, err);
	int r;

	ck_assert_ptr_nonnull(rd);
	r = img_info(rd, info, err);
	img_reader_close(rd);
	img_in_free(in);
	return r;
}

START_TEST(every_byte_of_an_image_is_counted_once)
{
	const struct sample *s = &samples[_i];
	struct img_info info;
	struct img_err err;
	uint64_t lines = 0, head;

	for (const char *p = s->json; *p != '\0'; p++)
		lines += *p == '\n';
	ck_assert_int_eq(count(s->image.p, s->image.n, NULL, &info, &err), 0);
	ck_assert_uint_eq(info.entries, lines - 1);
	ck_assert_str_eq(info.head.type->name, s->type);
	head = info.head.framing == IMG_V1_1 ? 8 : 4;
	ck_assert_uint_eq(head + 4 * info.entries + info.messages + info.payload, s->image.n);
}
END_TEST

START_TEST(a_raw_image_is_all_payload)
{
	struct img_info info;
	struct img_err err;

	ck_assert_int_eq(count("hello", 5, "pages-1.img", &info, &err), 0);
	ck_assert_uint_eq(info.entries, 0);
	ck_assert_uint_eq(info.messages, 0);
	ck_assert_uint_eq(info.payload, 5);
	ck_assert_int_eq(info.head.framing, IMG_NONE);
	ck_assert_int_eq(count("", 0, NULL, &info, &err), 0);
	ck_assert_uint_eq(info.payload, 0);
}
END_TEST

START_TEST(what_was_counted_before_a_fault_is_told)
{
	static const char image[] = "\x19\x43\x56\x54\x09\x37\x45\x56\4\0\0\0\x08\1\x10\2xy"
				    "\4\0\0\0\x08\2\x10\5z";
	struct img_info info;
	struct img_err err;

	ck_assert_int_eq(count(image, sizeof(image) - 1, NULL, &info, &err), -1);
	ck_assert_str_eq(said(&err),
			 "offset 0x1a: payload of entry 1 truncated (need 5 bytes, have 1)");
	ck_assert_uint_eq(info.entries, 2);
	ck_assert_uint_eq(info.messages, 8);
	ck_assert_uint_eq(info.payload, 2);
}
END_TEST

static void add(TCase *tc)
{
	EACH(every_byte_of_an_image_is_counted_once, samples);
	TEST(a_raw_image_is_all_payload);
	TEST(what_was_counted_before_a_fault_is_told);
}

int main(void)
{
	return unit_run("info", add);
}
