/* compare: facts of two dumps, and which of their tasks are the same. */
#include "images.h"

#include "libimg/view/compare_facts.h"
#include "libimg/view/compare_side.h"
#include "libimg/view/text.h"
#include "pstree.pb-c.h"

/* ---- facts ---- */

struct fact {
	uint64_t rank;
	const char *key, *text, *fields;
	bool loose;
};

static void put(struct img_facts *f, const struct fact *v)
{
	struct img_err err;

	ck_assert_int_eq(img_facts_init(f, &err), 0);
	for (; v->key != NULL; v++) {
		img_facts_begin(f, v->rank, v->loose);
		img_text_put(f->o, v->key);
		if (v->text != NULL) {
			img_facts_text(f);
			img_text_put(f->o, v->text);
		}
		if (v->fields != NULL) {
			img_facts_fields(f);
			img_text_put(f->o, v->fields);
		}
		img_facts_end(f);
	}
}

static void note(void *arg, const struct img_fact *a, const struct img_fact *b)
{
	char *to = arg;

	sprintf(to + strlen(to), "%s%s%s ", a != NULL ? "-" : "", b != NULL ? "+" : "",
		(a != NULL ? a : b)->key);
}

#define F(rank, key, text, fields, loose)                                                          \
	{                                                                                          \
		rank, key, text, fields, loose                                                     \
	}
#define T(rank, key, text) F(rank, key, text, NULL, false)
#define K(rank, key) T(rank, key, NULL)

static const struct {
	struct fact a[4], b[4];
	const char *differ;
} lists[] = {
	{ { { 0 } }, { { 0 } }, "" },
	{ { T(1, "k", "x") }, { T(1, "k", "x") }, "" },
	{ { T(1, "k", "x") }, { T(1, "k", "y") }, "-+k " },
	{ { F(1, "k", "x", "f 1\n", false) }, { F(1, "k", "x", "f 2\n", false) }, "-+k " },
	{ { F(1, "k", "x", "f 1\n", true) }, { F(1, "k", "y", "f 1\n", true) }, "" },
	{ { F(1, "k", "x", "f 1\n", true) }, { F(1, "k", "x", "f 1\n", false) }, "-+k " },
	{ { T(1, "k", "x") }, { T(2, "k", "x") }, "-k +k " },
	/* By rank, not by the order in which they were put; of one rank by key. */
	{ { K(3, "c"), K(1, "a"), K(2, "b") }, { K(1, "a"), K(3, "c") }, "-b " },
	{ { K(0, "b"), K(0, "a") }, { K(0, "a"), K(0, "c"), K(0, "b") }, "+c " },
	/* Of one key in the order in which they were put. */
	{ { T(0, "k", "1"), T(0, "k", "2") }, { T(0, "k", "1"), T(0, "k", "2") }, "" },
	{ { T(0, "k", "1"), T(0, "k", "2") }, { T(0, "k", "2") }, "-+k -k " },
};

START_TEST(facts_of_two_lists)
{
	struct img_facts a, b;
	struct img_err err;
	char got[128] = "";

	put(&a, lists[_i].a);
	put(&b, lists[_i].b);
	ck_assert_int_eq(img_facts_compare(&a, &b, note, got, &err), 0);
	ck_assert_str_eq(got, lists[_i].differ);
	img_facts_free(&a);
	img_facts_free(&b);
}
END_TEST

static void note_field(void *arg, const struct img_fact_field *f)
{
	char *to = arg;

	sprintf(to + strlen(to), "%.*s:%.*s:%.*s ", f->name_n, f->name, f->value_n[0],
		f->value[0] != NULL ? f->value[0] : "", f->value_n[1],
		f->value[1] != NULL ? f->value[1] : "");
}

static const struct {
	const char *a, *b, *differ;
} fields[] = {
	{ "", "", "" },
	{ "x 1\ny 2\n", "x 1\ny 2\n", "" },
	{ "x 1\ny 2\n", "y 2\nx 1\n", "" },
	{ "x 1\ny 2\n", "x 3\ny 2\n", "x:1:3 " },
	{ "x 1\n", "", "x:1: " },
	{ "", "x 1\n", "x::1 " },
	{ "x 1\nxx 2\n", "xx 2\n", "x:1: " },
	{ "x a b\n", "x a\n", "x:a b:a " },
	{ "x \n", "x 1\n", "x::1 " },
	{ "x 1\nx 2\n", "x 1\nx 3\n", "x:2:3 " },
};

START_TEST(fields_of_two_facts)
{
	struct img_fact a = { .fields = fields[_i].a }, b = { .fields = fields[_i].b };
	struct img_err err;
	char got[128] = "";

	ck_assert_int_eq(img_fact_fields(&a, &b, note_field, got, &err), 0);
	ck_assert_str_eq(got, fields[_i].differ);
}
END_TEST

/* ---- tasks ---- */

struct task {
	uint32_t pid, ppid;
	const char *comm;
};

static struct img_ps *tree(const struct task *v)
{
	struct img_dir *d;
	struct img_ps *ps;
	struct img_err err;

	images_new();
	for (size_t i = 0; v[i].pid != 0; i++) {
		uint32_t tids[] = { v[i].pid, v[i].pid + 1000 };
		PstreeEntry e = PSTREE_ENTRY__INIT;

		e.pid = v[i].pid;
		e.ppid = v[i].ppid;
		e.n_threads = 2;
		e.threads = tids;
		images_put("pstree.img", &e.base);
	}
	d = images_open();
	ck_assert_int_eq(img_ps_read(d, &ps, &err), 1);
	for (size_t i = 0; i < ps->n; i++)
		ps->tasks[i].comm = strdup(v[i].comm);
	img_dir_close(d);
	images_free();
	return ps;
}

static const struct {
	struct task a[6], b[6];
	const char *pairs; /* index in b of each task of a */
} trees[] = {
	{ { { 1, 0, "a" } }, { { 1, 0, "b" } }, "0" },
	{ { { 1, 0, "a" } }, { { 2, 0, "a" } }, "0" },
	{ { { 1, 0, "a" } }, { { 2, 0, "b" } }, "-" },
	{ { { 1, 0, "a" }, { 2, 1, "x" }, { 3, 1, "y" } },
	  { { 7, 0, "a" }, { 8, 7, "y" }, { 9, 7, "x" } },
	  "021" },
	/* Of one name, in order; a child of one that has no match has none. */
	{ { { 1, 0, "a" }, { 2, 1, "x" }, { 3, 1, "x" }, { 4, 2, "z" } },
	  { { 1, 0, "a" }, { 5, 1, "x" }, { 6, 5, "z" } },
	  "01-2" },
	{ { { 1, 0, "a" }, { 2, 1, "x" }, { 3, 2, "z" } },
	  { { 1, 0, "a" }, { 5, 1, "w" }, { 6, 5, "z" } },
	  "0--" },
	/* A pid counts more than a name. */
	{ { { 1, 0, "a" }, { 2, 1, "x" } }, { { 1, 0, "a" }, { 3, 1, "x" }, { 2, 1, "y" } }, "02" },
};

START_TEST(tasks_by_pid_then_by_tree_and_name)
{
	struct img_side sides[2] = { { .ps = tree(trees[_i].a) }, { .ps = tree(trees[_i].b) } };
	struct img_err err;
	char got[8] = "";

	ck_assert_int_eq(img_side_match(sides, &err), 0);
	for (size_t i = 0; i < sides[0].ps->n; i++) {
		size_t other = sides[0].match[i];
		const struct img_task *a = &sides[0].ps->tasks[i], *b;

		got[i] = other == IMG_NO_TASK ? '-' : (char)('0' + other);
		if (other == IMG_NO_TASK)
			continue;
		b = &sides[1].ps->tasks[other];
		ck_assert_uint_eq(sides[1].match[other], i);
		ck_assert_uint_eq(img_side_pid(&sides[1], b->pid), a->pid);
		ck_assert_uint_eq(img_side_pid(&sides[1], b->threads[1]), a->threads[1]);
		ck_assert_uint_eq(img_side_pid(&sides[0], a->pid), a->pid);
	}
	ck_assert_str_eq(got, trees[_i].pairs);
	for (int i = 0; i < 2; i++) {
		img_free(sides[i].match);
		img_map_free(&sides[i].renamed);
		img_ps_free(sides[i].ps);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(facts_of_two_lists, lists);
	EACH(fields_of_two_facts, fields);
	EACH(tasks_by_pid_then_by_tree_and_name, trees);
}

int main(void)
{
	return unit_run("compare", add);
}
