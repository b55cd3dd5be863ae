/* rule, rules, apply: which rule is for a value, and what the value becomes. */
#include "libimg/rewrite/rules.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "libimg/msg/schema.h"
#include "libimg/rewrite/apply.h"
#include "libimg/rewrite/mounttext.h"
#include "unit.h"

static struct img_err err;

/* Rules from a list of words: verb, value, verb, value, ..., NULL. */
static struct img_rules *rules_of(const char *const *words)
{
	struct img_rules *r = img_rules_new();

	ck_assert_ptr_nonnull(r);
	for (; *words != NULL; words += 2)
		ck_assert_msg(img_rules_add(r, words[0], words[1], &err) == 0, "%s: %s", words[1],
			      said(&err));
	ck_assert_msg(img_rules_ready(r, &err) == 0, "%s", said(&err));
	return r;
}

#define RULES(...) rules_of((const char *const[]){ __VA_ARGS__, NULL })

static struct img_span span(const char *s)
{
	return (struct img_span){ (const uint8_t *)s, strlen(s), 0 };
}

/* clang-format off */

static const struct {
	const char *verb, *value, *what;
} bad[] = {
	{ "port", "80", "is not two ports from 1 to 65535, P=Q" },
	{ "port", "80=65536", "is not two ports from 1 to 65535, P=Q" },
	{ "port", "0=80", "is not two ports from 1 to 65535, P=Q" },
	{ "port", "80=0", "is not two ports from 1 to 65535, P=Q" },
	{ "port", "sctp:80=81", "is not two ports from 1 to 65535, P=Q" },
	{ "port", "80=81 ", "is not two ports from 1 to 65535, P=Q" },
	{ "port", "", "is not two ports from 1 to 65535, P=Q" },
	{ "ip", "10.0.0.1", "has no '=' between the old and the new value" },
	{ "ip", "10.0.0.1=", "is not two addresses A=B, or networks A/n=B/n" },
	{ "ip", "=10.0.0.1", "has no old value" },
	{ "ip", "10.0.0.1=::1", "has addresses of two families" },
	{ "ip", "10.0.0.0/8=11.0.0.0/9", "has networks of two lengths" },
	{ "ip", "10.0.0.1=11.0.0.0/8", "has networks of two lengths" },
	{ "ip", "10.0.0.1/8=11.0.0.0/8", "has a network with host bits" },
	{ "ip", "10.0.0.0/8=11.0.0.1/8", "has a network with host bits" },
	{ "ip", "10.0.0.0/33=11.0.0.0/33", "is not two addresses A=B, or networks A/n=B/n" },
	{ "ip", "host=10.0.0.1", "is not two addresses A=B, or networks A/n=B/n" },
	{ "path", "a=/b", "needs absolute paths on both sides" },
	{ "path", "/a=b", "needs absolute paths on both sides" },
	{ "path", "/a=", "has no new value" },
	{ "path", "/a", "has no '=' between the old and the new value" },
	{ "cgroup", "a=/b", "needs absolute paths on both sides" },
	{ "mount", "/a=b", "needs absolute paths on both sides, or on none" },
	{ "netdev", "eth0=0123456789abcdef", "has a device name longer than 15 bytes" },
	{ "netdev", "eth0=a/b", "has a new name with a slash, colon or space in it" },
	{ "comm", "0123456789abcdef=x", "has a name longer than 15 bytes" },
	{ "host", "", "is empty" },
	{ "host", "old=new", "is the new name alone, without the old one and '='" },
	{ "domain", "old=new", "is the new name alone, without the old one and '='" },
	{ "host", "01234567890123456789012345678901234567890123456789012345678901234", "is longer than 64 bytes" },
	{ "uid", "1:2", "is not three numbers, A:B:N" },
	{ "uid", "1:2:0", "is not three numbers, A:B:N" },
	{ "uid", "1:2:3:", "is not three numbers, A:B:N" },
	{ "uid", "1:4294967295:1", "is not three numbers, A:B:N" },
	{ "gid", "4294967294:1:2", "goes beyond 4294967294" },
	{ "mac", "aa:bb=cc", "has addresses of two lengths" },
	{ "mac", "aa:b=cc:dd", "is not two hardware addresses, AA:BB:CC:DD:EE:FF=AA:BB:CC:DD:EE:FF" },
	{ "mac", "aa:bb", "is not two hardware addresses, AA:BB:CC:DD:EE:FF=AA:BB:CC:DD:EE:FF" },
	{ "mac", "aa:+b=cc:dd", "is not two hardware addresses, AA:BB:CC:DD:EE:FF=AA:BB:CC:DD:EE:FF" },
	{ "pid", "1=0", "is not two pids from 1 to 4194304, P=Q" },
	{ "pid", "1=4194305", "is not two pids from 1 to 4194304, P=Q" },
	{ "no-file-check", "1", "takes no value" },
	{ "colour", "a=b", "is no rule" },
};

/* clang-format on */

START_TEST(what_can_be_right_in_no_dump_is_refused)
{
	struct img_rules *r = img_rules_new();

	ck_assert_int_eq(img_rules_add(r, bad[_i].verb, bad[_i].value, &err), -1);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_str_eq(err.what, bad[_i].what);
	img_rules_free(r);
}
END_TEST

static const struct {
	const char *verb, *a, *b;
	bool conflict;
} pairs[] = {
	{ "port", "80=81", "80=82", true },
	{ "port", "80=81", "tcp:80=82", false },
	{ "path", "/a=/b", "/a/=/c", true },
	{ "path", "/a=/b", "/a/b=/c", false },
	{ "ip", "10.0.0.0/8=11.0.0.0/8", "10.0.0.0/9=12.0.0.0/9", false },
	{ "ip", "::1=::2", "0::1=::3", true },
	{ "uid", "0:100:10", "9:200:1", true },
	{ "uid", "0:100:10", "10:200:1", false },
	{ "host", "a", "b", true },
	{ "no-file-check", NULL, NULL, true },
	{ "pid", "7=8", "8=7", false },
	{ "uid", "10:200:1", "0:100:11", true },
};

START_TEST(two_rules_for_one_value_are_refused)
{
	struct img_rules *r = img_rules_new();

	ck_assert_int_eq(img_rules_add(r, pairs[_i].verb, pairs[_i].a, &err), 0);
	ck_assert_int_eq(img_rules_add(r, pairs[_i].verb, pairs[_i].b, &err), 0);
	ck_assert_int_eq(img_rules_ready(r, &err), pairs[_i].conflict ? -1 : 0);
	if (pairs[_i].conflict)
		ck_assert_ptr_nonnull(strstr(err.what, "two rules for one value: "));
	img_rules_free(r);
}
END_TEST

static const struct {
	const char *rules[9], *old, *new; /* new NULL: it stays */
} paths[] = {
	{ { "path", "/a=/b" }, "/a", "/b" },
	{ { "path", "/a=/b" }, "/a/x", "/b/x" },
	{ { "path", "/a=/b" }, "/ab", NULL },
	{ { "path", "/a=/b" }, "/x/a", NULL },
	{ { "path", "/a=/b" }, "a", NULL },
	{ { "path", "/a=/b" }, "", NULL },
	{ { "path", "/a=/b" }, "/a/", "/b/" },
	{ { "path", "/a/=/b/" }, "/a/x", "/b/x" },
	{ { "path", "/a=/b" }, "/a (deleted)", "/b (deleted)" },
	{ { "path", "/a=/b" }, "/a/x (deleted)", "/b/x (deleted)" },
	{ { "path", "/a=/a" }, "/a/x", NULL },
	{ { "path", "/a=/b", "path", "/a/b=/c" }, "/a/b/d", "/c/d" },
	{ { "path", "/a=/b", "path", "/a/b=/c" }, "/a/c", "/b/c" },
	{ { "path", "/a=/b", "path", "/b=/a" }, "/a/x", "/b/x" },
	{ { "path", "/a=/b", "path", "/b=/a" }, "/b/x", "/a/x" },
	{ { "path", "/=/new" }, "/etc/x", "/new/etc/x" },
	{ { "path", "/=/new" }, "/", "/new" },
	{ { "path", "/=/new" }, "/proc/1/maps", NULL },
	{ { "path", "/=/new" }, "/dev/null", NULL },
	{ { "path", "/=/new" }, "/device", "/new/device" },
	{ { "path", "/dev=/new" }, "/dev/null", "/new/null" },
	{ { "path", "/a=/" }, "/a", "/" },
	{ { "path", "/a=/" }, "/a/b", "/b" },
	{ { "path", "/a\\=b=/c" }, "/a=b/x", "/c/x" },
	{ { "path", "/a\\\\=/c" }, "/a\\", "/c" },
	{ { "path", "/caf\xe9=/b" }, "/caf\xe9/x", "/b/x" },
};

START_TEST(paths_change_by_their_longest_prefix)
{
	struct img_rules *r = rules_of(paths[_i].rules);
	struct img_apply a = { r, NULL, NULL };
	struct img_buf new = { 0 };
	int got = img_apply_prefix(&a, IMG_VERB_PATH, span(paths[_i].old), &new, &err);

	ck_assert_int_eq(got, paths[_i].new != NULL);
	if (got > 0)
		same_bytes(new.p, new.n, paths[_i].new, strlen(paths[_i].new), paths[_i].old);
	img_buf_free(&new);
	img_rules_free(r);
}
END_TEST

static const struct {
	const char *rules[9], *old;
	unsigned bits; /* 0: an address */
	const char *new;
} addresses[] = {
	{ { "ip", "10.0.0.1=10.0.0.2" }, "10.0.0.1", 0, "10.0.0.2" },
	{ { "ip", "10.0.0.1=10.0.0.2" }, "10.0.0.3", 0, NULL },
	{ { "ip", "10.0.0.1=10.0.0.2" }, "::ffff:10.0.0.1", 0, "::ffff:10.0.0.2" },
	{ { "ip", "::1=::2" }, "::1", 0, "::2" },
	{ { "ip", "::1=::2" }, "0.0.0.1", 0, NULL },
	{ { "ip", "10.0.0.0/8=11.0.0.0/8" }, "10.1.2.3", 0, "11.1.2.3" },
	{ { "ip", "10.0.0.0/8=11.0.0.0/8" }, "10.1.0.0", 16, "11.1.0.0/16" },
	{ { "ip", "10.0.0.0/8=11.0.0.0/8" }, "10.0.0.0", 8, "11.0.0.0/8" },
	{ { "ip", "10.0.0.0/8=11.0.0.0/8" }, "0.0.0.0", 0, NULL },
	{ { "ip", "10.0.0.0/16=11.0.0.0/16" }, "10.0.0.0", 8, NULL },
	{ { "ip", "10.0.0.1=10.0.0.2" }, "10.0.0.0", 24, NULL },
	{ { "ip", "0.0.0.0/0=0.0.0.0/0", "ip", "10.0.0.1=1.2.3.4" }, "10.0.0.1", 0, "1.2.3.4" },
	{ { "ip", "10.0.0.0/9=20.0.0.0/9", "ip", "10.0.0.0/24=30.0.0.0/24" },
	  "10.0.0.9",
	  0,
	  "30.0.0.9" },
	{ { "ip", "10.0.0.0/9=20.0.0.0/9", "ip", "10.0.0.0/24=30.0.0.0/24" },
	  "10.0.1.9",
	  0,
	  "20.0.1.9" },
	{ { "ip", "10.128.0.0/9=20.128.0.0/9" }, "10.129.0.9", 0, "20.129.0.9" },
	{ { "ip", "fd00::/64=fd01::/64" }, "fd00::5", 0, "fd01::5" },
	{ { "ip", "10.0.0.1=10.0.0.2", "ip", "10.0.0.2=10.0.0.1" }, "10.0.0.2", 0, "10.0.0.1" },
};

START_TEST(addresses_change_by_the_narrowest_network)
{
	struct img_rules *r;
	struct img_apply a = { NULL, NULL, NULL };
	uint8_t old[16], new[16];
	char text[IMG_NET_TEXT];
	unsigned bits = addresses[_i].bits;
	size_t n = inet_pton(AF_INET, addresses[_i].old, old) == 1 ? 4 : 16;
	int got;

	if (n == 16)
		ck_assert_int_eq(inet_pton(AF_INET6, addresses[_i].old, old), 1);
	r = rules_of(addresses[_i].rules);
	a.rules = r;
	got = bits == 0 ? img_apply_ip(&a, old, n, new) : img_apply_net(&a, old, n, bits, new);
	ck_assert_int_eq(got, addresses[_i].new != NULL);
	if (got > 0)
		ck_assert_str_eq(
			img_apply_net_text(new, n, bits == 0 ? (unsigned)n * 8 : bits, text),
			addresses[_i].new);
	img_rules_free(r);
}
END_TEST

START_TEST(a_port_of_a_protocol_goes_before_one_of_any)
{
	struct img_rules *r = RULES("port", "80=1080", "port", "udp:80=2080", "port", "tcp:53=54");
	struct img_apply a = { r, NULL, NULL };
	uint64_t new;

	ck_assert_int_eq(img_apply_port(&a, IPPROTO_TCP, 80, &new), 1);
	ck_assert_uint_eq(new, 1080);
	ck_assert_int_eq(img_apply_port(&a, IPPROTO_UDP, 80, &new), 1);
	ck_assert_uint_eq(new, 2080);
	ck_assert_int_eq(img_apply_port(&a, 0, 80, &new), 1);
	ck_assert_uint_eq(new, 1080);
	ck_assert_int_eq(img_apply_port(&a, IPPROTO_UDP, 53, &new), 0);
	ck_assert_int_eq(img_apply_port(&a, IPPROTO_TCP, 0, &new), 0);
	ck_assert_int_eq(img_apply_port(&a, IPPROTO_TCP, 65536 + 80, &new), 0);
	ck_assert_uint_eq(img_rules_get(r, 0)->matched, 2);
	ck_assert_uint_eq(img_rules_get(r, 1)->matched, 1);
	ck_assert_uint_eq(img_rules_get(r, 2)->matched, 0);
	img_rules_free(r);
}
END_TEST

START_TEST(numbers_change_within_their_range)
{
	struct img_rules *r = RULES("uid", "0:1000:2", "uid", "10:20:5", "gid", "0:5:1");
	struct img_apply a = { r, NULL, NULL };
	static const int64_t want[][2] = {
		{ 0, 1000 }, { 1, 1001 }, { 2, -1 },  { 9, -1 },
		{ 10, 20 },  { 14, 24 },  { 15, -1 }, { UINT32_MAX, -1 }
	};
	uint64_t new;

	for (size_t i = 0; i < COUNT(want); i++) {
		int got = img_apply_number(&a, IMG_VERB_UID, (uint64_t)want[i][0], &new);

		ck_assert_int_eq(got, want[i][1] >= 0);
		if (got > 0)
			ck_assert_int_eq((int64_t) new, want[i][1]);
	}
	ck_assert_int_eq(img_apply_number(&a, IMG_VERB_USERNS, 0, &new), 0);
	img_rules_free(r);
}
END_TEST

START_TEST(a_new_value_that_is_there_already_is_known)
{
	struct img_rules *r = RULES("port", "80=81", "path", "/a=/b", "uid", "0:10:2", "ip",
				    "10.0.0.1=10.0.0.2", "comm", "x=y", "path", "/c=/d");
	struct img_apply a = { r, NULL, NULL };
	static const bool want[] = { true, true, true, true, true, false };
	const uint8_t addr[4] = { 10, 0, 0, 2 };
	struct img_buf buf = { 0 };
	struct img_span s;
	uint8_t out[4];
	uint64_t n;

	ck_assert_int_eq(img_apply_port(&a, IPPROTO_TCP, 81, &n), 0);
	ck_assert_int_eq(img_apply_prefix(&a, IMG_VERB_PATH, span("/b/x"), &buf, &err), 0);
	ck_assert_int_eq(img_apply_prefix(&a, IMG_VERB_PATH, span("/dd"), &buf, &err), 0);
	ck_assert_int_eq(img_apply_number(&a, IMG_VERB_UID, 11, &n), 0);
	ck_assert_int_eq(img_apply_ip(&a, addr, 4, out), 0);
	ck_assert_int_eq(img_apply_whole(&a, IMG_VERB_COMM, span("y"), &s), 0);
	for (size_t i = 0; i < COUNT(want); i++)
		ck_assert_int_eq(img_rules_get(r, i)->joined, want[i]);
	img_rules_free(r);
}
END_TEST

/* ---- texts of mounts ---- */

static const struct {
	const char *old, *source, *options; /* NULL: it stays */
} mounts[] = {
	{ "10.0.0.1:/export", "10.0.0.2:/export", NULL },
	{ "//10.0.0.1/share", "//10.0.0.2/share", NULL },
	{ "//10.0.0.1", "//10.0.0.2", NULL },
	{ "[fd00::1]:/x", "[fd00::2]:/x", NULL },
	{ "10.0.0.11:/export", NULL, NULL },
	{ "/old/dev", "/new/dev", NULL },
	{ "none", "tmp", NULL },
	{ "nonesuch", NULL, NULL },
	{ "addr=10.0.0.1", NULL, "addr=10.0.0.2" },
	{ "vers=4,addr=10.0.0.1,clientaddr=fd00::1", NULL,
	  "vers=4,addr=10.0.0.2,clientaddr=fd00::2" },
	{ "uid=5,gid=5,mode=5", NULL, "uid=50,gid=55,mode=5" },
	{ "fsuid=5,uid=55,uid=", NULL, NULL },
	{ "lowerdir=/old/a:/x:/old/b,upperdir=/old,workdir=/older", NULL,
	  "lowerdir=/new/a:/x:/new/b,upperdir=/new,workdir=/older" },
	{ "lowerdir=/old/a\\:/old/b,xino=off", NULL, "lowerdir=/new/a\\:/old/b,xino=off" },
	{ "lowerdir=/x\\,upperdir=/old,workdir=/old/w", NULL,
	  "lowerdir=/x\\,upperdir=/old,workdir=/new/w" },
	{ ",,uid=5,", NULL, ",,uid=50," },
	{ "", NULL, NULL },
};

START_TEST(values_in_the_texts_of_mounts_change)
{
	struct img_rules *r =
		RULES("ip", "10.0.0.1=10.0.0.2", "ip", "fd00::1=fd00::2", "mount", "/old=/new",
		      "mount", "none=tmp", "uid", "5:50:1", "gid", "5:55:1");
	struct img_apply a = { r, NULL, NULL };
	struct img_mount_text t = { &a, UINT32_MAX };
	struct img_buf new = { 0 };
	const char *want = mounts[_i].source;
	int got = img_mount_source(&t, span(mounts[_i].old), &new, &err);

	ck_assert_int_eq(got, want != NULL);
	if (got > 0)
		same_bytes(new.p, new.n, want, strlen(want), mounts[_i].old);
	new.n = 0;
	want = mounts[_i].options;
	got = img_mount_options(&t, span(mounts[_i].old), &new, &err);
	ck_assert_int_eq(got, want != NULL);
	if (got > 0)
		same_bytes(new.p, new.n, want, strlen(want), mounts[_i].old);
	img_buf_free(&new);
	img_rules_free(r);
}
END_TEST

START_TEST(many_rules_take_no_longer_than_few)
{
	struct img_rules *r = img_rules_new();
	struct img_apply a = { r, NULL, NULL };
	struct img_buf new = { 0 };
	char text[100];

	for (int i = 0; i < 20000; i++) {
		snprintf(text, sizeof(text), "/some/where/%d=/else/where/%d", i, i);
		ck_assert_int_eq(img_rules_add(r, "path", text, &err), 0);
	}
	ck_assert_int_eq(img_rules_ready(r, &err), 0);
	for (int i = 0; i < 200000; i++) {
		snprintf(text, sizeof(text), "/some/where/%d/and/deeper", i % 20000);
		new.n = 0;
		ck_assert_int_eq(img_apply_prefix(&a, IMG_VERB_PATH, span(text), &new, &err), 1);
	}
	img_buf_free(&new);
	img_rules_free(r);
}
END_TEST

static void add(TCase *tc)
{
	EACH(what_can_be_right_in_no_dump_is_refused, bad);
	EACH(two_rules_for_one_value_are_refused, pairs);
	EACH(paths_change_by_their_longest_prefix, paths);
	EACH(addresses_change_by_the_narrowest_network, addresses);
	TEST(a_port_of_a_protocol_goes_before_one_of_any);
	TEST(numbers_change_within_their_range);
	TEST(a_new_value_that_is_there_already_is_known);
	EACH(values_in_the_texts_of_mounts_change, mounts);
	TEST(many_rules_take_no_longer_than_few);
}

int main(void)
{
	return unit_run("rules", add);
}
