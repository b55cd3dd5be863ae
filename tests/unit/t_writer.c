/* writer: an image, entry by entry, with the payloads that its entries state. */
#include "libimg/image/writer.h"

#include "libimg/image/frame.h"
#include "libimg/image/transfer.h"
#include "samples.h"

/* How the payloads of a copy are handed over. */
struct how {
	size_t piece; /* bytes at a time, 0: a run at once */
	bool pads;    /* padding is always given, also where it is zeros */
};

static const struct how hows[] = { { 0, false }, { 0, true }, { 1, false }, { 3, true } };

static void put_data(struct img_writer *wr, const uint8_t *p, size_t n, const struct how *how)
{
	struct img_err err;
	size_t k;

	for (size_t i = 0; i < n; i += k) {
		k = how->piece != 0 && how->piece < n - i ? how->piece : n - i;
		if (img_writer_data(wr, p + i, k, &err) < 0)
			ck_abort_msg("%s", said(&err));
	}
}

static bool is_zero(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != 0)
			return false;
	return true;
}

static void copy_record(struct img_reader *rd, struct img_writer *wr, const struct img_part *part,
			const struct how *how)
{
	struct img_buf body = { 0 };
	struct img_span all, run, pad;
	struct img_err err;
	bool zeros;

	img_buf_put(&body, part->body.p, part->body.n);
	ck_assert_int_eq(img_reader_whole(rd, &all, &err), 0);
	run = (struct img_span){ all.p, part->len, 0 };
	pad = (struct img_span){ all.p + part->len, part->pad, 0 };
	zeros = !how->pads && is_zero(pad.p, pad.n);
	if (img_writer_record(wr, (struct img_span){ body.p, body.n, 0 }, run, zeros ? NULL : &pad,
			      &err) < 0)
		ck_abort_msg("%s", said(&err));
	img_buf_free(&body);
}

static void copy_payload(struct img_reader *rd, struct img_writer *wr, const struct how *how)
{
	struct img_part part;
	struct img_err err;
	struct img_span s;

	while (img_reader_part(rd, &part, &err) > 0) {
		if (part.msg != NULL) {
			copy_record(rd, wr, &part, how);
			continue;
		}
		while (img_reader_data(rd, 1 << 20, &s, &err) > 0)
			put_data(wr, s.p, s.n, how);
		ck_assert_int_eq(img_reader_pad(rd, &s, &err), 0);
		if (s.n > 0 && (how->pads || !is_zero(s.p, s.n)))
			ck_assert_int_eq(img_writer_pad(wr, s.p, s.n, &err), 0);
	}
}

START_TEST(an_image_is_written_as_it_was_read)
{
	const struct sample *s = &samples[_i];

	for (size_t k = 0; k < COUNT(hows); k++) {
		struct img_in *in = img_in_mem(s->image.p, s->image.n);
		struct img_err err;
		struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
		struct img_out *o = sink_new();
		struct img_writer *wr = img_writer_open(o, img_reader_head(rd), &err);
		const struct img_extra *extra;
		struct img_entry e;
		uint64_t count = 0;
		size_t n;
		char *got;

		while (img_reader_next(rd, &e, &err) > 0) {
			ck_assert_uint_eq(img_writer_count(wr), count++);
			ck_assert_ptr_eq(img_writer_msg(wr, &extra), e.msg);
			if (img_writer_entry(wr, e.body.p, e.body.n, &err) < 0)
				ck_abort_msg("%s: %s", s->name, said(&err));
			ck_assert_int_eq(img_writer_has_payload(wr), e.extra != NULL);
			copy_payload(rd, wr, &hows[k]);
			if (img_writer_payload_left(wr) != IMG_UNKNOWN)
				ck_assert_uint_eq(img_writer_payload_left(wr), 0);
		}
		ck_assert_int_eq(img_writer_end(wr, &err), 0);
		got = sink_take(o, &n);
		same_bytes(got, n, s->image.p, s->image.n, s->name);
		free(got);
		img_writer_free(wr);
		img_reader_close(rd);
		img_in_free(in);
	}
	img_writer_free(NULL);
}
END_TEST

START_TEST(a_copy_of_each_entry_and_payload_is_the_same_image)
{
	const struct sample *s = &samples[_i];
	struct img_in *in = img_in_mem(s->image.p, s->image.n);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
	struct img_out *o = sink_new();
	struct img_writer *wr = img_writer_open(o, img_reader_head(rd), &err);
	struct img_entry e;
	size_t n;
	char *got;

	while (img_reader_next(rd, &e, &err) > 0) {
		ck_assert_int_eq(img_writer_entry(wr, e.body.p, e.body.n, &err), 0);
		if (img_reader_copy(rd, wr, &err) < 0)
			ck_abort_msg("%s: %s", s->name, said(&err));
	}
	ck_assert_int_eq(img_writer_end(wr, &err), 0);
	got = sink_take(o, &n);
	same_bytes(got, n, s->image.p, s->image.n, s->name);
	free(got);
	img_writer_free(wr);
	img_reader_close(rd);
	img_in_free(in);
}
END_TEST

START_TEST(a_raw_image_is_copied_as_a_whole)
{
	static char image[3 * IMG_IN_SIZE + 5];
	struct img_head head = { .type = &img_type_raw, .framing = IMG_NONE };
	struct img_in *in;
	struct img_reader *rd;
	struct img_out *o = sink_new();
	struct img_err err;
	struct img_writer *wr = img_writer_open(o, &head, &err);
	struct img_entry e;
	size_t n;
	char *got;

	for (size_t i = 0; i < sizeof(image); i++)
		image[i] = (char)(i * 7 >> 3);
	in = img_in_mem(image, sizeof(image));
	rd = img_reader_open(in, "pages-1.img", 0, &err);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
	ck_assert_int_eq(img_reader_copy(rd, wr, &err), 0);
	ck_assert_int_eq(img_reader_next(rd, &e, &err), 0);
	ck_assert_int_eq(img_writer_end(wr, &err), 0);
	got = sink_take(o, &n);
	ck_assert_uint_eq(n, sizeof(image));
	ck_assert_mem_eq(got, image, n);
	free(got);
	img_writer_free(wr);
	img_reader_close(rd);
	img_in_free(in);
}
END_TEST

/* ---- what is refused ---- */

#define DESC "\x0a\x0e\x08\1\x10\0\x18\0\x20\0\x28\0\x30\0\x38\0"

/* A writer for a type, and what its last call said. */
static struct img_writer *wr;
static struct img_out *out;
static struct img_err err;

static void begin(const char *type)
{
	struct img_head head = { .framing = IMG_V1_1 };

	head.type = img_type_by_name(type, strlen(type));
	if (head.type == &img_type_raw)
		head.framing = IMG_NONE;
	out = sink_new();
	wr = img_writer_open(out, &head, &err);
	ck_assert_ptr_nonnull(wr);
}

static void leave(void)
{
	img_writer_free(wr);
	sink_drop(out);
}

static int entry(struct bytes msg)
{
	return img_writer_entry(wr, msg.p, msg.n, &err);
}

static int data(const char *s)
{
	return img_writer_data(wr, s, strlen(s), &err);
}

static int record(struct bytes msg, const char *run, const char *pad)
{
	struct img_span text = { (const uint8_t *)run, strlen(run), 0 };
	struct img_span given = { (const uint8_t *)pad, pad != NULL ? strlen(pad) : 0, 0 };

	return img_writer_record(wr, (struct img_span){ (const uint8_t *)msg.p, msg.n, 0 }, text,
				 pad != NULL ? &given : NULL, &err);
}

#define FAILS(call, text)                                                                          \
	do {                                                                                       \
		ck_assert_int_eq(call, -1);                                                        \
		ck_assert_str_eq(said(&err), text);                                                \
	} while (0)
#define WORKS(call) ck_assert_msg((call) == 0, "%s", said(&err))

START_TEST(a_payload_that_is_short_is_refused_at_the_next_entry_and_at_the_end)
{
	begin("PIPES_DATA");
	WORKS(entry(BYTES_V("\x08\1\x10\5")));
	ck_assert_uint_eq(img_writer_payload_left(wr), 5);
	FAILS(img_writer_end(wr, &err), "payload of entry 0 has 0 bytes (the entry says 5)");
	WORKS(data("abc"));
	ck_assert_uint_eq(img_writer_payload_left(wr), 2);
	FAILS(entry(BYTES_V("\x08\2\x10\0")), "payload of entry 0 has 3 bytes (the entry says 5)");
	FAILS(img_writer_end(wr, &err), "payload of entry 0 has 3 bytes (the entry says 5)");
	WORKS(data("de"));
	WORKS(entry(BYTES_V("\x08\2\x10\0")));
	WORKS(img_writer_end(wr, &err));
	leave();
}
END_TEST

START_TEST(a_payload_that_is_long_is_refused)
{
	begin("PIPES_DATA");
	WORKS(entry(BYTES_V("\x08\1\x10\5")));
	FAILS(data("abcdef"),
	      "payload of entry 0 is longer than the 5 bytes that the entry states");
	WORKS(data("abcde"));
	FAILS(data("f"), "payload of entry 0 is longer than the 5 bytes that the entry states");
	WORKS(data(""));
	WORKS(img_writer_end(wr, &err));
	leave();
}
END_TEST

START_TEST(the_queues_of_tcp_are_one_run)
{
	begin("TCP_STREAM");
	WORKS(entry(BYTES_V("\x08\2\x10\0\x18\3\x20\0\x28\0\x30\0\x38\0")));
	ck_assert_uint_eq(img_writer_payload_left(wr), 5);
	WORKS(data("abc"));
	FAILS(img_writer_end(wr, &err), "payload of entry 0 has 3 bytes (the entry says 5)");
	WORKS(data("de"));
	WORKS(img_writer_end(wr, &err));
	leave();
}
END_TEST

START_TEST(an_entry_without_a_payload_takes_none)
{
	begin("PSTREE");
	WORKS(entry(BYTES_V("\x08\1\x10\0\x18\1\x20\1")));
	ck_assert(!img_writer_has_payload(wr));
	FAILS(data("x"), "entry 0: payload given, but the entry has none");
	WORKS(data(""));
	leave();
	/* A segment whose content is elsewhere. */
	begin("IPCNS_SHM");
	WORKS(entry(BYTES_V(DESC "\x10\5\x18\1")));
	ck_assert(!img_writer_has_payload(wr));
	ck_assert_uint_eq(img_writer_payload_left(wr), 0);
	FAILS(data("x"), "entry 0: payload given, but the entry has none");
	FAILS(img_writer_pad(wr, "\0\0\0", 3, &err), "entry 0: 3 bytes of padding (expected 0)");
	WORKS(entry(BYTES_V(DESC "\x10\1")));
	ck_assert(img_writer_has_payload(wr));
	ck_assert_uint_eq(img_writer_payload_left(wr), 1);
	leave();
}
END_TEST

START_TEST(padding_is_what_is_due_and_comes_last)
{
	size_t n;
	char *got;

	begin("IPCNS_SHM");
	WORKS(entry(BYTES_V(DESC "\x10\5")));
	FAILS(img_writer_pad(wr, "\0\0\0", 3, &err), "entry 0: 3 bytes of padding (expected 3)");
	WORKS(data("12345"));
	FAILS(img_writer_pad(wr, "\0\0", 2, &err), "entry 0: 2 bytes of padding (expected 3)");
	FAILS(img_writer_pad(wr, "\0\0\0\0", 4, &err), "entry 0: 4 bytes of padding (expected 3)");
	WORKS(img_writer_end(wr, &err)); /* zeros */
	WORKS(img_writer_end(wr, &err)); /* once */
	WORKS(entry(BYTES_V(DESC "\x10\1")));
	WORKS(data("1"));
	WORKS(img_writer_pad(wr, "abc", 3, &err));
	FAILS(img_writer_pad(wr, "abc", 3, &err), "entry 1: 3 bytes of padding (expected 0)");
	WORKS(img_writer_end(wr, &err));
	img_writer_free(wr);
	got = sink_take(out, &n);
	same_bytes(got + 8 + 22, n - 8 - 22,
		   "12345\0\0\0\x12\0\0\0" DESC "\x10\1"
		   "1abc",
		   34, "padding");
	free(got);
}
END_TEST

START_TEST(messages_are_counted_and_measured)
{
	begin("IPCNS_MSG");
	WORKS(entry(BYTES_V(DESC "\x10\0\x18\2")));
	ck_assert_uint_eq(img_writer_payload_left(wr), 2);
	FAILS(record(BYTES_V("\x08\1\x10\5"), "abcd", NULL),
	      "text of message 0 has 4 bytes (the message says 5)");
	FAILS(record(BYTES_V("\x08\1\x10\5"), "abcde", "x"),
	      "message 0: 1 bytes of padding (expected 3)");
	WORKS(record(BYTES_V("\x08\1\x10\5"), "abcde", "xyz"));
	ck_assert_uint_eq(img_writer_payload_left(wr), 1);
	FAILS(img_writer_end(wr, &err), "payload of entry 0 has 1 messages (the entry says 2)");
	FAILS(record(BYTES_V("\x08\1\x10\0"), "x", NULL),
	      "text of message 1 has 1 bytes (the message says 0)");
	WORKS(record(BYTES_V("\x08\1\x10\0"), "", NULL));
	FAILS(record(BYTES_V("\x08\1\x10\0"), "", NULL),
	      "entry 0: more messages than the entry says");
	WORKS(img_writer_end(wr, &err));
	leave();
	begin("PIPES_DATA");
	WORKS(entry(BYTES_V("\x08\1\x10\5")));
	FAILS(record(BYTES_V("\x08\1\x10\0"), "", NULL),
	      "entry 0: more messages than the entry says");
	leave();
}
END_TEST

START_TEST(nothing_follows_the_rest_of_the_file)
{
	begin("GHOST_FILE");
	WORKS(entry(BYTES_V("\x08\0\x10\0\x18\0")));
	ck_assert_uint_eq(img_writer_payload_left(wr), IMG_UNKNOWN);
	WORKS(data("any"));
	WORKS(data("thing"));
	FAILS(entry(BYTES_V("\x08\0\x10\0")),
	      "no entry can follow entry 0: its payload is the rest of the file");
	WORKS(img_writer_end(wr, &err));
	leave();
}
END_TEST

START_TEST(a_raw_image_has_bytes_only)
{
	size_t n;
	char *got;

	begin("RAW");
	FAILS(entry(BYTES_V("")), "a raw image has no entries");
	WORKS(data("abc"));
	WORKS(data("def"));
	WORKS(img_writer_end(wr, &err));
	img_writer_free(wr);
	got = sink_take(out, &n);
	ck_assert_str_eq(got, "abcdef");
	free(got);
}
END_TEST

START_TEST(an_entry_is_looked_at_where_its_fields_count)
{
	begin("PIPES_DATA");
	FAILS(entry(BYTES_V("\x08\1")), "bytes: required field missing");
	FAILS(entry(BYTES_V("\x0a\0\x10\0")), "pipe_id: wrong wire type");
	FAILS(entry(BYTES_V("\x08")), "varint truncated or longer than ten bytes");
	ck_assert_uint_eq(img_writer_count(wr), 0);
	FAILS(img_writer_entry(wr, "x", IMG_MAX_ENTRY + (size_t)1, &err),
	      "entry 0 has 1073741825 bytes (the limit is 1073741824)");
	ck_assert_int_eq(err.kind, IMG_ELIMIT);
	WORKS(entry(BYTES_V("\x08\1\x10\0")));
	ck_assert_uint_eq(img_writer_count(wr), 1);
	leave();
}
END_TEST

START_TEST(a_full_disk_is_seen_at_the_flush)
{
	struct img_head head = { .type = img_type_by_name("PSTREE", 6), .framing = IMG_V1_1 };
	char big[100000] = "";

	out = img_out_fd(open("/dev/full", O_WRONLY));
	wr = img_writer_open(out, &head, &err);
	WORKS(img_writer_entry(wr, big, sizeof(big), &err));
	ck_assert(img_out_failed(out));
	WORKS(img_writer_end(wr, &err));
	FAILS(img_out_flush(out, &err), "write failed: No space left on device");
	leave();
}
END_TEST

/* PIPES_DATA of three bytes; the copy says that it has two, or four. */
START_TEST(a_copy_that_states_another_length_is_refused)
{
	static const char image[] = "\x19\x43\x56\x54\x09\x37\x45\x56\4\0\0\0\10\1\20\3abc";
	struct img_entry e;

	for (char len = 2; len <= 4; len++) {
		struct img_in *in = img_in_mem(image, sizeof(image) - 1);
		struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
		char body[] = "\10\1\20\3";

		ck_assert_ptr_nonnull(rd);
		body[3] = len;
		begin("PIPES_DATA");
		ck_assert_int_eq(img_reader_next(rd, &e, &err), 1);
		WORKS(img_writer_entry(wr, body, 4, &err));
		if (len == 2)
			FAILS(img_reader_copy(rd, wr, &err), "payload of entry 0 is longer than "
							     "the 2 bytes that the entry states");
		else
			WORKS(img_reader_copy(rd, wr, &err));
		if (len == 4)
			FAILS(img_writer_end(wr, &err),
			      "payload of entry 0 has 3 bytes (the entry says 4)");
		leave();
		img_reader_close(rd);
		img_in_free(in);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_copy_of_each_entry_and_payload_is_the_same_image, samples);
	TEST(a_raw_image_is_copied_as_a_whole);
	TEST(a_copy_that_states_another_length_is_refused);
	EACH(an_image_is_written_as_it_was_read, samples);
	TEST(a_payload_that_is_short_is_refused_at_the_next_entry_and_at_the_end);
	TEST(a_payload_that_is_long_is_refused);
	TEST(the_queues_of_tcp_are_one_run);
	TEST(an_entry_without_a_payload_takes_none);
	TEST(padding_is_what_is_due_and_comes_last);
	TEST(messages_are_counted_and_measured);
	TEST(nothing_follows_the_rest_of_the_file);
	TEST(a_raw_image_has_bytes_only);
	TEST(an_entry_is_looked_at_where_its_fields_count);
	TEST(a_full_disk_is_seen_at_the_flush);
}

int main(void)
{
	return unit_run("writer", add);
}
