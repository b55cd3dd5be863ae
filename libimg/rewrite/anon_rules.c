#include "libimg/rewrite/anon_rules.h"

#include <ctype.h>
#include <string.h>

#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/kept.h"
#include "libimg/rewrite/raw_word.h"

static bool is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* Between words, whatever they are: addresses hold none of these but in "[ADDRESS]:PORT". */
static bool is_mark(uint8_t c)
{
	return c != '\0' && strchr("\\\"{},;()=<>", c) != NULL;
}

/* Between the parts of what is no address. */
static bool is_joint(uint8_t c)
{
	return c != '\0' && strchr("/:[]@|&~^'`+*", c) != NULL;
}

static size_t digits(struct img_span s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && isdigit(s.p[at + n]))
		n++;
	return n;
}

/* "0x1f": of a mark. */
static bool is_hex(struct img_span s)
{
	size_t i = 2;

	if (s.n < 3 || s.p[0] != '0' || s.p[1] != 'x')
		return false;
	while (i < s.n && isxdigit(s.p[i]))
		i++;
	return i == s.n;
}

/* "1h30m", "10s100ms": of nft. */
static bool is_duration(struct img_span s)
{
	size_t at = 0;

	while (at < s.n) {
		size_t n = digits(s, at);

		at += n;
		if (n == 0 || at == s.n || strchr("dhms", s.p[at]) == NULL)
			return false;
		at += s.p[at] == 'm' && at + 1 < s.n && s.p[at + 1] == 's' ? 2 : 1;
	}
	return s.n > 0;
}

/* "2038-01-19T03": where iptables begins and ends, without the minutes. */
static bool is_date(struct img_span s)
{
	static const char form[] = "0000-00-00T00";

	for (size_t i = 0; i < s.n && s.n == strlen(form); i++)
		if (form[i] == '0' ? !isdigit(s.p[i]) : s.p[i] != (uint8_t)form[i])
			return false;
	return s.n == strlen(form);
}

/* Between bars a text has hexadecimal digits, and has to stay one: "|0d0a|". */
static bool put_hex_digits(struct img_anon *a, struct img_raw_words *to, struct img_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!isxdigit(s.p[i]))
			return false;
	for (size_t i = 0; i < s.n; i++) {
		uint64_t of[2] = { img_words_draw(a->how.words, 's', s.p, s.n), i };

		img_buf_put(
			to->out,
			&"0123456789abcdef"[img_words_draw(a->how.words, 'S', of, sizeof(of)) & 15],
			1);
	}
	img_anon_tally(a, IMG_CLASS_NAME, s.p, s.n);
	return true;
}

/* Arguments that a person has written, or that packets are searched for: numbers are words there. */
static bool is_free_text(struct img_span option)
{
	static const char *const options[] = { "comment",      "prefix",         "--comment",
					       "--log-prefix", "--nflog-prefix", "--ulog-prefix",
					       "--string",     "--hex-string" };

	for (size_t i = 0; i < sizeof(options) / sizeof(*options); i++)
		if (strlen(options[i]) == option.n && memcmp(options[i], option.p, option.n) == 0)
			return true;
	return false;
}

static int put_part(struct img_anon *a, struct img_raw_words *to, struct img_span s, bool free,
		    struct img_err *err)
{
	size_t at = to->out->n;

	if (!free && (is_hex(s) || is_duration(s) || is_date(s))) {
		img_buf_put(to->out, s.p, s.n);
		return 0;
	}
	if (img_anon_name(a->how.words, s, IMG_KEPT_FIREWALL | IMG_KEPT_DEVICE,
			  free ? 0 : IMG_ANON_NUMBERS, to->out, err) < 0)
		return -1;
	if (to->out->n - at != s.n || memcmp(to->out->p + at, s.p, s.n) != 0)
		img_anon_tally(a, IMG_CLASS_NAME, s.p, s.n);
	return 0;
}

/* A word that is no address, part by part. */
static int put_parts(struct img_anon *a, struct img_raw_words *to, struct img_span s, bool free,
		     struct img_err *err)
{
	for (size_t at = 0, n; at < s.n; at += n) {
		struct img_span one;
		bool bars;

		n = 0;
		while (at + n < s.n && !is_joint(s.p[at + n]))
			n++;
		one = (struct img_span){ s.p + at, n, s.off + at };
		bars = free && at > 0 && s.p[at - 1] == '|';
		if (n > 0 && !(bars && put_hex_digits(a, to, one)) &&
		    put_part(a, to, one, free, err) < 0)
			return -1;
		for (; at + n < s.n && is_joint(s.p[at + n]); n++)
			img_buf_put(to->out, s.p + at + n, 1);
	}
	return 0;
}

/* A hardware address is six pairs of digits: the whole of a word, as img_anon_name() has it. */
static bool is_mac(struct img_span s)
{
	for (size_t i = 0; i < s.n; i++)
		if (i % 3 == 2 ? s.p[i] != ':' : !isxdigit(s.p[i]))
			return false;
	return s.n == 17;
}

static int put_word(struct img_anon *a, struct img_raw_words *to, struct img_span s, bool free,
		    struct img_err *err)
{
	int r = is_mac(s) ? 0 : img_raw_word_address(to, s, 0, err);

	if (r != 0)
		return r < 0 ? -1 : 0;
	if (is_mac(s))
		return img_anon_name(a->how.words, s, 0, 0, to->out, err);
	return put_parts(a, to, s, free, err);
}

static int put_line(void *arg, struct img_raw_words *to, struct img_span line, struct img_err *err)
{
	bool quoted = false, free = false;
	size_t at = 0, n;

	while (at < line.n && is_space(line.p[at]))
		at++;
	if (at < line.n && line.p[at] == '#')
		return 0;
	for (at = 0; at < line.n; at += n) {
		struct img_span s = { line.p + at, 0, line.off + at };

		while (at + s.n < line.n && !is_space(line.p[at + s.n]) &&
		       !is_mark(line.p[at + s.n]))
			s.n++;
		n = s.n > 0 ? s.n : 1;
		if (s.n > 0 && put_word(arg, to, s, free, err) < 0)
			return -1;
		if (s.n > 0 && !quoted)
			free = is_free_text(s);
		if (s.n > 0)
			continue;
		img_buf_put(to->out, line.p + at, 1);
		if (line.p[at] == '"' && (at == 0 || line.p[at - 1] != '\\')) {
			free = free && !quoted;
			quoted = !quoted;
		}
	}
	return 0;
}

int img_anon_rules(struct img_anon *a, struct img_raw_run *run, struct img_err *err)
{
	return img_raw_lines(run, put_line, a, err);
}
