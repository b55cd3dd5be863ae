/*
 * schema: the class of every field, its verbs and the CRIU that brought it, held against the
 * tables in tests/data/schema in both directions.
 */
#include "libimg/msg/schema.h"

#include "tsv.h"

enum { MESSAGE, FIELD, CLASS, CLASS_COLUMNS };
enum { VERB, V_MESSAGE, V_FIELD, VERB_COLUMNS };

enum { S_MESSAGE, S_FIELD, SINCE, SINCE_COLUMNS };

static const char classes[] = "data/schema/class.tsv", verbs[] = "data/schema/verbs.tsv",
		  since[] = "data/schema/since.tsv";

static const struct img_msg *msg_of(const char *name)
{
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		if (strcmp((*m)->desc->name, name) == 0)
			return *m;
	ck_abort_msg("no message %s", name);
}

static const struct img_row *row_of(const char *msg, const char *field)
{
	const struct img_msg *m = msg_of(msg);
	int r = img_msg_find_name(m, field, strlen(field), 0);

	ck_assert_msg(r >= 0, "%s.%s", msg, field);
	return &m->rows[r];
}

/* Its place in an array of names that NULL ends. */
static unsigned index_of(const char *const *names, const char *name)
{
	for (unsigned i = 0; names[i] != NULL; i++)
		if (strcmp(names[i], name) == 0)
			return i;
	ck_abort_msg("no name %s", name);
}

START_TEST(each_class_is_as_the_table_says)
{
	struct tsv t;
	int marked = 0, rows = 0;

	tsv_open(&t, classes);
	while (tsv_next(&t, CLASS_COLUMNS)) {
		const struct img_row *row = row_of(t.col[MESSAGE], t.col[FIELD]);

		ck_assert_msg(row->cls == index_of(img_class_names, t.col[CLASS]),
			      "%s.%s: %s, expected %s", t.col[MESSAGE], t.col[FIELD],
			      img_class_names[row->cls], t.col[CLASS]);
		rows += row->cls != IMG_CLASS_KEEP;
	}
	/* What has no row in the table is kept. */
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		for (unsigned i = 0; i < (*m)->n; i++)
			marked += (*m)->rows[i].cls != IMG_CLASS_KEEP;
	ck_assert_int_eq(marked, rows);
}
END_TEST

START_TEST(each_verb_takes_the_fields_of_the_table)
{
	struct tsv t;
	int marked = 0, rows = 0;

	tsv_open(&t, verbs);
	while (tsv_next(&t, VERB_COLUMNS)) {
		const struct img_row *row = row_of(t.col[V_MESSAGE], t.col[V_FIELD]);

		ck_assert_msg(row->verbs >> index_of(img_verb_names, t.col[VERB]) & 1,
			      "%s.%s: %#x lacks %s", t.col[V_MESSAGE], t.col[V_FIELD], row->verbs,
			      t.col[VERB]);
		rows++;
	}
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		for (unsigned i = 0; i < (*m)->n; i++)
			marked += __builtin_popcount((*m)->rows[i].verbs);
	ck_assert_int_eq(marked, rows);
}
END_TEST

/* A field that the schema gains must not leak because nobody thought of its class. */
START_TEST(each_text_is_in_the_table)
{
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		for (unsigned i = 0; i < (*m)->n; i++) {
			const ProtobufCFieldDescriptor *f = &(*m)->desc->fields[i];
			bool found = false;
			struct tsv t;

			if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_BYTES)
				continue;
			tsv_open(&t, classes);
			while (tsv_next(&t, CLASS_COLUMNS))
				found = found || (strcmp(t.col[MESSAGE], (*m)->desc->name) == 0 &&
						  strcmp(t.col[FIELD], f->name) == 0);
			ck_assert_msg(found, "%s.%s", (*m)->desc->name, f->name);
		}
}
END_TEST

START_TEST(each_field_has_the_release_that_brought_it)
{
	unsigned n = 0, rows = 0;
	struct tsv t;

	tsv_open(&t, since);
	while (tsv_next(&t, SINCE_COLUMNS)) {
		const struct img_msg *m = msg_of(t.col[S_MESSAGE]);
		const struct img_row *row = row_of(t.col[S_MESSAGE], t.col[S_FIELD]);
		char text[IMG_CRIU_TEXT];

		ck_assert_str_eq(img_criu_text(m->since[row - m->rows], text), t.col[SINCE]);
		n++;
	}
	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		rows += (*m)->n;
	ck_assert_uint_eq(n, rows);
}
END_TEST

START_TEST(a_later_release_is_a_larger_number)
{
	static const uint32_t ascending[] = {
		IMG_CRIU(0, 1, 0), IMG_CRIU(0, 8, 0),  IMG_CRIU(1, 0, 0),   IMG_CRIU(1, 7, 1),
		IMG_CRIU(1, 8, 0), IMG_CRIU(2, 12, 1), IMG_CRIU(3, 2, 0),   IMG_CRIU(3, 17, 0),
		IMG_CRIU(4, 2, 0), IMG_CRIU(10, 0, 0), IMG_CRIU(99, 99, 9), IMG_CRIU_DEV,
	};
	char text[IMG_CRIU_TEXT];

	for (size_t i = 1; i < COUNT(ascending); i++)
		ck_assert_uint_lt(ascending[i - 1], ascending[i]);
	ck_assert_str_eq(img_criu_text(IMG_CRIU(3, 17, 1), text), "3.17.1");
	ck_assert_str_eq(img_criu_text(IMG_CRIU(3, 0, 0), text), "3.0");
	ck_assert_str_eq(img_criu_text(IMG_CRIU_DEV, text), "dev");
	/* Any number has room. */
	ck_assert_str_eq(img_criu_text(UINT32_MAX - 1, text), "429496.72.94");
}
END_TEST

START_TEST(a_name_is_that_of_its_number)
{
	ck_assert_str_eq(img_class_names[IMG_CLASS_KEEP], "keep");
	ck_assert_str_eq(img_class_names[IMG_CLASS_INODE], "inode");
	ck_assert_ptr_null(img_class_names[IMG_CLASS_INODE + 1]);
	ck_assert_uint_eq(IMG_VERB_IP, 1);
	ck_assert_uint_eq(IMG_VERB_EXT_KEY, 1u << index_of(img_verb_names, "ext-key"));
	ck_assert_uint_eq(IMG_VERB_PID, 1u << index_of(img_verb_names, "pid"));
}
END_TEST

START_TEST(a_row_is_half_a_cache_line)
{
	ck_assert_uint_eq(sizeof(struct img_row), sizeof(void *) == 8 ? 32 : 20);
}
END_TEST

static void add(TCase *tc)
{
	TEST(each_class_is_as_the_table_says);
	TEST(each_verb_takes_the_fields_of_the_table);
	TEST(each_text_is_in_the_table);
	TEST(each_field_has_the_release_that_brought_it);
	TEST(a_later_release_is_a_larger_number);
	TEST(a_name_is_that_of_its_number);
	TEST(a_row_is_half_a_cache_line);
}

int main(void)
{
	return unit_run("marks", add);
}
