/* utf8: what is a character and what is not. */
#include "unit.h"

#include "libimg/base/utf8.h"

/* Length 0: no character begins there. */
static const struct {
	struct bytes in;
	size_t len;
	uint32_t c;
} chars[] = {
	{ BYTES(""), 0, 0 },
	{ BYTES("\0"), 1, 0 },
	{ BYTES("A"), 1, 'A' },
	{ BYTES("\x7f"), 1, 0x7f },
	{ BYTES("\xc2\x80"), 2, 0x80 },
	{ BYTES("\xdf\xbf"), 2, 0x7ff },
	{ BYTES("\xe0\xa0\x80"), 3, 0x800 },
	{ BYTES("\xed\x9f\xbf"), 3, 0xd7ff },
	{ BYTES("\xee\x80\x80"), 3, 0xe000 },
	{ BYTES("\xef\xbf\xbf"), 3, 0xffff },
	{ BYTES("\xf0\x90\x80\x80"), 4, 0x10000 },
	{ BYTES("\xf4\x8f\xbf\xbf"), 4, 0x10ffff },
	/* a continuation without a start, starts without a continuation */
	{ BYTES("\x80"), 0, 0 },
	{ BYTES("\xbf"), 0, 0 },
	{ BYTES("\xc2"), 0, 0 },
	{ BYTES("\xc2\x41"), 0, 0 },
	{ BYTES("\xc2\xc2"), 0, 0 },
	{ BYTES("\xe2\x82"), 0, 0 },
	{ BYTES("\xe2\x82\x41"), 0, 0 },
	{ BYTES("\xe2\x41\x82"), 0, 0 },
	{ BYTES("\xf0\x90\x80"), 0, 0 },
	{ BYTES("\xf0\x90\x80\xff"), 0, 0 },
	/* overlong */
	{ BYTES("\xc0\x80"), 0, 0 },
	{ BYTES("\xc1\xbf"), 0, 0 },
	{ BYTES("\xe0\x9f\xbf"), 0, 0 },
	{ BYTES("\xf0\x8f\xbf\xbf"), 0, 0 },
	/* surrogates, and beyond U+10FFFF */
	{ BYTES("\xed\xa0\x80"), 0, 0 },
	{ BYTES("\xed\xbf\xbf"), 0, 0 },
	{ BYTES("\xf4\x90\x80\x80"), 0, 0 },
	{ BYTES("\xf5\x80\x80\x80"), 0, 0 },
	{ BYTES("\xf8\x88\x80\x80\x80"), 0, 0 },
	{ BYTES("\xfe"), 0, 0 },
	{ BYTES("\xff"), 0, 0 },
};

START_TEST(characters_are_told_from_other_bytes)
{
	uint32_t c = 0xdead;
	const uint8_t *p = (const uint8_t *)chars[_i].in.p;

	ck_assert_uint_eq(img_utf8_char(p, chars[_i].in.n, &c), chars[_i].len);
	if (chars[_i].len > 0)
		ck_assert_uint_eq(c, chars[_i].c);
	ck_assert_uint_eq(img_utf8_char(p, chars[_i].in.n, NULL), chars[_i].len);
}
END_TEST

START_TEST(a_character_takes_no_more_bytes_than_there_are)
{
	static const char *const good[] = { "a", "\xc2\x80", "\xe2\x82\xac", "\xf0\x9f\x98\x80" };

	for (size_t i = 0; i < COUNT(good); i++)
		for (size_t n = 0; n < strlen(good[i]); n++) {
			uint8_t *cut = exactly(good[i], n);

			ck_assert_uint_eq(img_utf8_char(cut, n, NULL), 0);
			ck_assert(n == 0 || !img_utf8_valid(cut, n));
			free(cut);
		}
}
END_TEST

static size_t put(uint8_t *p, uint32_t c)
{
	if (c < 0x80) {
		p[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (uint8_t)(0xc0 | c >> 6);
		p[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (uint8_t)(0xe0 | c >> 12);
		p[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		p[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (uint8_t)(0xf0 | c >> 18);
	p[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	p[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	p[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

START_TEST(every_code_point_but_surrogates_is_read)
{
	for (uint32_t c = 0; c < 0x110000; c++) {
		uint8_t p[4];
		uint32_t got = 0;
		size_t n = put(p, c);
		bool surrogate = c >= 0xd800 && c < 0xe000;

		if (img_utf8_char(p, n, &got) != (surrogate ? 0 : n) || (!surrogate && got != c))
			ck_abort_msg("U+%04" PRIX32, c);
	}
}
END_TEST

/* The fast way goes eight bytes at a time: a fault at every place of a long text. */
START_TEST(a_fault_is_found_wherever_it_stands)
{
	uint8_t text[40];

	for (size_t n = 0; n <= sizeof(text); n++) {
		memset(text, 'x', sizeof(text));
		ck_assert(img_utf8_valid(text, n));
		for (size_t i = 0; i < n; i++) {
			text[i] = 0xff;
			ck_assert(!img_utf8_valid(text, n));
			text[i] = 'x';
			if (i + 1 < n) {
				memcpy(text + i, "\xc3\xa9", 2);
				ck_assert(img_utf8_valid(text, n));
				memcpy(text + i, "xx", 2);
			}
		}
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(characters_are_told_from_other_bytes, chars);
	TEST(a_character_takes_no_more_bytes_than_there_are);
	TEST(every_code_point_but_surrogates_is_read);
	TEST(a_fault_is_found_wherever_it_stands);
}

int main(void)
{
	return unit_run("utf8", add);
}
