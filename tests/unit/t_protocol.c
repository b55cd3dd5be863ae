/* protocol: requests and replies of criu's image streamer, byte by byte. */
#include "libimg/serve/protocol.h"

#include <sys/socket.h>

#include "libimg/serve/fault.h"
#include "../cli/sendfd.h"
#include "unit.h"

static struct img_err err;

/* ---- messages ---- */

static const struct {
	struct bytes body;
	int r;
	const char *name; /* or what is said */
} requests[] = {
	{ BYTES("\12\15inventory.img"), 1, "inventory.img" },
	{ BYTES("\12\0"), 0, "" },
	{ BYTES("\12\1."), 0, "" },
	{ BYTES("\12\2.."), 0, "" },
	{ BYTES("\12\3..."), 1, "..." },
	{ BYTES("\12\3a/b"), 0, "" },
	{ BYTES("\12\1/"), 0, "" },
	{ BYTES("\12\3a\0b"), 0, "" },
	/* An unknown field, and the name twice: the last counts. */
	{ BYTES("\20\1\12\1a\12\1b"), 1, "b" },
	{ BYTES(""), -1, "offset 0x0: filename: required field missing" },
	{ BYTES("\12\5ab"), -1, "offset 0x0: field longer than its message" },
	{ BYTES("\10\1"), -1, "offset 0x0: filename: wrong wire type" },
};

START_TEST(names_are_base_names)
{
	const struct bytes *b = &requests[_i].body;
	char name[IMG_REQUEST_NAME];
	void *p = exactly(b->p, b->n);
	int r = img_request_parse((struct img_span){ p, b->n, 0 }, name, &err);

	ck_assert_int_eq(r, requests[_i].r);
	if (r >= 0)
		ck_assert_str_eq(name, requests[_i].name);
	else
		ck_assert_str_eq(said(&err), requests[_i].name);
	free(p);
}
END_TEST

START_TEST(long_names_are_none)
{
	uint8_t body[3 + 256] = { 0x0a, 0x80, 0x02 };
	char name[IMG_REQUEST_NAME];

	memset(body + 3, 'a', 256);
	ck_assert_int_eq(img_request_parse((struct img_span){ body, 259, 0 }, name, &err), 0);
	body[1] = 0xff;
	body[2] = 0x01;
	ck_assert_int_eq(img_request_parse((struct img_span){ body, 258, 0 }, name, &err), 1);
	ck_assert_uint_eq(strlen(name), 255);
}
END_TEST

START_TEST(replies_are_those_of_criu)
{
	uint8_t reply[IMG_REPLY];
	uint32_t size;

	for (int exists = 0; exists < 2; exists++) {
		img_reply_format(exists, reply);
		memcpy(&size, reply, sizeof(size));
		ck_assert_uint_eq(size, 2);
		ck_assert_uint_eq(reply[4], 8);
		ck_assert_uint_eq(reply[5], exists);
	}
}
END_TEST

/* ---- a connection ---- */

static int ends[2];
static struct img_conn conn;

static void connect_both(void)
{
	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	conn = (struct img_conn){ .fd = ends[0] };
}

static void give(const void *p, size_t n)
{
	ck_assert_int_eq(write(ends[1], p, n), (ssize_t)n);
}

static size_t in_socket(void)
{
	int n;

	ck_assert_int_eq(ioctl(ends[0], FIONREAD, &n), 0);
	return (size_t)n;
}

static void send_descriptor(int fd)
{
	ck_assert_int_eq(sendfd(ends[1], fd), 1);
}

static size_t put_request(uint8_t *p)
{
	static const uint8_t body[] = "\12\7foo.img";
	const uint32_t size = sizeof(body) - 1;

	memcpy(p, &size, sizeof(size));
	memcpy(p + sizeof(size), body, size);
	return sizeof(size) + size;
}

START_TEST(requests_may_come_in_pieces)
{
	char name[IMG_REQUEST_NAME] = "";
	uint8_t bytes[32];
	size_t n = put_request(bytes);

	connect_both();
	for (size_t i = 0; i < n; i++) {
		ck_assert_int_eq(img_conn_request(&conn, name, &err), IMG_WAIT);
		give(bytes + i, 1);
	}
	ck_assert_int_eq(img_conn_request(&conn, name, &err), 1);
	ck_assert_str_eq(name, "foo.img");
}
END_TEST

START_TEST(nothing_is_read_beyond_a_message)
{
	char name[IMG_REQUEST_NAME];
	uint8_t bytes[32];
	int both[2], got;

	connect_both();
	ck_assert_int_eq(pipe(both), 0);
	for (int i = 0; i < 3; i++) {
		give(bytes, put_request(bytes));
		send_descriptor(both[1]);
	}
	for (int i = 0; i < 3; i++) {
		ck_assert_int_eq(img_conn_request(&conn, name, &err), 1);
		ck_assert_int_eq(img_conn_pipe(&conn, &got, &err), 1);
		ck_assert_int_eq(fcntl(got, F_GETFD), FD_CLOEXEC);
		close(got);
	}
	ck_assert_uint_eq(in_socket(), 0);
	ck_assert_int_eq(img_conn_pipe(&conn, &got, &err), IMG_WAIT);
	close(ends[1]);
	ck_assert_int_eq(img_conn_pipe(&conn, &got, &err), 0);
	ck_assert_int_eq(img_conn_request(&conn, name, &err), 0);
}
END_TEST

START_TEST(what_is_sent_must_be_a_pipe)
{
	int got, null = open("/dev/null", O_WRONLY);

	connect_both();
	give("", 1);
	ck_assert_int_eq(img_conn_pipe(&conn, &got, &err), -1);
	ck_assert_str_eq(said(&err), "expected a descriptor, got a byte");
	send_descriptor(null);
	ck_assert_int_eq(img_conn_pipe(&conn, &got, &err), -1);
	ck_assert_str_eq(said(&err), "the descriptor is not of a pipe");
}
END_TEST

START_TEST(an_end_within_a_message_is_an_error)
{
	char name[IMG_REQUEST_NAME], want[100];
	uint8_t bytes[32];
	size_t n = put_request(bytes);

	for (size_t cut = 1; cut < n; cut++) {
		connect_both();
		give(bytes, cut);
		close(ends[1]);
		ck_assert_int_eq(img_conn_request(&conn, name, &err), -1);
		snprintf(want, sizeof(want),
			 "the connection ended inside a request (need %zu bytes, have %zu)",
			 cut < 4 ? (size_t)4 : n - 4, cut < 4 ? cut : cut - 4);
		ck_assert_str_eq(said(&err), want);
		close(ends[0]);
	}
}
END_TEST

START_TEST(replies_go_out_once)
{
	uint8_t got[20];

	connect_both();
	ck_assert_int_eq(img_conn_reply(&conn, true, &err), 1);
	ck_assert_int_eq(img_conn_reply(&conn, false, &err), 1);
	ck_assert_int_eq(read(ends[1], got, sizeof(got)), 2 * IMG_REPLY);
	ck_assert_uint_eq(got[5], 1);
	ck_assert_uint_eq(got[11], 0);
	close(ends[1]);
	ck_assert_int_eq(img_conn_reply(&conn, true, &err), 0);
}
END_TEST

/* ---- faults ---- */

START_TEST(faults_are_read)
{
	struct img_fault f;

	ck_assert_int_eq(img_fault_parse("a:b*:cut@0x10", &f, &err), 0);
	ck_assert_str_eq(f.glob, "a:b*");
	ck_assert_int_eq(f.kind, IMG_FAULT_CUT);
	ck_assert_uint_eq(f.at, 16);
	ck_assert_int_eq(img_fault_parse("*:late", &f, &err), 0);
	ck_assert_int_eq(f.kind, IMG_FAULT_LATE);
	for (const char *const *s =
		     (const char *const[]){ "", ":late", "x", "x:", "x:cut", "x:cut@", "x:cut@-1",
					    "x:cut@1x", "x:late@1", "x:cu@1", NULL };
	     *s != NULL; s++)
		ck_assert_msg(img_fault_parse(*s, &f, &err) == -1, "%s", *s);
}
END_TEST

static void add(TCase *tc)
{
	EACH(names_are_base_names, requests);
	TEST(long_names_are_none);
	TEST(replies_are_those_of_criu);
	TEST(requests_may_come_in_pieces);
	TEST(nothing_is_read_beyond_a_message);
	TEST(what_is_sent_must_be_a_pipe);
	TEST(an_end_within_a_message_is_an_error);
	TEST(replies_go_out_once);
	TEST(faults_are_read);
}

int main(void)
{
	return unit_run("protocol", add);
}
