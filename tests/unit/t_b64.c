/* b64: base64 both ways. */
#include "unit.h"

#include "libimg/json/b64.h"

/* The examples of RFC 4648, and the letters at the ends of the alphabet. */
static const struct {
	struct bytes raw;
	const char *text;
} pairs[] = {
	{ BYTES(""), "" },
	{ BYTES("f"), "Zg==" },
	{ BYTES("fo"), "Zm8=" },
	{ BYTES("foo"), "Zm9v" },
	{ BYTES("foob"), "Zm9vYg==" },
	{ BYTES("fooba"), "Zm9vYmE=" },
	{ BYTES("foobar"), "Zm9vYmFy" },
	{ BYTES("\0"), "AA==" },
	{ BYTES("\0\0\0"), "AAAA" },
	{ BYTES("\xff"), "/w==" },
	{ BYTES("\xff\xff\xff"), "////" },
	{ BYTES("\xfb\xef\xbe"), "++++" },
	{ BYTES("\x69\xb7\x1d\x79\xf8\x21"), "abcdefgh" },
	{ BYTES("\xd3\x5d\xb7\xe3\x9e\xbb\xf3\xdf\xbf"), "0123456789+/" },
};

START_TEST(bytes_are_written_with_padding)
{
	char to[64], *end;

	end = img_b64_encode(to, (const uint8_t *)pairs[_i].raw.p, pairs[_i].raw.n);
	ck_assert_uint_eq((size_t)(end - to), IMG_B64_LEN(pairs[_i].raw.n));
	*end = '\0';
	ck_assert_str_eq(to, pairs[_i].text);
}
END_TEST

START_TEST(text_is_read_back)
{
	uint8_t to[64];
	int64_t n = img_b64_decode(to, pairs[_i].text, strlen(pairs[_i].text));

	ck_assert_int_eq(n, (int64_t)pairs[_i].raw.n);
	same_bytes(to, (size_t)n, pairs[_i].raw.p, pairs[_i].raw.n, "decoded");
}
END_TEST

START_TEST(line_breaks_are_passed_over_wherever_they_stand)
{
	static const char *const text[] = {
		"\nZm9vYmE=",    "Z\nm9vYmE=",   "Zm\r\n9vYmE=",
		"Zm9\nvYmE=",    "Zm9v\nYmE=",   "Zm9vYmE\n=",
		"Zm9vYmE=\n",    "Zm9vYmE=\r\n", "Z\nm\n9\nv\nY\nm\nE\n=\n",
		"\n\r\nZm9vYmE="
	};
	uint8_t to[64];

	for (size_t i = 0; i < COUNT(text); i++) {
		ck_assert_int_eq(img_b64_decode(to, text[i], strlen(text[i])), 5);
		ck_assert_mem_eq(to, "fooba", 5);
	}
	ck_assert_int_eq(img_b64_decode(to, "Zg=\n=", 5), 1);
	ck_assert_int_eq(img_b64_decode(to, "\n\n", 2), 0);
}
END_TEST

static const struct bytes bad[] = {
	BYTES("A"),
	BYTES("AA"),
	BYTES("AAA"),
	BYTES("AAAAA"),
	BYTES("="),
	BYTES("=="),
	BYTES("===="),
	BYTES("A="),
	BYTES("A=="),
	BYTES("A==="),
	BYTES("AA="),
	BYTES("AA==="),
	BYTES("AAA=="),
	BYTES("AAAA="),
	BYTES("AAAA===="),
	BYTES("AA==AAAA"),
	BYTES("AA==A"),
	BYTES("AAA=A"),
	BYTES("AA=A"),
	BYTES("Zg==Zg=="),
	BYTES("AA=\n"),
	BYTES("AA A"),
	BYTES("AAA "),
	BYTES("AA\tA"),
	BYTES("AAA\0"),
	BYTES("AAA-"),
	BYTES("AAA_"),
	BYTES("AAA\xff"),
	BYTES("AAA\x80"),
	BYTES("AAAA\x80"),
	BYTES("AAA."),
	/* Bits behind the last byte that are not zero: another text for the same bytes. */
	BYTES("Zh=="),
	BYTES("Z/=="),
	BYTES("Zm9="),
	BYTES("Zm8vYmF="),
};

START_TEST(what_is_not_base64_is_refused)
{
	uint8_t to[64];

	ck_assert_int_eq(img_b64_decode(to, bad[_i].p, bad[_i].n), -1);
}
END_TEST

START_TEST(only_the_alphabet_is_read)
{
	static const char abc[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	uint8_t to[8];

	for (int c = 0; c < 256; c++) {
		char text[4] = { 'A', 'A', (char)c, 'A' };
		bool known = c != 0 && strchr(abc, c) != NULL;

		ck_assert_int_eq(img_b64_decode(to, text, 4), known ? 3 : -1);
	}
}
END_TEST

START_TEST(runs_of_every_length_come_back_in_place)
{
	uint8_t raw[200];
	char text[300];

	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)(i * 37 + 11);
	for (size_t n = 0; n <= sizeof(raw); n++) {
		size_t len = (size_t)(img_b64_encode(text, raw, n) - text);

		ck_assert_uint_eq(len, IMG_B64_LEN(n));
		ck_assert_int_eq(img_b64_decode((uint8_t *)text, text, len), (int64_t)n);
		ck_assert_mem_eq(text, raw, n);
	}
}
END_TEST

START_TEST(text_cut_anywhere_is_read_or_refused)
{
	static const char text[] = "QUJD\nREVG\r\nR0g=\n";

	for (size_t n = 0; n < sizeof(text); n++) {
		char *cut = exactly(text, n);
		uint8_t *to = malloc(n / 4 * 3 + 3);
		int64_t got;

		got = img_b64_decode(to, cut, n);
		ck_assert_int_le(got, 8);
		if (n == strlen(text))
			ck_assert_int_eq(got, 8);
		free(cut);
		free(to);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(bytes_are_written_with_padding, pairs);
	EACH(text_is_read_back, pairs);
	TEST(line_breaks_are_passed_over_wherever_they_stand);
	EACH(what_is_not_base64_is_refused, bad);
	TEST(only_the_alphabet_is_read);
	TEST(runs_of_every_length_come_back_in_place);
	TEST(text_cut_anywhere_is_read_or_refused);
}

int main(void)
{
	return unit_run("b64", add);
}
