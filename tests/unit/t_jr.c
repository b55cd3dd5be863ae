/* jr: JSON text token by token. */
#include "libimg/json/jr.h"

#include "unit.h"

/* A token in a short form: {}[] for themselves, k(key) s(string) n(number) T F N and $. */
static void put_token(struct img_buf *b, const struct jr_tok *t)
{
	static const char *const sign[] = { "$", "N", "T", "F", "n", "s", "k", "{", "}", "[", "]" };

	img_buf_put(b, sign[t->type], 1);
	if (t->type == JR_NUM || t->type == JR_STR || t->type == JR_KEY) {
		img_buf_put(b, "(", 1);
		img_buf_put(b, t->p, t->n);
		img_buf_put(b, ")", 1);
	}
}

/* All tokens of the text, or those before an error and its sentence. Yours to free. */
static char *tokens_of(struct img_in *in, size_t *n)
{
	struct img_jr *jr = img_jr_open(in);
	struct img_buf b = { 0 };
	struct img_err err;
	struct jr_tok t = { .type = JR_NULL };

	ck_assert_ptr_nonnull(jr);
	while (t.type != JR_END) {
		if (img_jr_next(jr, &t, &err) < 0) {
			img_buf_put(&b, " ", 1);
			img_buf_put(&b, said(&err), strlen(said(&err)));
			break;
		}
		put_token(&b, &t);
	}
	img_jr_close(jr);
	img_buf_put(&b, "", 1);
	*n = b.n - 1;
	return (char *)b.p;
}

static const size_t steps[] = { 0, 1, 2, 7, 1000 };

/* The text from memory, and piece by piece through a pipe: the tokens are the same. */
static void gives(const char *text, size_t n, const char *want, size_t want_n)
{
	for (size_t i = 0; i < COUNT(steps); i++) {
		int fd = steps[i] != 0 ? pipe_of(text, n, steps[i]) : -1;
		struct img_in *in = fd < 0 ? img_in_mem(text, n) : img_in_fd(fd);
		size_t got_n;
		char *got = tokens_of(in, &got_n);

		if (got_n != want_n || memcmp(got, want, got_n) != 0)
			ck_abort_msg("steps of %zu: %s\ngive %s\nnot  %s", steps[i], text, got,
				     want);
		img_free(got);
		img_in_free(in);
		if (fd >= 0)
			close(fd);
	}
}

static const struct {
	struct bytes text;
	const char *tokens;
} good[] = {
	{ BYTES("{}"), "{}$" },
	{ BYTES("[]\n"), "[]$" },
	{ BYTES("null true false"), "NTF$" },
	{ BYTES("12"), "n(12)$" },
	{ BYTES("12\n"), "n(12)$" },
	{ BYTES("-0 1.50 1e3 -1.5E-7 123456789012345678901234567890"),
	  "n(-0)n(1.50)n(1e3)n(-1.5E-7)n(123456789012345678901234567890)$" },
	{ BYTES("\"\""), "s()$" },
	{ BYTES("{\"a\":1,\"b\":[true,{\"\":null}]}\n{\"c\":\"d\"}\n"),
	  "{k(a)n(1)k(b)[T{k()N}]}{k(c)s(d)}$" },
	{ BYTES("{}{}[][]"), "{}{}[][]$" },
	{ BYTES("\n\n{\n\"a\"\n:\n1\n}\n\n"), "{k(a)n(1)}$" },
	{ BYTES("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), "s(\"\\/\b\f\n\r\t)$" },
	{ BYTES("\"\\u0041\\u00e9\\u20AC\\ud83d\\ude00\\uD83D\\uDE00\""),
	  "s(A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xf0\x9f\x98\x80)$" },
	{ BYTES("\"\\ud999\\udd99\\uDAAF\\uDCFF\""), "s(\xf1\xb6\x96\x99\xf2\xbb\xb3\xbf)$" },
	{ BYTES("\"\\\\ud83d\""), "s(\\ud83d)$" }, /* no escape: its backslash is escaped */
	{ BYTES("\"\xc3\xa9\""), "s(\xc3\xa9)$" },
	{ BYTES("\"\xff\""), "s(\xff)$" }, /* who keeps a string checks it */
	{ BYTES("{\"\\u0061\":0}"), "{k(a)n(0)}$" },
	{ BYTES("{\"a\":0,\"a\":1}"), "{k(a)n(0)k(a)n(1)}$" }, /* so are keys */
};

START_TEST(text_gives_its_tokens_however_it_comes)
{
	gives(good[_i].text.p, good[_i].text.n, good[_i].tokens, strlen(good[_i].tokens));
}
END_TEST

START_TEST(a_string_may_hold_nul)
{
	gives("\"a\\u0000b\"", 10, "s(a\0b)$", 7);
}
END_TEST

static const struct {
	struct bytes text;
	const char *tokens;
} bad[] = {
	{ BYTES("}"),
	  " line 1: not JSON: parse error: unallowed token at this point in JSON text" },
	{ BYTES("{]"), "{ line 1: not JSON: parse error: invalid object key (must be a string)" },
	{ BYTES("{1:2}"),
	  "{ line 1: not JSON: parse error: invalid object key (must be a string)" },
	{ BYTES("{\"a\" 1}"),
	  "{k(a) line 1: not JSON: parse error: object key and value must be separated by a colon "
	  "(':')" },
	{ BYTES("[1 2]"),
	  "[n(1) line 1: not JSON: parse error: after array element, I expect ',' or ']'" },
	{ BYTES("[1,]"),
	  "[n(1) line 1: not JSON: parse error: unallowed token at this point in JSON text" },
	{ BYTES("{\"a\":1,}"),
	  "{k(a)n(1) line 1: not JSON: parse error: invalid object key (must be a string)" },
	{ BYTES("[01]"),
	  "[n(0) line 1: not JSON: parse error: after array element, I expect ',' or ']'" },
	{ BYTES("[.5]"), "[ line 1: not JSON: lexical error: invalid char in json text." },
	{ BYTES("[1.]"),
	  "[ line 1: not JSON: lexical error: malformed number, a digit is required after the "
	  "decimal point." },
	{ BYTES("[1e]"),
	  "[ line 1: not JSON: lexical error: malformed number, a digit is required after the "
	  "exponent." },
	{ BYTES("[-]"),
	  "[ line 1: not JSON: lexical error: malformed number, a digit is required after the "
	  "minus sign." },
	{ BYTES("[+1]"), "[ line 1: not JSON: lexical error: invalid char in json text." },
	{ BYTES("[nul]"), "[ line 1: not JSON: lexical error: invalid string in json text." },
	{ BYTES("[True]"), "[ line 1: not JSON: lexical error: invalid char in json text." },
	{ BYTES("[NaN]"), "[ line 1: not JSON: lexical error: invalid char in json text." },
	{ BYTES("['a']"), "[ line 1: not JSON: lexical error: invalid char in json text." },
	{ BYTES("/**/1"), " line 1: not JSON: lexical error: probable comment found in input "
			  "text, comments are not enabled." },
	{ BYTES("\xef\xbb\xbf{}"), " line 1: not JSON: lexical error: invalid char in json text." },
	{ BYTES("[\"a\tb\"]"),
	  "[ line 1: not JSON: lexical error: invalid character inside string." },
	{ BYTES("[\"a\nb\"]"),
	  "[ line 1: not JSON: lexical error: invalid character inside string." },
	{ BYTES("[\"\\x\"]"),
	  "[ line 1: not JSON: lexical error: inside a string, '\\' occurs before a character "
	  "which it may not." },
	{ BYTES("[\"\\u12G4\"]"),
	  "[ line 1: not JSON: lexical error: invalid (non-hex) character occurs after '\\u' "
	  "inside string." },
	{ BYTES("\n\n[1,\n2,\n!]"),
	  "[n(1)n(2) line 5: not JSON: lexical error: invalid char in json text." },
	/* the end comes too early */
	{ BYTES("{"), "{ line 1: not JSON: parse error: premature EOF" },
	{ BYTES("[1,\n"), "[n(1) line 2: not JSON: parse error: premature EOF" },
	{ BYTES("\"abc"), " line 1: not JSON: parse error: premature EOF" },
	{ BYTES("tru"), " line 1: not JSON: lexical error: invalid string in json text." },
	/* half of a surrogate pair */
	{ BYTES("[\"\\ud83d\"]"), "[ line 1: unpaired surrogate in a string" },
	{ BYTES("[\"\\ude00\"]"), "[ line 1: unpaired surrogate in a string" },
	{ BYTES("[\"\\ud83d\\ud83d\"]"), "[ line 1: unpaired surrogate in a string" },
	{ BYTES("[\"\\ud83d\\u0041\"]"), "[ line 1: unpaired surrogate in a string" },
	{ BYTES("[\"\\ud83d\\n\"]"), "[ line 1: unpaired surrogate in a string" },
	{ BYTES("[\"\\ud83dx\"]"), "[ line 1: unpaired surrogate in a string" },
	{ BYTES("[\"\\ud83d\\ude00\\ude00\"]"), "[ line 1: unpaired surrogate in a string" },
	{ BYTES("1\n2\n[\"ab\\udfff\"]"), "n(1)n(2)[ line 3: unpaired surrogate in a string" },
};

START_TEST(what_is_not_json_is_refused_with_its_line)
{
	gives(bad[_i].text.p, bad[_i].text.n, bad[_i].tokens, strlen(bad[_i].tokens));
}
END_TEST

START_TEST(text_cut_anywhere_ends_cleanly_or_fails)
{
	static const char text[] =
		"{\"a\":[1,-2.5e+3,true,null,\"\\ud83d\\ude00\\n\xc3\xa9\"]}\n[false]\n";

	for (size_t n = 0; n <= sizeof(text) - 1; n++) {
		char *cut = exactly(text, n), *got;
		struct img_in *in;
		size_t got_n;

		in = img_in_mem(cut, n);
		got = tokens_of(in, &got_n);
		if (n == 0 || (n >= sizeof(text) - 10 && n < sizeof(text) - 8) ||
		    n >= sizeof(text) - 2)
			ck_assert_msg(got[got_n - 1] == '$', "%zu: %s", n, got);
		else
			ck_assert_msg(strstr(got, "line ") != NULL, "%zu: %s", n, got);
		img_free(got);
		img_in_free(in);
		free(cut);
	}
}
END_TEST

/*
 * A line longer than a chunk (256 KiB) is cut somewhere: every place of a run of tokens of
 * all kinds comes to lie at that border.
 */
START_TEST(a_token_may_lie_across_two_chunks)
{
	static const char part[] = ",-12.5e+7,true,null,{\"key\\u0041\":\"x\\ud83d\\ude00\\\"y\"},"
				   "\"\\\\\",\"plain text\",[]";
	static const char want[] =
		"[n(1)n(-12.5e+7)TN{k(keyA)s(x\xf0\x9f\x98\x80\"y)}s(\\)s(plain text)[]]$";
	enum { BORDER = 256 << 10 };
	char *text = malloc(BORDER + 2 * sizeof(part));

	for (size_t shift = 0; shift <= sizeof(part); shift++) {
		size_t start = BORDER - shift, n = start, got_n;
		struct img_in *in;
		char *got;
		int fd;

		memset(text, ' ', start);
		memcpy(text, "[1", 2);
		memcpy(text + n, part, sizeof(part) - 1);
		n += sizeof(part) - 1;
		text[n++] = ']';
		fd = file_of(text, n);
		in = img_in_fd(fd);
		got = tokens_of(in, &got_n);
		ck_assert_str_eq(got, want);
		img_free(got);
		img_in_free(in);
		close(fd);
	}
	free(text);
}
END_TEST

START_TEST(a_surrogate_pair_across_two_chunks_is_checked)
{
	static const char part[] = "\\ud83d\\u0041";
	enum { BORDER = 256 << 10 };
	char *text = malloc(BORDER + 100);

	for (size_t shift = 0; shift <= sizeof(part); shift++) {
		size_t start = BORDER - shift, n = start, got_n;
		struct img_in *in;
		char *got;
		int fd;

		memset(text, 'x', start);
		memcpy(text, "[\"", 2);
		memcpy(text + n, part, sizeof(part) - 1);
		n += sizeof(part) - 1;
		memcpy(text + n, "\"]", 2);
		fd = file_of(text, n + 2);
		in = img_in_fd(fd);
		got = tokens_of(in, &got_n);
		ck_assert_str_eq(got, "[ line 1: unpaired surrogate in a string");
		img_free(got);
		img_in_free(in);
		close(fd);
	}
	free(text);
}
END_TEST

START_TEST(nesting_has_a_limit)
{
	enum { LIMIT = 2 * IMG_MAX_DEPTH + 16 };
	static char text[2 * LIMIT + 10];
	struct img_in *in;
	size_t n;
	char *got;

	memset(text, '[', LIMIT);
	memset(text + LIMIT, ']', LIMIT);
	in = img_in_mem(text, 2 * LIMIT);
	got = tokens_of(in, &n);
	ck_assert_uint_eq(n, 2 * LIMIT + 1);
	img_free(got);
	img_in_free(in);
	/* Deep, but never closed: as fast refused. */
	memset(text, '[', sizeof(text));
	in = img_in_mem(text, sizeof(text));
	got = tokens_of(in, &n);
	ck_assert_uint_eq(strspn(got, "["), LIMIT);
	ck_assert_str_eq(got + LIMIT, " line 1: nested deeper than 1040 levels");
	img_free(got);
	img_in_free(in);
}
END_TEST

START_TEST(nesting_too_deep_is_a_limit_not_damage)
{
	static char text[3 * IMG_MAX_DEPTH];
	struct img_in *in = img_in_mem(text, sizeof(text));
	struct img_jr *jr = img_jr_open(in);
	struct img_err err;
	struct jr_tok t;

	memset(text, '[', sizeof(text));
	while (img_jr_next(jr, &t, &err) == 0)
		;
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	img_jr_close(jr);
	img_jr_close(NULL);
	img_in_free(in);
}
END_TEST

static void count(void *arg, uint64_t off, uint64_t size)
{
	(void)off;
	(void)size;
	++*(unsigned *)arg;
}

/*
 * The parser looks at a string from its start again for each piece of it. Pieces that
 * double keep that linear; of equal ones this text would take 128.
 */
START_TEST(a_long_string_is_read_in_pieces_that_double)
{
	size_t n = (size_t)32 << 20;
	char *text = malloc(n);
	unsigned reads = 0;
	struct img_err err;
	struct img_in *in;
	struct jr_tok t;
	struct img_jr *jr;
	int fd;

	memset(text, 'x', n);
	text[0] = text[n - 1] = '"';
	fd = file_of(text, n);
	in = img_in_fd(fd);
	img_in_watch(in, count, &reads);
	jr = img_jr_open(in);
	ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
	ck_assert_int_eq(t.type, JR_STR);
	ck_assert_uint_eq(t.n, n - 2);
	ck_assert_mem_eq(t.p, text + 1, n - 2);
	ck_assert_uint_le(reads, 40);
	img_jr_close(jr);
	img_in_free(in);
	close(fd);
	free(text);
}
END_TEST

/* Lines that come one by one are no string that grows. */
START_TEST(empty_lines_may_come_one_by_one)
{
	char text[200];
	struct img_in *in;
	size_t n;
	char *got;
	int fd;

	memset(text, '\n', sizeof(text));
	text[198] = '1';
	fd = pipe_of(text, sizeof(text), 1);
	in = img_in_fd(fd);
	got = tokens_of(in, &n);
	ck_assert_str_eq(got, "n(1)$");
	img_free(got);
	img_in_free(in);
	close(fd);
}
END_TEST

/* A reader of lines gets what a line holds when it is there, not when the next one is. */
START_TEST(a_line_is_read_before_the_next_one_has_come)
{
	struct img_err err;
	struct img_in *in;
	struct jr_tok t;
	struct img_jr *jr;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	in = img_in_fd(fds[0]);
	jr = img_jr_open(in);
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(write(fds[1], "{}\n", 3), 3);
		ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
		ck_assert_int_eq(t.type, JR_OBJ);
		ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
		ck_assert_int_eq(t.type, JR_OBJ_END);
	}
	close(fds[1]);
	ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
	ck_assert_int_eq(t.type, JR_END);
	ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
	ck_assert_int_eq(t.type, JR_END);
	img_jr_close(jr);
	img_in_free(in);
	close(fds[0]);
}
END_TEST

START_TEST(a_failed_read_is_passed_on)
{
	int fd = open("/", O_RDONLY);
	struct img_in *in = img_in_fd(fd);
	size_t n;
	char *got = tokens_of(in, &n);

	ck_assert_str_eq(got, " offset 0x0: read failed: Is a directory");
	img_free(got);
	img_in_free(in);
	close(fd);
}
END_TEST

/* ---- lines, again, tapes ---- */

struct text {
	struct img_in *in;
	struct img_jr *jr;
	struct jr_tok t;
};

static void open_text(struct text *x, const char *s)
{
	x->in = img_in_mem(s, strlen(s));
	x->jr = img_jr_open(x->in);
}

static void close_text(struct text *x)
{
	img_jr_close(x->jr);
	img_in_free(x->in);
}

static void next(struct text *x, enum jr_type type, const char *p)
{
	struct img_err err;

	ck_assert_int_eq(img_jr_next(x->jr, &x->t, &err), 0);
	ck_assert_int_eq(x->t.type, type);
	ck_assert_uint_eq(x->t.n, strlen(p));
	ck_assert_mem_eq(x->t.p, p, x->t.n);
}

START_TEST(a_token_has_the_line_where_it_ends)
{
	struct text x;

	open_text(&x, "{\"a\":\n1,\n\n\"b\":[\ntrue]}\n\n{}");
	next(&x, JR_OBJ, "");
	ck_assert_uint_eq(img_jr_line(x.jr), 1);
	next(&x, JR_KEY, "a");
	ck_assert_uint_eq(img_jr_line(x.jr), 1);
	next(&x, JR_NUM, "1");
	ck_assert_uint_eq(img_jr_line(x.jr), 2);
	next(&x, JR_KEY, "b");
	ck_assert_uint_eq(img_jr_line(x.jr), 4);
	next(&x, JR_ARR, "");
	next(&x, JR_TRUE, "");
	ck_assert_uint_eq(img_jr_line(x.jr), 5);
	next(&x, JR_ARR_END, "");
	next(&x, JR_OBJ_END, "");
	ck_assert_uint_eq(img_jr_line(x.jr), 5);
	next(&x, JR_OBJ, "");
	ck_assert_uint_eq(img_jr_line(x.jr), 7);
	close_text(&x);
}
END_TEST

START_TEST(lines_are_counted_across_reads)
{
	enum { LINES = 30000 };
	struct img_buf b = { 0 };
	struct img_err err;
	struct img_in *in;
	struct jr_tok t;
	struct img_jr *jr;
	int fd;

	for (int i = 0; i < LINES; i++)
		img_buf_put(&b, i % 7 == 0 ? "\n[12345]\n" : "[1]\n\n", i % 7 == 0 ? 9 : 5);
	fd = file_of(b.p, b.n);
	in = img_in_fd(fd);
	jr = img_jr_open(in);
	for (uint64_t i = 0; i < LINES; i++)
		for (int k = 0; k < 3; k++) {
			ck_assert_int_eq(img_jr_next(jr, &t, &err), 0);
			ck_assert_uint_eq(img_jr_line(jr), 2 * i + 1 + (i % 7 == 0));
		}
	img_jr_close(jr);
	img_in_free(in);
	close(fd);
	img_buf_free(&b);
}
END_TEST

START_TEST(the_last_token_can_be_had_again)
{
	struct text x;

	open_text(&x, "[1,\"a\"]");
	next(&x, JR_ARR, "");
	next(&x, JR_NUM, "1");
	img_jr_again(x.jr);
	next(&x, JR_NUM, "1");
	next(&x, JR_STR, "a");
	img_jr_again(x.jr);
	next(&x, JR_STR, "a");
	next(&x, JR_ARR_END, "");
	close_text(&x);
}
END_TEST

START_TEST(a_value_put_aside_is_read_later)
{
	struct jr_tape tape = { 0 };
	struct img_err err;
	struct text x;

	open_text(&x, "{\"a\":\n{\"b\":[1,\"\",\"x\\ty\"],\n\"c\":null},\"d\":2}");
	next(&x, JR_OBJ, "");
	next(&x, JR_KEY, "a");
	next(&x, JR_OBJ, "");
	ck_assert_int_eq(img_jr_record(x.jr, &tape, &x.t, SIZE_MAX, &err), 0);
	next(&x, JR_KEY, "d");
	ck_assert_uint_eq(img_jr_line(x.jr), 3);
	for (int again = 0; again < 2; again++) {
		img_jr_replay(x.jr, &tape);
		next(&x, JR_OBJ, "");
		ck_assert_uint_eq(img_jr_line(x.jr), 2);
		next(&x, JR_KEY, "b");
		next(&x, JR_ARR, "");
		next(&x, JR_NUM, "1");
		img_jr_again(x.jr);
		next(&x, JR_NUM, "1");
		next(&x, JR_STR, "");
		next(&x, JR_STR, "x\ty");
		ck_assert_uint_eq(img_jr_line(x.jr), 2);
		next(&x, JR_ARR_END, "");
		next(&x, JR_KEY, "c");
		ck_assert_uint_eq(img_jr_line(x.jr), 3);
		if (again == 0) {
			img_jr_replay_end(x.jr);
			continue;
		}
		next(&x, JR_NULL, "");
		next(&x, JR_OBJ_END, "");
	}
	/* Behind the tape the text goes on. */
	next(&x, JR_NUM, "2");
	next(&x, JR_OBJ_END, "");
	next(&x, JR_END, "");
	img_jr_tape_free(&tape);
	close_text(&x);
}
END_TEST

START_TEST(a_value_that_is_no_list_is_put_aside_whole)
{
	struct jr_tape tape = { 0 };
	struct img_err err;
	struct text x;

	open_text(&x, "[\"abc\",1]");
	next(&x, JR_ARR, "");
	next(&x, JR_STR, "abc");
	ck_assert_int_eq(img_jr_record(x.jr, &tape, &x.t, 0, &err), 0);
	next(&x, JR_NUM, "1");
	ck_assert_int_eq(img_jr_record_tok(x.jr, &tape, &x.t, &err), 0);
	img_jr_replay(x.jr, &tape);
	next(&x, JR_STR, "abc");
	next(&x, JR_NUM, "1");
	next(&x, JR_ARR_END, "");
	img_jr_tape_free(&tape);
	close_text(&x);
}
END_TEST

START_TEST(an_empty_tape_gives_nothing)
{
	struct jr_tape tape = { 0 };
	struct text x;

	open_text(&x, "1");
	img_jr_replay(x.jr, &tape);
	next(&x, JR_NUM, "1");
	img_jr_tape_free(&tape);
	close_text(&x);
}
END_TEST

START_TEST(a_tape_ends_at_its_limit_and_the_rest_follows)
{
	struct jr_tape tape = { 0 };
	struct img_err err;
	struct text x;

	open_text(&x, "[[\"aaaaaaaaaa\",\"bbbbbbbbbb\",\"cccccccccc\"],9]");
	next(&x, JR_ARR, "");
	next(&x, JR_ARR, "");
	ck_assert_int_eq(img_jr_record(x.jr, &tape, &x.t, 15, &err), 1);
	ck_assert_uint_le(tape.text.n, 30);
	img_jr_replay(x.jr, &tape);
	next(&x, JR_ARR, "");
	next(&x, JR_STR, "aaaaaaaaaa");
	next(&x, JR_STR, "bbbbbbbbbb");
	next(&x, JR_STR, "cccccccccc");
	next(&x, JR_ARR_END, "");
	next(&x, JR_NUM, "9");
	img_jr_tape_free(&tape);
	close_text(&x);
}
END_TEST

START_TEST(a_tape_of_broken_text_fails)
{
	struct jr_tape tape = { 0 };
	struct img_err err;
	struct text x;

	open_text(&x, "[1,\n2,!]");
	next(&x, JR_ARR, "");
	ck_assert_int_eq(img_jr_record(x.jr, &tape, &x.t, SIZE_MAX, &err), -1);
	ck_assert_str_eq(said(&err), "line 2: not JSON: lexical error: invalid char in json text.");
	img_jr_tape_free(&tape);
	close_text(&x);
}
END_TEST

START_TEST(every_kind_of_token_has_words)
{
	static const struct {
		enum jr_type type;
		const char *words;
	} kinds[] = {
		{ JR_END, "the end of the input" },
		{ JR_NULL, "null" },
		{ JR_TRUE, "true" },
		{ JR_FALSE, "false" },
		{ JR_NUM, "a number" },
		{ JR_STR, "a string" },
		{ JR_KEY, "a key" },
		{ JR_OBJ, "an object" },
		{ JR_OBJ_END, "the end of an object" },
		{ JR_ARR, "a list" },
		{ JR_ARR_END, "the end of a list" },
	};

	for (size_t i = 0; i < COUNT(kinds); i++) {
		struct jr_tok t = { .type = kinds[i].type };

		ck_assert_str_eq(img_jr_kind(&t), kinds[i].words);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(text_gives_its_tokens_however_it_comes, good);
	TEST(a_string_may_hold_nul);
	EACH(what_is_not_json_is_refused_with_its_line, bad);
	TEST(text_cut_anywhere_ends_cleanly_or_fails);
	TEST(a_token_may_lie_across_two_chunks);
	TEST(a_surrogate_pair_across_two_chunks_is_checked);
	TEST(nesting_has_a_limit);
	TEST(nesting_too_deep_is_a_limit_not_damage);
	TEST(a_long_string_is_read_in_pieces_that_double);
	TEST(empty_lines_may_come_one_by_one);
	TEST(a_line_is_read_before_the_next_one_has_come);
	TEST(a_failed_read_is_passed_on);
	TEST(a_token_has_the_line_where_it_ends);
	TEST(lines_are_counted_across_reads);
	TEST(the_last_token_can_be_had_again);
	TEST(a_value_put_aside_is_read_later);
	TEST(a_value_that_is_no_list_is_put_aside_whole);
	TEST(an_empty_tape_gives_nothing);
	TEST(a_tape_ends_at_its_limit_and_the_rest_follows);
	TEST(a_tape_of_broken_text_fails);
	TEST(every_kind_of_token_has_words);
}

int main(void)
{
	return unit_run("jr", add);
}
