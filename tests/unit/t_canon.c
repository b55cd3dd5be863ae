/* canon: is a message as CRIU writes it, and if not, rewritten so. */
#include "unit.h"

#include "libimg/msg/canon.h"
#include "libimg/msg/wire.h"

/* pstree_entry: pid 1, ppid 2, pgid 3, sid 4, all required; threads 5, repeated. */
#define PIDS "\x08\x01\x10\x02\x18\x03\x20\x04"

static const struct {
	struct bytes in;
	bool ordered, unknown;
	uint64_t seen;
} good[] = {
	{ BYTES(PIDS), true, false, 0x0f },
	{ BYTES(PIDS "\x28\x05\x28\x06"), true, false, 0x1f },
	{ BYTES(PIDS "\x2a\x02\x05\x06"), true, false, 0x1f },         /* packed */
	{ BYTES(PIDS "\x28\x05\x2a\x02\x05\x06"), true, false, 0x1f }, /* both */
	{ BYTES(PIDS "\x30\x05"), true, true, 0x0f },
	{ BYTES("\x08\x01\x10\x02\x33\x34\x18\x03\x20\x04"), true, true, 0x0f },
	{ BYTES("\x10\x02\x08\x01\x18\x03\x20\x04"), false, false, 0x0f },
	{ BYTES(PIDS "\x08\x01"), false, false, 0x0f },
	{ BYTES("\x08\x01" PIDS), false, false, 0x0f },
	{ BYTES("\x28\x05" PIDS), false, false, 0x1f },
	{ BYTES("\x28\x05" PIDS "\x28\x06"), false, false, 0x1f },
};

START_TEST(a_look_tells_order_and_unknown_fields)
{
	const uint8_t *p = (const uint8_t *)good[_i].in.p, *where;
	const char *key = NULL;
	struct img_scan s;

	ck_assert_ptr_null(img_msg_scan(&img_msg_pstree_entry, p, good[_i].in.n, &s, &where, &key));
	ck_assert_int_eq(s.ordered, good[_i].ordered);
	ck_assert_int_eq(s.unknown, good[_i].unknown);
	ck_assert_uint_eq(s.seen, good[_i].seen);
}
END_TEST

static const struct {
	struct bytes in;
	const char *why, *key;
	size_t at;
} bad[] = {
	{ BYTES(""), "required field missing", "pid", 0 },
	{ BYTES("\x08\x01\x10\x02\x20\x04"), "required field missing", "pgid", 0 },
	{ BYTES("\x08\x01\x10\x02\x18\x03"), "required field missing", "sid", 0 },
	{ BYTES("\x0a\x01\x01\x10\x02\x18\x03\x20\x04"), "wrong wire type", "pid", 0 },
	{ BYTES("\x08\x01\x15\1\2\3\4"), "wrong wire type", "ppid", 2 },
	{ BYTES(PIDS "\x29\1\2\3\4\5\6\7\x08"), "wrong wire type", "threads", 8 },
	{ BYTES(PIDS "\x2b\x2c"), "wrong wire type", "threads", 8 },
	{ BYTES(PIDS "\x2a\x09"), "field longer than its message", NULL, 8 },
	{ BYTES(PIDS "\x30"), "varint truncated or longer than ten bytes", NULL, 8 },
	{ BYTES(PIDS "\xff"), "field number truncated", NULL, 8 },
};

START_TEST(a_message_that_is_wrong_is_refused_with_the_place)
{
	const uint8_t *p = (const uint8_t *)bad[_i].in.p, *where = NULL;
	const char *key = NULL, *why;
	struct img_scan s;

	why = img_msg_scan(&img_msg_pstree_entry, p, bad[_i].in.n, &s, &where, &key);
	ck_assert_ptr_nonnull(why);
	ck_assert_str_eq(why, bad[_i].why);
	ck_assert_pstr_eq(key, bad[_i].key);
	ck_assert_ptr_eq(where, p + bad[_i].at);
}
END_TEST

START_TEST(a_message_without_required_fields_may_be_empty)
{
	const uint8_t *where;
	const char *key = NULL;
	struct img_scan s;

	ck_assert_ptr_null(
		img_msg_scan(&img_msg_seccomp_entry, (const uint8_t *)"", 0, &s, &where, &key));
	ck_assert(s.ordered);
	ck_assert_uint_eq(s.seen, 0);
}
END_TEST

/* reg_file_entry: id 1, flags 2, pos 3, fown 5 (a message), name 6, build_id 11 (repeated). */
static const struct {
	const struct img_msg *m;
	struct bytes in, out;
} canon[] = {
	{ &img_msg_pstree_entry, BYTES(""), BYTES("") },
	{ &img_msg_pstree_entry, BYTES(PIDS), BYTES(PIDS) },
	{ &img_msg_pstree_entry, BYTES("\x20\x04\x18\x03\x10\x02\x08\x01"), BYTES(PIDS) },
	/* the last value of a singular field, all of a repeated one, in their order */
	{ &img_msg_pstree_entry, BYTES("\x08\x07" PIDS "\x10\x09"),
	  BYTES("\x08\x01\x10\x09\x18\x03\x20\x04") },
	{ &img_msg_pstree_entry, BYTES("\x28\x09" PIDS "\x28\x08\x2a\x01\x07\x28\x06"),
	  BYTES(PIDS "\x28\x09\x28\x08\x2a\x01\x07\x28\x06") },
	/* fields of no name stand where their numbers say, all of them, groups whole */
	{ &img_msg_pstree_entry, BYTES("\x30\x01" PIDS "\x30\x02"),
	  BYTES(PIDS "\x30\x01\x30\x02") },
	{ &img_msg_pstree_entry, BYTES("\x33\x08\x05\x34" PIDS "\x3a\x01x"),
	  BYTES(PIDS "\x33\x08\x05\x34\x3a\x01x") },
	/* and in the order that they have among themselves */
	{ &img_msg_pstree_entry, BYTES("\x3a\x01x\x30\x01" PIDS "\x30\x02"),
	  BYTES(PIDS "\x3a\x01x\x30\x01\x30\x02") },
	/* bytes of a field stay as they are */
	{ &img_msg_pstree_entry, BYTES("\x90\0\x82\0\x08\x01\x18\x03\x20\x04"),
	  BYTES("\x08\x01\x90\0\x82\0\x18\x03\x20\x04") },
	/* the parts of a message join */
	{ &img_msg_reg_file_entry, BYTES("\x2a\x02\x08\x01\x32\x01x\x2a\x04\x10\x02\x18\x03"),
	  BYTES("\x2a\x06\x08\x01\x10\x02\x18\x03\x32\x01x") },
	{ &img_msg_reg_file_entry, BYTES("\x2a\0\x2a\0"), BYTES("\x2a\0") },
	/* one alone stays as it is, also where its length is longer than it need be */
	{ &img_msg_reg_file_entry, BYTES("\x32\x01x\x2a\x82\0\x08\x01"),
	  BYTES("\x2a\x82\0\x08\x01\x32\x01x") },
	/* of bytes the last run counts */
	{ &img_msg_reg_file_entry,
	  BYTES("\x32\x01"
		"a\x32\x01"
		"b"),
	  BYTES("\x32\x01"
		"b") },
};

START_TEST(a_message_is_put_in_order)
{
	struct img_buf b = { 0 };
	struct img_err err;

	ck_assert_int_eq(img_msg_canon(canon[_i].m, (const uint8_t *)canon[_i].in.p, canon[_i].in.n,
				       &b, &err),
			 0);
	same_bytes(b.p, b.n, canon[_i].out.p, canon[_i].out.n, "in order");
	img_buf_free(&b);
}
END_TEST

START_TEST(the_order_is_stable_for_many_fields)
{
	struct img_buf in = { 0 }, out = { 0 };
	struct img_err err;
	const uint8_t *p;

	for (unsigned i = 0; i < 5000; i++) {
		uint8_t f[] = { 0x28, (uint8_t)(i % 100) };

		img_buf_put(&in, f, 2);
	}
	img_buf_put(&in, PIDS, 8);
	ck_assert_int_eq(img_msg_canon(&img_msg_pstree_entry, in.p, in.n, &out, &err), 0);
	ck_assert_uint_eq(out.n, in.n);
	ck_assert_mem_eq(out.p, PIDS, 8);
	p = out.p + 8;
	for (unsigned i = 0; i < 5000; i++)
		ck_assert_uint_eq(p[2 * i + 1], i % 100);
	img_buf_free(&in);
	img_buf_free(&out);
}
END_TEST

START_TEST(a_long_joined_message_gets_a_long_length)
{
	struct img_buf in = { 0 }, out = { 0 };
	struct img_err err;
	uint8_t part[2 + 100] = { 0x2a, 100 };

	for (int i = 0; i < 3; i++)
		img_buf_put(&in, part, sizeof(part));
	img_buf_put(&in, "\x08\x01", 2);
	ck_assert_int_eq(img_msg_canon(&img_msg_reg_file_entry, in.p, in.n, &out, &err), 0);
	ck_assert_uint_eq(out.n, 2 + 3 + 300);
	ck_assert_mem_eq(out.p, "\x08\x01\x2a\xac\x02", 5);
	img_buf_free(&in);
	img_buf_free(&out);
}
END_TEST

START_TEST(a_scan_cut_anywhere_stays_inside)
{
	static const char m[] = "\x28\x05" PIDS "\x33\x08\x05\x34\x2a\x02\x05\x06\x80\x01\x07";

	for (size_t n = 0; n < sizeof(m); n++) {
		uint8_t *cut = exactly(m, n);
		const uint8_t *where = NULL;
		const char *key = NULL, *why;
		struct img_scan s;

		why = img_msg_scan(&img_msg_pstree_entry, cut, n, &s, &where, &key);
		if (why != NULL && n > 0) {
			ck_assert(where >= cut);
			ck_assert(where <= cut + n);
		}
		free(cut);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_look_tells_order_and_unknown_fields, good);
	EACH(a_message_that_is_wrong_is_refused_with_the_place, bad);
	TEST(a_message_without_required_fields_may_be_empty);
	EACH(a_message_is_put_in_order, canon);
	TEST(the_order_is_stable_for_many_fields);
	TEST(a_long_joined_message_gets_a_long_length);
	TEST(a_scan_cut_anywhere_stays_inside);
}

int main(void)
{
	return unit_run("canon", add);
}
