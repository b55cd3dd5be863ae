/* splice: fields put into messages, and taken out. */
#include "libimg/msg/splice.h"

#include "unit.h"

static struct img_err err;

/* 1: 5; 3: { 2: 7 }; 4: "x" */
static const uint8_t body[] = { 0x08, 5, 0x1a, 2, 0x10, 7, 0x22, 1, 'x' };
static const struct img_span all = { body, sizeof(body), 0 };

static void is(struct img_buf *out, const char *bytes, size_t n)
{
	ck_assert_uint_eq(out->n, n);
	ck_assert_mem_eq(out->p, bytes, n);
	out->n = 0;
}

static struct img_span field(uint8_t tag, uint8_t v)
{
	static uint8_t f[2];

	f[0] = (uint8_t)(tag << 3);
	f[1] = v;
	return (struct img_span){ f, 2, 0 };
}

START_TEST(fields_are_put_in_their_order)
{
	struct img_buf out = { 0 };

	ck_assert_int_eq(
		img_splice_put(all, (struct img_path){ { 0 }, 0 }, 2, field(2, 9), &out, &err), 0);
	is(&out, "\x08\5\x10\11\x1a\2\x10\7\x22\1x", 11);
	ck_assert_int_eq(
		img_splice_put(all, (struct img_path){ { 3 }, 1 }, 1, field(1, 9), &out, &err), 0);
	is(&out, "\x08\5\x1a\4\x08\11\x10\7\x22\1x", 11);
	ck_assert_int_eq(
		img_splice_put(all, (struct img_path){ { 3, 5 }, 2 }, 1, field(1, 9), &out, &err),
		0);
	is(&out, "\x08\5\x1a\6\x10\7\x2a\2\x08\11\x22\1x", 13);
	/* Messages that are missing are made. */
	ck_assert_int_eq(
		img_splice_put(all, (struct img_path){ { 2, 6 }, 2 }, 1, field(1, 9), &out, &err),
		0);
	is(&out, "\x08\5\x12\4\x32\2\x08\11\x1a\2\x10\7\x22\1x", 15);
	img_buf_free(&out);
}
END_TEST

START_TEST(fields_are_taken_out)
{
	struct img_buf out = { 0 };

	ck_assert_int_eq(img_splice_cut(all, (struct img_path){ { 3 }, 1 }, 2, &out, &err), 1);
	is(&out, "\x08\5\x1a\0\x22\1x", 7);
	ck_assert_int_eq(img_splice_cut(all, (struct img_path){ { 0 }, 0 }, 3, &out, &err), 1);
	is(&out, "\x08\5\x22\1x", 5);
	ck_assert_int_eq(img_splice_cut(all, (struct img_path){ { 0 }, 0 }, 9, &out, &err), 0);
	is(&out, (const char *)body, sizeof(body));
	img_buf_free(&out);
}
END_TEST

START_TEST(numbers_are_set)
{
	struct img_buf out = { 0 };

	ck_assert_int_eq(img_splice_num(all, 1, 300, &out, &err), 0);
	is(&out, "\x08\xac\2\x1a\2\x10\7\x22\1x", 10);
	ck_assert_int_eq(img_splice_num(all, 2, 1, &out, &err), 0);
	is(&out, "\x08\5\x10\1\x1a\2\x10\7\x22\1x", 11);
	img_buf_free(&out);
}
END_TEST

START_TEST(what_is_damaged_is_refused)
{
	struct img_buf out = { 0 };
	struct img_span sub;

	for (size_t n = 1; n < sizeof(body); n++) {
		const struct img_span cut = { body, n, 0 };

		out.n = 0;
		if (n == 2 || n == 6) /* ends between two fields */
			continue;
		ck_assert_int_eq(img_splice_cut(cut, (struct img_path){ { 3 }, 1 }, 2, &out, &err),
				 -1);
		ck_assert_int_eq(img_splice_get(cut, (struct img_path){ { 3 }, 1 }, &sub, &err),
				 -1);
	}
	ck_assert_int_eq(img_splice_get(all, (struct img_path){ { 3 }, 1 }, &sub, &err), 1);
	ck_assert_uint_eq(sub.n, 2);
	ck_assert_uint_eq(sub.off, 4);
	img_buf_free(&out);
}
END_TEST

static void add(TCase *tc)
{
	TEST(fields_are_put_in_their_order);
	TEST(fields_are_taken_out);
	TEST(numbers_are_set);
	TEST(what_is_damaged_is_refused);
}

int main(void)
{
	return unit_run("splice", add);
}
