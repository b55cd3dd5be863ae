/*
 * Faults of the system: whichever allocation or read fails, the library says so, and leaves
 * nothing behind, in memory neither. This program has a seam of its own (libimg/base/buf.h) for
 * memory, and a read(), an fsync() and a close(), which fail when they are told to.
 */
#include <dlfcn.h>
#include <signal.h>

#include "alloc.h"
#include "every.h"
#include "libimg/base/save.h"
#include "libimg/json/decode.h"
#include "libimg/json/encode.h"
#include "libimg/json/json2msg.h"
#include "libimg/json/msg2json.h"
#include "samples.h"

#if defined(__has_feature)
#define HAS_FEATURE(x) __has_feature(x)
#else
#define HAS_FEATURE(x) 0
#endif

/* A sanitizer has its own read(), a static program has that of the C library. */
#ifndef CAN_FAIL
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) ||                               \
	HAS_FEATURE(address_sanitizer) || HAS_FEATURE(thread_sanitizer) ||                         \
	HAS_FEATURE(memory_sanitizer)
#define CAN_FAIL 0
#else
#define CAN_FAIL 1
#endif
#endif

/* Reads that still succeed; -1: all do. */
static long reads = -1;
static bool sync_fails, close_fails;

#if CAN_FAIL
/* While reads are counted, they are short. */
ssize_t read(int fd, void *p, size_t n)
{
	static ssize_t (*real)(int, void *, size_t);

	if (real == NULL)
		real = (ssize_t(*)(int, void *, size_t))dlsym(RTLD_NEXT, "read");
	if (reads < 0)
		return real(fd, p, n);
	if (reads-- == 0) {
		errno = EIO;
		return -1;
	}
	return real(fd, p, n < 3 ? n : 3);
}

int fsync(int fd)
{
	(void)fd;
	errno = EIO;
	return sync_fails ? -1 : 0;
}

int close(int fd)
{
	static int (*real)(int);

	if (real == NULL)
		real = (int (*)(int))dlsym(RTLD_NEXT, "close");
	if (!close_fails)
		return real(fd);
	close_fails = false;
	real(fd);
	errno = EDQUOT;
	return -1;
}
#endif

/* Do it once for each call that can fail, until it succeeds. */
static void each_fault(long *left, int errnum, int (*work)(const void *arg, struct img_err *err),
		       const void *arg)
{
	struct img_err err;
	bool can = left == &allocations || CAN_FAIL;
	long n = 0, held;
	int r;

	for (;; n++) {
		memset(&err, 0, sizeof(err));
		*left = can ? n : -1;
		held = blocks;
		r = work(arg, &err);
		ck_assert_msg(blocks == held, "%ld blocks lost", blocks - held);
		if (!can || *left >= 0)
			break;
		*left = -1;
		ck_assert_msg(r == -1, "failure %ld was not noticed", n);
		ck_assert_int_eq(err.kind, IMG_ESYS);
		ck_assert_int_eq(err.errnum, errnum);
		ck_assert_ptr_nonnull(strstr(said(&err), strerror(errnum)));
		ck_assert_int_lt(n, 10000);
	}
	*left = -1;
	ck_assert_msg(r == 0, "%s", said(&err));
	ck_assert(!can || n > 0);
}

static void each_failure(int (*work)(const void *arg, struct img_err *err), const void *arg)
{
	each_fault(&allocations, ENOMEM, work, arg);
}

/* ---- what is done ---- */

static int null_fd(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/dev/null", O_WRONLY);
	return fd;
}

struct decoding {
	const struct sample *s;
	enum img_form form;
	const struct img_decode *how; /* instead of the form */
};

static int do_decode(const void *arg, struct img_err *err)
{
	const struct decoding *d = arg;
	struct img_decode how = { .form = d->form };
	const char *name = strcmp(d->s->name, "pages") == 0 ? "pages-1.img" : NULL;
	int fd = file_of(d->s->image.p, d->s->image.n), r = -1;
	struct img_out *out = img_out_fd(null_fd());
	struct img_in *in = img_in_fd(fd);
	struct img_reader *rd = NULL;

	if (in == NULL || out == NULL)
		img_fail_mem(err);
	else
		rd = img_reader_open(in, name, 0, err);
	if (rd != NULL)
		r = img_decode(rd, d->how != NULL ? d->how : &how, out, err);
	img_reader_close(rd);
	img_in_free(in);
	img_out_free(out);
	close(fd);
	return r;
}

START_TEST(an_image_is_not_decoded_without_memory)
{
	for (int form = IMG_STREAM; form <= IMG_PRETTY; form++)
		each_failure(do_decode, &(struct decoding){ &samples[_i], form, NULL });
}
END_TEST

START_TEST(an_image_is_not_decoded_beyond_a_failed_read)
{
	for (int form = IMG_STREAM; form <= IMG_PRETTY; form++)
		each_fault(&reads, EIO, do_decode, &(struct decoding){ &samples[_i], form, NULL });
}
END_TEST

static const struct img_decode hows[] = { { .no_payload = true }, { .tag = true } };

START_TEST(payloads_are_not_counted_beyond_a_failed_read)
{
	for (size_t i = 0; i < COUNT(hows); i++)
		each_fault(&reads, EIO, do_decode, &(struct decoding){ &samples[_i], 0, &hows[i] });
}
END_TEST

START_TEST(raw_bytes_are_not_shown_beyond_a_failed_read)
{
	static const struct sample s = { .name = "pages", .image = BYTES("hello, world") };

	for (size_t i = 0; i < COUNT(hows); i++)
		each_fault(&reads, EIO, do_decode, &(struct decoding){ &s, 0, &hows[i] });
	each_fault(&reads, EIO, do_decode, &(struct decoding){ &s, IMG_PRETTY, NULL });
}
END_TEST

struct sink {
	struct img_out *out;
	int begun, ended;
};

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct sink *k = arg;

	(void)name;
	(void)err;
	k->begun++;
	*out = k->out;
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	(void)keep;
	(void)err;
	((struct sink *)arg)->ended++;
	return 0;
}

static int do_encode(const void *arg, struct img_err *err)
{
	const char *text = arg;
	int fd = file_of(text, strlen(text)), r = -1;
	struct sink k = { .out = img_out_fd(null_fd()) };
	struct img_sink sink = { .begin = begin, .end = end, .arg = &k };
	struct img_in *in = img_in_fd(fd);
	uint64_t images;

	if (in == NULL || k.out == NULL)
		img_fail_mem(err);
	else
		r = img_encode(in, &sink, &images, err);
	ck_assert_int_eq(k.begun, k.ended);
	img_in_free(in);
	img_out_free(k.out);
	close(fd);
	return r;
}

START_TEST(an_image_is_not_encoded_without_memory)
{
	each_failure(do_encode, samples[_i].json);
	each_failure(do_encode, samples[_i].doc);
}
END_TEST

START_TEST(an_image_is_not_encoded_beyond_a_failed_read)
{
	each_fault(&reads, EIO, do_encode, samples[_i].json);
	each_fault(&reads, EIO, do_encode, samples[_i].doc);
}
END_TEST

/* Lines: the read that fails may come at any token. */
START_TEST(an_image_on_many_lines_is_not_encoded_beyond_a_failed_read)
{
	char *text = strdup(pretty_samples[_i].text), *p;

	each_fault(&reads, EIO, do_encode, text);
	/* A value on another line than its key. */
	for (p = text; (p = strstr(p, "\": ")) != NULL; p++)
		p[2] = '\n';
	each_fault(&reads, EIO, do_encode, text);
	free(text);
}
END_TEST

START_TEST(names_and_tags_are_not_read_without_memory)
{
	each_failure(do_encode, "{\"img\":\"a\",\"magic\":\"SECCOMP\",\"entry\":{}}"
				"{\"img\":\"b\",\"magic\":\"SECCOMP\",\"entry\":{}}"
				"{\"magic\":\"BINFMT_MISC\"}{\"magic\":\"M\",\"name\":\"a\","
				"\"enabled\":true,\"interpreter\":\"i\"}");
}
END_TEST

static int do_msg2json(const void *arg, struct img_err *err)
{
	const struct bytes *msg = arg;
	struct img_out *out = img_out_fd(null_fd());
	struct img_span body = { (const uint8_t *)msg->p, msg->n, 0 };
	struct img_jw w;
	int r;

	if (out == NULL)
		return img_fail_mem(err);
	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	r = img_msg2json(&w, &every, body, true, err);
	img_out_free(out);
	return r;
}

START_TEST(a_message_out_of_order_is_not_written_without_memory)
{
	static const struct bytes msgs[] = {
		BYTES("\x18\x01\x08\x02"),
		BYTES("\x7a\x04\x18\x01\x08\x02\x08\x01\x7a\x02\x08\x05"),
		BYTES("\x82\x01\x03"
		      "a\nb"), /* quoted-printable, and back to compare */
	};

	for (size_t i = 0; i < COUNT(msgs); i++)
		each_failure(do_msg2json, &msgs[i]);
}
END_TEST

static int do_json2msg(const void *arg, struct img_err *err)
{
	const char *json = arg;
	struct img_in *in = img_in_mem(json, strlen(json));
	struct img_jr *jr = in != NULL ? img_jr_open(in) : NULL;
	struct img_buf b = { 0 };
	struct jr_tok t;
	int r = -1;

	if (jr == NULL)
		img_fail_mem(err);
	else
		r = img_jr_next(jr, &t, err);
	if (r == 0)
		r = img_json2msg(jr, &every, &b, NULL, NULL, err);
	if (r == 0)
		r = img_jr_next(jr, &t, err);
	img_buf_free(&b);
	img_jr_close(jr);
	img_in_free(in);
	return r;
}

START_TEST(a_message_is_not_read_without_memory)
{
	/* Each kind of field at a place where the buffer has to grow, whatever that is. */
	for (size_t i = 0; i < COUNT(msg_pairs); i++)
		each_failure(do_json2msg,
			     msg_pairs[i].m == &every ? msg_pairs[i].json : "{\"a_int32\":1}");
	for (size_t fill = 200; fill < 270; fill++) {
		static const char *const fields[] = {
			"\"m_bytes\":\"YWJj\"",
			"\"o_msg\":{\"a_int32\":1}",
			"\"i_fixed64\":1",
			"\"f_uint64\":\"18446744073709551615\"",
			"\"p_name\":\"=00\"",
			"\"vq_addr\":[\"::1\"]",
			"\"@unknown\":\"kAMH\"",
			"\"vl_string\":[\"\",\"x\",{\"@base64\":\"/w==\"}]",
		};
		char json[600];

		for (size_t i = 0; i < COUNT(fields); i++) {
			sprintf(json, "{\"l_string\":\"%0*d\",%s}", (int)fill, 0, fields[i]);
			each_failure(do_json2msg, json);
		}
	}
}
END_TEST

static int do_save(const void *arg, struct img_err *err)
{
	struct img_save *s = img_save_path(arg, err);

	if (s == NULL)
		return -1;
	return img_save_end(s, false, err);
}

START_TEST(a_file_is_not_begun_without_memory)
{
	char name[PATH_MAX];
	int fd;

	unit_temp(name);
	fd = mkstemp(name);
	each_failure(do_save, name);
	ck_assert_int_eq(unlink(name), 0);
	each_failure(do_save, name);
	each_failure(do_save, "/dev/null");
	close(fd);
}
END_TEST

START_TEST(a_file_that_does_not_reach_the_disk_does_not_take_its_name)
{
	char name[PATH_MAX];
	struct img_err err;
	int fd;

	unit_temp(name);
	fd = mkstemp(name);
	for (int i = 0; i < 2 && CAN_FAIL; i++) {
		struct img_save *s = img_save_path(name, &err);
		struct stat st;

		img_out_put(img_save_out(s), "new", 3);
		sync_fails = i == 0;
		close_fails = i == 1;
		ck_assert_int_eq(img_save_end(s, true, &err), -1);
		sync_fails = false;
		ck_assert_str_eq(err.file, name);
		ck_assert_str_eq(said(&err), i == 0 ? "cannot write to disk: Input/output error"
						    : "cannot close: Disk quota exceeded");
		ck_assert_int_eq(stat(name, &st), 0);
		ck_assert_int_eq(st.st_size, 0);
	}
	unlink(name);
	close(fd);
}
END_TEST

static void add(TCase *tc)
{
	EACH(an_image_is_not_decoded_beyond_a_failed_read, samples);
	EACH(payloads_are_not_counted_beyond_a_failed_read, samples);
	TEST(raw_bytes_are_not_shown_beyond_a_failed_read);
	EACH(an_image_is_not_encoded_beyond_a_failed_read, samples);
	EACH(an_image_on_many_lines_is_not_encoded_beyond_a_failed_read, pretty_samples);
	TEST(a_file_that_does_not_reach_the_disk_does_not_take_its_name);
	EACH(an_image_is_not_decoded_without_memory, samples);
	EACH(an_image_is_not_encoded_without_memory, samples);
	TEST(names_and_tags_are_not_read_without_memory);
	TEST(a_message_out_of_order_is_not_written_without_memory);
	TEST(a_message_is_not_read_without_memory);
	TEST(a_file_is_not_begun_without_memory);
}

int main(void)
{
	return unit_run("faults", add);
}
