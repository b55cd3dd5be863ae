/* wire: fields inside one protobuf message. */
#include "unit.h"

#include "libimg/msg/wire.h"

#define FF9 "\xff\xff\xff\xff\xff\xff\xff\xff\xff"
#define E8 "\x80\x80\x80\x80\x80\x80\x80\x80"

static const struct {
	struct bytes in;
	uint64_t v;
	size_t n; /* bytes taken, 0: refused */
} varints[] = {
	{ BYTES("\0"), 0, 1 },
	{ BYTES("\x01"), 1, 1 },
	{ BYTES("\x7f"), 127, 1 },
	{ BYTES("\x80\x01"), 128, 2 },
	{ BYTES("\xac\x02"), 300, 2 },
	{ BYTES("\xff\xff\xff\xff\x0f"), 0xffffffff, 5 },
	{ BYTES("\x80\x80\x80\x80\x10"), UINT64_C(1) << 32, 5 },
	{ BYTES(FF9 "\x01"), UINT64_MAX, 10 },
	{ BYTES(E8 "\x80\x01"), UINT64_C(1) << 63, 10 },
	{ BYTES("\x01\xff"), 1, 1 }, /* what follows is not looked at */
	/* longer than needed */
	{ BYTES("\x80\0"), 0, 2 },
	{ BYTES("\x81\x80\0"), 1, 3 },
	{ BYTES("\x85" E8 "\0"), 5, 10 },
	/* of the tenth byte one bit counts */
	{ BYTES(FF9 "\x7f"), UINT64_MAX, 10 },
	{ BYTES(E8 "\x80\x02"), 0, 10 },
	/* cut, or longer than ten bytes */
	{ BYTES(""), 0, 0 },
	{ BYTES("\x80"), 0, 0 },
	{ BYTES(FF9), 0, 0 },
	{ BYTES(FF9 "\xff"), 0, 0 },
	{ BYTES(FF9 "\x80\x01"), 0, 0 },
};

START_TEST(varints_are_read)
{
	const uint8_t *p = (const uint8_t *)varints[_i].in.p, *end = p + varints[_i].in.n, *q;
	uint64_t v = 77;

	q = img_varint(p, end, &v);
	if (varints[_i].n == 0) {
		ck_assert_ptr_null(q);
	} else {
		ck_assert_ptr_eq(q, p + varints[_i].n);
		ck_assert_uint_eq(v, varints[_i].v);
	}
}
END_TEST

START_TEST(varints_are_written_minimal)
{
	for (int bit = 0; bit < 64; bit++)
		for (int less = 0; less < 2; less++) {
			uint64_t v = (UINT64_C(1) << bit) - (uint64_t)less, back = 0;
			uint8_t p[IMG_VARINT_MAX], *end = img_put_varint(p, v);

			ck_assert_ptr_eq(img_varint(p, end, &back), end);
			ck_assert_uint_eq(back, v);
			ck_assert(end == p + 1 || end[-1] != 0);
			ck_assert_int_le(end - p, IMG_VARINT_MAX);
		}
}
END_TEST

START_TEST(zigzag_goes_both_ways)
{
	static const struct {
		int64_t v;
		uint64_t z;
	} pairs[] = {
		{ 0, 0 },
		{ -1, 1 },
		{ 1, 2 },
		{ -2, 3 },
		{ INT32_MAX, 0xfffffffe },
		{ INT32_MIN, 0xffffffff },
		{ INT64_MAX, UINT64_MAX - 1 },
		{ INT64_MIN, UINT64_MAX },
	};

	for (size_t i = 0; i < COUNT(pairs); i++) {
		ck_assert_uint_eq(img_zigzag((uint64_t)pairs[i].v), pairs[i].z);
		ck_assert_int_eq((int64_t)img_unzigzag(pairs[i].z), pairs[i].v);
	}
}
END_TEST

/* One field alone; of VARINT and FIXED the value, of BYTES and GROUP the content. */
static const struct {
	struct bytes in;
	uint32_t tag;
	uint8_t wt;
	uint64_t v;
	const char *content;
} fields[] = {
	{ BYTES("\x08\x05"), 1, IMG_VARINT, 5, NULL },
	{ BYTES("\x08\x7f"), 1, IMG_VARINT, 127, NULL },
	{ BYTES("\x08\x80\x01"), 1, IMG_VARINT, 128, NULL },
	{ BYTES("\x88\0\x05"), 1, IMG_VARINT, 5, NULL }, /* a number longer than needed */
	{ BYTES("\x78\x05"), 15, IMG_VARINT, 5, NULL },
	{ BYTES("\x80\x01\x05"), 16, IMG_VARINT, 5, NULL },
	{ BYTES("\xf8\xff\xff\xff\x0f\x05"), IMG_MAX_TAG, IMG_VARINT, 5, NULL },
	{ BYTES("\x0a\0"), 1, IMG_BYTES, 0, "" },
	{ BYTES("\x0a\x03"
		"abc"),
	  1, IMG_BYTES, 0, "abc" },
	{ BYTES("\x0a\x83\0"
		"abc"),
	  1, IMG_BYTES, 0, "abc" },
	{ BYTES("\x09\x01\x02\x03\x04\x05\x06\x07\x08"), 1, IMG_FIXED64,
	  UINT64_C(0x0807060504030201), NULL },
	{ BYTES("\x0d\x01\x02\x03\xff"), 1, IMG_FIXED32, 0xff030201, NULL },
	{ BYTES("\x0b\x0c"), 1, IMG_GROUP, 0, "\x0c" },
	{ BYTES("\x0b\x10\x05\x1a\x01x\x0c"), 1, IMG_GROUP, 0, "\x10\x05\x1a\x01x\x0c" },
	{ BYTES("\x0b\x13\x14\x13\x1b\x1c\x14\x0c"), 1, IMG_GROUP, 0,
	  "\x13\x14\x13\x1b\x1c\x14\x0c" },
};

START_TEST(a_field_of_each_wire_type_is_read)
{
	const uint8_t *p = (const uint8_t *)fields[_i].in.p;
	struct img_wire w = { p, p + fields[_i].in.n };
	struct img_wfield f;

	ck_assert_ptr_null(img_wire_next(&w, &f));
	ck_assert_ptr_eq(w.p, w.end);
	ck_assert_ptr_eq(f.at, p);
	ck_assert_uint_eq(f.tag, fields[_i].tag);
	ck_assert_uint_eq(f.wt, fields[_i].wt);
	if (fields[_i].content != NULL)
		same_bytes(f.p, f.n, fields[_i].content, strlen(fields[_i].content), "content");
	else
		ck_assert_uint_eq(f.v, fields[_i].v);
}
END_TEST

START_TEST(a_field_ends_where_the_next_one_begins)
{
	uint8_t two[64];
	size_t n = fields[_i].in.n;
	struct img_wire w = { two, two + n + 2 };
	struct img_wfield f;

	memcpy(two, fields[_i].in.p, n);
	memcpy(two + n, "\x10\x01", 2);
	ck_assert_ptr_null(img_wire_next(&w, &f));
	ck_assert_ptr_eq(w.p, two + n);
	ck_assert_ptr_null(img_wire_next(&w, &f));
	ck_assert_uint_eq(f.tag, 2);
	ck_assert_ptr_eq(w.p, w.end);
}
END_TEST

/* A block of just that size shows a sanitizer every byte read behind the end. */
START_TEST(a_field_cut_anywhere_is_refused)
{
	for (size_t n = 1; n < fields[_i].in.n; n++) {
		uint8_t *cut = malloc(n);
		struct img_wire w = { cut, cut + n };
		struct img_wfield f;

		memcpy(cut, fields[_i].in.p, n);
		ck_assert_ptr_nonnull(img_wire_next(&w, &f));
		free(cut);
	}
}
END_TEST

static const struct {
	struct bytes in;
	const char *why;
} bad[] = {
	{ BYTES("\x80"), "field number truncated" },
	{ BYTES(FF9 "\x80\x01"), "field number truncated" },
	{ BYTES("\0\x01"), "field number out of range" },
	{ BYTES("\x07\x01"), "field number out of range" },
	{ BYTES("\x80\x80\x80\x80\x10\x01"), "field number out of range" },
	{ BYTES(FF9 "\x01\x01"), "field number out of range" },
	{ BYTES("\x08"), "varint truncated or longer than ten bytes" },
	{ BYTES("\x08\x80"), "varint truncated or longer than ten bytes" },
	{ BYTES("\x08" FF9 "\x80\x01"), "varint truncated or longer than ten bytes" },
	{ BYTES("\x0a"), "field longer than its message" },
	{ BYTES("\x0a\x01"), "field longer than its message" },
	{ BYTES("\x0a\x05"
		"abcd"),
	  "field longer than its message" },
	{ BYTES("\x0a" FF9 "\x01"
		"abcd"),
	  "field longer than its message" },
	{ BYTES("\x09\x01\x02\x03\x04\x05\x06\x07"), "field longer than its message" },
	{ BYTES("\x0d\x01\x02\x03"), "field longer than its message" },
	{ BYTES("\x0e\x01"), "unknown wire type" },
	{ BYTES("\x0f\x01"), "unknown wire type" },
	{ BYTES("\x0c"), "end of a group that did not begin" },
	{ BYTES("\x0b"), "group not ended" },
	{ BYTES("\x0b\x10\x01"), "group not ended" },
	{ BYTES("\x0b\x13\x0c"), "end of a group that is not the innermost" },
	{ BYTES("\x0b\x14"), "end of a group that is not the innermost" },
	{ BYTES("\x0b\x80"), "field number truncated" },
	{ BYTES("\x0b\0\x0c"), "field number out of range" },
	{ BYTES("\x0b\x10"), "varint truncated or longer than ten bytes" },
	{ BYTES("\x0b\x12\x09\x0c"), "field longer than its message" },
	{ BYTES("\x0b\x17\x0c"), "unknown wire type" },
};

START_TEST(a_broken_field_is_refused_with_a_reason)
{
	const uint8_t *p = (const uint8_t *)bad[_i].in.p;
	struct img_wire w = { p, p + bad[_i].in.n };
	struct img_wfield f;
	const char *why = img_wire_next(&w, &f);

	ck_assert_ptr_nonnull(why);
	ck_assert_str_eq(why, bad[_i].why);
	ck_assert_ptr_eq(f.at, p);
}
END_TEST

START_TEST(groups_nest_to_a_limit)
{
	enum { DEEP = IMG_MAX_DEPTH };
	uint8_t p[2 * DEEP + 2];
	struct img_wire w = { p, p + (size_t)2 * DEEP };
	struct img_wfield f;

	memset(p, 0x0b, DEEP);
	memset(p + DEEP, 0x0c, DEEP);
	ck_assert_ptr_null(img_wire_next(&w, &f));
	ck_assert_uint_eq(f.n, 2 * DEEP - 1);
	memset(p, 0x0b, DEEP + 1);
	memset(p + DEEP + 1, 0x0c, DEEP + 1);
	w = (struct img_wire){ p, p + sizeof(p) };
	ck_assert_str_eq(img_wire_next(&w, &f), "groups nested too deeply");
}
END_TEST

START_TEST(the_last_varint_of_a_number_counts)
{
	static const char m[] = "\x08\x01\x12\x01x\x08\x02\x0a\x01y\x18\x07";
	const uint8_t *p = (const uint8_t *)m;
	uint64_t v = 99;

	ck_assert(img_wire_get(p, sizeof(m) - 1, 1, &v));
	ck_assert_uint_eq(v, 2);
	ck_assert(img_wire_get(p, sizeof(m) - 1, 3, &v));
	ck_assert_uint_eq(v, 7);
	v = 99;
	ck_assert(!img_wire_get(p, sizeof(m) - 1, 2, &v)); /* not a varint */
	ck_assert(!img_wire_get(p, sizeof(m) - 1, 4, &v));
	ck_assert(!img_wire_get(p, 0, 1, &v));
	ck_assert_uint_eq(v, 99);
}
END_TEST

static void add(TCase *tc)
{
	EACH(varints_are_read, varints);
	TEST(varints_are_written_minimal);
	TEST(zigzag_goes_both_ways);
	EACH(a_field_of_each_wire_type_is_read, fields);
	EACH(a_field_ends_where_the_next_one_begins, fields);
	EACH(a_field_cut_anywhere_is_refused, fields);
	EACH(a_broken_field_is_refused_with_a_reason, bad);
	TEST(groups_nest_to_a_limit);
	TEST(the_last_varint_of_a_number_counts);
}

int main(void)
{
	return unit_run("wire", add);
}
