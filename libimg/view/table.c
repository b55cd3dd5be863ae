#include "libimg/view/table.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <wchar.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/base/utf8.h"
#include "libimg/view/text.h"

struct img_cell {
	const struct img_table_style *style;
	struct img_jw *w; /* NULL: text */
	struct img_out *o;
	struct img_buf buf; /* that o writes to */
	bool list, failed;
	unsigned n; /* values put */
	enum img_mark mark;
};

struct img_table {
	const struct img_columns *cols;
	struct img_table_style style;
	struct img_out *out;
	struct img_cell cell;
	size_t width[IMG_COLUMNS_MAX];
	struct img_buf held; /* cells: a struct held and its bytes each */
	bool headed;
	bool begun; /* lines were written: rows are no longer held */
};

struct held {
	uint32_t n, width, mark;
};

/* ---- columns ---- */

static void add_flagged(struct img_columns *s, const struct img_column *all, unsigned flags)
{
	for (; all->name != NULL && s->n < IMG_COLUMNS_MAX; all++)
		if ((all->flags & flags) == flags)
			s->v[s->n++] = all;
}

void img_columns_default(struct img_columns *s, const struct img_column *all)
{
	add_flagged(s, all, IMG_COL_DEFAULT);
}

void img_columns_all(struct img_columns *s, const struct img_column *all)
{
	add_flagged(s, all, 0);
}

static const struct img_column *find(const struct img_column *all, const char *p, size_t n)
{
	for (; all->name != NULL; all++)
		if (strlen(all->name) == n && strncasecmp(all->name, p, n) == 0)
			return all;
	return NULL;
}

bool img_columns_add(struct img_columns *s, const struct img_column *all, const char *list,
		     const char **bad)
{
	if (*list == '+') {
		img_columns_default(s, all);
		list++;
	}
	for (;; list++) {
		size_t n = strcspn(list, ",");
		const struct img_column *c = find(all, list, n);

		if (c == NULL || s->n == IMG_COLUMNS_MAX) {
			*bad = list;
			return false;
		}
		s->v[s->n++] = c;
		list += n;
		if (*list == '\0')
			return true;
	}
}

unsigned img_columns_need(const struct img_columns *s)
{
	unsigned needs = 0;

	for (size_t i = 0; i < s->n; i++)
		needs |= s->v[i]->needs;
	return needs;
}

/* ---- cells ---- */

/* What precedes a value. */
static void next(struct img_cell *c)
{
	if (c->w == NULL && c->n > 0)
		img_out_byte(c->o, ',');
	else if (c->w != NULL && c->list)
		img_jw_item(c->w);
	c->n++;
}

void img_cell_list(struct img_cell *c)
{
	c->list = true;
	if (c->w != NULL)
		img_jw_open(c->w, '[');
}

void img_cell_str(struct img_cell *c, const char *s)
{
	next(c);
	if (c->w != NULL)
		img_jw_plain(c->w, s);
	else
		img_text_put(c->o, s);
}

void img_cell_name(struct img_cell *c, const void *p, size_t n)
{
	next(c);
	if (c->w != NULL)
		img_jw_text(c->w, p, n);
	else
		img_text_name(c->o, p, n);
}

void img_cell_uint(struct img_cell *c, uint64_t v)
{
	next(c);
	if (c->w != NULL)
		img_jw_uint(c->w, v);
	else
		img_text_dec(c->o, v, 0);
}

void img_cell_int(struct img_cell *c, int64_t v)
{
	next(c);
	if (c->w != NULL)
		img_jw_int(c->w, v);
	else
		img_text_fmt(c->o, "%" PRId64, v);
}

void img_cell_hex(struct img_cell *c, uint64_t v, unsigned digits)
{
	if (c->w != NULL) {
		img_cell_uint(c, v);
		return;
	}
	next(c);
	img_text_hex(c->o, v, digits);
}

/* "512B", "4K", "1.5M": one digit after the point, unless it is 0. */
static void put_human(struct img_out *o, uint64_t v)
{
	static const char units[] = "BKMGTPE";
	unsigned u = 0, shift = 0;
	uint64_t tenths;

	while (u + 2 < sizeof(units) && v >> shift >= 1024) {
		shift += 10;
		u++;
	}
	/* The part below the unit has at most ten bits that count. */
	tenths = shift == 0 ? 0 : ((v >> (shift - 10) & 1023) * 10 + 512) / 1024;
	v >>= shift;
	if (tenths == 10) {
		v++;
		tenths = 0;
	}
	img_text_dec(o, v, 0);
	if (tenths > 0)
		img_text_fmt(o, ".%u", (unsigned)tenths);
	img_out_byte(o, (uint8_t)units[u]);
}

void img_cell_size(struct img_cell *c, uint64_t bytes)
{
	if (c->w != NULL || c->style->bytes) {
		img_cell_uint(c, bytes);
		return;
	}
	next(c);
	put_human(c->o, bytes);
}

void img_cell_bool(struct img_cell *c, bool v)
{
	if (c->w == NULL && !v)
		return;
	next(c);
	if (c->w != NULL)
		img_jw_bool(c->w, v);
	else
		img_text_put(c->o, "yes");
}

struct img_out *img_cell_text(struct img_cell *c)
{
	next(c);
	return c->o;
}

static bool flush(struct img_cell *c)
{
	struct img_err err;

	if (img_out_flush(c->o, &err) < 0)
		c->failed = true;
	return !c->failed;
}

void img_cell_text_end(struct img_cell *c)
{
	if (c->w == NULL)
		return;
	flush(c);
	img_jw_str(c->w, c->buf.p, c->buf.n);
	c->buf.n = 0;
}

bool img_cell_is_json(const struct img_cell *c)
{
	return c->w != NULL;
}

void img_cell_mark(struct img_cell *c, enum img_mark mark)
{
	c->mark = mark;
}

void img_cell_branch(struct img_cell *c, unsigned depth, const bool *last)
{
	/* As lsblk(8) and findmnt(8) draw them. */
	static const char *const glyphs[2][4] = {
		{ "| ", "  ", "|-", "`-" },
		{ "\xe2\x94\x82 ", "  ", "\xe2\x94\x9c\xe2\x94\x80", "\xe2\x94\x94\xe2\x94\x80" },
	};

	if (c->w != NULL || c->style->raw)
		return;
	if (depth > IMG_TABLE_DEPTH) {
		img_text_fmt(c->o, "(%u) ", depth);
		return;
	}
	for (unsigned i = 0; i < depth; i++)
		img_text_put(c->o, glyphs[c->style->utf8][(i + 1 == depth ? 2 : 0) + last[i]]);
}

int img_branches(const unsigned *level, size_t n, bool *last)
{
	unsigned deepest = 0, deep = 0;
	bool *seen;

	for (size_t i = 0; i < n; i++)
		deepest = level[i] > deepest ? level[i] : deepest;
	seen = img_calloc((size_t)deepest + 1, sizeof(*seen));
	if (seen == NULL)
		return -1;
	/* From the end: what was seen deeper than a row is below a later one. */
	for (size_t i = n; i-- > 0;) {
		for (; deep > level[i]; deep--)
			seen[deep] = false;
		last[i] = !seen[level[i]];
		seen[level[i]] = true;
		deep = level[i];
	}
	img_free(seen);
	return 0;
}

/* ---- lines ---- */

/* Columns of the terminal that n bytes of valid UTF-8 take. */
static size_t width_of(const uint8_t *p, size_t n)
{
	size_t width = 0;

	for (size_t i = 0; i < n;) {
		uint32_t ch = 0;
		size_t len = img_utf8_char(p + i, n - i, &ch);
		int w = ch < 0x80 ? 1 : wcwidth((wchar_t)ch);

		width += w < 0 ? 1 : (size_t)w;
		i += len > 0 ? len : 1;
	}
	return width;
}

static void spaces(struct img_out *o, size_t n)
{
	while (n-- > 0)
		img_out_byte(o, ' ');
}

enum { HEADING = 16 };

static void put_colored(struct img_table *t, const struct held *h, const uint8_t *p)
{
	static const char *const codes[] = {
		[IMG_MARK_GOOD] = "\033[32m",
		[IMG_MARK_NOTE] = "\033[33m",
		[IMG_MARK_BAD] = "\033[31m",
		[HEADING] = "\033[1m",
	};
	bool colored = t->style.color && h->n > 0 && codes[h->mark] != NULL;

	if (colored)
		img_text_put(t->out, codes[h->mark]);
	img_out_put(t->out, p, h->n);
	if (colored)
		img_text_put(t->out, "\033[0m");
}

/* A cell where it belongs; *owed: blanks that are due before the next bytes of the line. */
static void put_aligned(struct img_table *t, size_t col, const struct held *h, const uint8_t *p,
			size_t *owed)
{
	size_t pad;

	if (h->width > t->width[col])
		t->width[col] = h->width;
	pad = t->width[col] - h->width;
	if (t->cols->v[col]->flags & IMG_COL_RIGHT) {
		*owed += pad;
		pad = 0;
	}
	if (h->n > 0) {
		spaces(t->out, *owed);
		*owed = 0;
		put_colored(t, h, p);
	}
	*owed += pad + 1;
}

/* The cells of one line, at p; returns what follows them. */
static const uint8_t *put_line(struct img_table *t, const uint8_t *p)
{
	size_t owed = 0;

	for (size_t i = 0; i < t->cols->n; i++) {
		struct held h;

		memcpy(&h, p, sizeof(h));
		p += sizeof(h);
		put_aligned(t, i, &h, p, &owed);
		p += h.n;
	}
	img_out_byte(t->out, '\n');
	return p;
}

static void hold(struct img_table *t, size_t col, const void *p, size_t n, unsigned mark)
{
	struct held h = { (uint32_t)n, (uint32_t)width_of(p, n), mark };

	if (n > UINT32_MAX) {
		t->held.failed = true;
		return;
	}
	if (!t->begun && h.width > t->width[col])
		t->width[col] = h.width;
	img_buf_put(&t->held, &h, sizeof(h));
	img_buf_put(&t->held, p, n);
}

static void put_held(struct img_table *t)
{
	const uint8_t *p = t->held.p;

	t->begun = true;
	if (t->held.failed || t->held.n == 0)
		return;
	while (p < t->held.p + t->held.n)
		p = put_line(t, p);
	t->held.n = 0;
}

static void put_raw(struct img_table *t, size_t col)
{
	const uint8_t *p = t->cell.buf.p;
	size_t n = t->cell.buf.n;

	if (col > 0)
		img_out_byte(t->out, ' ');
	if (n == 0)
		img_out_byte(t->out, '-');
	else if (n == 1 && *p == '-')
		img_text_put(t->out, "\\x2d");
	else
		for (size_t i = 0; i < n; i++)
			if (p[i] == ' ')
				img_text_put(t->out, "\\x20");
			else
				img_out_byte(t->out, p[i]);
}

static void put_headings(struct img_table *t)
{
	if (t->headed || t->style.noheadings || t->style.json)
		return;
	t->headed = true;
	for (size_t i = 0; i < t->cols->n; i++) {
		const char *name = t->cols->v[i]->name;

		if (t->style.raw)
			img_text_fmt(t->out, "%s%s", i > 0 ? " " : "", name);
		else
			hold(t, i, name, strlen(name), HEADING);
	}
	if (t->style.raw)
		img_out_byte(t->out, '\n');
}

static void begin_cell(struct img_table *t, struct img_jw *w)
{
	t->cell.w = w;
	t->cell.n = 0;
	t->cell.list = false;
	t->cell.mark = IMG_MARK_NONE;
	t->cell.buf.n = 0;
}

void img_table_row(struct img_table *t, const void *row)
{
	put_headings(t);
	for (size_t i = 0; i < t->cols->n; i++) {
		begin_cell(t, NULL);
		t->cols->v[i]->get(&t->cell, row);
		if (!flush(&t->cell))
			return;
		if (t->style.raw)
			put_raw(t, i);
		else
			hold(t, i, t->cell.buf.p, t->cell.buf.n, t->cell.mark);
	}
	if (t->style.raw)
		img_out_byte(t->out, '\n');
	else if (t->begun || t->held.n > IMG_TABLE_HOLD)
		put_held(t);
}

void img_table_json(struct img_table *t, const void *row, struct img_jw *w)
{
	for (size_t i = 0; i < t->cols->n; i++) {
		const char *name = t->cols->v[i]->name;
		char key[32];
		size_t n = 0;

		for (; name[n] != '\0' && n + 1 < sizeof(key); n++)
			key[n] = (char)tolower((unsigned char)name[n]);
		key[n] = '\0';
		img_jw_name(w, key);
		begin_cell(t, w);
		t->cols->v[i]->get(&t->cell, row);
		if (t->cell.list)
			img_jw_close(w, ']');
		else if (t->cell.n == 0)
			img_out_put(w->o, "null", 4);
	}
}

struct img_table *img_table_new(const struct img_columns *s, const struct img_table_style *style,
				struct img_out *out)
{
	struct img_table *t = img_calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->cols = s;
	t->style = *style;
	t->out = out;
	t->cell.style = &t->style;
	t->cell.o = img_out_mem(&t->cell.buf);
	if (t->cell.o == NULL) {
		img_free(t);
		return NULL;
	}
	return t;
}

int img_table_end(struct img_table *t, struct img_err *err)
{
	bool failed;

	if (t == NULL)
		return 0;
	put_headings(t);
	put_held(t);
	failed = t->cell.failed || t->cell.buf.failed || t->held.failed;
	img_out_free(t->cell.o);
	img_buf_free(&t->cell.buf);
	img_buf_free(&t->held);
	img_free(t);
	return failed ? img_fail_mem(err) : 0;
}
