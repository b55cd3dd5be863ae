#include "libimg/rewrite/anon_text.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "libimg/rewrite/anon_addr.h"
#include "libimg/rewrite/kept.h"

static struct img_span part(struct img_span s, size_t from, size_t n)
{
	return (struct img_span){ s.p + from, n, 0 };
}

static bool is(struct img_span s, const char *text)
{
	return s.n == strlen(text) && memcmp(s.p, text, s.n) == 0;
}

/* Bytes at the begin of s that are of a class. */
static size_t run(struct img_span s, size_t from, int (*of)(int))
{
	size_t i = from;

	while (i < s.n && s.p[i] < 0x80 && of(s.p[i]))
		i++;
	return i - from;
}

static bool all_of(struct img_span s, int (*of)(int))
{
	return s.n > 0 && run(s, 0, of) == s.n;
}

/* ---- ends of words that stay ---- */

static const char *const ends[] = {
	".log", ".pid",     ".sock",  ".socket", ".conf",  ".lock", ".tmp", ".py",    ".jar",
	".db",  ".service", ".slice", ".scope",  ".mount", ".json", ".txt", ".ghost",
};

/* ".so", ".so.1.2". */
static size_t before_so(struct img_span s)
{
	size_t n = s.n;

	while (n > 0 && (isdigit(s.p[n - 1]) || s.p[n - 1] == '.'))
		n--;
	if (n == s.n || s.p[n] == '.')
		return n > 3 && memcmp(s.p + n - 3, ".so", 3) == 0 ? n - 3 : s.n;
	return s.n;
}

/* "NAME.cr.HEX.ghost": what CRIU calls a file that had been deleted. */
static size_t before_ghost(struct img_span s)
{
	size_t n = s.n - strlen(".ghost"), digits = 0;

	while (n > digits && isxdigit(s.p[n - digits - 1]))
		digits++;
	if (digits > 0 && n - digits > 4 && memcmp(s.p + n - digits - 4, ".cr.", 4) == 0)
		return n - digits - 4;
	return s.n;
}

size_t img_anon_stem(struct img_span s)
{
	size_t so = before_so(s);

	if (so < s.n)
		return so;
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		size_t n = strlen(ends[i]);

		if (s.n <= n || memcmp(s.p + s.n - n, ends[i], n) != 0)
			continue;
		return is(part(s, s.n - n, n), ".ghost") ? before_ghost(s) : s.n - n;
	}
	return s.n;
}

static int put_word(struct img_words *w, struct img_span s, unsigned lists, struct img_buf *out,
		    struct img_err *err)
{
	size_t n;

	if (img_words_is_kept(w, s.p, s.n, lists)) {
		img_buf_put(out, s.p, s.n);
		return img_words_stayed(w, s.p, s.n) < 0 ? img_fail_mem(err) : 0;
	}
	n = img_anon_stem(s);
	if (img_words_map(w, s.p, n, out, err) < 0)
		return -1;
	img_buf_put(out, s.p + n, s.n - n);
	return out->failed ? img_fail_mem(err) : 0;
}

/* ---- paths ---- */

/* "mnt:[4026531840]", "file[8:1f]", "tty[8801:5]". */
static bool is_bracketed(struct img_span s)
{
	static const char *const kinds[] = { "file", "tty",  "mnt",  "net",    "pid",  "uts",
					     "ipc",  "user", "time", "cgroup", "pipe", "socket" };
	size_t i = run(s, 0, islower);
	bool known = false;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
		known = known || is(part(s, 0, i), kinds[k]);
	if (!known)
		return false;
	i += i < s.n && s.p[i] == ':';
	if (i == s.n || s.p[i++] != '[')
		return false;
	i += run(s, i, isxdigit);
	if (i < s.n && s.p[i] == ':')
		i += 1 + run(s, i + 1, isxdigit);
	return i + 1 == s.n && s.p[i] == ']';
}

/* Names that CRIU and the kernel make. */
static bool is_made(struct img_span s)
{
	static const char remap[] = "link_remap.", sysv[] = "SYSV";
	size_t r = strlen(remap), v = strlen(sysv);

	return is(s, ".") || is(s, "..") ||
	       (s.n > r && memcmp(s.p, remap, r) == 0 && all_of(part(s, r, s.n - r), isdigit)) ||
	       (s.n == v + 8 && memcmp(s.p, sysv, v) == 0 && all_of(part(s, v, 8), isxdigit)) ||
	       is_bracketed(s);
}

/* Below these, digits are numbers of the kernel. */
static bool numbers_below(struct img_span path, size_t at)
{
	static const char *const dirs[] = { "/proc/", "/dev/pts/" };

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++)
		if (at >= strlen(dirs[i]) && memcmp(path.p, dirs[i], strlen(dirs[i])) == 0)
			return true;
	return false;
}

int img_anon_path(struct img_words *w, struct img_span old, unsigned lists, struct img_buf *out,
		  struct img_err *err)
{
	static const char deleted[] = " (deleted)";
	size_t d = strlen(deleted), n = old.n;

	if (n > d && memcmp(old.p + n - d, deleted, d) == 0)
		n -= d;
	for (size_t at = 0; at < n;) {
		const uint8_t *slash = memchr(old.p + at, '/', n - at);
		size_t end = slash != NULL ? (size_t)(slash - old.p) : n;
		struct img_span s = part(old, at, end - at);

		if (s.n == 0 || is_made(s) || (numbers_below(old, at) && all_of(s, isdigit)))
			img_buf_put(out, s.p, s.n);
		else if (put_word(w, s, lists, out, err) < 0)
			return -1;
		if (slash != NULL)
			img_buf_put(out, "/", 1);
		at = end + (slash != NULL);
	}
	img_buf_put(out, old.p + n, old.n - n);
	return out->failed ? img_fail_mem(err) : 0;
}

/* ---- names ---- */

static int in_address(int c)
{
	return isxdigit(c) || c == ':' || c == '.';
}

size_t img_anon_address_text(const struct img_words *w, struct img_span s, size_t at,
			     struct img_buf *out)
{
	size_t n = run(s, at, in_address);
	char text[INET6_ADDRSTRLEN + 1];
	uint8_t a[16], b[16];
	unsigned m[6], colons = 0;
	int end = 0;

	for (size_t i = 0; i < n; i++)
		colons += s.p[at + i] == ':';
	if (colons < 2) /* "10.0.0.1:80": a port comes after it */
		n = colons == 0 ? n
				: (size_t)((const uint8_t *)memchr(s.p + at, ':', n) - s.p) - at;
	if (n == 0 || n >= sizeof(text))
		return 0;
	memcpy(text, s.p + at, n);
	text[n] = '\0';
	/* "::ffff:10.0.0.1:80": a port again. */
	if (colons >= 2 && strchr(text, '.') != NULL && strchr(strchr(text, '.'), ':') != NULL) {
		n = (size_t)(strchr(strchr(text, '.'), ':') - text);
		text[n] = '\0';
	}
	if (n == 17 &&
	    sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &m[0], &m[1], &m[2], &m[3], &m[4], &m[5],
		   &end) == 6 &&
	    end == 17) {
		for (int i = 0; i < 6; i++)
			a[i] = (uint8_t)m[i];
		img_anon_mac(w, a, 6, b);
		snprintf(text, sizeof(text), "%02x:%02x:%02x:%02x:%02x:%02x", b[0], b[1], b[2],
			 b[3], b[4], b[5]);
	} else if (inet_pton(AF_INET, text, a) == 1) {
		img_anon_ip(w, a, 4, b);
		inet_ntop(AF_INET, b, text, sizeof(text));
	} else if (colons >= 2 && inet_pton(AF_INET6, text, a) == 1) {
		img_anon_ip(w, a, 16, b);
		inet_ntop(AF_INET6, b, text, sizeof(text));
	} else {
		return 0;
	}
	img_buf_put(out, text, strlen(text));
	return n;
}

static bool separates(uint8_t c, unsigned how)
{
	return c == '\0' || strchr(" \t\n/:,=@;()[]{}<>\"'`", c) != NULL ||
	       (c == '.' && (how & IMG_ANON_DOTS));
}

/* Digits, ranges of them, sizes: "0-3", "64k", "10.5". With more dots it may be an address. */
static bool is_number(struct img_span s)
{
	size_t sign = s.n > 1 && s.p[0] == '-', i = sign, dots = 0;

	while (i < s.n && (isdigit(s.p[i]) || s.p[i] == '-' || s.p[i] == '.'))
		dots += s.p[i++] == '.';
	if (dots > 1)
		return false;
	if (i > 0 && i + 1 == s.n && s.p[i] != '\0' && strchr("kKmMgG%", s.p[i]) != NULL)
		i++;
	return i == s.n && s.n > sign && isdigit(s.p[sign]);
}

/* Nothing in it that could be a name. */
static bool is_punctuation(struct img_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] >= 0x80 || !ispunct(s.p[i]))
			return false;
	return true;
}

/* Options whose value is never kept. */
static bool is_secret(struct img_span key)
{
	static const char *const keys[] = { "password", "pass",     "passwd", "credentials",
					    "user",     "username", "domain", "secret" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		if (is(key, keys[i]))
			return true;
	return false;
}

int img_anon_name(struct img_words *w, struct img_span old, unsigned lists, unsigned how,
		  struct img_buf *out, struct img_err *err)
{
	bool secret = false;

	for (size_t at = 0, n; at < old.n; at += n) {
		struct img_span s;

		n = img_anon_address_text(w, old, at, out);
		if (n > 0)
			continue;
		if (separates(old.p[at], how)) {
			secret = secret && old.p[at] != ',' && old.p[at] != '\n';
			img_buf_put(out, old.p + at, 1);
			n = 1;
			continue;
		}
		while (at + n < old.n && !separates(old.p[at + n], how))
			n++;
		s = part(old, at, n);
		if (!secret && (is_punctuation(s) || ((how & IMG_ANON_NUMBERS) && is_number(s))))
			img_buf_put(out, s.p, s.n);
		else if (put_word(w, s, secret ? 0 : lists, out, err) < 0)
			return -1;
		secret = secret || (at + n < old.n && old.p[at + n] == '=' && is_secret(s));
	}
	return out->failed ? img_fail_mem(err) : 0;
}
