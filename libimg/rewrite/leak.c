#include "libimg/rewrite/leak.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/map.h"
#include "libimg/rewrite/kept.h"

enum {
	KEY = 4,            /* bytes by which patterns are found */
	LONGEST = 16 << 10, /* of a pattern */
	WINDOW = 256 << 10,
	FILTER = 1 << 16, /* bits */
};

static const char *const forms[] = { "as it was", "as UTF-16", "in hexadecimal digits", "in Base64",
				     "as bytes" };
enum form { PLAIN, UTF16, HEX, BASE64, BYTES };

/* One form of something: n bytes at `at` of the texts. */
struct pattern {
	size_t at, n;
	uint32_t next; /* with the same key, or IMG_MAP_NONE */
	uint8_t form;
	bool exact;   /* case matters */
	bool bounded; /* an address as text: no digit or dot beside it */
	char is[20];  /* what stands for it now */
};

struct img_leak {
	struct img_buf texts, patterns, kept;
	struct img_map by_key, news;
	struct img_hash_key key;
	uint8_t filter[FILTER / 8];
	size_t searched, passed;
};

static uint8_t fold(uint8_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static uint32_t key_of(const uint8_t *p)
{
	return (uint32_t)fold(p[0]) | (uint32_t)fold(p[1]) << 8 | (uint32_t)fold(p[2]) << 16 |
	       (uint32_t)fold(p[3]) << 24;
}

static uint32_t filter_of(uint32_t key)
{
	return (key * UINT32_C(2654435761)) >> 16;
}

static const struct pattern *patterns(const struct img_leak *l)
{
	return (const struct pattern *)(const void *)l->patterns.p;
}

/* ---- patterns ---- */

static int add(struct img_leak *l, const void *p, size_t n, enum form form, struct img_span new)
{
	struct pattern x = { .at = l->texts.n, .n = n, .form = (uint8_t)form };
	uint32_t key, *slot;

	if (n < KEY || n > LONGEST)
		return 0;
	key = key_of(p);
	x.exact = form == BASE64 || form == BYTES;
	snprintf(x.is, sizeof(x.is), "%.*s", (int)new.n, (const char *)new.p);
	slot = img_map_at(&l->by_key, key);
	if (slot == NULL)
		return -1;
	x.next = *slot;
	*slot = (uint32_t)(l->patterns.n / sizeof(x));
	l->filter[filter_of(key) / 8] |= (uint8_t)(1u << filter_of(key) % 8);
	img_buf_put(&l->texts, p, n);
	img_buf_put(&l->patterns, &x, sizeof(x));
	return l->texts.failed || l->patterns.failed ? -1 : 0;
}

static int add_utf16(struct img_leak *l, struct img_span s, struct img_span new)
{
	struct img_buf b = { 0 };
	int r;

	/* Of little-endian the last NUL, of big-endian the first may be another one's. */
	for (size_t i = 0; i < s.n; i++) {
		img_buf_put(&b, s.p + i, 1);
		if (i + 1 < s.n)
			img_buf_put(&b, "", 1);
	}
	r = b.failed ? -1 : add(l, b.p, b.n, UTF16, new);
	img_buf_free(&b);
	return r;
}

static int add_hex(struct img_leak *l, struct img_span s, struct img_span new)
{
	struct img_buf b = { 0 };
	char two[3];
	int r;

	for (size_t i = 0; i < s.n; i++) {
		snprintf(two, sizeof(two), "%02x", s.p[i]);
		img_buf_put(&b, two, 2);
	}
	r = b.failed ? -1 : add(l, b.p, b.n, HEX, new);
	img_buf_free(&b);
	return r;
}

/* The three ways in which it can lie in groups of three bytes; its ends are left out. */
static int add_base64(struct img_leak *l, struct img_span s, struct img_span new)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t skip = 0; skip < 3; skip++) {
		struct img_buf b = { 0 };
		int r;

		for (size_t i = skip; i + 3 <= s.n; i += 3) {
			uint32_t v =
				(uint32_t)s.p[i] << 16 | (uint32_t)s.p[i + 1] << 8 | s.p[i + 2];

			for (int k = 18; k >= 0; k -= 6)
				img_buf_put(&b, &digits[v >> k & 63], 1);
		}
		r = b.failed ? -1 : b.n >= 8 ? add(l, b.p, b.n, BASE64, new) : 0;
		img_buf_free(&b);
		if (r < 0)
			return -1;
	}
	return 0;
}

/* ---- what is looked for ---- */

static bool all_digits(struct img_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isdigit(s.p[i]))
			return false;
	return true;
}

/* Does it stand in what is kept? */
static bool is_kept(const struct img_leak *l, struct img_span s)
{
	uint8_t folded[LONGEST];

	if (s.n > sizeof(folded))
		return true;
	for (size_t i = 0; i < s.n; i++)
		folded[i] = fold(s.p[i]);
	return l->kept.n > 0 && memmem(l->kept.p, l->kept.n, folded, s.n) != NULL;
}

static int add_word(struct img_leak *l, struct img_span old, struct img_span new)
{
	if (old.n < IMG_LEAK_MIN || all_digits(old) || is_kept(l, old)) {
		l->passed++;
		return 0;
	}
	l->searched++;
	return add(l, old.p, old.n, PLAIN, new) < 0 || add_utf16(l, old, new) < 0 ||
			       add_hex(l, old, new) < 0 || add_base64(l, old, new) < 0
		       ? -1
		       : 0;
}

/* Bytes that are often the same, or zeros, stand anywhere. */
static bool is_rare(struct img_span s)
{
	unsigned distinct = 0;

	for (size_t i = 0; i < s.n; i++)
		distinct += s.p[i] != 0 && memchr(s.p, s.p[i], i) == NULL;
	return distinct >= (s.n == 4 ? 4u : 5u);
}

static void address_text(struct img_span s, char text[64])
{
	text[0] = '\0';
	if (s.n == 4 || s.n == 16)
		inet_ntop(s.n == 4 ? AF_INET : AF_INET6, s.p, text, 64);
	for (size_t i = 0; s.n == 6 && i < 6; i++)
		sprintf(text + strlen(text), "%s%02x", i > 0 ? ":" : "", s.p[i]);
}

static int add_address(struct img_leak *l, struct img_span old, struct img_span new)
{
	char text[64], is[64];
	struct img_span to;
	uint8_t reversed[16];

	/* What another address has become may be this one. */
	if (img_map_get(&l->news, img_hash(&l->key, old.p, old.n)) != IMG_MAP_NONE) {
		l->passed++;
		return 0;
	}
	l->searched++;
	address_text(old, text);
	address_text(new, is);
	to = (struct img_span){ (const uint8_t *)is, strlen(is), 0 };
	for (size_t i = 0; i < old.n; i++)
		reversed[i] = old.p[old.n - 1 - i];
	if (strlen(text) >= 7) {
		if (add(l, text, strlen(text), PLAIN, to) < 0)
			return -1;
		((struct pattern *)(void *)
			 l->patterns.p)[l->patterns.n / sizeof(struct pattern) - 1]
			.bounded = true;
	}
	return is_rare(old) && (add(l, old.p, old.n, BYTES, to) < 0 ||
				add(l, reversed, old.n, BYTES, to) < 0)
		       ? -1
		       : 0;
}

/* ---- what may stand there ---- */

static void keep(struct img_leak *l, const void *p, size_t n)
{
	size_t at = l->kept.n;

	img_buf_put(&l->kept, p, n);
	img_buf_put(&l->kept, "\n", 1);
	for (size_t i = at; i < l->kept.n; i++)
		l->kept.p[i] = fold(l->kept.p[i]);
}

static void keep_known(struct img_leak *l, const struct img_anon *const *anon, size_t n)
{
	static const char made[] = "link_remap.\n.criu.\n.cr.\n.ghost\n (deleted)\nSYSV\n"
				   ".service\n.socket\n.parent";

	keep(l, made, strlen(made));
	for (size_t i = 0; i < img_kept_n; i++)
		keep(l, img_kept_words[i].word, strlen(img_kept_words[i].word));
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		for (size_t i = 0; i < IMG_PATTERNS && t->files[i] != NULL; i++)
			keep(l, t->files[i], strlen(t->files[i]));
	for (size_t i = 0; i < n; i++) {
		struct img_span s = img_anon_kept(anon[i]);

		keep(l, s.p, s.n);
	}
}

static int add_all(struct img_leak *l, const struct img_words *w,
		   const struct img_anon *const *anon, size_t n)
{
	struct img_span old, new, stayed = img_words_stayed_text(w);

	keep_known(l, anon, n);
	keep(l, stayed.p, stayed.n);
	if (l->kept.failed)
		return -1;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; img_anon_address(anon[k], i, &old, &new); i++) {
			uint32_t *slot = img_map_at(&l->news, img_hash(&l->key, new.p, new.n));

			if (slot == NULL)
				return -1;
			*slot = 1;
		}
	for (size_t i = 0; img_words_get(w, i, &old, &new); i++)
		if (add_word(l, old, new) < 0)
			return -1;
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; img_anon_address(anon[k], i, &old, &new); i++)
			if (add_address(l, old, new) < 0)
				return -1;
	return 0;
}

struct img_leak *img_leak_new(const struct img_words *w, const struct img_anon *const *anon,
			      size_t n, struct img_err *err)
{
	struct img_leak *l = img_calloc(1, sizeof(*l));

	if (l != NULL) {
		l->key = img_hash_key();
		if (add_all(l, w, anon, n) == 0)
			return l;
	}
	img_leak_free(l);
	img_fail_mem(err);
	return NULL;
}

void img_leak_free(struct img_leak *l)
{
	if (l == NULL)
		return;
	img_buf_free(&l->texts);
	img_buf_free(&l->patterns);
	img_buf_free(&l->kept);
	img_map_free(&l->by_key);
	img_map_free(&l->news);
	img_free(l);
}

size_t img_leak_searched(const struct img_leak *l)
{
	return l->searched;
}

size_t img_leak_passed(const struct img_leak *l)
{
	return l->passed;
}

/* ---- searching ---- */

static bool in_number(uint8_t c)
{
	return isxdigit(c) || c == '.' || c == ':';
}

/* Does the pattern stand at p + i, of n bytes? */
static bool stands(const struct img_leak *l, const struct pattern *x, const uint8_t *p, size_t n,
		   size_t i)
{
	const uint8_t *want = l->texts.p + x->at;

	if (x->n > n - i)
		return false;
	for (size_t k = 0; k < x->n; k++)
		if (x->exact ? p[i + k] != want[k] : fold(p[i + k]) != fold(want[k]))
			return false;
	return !x->bounded ||
	       ((i == 0 || !in_number(p[i - 1])) && (i + x->n == n || !in_number(p[i + x->n])));
}

/* Search for patterns that begin before `end`. */
static int search(const struct img_leak *l, const uint8_t *p, size_t n, size_t begin, size_t end,
		  uint64_t off, struct img_err *err)
{
	for (size_t i = begin; i < end && i + KEY <= n; i++) {
		uint32_t key = key_of(p + i), bit = filter_of(key), at;

		if (!(l->filter[bit / 8] >> bit % 8 & 1))
			continue;
		for (at = img_map_get(&l->by_key, key); at != IMG_MAP_NONE;
		     at = patterns(l)[at].next) {
			const struct pattern *x = &patterns(l)[at];

			if (stands(l, x, p, n, i))
				return img_fail(err, IMG_EDATA, off + i,
						"what has become %s still stands here, %s", x->is,
						forms[x->form]);
		}
	}
	return 0;
}

int img_leak_bytes(const struct img_leak *l, const void *p, size_t n, struct img_err *err)
{
	return search(l, p, n, 0, n, 0, err);
}

static ssize_t read_at(int fd, uint8_t *p, size_t n, uint64_t off)
{
	size_t done = 0;

	while (done < n) {
		ssize_t r = pread(fd, p + done, n - done, (off_t)(off + done));

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		done += (size_t)r;
	}
	return (ssize_t)done;
}

/* The next byte that is in no hole; at the end, and where nobody knows, off itself. */
static uint64_t next_data(int fd, uint64_t off)
{
	off_t r = lseek(fd, (off_t)off, SEEK_DATA);

	return r < 0 ? errno == ENXIO ? UINT64_MAX : off : (uint64_t)r;
}

/* Windows overlap by the longest pattern, and by a byte before. */
static int search_file(const struct img_leak *l, int fd, uint8_t *buf, struct img_err *err)
{
	uint64_t off = next_data(fd, 0);
	size_t begin = 0;

	while (off != UINT64_MAX) {
		ssize_t n = read_at(fd, buf, WINDOW, off);
		size_t end;
		uint64_t data;

		if (n < 0)
			return img_fail(err, IMG_ESYS, off, "read failed");
		end = (size_t)n < WINDOW ? (size_t)n : WINDOW - LONGEST;
		if (search(l, buf, (size_t)n, begin, end, off, err) < 0)
			return -1;
		if ((size_t)n < WINDOW)
			return 0;
		off += end - 1;
		begin = 1;
		data = next_data(fd, off + 1);
		if (data > off + 1) {
			off = data;
			begin = 0;
		}
	}
	return 0;
}

int img_leak_file(const struct img_leak *l, int fd, const char *name, struct img_err *err)
{
	uint8_t *buf;
	int r = search(l, (const uint8_t *)name, strlen(name), 0, strlen(name), 0, err);

	if (r < 0) {
		err->off = IMG_NOWHERE;
		return -1;
	}
	buf = img_realloc(NULL, WINDOW);
	if (buf == NULL)
		return img_fail_mem(err);
	r = search_file(l, fd, buf, err);
	img_free(buf);
	return r;
}
