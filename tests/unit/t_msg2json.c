/* msg2json: one message to the members of an object. */
#include "libimg/json/msg2json.h"

#include "libimg/json/b64.h"
#include "libimg/json/json2msg.h"
#include "libimg/msg/canon.h"

#include "every.h"

enum { OFF = 0x100 }; /* where the message stands in its image */

/* The object, or "error: " and the sentence of what is wrong. Yours to free. */
static char *convert(const struct img_msg *m, const void *p, size_t n, enum img_jw_style style,
		     bool human, struct img_err *err)
{
	struct img_span body = { p, n, OFF };
	struct img_out *o = sink_new();
	char *text;
	struct img_jw w;
	int r;

	img_jw_init(&w, o, style);
	img_jw_open(&w, '{');
	r = img_msg2json(&w, m, body, human, err);
	img_jw_close(&w, '}');
	text = sink_take(o, NULL);
	if (r == 0)
		return text;
	ck_assert_int_eq(r, -1);
	free(text);
	ck_assert_int_gt(asprintf(&text, "error: %s", said(err)), 0);
	return text;
}

static void becomes(const struct img_msg *m, struct bytes msg, enum img_jw_style style, bool human,
		    const char *want)
{
	struct img_err err;
	char *got = convert(m, msg.p, msg.n, style, human, &err);

	ck_assert_str_eq(got, want);
	free(got);
}

START_TEST(a_message_as_criu_writes_it_is_read)
{
	becomes(msg_pairs[_i].m, msg_pairs[_i].msg, IMG_JW_LINE, false, msg_pairs[_i].json);
}
END_TEST

#define PIDS "\x08\x01\x10\x02\x18\x03\x20\x04"
#define M9 "\xff\xff\xff\xff\xff\xff\xff\xff\xff"

/* What CRIU does not write but protobuf allows. */
static const struct msg_pair others[] = {
	/* any order; of a singular field the last value, of a repeated one all */
	{ &img_msg_pstree_entry, BYTES("\x20\x04\x10\x02\x18\x03\x08\x01"),
	  "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4}" },
	{ &img_msg_pstree_entry, BYTES(PIDS "\x08\x09\x10\x08"),
	  "{\"pid\":9,\"ppid\":8,\"pgid\":3,\"sid\":4}" },
	{ &img_msg_pstree_entry, BYTES("\x28\x09" PIDS "\x28\x08"),
	  "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4,\"threads\":[9,8]}" },
	{ &every,
	  BYTES("\x62\x01"
		"a\x62\x01"
		"b"),
	  "{\"l_string\":\"b\"}" },
	{ &every, BYTES("\x7a\x02\x08\x01\x7a\x02\x08\x02"), "{\"o_msg\":{\"a_int32\":2}}" },
	/* the parts of a message join, lists in them too, at every level */
	{ &every, BYTES("\x7a\x02\x18\x01\x08\x05\x7a\x05\x08\x02\xa8\x01\x07"),
	  "{\"a_int32\":5,\"o_msg\":{\"a_int32\":2,\"c_uint32\":1,\"va_int32\":[7]}}" },
	{ &every, BYTES("\x7a\x04\x7a\x02\x08\x01\x7a\x04\x7a\x02\x18\x02"),
	  "{\"o_msg\":{\"o_msg\":{\"a_int32\":1,\"c_uint32\":2}}}" },
	/* packed runs, alone, empty, among unpacked ones, of every wire type */
	{ &img_msg_pstree_entry, BYTES(PIDS "\x2a\x04\x05\x80\x01\x06"),
	  "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4,\"threads\":[5,128,6]}" },
	{ &img_msg_pstree_entry, BYTES(PIDS "\x28\x01\x2a\x02\x02\x03\x28\x04\x2a\0"),
	  "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4,\"threads\":[1,2,3,4]}" },
	{ &img_msg_pstree_entry, BYTES(PIDS "\x2a\0"),
	  "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4}" },
	{ &every, BYTES("\xaa\x01\x0b\x01" M9 "\x01"), "{\"va_int32\":[1,-1]}" },
	{ &every, BYTES("\xb2\x01\x02\x01\x02"), "{\"vb_sint32\":[-1,1]}" },
	{ &every, BYTES("\xda\x01\x08\1\0\0\0\xff\xff\xff\xff"),
	  "{\"vg_fixed32\":[1,4294967295]}" },
	{ &every, BYTES("\xe2\x01\x04\xfe\xff\xff\xff"), "{\"vh_sfixed32\":[-2]}" },
	{ &every, BYTES("\xea\x01\x10\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0"), "{\"vi_fixed64\":[1,2]}" },
	{ &every, BYTES("\xfa\x01\x02\x01\0"), "{\"vk_bool\":[true,false]}" },
	{ &every, BYTES("\x92\x02\x02\x01\x63"), "{\"vn_enum\":[\"X86_64\",99]}" },
	/* numbers longer than they need to be, or than their type: its bytes count */
	{ &every, BYTES("\x88\0\x85\x80\0"), "{\"a_int32\":5}" },
	{ &every, BYTES("\x08\xff\xff\xff\xff\x0f"), "{\"a_int32\":-1}" },
	{ &every, BYTES("\x08\x85\x80\x80\x80\x80\x01"), "{\"a_int32\":5}" },
	{ &every, BYTES("\x10\x83\x80\x80\x80\x10"), "{\"b_sint32\":-2}" },
	{ &every, BYTES("\x18\x87\x80\x80\x80\x30"), "{\"c_uint32\":7}" },
	{ &every, BYTES("\x58\x02"), "{\"k_bool\":true}" },
	{ &every, BYTES("\x58\x80\x80\x80\x80\x10"), "{\"k_bool\":true}" },
	{ &every, BYTES("\x70\x81\x80\x80\x80\x10"), "{\"n_enum\":\"X86_64\"}" },
	/* fields without a name are kept in the order of the file, wherever they stood */
	{ &every, BYTES("\x90\x03\x07\x18\x02\x90\x03\x08\x08\x01"),
	  "{\"a_int32\":1,\"c_uint32\":2,\"@unknown\":\"kAMHkAMI\"}" },
	{ &every, BYTES("\xa8\x01\x01\x90\x03\x07\xa8\x01\x02"),
	  "{\"va_int32\":[1,2],\"@unknown\":\"kAMH\"}" },
	{ &every, BYTES("\x7a\x03\x90\x03\x07\x7a\x03\x90\x03\x08"),
	  "{\"o_msg\":{\"@unknown\":\"kAMHkAMI\"}}" },
};

START_TEST(a_message_that_another_program_wrote_is_read)
{
	char want[512], b64[128];
	struct img_buf back = { 0 };
	struct img_in *in;
	struct img_jr *jr;
	struct img_err err;
	struct jr_tok t;

	/* Its fields do not say how it was written: the bytes stand beside them. */
	*img_b64_encode(b64, (const uint8_t *)others[_i].msg.p, others[_i].msg.n) = '\0';
	snprintf(want, sizeof(want), "%.*s,\"@wire\":\"%s\"}", (int)strlen(others[_i].json) - 1,
		 others[_i].json, b64);
	becomes(others[_i].m, others[_i].msg, IMG_JW_LINE, false,
		strcmp(others[_i].json, "{}") != 0 ? want : want + 1);

	in = img_in_mem(want, strlen(want));
	jr = img_jr_open(in);
	ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
	ck_assert_int_eq(img_json2msg(jr, others[_i].m, &back, NULL, NULL, &err), 0);
	same_bytes(back.p, back.n, others[_i].msg.p, others[_i].msg.n, want);
	img_buf_free(&back);
	img_jr_close(jr);
	img_in_free(in);
}
END_TEST

/* Messages in parts that hold such messages in turn, n levels of them: each level is a copy. */
static struct img_buf in_parts(size_t n, size_t content)
{
	struct img_buf b = { 0 };

	img_buf_put(&b, "\x6a", 1); /* m_bytes */
	b.p = img_realloc(b.p, content + 32);
	b.n = (size_t)(img_put_varint(b.p + 1, content) - b.p);
	memset(b.p + b.n, 'x', content);
	b.n += content;
	for (; n > 0; n--) {
		struct img_buf up = { 0 };
		uint8_t head[16] = { 0x7a, 0, 0x7a };

		img_buf_put(&up, head, (size_t)(img_put_varint(head + 3, b.n) - head));
		img_buf_put(&up, b.p, b.n);
		img_buf_free(&b);
		b = up;
	}
	return b;
}

START_TEST(copies_of_messages_in_parts_have_a_limit)
{
	struct img_buf few = in_parts(7, 8 << 20), many = in_parts(9, 8 << 20), to = { 0 };
	struct img_err err;
	char *text;

	text = convert(&every, few.p, few.n, IMG_JW_LINE, false, &err);
	ck_assert_int_eq(text[0], '{');
	free(text);
	ck_assert_int_eq(img_msg_plain(&every, few.p, few.n, &to, &err), 0);
	img_buf_free(&to);
	text = convert(&every, many.p, many.n, IMG_JW_LINE, false, &err);
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_ptr_nonnull(
		strstr(text, "the parts of messages take more than 67108864 bytes when joined"));
	free(text);
	ck_assert_int_eq(img_msg_plain(&every, many.p, many.n, &to, &err), -1);
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	img_buf_free(&few);
	img_buf_free(&many);
}
END_TEST

static const struct {
	const struct img_msg *m;
	struct bytes msg;
	const char *said;
} bad[] = {
	{ &img_msg_pstree_entry, BYTES(""), "offset 0x100: pid: required field missing" },
	{ &img_msg_pstree_entry, BYTES("\x08\x01\x10\x02\x20\x04"),
	  "offset 0x100: pgid: required field missing" },
	{ &img_msg_pstree_entry, BYTES(PIDS "\x12\x01x"), "offset 0x108: ppid: wrong wire type" },
	{ &img_msg_pstree_entry, BYTES(PIDS "\x2d\1\2\3\4"),
	  "offset 0x108: threads: wrong wire type" },
	{ &img_msg_pstree_entry, BYTES(PIDS "\x2a\x02\x05\x80"),
	  "offset 0x10b: threads[1]: packed varint truncated" },
	{ &img_msg_pstree_entry, BYTES(PIDS "\x28\x01\x2a\x01\x80"),
	  "offset 0x10c: threads[1]: packed varint truncated" },
	{ &every, BYTES("\xda\x01\x06\1\0\0\0\2\0"),
	  "offset 0x107: vg_fixed32[1]: packed field "
	  "truncated" },
	{ &every, BYTES("\xea\x01\x07\1\0\0\0\2\0\0"),
	  "offset 0x103: vi_fixed64[0]: packed field "
	  "truncated" },
	{ &every, BYTES("\x08"), "offset 0x100: varint truncated or longer than ten bytes" },
	{ &every,
	  BYTES("\x62\x05"
		"abc"),
	  "offset 0x100: field longer than its message" },
	{ &every, BYTES("\x08\x01\x0e"), "offset 0x102: unknown wire type" },
	{ &every, BYTES("\x0a\x01x"), "offset 0x100: a_int32: wrong wire type" },
	{ &every, BYTES("\x78\x01"), "offset 0x100: o_msg: wrong wire type" },
	/* inside: the place of the field, and the way to it */
	{ &every, BYTES("\x08\x01\x7a\x04\x18\x01\x60\x01"),
	  "offset 0x106: o_msg.l_string: wrong wire type" },
	{ &every, BYTES("\x7a\x04\x7a\x02\x08\x80"),
	  "offset 0x104: o_msg.o_msg: varint truncated or longer than ten bytes" },
	{ &every, BYTES("\x9a\x02\0\x9a\x02\x02\x0a\0"),
	  "offset 0x106: vo_msg[1].a_int32: wrong wire type" },
	{ &img_msg_reg_file_entry, BYTES("\x08\1\x10\2\x18\3\x2a\x02\x08\x01\x32\0"),
	  "offset 0x108: fown.euid: required field missing" },
	/* not in order; in parts: the place of the message around them */
	{ &every, BYTES("\x7a\x02\x60\x01\x08\x01"),
	  "offset 0x102: o_msg.l_string: wrong wire type" },
	{ &every, BYTES("\x7a\0\x7a\x02\x60\x01"),
	  "offset 0x100: o_msg.l_string: wrong wire type" },
};

START_TEST(a_broken_message_is_refused_with_the_way_to_the_fault)
{
	struct img_err err;
	char *got = convert(bad[_i].m, bad[_i].msg.p, bad[_i].msg.n, IMG_JW_LINE, false, &err);

	ck_assert_int_eq(strncmp(got, "error: ", 7), 0);
	ck_assert_str_eq(got + 7, bad[_i].said);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	free(got);
}
END_TEST

/* `every` in itself, so many levels; the message of the last one is `inner`. */
static uint8_t *nested(int levels, const char *inner, size_t *n)
{
	uint8_t *p = malloc(100 + 4 * (size_t)levels + strlen(inner)), *end = p + 100 + 4 * levels;

	*n = strlen(inner);
	memcpy(end, inner, *n);
	for (int i = 1; i < levels; i++) {
		size_t len = *n;

		end -= len < 128 ? 2 : 3;
		end[0] = 0x7a;
		end[1] = (uint8_t)(len < 128 ? len : len | 0x80);
		if (len >= 128)
			end[2] = (uint8_t)(len >> 7);
		*n = len + (len < 128 ? 2 : 3);
	}
	memmove(p, end, *n);
	return p;
}

START_TEST(messages_nest_to_a_limit)
{
	struct img_err err;
	size_t n;
	uint8_t *p = nested(IMG_MAX_DEPTH, "\x08\x07", &n);
	char *got = convert(&every, p, n, IMG_JW_LINE, false, &err);

	ck_assert_ptr_nonnull(strstr(got, "{\"a_int32\":7}"));
	free(got);
	free(p);
	p = nested(IMG_MAX_DEPTH + 1, "\x08\x07", &n);
	got = convert(&every, p, n, IMG_JW_LINE, false, &err);
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	ck_assert_str_eq(err.what, "messages nested deeper than 512 levels");
	ck_assert_uint_eq(err.off, OFF + n - 2);
	free(got);
	free(p);
}
END_TEST

START_TEST(a_message_cut_anywhere_is_read_or_refused)
{
	for (size_t n = 0; n <= msg_pairs[_i].msg.n; n++) {
		uint8_t *cut = exactly(msg_pairs[_i].msg.p, n);
		struct img_err err;
		char *got;

		for (int human = 0; human < 2; human++) {
			got = convert(msg_pairs[_i].m, cut, n, IMG_JW_LINE, human, &err);
			ck_assert(got[0] == '{' || strlen(got) > 20);
			free(got);
		}
		free(cut);
	}
}
END_TEST

/* Required fields of inet_sk_entry up to backlog, and behind the addresses. */
#define SK_HEAD "\x08\x01\x10\x02\x18\x0a\x20\x01\x28\x06\x30\x0a\x38\x50\x40\0\x48\x82\x10\x50\x05"
#define SK_TAIL                                                                                    \
	"\x6a\x0a\x08\0\x10\0\x18\0\x20\0\x28\0\x72\x0c\x08\x01\x10\x02\x18\0\x20\0\x28\0\x30\0"
#define SK_JSON                                                                                    \
	"{\"id\":1,\"ino\":2,\"family\":\"INET6\",\"type\":\"STREAM\",\"proto\":\"TCP\","          \
	"\"state\":\"LISTEN\",\"src_port\":80,\"dst_port\":0,\"flags\":\"0x802\",\"backlog\":5"
#define SK_END                                                                                     \
	",\"fown\":{\"uid\":0,\"euid\":0,\"signum\":0,\"pid_type\":0,\"pid\":0},\"opts\":{"        \
	"\"so_sndbuf\":1,\"so_rcvbuf\":2,\"so_snd_tmo_sec\":0,\"so_snd_tmo_usec\":0,"              \
	"\"so_rcv_tmo_sec\":0,\"so_rcv_tmo_usec\":0}}"

static const struct msg_pair human[] = {
	{ &img_msg_inet_sk_entry, BYTES(SK_HEAD SK_TAIL), SK_JSON SK_END },
	/* an address of one word, of four; any other number of words stays numbers */
	{ &img_msg_inet_sk_entry, BYTES(SK_HEAD "\x58\xff\x80\x80\x08" SK_TAIL),
	  SK_JSON ",\"src_addr\":[\"127.0.0.1\"]" SK_END },
	{ &img_msg_inet_sk_entry, BYTES(SK_HEAD "\x58\0\x60\x01" SK_TAIL),
	  SK_JSON ",\"src_addr\":[\"0.0.0.0\"],\"dst_addr\":[\"1.0.0.0\"]" SK_END },
	{ &img_msg_inet_sk_entry,
	  BYTES(SK_HEAD "\x58\0\x58\0\x58\x80\x80\xfc\xff\x0f\x58\xff\x80\x80\x08" SK_TAIL),
	  SK_JSON ",\"src_addr\":[\"::ffff:7f00:1\"]" SK_END },
	{ &img_msg_inet_sk_entry, BYTES(SK_HEAD "\x58\x01\x58\x02" SK_TAIL),
	  SK_JSON ",\"src_addr\":[1,2]" SK_END },
	{ &img_msg_inet_sk_entry, BYTES(SK_HEAD "\x58\x01\x58\x02\x58\x03\x58\x04\x58\x05" SK_TAIL),
	  SK_JSON ",\"src_addr\":[1,2,3,4,5]" SK_END },
	/* packed, in one run or several, is the same */
	{ &img_msg_inet_sk_entry,
	  BYTES(SK_HEAD "\x5a\x04\0\0\0\x01\x62\x04\xff\x80\x80\x08" SK_TAIL),
	  SK_JSON ",\"src_addr\":[\"::100:0\"],\"dst_addr\":[\"127.0.0.1\"]" SK_END },
	{ &img_msg_inet_sk_entry, BYTES(SK_HEAD "\x5a\x02\0\0\x58\0\x5a\x01\x01\x5a\0" SK_TAIL),
	  SK_JSON ",\"src_addr\":[\"::100:0\"]" SK_END },
	{ &img_msg_inet_sk_entry, BYTES(SK_HEAD "\x5a\0" SK_TAIL), SK_JSON SK_END },
	/* words apart from each other come together first */
	{ &img_msg_inet_sk_entry, BYTES("\x58\0\x58\0" SK_HEAD SK_TAIL "\x58\0\x58\x01"),
	  SK_JSON ",\"src_addr\":[\"::100:0\"]" SK_END },
	/* an address that does not repeat is a number */
	{ &every, BYTES("\x88\x01\x05"), "{\"q_addr\":5}" },
	{ &every, BYTES("\xa8\x02\x05"), "{\"vq_addr\":[\"5.0.0.0\"]}" },
	/* hex holds below its message, for integers only, single and in lists */
	{ &every,
	  BYTES("\x92\x01\x2c\x08" M9 "\x01\x10\x01\x18\x10\x3d\x20\0\0\0\x58\x01\x62\x01x\x70\x01"
		"\x7a\x02\x18\x0a\x88\x01\x09\xa8\x01\x11\xaa\x01\x01\x12\xa8\x02\x05"),
	  "{\"r_hex\":{\"a_int32\":\"0xffffffffffffffff\",\"b_sint32\":\"0xffffffffffffffff\","
	  "\"c_uint32\":\"0x10\",\"g_fixed32\":\"0x20\",\"k_bool\":true,\"l_string\":\"x\","
	  "\"n_enum\":\"X86_64\",\"o_msg\":{\"c_uint32\":\"0xa\"},\"q_addr\":\"0x9\","
	  "\"va_int32\":[\"0x11\",\"0x12\"],\"vq_addr\":[\"5.0.0.0\"]}}" },
	{ &every, BYTES("\x08\x10\x92\x01\x02\x08\x10\xa8\x01\x10"),
	  "{\"a_int32\":16,\"r_hex\":{\"a_int32\":\"0x10\"},\"va_int32\":[16]}" },
	{ &every, BYTES("\xb2\x02\x02\x08\x10"), "{\"vr_hex\":[{\"a_int32\":\"0x10\"}]}" },
	/* what no hint names stays as it is, beyond 2^53 a string too */
	{ &every, BYTES("\x30" M9 "\x01\x9a\x03\x02hi"),
	  "{\"f_uint64\":\"18446744073709551615\",\"@unknown\":\"mgMCaGk=\"}" },
	{ &img_msg_vma_entry,
	  BYTES("\x08\x80\x20\x10\x80\x40\x18\0\x20\0\x28\x03\x30\x22\x38\x81\x04\x40\x01\x48"
		"\x01"),
	  "{\"start\":\"0x1000\",\"end\":\"0x2000\",\"pgoff\":0,\"shmid\":0,"
	  "\"prot\":\"PROT_READ | PROT_WRITE\",\"flags\":\"MAP_PRIVATE | MAP_ANON\","
	  "\"status\":\"VMA_AREA_REGULAR | VMA_ANON_PRIVATE\",\"fd\":-1,\"madv\":\"0x1\"}" },
};

START_TEST(numbers_are_shown_as_people_read_them)
{
	struct img_err err;
	char *got = convert(human[_i].m, human[_i].msg.p, human[_i].msg.n, IMG_JW_LINE, true, &err);
	char *wire = strstr(got, ",\"@wire\":");

	/* The packed ones among them have their bytes beside the fields. */
	if (wire != NULL)
		strcpy(wire, "}");
	ck_assert_str_eq(got, human[_i].json);
	free(got);
}
END_TEST

/* An address whose words are broken is not one with fewer words. */
START_TEST(a_broken_address_is_refused_in_both_forms)
{
	for (int h = 0; h < 2; h++) {
		becomes(&every, BYTES_V("\xaa\x02\x02\x05\x80"), IMG_JW_LINE, h,
			"error: offset 0x104: vq_addr[1]: packed varint truncated");
		becomes(&every, BYTES_V("\xaa\x02\x05\1\2\3\4\x80"), IMG_JW_LINE, h,
			"error: offset 0x107: vq_addr[4]: packed varint truncated");
	}
}
END_TEST

START_TEST(a_document_has_lines_in_base64_and_bare_numbers)
{
	static const char text[] = "\x30" M9 "\x01\x62\x01\xff\x6a\x3a"
				   "0123456789012345678901234567890123456789012345678901234567";
	static const char b64[] =
		"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3O"
		"DkwMTIzNDU2\\nNw==\\n";
	char want[400];

	sprintf(want,
		"{\"f_uint64\": 18446744073709551615, \"l_string\": {\"@base64\": \"/w==\\n\"}, "
		"\"m_bytes\": \"%s\"}",
		b64);
	becomes(&every, BYTES_V(text), IMG_JW_DOC, false, want);
	sprintf(want,
		"{\n    \"f_uint64\": 18446744073709551615,\n    \"l_string\": {\n"
		"        \"@base64\": \"/w==\\n\"\n    },\n    \"m_bytes\": \"%s\"\n}",
		b64);
	becomes(&every, BYTES_V(text), IMG_JW_PRETTY, true, want);
}
END_TEST

START_TEST(lists_and_messages_are_indented)
{
	becomes(&every, BYTES_V("\x7a\0\xa8\x01\x01\xa8\x01\x02\x9a\x02\0\x9a\x02\x02\x08\x01"),
		IMG_JW_PRETTY, true,
		"{\n    \"o_msg\": {},\n    \"va_int32\": [\n        1,\n        2\n    ],\n"
		"    \"vo_msg\": [\n        {},\n        {\n            \"a_int32\": 1\n        }\n"
		"    ]\n}");
}
END_TEST

START_TEST(every_message_of_the_schema_may_hold_unknown_fields_alone)
{
	static const char msg[] = "\xf8\xff\xff\xff\x0f\x05"; /* the largest number */
	int n = 0;

	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++) {
		struct img_err err;
		char *got = convert(*m, msg, sizeof(msg) - 1, IMG_JW_LINE, false, &err);

		n++;
		if ((*m)->required == 0) {
			ck_assert_str_eq(got, "{\"@unknown\":\"+P///w8F\"}");
		} else {
			ck_assert_str_eq(err.what, "required field missing");
			ck_assert_str_eq(err.path,
					 (*m)->desc->fields[__builtin_ctzll((*m)->required)].name);
		}
		free(got);
	}
	ck_assert_int_eq(n, 160);
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_message_as_criu_writes_it_is_read, msg_pairs);
	EACH(a_message_that_another_program_wrote_is_read, others);
	TEST(copies_of_messages_in_parts_have_a_limit);
	EACH(a_broken_message_is_refused_with_the_way_to_the_fault, bad);
	TEST(messages_nest_to_a_limit);
	EACH(a_message_cut_anywhere_is_read_or_refused, msg_pairs);
	EACH(numbers_are_shown_as_people_read_them, human);
	TEST(a_broken_address_is_refused_in_both_forms);
	TEST(a_document_has_lines_in_base64_and_bare_numbers);
	TEST(lists_and_messages_are_indented);
	TEST(every_message_of_the_schema_may_hold_unknown_fields_alone);
}

int main(void)
{
	return unit_run("msg2json", add);
}
