#include "libimg/rewrite/anon_log.h"

#include <ctype.h>
#include <string.h>

#include "libimg/rewrite/anon_state.h"
#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/kept.h"
#include "libimg/rewrite/raw_word.h"

struct log {
	struct img_anon *a;
	const struct img_leak *l;
};

enum { ANY_LIST = ~0 };

static struct img_span part(struct img_span s, size_t from, size_t end)
{
	return (struct img_span){ s.p + from, end - from, s.off + from };
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\0';
}

/* Colons do not: they are part of addresses. */
static bool separates(uint8_t c)
{
	return is_blank(c) || strchr("/,=@;()[]{}<>\"'`|", c) != NULL;
}

/* Where the byte c stands from `at` on, or the end. */
static size_t upto(struct img_span s, size_t at, uint8_t c)
{
	const uint8_t *p = memchr(s.p + at, c, s.n - at);

	return p != NULL ? (size_t)(p - s.p) : s.n;
}

/* What closes a text that this byte opens; 0: it opens none. "can't" is no quote. */
static uint8_t closes(struct img_span s, size_t at)
{
	switch (s.p[at]) {
	case '`': return '\'';
	case '"': return '"';
	case '\'': return at == 0 || !isalnum(s.p[at - 1]) ? '\'' : 0;
	default: return 0;
	}
}

/*
 * Where a path ends that begins at `at`. One in brackets or quotes may have blanks in it; a colon
 * ends it only where words or numbers of the log follow.
 */
static size_t path_end(struct img_span s, size_t at)
{
	size_t end = at > 0 && s.p[at - 1] == '[' ? upto(s, at, ']') : s.n;

	if (end < s.n)
		return end;
	for (end = at; end < s.n; end++) {
		if (s.p[end] != '/' && s.p[end] != '=' && s.p[end] != '@' && separates(s.p[end]))
			break;
		if (s.p[end] == ':' &&
		    (end + 1 == s.n || is_blank(s.p[end + 1]) || isdigit(s.p[end + 1])))
			break;
	}
	return end;
}

/* A word that the table has, with or without its end: mapped. Digits are times and numbers here. */
static int put_known(struct log *g, struct img_span s, struct img_buf *out, bool *known,
		     struct img_err *err)
{
	size_t ends[2] = { s.n, img_anon_stem(s) };
	size_t digits = 0;

	while (digits < s.n && (isdigit(s.p[digits]) || s.p[digits] == '.'))
		digits++;
	*known = false;
	for (size_t i = 0; i < 2 && digits < s.n; i++) {
		if (ends[i] == 0 || !img_words_has(g->a->how.words, s.p, ends[i]))
			continue;
		*known = true;
		if (img_words_map(g->a->how.words, s.p, ends[i], out, err) < 0)
			return -1;
		img_buf_put(out, s.p + ends[i], s.n - ends[i]);
		return 0;
	}
	return 0;
}

/*
 * What no table knows, up to `end`, but for addresses that are joined to something,
 * "10.0.0.1:2-10.0.0.3:4". Returns where it ends: of an address with colons that is later.
 */
static size_t put_unknown(struct log *g, struct img_span s, size_t at, size_t end,
			  struct img_buf *out)
{
	size_t i = at, n;

	for (; i < end; i += n) {
		n = i > at && !isalnum(s.p[i - 1]) && s.p[i - 1] != '.'
			    ? img_anon_address_text(g->a->how.words, s, i, out)
			    : 0;
		if (n == 0)
			img_buf_put(out, s.p + i, n = 1);
	}
	return i;
}

/* A word, or several with colons between them. */
static int put_word(struct log *g, struct img_span s, struct img_buf *out, struct img_err *err)
{
	size_t at = img_anon_address_text(g->a->how.words, s, 0, out);
	bool known = at > 0;

	if (!known && put_known(g, s, out, &known, err) < 0)
		return -1;
	if (known && at == 0)
		return 0;
	while (at < s.n) {
		size_t end = upto(s, at, ':');

		if (put_known(g, part(s, at, end), out, &known, err) < 0)
			return -1;
		at = known ? end : put_unknown(g, s, at, end, out);
		if (at < s.n)
			img_buf_put(out, s.p + at++, 1);
	}
	return 0;
}

/* "Running on HOST Linux ...": the dump itself may not have the name. */
static size_t host_at(struct img_span line)
{
	static const char head[] = "Running on ";
	const uint8_t *p = memmem(line.p, line.n, head, strlen(head));

	return p != NULL ? (size_t)(p - line.p) + strlen(head) : line.n;
}

static int put_line(void *arg, struct img_raw_words *to, struct img_span line, struct img_err *err)
{
	struct log *g = arg;
	struct img_words *w = g->a->how.words;
	size_t host = host_at(line), end;
	int r = 0;

	for (size_t at = 0; at < line.n && r == 0; at = end) {
		uint8_t close = closes(line, at);
		bool root = line.p[at] == '/' &&
			    (at == 0 || separates(line.p[at - 1]) || line.p[at - 1] == ':');

		end = at;
		while (end < line.n && !separates(line.p[end]))
			end++;
		if (at == host) {
			r = img_anon_name(w, part(line, at, end), IMG_KEPT_HOST, IMG_ANON_DOTS,
					  to->out, err);
		} else if (close != 0 && upto(line, at + 1, close) < line.n) {
			end = upto(line, at + 1, close);
			img_buf_put(to->out, line.p + at, 1);
			r = line.p[at + 1] == '/'
				    ? img_anon_path(w, part(line, at + 1, end),
						    IMG_KEPT_PATH | IMG_KEPT_LIB, to->out, err)
				    : img_anon_name(w, part(line, at + 1, end), (unsigned)ANY_LIST,
						    IMG_ANON_NUMBERS, to->out, err);
			img_buf_put(to->out, line.p + end++, 1);
		} else if (root) {
			end = path_end(line, at);
			r = img_anon_path(w, part(line, at, end), IMG_KEPT_PATH | IMG_KEPT_LIB,
					  to->out, err);
		} else if (end == at) {
			img_buf_put(to->out, line.p + end++, 1);
		} else {
			r = put_word(g, part(line, at, end), to->out, err);
		}
	}
	if (g->l != NULL && to->out->n > 0)
		img_leak_blank(g->l, to->out->p, to->out->n);
	return r;
}

int img_anon_log(struct img_anon *a, struct img_in *in, struct img_out *out,
		 const struct img_leak *l, struct img_err *err)
{
	struct log g = { a, l };
	struct img_raw_run run = { .in = in, .out = out };

	return img_raw_lines(&run, put_line, &g, err);
}
