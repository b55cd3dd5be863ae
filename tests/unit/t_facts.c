/* facts: what a machine has, kept by kind and name, written as lines of JSON and read back. */
#include "libimg/host/facts.h"

#include "unit.h"

static struct img_err err;

static struct img_host_facts *new_facts(void)
{
	struct img_host_facts *f = img_host_facts_new();

	ck_assert_ptr_nonnull(f);
	return f;
}

/* Read text into f; what img_host_facts_read() returns. */
static int read_text(struct img_host_facts *f, const char *text)
{
	struct img_in *in = img_in_mem(text, strlen(text));
	int r;

	ck_assert_ptr_nonnull(in);
	r = img_host_facts_read(f, in, &err);
	img_in_free(in);
	return r;
}

static void add_fact(struct img_host_facts *f, const struct img_need *is)
{
	ck_assert_int_eq(img_host_facts_add(f, is, &err), 0);
}

/* ---- reading ---- */

START_TEST(a_kind_is_known_whole_or_why_not)
{
	struct img_host_facts *f = new_facts();

	ck_assert_int_eq(read_text(f, "{\"fact\":\"pid\",\"complete\":true}\n"
				      "{\"fact\":\"lsm\",\"unknown\":\"no /sys\\u0007\"}\n"),
			 0);
	ck_assert(img_host_facts_is_complete(f, IMG_NEED_PID));
	ck_assert(!img_host_facts_is_complete(f, IMG_NEED_LSM));
	ck_assert_str_eq(img_host_facts_why(f, IMG_NEED_LSM), "no /sys\\x07");
	ck_assert_str_eq(img_host_facts_why(f, IMG_NEED_CPU), "the facts say nothing of it");
	ck_assert_uint_eq(img_host_facts_count(f), 0);
	img_host_facts_free(f);
}
END_TEST

START_TEST(members_come_in_any_order_and_unknown_ones_are_skipped)
{
	struct img_host_facts *f = new_facts();
	const struct img_need *is;

	ck_assert_int_eq(read_text(f, "{\"mode\":\"33261\",\"later\":{\"a\":[1,{}]},"
				      "\"build_id\":\"00fFa0\",\"value\":18446744073709551615,"
				      "\"pid\":7,\"image\":\"files.img\",\"entry\":3,"
				      "\"name\":\"/a\",\"in_root\":true,\"fact\":\"file\"}"),
			 0);
	ck_assert_uint_eq(img_host_facts_count(f), 1);
	is = &img_host_facts_at(f, 0)->is;
	ck_assert_int_eq(is->kind, IMG_NEED_FILE);
	ck_assert_str_eq(is->name, "/a");
	ck_assert_uint_eq(is->mode, 33261);
	ck_assert(is->value == UINT64_MAX);
	ck_assert_uint_eq(is->has,
			  IMG_NEED_SIZE | IMG_NEED_MODE | IMG_NEED_BUILD_ID | IMG_NEED_IN_ROOT);
	same_bytes(is->id, is->id_n, "\x00\xff\xa0", 3, "build id");
	ck_assert_ptr_null(is->image);
	img_host_facts_free(f);
}
END_TEST

START_TEST(a_flag_counts_where_it_is_true)
{
	struct img_host_facts *f = new_facts();

	ck_assert_int_eq(read_text(f, "{\"fact\":\"file\",\"name\":\"/a\",\"missing\":false}"
				      "{\"fact\":\"file\",\"name\":\"/b\",\"missing\":true}"),
			 0);
	ck_assert_uint_eq(img_host_facts_at(f, 0)->is.has, 0);
	ck_assert_uint_eq(img_host_facts_at(f, 1)->is.has, IMG_FACT_ABSENT);
	img_host_facts_free(f);
}
END_TEST

START_TEST(needs_are_no_facts)
{
	struct img_host_facts *f = new_facts();

	ck_assert_int_eq(read_text(f, "{\"need\":\"file\",\"name\":\"/a\",\"unchecked\":\"x\"}\n"
				      "{\"need\":\"pid\",\"name\":\"7\"}\n"),
			 0);
	ck_assert_uint_eq(img_host_facts_count(f), 0);
	ck_assert_int_eq(read_text(f, " \n\n"), 0);
	img_host_facts_free(f);
}
END_TEST

/* The longest name that a fact takes, and one byte more. */
START_TEST(a_name_is_as_long_as_a_path_may_be)
{
	enum { MOST = 4096 + 256 - 1 };
	struct img_host_facts *f = new_facts();
	char text[MOST + 100], name[MOST + 2];

	memset(name, 'x', sizeof(name));
	name[MOST] = '\0';
	snprintf(text, sizeof(text), "{\"fact\":\"file\",\"name\":\"%s\"}", name);
	ck_assert_int_eq(read_text(f, text), 0);
	ck_assert_str_eq(img_host_facts_at(f, 0)->is.name, name);
	snprintf(text, sizeof(text), "{\"fact\":\"file\",\"name\":\"x%s\"}", name);
	ck_assert_int_eq(read_text(f, text), -1);
	ck_assert_ptr_nonnull(strstr(said(&err), "at most 4351"));
	img_host_facts_free(f);
}
END_TEST

static const struct {
	const char *text, *said;
} refused[] = {
	{ "{\"name\":\"x\"}", "neither a need nor a fact" },
	{ "{\"fact\":\"weather\"}", "unknown kind weather" },
	{ "{\"fact\":7}", "a string" },
	{ "{\"fact\":\"pid\",\"value\":-1}", "a number" },
	{ "{\"fact\":\"pid\",\"value\":18446744073709551616}", "a number" },
	{ "{\"fact\":\"file\",\"name\":\"/x\",\"mode\":4294967296}", "32 bits" },
	{ "{\"fact\":\"file\",\"name\":\"a\\u0000b\"}", "without NUL" },
	{ "{\"fact\":\"file\",\"name\":{\"@base64\":\"AGE=\"}}", "with a NUL" },
	{ "{\"fact\":\"file\",\"name\":{\"@base64\":\"eA==\",\"x\":1}}", "end of the object" },
	{ "{\"fact\":\"file\",\"build_id\":\"0\"}", "hex digits" },
	{ "{\"fact\":\"file\",\"build_id\":\"0x\"}", "hex digits" },
	{ "7", "an object" },
	{ "{\"fact\":\"file\"", "" },
};

START_TEST(what_is_no_fact_is_refused)
{
	struct img_host_facts *f = new_facts();

	ck_assert_int_eq(read_text(f, refused[_i].text), -1);
	if (strstr(said(&err), refused[_i].said) == NULL)
		ck_abort_msg("%s: %s, expected %s", refused[_i].text, said(&err), refused[_i].said);
	img_host_facts_free(f);
}
END_TEST

/* ---- both ways ---- */

/* A fact of each member, and names that are no plain text. */
static const struct img_need samples[] = {
	{ .kind = IMG_NEED_MACHINE, .name = "x86_64" },
	{ .kind = IMG_NEED_PID_MAX, .name = "max", .value = 32768, .has = IMG_NEED_SIZE },
	{ .kind = IMG_NEED_XSAVE, .name = "size", .value = UINT64_MAX, .has = IMG_NEED_SIZE },
	{ .kind = IMG_NEED_FILE,
	  .name = "/bin/\xff\n\"\\",
	  .has = IMG_NEED_SIZE | IMG_NEED_MODE | IMG_NEED_BUILD_ID,
	  .value = 1ULL << 53,
	  .mode = UINT32_MAX,
	  .id = { 0, 0xff, 0x80 },
	  .id_n = 3 },
	{ .kind = IMG_NEED_FILE, .name = "/gone", .has = IMG_FACT_ABSENT },
	{ .kind = IMG_NEED_PORT,
	  .name = "tcp 10.0.0.1:80",
	  .has = IMG_NEED_REUSEPORT | IMG_NEED_CONNECTED | IMG_FACT_LISTENING },
	{ .kind = IMG_NEED_CGROUP, .name = "" },
};

START_TEST(what_is_written_reads_back_as_it_was)
{
	struct img_host_facts *f = new_facts(), *back = new_facts();
	struct img_out *out = sink_new();
	char *text, *again;

	for (size_t i = 0; i < COUNT(samples); i++)
		add_fact(f, &samples[i]);
	for (int k = 0; k < IMG_NEED_KINDS; k++)
		if (k % 2 == 0)
			img_host_facts_complete(f, (enum img_need_kind)k);
		else
			img_host_facts_unknown(f, (enum img_need_kind)k, "no permission");
	img_host_facts_json(f, out);
	text = sink_take(out, NULL);
	ck_assert_int_eq(read_text(back, text), 0);
	ck_assert_uint_eq(img_host_facts_count(back), COUNT(samples));
	for (uint32_t i = 0; i < COUNT(samples); i++) {
		const struct img_need *a = &samples[i], *b = &img_host_facts_at(back, i)->is;

		ck_assert_int_eq(b->kind, a->kind);
		ck_assert_str_eq(b->name, a->name);
		ck_assert_uint_eq(b->has, a->has);
		ck_assert(b->value == a->value && b->mode == a->mode);
		same_bytes(b->id, b->id_n, a->id, a->id_n, "build id");
	}
	out = sink_new();
	img_host_facts_json(back, out);
	again = sink_take(out, NULL);
	ck_assert_str_eq(again, text);
	free(text);
	free(again);
	img_host_facts_free(f);
	img_host_facts_free(back);
}
END_TEST

/* ---- by key ---- */

START_TEST(ports_are_found_whatever_their_address)
{
	static const struct img_need ports[] = {
		{ .kind = IMG_NEED_PORT, .name = "tcp 0.0.0.0:80" },
		{ .kind = IMG_NEED_PORT, .name = "udp 0.0.0.0:80" },
		{ .kind = IMG_NEED_PORT, .name = "tcp :::80" },
		{ .kind = IMG_NEED_NETDEV, .name = "tcp 0.0.0.0:80" },
	};
	struct img_host_facts *f = new_facts();
	uint32_t i;

	for (size_t k = 0; k < COUNT(ports); k++)
		add_fact(f, &ports[k]);
	i = img_host_facts_first(f, IMG_NEED_PORT, "tcp 127.0.0.1:80");
	ck_assert_uint_ne(i, IMG_NO_FACT);
	ck_assert_str_eq(img_host_facts_at(f, i)->is.name, "tcp :::80");
	i = img_host_facts_at(f, i)->next;
	ck_assert_uint_ne(i, IMG_NO_FACT);
	ck_assert_str_eq(img_host_facts_at(f, i)->is.name, "tcp 0.0.0.0:80");
	ck_assert_uint_eq(img_host_facts_at(f, i)->next, IMG_NO_FACT);
	ck_assert_uint_eq(img_host_facts_first(f, IMG_NEED_PORT, "tcp 0.0.0.0:8"), IMG_NO_FACT);
	ck_assert_uint_eq(img_host_facts_first(f, IMG_NEED_NETDEV, "tcp 1:80"), IMG_NO_FACT);
	img_host_facts_free(f);
}
END_TEST

static int gather(void *arg, const struct img_need *n, struct img_err *e)
{
	char *names = arg;

	if (strcmp(n->name, "stop") == 0)
		return img_fail(e, IMG_EDATA, 0, "stopped");
	strcat(strcat(names, n->name), ";");
	return 0;
}

static int read_needs(const char *text, char *names)
{
	struct img_in *in = img_in_mem(text, strlen(text));
	int r;

	ck_assert_ptr_nonnull(in);
	r = img_needs_read(in, gather, names, &err);
	img_in_free(in);
	return r;
}

START_TEST(needs_are_handed_over_until_one_fails)
{
	char names[100] = "";

	ck_assert_int_eq(read_needs("{\"fact\":\"pid\",\"name\":\"1\"}"
				    "{\"need\":\"pid\",\"name\":\"2\"}"
				    "{\"need\":\"port\",\"name\":\"tcp ::1:3\"}",
				    names),
			 0);
	ck_assert_str_eq(names, "2;tcp ::1:3;");
	ck_assert_int_eq(read_needs("{\"need\":\"pid\",\"name\":\"stop\"}"
				    "{\"need\":\"pid\",\"name\":\"4\"}",
				    names),
			 -1);
	ck_assert_str_eq(names, "2;tcp ::1:3;");
}
END_TEST

static void add(TCase *tc)
{
	TEST(a_kind_is_known_whole_or_why_not);
	TEST(members_come_in_any_order_and_unknown_ones_are_skipped);
	TEST(a_flag_counts_where_it_is_true);
	TEST(needs_are_no_facts);
	TEST(a_name_is_as_long_as_a_path_may_be);
	EACH(what_is_no_fact_is_refused, refused);
	TEST(what_is_written_reads_back_as_it_was);
	TEST(ports_are_found_whatever_their_address);
	TEST(needs_are_handed_over_until_one_fails);
}

int main(void)
{
	return unit_run("facts", add);
}
