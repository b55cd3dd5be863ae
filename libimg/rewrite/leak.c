#include "libimg/rewrite/leak.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/file.h"
#include "libimg/base/map.h"
#include "libimg/rewrite/kept.h"
#include "libimg/rewrite/sieve.h"

enum { WINDOW = 256 << 10, SHOWN = 19 /* bytes of what stands for it now */ };

static const char *const forms[] = { "as it was", "as UTF-16", "in hexadecimal digits", "in Base64",
				     "as bytes" };
enum form { PLAIN, UTF16, HEX, BASE64, BYTES };

/* A word or an address. */
struct leak_item {
	char is[SHOWN + 1]; /* what stands for it now */
};

struct img_leak {
	struct img_sieve sieve;
	struct img_buf items;
	struct img_buf off; /* a byte for each: not to be looked for */
	struct img_map news;
	struct img_hash_key key;
	size_t words, passed; /* those of `items` that are words come first */
};

static size_t item_count(const struct img_leak *l)
{
	return l->items.n / sizeof(struct leak_item);
}

/* ---- forms ---- */

/* One form of the last item. */
static int add(struct img_leak *l, const void *p, size_t n, enum form form)
{
	unsigned flags = form == BASE64 || form == BYTES ? IMG_SIEVE_EXACT : 0;

	return img_sieve_add(&l->sieve, p, n, flags, (uint32_t)item_count(l) - 1, (uint8_t)form);
}

static int add_utf16(struct img_leak *l, struct img_span s)
{
	struct img_buf b = { 0 };
	int r;

	/* Of little-endian the last NUL, of big-endian the first may be another one's. */
	for (size_t i = 0; i < s.n; i++) {
		img_buf_put(&b, s.p + i, 1);
		if (i + 1 < s.n)
			img_buf_put(&b, "", 1);
	}
	r = b.failed ? -1 : add(l, b.p, b.n, UTF16);
	img_buf_free(&b);
	return r;
}

static int add_hex(struct img_leak *l, struct img_span s)
{
	struct img_buf b = { 0 };
	char two[3];
	int r;

	for (size_t i = 0; i < s.n; i++) {
		snprintf(two, sizeof(two), "%02x", s.p[i]);
		img_buf_put(&b, two, 2);
	}
	r = b.failed ? -1 : add(l, b.p, b.n, HEX);
	img_buf_free(&b);
	return r;
}

/* The three ways in which it can lie in groups of three bytes; its ends are left out. */
static int add_base64(struct img_leak *l, struct img_span s)
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
		r = b.failed ? -1 : b.n >= 8 ? add(l, b.p, b.n, BASE64) : 0;
		img_buf_free(&b);
		if (r < 0)
			return -1;
	}
	return 0;
}

/* ---- what is looked for ---- */

static int add_item(struct img_leak *l, struct img_span new)
{
	struct leak_item x = { "" };

	snprintf(x.is, sizeof(x.is), "%.*s", (int)(new.n < SHOWN ? new.n : SHOWN),
		 (const char *)new.p);
	img_buf_put(&l->items, &x, sizeof(x));
	img_buf_put(&l->off, "", 1);
	return l->items.failed || l->off.failed ? -1 : 0;
}

static bool all_digits(struct img_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isdigit(s.p[i]))
			return false;
	return true;
}

static int add_word(struct img_leak *l, struct img_span old, struct img_span new)
{
	if (old.n < IMG_LEAK_MIN || old.n > IMG_SIEVE_MAX || all_digits(old)) {
		l->passed++;
		return 0;
	}
	if (add_item(l, new) < 0)
		return -1;
	return add(l, old.p, old.n, PLAIN) < 0 || add_utf16(l, old) < 0 || add_hex(l, old) < 0 ||
			       add_base64(l, old) < 0
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
	uint8_t reversed[16];
	uint32_t item;

	/* What another address has become may be this one. */
	if (img_map_get(&l->news, img_hash(&l->key, old.p, old.n)) != IMG_MAP_NONE) {
		l->passed++;
		return 0;
	}
	address_text(old, text);
	address_text(new, is);
	if (add_item(l, (struct img_span){ (const uint8_t *)is, strlen(is), 0 }) < 0)
		return -1;
	item = (uint32_t)item_count(l) - 1;
	for (size_t i = 0; i < old.n; i++)
		reversed[i] = old.p[old.n - 1 - i];
	if (strlen(text) >= 7 &&
	    img_sieve_add(&l->sieve, text, strlen(text), IMG_SIEVE_BOUNDED, item, PLAIN) < 0)
		return -1;
	return is_rare(old) && (add(l, old.p, old.n, BYTES) < 0 ||
				add(l, reversed, old.n, BYTES) < 0)
		       ? -1
		       : 0;
}

/* ---- what may stand there ---- */

/* No word that stands in this text can be looked for. */
static void allow(struct img_leak *l, const void *p, size_t n)
{
	struct img_sieve_hit hit;
	struct img_span in = { p, n, 0 };

	for (size_t from = 0; img_sieve_find(&l->sieve, in, from, n, l->off.p, &hit);)
		if (hit.form == PLAIN && hit.item < l->words) {
			l->off.p[hit.item] = 1;
			l->passed++;
			from = hit.at; /* others may begin here */
		} else {
			from = hit.at + 1;
		}
}

static void allow_known(struct img_leak *l, const struct img_words *w,
			const struct img_anon *const *anon, size_t n)
{
	static const char made[] = "link_remap.\n.criu.\n.cr.\n.ghost\n (deleted)\nSYSV\n"
				   ".service\n.socket\n.parent";
	struct img_span old, new, stayed = img_words_stayed_text(w);

	allow(l, made, strlen(made));
	allow(l, stayed.p, stayed.n);
	for (size_t i = 0; i < img_kept_n; i++)
		allow(l, img_kept_words[i].word, strlen(img_kept_words[i].word));
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		for (size_t i = 0; i < IMG_PATTERNS && t->files[i] != NULL; i++)
			allow(l, t->files[i], strlen(t->files[i]));
	for (size_t i = 0; i < n; i++)
		allow(l, img_anon_kept(anon[i]).p, img_anon_kept(anon[i]).n);
	/* In large dumps some word stands in what another one has become, by chance. */
	for (size_t i = 0; img_words_get(w, i, &old, &new); i++)
		allow(l, new.p, new.n);
}

static int add_all(struct img_leak *l, const struct img_words *w,
		   const struct img_anon *const *anon, size_t n)
{
	struct img_span old, new;

	for (size_t k = 0; k < n; k++)
		if (img_anon_failed(anon[k]))
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
	l->words = item_count(l);
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; img_anon_address(anon[k], i, &old, &new); i++)
			if (add_address(l, old, new) < 0)
				return -1;
	allow_known(l, w, anon, n);
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
	img_sieve_free(&l->sieve);
	img_buf_free(&l->items);
	img_buf_free(&l->off);
	img_map_free(&l->news);
	img_free(l);
}

size_t img_leak_searched(const struct img_leak *l)
{
	size_t n = 0;

	for (size_t i = 0; i < item_count(l); i++)
		n += l->off.p[i] == 0;
	return n;
}

size_t img_leak_passed(const struct img_leak *l)
{
	return l->passed;
}

/* ---- searching ---- */

/* Search n bytes, which are at `off` of the file, for what begins in [begin, end). */
static int search(const struct img_leak *l, struct img_span in, size_t begin, size_t end,
		  struct img_err *err)
{
	const struct leak_item *items = (const struct leak_item *)(const void *)l->items.p;
	struct img_sieve_hit hit;

	if (!img_sieve_find(&l->sieve, in, begin, end, l->off.p, &hit))
		return 0;
	return img_fail(err, IMG_EDATA, in.off + hit.at, "what has become %s still stands here, %s",
			items[hit.item].is, forms[hit.form]);
}

int img_leak_bytes(const struct img_leak *l, const void *p, size_t n, struct img_err *err)
{
	return search(l, (struct img_span){ p, n, 0 }, 0, n, err);
}

size_t img_leak_blank(const struct img_leak *l, uint8_t *p, size_t n)
{
	struct img_span in = { p, n, 0 };
	struct img_sieve_hit hit;
	size_t count = 0;

	for (size_t from = 0; img_sieve_find(&l->sieve, in, from, n, l->off.p, &hit); count++) {
		memset(p + hit.at, '#', hit.n);
		from = hit.at + hit.n;
	}
	return count;
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
	const struct img_file f = { .fd = fd };
	uint64_t off = next_data(fd, 0);
	size_t begin = 0;

	while (off != UINT64_MAX) {
		int64_t n = img_file_read(&f, off, buf, WINDOW, err);
		struct img_span in = { buf, (size_t)n, off };
		uint64_t data;
		size_t end;

		if (n < 0)
			return -1;
		end = in.n < WINDOW ? in.n : WINDOW - IMG_SIEVE_MAX;
		if (search(l, in, begin, end, err) < 0)
			return -1;
		if (in.n < WINDOW)
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
	int r = img_leak_bytes(l, name, strlen(name), err);

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
