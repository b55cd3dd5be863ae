/* jw: JSON in three styles. */
#include "libimg/json/jw.h"

#include "libimg/json/b64.h"
#include "unit.h"

static const enum img_jw_style styles[] = { IMG_JW_LINE, IMG_JW_DOC, IMG_JW_PRETTY };

static struct img_jw *begin(enum img_jw_style style)
{
	static struct img_jw w;

	img_jw_init(&w, sink_new(), style);
	return &w;
}

static void wrote(struct img_jw *w, const char *want, size_t want_n)
{
	size_t n;
	char *got = sink_take(w->o, &n);

	if (n != want_n || memcmp(got, want, n) != 0)
		ck_abort_msg("wrote\n%s\nexpected\n%s\n", got, want);
	free(got);
}

#define WROTE(w, text) wrote(w, text, sizeof(text) - 1)

static void tree(struct img_jw *w)
{
	img_jw_open(w, '{');
	IMG_JW_KEY(w, "a");
	img_jw_u64(w, 1);
	IMG_JW_KEY(w, "list");
	img_jw_open(w, '[');
	img_jw_item(w);
	img_jw_i64(w, -2);
	img_jw_item(w);
	img_jw_bool(w, true);
	img_jw_item(w);
	img_jw_open(w, '{');
	img_jw_close(w, '}');
	img_jw_item(w);
	img_jw_open(w, '{');
	IMG_JW_KEY(w, "b");
	img_jw_bool(w, false);
	img_jw_close(w, '}');
	img_jw_close(w, ']');
	IMG_JW_KEY(w, "none");
	img_jw_open(w, '[');
	img_jw_close(w, ']');
	IMG_JW_KEY(w, "s");
	img_jw_plain(w, "x y");
	img_jw_close(w, '}');
}

START_TEST(a_line_has_no_space)
{
	struct img_jw *w = begin(IMG_JW_LINE);

	tree(w);
	WROTE(w, "{\"a\":1,\"list\":[-2,true,{},{\"b\":false}],\"none\":[],\"s\":\"x y\"}");
}
END_TEST

START_TEST(a_document_is_spaced_as_python_does)
{
	struct img_jw *w = begin(IMG_JW_DOC);

	tree(w);
	WROTE(w,
	      "{\"a\": 1, \"list\": [-2, true, {}, {\"b\": false}], \"none\": [], \"s\": \"x y\"}");
}
END_TEST

START_TEST(a_pretty_document_is_indented_as_python_does)
{
	struct img_jw *w = begin(IMG_JW_PRETTY);

	tree(w);
	WROTE(w, "{\n"
		 "    \"a\": 1,\n"
		 "    \"list\": [\n"
		 "        -2,\n"
		 "        true,\n"
		 "        {},\n"
		 "        {\n"
		 "            \"b\": false\n"
		 "        }\n"
		 "    ],\n"
		 "    \"none\": [],\n"
		 "    \"s\": \"x y\"\n"
		 "}");
}
END_TEST

static const struct {
	int64_t v;
	const char *line, *doc;
} ints[] = {
	{ 0, "0", "0" },
	{ -1, "-1", "-1" },
	{ 9007199254740991, "9007199254740991", "9007199254740991" },
	{ 9007199254740992, "\"9007199254740992\"", "9007199254740992" },
	{ -9007199254740991, "-9007199254740991", "-9007199254740991" },
	{ -9007199254740992, "\"-9007199254740992\"", "-9007199254740992" },
	{ INT64_MAX, "\"9223372036854775807\"", "9223372036854775807" },
	{ INT64_MIN, "\"-9223372036854775808\"", "-9223372036854775808" },
};

START_TEST(what_a_double_cannot_hold_is_a_string_in_lines_alone)
{
	for (size_t s = 0; s < COUNT(styles); s++) {
		const char *want = styles[s] == IMG_JW_LINE ? ints[_i].line : ints[_i].doc;
		struct img_jw *w = begin(styles[s]);

		img_jw_int(w, ints[_i].v);
		wrote(w, want, strlen(want));
		if (ints[_i].v >= 0) {
			w = begin(styles[s]);
			img_jw_uint(w, (uint64_t)ints[_i].v);
			wrote(w, want, strlen(want));
		}
		w = begin(styles[s]);
		img_jw_i64(w, ints[_i].v);
		wrote(w, ints[_i].doc, strlen(ints[_i].doc));
	}
}
END_TEST

START_TEST(the_largest_number_has_twenty_digits)
{
	struct img_jw *w = begin(IMG_JW_LINE);

	img_jw_uint(w, UINT64_MAX);
	img_jw_u64(w, UINT64_MAX);
	WROTE(w, "\"18446744073709551615\"18446744073709551615");
}
END_TEST

START_TEST(numbers_are_written_in_decimal)
{
	uint64_t power = 1;

	for (int i = 0; i < 20; i++, power *= 10)
		for (int d = -1; d <= 1; d++) {
			char got[21], want[32];

			*img_jw_decimal(got, power + (uint64_t)d) = '\0';
			sprintf(want, "%" PRIu64, power + (uint64_t)d);
			ck_assert_str_eq(got, want);
		}
	for (unsigned v = 0; v < 20000; v++) {
		char got[21], want[32];

		*img_jw_decimal(got, v) = '\0';
		sprintf(want, "%u", v);
		ck_assert_str_eq(got, want);
	}
}
END_TEST

/* doc: what json.dumps() of Python writes. */
static const struct {
	struct bytes text;
	const char *line, *doc;
} strings[] = {
	{ BYTES(""), "\"\"", "\"\"" },
	{ BYTES("abc /"), "\"abc /\"", "\"abc /\"" },
	{ BYTES("\""), "\"\\\"\"", "\"\\\"\"" },
	{ BYTES("\\"), "\"\\\\\"", "\"\\\\\"" },
	{ BYTES("\"\\"), "\"\\\"\\\\\"", "\"\\\"\\\\\"" },
	{ BYTES("\n\r\t\b\f"), "\"\\n\\r\\t\\b\\f\"", "\"\\n\\r\\t\\b\\f\"" },
	{ BYTES("a\0b"), "\"a\\u0000b\"", "\"a\\u0000b\"" },
	{ BYTES("\x01\x1f"), "\"\\u0001\\u001f\"", "\"\\u0001\\u001f\"" },
	{ BYTES("\x7e\x7f"), "\"~\\u007f\"", "\"~\\u007f\"" },
	{ BYTES("\xc2\x80\xc2\x9f"), "\"\\u0080\\u009f\"", "\"\\u0080\\u009f\"" },
	{ BYTES("\xc2\xa0"), "\"\xc2\xa0\"", "\"\\u00a0\"" },
	{ BYTES("x\xc3\xa9y"), "\"x\xc3\xa9y\"", "\"x\\u00e9y\"" },
	{ BYTES("\xe2\x80\xa8"), "\"\\u2028\"", "\"\\u2028\"" },
	{ BYTES("\xe2\x81\xa6\xf3\xa0\x80\x81"), "\"\\u2066\\udb40\\udc01\"",
	  "\"\\u2066\\udb40\\udc01\"" },
	{ BYTES("\xe2\x82\xac"), "\"\xe2\x82\xac\"", "\"\\u20ac\"" },
	{ BYTES("\xef\xbf\xbf"), "\"\xef\xbf\xbf\"", "\"\\uffff\"" },
	{ BYTES("\xf0\x9f\x98\x80"), "\"\xf0\x9f\x98\x80\"", "\"\\ud83d\\ude00\"" },
	{ BYTES("\xf4\x8f\xbf\xbf"), "\"\xf4\x8f\xbf\xbf\"", "\"\\udbff\\udfff\"" },
};

START_TEST(a_string_is_escaped_as_its_style_wants_it)
{
	for (size_t s = 0; s < COUNT(styles); s++) {
		const char *want = styles[s] == IMG_JW_LINE ? strings[_i].line : strings[_i].doc;
		struct img_jw *w = begin(styles[s]);

		img_jw_str(w, strings[_i].text.p, strings[_i].text.n);
		wrote(w, want, strlen(want));
	}
}
END_TEST

/* Eight bytes are looked at together: what is escaped may stand in each place. */
START_TEST(what_is_escaped_is_so_among_plain_text)
{
	static const char plain[] = " ~#[]!^}x";

	for (size_t before = 0; before < sizeof(plain); before++)
		for (size_t s = 0; s < COUNT(styles); s++) {
			const char *as =
				styles[s] == IMG_JW_LINE ? strings[_i].line : strings[_i].doc;
			size_t n = strings[_i].text.n;
			struct img_jw *w = begin(styles[s]);
			char text[64], want[64];

			memcpy(text, plain, before);
			memcpy(text + before, strings[_i].text.p, n);
			memcpy(text + before + n, plain, sizeof(plain) - 1);
			snprintf(want, sizeof(want), "\"%.*s%.*s%s\"", (int)before, plain,
				 (int)strlen(as) - 2, as + 1, plain);
			img_jw_str(w, text, before + n + sizeof(plain) - 1);
			wrote(w, want, strlen(want));
		}
}
END_TEST

START_TEST(no_control_character_reaches_the_output)
{
	for (uint32_t c = 0; c < 0xa0; c++) {
		uint8_t p[2] = { (uint8_t)c };
		struct img_jw *w = begin(IMG_JW_LINE);
		char *got;

		if (c >= 0x80) {
			p[0] = (uint8_t)(0xc0 | c >> 6);
			p[1] = (uint8_t)(0x80 | (c & 0x3f));
		}
		img_jw_str(w, p, c < 0x80 ? 1 : 2);
		got = sink_take(w->o, NULL);
		for (char *q = got; *q != '\0'; q++)
			ck_assert(*q >= 0x20 && *q < 0x7f);
		free(got);
	}
}
END_TEST

START_TEST(a_string_longer_than_the_buffer_is_whole)
{
	size_t n = 200000, got_n;
	char *text = malloc(n), *got;
	struct img_jw *w = begin(IMG_JW_LINE);

	for (size_t i = 0; i < n; i++)
		text[i] = i % 1000 == 0 ? '\n' : 'x';
	img_jw_str(w, text, n);
	got = sink_take(w->o, &got_n);
	ck_assert_uint_eq(got_n, n + n / 1000 + 2);
	for (size_t i = 0, at = 1; i < n; i++, at++)
		if (text[i] == '\n') {
			ck_assert_int_eq(got[at++], '\\');
			ck_assert_int_eq(got[at], 'n');
		} else {
			ck_assert_int_eq(got[at], 'x');
		}
	free(got);
	free(text);
}
END_TEST

/* Base64 as crit has it: 57 bytes a line, and the line end of each as "\n" in JSON. */
static char *expected_b64(enum img_jw_style style, const uint8_t *p, size_t n, size_t *len)
{
	char *to = malloc(2 * n + 100), *q = to;

	*q++ = '"';
	for (size_t i = 0; i < n; i += 57) {
		q = img_b64_encode(q, p + i, n - i < 57 ? n - i : 57);
		if (style != IMG_JW_LINE) {
			*q++ = '\\';
			*q++ = 'n';
		}
	}
	*q++ = '"';
	*len = (size_t)(q - to);
	return to;
}

static const size_t b64_sizes[] = { 0,    1,     2,     3,     4,     55,    56,
				    57,   58,    113,   114,   115,   171,   172,
				    1000, 12287, 12288, 12289, 12300, 49152, 200000 };

START_TEST(base64_is_the_same_at_once_and_in_parts)
{
	static const size_t parts[] = { 1, 2, 3, 56, 57, 58, 100, 5000, 12288, 65536 };
	size_t n = b64_sizes[_i], len;
	uint8_t *p = malloc(n + 1);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 13 + (i >> 8));
	for (size_t s = 0; s < COUNT(styles); s++) {
		char *want = expected_b64(styles[s], p, n, &len);
		struct img_jw *w = begin(styles[s]);

		img_jw_b64(w, p, n);
		wrote(w, want, len);
		for (size_t k = 0; k < COUNT(parts); k++) {
			w = begin(styles[s]);
			img_jw_b64_begin(w);
			for (size_t i = 0; i < n; i += parts[k])
				img_jw_b64_part(w, p + i, n - i < parts[k] ? n - i : parts[k]);
			img_jw_b64_end(w);
			wrote(w, want, len);
		}
		free(want);
	}
	free(p);
}
END_TEST

START_TEST(text_that_is_not_utf8_is_wrapped)
{
	struct img_jw *w = begin(IMG_JW_LINE);

	img_jw_text(w, "ok", 2);
	WROTE(w, "\"ok\"");
	w = begin(IMG_JW_LINE);
	img_jw_text(w, "a\xff", 2);
	WROTE(w, "{\"@base64\":\"Yf8=\"}");
	w = begin(IMG_JW_DOC);
	img_jw_text(w, "a\xff", 2);
	WROTE(w, "{\"@base64\": \"Yf8=\\n\"}");
	w = begin(IMG_JW_PRETTY);
	img_jw_open(w, '{');
	IMG_JW_KEY(w, "name");
	img_jw_text(w, "a\xff", 2);
	IMG_JW_KEY(w, "b");
	img_jw_text(w, "c", 1);
	img_jw_close(w, '}');
	WROTE(w,
	      "{\n    \"name\": {\n        \"@base64\": \"Yf8=\\n\"\n    },\n    \"b\": \"c\"\n}");
}
END_TEST

static void add(TCase *tc)
{
	TEST(a_line_has_no_space);
	TEST(a_document_is_spaced_as_python_does);
	TEST(a_pretty_document_is_indented_as_python_does);
	EACH(what_a_double_cannot_hold_is_a_string_in_lines_alone, ints);
	TEST(the_largest_number_has_twenty_digits);
	TEST(numbers_are_written_in_decimal);
	EACH(a_string_is_escaped_as_its_style_wants_it, strings);
	EACH(what_is_escaped_is_so_among_plain_text, strings);
	TEST(no_control_character_reaches_the_output);
	TEST(a_string_longer_than_the_buffer_is_whole);
	EACH(base64_is_the_same_at_once_and_in_parts, b64_sizes);
	TEST(text_that_is_not_utf8_is_wrapped);
}

int main(void)
{
	return unit_run("jw", add);
}
