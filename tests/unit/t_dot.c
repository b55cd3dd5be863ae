/* dot: names in the language of Graphviz. What is drawn is tested through imgps. */
#include "libimg/view/dot_text.h"

#include "unit.h"

static const struct {
	struct bytes in;
	const char *out;
} names[] = {
	{ BYTES(""), "" },
	{ BYTES("plain"), "plain" },
	{ BYTES("say \"hi\""), "say &quot;hi&quot;" },
	{ BYTES("a\\N\\"), "a\\\\\\\\N\\\\\\\\" },
	{ BYTES("\xe2\x80\xae"), "\\\\xe2\\\\x80\\\\xae" },
	{ BYTES("&lt;&#65;"), "&amp;lt;&amp;#65;" },
	{ BYTES("<b>x</b>"), "&lt;b&gt;x&lt;/b&gt;" },
	{ BYTES("a\nb\0\x7f"), "a\\\\x0ab\\\\x00\\\\x7f" },
	{ BYTES("\xff\xc3"), "\\\\xff\\\\xc3" },
	{ BYTES("\xc2\x9b"), "\\\\xc2\\\\x9b" },
	{ BYTES("\xc3\xbc"), "\xc3\xbc" },
};

START_TEST(a_name_cannot_end_its_string)
{
	struct img_out *o = sink_new();
	char *text;

	img_dot_name(o, names[_i].in.p, names[_i].in.n);
	text = sink_take(o, NULL);
	ck_assert_str_eq(text, names[_i].out);
	free(text);
}
END_TEST

static const struct {
	const char *in;
	size_t most;
	const char *out;
} cuts[] = {
	{ "", 0, "" },
	{ "abc", 3, "abc" },
	{ "abc", 2, "ab…" },
	{ "abc", 0, "…" },
	/* Not inside of a character, nor of an escape. */
	{ "a\xc3\xbc", 2, "a…" },
	{ "a\xc3\xbc", 3, "a\xc3\xbc" },
	{ "<<", 1, "&lt;…" },
	{ "\xff\xfe", 1, "\\\\xff…" },
};

START_TEST(a_long_name_is_cut)
{
	struct img_out *o = sink_new();
	char *text;

	img_dot_name_cut(o, cuts[_i].in, strlen(cuts[_i].in), cuts[_i].most);
	text = sink_take(o, NULL);
	ck_assert_str_eq(text, cuts[_i].out);
	free(text);
}
END_TEST

static const struct {
	uint64_t bytes;
	const char *out;
} sizes[] = {
	{ 0, "0 KiB" },
	{ 1024, "1 KiB" },
	{ 290816, "284 KiB" },
	{ 1023 * 1024, "1023 KiB" },
	{ 1024 * 1024, "1.0 MiB" },
	{ 4404019, "4.2 MiB" },
	{ UINT64_C(3) << 30, "3.0 GiB" },
	{ UINT64_MAX, "16.0 EiB" },
};

START_TEST(sizes_are_short)
{
	struct img_out *o = sink_new();
	char *text;

	img_dot_size(o, sizes[_i].bytes);
	text = sink_take(o, NULL);
	ck_assert_str_eq(text, sizes[_i].out);
	free(text);
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_long_name_is_cut, cuts);
	EACH(sizes_are_short, sizes);
	EACH(a_name_cannot_end_its_string, names);
}

int main(void)
{
	return unit_run("dot", add);
}
