/* json2msg: one object to one message. */
#include "libimg/json/json2msg.h"
#include "libimg/json/json2value.h"

#include "every.h"

/*
 * Read the text as one message of that kind, appended to what *b holds. 0, or -1 with
 * *err; on success the text has been read to its end.
 */
static int convert(const struct img_msg *m, const char *json, size_t n, struct img_buf *b,
		   struct img_err *err)
{
	struct img_in *in = img_in_mem(json, n);
	struct img_jr *jr = img_jr_open(in);
	struct jr_tok t;
	int r = img_jr_next(jr, &t, err);

	if (r == 0) {
		ck_assert_int_eq(t.type, JR_OBJ);
		r = img_json2msg(jr, m, b, NULL, NULL, err);
	}
	if (r == 0) {
		ck_assert_int_eq(img_jr_next(jr, &t, err), 0);
		ck_assert_int_eq(t.type, JR_END);
	}
	img_jr_close(jr);
	img_in_free(in);
	return r;
}

static void becomes(const struct img_msg *m, const char *json, struct bytes want)
{
	struct img_buf b = { 0 };
	struct img_err err;

	if (convert(m, json, strlen(json), &b, &err) < 0)
		ck_abort_msg("%s\n%s", json, said(&err));
	same_bytes(b.p, b.n, want.p, want.n, json);
	img_buf_free(&b);
}

START_TEST(a_line_of_the_stream_gives_its_message)
{
	becomes(msg_pairs[_i].m, msg_pairs[_i].json, msg_pairs[_i].msg);
}
END_TEST

#define FF9 "\xff\xff\xff\xff\xff\xff\xff\xff\xff"
#define PSTREE(more) "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4" more "}"
#define PIDS "\x08\x01\x10\x02\x18\x03\x20\x04"

/* Other spellings of the same. */
static const struct {
	const struct img_msg *m;
	const char *json;
	struct bytes msg;
} others[] = {
	/* any order of keys, at every level, and any white space */
	{ &img_msg_pstree_entry, "{\"threads\":[5,6],\"sid\":4,\"pgid\":3,\"ppid\":2,\"pid\":1}",
	  BYTES(PIDS "\x28\x05\x28\x06") },
	{ &every,
	  " {\n\t\"o_msg\" : { \"c_uint32\" : 2 , \"a_int32\" : 1 } ,\r\n\"a_int32\" : 3 } ",
	  BYTES("\x08\x03\x7a\x04\x08\x01\x18\x02") },
	{ &every,
	  "{\"l_string\":\"b\",\"vo_msg\":[{\"c_uint32\":2,\"a_int32\":1},{}],\"a_int32\":0}",
	  BYTES("\x08\0\x62\x01"
		"b\x9a\x02\x04\x08\x01\x18\x02\x9a\x02\0") },
	/* an empty list is no field */
	{ &img_msg_pstree_entry, PSTREE(",\"threads\":[]"), BYTES(PIDS) },
	/* integers as numbers, in decimal and in hex, and with a sign */
	{ &every, "{\"a_int32\":-0}", BYTES("\x08\0") },
	{ &every, "{\"c_uint32\":-0}", BYTES("\x18\0") },
	{ &every, "{\"c_uint32\":\"-0\"}", BYTES("\x18\0") },
	{ &every, "{\"a_int32\":\"-5\"}",
	  BYTES("\x08\xfb"
		"\xff\xff\xff\xff\xff\xff\xff\xff\x01") },
	{ &every, "{\"a_int32\":\"-0x80000000\"}",
	  BYTES("\x08\x80\x80\x80\x80\xf8\xff\xff\xff\xff\x01") },
	{ &every, "{\"c_uint32\":\"0xFFFFFFFF\"}", BYTES("\x18\xff\xff\xff\xff\x0f") },
	{ &every, "{\"f_uint64\":18446744073709551615}", BYTES("\x30" FF9 "\x01") },
	{ &every, "{\"f_uint64\":\"18446744073709551615\"}", BYTES("\x30" FF9 "\x01") },
	{ &every, "{\"f_uint64\":\"0xffffffffffffffff\"}", BYTES("\x30" FF9 "\x01") },
	{ &every, "{\"f_uint64\":\"007\"}", BYTES("\x30\x07") },
	{ &every, "{\"d_int64\":-9223372036854775808}",
	  BYTES("\x20\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01") },
	{ &every, "{\"e_sint64\":9223372036854775807}",
	  BYTES("\x28\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01") },
	{ &every, "{\"vb_sint32\":[\"1\",-1,\"0x2\"]}",
	  BYTES("\xb0\x01\x02\xb0\x01\x01\xb0\x01\x04") },
	{ &every, "{\"i_fixed64\":\"0x0102030405060708\"}",
	  BYTES("\x49\x08\x07\x06\x05\x04\x03\x02\x01") },
	{ &every, "{\"h_sfixed32\":\"-2\"}", BYTES("\x45\xfe\xff\xff\xff") },
	/* with a sign one after the other, which is the short way */
	{ &every,
	  "{\"a_int32\":-1,\"b_sint32\":-2147483648,\"d_int64\":-9223372036854775807,"
	  "\"e_sint64\":-9223372036854775808,\"f_uint64\":-0,\"n_enum\":-1}",
	  BYTES("\x08" FF9 "\x01\x10\xff\xff\xff\xff\x0f\x20\x81\x80\x80\x80\x80\x80\x80\x80\x80"
		"\x01\x28" FF9 "\x01\x30\0\x70" FF9 "\x01") },
	{ &every, "{\"b_sint32\":-1,\"e_sint64\":64,\"h_sfixed32\":-1,\"j_sfixed64\":-1}",
	  BYTES("\x10\x01\x28\x80\x01\x45\xff\xff\xff\xff\x51\xff\xff\xff\xff\xff\xff\xff\xff") },
	/* an enum by number, whether or not it has a name */
	{ &every, "{\"n_enum\":1}", BYTES("\x70\x01") },
	{ &every, "{\"vn_enum\":[1,\"ARM\",-1]}",
	  BYTES("\x90\x02\x01\x90\x02\x02\x90\x02" FF9 "\x01") },
	/* bytes wrapped, or with the line breaks of crit */
	{ &every, "{\"l_string\":{\"@base64\":\"YWJj\"}}",
	  BYTES("\x62\x03"
		"abc") },
	{ &every, "{\"m_bytes\":{\"@base64\":\"YWJj\"}}",
	  BYTES("\x6a\x03"
		"abc") },
	{ &every, "{\"m_bytes\":\"YW\\nJj\\n\"}",
	  BYTES("\x6a\x03"
		"abc") },
	{ &every, "{\"m_bytes\":\"\\n\"}", BYTES("\x6a\0") },
	{ &every, "{\"p_name\":{\"@base64\":\"YWJj\"}}",
	  BYTES("\x82\x01\x03"
		"abc") },
	{ &every, "{\"p_name\":\"=61b=3d=\\nc\"}",
	  BYTES("\x82\x01\x04"
		"ab=c") },
	{ &every, "{\"p_name\":\"\xc3\xa9\"}", BYTES("\x82\x01\x02\xc3\xa9") },
	{ &every, "{\"l_string\":\"\\u00e9\\ud83d\\ude00\"}",
	  BYTES("\x62\x06\xc3\xa9\xf0\x9f\x98\x80") },
	/* addresses: one or four words for each string, and numbers among them */
	{ &every, "{\"vq_addr\":[\"127.0.0.1\"]}", BYTES("\xa8\x02\xff\x80\x80\x08") },
	{ &every, "{\"vq_addr\":[\"::ffff:127.0.0.1\"]}",
	  BYTES("\xa8\x02\0\xa8\x02\0\xa8\x02\x80\x80\xfc\xff\x0f\xa8\x02\xff\x80\x80\x08") },
	{ &every, "{\"vq_addr\":[\"::\"]}", BYTES("\xa8\x02\0\xa8\x02\0\xa8\x02\0\xa8\x02\0") },
	{ &every, "{\"vq_addr\":[1,\"2\",\"0x3\",\"0.0.0.0\"]}",
	  BYTES("\xa8\x02\x01\xa8\x02\x02\xa8\x02\x03\xa8\x02\0") },
	/* the forms of hints */
	{ &img_msg_mnt_entry,
	  "{\"fstype\":0,\"mnt_id\":1,\"root_dev\":\"8:1\",\"parent_mnt_id\":0,\"flags\":\"0x10\","
	  "\"root\":\"/\",\"mountpoint\":\"/\",\"source\":\"\",\"options\":\"\"}",
	  BYTES("\x08\0\x10\x01\x18\x81\x80\x80\x04\x20\0\x28\x10\x32\x01/\x3a\x01/"
		"\x42\0\x4a\0") },
	{ &img_msg_pagemap_entry,
	  "{\"vaddr\":\"0x1000\",\"compat_nr_pages\":0,\"flags\":\"PE_LAZY | PE_PRESENT | 0x8\"}",
	  BYTES("\x08\x80\x20\x10\0\x20\x0e") },
	{ &img_msg_pagemap_entry, "{\"vaddr\":4096,\"compat_nr_pages\":0,\"flags\":\"\"}",
	  BYTES("\x08\x80\x20\x10\0\x20\0") },
	/* unknown fields go where their numbers say, wherever the key stands, and keep the order
	 * that they have among themselves */
	{ &every, "{\"@unknown\":\"oAECkAMH\",\"va_int32\":[1],\"a_int32\":5}",
	  BYTES("\x08\x05\xa0\x01\x02\xa8\x01\x01\x90\x03\x07") },
	{ &every, "{\"@unknown\":\"kAMHoAEC\",\"va_int32\":[1],\"a_int32\":5}",
	  BYTES("\x08\x05\xa8\x01\x01\x90\x03\x07\xa0\x01\x02") },
	{ &every, "{\"a_int32\":5,\"@unknown\":\"\"}", BYTES("\x08\x05") },
	{ &every, "{\"o_msg\":{\"@unknown\":\"kAMH\"}}", BYTES("\x7a\x03\x90\x03\x07") },
};

START_TEST(other_spellings_give_the_same_message)
{
	becomes(others[_i].m, others[_i].json, others[_i].msg);
}
END_TEST

#define DUMP_STATS                                                                                 \
	"{\"freezing_time\":1,\"frozen_time\":2,\"memdump_time\":3,\"memwrite_time\":4,"           \
	"\"pages_scanned\":5,\"pages_skipped_parent\":6"

static const struct {
	const struct img_msg *m;
	const char *json, *said;
} bad[] = {
	/* keys */
	{ &every, "{\"x\":1}", "line 1: x: unknown key" },
	{ &every, "{\"A_INT32\":1}", "line 1: A_INT32: unknown key" },
	{ &every, "{\"a_int3\":1}", "line 1: a_int3: unknown key" },
	{ &every, "{\"\":1}", "line 1: unknown key" },
	{ &every, "{\"extra\":1}", "line 1: extra: unknown key" },
	{ &every, "{\"a\\u001b[2J\":1}", "line 1: a\\x1b[2J: unknown key" },
	{ &every, "{\"\xff\":1}", "line 1: \\xff: unknown key" },
	{ &every, "{\"0123456789012345678901234567890123456789012345678901234567890123456789\":1}",
	  "line 1: 0123456789012345678901234567890123456789: unknown key" },
	{ &every, "{\"a_int32\":1,\n\"a_int32\":1}", "line 2: a_int32: key appears twice" },
	{ &every, "{\"va_int32\":[1],\"va_int32\":[]}", "line 1: va_int32: key appears twice" },
	{ &every, "{\"o_msg\":{},\"o_msg\":{}}", "line 1: o_msg: key appears twice" },
	{ &every, "{\"o_msg\":{\"k_bool\":true,\"k_bool\":true}}",
	  "line 1: o_msg.k_bool: key appears twice" },
	{ &img_msg_pstree_entry, "{}", "line 1: pid: required field missing" },
	{ &img_msg_pstree_entry, "{\"sid\":4,\n\"pid\":1,\n\"ppid\":2}",
	  "line 3: pgid: required field missing" },
	{ &img_msg_dump_stats_entry, DUMP_STATS "}",
	  "line 1: pages_written: required field missing" },
	{ &img_msg_reg_file_entry, "{\"fown\":{\"uid\":0}}",
	  "line 1: fown.euid: required field missing" },
	{ &img_msg_apparmor_entry, "{\"namespaces\":[{\"name\":\"a\"},{\"policies\":[]}]}",
	  "line 1: namespaces[1].name: required field missing" },
	/* kinds of value */
	{ &every, "{\"a_int32\":null}", "line 1: a_int32: expected a number, got null" },
	{ &every, "{\"a_int32\":true}", "line 1: a_int32: expected a number, got true" },
	{ &every, "{\"a_int32\":[1]}", "line 1: a_int32: expected a number, got a list" },
	{ &every, "{\"a_int32\":{}}", "line 1: a_int32: expected a number, got an object" },
	{ &every, "{\"k_bool\":0}", "line 1: k_bool: expected true or false, got a number" },
	{ &every, "{\"k_bool\":1}", "line 1: k_bool: expected true or false, got a number" },
	{ &every, "{\"k_bool\":\"true\"}", "line 1: k_bool: expected true or false, got a string" },
	{ &every, "{\"l_string\":1}", "line 1: l_string: expected a string, got a number" },
	{ &every, "{\"l_string\":null}", "line 1: l_string: expected a string, got null" },
	{ &every, "{\"m_bytes\":1}", "line 1: m_bytes: expected base64 in a string, got a number" },
	{ &every, "{\"p_name\":[]}", "line 1: p_name: expected base64 in a string, got a list" },
	{ &every, "{\"n_enum\":true}", "line 1: n_enum: expected a name, got true" },
	{ &every, "{\"o_msg\":[]}", "line 1: o_msg: expected an object, got a list" },
	{ &every, "{\"o_msg\":1}", "line 1: o_msg: expected an object, got a number" },
	{ &every, "{\"va_int32\":1}", "line 1: va_int32: expected a list, got a number" },
	{ &every, "{\"va_int32\":null}", "line 1: va_int32: expected a list, got null" },
	{ &every, "{\"vo_msg\":{}}", "line 1: vo_msg: expected a list, got an object" },
	{ &every, "{\"va_int32\":[1,\n[2]]}",
	  "line 2: va_int32[1]: expected a number, got a list" },
	{ &every, "{\"vo_msg\":[{},{\"vk_bool\":[true,0]}]}",
	  "line 1: vo_msg[1].vk_bool[1]: expected true or false, got a number" },
	/* numbers */
	{ &every, "{\"a_int32\":2147483648}", "line 1: a_int32: 2147483648 is out of range" },
	{ &every, "{\"a_int32\":-2147483649}", "line 1: a_int32: -2147483649 is out of range" },
	{ &every, "{\"a_int32\":\"2147483648\"}", "line 1: a_int32: 2147483648 is out of range" },
	{ &every, "{\"a_int32\":\"0xffffffff\"}", "line 1: a_int32: 0xffffffff is out of range" },
	{ &every, "{\"b_sint32\":2147483648}", "line 1: b_sint32: 2147483648 is out of range" },
	{ &every, "{\"c_uint32\":4294967296}", "line 1: c_uint32: 4294967296 is out of range" },
	{ &every, "{\"b_sint32\":-2147483649}", "line 1: b_sint32: -2147483649 is out of range" },
	{ &every, "{\"n_enum\":-2147483649}", "line 1: n_enum: -2147483649 is out of range" },
	{ &every, "{\"c_uint32\":-1}", "line 1: c_uint32: -1 is out of range" },
	{ &every, "{\"c_uint32\":\"-1\"}", "line 1: c_uint32: -1 is out of range" },
	{ &every, "{\"d_int64\":9223372036854775808}",
	  "line 1: d_int64: 9223372036854775808 is out of range" },
	{ &every, "{\"d_int64\":-9223372036854775809}",
	  "line 1: d_int64: -9223372036854775809 is out of range" },
	{ &every, "{\"f_uint64\":18446744073709551616}",
	  "line 1: f_uint64: 18446744073709551616 is out of range" },
	{ &every, "{\"f_uint64\":-1}", "line 1: f_uint64: -1 is out of range" },
	{ &every, "{\"g_fixed32\":4294967296}", "line 1: g_fixed32: 4294967296 is out of range" },
	{ &every, "{\"h_sfixed32\":2147483648}", "line 1: h_sfixed32: 2147483648 is out of range" },
	{ &every, "{\"j_sfixed64\":9223372036854775808}",
	  "line 1: j_sfixed64: 9223372036854775808 is out of range" },
	{ &every, "{\"n_enum\":2147483648}", "line 1: n_enum: 2147483648 is out of range" },
	{ &every, "{\"va_int32\":[0,2147483648]}",
	  "line 1: va_int32[1]: 2147483648 is out of range" },
	/* what a program with doubles makes of 2^64-1 and of other large numbers */
	{ &every, "{\"f_uint64\":18446744073709552000}",
	  "line 1: f_uint64: 18446744073709552000 is out of range (rounded to a double? "
	  "keep 64-bit numbers in strings)" },
	{ &every, "{\"f_uint64\":\"18446744073709552000\"}",
	  "line 1: f_uint64: 18446744073709552000 is out of range (rounded to a double? "
	  "keep 64-bit numbers in strings)" },
	{ &every, "{\"d_int64\":-9223372036854776000}",
	  "line 1: d_int64: -9223372036854776000 is out of range (rounded to a double? "
	  "keep 64-bit numbers in strings)" },
	{ &every, "{\"f_uint64\":1.8446744073709552e19}",
	  "line 1: f_uint64: expected an integer, got 1.8446744073709552e19 (a 64-bit number that "
	  "passed through a double?)" },
	{ &every, "{\"f_uint64\":1e19}",
	  "line 1: f_uint64: expected an integer, got 1e19 (a 64-bit "
	  "number that passed through a double?)" },
	{ &every, "{\"a_int32\":1E2}",
	  "line 1: a_int32: expected an integer, got 1E2 (a 64-bit "
	  "number that passed through a double?)" },
	{ &every, "{\"a_int32\":1.0}", "line 1: a_int32: expected an integer, got 1.0" },
	{ &every, "{\"a_int32\":-0.5}", "line 1: a_int32: expected an integer, got -0.5" },
	{ &every, "{\"n_enum\":1.5}", "line 1: n_enum: expected an integer, got 1.5" },
	{ &every, "{\"a_int32\":\"\"}", "line 1: a_int32: expected a number: \"\"" },
	{ &every, "{\"a_int32\":\"x\"}", "line 1: a_int32: expected a number: \"x\"" },
	{ &every, "{\"a_int32\":\"-\"}", "line 1: a_int32: expected a number: \"-\"" },
	{ &every, "{\"a_int32\":\"--1\"}", "line 1: a_int32: expected a number: \"--1\"" },
	{ &every, "{\"a_int32\":\"1.0\"}", "line 1: a_int32: expected a number: \"1.0\"" },
	{ &every, "{\"a_int32\":\" 1\"}", "line 1: a_int32: expected a number: \" 1\"" },
	{ &every, "{\"a_int32\":\"0x\"}", "line 1: a_int32: expected a number: \"0x\"" },
	{ &every, "{\"a_int32\":\"1\\u0000\"}", "line 1: a_int32: expected a number: \"1\\x00\"" },
	{ &every, "{\"a_int32\":\"\\u001b\"}", "line 1: a_int32: expected a number: \"\\x1b\"" },
	/* names */
	{ &every, "{\"n_enum\":\"X86\"}", "line 1: n_enum: unknown name \"X86\"" },
	{ &every, "{\"n_enum\":\"\"}", "line 1: n_enum: unknown name \"\"" },
	{ &every, "{\"n_enum\":\"1\"}", "line 1: n_enum: unknown name \"1\"" },
	{ &every, "{\"n_enum\":\"ARM\\u0000\"}", "line 1: n_enum: unknown name \"ARM\\x00\"" },
	{ &every,
	  "{\"n_enum\":\"0123456789012345678901234567890123456789012345678901234567890123456789\"}",
	  "line 1: n_enum: unknown name \"0123456789012345678901234567890123456789\"" },
	{ &img_msg_pagemap_entry, "{\"flags\":\"PE_LAZY | PE_LATE\"}",
	  "line 1: flags: unknown flag name: \"PE_LAZY | PE_LATE\"" },
	{ &img_msg_pagemap_entry, "{\"flags\":\"4294967296\"}",
	  "line 1: flags: 4294967296 is out of range" },
	{ &img_msg_pagemap_entry, "{\"flags\":\"18446744073709551616\"}",
	  "line 1: flags: 18446744073709551616 is out of range" },
	{ &img_msg_inet_sk_entry, "{\"family\":\"IPX\"}", "line 1: family: unknown name: \"IPX\"" },
	{ &img_msg_mnt_entry, "{\"root_dev\":\"8;1\"}",
	  "line 1: root_dev: not a device (major:minor): \"8;1\"" },
	{ &img_msg_mnt_entry, "{\"root_dev\":\"4096:0\"}",
	  "line 1: root_dev: 4096:0 is out of range" },
	{ &every, "{\"vq_addr\":[\"1.2.3\"]}", "line 1: vq_addr[0]: not an address: \"1.2.3\"" },
	{ &every, "{\"vq_addr\":[1,\"::g\"]}", "line 1: vq_addr[1]: not an address: \"::g\"" },
	{ &every, "{\"vq_addr\":[\"x\"]}", "line 1: vq_addr[0]: expected a number: \"x\"" },
	{ &every, "{\"q_addr\":\"127.0.0.1\"}",
	  "line 1: q_addr: expected a number: \"127.0.0.1\"" },
	{ &every, "{\"va_int32\":[\"127.0.0.1\"]}",
	  "line 1: va_int32[0]: expected a number: \"127.0.0.1\"" },
	/* bytes */
	{ &every, "{\"m_bytes\":\"a\"}", "line 1: m_bytes: not valid base64" },
	{ &every, "{\"m_bytes\":\"YQ=\"}", "line 1: m_bytes: not valid base64" },
	{ &every, "{\"m_bytes\":\"YR==\"}", "line 1: m_bytes: not valid base64" },
	{ &every, "{\"m_bytes\":\"... <2.9KB>\"}",
	  "line 1: m_bytes: not valid base64 (the payload was left out by --no-payload)" },
	{ &every, "{\"m_bytes\":{}}", "line 1: m_bytes: expected the key @base64 and no other" },
	{ &every, "{\"m_bytes\":{\"base64\":\"\"}}",
	  "line 1: m_bytes: expected the key @base64 and no other" },
	{ &every, "{\"m_bytes\":{\"@base64\":1}}",
	  "line 1: m_bytes: expected base64 in a string, got a number" },
	{ &every, "{\"l_string\":{\"@base64\":\"!\"}}", "line 1: l_string: not valid base64" },
	{ &every, "{\"l_string\":{\"@base64\":\"\",\"x\":1}}",
	  "line 1: l_string: expected the key @base64 and no other" },
	{ &every, "{\"p_name\":{\"x\":1}}",
	  "line 1: p_name: expected the key @base64 and no other" },
	{ &every, "{\"l_string\":\"\xff\"}", "line 1: l_string: string is not valid UTF-8" },
	{ &every, "{\"vl_string\":[\"a\",\"\xc0\x80\"]}",
	  "line 1: vl_string[1]: string is not valid UTF-8" },
	/* unknown fields */
	{ &every, "{\"@unknown\":1}",
	  "line 1: @unknown: expected base64 in a string, got a number" },
	{ &every, "{\"@unknown\":\"x\"}", "line 1: @unknown: not valid base64" },
	{ &every, "{\"@unknown\":\"kAM=\"}",
	  "line 1: @unknown: not valid message fields: varint truncated or longer than ten bytes" },
	{ &every, "{\"@unknown\":\"AAA=\"}",
	  "line 1: @unknown: not valid message fields: field number out of range" },
	{ &every, "{\"@unknown\":\"kAMHCAE=\"}",
	  "line 1: @unknown: field 1 has the name a_int32: use that key" },
	{ &every, "{\"@unknown\":\"\",\"@unknown\":\"\"}", "line 1: @unknown: key appears twice" },
	{ &every, "{\"o_msg\":{\"@unknown\":\"x\"}}", "line 1: o_msg.@unknown: not valid base64" },
	/* the text itself */
	{ &every, "{\"a_int32\":1", "line 1: not JSON: parse error: premature EOF" },
	{ &every, "{\"a_int32\":\n}",
	  "line 2: not JSON: parse error: unallowed token at this point in JSON text" },
	{ &every, "{\"va_int32\":[1,\n2",
	  "line 2: va_int32: not JSON: parse error: premature EOF" },
	{ &every, "{\"@wire\":\"CAE=\",\"@wire\":\"CAE=\"}", "line 1: @wire: key appears twice" },
	{ &every, "{\"@wire\":1}", "line 1: @wire: expected base64 in a string, got a number" },
	{ &every, "{\"@wire\":\"CA=\"}", "line 1: @wire: not valid base64" },
	{ &every, "{\"@wire\":\"CA==\"}",
	  "line 1: @wire: varint truncated or longer than ten bytes" },
	{ &every, "{\"@wire\":\"egJgAQ==\"}", "line 1: @wire.o_msg.l_string: wrong wire type" },
	{ &every, "{\"o_msg\":{\"@wire\":\"CAE=\"}}", "line 1: o_msg.@wire: unknown key" },
	{ &every, "{\"o_msg\":{\"l_string\":\"\\ud800\"}}",
	  "line 1: o_msg: unpaired surrogate in a string" },
};

/* Bytes that another program wrote, beside fields that say the same or no longer do. */
static const struct {
	const char *json;
	struct bytes msg;
} wires[] = {
	{ "{\"a_int32\":1,\"c_uint32\":2,\"@wire\":\"GAIIAQ==\"}", BYTES("\x18\x02\x08\x01") },
	{ "{\"@wire\":\"GAIIAQ==\",\"c_uint32\":\"0x2\",\"a_int32\":1}",
	  BYTES("\x18\x02\x08\x01") },
	{ "{\"a_int32\":1,\"c_uint32\":3,\"@wire\":\"GAIIAQ==\"}", BYTES("\x08\x01\x18\x03") },
	{ "{\"a_int32\":1,\"@wire\":\"GAIIAQ==\"}", BYTES("\x08\x01") },
	{ "{\"@wire\":\"GAIIAQ==\"}", BYTES("") },
	{ "{\"@wire\":\"\"}", BYTES("") },
	/* 33 bits in a field of 32, a length that is padded, in a message within */
	{ "{\"o_msg\":{\"c_uint32\":1},\"@wire\":\"eoaAABiBgICAEA==\"}",
	  BYTES("\x7a\x86\x80\0\x18\x81\x80\x80\x80\x10") },
	{ "{\"o_msg\":{\"c_uint32\":2},\"@wire\":\"eoaAABiBgICAEA==\"}",
	  BYTES("\x7a\x02\x18\x02") },
};

START_TEST(bytes_stand_as_long_as_the_fields_say_the_same)
{
	becomes(&every, wires[_i].json, wires[_i].msg);
}
END_TEST

START_TEST(what_is_wrong_is_refused_with_line_key_and_reason)
{
	struct img_buf b = { 0 };
	struct img_err err;

	ck_assert_int_eq(convert(bad[_i].m, bad[_i].json, strlen(bad[_i].json), &b, &err), -1);
	ck_assert_str_eq(said(&err), bad[_i].said);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	img_buf_free(&b);
}
END_TEST

START_TEST(a_message_is_added_behind_what_is_there)
{
	struct img_buf b = { 0 };
	struct img_err err;

	img_buf_put(&b, "kept", 4);
	ck_assert_int_eq(convert(&every, "{\"c_uint32\":2,\"a_int32\":1}", 26, &b, &err), 0);
	same_bytes(b.p, b.n, "kept\x08\x01\x18\x02", 8, "behind");
	img_buf_free(&b);
}
END_TEST

START_TEST(long_fields_get_long_lengths)
{
	static const size_t sizes[] = { 0, 1, 127, 128, 129, 16383, 16384, 16385, 3000000 };

	for (size_t i = 0; i < COUNT(sizes); i++) {
		size_t n = sizes[i], len = n < 128 ? 1 : n < 16384 ? 2 : n < 2097152 ? 3 : 4;
		char *json = malloc(n + 100);
		struct img_buf b = { 0 };
		struct img_err err;
		uint64_t v;
		const uint8_t *p;

		/* Inside another message, so that two lengths move what stands behind them. */
		memcpy(json, "{\"o_msg\":{\"l_string\":\"", 22);
		memset(json + 22, 'x', n);
		memcpy(json + 22 + n, "\",\"va_int32\":[7]}}", 18);
		ck_assert_int_eq(convert(&every, json, n + 40, &b, &err), 0);
		ck_assert_uint_eq(b.p[0], 0x7a);
		p = b.p + 1;
		v = 0;
		for (unsigned shift = 0;; shift += 7) {
			v |= (uint64_t)(*p & 0x7f) << shift;
			if (*p++ < 0x80)
				break;
		}
		ck_assert_uint_eq(v, 1 + len + n + 3);
		ck_assert_uint_eq(v, b.n - (size_t)(p - b.p));
		ck_assert_uint_eq(*p, 0x62);
		ck_assert_int_eq(memcmp(p + 1 + len, json + 22, n), 0);
		ck_assert_mem_eq(b.p + b.n - 3, "\xa8\x01\x07", 3);
		img_buf_free(&b);
		free(json);
	}
}
END_TEST

/* Objects in each other, so many messages. */
static char *nested(int levels)
{
	char *json = malloc(20 * (size_t)levels + 20), *p = json;

	for (int i = 1; i < levels; i++)
		p = stpcpy(p, "{\"o_msg\":");
	p = stpcpy(p, "{\"a_int32\":7}");
	for (int i = 1; i < levels; i++)
		*p++ = '}';
	*p = '\0';
	return json;
}

START_TEST(messages_nest_to_a_limit)
{
	struct img_buf b = { 0 };
	struct img_err err;
	char *json = nested(IMG_MAX_DEPTH);

	ck_assert_int_eq(convert(&every, json, strlen(json), &b, &err), 0);
	ck_assert_mem_eq(b.p + b.n - 2, "\x08\x07", 2);
	free(json);
	json = nested(IMG_MAX_DEPTH + 1);
	ck_assert_int_eq(convert(&every, json, strlen(json), &b, &err), -1);
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_str_eq(err.what, "messages nested deeper than 512 levels");
	ck_assert_uint_eq(err.line, 1);
	img_buf_free(&b);
	free(json);
}
END_TEST

START_TEST(text_cut_anywhere_fails)
{
	const char *json = msg_pairs[_i].json;

	for (size_t n = 1; n < strlen(json); n++) {
		char *cut = malloc(n);
		struct img_buf b = { 0 };
		struct img_err err;

		memcpy(cut, json, n);
		ck_assert_int_eq(convert(msg_pairs[_i].m, cut, n, &b, &err), -1);
		ck_assert_uint_gt(strlen(err.what), 5);
		img_buf_free(&b);
		free(cut);
	}
}
END_TEST

/* ---- keys of others, single values ---- */

struct seen {
	struct img_jr *jr;
	int calls, answer;
	char key[20];
};

static int other_key(void *arg, const struct jr_tok *key, struct img_err *err)
{
	struct seen *s = arg;
	struct jr_tok t;

	s->calls++;
	snprintf(s->key, sizeof(s->key), "%.*s", (int)key->n, key->p);
	if (s->answer < 0)
		return img_fail_line(err, IMG_EDATA, 7, "not today");
	if (s->answer > 0)
		ck_assert_int_eq(img_jr_next(s->jr, &t, err), 0);
	return s->answer;
}

static int with_other(int answer, const char *json, struct seen *s, struct img_buf *b,
		      struct img_err *err)
{
	struct img_in *in = img_in_mem(json, strlen(json));
	struct jr_tok t;
	int r;

	*s = (struct seen){ .jr = img_jr_open(in), .answer = answer };
	ck_assert_int_eq(img_jr_next(s->jr, &t, err), 0);
	r = img_json2msg(s->jr, &every, b, other_key, s, err);
	img_jr_close(s->jr);
	img_in_free(in);
	return r;
}

START_TEST(a_key_of_another_is_offered_to_it)
{
	static const char json[] = "{\"c_uint32\":2,\"extra\":\"x\",\"a_int32\":1}";
	struct img_buf b = { 0 };
	struct img_err err;
	struct seen s;

	ck_assert_int_eq(with_other(1, json, &s, &b, &err), 0);
	ck_assert_int_eq(s.calls, 1);
	ck_assert_str_eq(s.key, "extra");
	same_bytes(b.p, b.n, "\x08\x01\x18\x02", 4, "message");
	ck_assert_int_eq(with_other(0, json, &s, &b, &err), -1);
	ck_assert_str_eq(said(&err), "line 1: extra: unknown key");
	ck_assert_int_eq(with_other(-1, json, &s, &b, &err), -1);
	ck_assert_str_eq(said(&err), "line 7: not today");
	/* Not that of a message inside. */
	ck_assert_int_eq(with_other(1, "{\"o_msg\":{\"extra\":\"x\"}}", &s, &b, &err), -1);
	ck_assert_int_eq(s.calls, 0);
	ck_assert_str_eq(said(&err), "line 1: o_msg.extra: unknown key");
	img_buf_free(&b);
}
END_TEST

static const struct {
	const char *json;
	uint64_t max, v;
	const char *said; /* NULL: good */
} uints[] = {
	{ "0", 0, 0, NULL },
	{ "65535", 65535, 65535, NULL },
	{ "\"65535\"", 65535, 65535, NULL },
	{ "\"0xffff\"", 65535, 65535, NULL },
	{ "18446744073709551615", UINT64_MAX, UINT64_MAX, NULL },
	{ "65536", 65535, 0, "line 1: 65536 is out of range" },
	{ "-1", UINT64_MAX, 0, "line 1: -1 is out of range" },
	{ "1.5", 65535, 0, "line 1: expected an integer, got 1.5" },
	{ "null", 65535, 0, "line 1: expected a number, got null" },
	{ "\"x\"", 65535, 0, "line 1: expected a number: \"x\"" },
};

START_TEST(an_integer_alone_is_read_up_to_its_limit)
{
	struct img_in *in = img_in_mem(uints[_i].json, strlen(uints[_i].json));
	struct img_jr *jr = img_jr_open(in);
	struct img_err err;
	struct jr_tok t;
	uint64_t v = 99;
	int r;

	ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
	r = img_json_uint(jr, &t, uints[_i].max, &v, &err);
	ck_assert_int_eq(r, uints[_i].said != NULL ? -1 : 0);
	if (r < 0)
		ck_assert_str_eq(said(&err), uints[_i].said);
	else
		ck_assert_uint_eq(v, uints[_i].v);
	img_jr_close(jr);
	img_in_free(in);
}
END_TEST

START_TEST(bytes_alone_are_text_or_base64)
{
	static const struct {
		const char *json;
		bool b64;
		const char *bytes; /* NULL: refused */
	} cases[] = {
		{ "\"YWJj\"", true, "abc" },
		{ "\"YWJj\"", false, "YWJj" },
		{ "\"\"", true, "" },
		{ "\"\"", false, "" },
		{ "{\"@base64\":\"YWJj\"}", false, "abc" },
		{ "{\"@base64\":\"YWJj\"}", true, "abc" },
		{ "1", true, NULL },
		{ "1", false, NULL },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct img_in *in = img_in_mem(cases[i].json, strlen(cases[i].json));
		struct img_jr *jr = img_jr_open(in);
		struct img_buf b = { 0 };
		struct img_err err;
		struct jr_tok t;
		int r;

		img_buf_put(&b, ">", 1);
		ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
		r = img_json_bytes(jr, &t, cases[i].b64, &b, &err);
		if (cases[i].bytes != NULL) {
			ck_assert_int_eq(r, 0);
			same_bytes(b.p + 1, b.n - 1, cases[i].bytes, strlen(cases[i].bytes),
				   cases[i].json);
		} else {
			ck_assert_int_eq(r, -1);
			ck_assert_str_eq(
				said(&err),
				cases[i].b64 ? "line 1: expected base64 in a string, got a number"
					     : "line 1: expected a string, got a number");
		}
		img_buf_free(&b);
		img_jr_close(jr);
		img_in_free(in);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_line_of_the_stream_gives_its_message, msg_pairs);
	EACH(other_spellings_give_the_same_message, others);
	EACH(bytes_stand_as_long_as_the_fields_say_the_same, wires);
	EACH(what_is_wrong_is_refused_with_line_key_and_reason, bad);
	TEST(a_message_is_added_behind_what_is_there);
	TEST(long_fields_get_long_lengths);
	TEST(messages_nest_to_a_limit);
	EACH(text_cut_anywhere_fails, msg_pairs);
	TEST(a_key_of_another_is_offered_to_it);
	EACH(an_integer_alone_is_read_up_to_its_limit, uints);
	TEST(bytes_alone_are_text_or_base64);
}

int main(void)
{
	return unit_run("json2msg", add);
}
