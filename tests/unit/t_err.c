/* err: why a call failed, and how it reads. */
#include "unit.h"

START_TEST(a_failure_is_filled_in_whole)
{
	struct img_err err;

	memset(&err, 0xff, sizeof(err));
	ck_assert_int_eq(img_fail(&err, IMG_EDATA, 0x412, "entry %d is odd", 3), -1);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_int_eq(err.errnum, 0);
	ck_assert_uint_eq(err.off, 0x412);
	ck_assert_uint_eq(err.line, 0);
	ck_assert_str_eq(err.file, "");
	ck_assert_str_eq(err.path, "");
	ck_assert_str_eq(err.what, "entry 3 is odd");
	ck_assert_str_eq(said(&err), "offset 0x412: entry 3 is odd");
}
END_TEST

START_TEST(a_failure_at_no_place_names_none)
{
	struct img_err err;

	img_fail(&err, IMG_ELIMIT, IMG_NOWHERE, "too much");
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_str_eq(said(&err), "too much");
}
END_TEST

START_TEST(offset_zero_is_a_place)
{
	struct img_err err;

	img_fail(&err, IMG_EDATA, 0, "bad");
	ck_assert_str_eq(said(&err), "offset 0x0: bad");
}
END_TEST

START_TEST(a_failure_of_the_system_says_why)
{
	struct img_err err;

	errno = ENOENT;
	ck_assert_int_eq(img_fail_sys(&err), -1);
	ck_assert_int_eq(err.errnum, ENOENT);
	ck_assert_str_eq(said(&err), strerror(ENOENT));
	errno = ENOSPC;
	img_fail(&err, IMG_ESYS, 7, "write %s", "failed");
	ck_assert_str_eq(said(&err), "offset 0x7: write failed: No space left on device");
}
END_TEST

START_TEST(a_file_is_named_below_its_directory)
{
	static const struct {
		const char *dir, *name, *file;
	} v[] = {
		{ "dump", "mm-1.img", "dump/mm-1.img" },
		{ "dump/", "mm-1.img", "dump/mm-1.img" },
		{ "/", "mm-1.img", "/mm-1.img" },
		{ "", "mm-1.img", "mm-1.img" },
		{ "dump", "", "dump" },
		{ "", "", "''" },
	};
	struct img_err err;

	for (size_t i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		img_fail(&err, IMG_EDATA, IMG_NOWHERE, "bad");
		ck_assert_int_eq(img_err_in(&err, v[i].dir, v[i].name), -1);
		ck_assert_str_eq(err.file, v[i].file);
	}
}
END_TEST

START_TEST(an_errno_without_a_text_is_a_number)
{
	struct img_err err;

	errno = 99999;
	img_fail(&err, IMG_ESYS, IMG_NOWHERE, "read failed");
	ck_assert_int_eq(err.errnum, 99999);
	ck_assert_msg(strcmp(err.what, "read failed: error 99999") == 0 ||
			      strcmp(err.what, "read failed: No error information") == 0,
		      "%s", err.what);
}
END_TEST

START_TEST(no_memory_is_a_failure_of_the_system)
{
	struct img_err err;

	errno = 0;
	ck_assert_int_eq(img_fail_mem(&err), -1);
	ck_assert_int_eq(err.kind, IMG_ESYS);
	ck_assert_int_eq(err.errnum, ENOMEM);
	ck_assert_str_eq(said(&err), strerror(ENOMEM));
}
END_TEST

START_TEST(a_failure_in_text_has_a_line_instead_of_an_offset)
{
	struct img_err err;

	ck_assert_int_eq(img_fail_line(&err, IMG_EDATA, 12, "unknown %s", "key"), -1);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_uint_eq(err.off, IMG_NOWHERE);
	ck_assert_str_eq(said(&err), "line 12: unknown key");
}
END_TEST

START_TEST(a_long_reason_is_cut)
{
	struct img_err err;
	char text[1000];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	errno = EIO;
	img_fail(&err, IMG_ESYS, IMG_NOWHERE, "%s", text);
	ck_assert_uint_eq(strlen(err.what), sizeof(err.what) - 1);
	ck_assert_uint_eq(strlen(said(&err)), sizeof(err.what) - 1);
}
END_TEST

START_TEST(keys_gather_outward)
{
	struct img_err err;

	img_fail_line(&err, IMG_EDATA, 8, "out of range");
	ck_assert_int_eq(img_err_under(&err, "uid", -1), -1);
	ck_assert_str_eq(err.path, "uid");
	img_err_under(&err, "fown", -1);
	ck_assert_str_eq(err.path, "fown.uid");
	img_err_under(&err, "entries", 3);
	ck_assert_str_eq(said(&err), "line 8: entries[3].fown.uid: out of range");
}
END_TEST

START_TEST(an_index_can_stand_first)
{
	struct img_err err;

	img_fail_line(&err, IMG_EDATA, 1, "bad");
	img_err_under(&err, "", 5);
	ck_assert_str_eq(err.path, "[5]");
	img_err_under(&err, "extra", -1);
	ck_assert_str_eq(err.path, "extra[5]");
}
END_TEST

START_TEST(a_path_that_fits_is_whole)
{
	struct img_err err;
	char want[sizeof(err.path)] = "";

	img_fail_line(&err, IMG_EDATA, 1, "bad");
	img_err_under(&err, "innermost", -1);
	for (int i = 0; i < 10; i++)
		img_err_under(&err, "namespaces", i);
	for (int i = 9; i >= 0; i--)
		sprintf(want + strlen(want), "namespaces[%d].", i);
	strcat(want, "innermost");
	ck_assert_str_eq(err.path, want);
}
END_TEST

START_TEST(a_path_too_deep_keeps_its_inner_end)
{
	struct img_err err;

	img_fail_line(&err, IMG_EDATA, 1, "bad");
	img_err_under(&err, "innermost", -1);
	for (int i = 0; i < 600; i++) {
		img_err_under(&err, "namespaces", i);
		ck_assert_uint_lt(strlen(err.path), sizeof(err.path));
	}
	ck_assert_int_eq(strncmp(err.path, "...", 3), 0);
	ck_assert_str_eq(err.path + strlen(err.path) - 13, "[0].innermost");
}
END_TEST

/* What a terminal would obey must not reach it. */
static const struct {
	struct bytes in;
	const char *out;
} shown[] = {
	{ BYTES("plain text"), "plain text" },
	{ BYTES(""), "" },
	{ BYTES("a\nb"), "a\\x0ab" },
	{ BYTES("\0"), "\\x00" },
	{ BYTES("\x1b[2J"), "\\x1b[2J" },
	{ BYTES("\x7f"), "\\x7f" },
	{ BYTES("\xc2\x9b"), "\\xc2\\x9b" },                       /* CSI as C1 */
	{ BYTES("\xc2\xa0"), "\xc2\xa0" },                         /* the first behind C1 */
	{ BYTES("\xc3\xa9\xe2\x82\xac"), "\xc3\xa9\xe2\x82\xac" }, /* U+E9 U+20AC */
	{ BYTES("\xff\xfe"), "\\xff\\xfe" },
	{ BYTES("x\xc3"), "x\\xc3" },
	{ BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80" }, /* a surrogate */
};

START_TEST(a_line_has_file_place_and_reason)
{
	struct img_err err;
	char line[IMG_ERR_LINE], small[40], name[400];

	img_fail(&err, IMG_EDATA, 0x10, "bad");
	ck_assert_str_eq(img_err_line(&err, NULL, line, sizeof(line)), "offset 0x10: bad");
	ck_assert_str_eq(img_err_line(&err, "a\nb", line, sizeof(line)),
			 "a\\x0ab: offset 0x10: bad");
	img_err_in(&err, "dump", "core-1.img");
	img_err_under(&err, "tc", -1);
	ck_assert_str_eq(img_err_line(&err, "other", line, sizeof(line)),
			 "dump/core-1.img: offset 0x10: tc: bad");
	/* However long the name is, the reason can be read. */
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	img_err_in(&err, "", name);
	ck_assert_str_eq(img_err_line(&err, NULL, small, sizeof(small)),
			 "xxxxxxxxxxxxxxxxxxx: offset 0x10: tc: b");
	ck_assert_str_eq(img_err_line(&err, NULL, small, 4), "off");
	small[0] = '!';
	img_err_line(&err, NULL, small, 0);
	ck_assert_int_eq(small[0], '!');
}
END_TEST

START_TEST(of_a_path_too_long_the_end_is_kept)
{
	static char dir[3000];
	struct img_err err;
	size_t n;

	memset(dir, 'd', sizeof(dir) - 1);
	img_fail(&err, IMG_EDATA, IMG_NOWHERE, "bad");
	img_err_in(&err, dir, "core-1.img");
	n = strlen(err.file);
	ck_assert_uint_eq(n, sizeof(err.file) - 1);
	ck_assert(memcmp(err.file, "...ddd", 6) == 0);
	ck_assert_str_eq(err.file + n - 12, "d/core-1.img");
}
END_TEST

START_TEST(control_bytes_are_shown_as_hex)
{
	char buf[100];

	ck_assert_str_eq(img_printable(shown[_i].in.p, shown[_i].in.n, buf, sizeof(buf)),
			 shown[_i].out);
}
END_TEST

START_TEST(shown_text_fits_its_room)
{
	static const char in[] = "ab\x01"
				 "c\xe2\x82\xac"
				 "\xc2\x85"
				 "d";
	char whole[64], buf[64];

	img_printable(in, sizeof(in) - 1, whole, sizeof(whole));
	for (size_t size = 0; size <= strlen(whole) + 1; size++) {
		memset(buf, 'Z', sizeof(buf));
		img_printable(in, sizeof(in) - 1, buf, size);
		ck_assert_int_eq(buf[size], 'Z');
		if (size == 0)
			continue;
		ck_assert_uint_lt(strlen(buf), size);
		ck_assert_int_eq(strncmp(buf, whole, strlen(buf)), 0);
	}
	ck_assert_str_eq(buf, whole);
}
END_TEST

START_TEST(names_from_the_input_are_made_harmless)
{
	struct img_err err;

	img_fail_line(&err, IMG_EDATA, 2, "unknown key");
	img_err_under(&err, "\x1b]0;x\x07", -1);
	ck_assert_str_eq(said(&err), "line 2: \\x1b]0;x\\x07: unknown key");
}
END_TEST

static void add(TCase *tc)
{
	TEST(a_failure_is_filled_in_whole);
	TEST(a_failure_at_no_place_names_none);
	TEST(offset_zero_is_a_place);
	TEST(a_failure_of_the_system_says_why);
	TEST(a_file_is_named_below_its_directory);
	TEST(an_errno_without_a_text_is_a_number);
	TEST(no_memory_is_a_failure_of_the_system);
	TEST(a_failure_in_text_has_a_line_instead_of_an_offset);
	TEST(a_long_reason_is_cut);
	TEST(keys_gather_outward);
	TEST(an_index_can_stand_first);
	TEST(a_path_that_fits_is_whole);
	TEST(a_path_too_deep_keeps_its_inner_end);
	TEST(a_line_has_file_place_and_reason);
	TEST(of_a_path_too_long_the_end_is_kept);
	EACH(control_bytes_are_shown_as_hex, shown);
	TEST(shown_text_fits_its_room);
	TEST(names_from_the_input_are_made_harmless);
}

int main(void)
{
	return unit_run("err", add);
}
