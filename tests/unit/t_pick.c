/* pick: the fields of one level of a message, by number. */
#include "unit.h"

#include "libimg/msg/pick.h"

/* fdinfo_entry: id 1, flags 2, type 3, fd 4 required; xattr_security_selinux 5. */
static int pick(struct img_pick *f, struct bytes o, struct img_err *err)
{
	return img_pick(f, &img_msg_fdinfo_entry,
			(struct img_span){ (const uint8_t *)o.p, o.n, 100 }, err);
}

START_TEST(fields_are_found_by_number)
{
	struct img_pick f;
	struct img_err err;
	struct img_span s;

	ck_assert_int_eq(pick(&f, BYTES_V("\10\7\20\0\30\1\40\251\2\52\3abc"), &err), 0);
	ck_assert_uint_eq(img_num(&f, 1), 7);
	ck_assert(img_has(&f, 2));
	ck_assert_uint_eq(img_num(&f, 2), 0);
	ck_assert_uint_eq(img_num32(&f, 4), 297);
	s = img_bytes(&f, 5);
	ck_assert_uint_eq(s.n, 3);
	ck_assert_mem_eq(s.p, "abc", 3);
	ck_assert_uint_eq(s.off, 111);
	ck_assert(f.ordered);
}
END_TEST

START_TEST(absent_fields_are_zero_and_empty)
{
	struct img_pick f;
	struct img_err err;

	ck_assert_int_eq(pick(&f, BYTES_V("\10\7\20\0\30\1\40\5"), &err), 0);
	ck_assert(!img_has(&f, 5));
	ck_assert(!img_has(&f, 6));
	ck_assert_uint_eq(img_num(&f, 6), 0);
	ck_assert_uint_eq(img_bytes(&f, 5).n, 0);
	ck_assert_ptr_nonnull(img_bytes(&f, 5).p);
}
END_TEST

START_TEST(of_a_field_that_comes_twice_the_last_counts)
{
	struct img_pick f;
	struct img_err err;

	ck_assert_int_eq(pick(&f, BYTES_V("\40\5\10\7\20\0\30\1\10\10"), &err), 0);
	ck_assert_uint_eq(img_num(&f, 1), 8);
	ck_assert_uint_eq(img_num(&f, 4), 5);
	ck_assert(!f.ordered);
}
END_TEST

START_TEST(fields_beyond_the_schema_are_left_alone)
{
	struct img_pick f;
	struct img_err err;

	/* 7: within reach; 100: not */
	ck_assert_int_eq(pick(&f, BYTES_V("\10\7\20\0\30\1\40\5\70\1\240\6\2"), &err), 0);
	ck_assert_uint_eq(img_num(&f, 4), 5);
	ck_assert(!img_has(&f, 7));
}
END_TEST

static const struct {
	struct bytes in;
	const char *what;
} bad[] = {
	{ BYTES(""), "offset 0x64: id: required field missing" },
	{ BYTES("\10\7\20\0\30\1"), "offset 0x64: fd: required field missing" },
	{ BYTES("\12\1a\20\0\30\1\40\5"), "offset 0x64: id: wrong wire type" },
	{ BYTES("\10\7\20\0\30\1\40\5\50\1"),
	  "offset 0x6c: xattr_security_selinux: wrong wire type" },
	{ BYTES("\10\7\20\0\30\1\40\5\52\3ab"), "offset 0x6c: field longer than its message" },
	{ BYTES("\10\7\20\0\30\1\40\205"),
	  "offset 0x6a: varint truncated or longer than ten bytes" },
};

START_TEST(damage_is_told_with_its_place)
{
	struct img_pick f;
	struct img_err err;

	ck_assert_int_eq(pick(&f, bad[_i].in, &err), -1);
	ck_assert_str_eq(said(&err), bad[_i].what);
}
END_TEST

/* pstree_entry.threads is 5. */
static void list(const struct img_pick *f, uint32_t tag, const char *want)
{
	char got[64] = "";
	struct img_each i;
	uint64_t v;

	img_each_begin(&i, f, tag);
	while (img_each_num(&i, &v))
		sprintf(got + strlen(got), "%" PRIu64 " ", v);
	ck_assert_str_eq(got, want);
}

static const struct {
	struct bytes in;
	const char *want;
} lists[] = {

	{ BYTES("\10\1\20\2\30\3\40\4\50\5\50\6"), "5 6 " },
	{ BYTES("\10\1\20\2\30\3\40\4\52\3\5\6\7"), "5 6 7 " },
	{ BYTES("\10\1\20\2\30\3\40\4\52\2\5\6\50\7\52\0\52\1\10"), "5 6 7 8 " },
	{ BYTES("\50\5\10\1\20\2\50\6\30\3\40\4\50\7"), "5 6 7 " },
	{ BYTES("\10\1\20\2\30\3\40\4\50\5\240\6\1\50\6"), "5 6 " },
	{ BYTES("\10\1\20\2\30\3\40\4"), "" },
};

START_TEST(lists_are_read_packed_or_not_in_any_place)
{
	struct img_pick f;
	struct img_err err;
	struct img_span s = { (const uint8_t *)lists[_i].in.p, lists[_i].in.n, 0 };

	ck_assert_int_eq(img_pick(&f, &img_msg_pstree_entry, s, &err), 0);
	list(&f, 5, lists[_i].want);
}
END_TEST

START_TEST(nested_messages_are_told_with_their_place)
{
	/* file_entry: type, id, nsf with id and no more */
	static const char in[] = "\10\16\20\2\52\2\10\7";
	struct img_pick f, sub;
	struct img_err err;
	struct img_span s = { (const uint8_t *)in, sizeof(in) - 1, 50 };

	ck_assert_int_eq(img_pick(&f, &img_msg_file_entry, s, &err), 0);
	ck_assert_int_eq(
		img_pick_sub(&sub, &f, IMG_TAG_FILE_ENTRY__REG, &img_msg_reg_file_entry, &err), 0);
	ck_assert_int_eq(
		img_pick_sub(&sub, &f, IMG_TAG_FILE_ENTRY__NSF, &img_msg_ns_file_entry, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x38: ns_id: required field missing");
}
END_TEST

START_TEST(lists_of_messages_tell_where_they_are)
{
	/* eventpoll_file_entry: id, flags, fown, two of tfd */
	static const char in[] = "\10\1\20\2\32\0\42\2ab\42\1c";
	struct img_pick f;
	struct img_err err;
	struct img_each i;
	struct img_span s = { (const uint8_t *)in, sizeof(in) - 1, 1000 };

	ck_assert_int_eq(img_pick(&f, &img_msg_eventpoll_file_entry, s, &err), 0);
	img_each_begin(&i, &f, IMG_TAG_EVENTPOLL_FILE_ENTRY__TFD);
	ck_assert(img_each_bytes(&i, &s));
	ck_assert_uint_eq(s.off, 1008);
	ck_assert_uint_eq(s.n, 2);
	ck_assert(img_each_bytes(&i, &s));
	ck_assert_uint_eq(s.off, 1012);
	ck_assert(!img_each_bytes(&i, &s));
}
END_TEST

START_TEST(raw_bytes_have_no_message)
{
	struct img_pick f;
	struct img_err err;
	struct img_span s = { (const uint8_t *)"abc", 3, 0 };

	ck_assert_int_eq(img_pick(&f, NULL, s, &err), -1);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_str_eq(said(&err), "offset 0x0: raw bytes: no message is known for them");
	ck_assert(!img_has(&f, 1));
}
END_TEST

static void add(TCase *tc)
{
	TEST(raw_bytes_have_no_message);
	TEST(fields_are_found_by_number);
	TEST(absent_fields_are_zero_and_empty);
	TEST(of_a_field_that_comes_twice_the_last_counts);
	TEST(fields_beyond_the_schema_are_left_alone);
	EACH(damage_is_told_with_its_place, bad);
	EACH(lists_are_read_packed_or_not_in_any_place, lists);
	TEST(nested_messages_are_told_with_their_place);
	TEST(lists_of_messages_tell_where_they_are);
}

int main(void)
{
	return unit_run("pick", add);
}
