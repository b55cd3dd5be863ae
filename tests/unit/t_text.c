/* text: names and numbers for people. */
#include "unit.h"

#include "libimg/view/labels.h"
#include "libimg/view/text.h"

static const struct {
	struct bytes in;
	const char *want;
} names[] = {
	{ BYTES(""), "" },
	{ BYTES("/plain name"), "/plain name" },
	{ BYTES("back\\slash \"quote\""), "back\\\\slash \"quote\"" },
	{ BYTES("\\x1b"), "\\\\x1b" },
	{ BYTES("a\xe2\x80\xae"
		"b"),
	  "a\\xe2\\x80\\xaeb" },
	{ BYTES("\xe2\x80\x8b\xef\xbb\xbf"), "\\xe2\\x80\\x8b\\xef\\xbb\\xbf" },
	{ BYTES("a\nb\tc\033[0m\177"), "a\\x0ab\\x09c\\x1b[0m\\x7f" },
	{ BYTES("\0nul\0"), "\\x00nul\\x00" },
	{ BYTES("\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7"), "\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\xa7" },
	{ BYTES("c1 \xc2\x80\xc2\x9f \xc2\xa0"), "c1 \\xc2\\x80\\xc2\\x9f \xc2\xa0" },
	{ BYTES("\xff\xfe \xc3"), "\\xff\\xfe \\xc3" },
	{ BYTES("\xed\xa0\x80 \xc0\xaf"), "\\xed\\xa0\\x80 \\xc0\\xaf" },
};

START_TEST(names_are_shown_without_harm)
{
	struct img_out *o = sink_new();
	char *got;

	img_text_name(o, names[_i].in.p, names[_i].in.n);
	got = sink_take(o, NULL);
	ck_assert_str_eq(got, names[_i].want);
	free(got);
}
END_TEST

static const struct {
	uint64_t v;
	unsigned width;
	const char *dec, *hex;
} numbers[] = {
	{ 0, 0, "0", "0" },
	{ 0, 4, "   0", "0000" },
	{ 255, 2, "255", "ff" },
	{ 4096, 8, "    4096", "00001000" },
	{ UINT64_MAX, 0, "18446744073709551615", "ffffffffffffffff" },
	{ 1, 30, "                             1", "0000000000000001" },
};

START_TEST(numbers_are_padded)
{
	struct img_out *o = sink_new();
	char *got, want[128];

	img_text_dec(o, numbers[_i].v, numbers[_i].width);
	img_out_put(o, "|", 1);
	img_text_hex(o, numbers[_i].v, numbers[_i].width);
	snprintf(want, sizeof(want), "%s|%s", numbers[_i].dec, numbers[_i].hex);
	got = sink_take(o, NULL);
	ck_assert_str_eq(got, want);
	free(got);
}
END_TEST

static const struct {
	uint64_t v;
	const char *want;
} bits[] = {
	{ 0, "" },
	{ 1, "IN" },
	{ 0x80000005, "IN|OUT|ET" },
	{ 0x100000, "0x100000" },
	{ 0x100001, "IN|0x100000" },
};

START_TEST(bits_have_names_and_the_others_are_hex)
{
	struct img_out *o = sink_new();
	char *got;

	img_text_bits(o, &img_labels_epoll, bits[_i].v, "|");
	got = sink_take(o, NULL);
	ck_assert_str_eq(got, bits[_i].want);
	free(got);
}
END_TEST

static void add(TCase *tc)
{
	EACH(names_are_shown_without_harm, names);
	EACH(numbers_are_padded, numbers);
	EACH(bits_have_names_and_the_others_are_hex, bits);
}

int main(void)
{
	return unit_run("text", add);
}
