/* decode: a whole image to JSON, in every form. */
#include "libimg/json/decode.h"

#include "libimg/json/b64.h"
#include "samples.h"

/* The text, and in *r what img_decode() returned; yours to free. */
static char *decode_named(const void *p, size_t n, const char *name, const struct img_decode *how,
			  int *r, struct img_err *err)
{
	struct img_in *in = img_in_mem(p, n);
	struct img_reader *rd = img_reader_open(in, name, 0, err);
	struct img_out *o = sink_new();
	char *text;

	ck_assert_msg(rd != NULL, "%s", said(err));
	*r = img_decode(rd, how, o, err);
	text = sink_take(o, NULL);
	img_reader_close(rd);
	img_in_free(in);
	return text;
}

static char *decode(const void *p, size_t n, const struct img_decode *how)
{
	struct img_err err;
	int r;
	char *text = decode_named(p, n, NULL, how, &r, &err);

	ck_assert_msg(r == 0, "%s", said(&err));
	return text;
}

static void gives(const struct sample *s, const struct img_decode *how, const char *want)
{
	char *text = decode(s->image.p, s->image.n, how);

	ck_assert_str_eq(text, want);
	free(text);
}

START_TEST(an_image_becomes_lines)
{
	struct img_decode how = { .form = IMG_STREAM };

	gives(&samples[_i], &how, samples[_i].json);
}
END_TEST

START_TEST(an_image_becomes_a_document)
{
	struct img_decode how = { .form = IMG_DOCUMENT };
	char want[2000];

	snprintf(want, sizeof(want), "%s\n", samples[_i].doc);
	gives(&samples[_i], &how, want);
}
END_TEST

START_TEST(an_image_becomes_a_pretty_document)
{
	struct img_decode how = { .form = IMG_PRETTY };
	char want[4000];

	snprintf(want, sizeof(want), "%s\n", pretty_samples[_i].text);
	gives(sample_of(pretty_samples[_i].name), &how, want);
}
END_TEST

START_TEST(an_image_becomes_lines_for_people)
{
	struct img_decode how = { .form = IMG_HUMAN };

	gives(sample_of(human_samples[_i].name), &how, human_samples[_i].text);
}
END_TEST

START_TEST(a_header_may_name_the_image)
{
	const struct sample *s = &samples[_i];
	struct img_decode how = { .form = IMG_STREAM, .img = "a \"b\".img" };
	char want[4000];
	const char *rest = strpbrk(s->json + 1, ",}");

	/* Behind the magic, before format and endian. */
	sprintf(want, "%.*s,\"img\":\"a \\\"b\\\".img\"%s", (int)(rest - s->json), s->json, rest);
	gives(s, &how, want);
}
END_TEST

START_TEST(a_name_that_is_not_utf8_is_wrapped)
{
	struct img_decode how = { .form = IMG_STREAM, .img = "a\xff" };

	gives(sample_of("no entries"), &how,
	      "{\"magic\":\"PSTREE\",\"img\":{\"@base64\":\"Yf8=\"}}\n");
}
END_TEST

/* Each line of the stream within the keys of its header. */
static void tag(const char *json, const char *img, char *to)
{
	const char *end = strchr(json, '}'), *line = strchr(json, '\n') + 1;

	if (*line == '\0')
		to += sprintf(to, "{%s%.*s}\n", img, (int)(end - json - 1), json + 1);
	for (; *line != '\0'; line = strchr(line, '\n') + 1)
		to += sprintf(to, "{%s%.*s,\"entry\":%.*s}\n", img, (int)(end - json - 1), json + 1,
			      (int)strcspn(line, "\n"), line);
}

START_TEST(each_line_may_name_its_image)
{
	struct img_decode how = { .form = IMG_STREAM, .tag = true };
	char want[6000];

	tag(samples[_i].json, "", want);
	gives(&samples[_i], &how, want);
	how.img = "x.img";
	tag(samples[_i].json, "\"img\":\"x.img\",", want);
	gives(&samples[_i], &how, want);
}
END_TEST

/* ---- payloads in lines of their own ---- */

static uint8_t *numbered(size_t n)
{
	uint8_t *p = calloc(n + 1, 1);

	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i * 31 + i / 251);
	return p;
}

static void put_text(struct img_buf *b, const char *text)
{
	img_buf_put(b, text, strlen(text));
}

/* The lines of a payload; `head` is what stands before "extra". */
static void put_lines(struct img_buf *b, const char *head, const uint8_t *p, size_t n)
{
	char at[64];

	for (size_t i = 0;; i += IMG_INLINE) {
		size_t k = i < n ? (n - i < IMG_INLINE ? n - i : IMG_INLINE) : 0;

		put_text(b, "{");
		put_text(b, head);
		put_text(b, "\"extra\":\"");
		ck_assert(img_buf_room(b, IMG_B64_LEN(k)));
		b->n = (size_t)((uint8_t *)img_b64_encode((char *)b->p + b->n, p + i, k) - b->p);
		sprintf(at, "\",\"at\":%zu}\n", i < n ? i : n);
		put_text(b, at);
		if (i >= n)
			return;
	}
}

static const size_t sizes[] = { IMG_INLINE - 1,      IMG_INLINE,     IMG_INLINE + 1,
				2 * IMG_INLINE - 1,  2 * IMG_INLINE, 2 * IMG_INLINE + 1,
				5 * IMG_INLINE + 777 };

static size_t varint(uint8_t *p, uint64_t v)
{
	size_t n = 0;

	for (; v >= 0x80; v >>= 7)
		p[n++] = (uint8_t)(v | 0x80);
	p[n++] = (uint8_t)v;
	return n;
}

/* pipes-data with one entry and so many bytes behind it. */
static void pipe_image(struct img_buf *b, const uint8_t *p, size_t n)
{
	uint8_t msg[16] = { 0x08, 1, 0x10 };
	uint8_t len[4] = { (uint8_t)(3 + varint(msg + 3, n)) };

	img_buf_put(b, "\x19\x43\x56\x54\x09\x37\x45\x56", 8);
	img_buf_put(b, len, 4);
	img_buf_put(b, msg, len[0]);
	img_buf_put(b, p, n);
}

START_TEST(a_large_payload_has_lines_of_its_own)
{
	size_t n = sizes[_i];
	uint8_t *p = numbered(n);
	struct img_buf image = { 0 }, want = { 0 };
	struct img_decode how = { .form = IMG_STREAM };
	char line[100], *text;

	pipe_image(&image, p, n);
	if (n <= IMG_INLINE) {
		sprintf(line,
			"{\"magic\":\"PIPES_DATA\"}\n{\"pipe_id\":1,\"bytes\":%zu,\"extra\":\"", n);
		put_text(&want, line);
		ck_assert(img_buf_room(&want, IMG_B64_LEN(n)));
		want.n =
			(size_t)((uint8_t *)img_b64_encode((char *)want.p + want.n, p, n) - want.p);
		put_text(&want, "\"}\n");
	} else {
		sprintf(line, "{\"magic\":\"PIPES_DATA\"}\n{\"pipe_id\":1,\"bytes\":%zu}\n", n);
		put_text(&want, line);
		put_lines(&want, "", p, n);
	}
	img_buf_put(&want, "", 1);
	text = decode(image.p, image.n, &how);
	ck_assert_uint_eq(strlen(text), want.n - 1);
	ck_assert_mem_eq(text, want.p, want.n);
	free(text);
	img_buf_free(&image);
	img_buf_free(&want);
	free(p);
}
END_TEST

START_TEST(lines_of_a_payload_are_tagged_with_the_image)
{
	uint8_t *p = numbered(100000);
	struct img_buf image = { 0 }, want = { 0 };
	struct img_decode how = { .form = IMG_STREAM, .tag = true, .img = "x" };
	char *text;

	pipe_image(&image, p, 100000);
	text = decode(image.p, image.n, &how);
	put_text(&want,
		 "{\"img\":\"x\",\"magic\":\"PIPES_DATA\",\"entry\":{\"pipe_id\":1,\"bytes\":"
		 "100000}}\n");
	put_lines(&want, "\"img\":\"x\",", p, 100000);
	img_buf_put(&want, "", 1);
	ck_assert_str_eq(text, (char *)want.p);
	free(text);
	img_buf_free(&image);
	img_buf_free(&want);
	free(p);
}
END_TEST

START_TEST(two_queues_are_one_run_in_lines)
{
	size_t n = 3 * IMG_INLINE;
	uint8_t *p = numbered(n), msg[40] = { 0x08 }, len[4] = { 0 };
	struct img_buf image = { 0 }, want = { 0 };
	struct img_decode how = { .form = IMG_STREAM };
	size_t at = 1, first = IMG_INLINE + 5;
	char *text;

	at += varint(msg + at, first);
	memcpy(msg + at, "\x10\0\x18", 3);
	at += 3;
	at += varint(msg + at, n - first);
	memcpy(msg + at, "\x20\0\x28\0\x30\0\x38\0", 8);
	len[0] = (uint8_t)(at + 8);
	img_buf_put(&image, "\x19\x43\x56\x54\x06\x55\x46\x51", 8);
	img_buf_put(&image, len, 4);
	img_buf_put(&image, msg, len[0]);
	img_buf_put(&image, p, n);
	text = decode(image.p, image.n, &how);
	ck_assert_int_eq(strncmp(text, "{\"magic\":\"TCP_STREAM\"}\n{\"inq_len\":49157,", 40), 0);
	put_lines(&want, "", p, n);
	img_buf_put(&want, "", 1);
	ck_assert_str_eq(strchr(strchr(text, '\n') + 1, '\n') + 1, (char *)want.p);
	free(text);
	img_buf_free(&image);
	img_buf_free(&want);
	free(p);
}
END_TEST

/* A ghost's content has no length of its own; a segment's has padding behind it. */
START_TEST(the_rest_of_a_file_and_odd_padding_come_in_lines_too)
{
	size_t n = IMG_INLINE + 1;
	uint8_t *p = numbered(n);
	struct img_buf image = { 0 }, want = { 0 };
	struct img_decode how = { .form = IMG_STREAM };
	char *text, *tail;

	img_buf_put(&image, "\x19\x43\x56\x54\x05\x36\x58\x52\6\0\0\0\x08\0\x10\0\x18\0", 18);
	img_buf_put(&image, p, n);
	text = decode(image.p, image.n, &how);
	put_text(&want, "{\"magic\":\"GHOST_FILE\"}\n{\"uid\":0,\"gid\":0,\"mode\":0}\n");
	put_lines(&want, "", p, n);
	img_buf_put(&want, "", 1);
	ck_assert_str_eq(text, (char *)want.p);
	free(text);
	image.n = want.n = 0;
	img_buf_put(&image,
		    "\x19\x43\x56\x54\x44\x30\x28\x46\x14\0\0\0"
		    "\x0a\x0e\x08\1\x10\0\x18\0\x20\0\x28\0\x30\0\x38\0\x10\x81\x80\x03",
		    32);
	img_buf_put(&image, p, n);
	img_buf_put(&image, "abc", 3);
	text = decode(image.p, image.n, &how);
	put_lines(&want, "", p, n);
	img_buf_put(&want, "", 1);
	/* The padding stands on the line that closes the payload. */
	tail = (char *)want.p + want.n - 3;
	strcpy(tail, "");
	ck_assert_ptr_nonnull(strstr(text, (char *)want.p));
	ck_assert_str_eq(text + strlen(text) - 38,
			 "{\"extra\":\"\",\"at\":49153,\"@pad\":\"YWJj\"}\n");
	free(text);
	img_buf_free(&image);
	img_buf_free(&want);
	free(p);
}
END_TEST

START_TEST(padding_is_shown_where_any_byte_of_it_is_odd)
{
	static const struct {
		struct bytes payload;
		const char *json;
	} cases[] = {
		{ BYTES("abc\0"), "\"size\":3,\"extra\":\"YWJj\"}\n" },
		{ BYTES("abc\7"), "\"size\":3,\"extra\":\"YWJj\",\"@pad\":\"Bw==\"}\n" },
		{ BYTES("ab\0\7"), "\"size\":2,\"extra\":\"YWI=\",\"@pad\":\"AAc=\"}\n" },
		{ BYTES("ab\7\0"), "\"size\":2,\"extra\":\"YWI=\",\"@pad\":\"BwA=\"}\n" },
		{ BYTES("a\0\0\0"), "\"size\":1,\"extra\":\"YQ==\"}\n" },
		{ BYTES("abcd"), "\"size\":4,\"extra\":\"YWJjZA==\"}\n" },
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct img_decode how = { .form = IMG_STREAM };
		uint8_t size = (uint8_t)(atoi(cases[i].json + 7));
		struct img_buf image = { 0 };
		char *text;

		img_buf_put(&image,
			    "\x19\x43\x56\x54\x44\x30\x28\x46\x12\0\0\0"
			    "\x0a\x0e\x08\1\x10\0\x18\0\x20\0\x28\0\x30\0\x38\0\x10",
			    29);
		img_buf_put(&image, &size, 1);
		img_buf_put(&image, cases[i].payload.p, cases[i].payload.n);
		text = decode(image.p, image.n, &how);
		ck_assert_str_eq(strstr(text, "\"size\""), cases[i].json);
		free(text);
		img_buf_free(&image);
	}
}
END_TEST

START_TEST(numbers_and_messages_are_never_in_lines)
{
	struct img_decode how = { .form = IMG_STREAM };
	struct img_buf image = { 0 };
	char *text, *p;
	size_t lines = 0;

	/* 30000 semaphores, 60000 bytes. */
	img_buf_put(&image,
		    "\x19\x43\x56\x54\x19\x30\x57\x59\x14\0\0\0"
		    "\x0a\x0e\x08\1\x10\0\x18\0\x20\0\x28\0\x30\0\x38\0\x10\xb0\xea\x01",
		    32);
	for (int i = 0; i < 30000; i++)
		img_buf_put(&image, "\7\0", 2);
	text = decode(image.p, image.n, &how);
	for (p = text; *p != '\0'; p++)
		lines += *p == '\n';
	ck_assert_uint_eq(lines, 2);
	ck_assert_ptr_nonnull(strstr(text, "\"nsems\":30000,\"extra\":[7,7,7,"));
	free(text);
	img_buf_free(&image);
}
END_TEST

START_TEST(a_document_holds_its_payloads_whole)
{
	size_t n = 3 * IMG_INLINE + 100;
	uint8_t *p = numbered(n);
	struct img_buf image = { 0 }, want = { 0 };
	struct img_decode how = { .form = IMG_DOCUMENT };
	char line[100], *text;

	pipe_image(&image, p, n);
	text = decode(image.p, image.n, &how);
	sprintf(line,
		"{\"magic\": \"PIPES_DATA\", \"entries\": [{\"pipe_id\": 1, \"bytes\": %zu, "
		"\"extra\": \"",
		n);
	put_text(&want, line);
	for (size_t i = 0; i < n; i += 57) {
		size_t k = n - i < 57 ? n - i : 57;

		ck_assert(img_buf_room(&want, 80));
		want.n = (size_t)((uint8_t *)img_b64_encode((char *)want.p + want.n, p + i, k) -
				  want.p);
		put_text(&want, "\\n");
	}
	img_buf_put(&want, "\"}]}\n", 6);
	ck_assert_str_eq(text, (char *)want.p);
	free(text);
	img_buf_free(&image);
	img_buf_free(&want);
	free(p);
}
END_TEST

/* ---- raw images ---- */

START_TEST(a_raw_image_is_lines_of_payload)
{
	static const size_t lens[] = { 0, 1, 5, IMG_INLINE, IMG_INLINE + 1, 3 * IMG_INLINE };

	for (size_t i = 0; i < COUNT(lens); i++)
		for (int tagged = 0; tagged < 2; tagged++) {
			struct img_decode how = { .tag = tagged, .img = tagged ? "p" : NULL };
			uint8_t *p = numbered(lens[i]);
			struct img_buf want = { 0 };
			struct img_err err;
			char *text;
			int r;

			text = decode_named(p, lens[i], "pages-1.img", &how, &r, &err);
			ck_assert_int_eq(r, 0);
			if (tagged)
				put_text(&want, "{\"img\":\"p\",\"magic\":\"RAW\"}\n");
			else
				put_text(&want, "{\"magic\":\"RAW\"}\n");
			put_lines(&want, tagged ? "\"img\":\"p\"," : "", p, lens[i]);
			img_buf_put(&want, "", 1);
			ck_assert_str_eq(text, (char *)want.p);
			free(text);
			img_buf_free(&want);
			free(p);
		}
}
END_TEST

START_TEST(a_raw_document_has_an_element_for_each_48_kib)
{
	struct img_decode how = { .form = IMG_DOCUMENT };
	uint8_t *p = numbered(IMG_INLINE + 1);
	struct img_err err;
	char *text, *second;
	int r;

	text = decode_named("", 0, NULL, &how, &r, &err);
	ck_assert_str_eq(text, "{\"magic\": \"RAW\", \"entries\": []}\n");
	free(text);
	text = decode_named("hello", 5, "pages-1.img", &how, &r, &err);
	ck_assert_str_eq(text,
			 "{\"magic\": \"RAW\", \"entries\": [{\"extra\": \"aGVsbG8=\\n\"}]}\n");
	free(text);
	text = decode_named(p, IMG_INLINE + 1, "pages-1.img", &how, &r, &err);
	second = strstr(text, "\\n\"}, {\"extra\": \"");
	ck_assert_ptr_nonnull(second);
	ck_assert_uint_eq(strlen(second), strlen("\\n\"}, {\"extra\": \"AA==\\n\"}]}\n"));
	free(text);
	free(p);
}
END_TEST

/* ---- sizes in place of payloads ---- */

START_TEST(the_size_of_a_payload_may_stand_in_its_place)
{
	static const struct {
		size_t n;
		const char *size;
	} cases[] = { { 0, "0B" },       { 1, "1B" },        { 1023, "1023B" },
		      { 1024, "1KB" },   { 1025, "1.0KB" },  { 2970, "2.9KB" },
		      { 10240, "10KB" }, { 1048576, "1MB" }, { 2621440, "2.5MB" } };

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct img_decode how = { .form = IMG_STREAM, .no_payload = true };
		uint8_t *p = numbered(cases[i].n);
		struct img_buf image = { 0 };
		struct img_err err;
		char want[200], *text;
		int r;

		pipe_image(&image, p, cases[i].n);
		text = decode(image.p, image.n, &how);
		sprintf(want,
			"{\"magic\":\"PIPES_DATA\"}\n{\"pipe_id\":1,\"bytes\":%zu,\"extra\":\"... "
			"<%s>\"}\n",
			cases[i].n, cases[i].size);
		ck_assert_str_eq(text, want);
		free(text);
		text = decode_named(p, cases[i].n, "pages-1.img", &how, &r, &err);
		sprintf(want, "{\"magic\":\"RAW\"}\n{\"extra\":\"... <%s>\",\"at\":0}\n",
			cases[i].size);
		ck_assert_str_eq(text, want);
		free(text);
		how.form = IMG_DOCUMENT;
		text = decode_named(p, cases[i].n, "pages-1.img", &how, &r, &err);
		sprintf(want, "{\"magic\": \"RAW\", \"entries\": [{\"extra\": \"... <%s>\"}]}\n",
			cases[i].size);
		ck_assert_str_eq(text, want);
		free(text);
		img_buf_free(&image);
		free(p);
	}
}
END_TEST

/* What the entries of a sample say of their sizes, in order. */
static const struct {
	const char *name, *sizes[5];
} left_out[] = {
	{ "both queues", { "... <7B>" } },
	{ "a ghost", { "... <8B>" } },
	{ "a ghost in chunks", { "... <3B>", "... <0B>" } },
	{ "semaphores", { "... <0B>", "... <2B>", "... <6B>", "... <8B>", "... <10B>" } },
	{ "messages", { "... <0B>", "... <25B>", "... <13B>" } },
	{ "segments", { "... <5B>", "... <4B>", "... <0B>", "... <1B>", "... <2B>" } },
	{ "maps", { "... <5B>", "... <0B>" } },
	{ "two entries", { NULL } },
};

START_TEST(a_size_counts_messages_but_no_padding)
{
	const struct sample *s = sample_of(left_out[_i].name);
	struct img_decode how = { .form = IMG_STREAM, .no_payload = true };
	char *text = decode(s->image.p, s->image.n, &how), *p = text;

	for (int i = 0; i < 5 && left_out[_i].sizes[i] != NULL; i++) {
		p = strstr(p, "... <");
		ck_assert_ptr_nonnull(p);
		ck_assert_msg(strncmp(p, left_out[_i].sizes[i], strlen(left_out[_i].sizes[i])) == 0,
			      "%s: %.12s", left_out[_i].sizes[i], p);
		p++;
	}
	ck_assert_ptr_null(strstr(p, "... <"));
	free(text);
}
END_TEST

/* ---- faults ---- */

#define PIPES "\x19\x43\x56\x54\x09\x37\x45\x56"
#define TREE "\x19\x43\x56\x54\x30\x30\x27\x50"

static const struct {
	struct bytes image;
	const char *said, *stream, *doc; /* what was written before the fault */
} bad[] = {
	{ BYTES(TREE "\x08\0\0\0\x08\1\x10\2\x18\3\x20\4\4\0\0\0\x08\5\x10\6"),
	  "offset 0x18: entries[1].pgid: required field missing",
	  "{\"magic\":\"PSTREE\"}\n{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4}\n",
	  "{\"magic\": \"PSTREE\", \"entries\": [{\"pid\": 1, \"ppid\": 2, \"pgid\": 3, \"sid\": "
	  "4}\n" },
	{ BYTES(TREE "\x09\0\0\0\x08\1\x10\2\x18\3\x20\4\x2a"),
	  "offset 0x14: entries[0]: field longer than its message", "{\"magic\":\"PSTREE\"}\n",
	  "{\"magic\": \"PSTREE\", \"entries\": [\n" },
	{ BYTES(TREE "\x0b\0\0\0\x08\1\x10\2\x18\3\x20\4\x2a\1\x80"),
	  "offset 0x16: entries[0].threads[0]: packed varint truncated", "{\"magic\":\"PSTREE\"}\n",
	  "{\"magic\": \"PSTREE\", \"entries\": [\n" },
	{ BYTES(TREE "\x08\0"), "offset 0x8: length of entry 0 truncated (need 4 bytes, have 2)",
	  "{\"magic\":\"PSTREE\"}\n", "{\"magic\": \"PSTREE\", \"entries\": [\n" },
	{ BYTES(PIPES "\4\0\0\0\x08\1\x10\5"
		      "abc"),
	  "offset 0x10: payload of entry 0 truncated (need 5 bytes, have 3)",
	  "{\"magic\":\"PIPES_DATA\"}\n", "{\"magic\": \"PIPES_DATA\", \"entries\": [\n" },
};

START_TEST(what_was_written_before_a_fault_is_whole_lines)
{
	struct img_decode how = { .form = IMG_STREAM };
	struct img_err err;
	char *text;
	int r;

	text = decode_named(bad[_i].image.p, bad[_i].image.n, NULL, &how, &r, &err);
	ck_assert_int_eq(r, -1);
	ck_assert_str_eq(said(&err), bad[_i].said);
	ck_assert_str_eq(text, bad[_i].stream);
	free(text);
	how.form = IMG_DOCUMENT;
	text = decode_named(bad[_i].image.p, bad[_i].image.n, NULL, &how, &r, &err);
	ck_assert_int_eq(r, -1);
	ck_assert_str_eq(said(&err), bad[_i].said);
	ck_assert_str_eq(text, bad[_i].doc);
	free(text);
}
END_TEST

START_TEST(a_payload_cut_in_a_later_line_leaves_the_lines_before)
{
	size_t n = 3 * IMG_INLINE;
	uint8_t *p = numbered(n);
	struct img_decode how = { .form = IMG_STREAM };
	struct img_buf image = { 0 };
	struct img_err err;
	size_t lines = 0;
	char *text;
	int r;

	pipe_image(&image, p, n);
	text = decode_named(image.p, image.n - IMG_INLINE / 2, NULL, &how, &r, &err);
	ck_assert_int_eq(r, -1);
	ck_assert_str_eq(said(&err),
			 "offset 0x12: payload of entry 0 truncated (need 147456 bytes, "
			 "have 122880)");
	for (char *q = text; *q != '\0'; q++)
		lines += *q == '\n';
	ck_assert_uint_eq(lines, 4); /* header, entry, two lines of payload */
	ck_assert_int_eq(text[strlen(text) - 1], '\n');
	free(text);
	img_buf_free(&image);
	free(p);
}
END_TEST

START_TEST(a_sample_cut_anywhere_gives_whole_lines)
{
	const struct sample *s = &samples[_i];

	for (size_t n = 9; n < s->image.n; n++)
		for (int form = IMG_STREAM; form <= IMG_PRETTY; form++) {
			struct img_decode how = { .form = form };
			char *cut = exactly(s->image.p, n), *text;
			struct img_err err;
			int r;

			text = decode_named(cut, n, NULL, &how, &r, &err);
			ck_assert_int_eq(text[strlen(text) - 1], '\n');
			if (form == IMG_STREAM && r < 0)
				ck_assert_int_eq(strncmp(text, s->json, strlen(text)), 0);
			if (r < 0)
				ck_assert_ptr_nonnull(strstr(err.what, "truncated"));
			free(text);
			free(cut);
		}
}
END_TEST

START_TEST(a_sink_that_fails_ends_the_work)
{
	size_t n = 40 * IMG_INLINE;
	uint8_t *p = numbered(n);
	struct img_buf image = { 0 };

	pipe_image(&image, p, n);
	for (int form = IMG_STREAM; form <= IMG_PRETTY; form++) {
		struct img_decode how = { .form = form };
		struct img_out *o = img_out_fd(open("/dev/full", O_WRONLY));
		struct img_in *in = img_in_mem(image.p, image.n);
		struct img_err err;
		struct img_reader *rd = img_reader_open(in, NULL, 0, &err);

		ck_assert_int_eq(img_decode(rd, &how, o, &err), -1);
		ck_assert_int_eq(err.errnum, ENOSPC);
		/* Lines of payload stop at once, not when the image ends. */
		if (form == IMG_STREAM)
			ck_assert_uint_lt(img_in_off(in), 10 * IMG_INLINE);
		img_reader_close(rd);
		img_in_free(in);
		sink_drop(o);
	}
	img_buf_free(&image);
	free(p);
}
END_TEST

static void add(TCase *tc)
{
	EACH(an_image_becomes_lines, samples);
	EACH(an_image_becomes_a_document, samples);
	EACH(an_image_becomes_a_pretty_document, pretty_samples);
	EACH(an_image_becomes_lines_for_people, human_samples);
	EACH(a_header_may_name_the_image, samples);
	TEST(a_name_that_is_not_utf8_is_wrapped);
	EACH(each_line_may_name_its_image, samples);
	EACH(a_large_payload_has_lines_of_its_own, sizes);
	TEST(lines_of_a_payload_are_tagged_with_the_image);
	TEST(two_queues_are_one_run_in_lines);
	TEST(the_rest_of_a_file_and_odd_padding_come_in_lines_too);
	TEST(padding_is_shown_where_any_byte_of_it_is_odd);
	TEST(numbers_and_messages_are_never_in_lines);
	TEST(a_document_holds_its_payloads_whole);
	TEST(a_raw_image_is_lines_of_payload);
	TEST(a_raw_document_has_an_element_for_each_48_kib);
	TEST(the_size_of_a_payload_may_stand_in_its_place);
	EACH(a_size_counts_messages_but_no_padding, left_out);
	EACH(what_was_written_before_a_fault_is_whole_lines, bad);
	TEST(a_payload_cut_in_a_later_line_leaves_the_lines_before);
	EACH(a_sample_cut_anywhere_gives_whole_lines, samples);
	TEST(a_sink_that_fails_ends_the_work);
}

int main(void)
{
	return unit_run("decode", add);
}
