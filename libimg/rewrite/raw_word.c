#include "libimg/rewrite/raw_word.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 1 << 20 };

/* ---- lines ---- */

/* Make a line with its newline visible: 1, 0 at the end, -1 with *err. */
static int next_line(struct img_in *in, struct img_span *line, struct img_err *err)
{
	size_t seen = 0;
	const uint8_t *end;

	do {
		if (img_in_need(in, seen + 1, err) < 0)
			return -1;
		if (img_in_avail(in) == seen) {
			end = NULL;
			break;
		}
		end = memchr(img_in_ptr(in) + seen, '\n', img_in_avail(in) - seen);
		seen = img_in_avail(in);
		if (end == NULL && seen > LINE_MAX_BYTES)
			return img_fail(err, IMG_ELIMIT, img_in_off(in),
					"line of more than %d bytes", LINE_MAX_BYTES);
	} while (end == NULL);
	line->p = img_in_ptr(in);
	line->n = end != NULL ? (size_t)(end - line->p) + 1 : seen;
	line->off = img_in_off(in);
	return line->n > 0;
}

int img_raw_lines(struct img_raw_run *run, img_raw_line_fn *fn, void *arg, struct img_err *err)
{
	struct img_buf out = { 0 };
	struct img_raw_words to = { .run = run, .path = "", .out = &out };
	struct img_span line;
	int r;

	while ((r = next_line(run->in, &line, err)) > 0) {
		out.n = 0;
		r = fn(arg, &to, line, err);
		if (r == 0 && out.failed)
			r = img_fail_mem(err);
		if (r < 0)
			break;
		img_raw_put(run, out.p, out.n);
		img_in_eat(run->in, line.n);
		run->entry++;
	}
	img_buf_free(&out);
	return r;
}

/* ---- parts of a word ---- */

static void append(struct img_raw_words *to, struct img_span s)
{
	img_buf_put(to->out, s.p, s.n);
}

/* The first n bytes of a word; and what follows them. */
static struct img_span head(struct img_span w, size_t n)
{
	return (struct img_span){ w.p, n, w.off };
}

static struct img_span tail(struct img_span w, size_t n)
{
	return (struct img_span){ w.p + n, w.n - n, w.off + n };
}

/* Bytes before the first c, all where there is none. */
static size_t before(struct img_span w, char c)
{
	const uint8_t *at = w.n > 0 ? memchr(w.p, c, w.n) : NULL;

	return at != NULL ? (size_t)(at - w.p) : w.n;
}

/* Report what was appended since `start`, if it differs. */
static void report(struct img_raw_words *to, struct img_span old, size_t start)
{
	const char *new = (const char *)to->out->p + start;
	size_t n = to->out->n - start;

	if (!to->out->failed && (n != old.n || memcmp(new, old.p, n) != 0))
		img_raw_changed(to->run, to->path, (const char *)old.p, old.n, new, n);
}

/* Read decimal digits up to a limit: bytes, 0: none. */
static size_t number(struct img_span w, uint64_t max, uint64_t *v)
{
	size_t n = 0;

	*v = 0;
	while (n < w.n && w.p[n] >= '0' && w.p[n] <= '9') {
		*v = *v * 10 + (uint64_t)(w.p[n] - '0');
		if (*v > max)
			return 0;
		n++;
	}
	return n;
}

/* ---- ports ---- */

/* A slash: the first port that a range is mapped to, "80-90/8080". */
static bool joins(uint8_t c)
{
	return c == '-' || c == ':' || c == ',' || c == '/';
}

static bool are_ports(struct img_span w)
{
	uint64_t v;
	size_t n;

	while ((n = number(w, UINT16_MAX, &v)) > 0 && n < w.n && joins(w.p[n]))
		w = tail(w, n + 1);
	return n > 0 && n == w.n;
}

/*
 * The ends of a range, appended from `first` and `second` on with one byte between them, are the
 * wrong way round: they change places, or the range is refused.
 */
static int turn_round(struct img_raw_words *to, size_t first, size_t second, uint64_t off,
		      struct img_err *err)
{
	struct img_buf b = { 0 };
	uint8_t *p = to->out->p;
	size_t n = to->out->n;

	if (to->out->failed)
		return img_fail_mem(err);
	if (!to->run->raw->bare)
		return img_raw_backwards((const char *)p + first, n - first, off, err);
	img_buf_put(&b, p + second, n - second);
	img_buf_put(&b, p + second - 1, 1);
	img_buf_put(&b, p + first, second - 1 - first);
	if (!b.failed)
		memcpy(p + first, b.p, b.n);
	img_buf_free(&b);
	return b.failed ? img_fail_mem(err) : 0;
}

/* Append a port or a range of two, whose ends are values by themselves. */
static int put_range(struct img_raw_words *to, struct img_span w, unsigned proto,
		     struct img_err *err)
{
	size_t start = to->out->n, at = 0, first = start;
	uint64_t last = 0;

	while (at < w.n) {
		size_t here = to->out->n;
		char text[16];
		uint64_t v;
		size_t n = number(tail(w, at), UINT16_MAX, &v);
		uint32_t new = (uint32_t)v;
		int r = img_raw_port(to->run, proto, (uint32_t)v, &new, err);

		if (r < 0)
			return -1;
		if (r > 0)
			img_buf_put(to->out, text, (size_t)snprintf(text, sizeof(text), "%u", new));
		else
			append(to, head(tail(w, at), n));
		if (at > 0 && w.p[at - 1] != '/' && new < last &&
		    turn_round(to, first, here, w.off, err) < 0)
			return -1;
		first = here;
		last = new;
		at += n;
		if (at < w.n)
			append(to, head(tail(w, at++), 1));
	}
	report(to, w, start);
	return 1;
}

static int put_ports(struct img_raw_words *to, struct img_span w, unsigned proto,
		     struct img_err *err)
{
	for (;;) {
		size_t n = before(w, ',');

		if (put_range(to, head(w, n), proto, err) < 0)
			return -1;
		if (n == w.n)
			return 1;
		append(to, head(tail(w, n), 1));
		w = tail(w, n + 1);
	}
}

int img_raw_word_ports(struct img_raw_words *to, struct img_span w, unsigned proto,
		       struct img_err *err)
{
	return are_ports(w) ? put_ports(to, w, proto, err) : 0;
}

/* ---- users and groups ---- */

int img_raw_word_ids(struct img_raw_words *to, struct img_span w, img_raw_number_fn *ask,
		     struct img_err *err)
{
	uint64_t v[2];
	uint32_t new[2];
	char text[24];
	size_t n = number(w, UINT32_MAX, &v[0]), ends = 1, start = to->out->n;

	if (n > 0 && n < w.n && w.p[n] == '-') {
		size_t second = number(tail(w, n + 1), UINT32_MAX, &v[1]);

		n = second > 0 ? n + 1 + second : 0;
		ends = 2;
	}
	if (n == 0 || n != w.n)
		return 0;
	for (size_t i = 0; i < ends; i++) {
		new[i] = (uint32_t)v[i];
		if (to->run->raw->host_ids && ask(to->run, 0, new[i], &new[i], err) < 0)
			return -1;
	}
	if (ends == 1)
		snprintf(text, sizeof(text), "%" PRIu32, new[0]);
	else
		snprintf(text, sizeof(text), "%" PRIu32 "-%" PRIu32,
			 new[0] < new[1] ? new[0] : new[1], new[0] < new[1] ? new[1] : new[0]);
	img_buf_put(to->out, text, strlen(text));
	report(to, w, start);
	return 1;
}

/* ---- addresses ---- */

struct address {
	uint8_t p[16];
	size_t n; /* 4, 16; 0: none */
	unsigned bits;
	size_t text; /* bytes of the address alone */
};

static size_t parse_bytes(struct img_span w, uint8_t addr[16])
{
	char text[INET6_ADDRSTRLEN];

	if (w.n == 0 || w.n >= sizeof(text) || memchr(w.p, '\0', w.n) != NULL)
		return 0;
	memcpy(text, w.p, w.n);
	text[w.n] = '\0';
	if (inet_pton(AF_INET, text, addr) == 1)
		return 4;
	return inet_pton(AF_INET6, text, addr) == 1 ? 16 : 0;
}

/* The bits of a mask. One with holes is none of a network: then all. */
static unsigned mask_bits(const uint8_t *mask, size_t n)
{
	unsigned bits = 0;

	while (bits < n * 8 && mask[bits / 8] & 0x80 >> bits % 8)
		bits++;
	for (size_t i = bits; i < n * 8; i++)
		if (mask[i / 8] & 0x80 >> i % 8)
			return (unsigned)n * 8;
	return bits;
}

/* An address, also with a prefix length or a mask. */
static struct address parse(struct img_span w)
{
	struct address a = { .text = before(w, '/') };
	struct img_span rest;
	uint8_t mask[16];
	uint64_t v;

	a.n = parse_bytes(head(w, a.text), a.p);
	a.bits = (unsigned)a.n * 8;
	if (a.n == 0 || a.text == w.n)
		return a;
	rest = tail(w, a.text + 1);
	if (rest.n > 0 && number(rest, a.bits, &v) == rest.n)
		a.bits = (unsigned)v;
	else if (parse_bytes(rest, mask) == a.n)
		a.bits = mask_bits(mask, a.n);
	else
		a.n = 0;
	return a;
}

/* Append one; the new address to *a. */
static int put_one(struct img_raw_words *to, struct img_span w, struct address *a,
		   struct img_err *err)
{
	char text[INET6_ADDRSTRLEN];
	uint8_t new[16];
	int r = img_raw_address(to->run, a->p, a->n, a->bits, new, err);

	if (r < 0)
		return -1;
	if (r == 0) {
		append(to, w);
		return 1;
	}
	memcpy(a->p, new, a->n);
	inet_ntop(a->n == 4 ? AF_INET : AF_INET6, new, text, sizeof(text));
	img_buf_put(to->out, text, strlen(text));
	append(to, tail(w, a->text));
	return 1;
}

/* An address, a network, or a range: 1, 0: none of these, -1 with *err. */
static int put_plain(struct img_raw_words *to, struct img_span w, struct img_err *err)
{
	size_t start = to->out->n, n = before(w, '-');
	struct address a = parse(head(w, n)), b = { .n = 0 };

	if (n < w.n)
		b = parse(tail(w, n + 1));
	if (a.n == 0 || (n < w.n && b.n != a.n))
		return 0;
	if (put_one(to, head(w, n), &a, err) < 0)
		return -1;
	if (n < w.n) {
		size_t second;

		append(to, head(tail(w, n), 1));
		second = to->out->n;
		if (put_one(to, tail(w, n + 1), &b, err) < 0)
			return -1;
		if (memcmp(a.p, b.p, a.n) > 0 && turn_round(to, start, second, w.off, err) < 0)
			return -1;
	}
	report(to, w, start);
	return 1;
}

/* Where the ports of an address begin, with their colon: w.n: it has none. */
static size_t ports_of(struct img_span w)
{
	const uint8_t *colon = memrchr(w.p, ':', w.n);
	size_t n = colon != NULL ? (size_t)(colon - w.p) : w.n;

	/* Of IPv6 they stand after brackets only. */
	if (n < w.n && n > 0 && w.p[n - 1] != ']' && memchr(w.p, ':', n) != NULL)
		return w.n;
	return n < w.n && are_ports(tail(w, n + 1)) ? n : w.n;
}

/* What is in brackets is like what is without: "[a]", "[a-b]", "[a]-[b]". */
static int put_brackets(struct img_raw_words *to, struct img_span w, struct img_err *err)
{
	size_t start = to->out->n;
	uint64_t off = w.off;
	struct address last = { .n = 0 };

	while (w.n > 0) {
		size_t n = before(w, ']'), here = to->out->n, inner = here + 1, end;
		struct address a;
		int r;

		if (w.p[0] != '[' || n == w.n)
			return 0;
		append(to, head(w, 1));
		r = put_plain(to, head(tail(w, 1), n - 1), err);
		if (r <= 0 || to->out->failed)
			return r;
		end = to->out->n;
		w = tail(w, n);
		n = w.n > 2 && w.p[1] == '-' ? 2 : 1;
		append(to, head(w, n));
		w = tail(w, n);
		a = parse((struct img_span){ to->out->p + inner, end - inner, off });
		if (a.n != 0 && a.n == last.n && n == 1 && memcmp(last.p, a.p, a.n) > 0 &&
		    turn_round(to, start, here, off, err) < 0)
			return -1;
		last = a;
	}
	return 1;
}

int img_raw_word_address(struct img_raw_words *to, struct img_span w, unsigned proto,
			 struct img_err *err)
{
	size_t start = to->out->n, n;
	int r;

	if (w.n == 0)
		return 0;
	r = put_plain(to, w, err);
	if (r != 0)
		return r;
	n = ports_of(w);
	if (n > 0)
		r = w.p[0] == '[' ? put_brackets(to, head(w, n), err)
				  : put_plain(to, head(w, n), err);
	if (r < 0)
		return -1;
	if ((n > 0 && r == 0) || (n == w.n && w.p[0] != '[')) {
		to->out->n = start;
		return 0;
	}
	if (n == w.n)
		return 1;
	append(to, head(tail(w, n), 1));
	return put_ports(to, tail(w, n + 1), proto, err);
}

/* ---- names ---- */

int img_raw_word_device(struct img_raw_words *to, struct img_span w, struct img_err *err)
{
	bool quoted = w.n >= 2 && w.p[0] == '"' && w.p[w.n - 1] == '"';
	struct img_span name = quoted ? head(tail(w, 1), w.n - 2) : w;
	size_t start;
	char new[16];
	int r;

	if (name.n == 0 || name.p[name.n - 1] == '+' || name.p[name.n - 1] == '*')
		return 0;
	r = img_raw_netdev(to->run, (const char *)name.p, name.n, new, err);
	if (r < 0)
		return -1;
	/* The syntax of rules has no way to write these. */
	if (r > 0 && strpbrk(new, "\"\\ \t\n{};,") != NULL)
		return img_fail(err, IMG_EDATA, w.off,
				"a firewall rule cannot have the device name '%s'", new);
	append(to, head(w, quoted));
	start = to->out->n;
	if (r > 0)
		img_buf_put(to->out, new, strlen(new));
	else
		append(to, name);
	report(to, name, start);
	append(to, tail(w, name.n + quoted));
	return 1;
}

unsigned img_raw_word_proto(struct img_span w)
{
	static const struct {
		const char *name;
		unsigned proto;
	} protos[] = {
		{ "tcp", IPPROTO_TCP },   { "udp", IPPROTO_UDP },   { "udplite", IPPROTO_UDPLITE },
		{ "sctp", IPPROTO_SCTP }, { "dccp", IPPROTO_DCCP },
	};
	uint64_t v;

	for (size_t i = 0; i < sizeof(protos) / sizeof(protos[0]); i++)
		if (strlen(protos[i].name) == w.n && memcmp(protos[i].name, w.p, w.n) == 0)
			return protos[i].proto;
	if (w.n == 0 || number(w, UINT8_MAX, &v) != w.n || !img_raw_has_ports((unsigned)v))
		return 0;
	return (unsigned)v;
}
