/* anonymize, words, anon_addr, anon_text, leak: nothing that was planted survives. */
#include "libimg/rewrite/anonymize.h"

#include <arpa/inet.h>
#include <linux/rtnetlink.h>

#include "dump.h"
#include "libimg/base/byteorder.h"
#include "libimg/base/intern.h"
#include "libimg/base/out.h"
#include "libimg/image/netlink.h"
#include "libimg/rewrite/anon_addr.h"
#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/kept.h"
#include "libimg/rewrite/leak.h"
#include "libimg/rewrite/permute.h"
#include "libimg/rewrite/raw_netvalue.h"
#include "libimg/rewrite/rewrite.h"

static struct img_err err;
static const char secret[] = "Kalifragil";

/* ---- planted in every field of a class, in all bundled dumps ---- */

static int plant_image(void *arg, struct img_plan *plan, struct img_err *e)
{
	(void)arg, (void)e;
	if (plan->type != NULL && plan->type->entry != NULL)
		plan->fate = IMG_FATE_EDIT;
	return 0;
}

static int plant_field(void *arg, struct img_field *f, struct img_err *e)
{
	static char text[64];
	size_t *planted = arg;

	(void)e;
	if (f->row == NULL || f->row->sub != NULL || f->row->wt != IMG_BYTES ||
	    f->row->cls == IMG_CLASS_KEEP)
		return IMG_KEEP;
	++*planted;
	snprintf(text, sizeof(text), f->row->cls == IMG_CLASS_PATH ? "/home/%s/%s.log" : "%24s,%s",
		 secret, secret);
	f->bytes = (struct img_span){ (const uint8_t *)text, strlen(text), 0 };
	if (f->msg == &img_msg_siginfo_entry)
		f->bytes.n = 24 + sizeof(secret) - 1; /* its head stays, and is blanks here */
	if (f->msg == &img_msg_siginfo_entry)
		snprintf(text, sizeof(text), "%24s%s", "", secret);
	return IMG_SET;
}

static int plant_payload(void *arg, const char *image, const struct img_entry *e, uint64_t at,
			 uint8_t *p, size_t n, struct img_err *er)
{
	(void)arg, (void)image, (void)er;
	if (e->extra == &img_extra_sem)
		return 0;
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)secret[(at + i) % (sizeof(secret) - 1)];
	return 1;
}

struct sunk {
	struct img_out *out;
	struct img_buf got, all;
	bool lenient; /* an image may be refused */
};

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *e)
{
	struct sunk *s = arg;

	(void)name, (void)e;
	s->got.n = 0;
	*out = s->out = img_out_mem(&s->got);
	return 0;
}

static int end(void *arg, bool keep, struct img_err *e)
{
	struct sunk *s = arg;

	ck_assert(keep || s->lenient);
	ck_assert_int_eq(img_out_flush(s->out, e), 0);
	img_out_free(s->out);
	img_buf_put(&s->all, s->got.p, s->got.n);
	return 0;
}

/* A dump with secrets, anonymized, in memory: all bytes of all images. */
static void anonymize(const char *path, unsigned classes, struct img_words *w, struct sunk *s,
		      size_t *planted, struct img_anon **anon)
{
	const struct img_anon_how how = { .classes = classes, .words = w };
	struct img_anon *a = img_anon_new(&how);
	struct img_dir *from = img_dir_open(path, 0, &err);
	const struct img_change c[] = {
		{ .image = plant_image,
		  .field = plant_field,
		  .payload = plant_payload,
		  .arg = planted },
		img_anon_change(a),
	};
	const struct img_sink sink = { .begin = begin, .end = end, .arg = s };
	struct img_rewrite *rw;

	ck_assert_ptr_nonnull(from);
	rw = img_rewrite_new(from, c, 2, &err);
	ck_assert_msg(rw != NULL, "%s: %s: %s", path, err.file, err.what);
	ck_assert_msg(img_rewrite_all(rw, &sink, &err) == 0, "%s: %s: %s", path, err.file,
		      err.what);
	img_rewrite_free(rw);
	img_dir_close(from);
	if (anon != NULL)
		*anon = a;
	else
		img_anon_free(a);
}

static bool holds(const struct img_buf *b, const char *text)
{
	return b->n > 0 && memmem(b->p, b->n, text, strlen(text)) != NULL;
}

/* With each class left alone the secrets of that class have to show, or the test sees nothing. */
START_TEST(no_secret_survives)
{
	static const char *const dumps[] = {
		"bashpipe", "ipc-multi", "tun_ns_ns", "cgroup01_h", "binfmt-uns-VIRTUALIZED-build",
		"names"
	};
	static const unsigned classes[] = { IMG_CLASS_PATH, IMG_CLASS_NAME, IMG_CLASS_PAYLOAD };
	size_t planted = 0, shown = 0;
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(dumps) / sizeof(*dumps); i++) {
		struct img_words *w = img_words_new();
		struct sunk s = { 0 };

		snprintf(path, sizeof(path), "%s/data/dumps/%s", getenv("TESTS"), dumps[i]);
		anonymize(path, IMG_ANON_DEFAULT, w, &s, &planted, NULL);
		ck_assert_msg(!holds(&s.all, "Kalif"), "%s holds it", dumps[i]);
		for (size_t k = 0; k < sizeof(classes) / sizeof(*classes); k++) {
			s.all.n = 0;
			anonymize(path, IMG_ANON_DEFAULT & ~(1u << classes[k]), w, &s, &planted,
				  NULL);
			shown += holds(&s.all, secret);
		}
		img_buf_free(&s.got);
		img_buf_free(&s.all);
		img_words_free(w);
	}
	ck_assert_uint_gt(planted, 100);
	ck_assert_uint_ge(shown, 10);
}
END_TEST

/* One key, one result: whatever the order, and whatever the values of other dumps. */
START_TEST(one_key_one_result)
{
	struct img_words *w = img_words_new();
	struct sunk a = { 0 }, b = { 0 };
	size_t planted = 0;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/data/dumps/tun_ns_ns", getenv("TESTS"));
	anonymize(path, IMG_ANON_DEFAULT, w, &a, &planted, NULL);
	anonymize(path, IMG_ANON_DEFAULT, w, &b, &planted, NULL);
	same_bytes(a.all.p, a.all.n, b.all.p, b.all.n, "tun_ns_ns");
	img_buf_free(&a.got);
	img_buf_free(&a.all);
	img_buf_free(&b.got);
	img_buf_free(&b.all);
	img_words_free(w);
}
END_TEST

/* ---- words ---- */

static struct img_words *words;
static char text_buf[4][256];

static const char *text_of(const struct img_buf *b)
{
	static unsigned turn;
	char *t = text_buf[turn++ % 4];

	snprintf(t, sizeof(text_buf[0]), "%.*s", (int)b->n, (const char *)b->p);
	return t;
}

static const char *path_of(const char *old)
{
	struct img_buf b = { 0 };
	const char *t;

	ck_assert_int_eq(img_anon_path(words,
				       (struct img_span){ (const uint8_t *)old, strlen(old), 0 },
				       IMG_KEPT_PATH | IMG_KEPT_LIB, &b, &err),
			 0);
	t = text_of(&b);
	img_buf_free(&b);
	return t;
}

static const char *name_of(const char *old, unsigned lists, unsigned how)
{
	struct img_buf b = { 0 };
	const char *t;

	ck_assert_int_eq(img_anon_name(words,
				       (struct img_span){ (const uint8_t *)old, strlen(old), 0 },
				       lists, how, &b, &err),
			 0);
	t = text_of(&b);
	img_buf_free(&b);
	return t;
}

static void setup(void)
{
	words = img_words_new();
	ck_assert_ptr_nonnull(words);
}

static void teardown(void)
{
	img_words_free(words);
}

START_TEST(what_stays)
{
	static const char *const paths[] = {
		"/",          "/usr/lib/x86_64-linux-gnu/libc.so.6",
		"/dev/null",  "/proc/4711/fd/3",
		"/dev/pts/7", "mnt:[4026531840]",
		"file[8:1f]", "../..",
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		ck_assert_str_eq(path_of(paths[i]), paths[i]);
	ck_assert_str_eq(name_of("rw,size=65536k,mode=755,fd=-1", IMG_KEPT_MOUNT, IMG_ANON_NUMBERS),
			 "rw,size=65536k,mode=755,fd=-1");
	ck_assert_str_ne(name_of("password=rw", IMG_KEPT_MOUNT, 0), "password=rw");
	ck_assert_str_ne(path_of("/home/4711"), "/home/4711");
}
END_TEST

START_TEST(ends_and_forms_stay)
{
	const char *a = path_of("/home/anna/server.log (deleted)");
	const char *b = path_of("/home/anna");

	ck_assert_uint_eq(strlen(a), strlen("/home/anna/server.log (deleted)"));
	ck_assert_int_eq(strncmp(a, b, strlen(b)), 0);
	ck_assert_str_eq(a + strlen(a) - 14, ".log (deleted)");
	ck_assert_ptr_null(strstr(a, "anna"));
	ck_assert_str_eq(strstr(path_of("/x/data.cr.1f.ghost"), ".cr."), ".cr.1f.ghost");
	ck_assert_str_eq(strstr(path_of("/x/libmine.so.1.2"), ".so"), ".so.1.2");
}
END_TEST

/* The name of a task is the first 15 bytes of that of its program. */
START_TEST(a_short_name_begins_a_long_one)
{
	const char *a = path_of("averylongprogramname"), *b = name_of("averylongprogra", 0, 0);

	ck_assert_uint_eq(strlen(a), 20);
	ck_assert_uint_eq(strlen(b), 15);
	ck_assert_int_eq(strncmp(a, b, 15), 0);
}
END_TEST

START_TEST(words_are_one_to_one)
{
	struct img_intern seen = { 0 };
	char old[8];

	for (int i = 0; i < 2000; i++) {
		const char *new;

		snprintf(old, sizeof(old), "%d", i);
		new = name_of(old, 0, 0);
		ck_assert_uint_eq(img_intern(&seen, new, strlen(new)), (unsigned)i);
		ck_assert_str_eq(new, name_of(old, 0, 0));
	}
	img_intern_free(&seen);
}
END_TEST

START_TEST(tables_come_back)
{
	struct img_buf a = { 0 }, b = { 0 };
	struct img_out *out = img_out_mem(&a);
	struct img_words *again = img_words_new();
	struct img_in *in;

	name_of("one two\xff"
		" three/a%b",
		0, 0);
	img_words_write(words, out);
	ck_assert_int_eq(img_out_flush(out, &err), 0);
	img_out_free(out);
	in = img_in_mem(a.p, a.n);
	ck_assert_int_eq(img_words_read(again, in, &err), 0);
	img_in_free(in);
	out = img_out_mem(&b);
	img_words_write(again, out);
	ck_assert_int_eq(img_out_flush(out, &err), 0);
	img_out_free(out);
	same_bytes(a.p, a.n, b.p, b.n, "table");
	for (size_t cut = 0; cut < a.n; cut++) {
		in = img_in_mem(a.p, cut);
		img_words_free(again);
		again = img_words_new();
		if (img_words_read(again, in, &err) < 0)
			ck_assert_str_eq(err.what, "not a line of a table of words");
		img_in_free(in);
	}
	img_words_free(again);
	img_buf_free(&a);
	img_buf_free(&b);
}
END_TEST

/* ---- addresses ---- */

static unsigned shared(const uint8_t *a, const uint8_t *b, unsigned bits)
{
	unsigned i = 0;

	while (i < bits && ((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1) == 0)
		i++;
	return i;
}

START_TEST(prefixes_are_preserved)
{
	uint8_t a[16], b[16], x[16], y[16];

	srand(7);
	for (int i = 0; i < 3000; i++) {
		size_t n = i % 2 ? 4 : 16;
		unsigned same = (unsigned)rand() % (unsigned)(n * 8);

		for (size_t k = 0; k < n; k++)
			a[k] = (uint8_t)rand();
		memcpy(b, a, n);
		for (size_t k = same / 8 + 1; k < n; k++)
			b[k] = (uint8_t)rand();
		b[same / 8] ^= (uint8_t)(1u << (7 - same % 8));
		img_anon_ip(words, a, n, x);
		img_anon_ip(words, b, n, y);
		ck_assert_uint_eq(shared(a, b, (unsigned)n * 8), shared(x, y, (unsigned)n * 8));
	}
}
END_TEST

START_TEST(reserved_addresses_stay_reserved)
{
	static const struct {
		const char *old;
		unsigned bits; /* that stay */
	} rows[] = { { "127.0.0.1", 32 },   { "0.0.0.0", 32 },     { "255.255.255.255", 32 },
		     { "10.1.2.3", 8 },     { "192.168.7.9", 16 }, { "172.20.1.1", 12 },
		     { "169.254.3.4", 16 }, { "239.1.2.3", 4 },    { "224.0.0.5", 32 },
		     { "::1", 128 },        { "::", 128 },         { "fe80::1:2:3:4", 64 },
		     { "fd12::1", 7 },      { "ff02::fb", 128 },   { "2001:db8::1", 3 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool v6 = strchr(rows[i].old, ':') != NULL;
		uint8_t a[16], b[16];

		ck_assert_int_eq(inet_pton(v6 ? AF_INET6 : AF_INET, rows[i].old, a), 1);
		img_anon_ip(words, a, v6 ? 16 : 4, b);
		ck_assert_msg(shared(a, b, v6 ? 128 : 32) >= rows[i].bits, "%s", rows[i].old);
	}
}
END_TEST

START_TEST(numbers_are_one_to_one)
{
	static uint8_t seen[65536];

	for (unsigned p = 0; p < 65536; p++) {
		uint16_t q = img_permute_port(words, (uint16_t)p);

		ck_assert(!seen[q]);
		seen[q] = 1;
		ck_assert((p == 0) == (q == 0) && (p < 1024) == (q < 1024) &&
			  (p < 32768) == (q < 32768));
	}
	ck_assert_uint_eq(img_permute_id(words, 999), 999);
	ck_assert_uint_eq(img_permute_id(words, 65534), 65534);
	ck_assert_uint_ge(img_permute_id(words, 1000), 1000);
}
END_TEST

/* ---- raw images ---- */

/* Values as the anonymizer has them: a sink that keeps what becomes of an image of a dump. */
static struct img_buf raw(const char *image, const void *p, size_t n, int want)
{
	char dir[] = "/tmp/t_anonymize-XXXXXX", path[PATH_MAX];
	struct img_anon_how how = { .classes = IMG_ANON_DEFAULT, .words = words };
	struct img_anon *a = img_anon_new(&how);
	const struct img_change c = img_anon_change(a);
	struct sunk s = { .lenient = want < 0 };
	const struct img_sink sink = { .begin = begin, .end = end, .arg = &s };
	struct img_rewrite *rw;
	struct img_dir *from;
	FILE *f;

	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/%s", dir, image);
	f = fopen(path, "w");
	ck_assert_uint_eq(fwrite(p, 1, n, f), n);
	fclose(f);
	from = img_dir_open(dir, 0, &err);
	ck_assert_ptr_nonnull(from);
	rw = img_rewrite_new(from, &c, 1, &err);
	ck_assert_ptr_nonnull(rw);
	ck_assert_msg(img_rewrite_all(rw, &sink, &err) == want, "%s: %s", image, err.what);
	img_rewrite_free(rw);
	img_dir_close(from);
	img_anon_free(a);
	unlink(path);
	rmdir(dir);
	img_buf_free(&s.got);
	return s.all;
}

/* A tracked connection: addresses in tuples, a helper that no list has. */
START_TEST(netlink_keeps_only_what_is_known)
{
	static const char message[] = "\104\0\0\0"
				      "\0\1\0\0"
				      "\0\0\0\0"
				      "\0\0\0\0"
				      "\2\0\0\0"
				      /* ORIG { IP { SRC, DST } } */
				      "\30\0\1\200"
				      "\24\0\1\200"
				      "\10\0\1\0"
				      "\11\10\7\6"
				      "\10\0\2\0"
				      "\5\4\3\2"
				      /* STATUS */
				      "\10\0\3\0"
				      "\0\0\1\216"
				      /* HELP, with a byte of padding */
				      "\17\0\5\0"
				      "Kalifragil\0X";
	const size_t n = sizeof(message) - 1;
	struct img_buf b = raw("netns-ct-9.img", message, n, 0);
	uint8_t src[4], dst[4];

	img_anon_ip(words, (const uint8_t *)message + 32, 4, src);
	img_anon_ip(words, (const uint8_t *)message + 40, 4, dst);
	ck_assert_uint_eq(b.n, n);
	ck_assert_mem_eq(b.p, message, 32);
	ck_assert_mem_eq(b.p + 32, src, 4);
	ck_assert_mem_eq(b.p + 40, dst, 4);
	ck_assert_mem_eq(b.p + 44, message + 44, 12);
	ck_assert_mem_eq(b.p + 56, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
	img_buf_free(&b);
	for (size_t cut = 1; cut < n - 1; cut++) {
		b = raw("netns-ct-9.img", message, cut, -1);
		img_buf_free(&b);
	}
}
END_TEST

/* Attributes in each other, the last with this value, in a message of its kind. */
static size_t lay(uint8_t *p, const struct img_netlink *of, const struct img_raw_netvalues *k,
		  const struct img_raw_attr *const *in, size_t depth, size_t value)
{
	size_t at = of->magic != 0 ? 4 : 0, n = at + 16 + k->head, all = (value + 3) & ~(size_t)3;

	memset(p, 0, n);
	img_set32(p, of->magic, false);
	img_set32(p + at, (uint32_t)(16 + k->head + 4 * depth + all), false);
	img_set16(p + at + 4, k->type, false);
	for (size_t i = 0; i < depth; i++, n += 4) {
		img_set16(p + n, (uint16_t)(4 * (depth - i) + (i + 1 < depth ? all : value)),
			  false);
		img_set16(p + n + 2, in[i]->type, false);
	}
	memset(p + n, 'K', all);
	return n + all;
}

/* How many rows of numbers there are: one of its lengths stays, of others nothing. */
static size_t numbers(const struct img_netlink *of, const struct img_raw_netvalues *k,
		      const struct img_raw_attr *const *in, size_t depth)
{
	static const size_t lengths[] = { 1, 2, 4, 8, 16, 32, 3, 10, 12, 41 };
	const struct img_raw_attr *row = in[depth - 1];
	char image[32];
	uint8_t p[128];

	if (row->sizes == 0)
		return 0;
	snprintf(image, sizeof(image), of->pattern, 7);
	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		size_t n = lay(p, of, k, in, depth, lengths[i]);
		struct img_buf b = raw(image, p, n, 0);
		bool stays = i < 6 && (row->sizes & lengths[i]) != 0;

		ck_assert_uint_eq(b.n, n);
		ck_assert_msg((memchr(b.p, 'K', n) != NULL) == stays, "%s of %zu bytes", row->name,
			      lengths[i]);
		img_buf_free(&b);
	}
	return 1;
}

static size_t all_numbers(const struct img_netlink *of, const struct img_raw_netvalues *k,
			  const struct img_raw_attr *rows, const struct img_raw_attr **in,
			  size_t depth)
{
	size_t n = 0;

	for (; rows->name != NULL; rows++) {
		in[depth] = rows;
		n += numbers(of, k, in, depth + 1);
		/* What is in next hops is behind a header of theirs. */
		if (rows->sub != NULL && (k->type != RTM_NEWROUTE || rows->type != RTA_MULTIPATH))
			n += all_numbers(of, k, rows->sub, in, depth + 1);
	}
	return n;
}

START_TEST(a_number_of_another_length_is_none)
{
	static const struct {
		const char *image;
		size_t numbers;
	} t[] = { { "ifaddr-7.img", 4 },
		  { "route-7.img", 32 },
		  { "rule-7.img", 13 },
		  { "netns-ct-7.img", 62 } };
	const struct img_netlink *of = img_netlink_by_file(t[_i].image);
	const struct img_raw_netvalues *k = img_raw_netvalues;
	const struct img_raw_attr *in[8];

	while (k->type != of->type)
		k++;
	ck_assert_uint_eq(all_numbers(of, k, k->attrs, in, 0), t[_i].numbers);
}
END_TEST

START_TEST(congestion_control_is_one_of_linux)
{
	static const char route[] = "\x24\x12\x31\x45"
				    "\x2c\0\0\0\x18\0\0\0\0\0\0\0\0\0\0\0"
				    "\2\0\0\0\0\0\0\0\0\0\0\0"
				    "\x10\0\x08\0"
				    "\x0a\0\x10\0cubic\0\0";
	uint8_t p[sizeof(route)];
	struct img_buf b;

	memcpy(p, route, sizeof(p));
	b = raw("route-7.img", p, sizeof(p), 0);
	ck_assert_uint_eq(b.n, sizeof(p));
	ck_assert_mem_eq(b.p, p, sizeof(p));
	img_buf_free(&b);
	p[40] = 'C';
	b = raw("route-7.img", p, sizeof(p), 0);
	ck_assert_uint_eq(b.n, sizeof(p));
	ck_assert_mem_eq(b.p, p, 40);
	ck_assert_mem_eq(b.p + 40, "\0\0\0\0\0\0\0\0", 8);
	img_buf_free(&b);
}
END_TEST

/* The label of an address names its device, and then a person. */
START_TEST(labels_are_names)
{
	static const char message[] = "\42\22\66\107" /* the first word */
				      "\54\0\0\0"
				      "\24\0\0\0"
				      "\0\0\0\0"
				      "\0\0\0\0"
				      "\2\30\0\0"
				      "\1\0\0\0"
				      "\23\0\3\0"
				      "eth0:frag\0Kalif"
				      "\0";
	struct img_buf b = raw("ifaddr-9.img", message, 4 + 44, 0);

	ck_assert_uint_eq(b.n, 4 + 44);
	ck_assert(memmem(b.p, b.n, "eth0:", 5) != NULL);
	ck_assert(!holds(&b, "frag") && !holds(&b, "Kalif"));
	img_buf_free(&b);
}
END_TEST

static char *rules_of(const char *image, const char *text)
{
	struct img_buf b = raw(image, text, strlen(text), 0);

	img_buf_put(&b, "", 1);
	ck_assert_ptr_nonnull(b.p);
	return (char *)b.p;
}

/* Words of the grammar, numbers and punctuation stay. */
START_TEST(rules_keep_their_grammar)
{
	static const struct {
		const char *image, *text;
	} rows[] = {
		{ "iptables-9.img",
		  "*filter\n:INPUT ACCEPT [12:3456]\n"
		  "-A INPUT -i lo -p tcp -m tcp ! --dport 80:90 -j ACCEPT\n"
		  "-A INPUT -m limit --limit 5/sec -j REJECT --reject-with tcp-reset\n"
		  "-A INPUT -m mark --mark 0x1f/0xff -s 127.0.0.1/32 -j DROP\n"
		  "COMMIT\n" },
		{ "nftables-9.img",
		  "table inet filter {\n\tchain input {\n\t\ttype filter hook input priority "
		  "filter; policy accept;\n\t\tct state established,related accept\n\t\t"
		  "tcp dport { 80, 8000-8080 } counter packets 3 bytes 4 drop\n\t}\n}\n" },
		{ "nftables-9.img", "flags dynamic,timeout\n timeout 1h30m expires 10s100ms\n" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char *got = rules_of(rows[i].image, rows[i].text);

		ck_assert_str_eq(got, rows[i].text);
		img_free(got);
	}
}
END_TEST

START_TEST(rules_lose_what_people_wrote)
{
	char *got = rules_of("iptables-9.img",
			     "# Generated on Kalifragil\n*filter\n:Kalifragil - [0:0]\n"
			     "-A Kalifragil -s 9.8.7.0/24 -m iprange --src-range 9.8.7.6-9.8.7.200 "
			     "-m mac --mac-source 00:1b:21:aa:bb:cc -m comment --comment "
			     "\"Kalifragil 9.8.7.6-x\" -j Kalifragil\nCOMMIT\n");
	uint8_t net[4] = { 9, 8, 7, 0 };
	char want[32], text[INET_ADDRSTRLEN];

	ck_assert_ptr_null(strcasestr(got, "kalif"));
	ck_assert_ptr_null(strstr(got, "9.8.7"));
	ck_assert_ptr_null(strstr(got, "1b:21"));
	ck_assert_ptr_null(strchr(got, '#'));
	img_anon_net(words, net, 4, 24, net);
	inet_ntop(AF_INET, net, text, sizeof(text));
	snprintf(want, sizeof(want), "-s %s/24 -m", text);
	ck_assert_msg(strstr(got, want) != NULL, "%s: %s", want, got);
	img_free(got);
}
END_TEST

/* The lower end of a range stays the lower one: a firewall refuses others. */
START_TEST(ranges_keep_their_order)
{
	for (unsigned i = 0; i < 64; i++) {
		char line[80], *got;
		uint8_t a[4], b[4];
		char x[20], y[20];

		snprintf(line, sizeof(line), "ip saddr 9.%u.0.1-9.%u.255.9 drop\n", i, 255 - i);
		got = rules_of("nftables-9.img", line);
		ck_assert_int_eq(sscanf(got, "ip saddr %19[0-9.]-%19[0-9.] drop\n", x, y), 2);
		ck_assert(inet_pton(AF_INET, x, a) == 1 && inet_pton(AF_INET, y, b) == 1);
		ck_assert_int_lt(memcmp(a, b, 4), 0);
		img_free(got);
	}
}
END_TEST

/* ---- the search ---- */

START_TEST(leaks_are_found)
{
	static const char *const forms[] = {
		"xx kalifragil",    "KALIFRAGIL",        "4b616c6966726167696c",
		"S2FsaWZyYWdpbA==", "AAAEthbGlmcmFnaWw",
	};
	const struct img_anon_how how = { .classes = IMG_ANON_DEFAULT, .words = words };
	struct img_anon *a = img_anon_new(&how);
	const struct img_anon *list = a;
	struct img_leak *l;
	char utf16[20] = "";

	name_of(secret, 0, 0);
	name_of("systemd", 0, 0); /* a kept word in other places */
	name_of("python3.11", 0, 0);
	path_of("/usr/lib/libpython3.11.so.1.0"); /* which stays, and holds it */
	l = img_leak_new(words, &list, 1, &err);
	ck_assert_ptr_nonnull(l);
	ck_assert_uint_eq(img_leak_searched(l), 1);
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		ck_assert_msg(img_leak_bytes(l, forms[i], strlen(forms[i]), &err) < 0, "%s",
			      forms[i]);
		ck_assert_ptr_null(strcasestr(err.what, secret));
	}
	for (size_t i = 0; i < 10; i++)
		utf16[2 * i] = secret[i];
	ck_assert_int_lt(img_leak_bytes(l, utf16, sizeof(utf16), &err), 0);
	ck_assert_int_eq(img_leak_bytes(l, "kalifrag systemd python3.11", 27, &err), 0);
	img_leak_free(l);
	img_anon_free(a);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, no_secret_survives);
	tcase_add_test(tc, one_key_one_result);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_stays);
	tcase_add_test(tc, ends_and_forms_stay);
	tcase_add_test(tc, a_short_name_begins_a_long_one);
	tcase_add_test(tc, words_are_one_to_one);
	tcase_add_test(tc, tables_come_back);
	tcase_add_test(tc, prefixes_are_preserved);
	tcase_add_test(tc, reserved_addresses_stay_reserved);
	tcase_add_test(tc, numbers_are_one_to_one);
	tcase_add_test(tc, netlink_keeps_only_what_is_known);
	tcase_add_loop_test(tc, a_number_of_another_length_is_none, 0, 4);
	tcase_add_test(tc, congestion_control_is_one_of_linux);
	tcase_add_test(tc, labels_are_names);
	tcase_add_test(tc, rules_keep_their_grammar);
	tcase_add_test(tc, rules_lose_what_people_wrote);
	tcase_add_test(tc, ranges_keep_their_order);
	tcase_add_test(tc, leaks_are_found);
}

int main(void)
{
	return unit_run("anonymize", add);
}
