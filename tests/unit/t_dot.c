/* dot: names in the language of Graphviz. What is drawn is tested through imgps. */
#include "libimg/view/dot.h"

#include "unit.h"

static const struct {
	struct bytes in;
	const char *out;
} names[] = {
	{ BYTES(""), "" },
	{ BYTES("plain"), "plain" },
	{ BYTES("say \"hi\""), "say \\\"hi\\\"" },
	{ BYTES("a\\N\\"), "a\\\\\\\\N\\\\\\\\" },
	{ BYTES("\xe2\x80\xae"), "\\\\xe2\\\\x80\\\\xae" },
	{ BYTES("&lt;&#65;"), "&amp;lt;&amp;#65;" },
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

static void add(TCase *tc)
{
	EACH(a_name_cannot_end_its_string, names);
}

int main(void)
{
	return unit_run("dot", add);
}
