/* table: rows as columns. */
#include "unit.h"

#include "libimg/view/table.h"

struct row {
	uint64_t n;
	const char *name;
	unsigned depth;
	bool last[4];
};

static void get_n(struct img_cell *c, const void *row)
{
	img_cell_uint(c, ((const struct row *)row)->n);
}

static void get_size(struct img_cell *c, const void *row)
{
	img_cell_size(c, ((const struct row *)row)->n);
}

static void get_name(struct img_cell *c, const void *row)
{
	const struct row *r = row;

	if (r->name == NULL)
		return;
	if (strcmp(r->name, "bad") == 0)
		img_cell_mark(c, IMG_MARK_BAD);
	img_cell_branch(c, r->depth, r->last);
	img_cell_name(c, r->name, strlen(r->name));
}

static void get_list(struct img_cell *c, const void *row)
{
	img_cell_list(c);
	for (uint64_t i = 0; i < ((const struct row *)row)->n && i < 3; i++)
		img_cell_uint(c, i);
}

static void get_text(struct img_cell *c, const void *row)
{
	struct img_out *o = img_cell_text(c);

	img_out_put(o, "n=", 2);
	img_out_byte(o, (uint8_t)('0' + ((const struct row *)row)->n % 10));
	img_cell_text_end(c);
}

static void get_odd(struct img_cell *c, const void *row)
{
	img_cell_bool(c, ((const struct row *)row)->n % 2 != 0);
}

static const struct img_column all[] = {
	{ "N", IMG_COL_DEFAULT | IMG_COL_RIGHT, 1, "a number", get_n },
	{ "NAME", IMG_COL_DEFAULT | IMG_COL_TREE, 2, "a name", get_name },
	{ "SIZE", IMG_COL_RIGHT, 0, "a size", get_size },
	{ "LIST", 0, 4, "a list", get_list },
	{ "TEXT", 0, 0, "a text", get_text },
	{ "ODD", 0, 0, "is it odd?", get_odd },
	{ NULL, 0, 0, NULL, NULL },
};

/* What a table of these rows is; `list` are its columns. */
static char *shown(const char *list, struct img_table_style style, const struct row *rows, size_t n)
{
	struct img_columns s = { .n = 0 };
	struct img_out *o = sink_new();
	const char *bad;
	struct img_table *t;
	struct img_err err;

	ck_assert(img_columns_add(&s, all, list, &bad));
	t = img_table_new(&s, &style, o);
	for (size_t i = 0; i < n; i++) {
		struct img_jw w;

		if (!style.json) {
			img_table_row(t, &rows[i]);
			continue;
		}
		img_jw_init(&w, o, IMG_JW_LINE);
		img_jw_open(&w, '{');
		img_table_json(t, &rows[i], &w);
		img_jw_close(&w, '}');
		img_out_byte(o, '\n');
	}
	ck_assert_int_eq(img_table_end(t, &err), 0);
	return sink_take(o, NULL);
}

static const struct row some[] = {
	{ 1, "one", 0, { 0 } },
	{ 1536, NULL, 0, { 0 } },
	{ 22, "a b\n", 0, { 0 } },
	{ 3, "-", 0, { 0 } },
};

static const struct {
	const char *list, *want;
	struct img_table_style style;
} forms[] = {
	{ "n,name", "   N NAME\n   1 one\n1536\n  22 a b\\x0a\n   3 -\n", { 0 } },
	{ "+size",
	  "   N NAME    SIZE\n   1 one       1B\n1536         1.5K\n  22 a b\\x0a  22B\n"
	  "   3 -         3B\n",
	  { 0 } },
	{ "Size", "SIZE\n   1\n1536\n  22\n   3\n", { .bytes = true } },
	{ "name,n,odd",
	  "NAME N ODD\none 1 yes\n- 1536 -\na\\x20b\\x0a 22 -\n\\x2d 3 yes\n",
	  { .raw = true } },
	{ "text,list", "n=1 0\nn=6 0,1,2\nn=2 0,1,2\nn=3 0,1,2\n", { .noheadings = true } },
	{ "n,name,list,text,odd,size",
	  "{\"n\":1,\"name\":\"one\",\"list\":[0],\"text\":\"n=1\",\"odd\":true,\"size\":1}\n"
	  "{\"n\":1536,\"name\":null,\"list\":[0,1,2],\"text\":\"n=6\",\"odd\":false,\"size\":1536}"
	  "\n"
	  "{\"n\":22,\"name\":\"a "
	  "b\\n\",\"list\":[0,1,2],\"text\":\"n=2\",\"odd\":false,\"size\":22}\n"
	  "{\"n\":3,\"name\":\"-\",\"list\":[0,1,2],\"text\":\"n=3\",\"odd\":true,\"size\":3}\n",
	  { .json = true } },
	{ "name,n",
	  "\033[1mNAME\033[0m       \033[1mN\033[0m\none        1\n        1536\na b\\x0a   22\n"
	  "-          3\n",
	  { .color = true } },
};

START_TEST(rows_in_each_form)
{
	char *got = shown(forms[_i].list, forms[_i].style, some, COUNT(some));

	ck_assert_str_eq(got, forms[_i].want);
	free(got);
}
END_TEST

START_TEST(colour_is_around_what_is_marked)
{
	const struct row bad = { 1, "bad", 0, { 0 } };
	char *got = shown("name,n", (struct img_table_style){ .color = true, .noheadings = true },
			  &bad, 1);

	ck_assert_str_eq(got, "\033[31mbad\033[0m 1\n");
	free(got);
}
END_TEST

START_TEST(no_rows_are_headings)
{
	char *got = shown("n,name", (struct img_table_style){ 0 }, NULL, 0);

	ck_assert_str_eq(got, "N NAME\n");
	free(got);
}
END_TEST

START_TEST(branches_show_who_is_last)
{
	static const unsigned level[] = { 0, 1, 2, 2, 1, 2, 0 };
	static const bool want[] = { false, false, false, true, true, true, true };
	struct row rows[COUNT(level)] = { { 0 } };
	bool last[COUNT(level)], stack[4] = { false };
	char *got;

	ck_assert_int_eq(img_branches(level, COUNT(level), last), 0);
	for (size_t i = 0; i < COUNT(level); i++) {
		ck_assert_int_eq(last[i], want[i]);
		if (level[i] > 0)
			stack[level[i] - 1] = last[i];
		rows[i] = (struct row){ i, "x", level[i], { stack[0], stack[1] } };
	}
	got = shown("name", (struct img_table_style){ .noheadings = true }, rows, COUNT(rows));
	ck_assert_str_eq(got, "x\n|-x\n| |-x\n| `-x\n`-x\n  `-x\nx\n");
	free(got);
	got = shown("name,n", (struct img_table_style){ .noheadings = true, .utf8 = true }, rows,
		    3);
	ck_assert_str_eq(got, "x     0\n\xe2\x94\x9c\xe2\x94\x80x   1\n\xe2\x94\x82 "
			      "\xe2\x94\x9c\xe2\x94\x80x 2\n");
	free(got);
}
END_TEST

START_TEST(depths_below_the_limit_are_numbers)
{
	static const bool last[1] = { true };
	struct row deep = { 1, "x", IMG_TABLE_DEPTH + 1, { last[0] } };
	char *got = shown("name", (struct img_table_style){ .noheadings = true }, &deep, 1);

	ck_assert_str_eq(got, "(1001) x\n");
	free(got);
}
END_TEST

/* Those after the held ones widen a column from there on. */
START_TEST(rows_without_end_are_not_held)
{
	enum { N = 100000 };
	struct row *rows = calloc(N + 2, sizeof(*rows));
	char *got, *end;

	for (size_t i = 0; i < N; i++)
		rows[i] = (struct row){ 1, "name", 0, { 0 } };
	rows[N] = (struct row){ 1, "a longer name", 0, { 0 } };
	rows[N + 1] = rows[0];
	got = shown("name,n", (struct img_table_style){ .noheadings = true }, rows, N + 2);
	end = got + strlen(got) - strlen("name 1\na longer name 1\nname          1\n");
	ck_assert_str_eq(end, "name 1\na longer name 1\nname          1\n");
	free(got);
	free(rows);
}
END_TEST

static const struct {
	uint64_t v;
	const char *want;
} sizes[] = {
	{ 0, "0B\n" },           { 1023, "1023B\n" },   { 1024, "1K\n" },
	{ 1075, "1K\n" },        { 1076, "1.1K\n" },    { 2047, "2K\n" },
	{ 4096, "4K\n" },        { 1572864, "1.5M\n" }, { UINT64_C(5) << 40, "5T\n" },
	{ UINT64_MAX, "16E\n" },
};

START_TEST(sizes_have_units)
{
	struct row r = { sizes[_i].v, NULL, 0, { 0 } };
	char *got =
		shown("size", (struct img_table_style){ .raw = true, .noheadings = true }, &r, 1);

	ck_assert_str_eq(got, sizes[_i].want);
	free(got);
}
END_TEST

START_TEST(a_word_that_is_no_column_is_refused)
{
	struct img_columns s = { .n = 0 };
	const char *bad, *many = "n,n,n,n,n,n,n,n,n,n,n,n,n,n,n,n";

	ck_assert(!img_columns_add(&s, all, "n,nope,name", &bad));
	ck_assert_str_eq(bad, "nope,name");
	ck_assert(!img_columns_add(&s, all, "n,", &bad));
	ck_assert_str_eq(bad, "");
	s.n = 0;
	for (int i = 0; i < 4; i++)
		ck_assert(img_columns_add(&s, all, many, &bad));
	ck_assert(!img_columns_add(&s, all, "n", &bad));
	s.n = 0;
	ck_assert(img_columns_add(&s, all, "+list", &bad));
	ck_assert_uint_eq(img_columns_need(&s), 7);
}
END_TEST

static void add(TCase *tc)
{
	EACH(rows_in_each_form, forms);
	TEST(colour_is_around_what_is_marked);
	TEST(no_rows_are_headings);
	TEST(branches_show_who_is_last);
	TEST(depths_below_the_limit_are_numbers);
	TEST(rows_without_end_are_not_held);
	EACH(sizes_have_units, sizes);
	TEST(a_word_that_is_no_column_is_refused);
}

int main(void)
{
	return unit_run("table", add);
}
