#include "libimg/memory/grep.h"

#include <errno.h>
#include <limits.h>
#include <regex.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/memory/window.h"

struct img_pattern {
	bool fixed, icase;
	regex_t re;
	bool has_line;
	regex_t line; /* does the line that begins here have a match? */
	size_t n;     /* of a fixed string */
	uint8_t text[];
};

struct img_grep {
	const struct img_pattern *pattern;
	struct img_windows *slide;
	size_t context, reach;
	struct img_window win;
	bool begun;
	size_t from; /* where in the window to continue */
	struct line {
		size_t start, end;
		size_t ask, to; /* matches may begin before `ask`; they are searched up to `to` */
	} line;        /* the first long line of the window that ends after the searched part */
	uint8_t *text; /* of a regular expression: the window with NUL as newline */
	size_t text_cap;
	bool failed; /* no memory for matching */
	void (*tick)(void *arg, uint64_t done);
	void *tick_arg;
};

static uint8_t lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

static uint8_t upper(uint8_t c)
{
	return c >= 'a' && c <= 'z' ? (uint8_t)(c - 32) : c;
}

/*
 * regexec() starts again at each byte, which is quadratic in a line that nearly matches
 * everywhere. An expression for the whole line finds in one pass that there is no match. Not for
 * expressions that span lines, or refer to groups by number.
 */
static void compile_line(struct img_pattern *g)
{
	const char *text = (const char *)g->text;
	char *whole;

	for (const char *p = text; *p != '\0'; p++)
		if (*p == '\n' || (*p == '\\' && p[1] >= '1' && p[1] <= '9'))
			return;
	whole = img_realloc(NULL, g->n + sizeof("^.*()"));
	if (whole == NULL)
		return;
	snprintf(whole, g->n + sizeof("^.*()"), "^.*(%s)", text);
	g->has_line =
		regcomp(&g->line, whole,
			REG_EXTENDED | REG_NEWLINE | REG_NOSUB | (g->icase ? REG_ICASE : 0)) == 0;
	img_free(whole);
}

struct img_pattern *img_pattern_new(const char *text, unsigned flags, struct img_err *err)
{
	size_t n = strlen(text);
	struct img_pattern *g = img_calloc(1, sizeof(*g) + n + 1);
	char why[160];
	int r;

	if (g == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	g->fixed = (flags & IMG_GREP_FIXED) != 0;
	g->icase = (flags & IMG_GREP_ICASE) != 0;
	g->n = n;
	memcpy(g->text, text, n);
	if (n == 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "pattern is empty");
		img_free(g);
		return NULL;
	}
	if (g->fixed && n > IMG_GREP_MAX) {
		img_fail(err, IMG_ELIMIT, IMG_NOWHERE, "pattern is longer than %d bytes",
			 IMG_GREP_MAX);
		img_free(g);
		return NULL;
	}
	for (size_t i = 0; g->fixed && g->icase && i < n; i++)
		g->text[i] = lower(g->text[i]);
	if (g->fixed)
		return g;
	r = regcomp(&g->re, text, REG_EXTENDED | REG_NEWLINE | (g->icase ? REG_ICASE : 0));
	if (r == REG_ESPACE) {
		img_free(g);
		img_fail_mem(err);
		return NULL;
	}
	if (r != 0) {
		regerror(r, &g->re, why, sizeof(why));
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "bad pattern: %s", why);
		img_free(g);
		return NULL;
	}
	compile_line(g);
	return g;
}

void img_pattern_free(struct img_pattern *g)
{
	if (g != NULL && !g->fixed)
		regfree(&g->re);
	if (g != NULL && g->has_line)
		regfree(&g->line);
	img_free(g);
}

struct img_grep *img_grep_new(struct img_mem *m, struct img_pattern *pattern, size_t context)
{
	struct img_grep *g = img_calloc(1, sizeof(*g));

	if (g == NULL)
		return NULL;
	g->pattern = pattern;
	g->context = context < IMG_GREP_CONTEXT ? context : IMG_GREP_CONTEXT;
	g->reach = pattern->fixed ? pattern->n : IMG_GREP_MAX;
	g->slide = img_windows_new(m, g->reach + g->context);
	if (g->slide == NULL) {
		img_free(g);
		return NULL;
	}
	return g;
}

void img_grep_free(struct img_grep *g)
{
	if (g == NULL)
		return;
	img_windows_free(g->slide);
	img_free(g->text);
	img_free(g);
}

void img_grep_over(struct img_grep *g, uint64_t start, uint64_t end)
{
	img_windows_over(g->slide, start, end);
	g->begun = false;
	g->from = 0;
	memset(&g->win, 0, sizeof(g->win));
}

void img_grep_watch(struct img_grep *g, void (*tick)(void *arg, uint64_t done), void *arg)
{
	g->tick = tick;
	g->tick_arg = arg;
}

/* ---- fixed strings ---- */

static bool same(const uint8_t *p, const uint8_t *low, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(p[i]) != low[i])
			return false;
	return true;
}

/* Find the next of two bytes, each by itself: memchr() is fast. */
static const uint8_t *either(const uint8_t *p, const uint8_t *end, const uint8_t c[2],
			     const uint8_t *next[2])
{
	for (int i = 0; i < 2; i++) {
		if (next[i] != NULL && next[i] >= p)
			continue;
		next[i] = memchr(p, c[i], (size_t)(end - p));
		if (next[i] == NULL)
			next[i] = end;
	}
	return next[0] < next[1] ? next[0] : next[1];
}

static const uint8_t *find_icase(const uint8_t *p, size_t n, const uint8_t *low, size_t m)
{
	const uint8_t c[2] = { low[0], upper(low[0]) };
	const uint8_t *next[2] = { NULL, NULL };
	const uint8_t *end;

	if (n < m)
		return NULL;
	end = p + (n - m) + 1;
	for (p = either(p, end, c, next); p < end; p = either(p + 1, end, c, next))
		if (same(p, low, m))
			return p;
	return NULL;
}

static bool find_fixed(const struct img_grep *g, size_t from, size_t *so, size_t *eo)
{
	const struct img_pattern *t = g->pattern;
	const uint8_t *p = g->win.p + from;
	size_t n = g->win.n - from;
	const uint8_t *at =
		t->icase ? find_icase(p, n, t->text, t->n) : memmem(p, n, t->text, t->n);

	if (at == NULL)
		return false;
	*so = (size_t)(at - g->win.p);
	*eo = *so + t->n;
	return true;
}

/* ---- regular expressions ---- */

/*
 * Match in text[from, to), which must have room for a NUL after it. The byte before `from` is in
 * the window, unless a contiguous range begins there.
 */
static bool run(struct img_grep *g, const regex_t *re, int flags, size_t from, size_t to,
		regmatch_t *m)
{
	uint8_t saved = g->text[to];
	int r;

	/* The end of a window ends a line only if nothing known follows. */
	if (to < g->win.n ? saved != '\n' : !g->win.last)
		flags |= REG_NOTEOL;
#ifdef REG_STARTEND
	m->rm_so = 0;
	m->rm_eo = (regoff_t)(to - from);
	flags |= REG_STARTEND;
#endif
	g->text[to] = '\0';
	errno = 0;
	r = regexec(re, (const char *)g->text + from, 1, m, flags);
	g->text[to] = saved;
	/* glibc's also reports no match when it is out of memory. */
	g->failed = g->failed || (r != 0 && (r != REG_NOMATCH || errno == ENOMEM));
	return r == 0;
}

static bool match(struct img_grep *g, size_t from, size_t to, size_t *so, size_t *eo)
{
	regmatch_t m;

	if (!run(g, &g->pattern->re, from > 0 && g->text[from - 1] != '\n' ? REG_NOTBOL : 0, from,
		 to, &m))
		return false;
	*so = from + (size_t)m.rm_so;
	*eo = from + (size_t)m.rm_eo;
	return true;
}

/* ---- long lines ---- */

/* The next long line of the window that ends after `from`. */
static void next_long(struct img_grep *g, size_t from)
{
	enum { LONG = 2 << 10 };
	struct line *l = &g->line;

	if (l->end > from)
		return;
	for (l->start = from; l->start < g->win.n; l->start = l->end + 1) {
		const uint8_t *nl = memchr(g->text + l->start, '\n', g->win.n - l->start);

		l->end = nl != NULL ? (size_t)(nl - g->text) : g->win.n;
		if (l->end - l->start > LONG) {
			l->ask = l->start;
			return;
		}
	}
	l->start = l->end = g->win.n;
}

/*
 * Can a match begin in a long line at or soon after `from`? If not, *from advances. Called once
 * per part of the line, however many matches there are.
 */
static bool may_match(struct img_grep *g, size_t *from)
{
	struct line *l = &g->line;
	regmatch_t m;

	while (*from >= l->ask && *from < l->end) {
		l->to = l->end - *from > 2 * IMG_GREP_MAX ? *from + 2 * IMG_GREP_MAX : l->end;
		l->ask = l->to < l->end ? *from + IMG_GREP_MAX : l->end;
		if (run(g, &g->pattern->line, 0, *from, l->to, &m))
			return true;
		*from = l->ask;
	}
	return *from < l->end;
}

/*
 * The next bytes to search, up to *to, in which matches that begin before *limit count. False:
 * nothing that could match is left.
 */
static bool next_part(struct img_grep *g, size_t *from, size_t *limit, size_t *to)
{
	struct line *l = &g->line;

	*limit = *to = g->win.n;
	if (!g->pattern->has_line)
		return *from < *to;
	for (; *from < g->win.n; ++*from) {
		next_long(g, *from);
		if (*from < l->start) {
			*limit = *to = l->start;
			return true;
		}
		if (may_match(g, from)) {
			*limit = l->ask;
			*to = l->to;
			return true;
		}
	}
	return false;
}

/* Does a match lie within text[from, to)? It may claim one at `from` that is none (of "^x"). */
static bool has_match(struct img_grep *g, size_t from, size_t to)
{
	regmatch_t m;

	return run(g, &g->pattern->line, 0, from, to, &m);
}

/*
 * Where to search on after a match at `start` was too long and no shorter one begins there. Each
 * start up to the end of the line may be of that kind ("x[^ ]*$"), and costs a pass or many: so
 * find the first end of a match, and the last start before that end. No match that is short
 * enough begins more than IMG_GREP_MAX before that end, nor up to that start if it does so.
 */
static size_t skip_too_long(struct img_grep *g, size_t start, size_t to)
{
	size_t from = start + 1, lo, hi, end;

	if (!g->pattern->has_line || from >= to)
		return from;
	if (!has_match(g, from, to))
		return to;
	for (lo = from, hi = to; lo < hi;) {
		size_t mid = lo + (hi - lo) / 2;

		if (has_match(g, from, mid))
			hi = mid;
		else
			lo = mid + 1;
	}
	end = lo;
	for (lo = from, hi = end; lo < hi;) {
		size_t mid = hi - (hi - lo) / 2;

		if (has_match(g, mid, end))
			lo = mid;
		else
			hi = mid - 1;
	}
	if (end - lo > IMG_GREP_MAX)
		return lo + 1;
	return end > IMG_GREP_MAX && end - IMG_GREP_MAX > from ? end - IMG_GREP_MAX : from;
}

/*
 * The leftmost match from `from` on, the longest within IMG_GREP_MAX: independent of where windows
 * end.
 */
static bool find_regex(struct img_grep *g, size_t from, size_t *so, size_t *eo)
{
	size_t limit, to;

	while (next_part(g, &from, &limit, &to)) {
		size_t start, most;

		if (!match(g, from, to, so, eo) || *so >= limit) {
			from = limit;
			continue;
		}
		start = *so;
		most = to - start < IMG_GREP_MAX ? to : start + IMG_GREP_MAX;
		if (*eo - start > IMG_GREP_MAX &&
		    (!match(g, start, most, so, eo) || *so != start)) {
			from = skip_too_long(g, start, to);
			continue;
		}
		if (*eo > start)
			return true;
		from = start + 1;
	}
	return false;
}

static int translate(struct img_grep *g, struct img_err *err)
{
	size_t n = g->win.n;
	uint8_t *text;

	if (g->text_cap < n + 1) {
		text = img_realloc(g->text, n + 1);
		if (text == NULL)
			return img_fail_mem(err);
		g->text = text;
		g->text_cap = n + 1;
	}
	for (size_t i = 0; i < n; i++)
		g->text[i] = g->win.p[i] == '\0' ? '\n' : g->win.p[i];
	g->text[n] = '\0';
	g->line.start = g->line.end = 0;
	return 0;
}

/* ---- windows ---- */

/* Matches that begin here or later wait for the next window. */
static size_t limit(const struct img_grep *g)
{
	size_t hold = g->reach + g->context;

	if (g->win.last)
		return g->win.n;
	return g->win.n > hold ? g->win.n - hold : 0;
}

/* Slide on, keeping bytes that must be searched again or may be context. */
static int slide(struct img_grep *g, struct img_err *err)
{
	uint64_t resume = g->win.addr + g->from;
	size_t back = g->context > 0 ? g->context : 1;
	size_t first = g->from > back ? g->from - back : 0;
	int r = img_windows_next(g->slide, g->begun ? g->win.n - first : 0, &g->win, err);

	if (r <= 0)
		return r;
	g->from = g->begun && !g->win.first ? (size_t)(resume - g->win.addr) : 0;
	g->begun = true;
	if (g->tick != NULL)
		g->tick(g->tick_arg, img_windows_done(g->slide));
	return g->pattern->fixed || translate(g, err) == 0 ? 1 : -1;
}

int img_grep_next(struct img_grep *g, struct img_match *m, struct img_err *err)
{
	size_t so, eo;

	for (;;) {
		size_t lim = limit(g);
		int r;

		if (g->begun && g->from < lim) {
			bool found = g->pattern->fixed ? find_fixed(g, g->from, &so, &eo)
						       : find_regex(g, g->from, &so, &eo);

			if (g->failed)
				return img_fail_mem(err);
			if (found && so < lim) {
				g->from = eo;
				m->addr = g->win.addr + so;
				m->p = g->win.p + so;
				m->n = eo - so;
				m->before = so < g->context ? so : g->context;
				m->after = g->win.n - eo < g->context ? g->win.n - eo : g->context;
				return 1;
			}
			g->from = lim;
		}
		r = slide(g, err);
		if (r <= 0)
			return r;
	}
}
