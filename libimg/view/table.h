/*
 * Rows as columns: aligned for people, with one blank between them for scripts, or as members
 * of JSON objects. A column is a row of a table: its name, its words, the function that has its
 * value. What a row is, its functions know.
 *
 *	img_columns_add(&sel, all, "pid,comm", &bad);
 *	t = img_table_new(&sel, &style, out);
 *	img_table_row(t, &row);
 *	img_table_end(t);
 *
 * Memory: the first rows are held, up to IMG_TABLE_HOLD bytes of them, and decide how wide each
 * column is. Later ones are written as they come; where one has a wider cell, its column is that
 * wide from there on. So a million rows need no more memory than ten thousand.
 */
#ifndef IMG_TABLE_H
#define IMG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/base/out.h"
#include "libimg/json/jw.h"

#define IMG_TABLE_HOLD ((size_t)1 << 20)

struct img_cell;

enum {
	IMG_COL_DEFAULT = 1, /* shown unless a list of columns says otherwise */
	IMG_COL_RIGHT = 2,   /* numbers end below each other */
	IMG_COL_TREE = 4,    /* its cells have branches, see img_cell_branch() */
};

/* A column. A table of them ends with a row without a name. */
struct img_column {
	const char *name; /* upper case; its key in JSON is the same in lower case */
	unsigned flags;
	unsigned needs; /* bits of the tool's own: what it must read for this column */
	const char *help;
	/* Put the value of a row; to put nothing is to have none. */
	void (*get)(struct img_cell *c, const void *row);
};

/* The columns of a run, in their order. */
enum { IMG_COLUMNS_MAX = 64 };
struct img_columns {
	const struct img_column *v[IMG_COLUMNS_MAX];
	size_t n;
};

/* Those of IMG_COL_DEFAULT; all of them. */
void img_columns_default(struct img_columns *s, const struct img_column *all);
void img_columns_all(struct img_columns *s, const struct img_column *all);

/*
 * Add those of a list: names in upper or lower case, joined by commas; a + before it stands for
 * the default ones. False, and *bad is the rest of the list from the word that is no column, or
 * that is one too many.
 */
bool img_columns_add(struct img_columns *s, const struct img_column *all, const char *list,
		     const char **bad);

/* What they need to be read. */
unsigned img_columns_need(const struct img_columns *s);

/* ---- cells ---- */

/* What a cell means besides its words, for those who see colours. */
enum img_mark { IMG_MARK_NONE, IMG_MARK_GOOD, IMG_MARK_NOTE, IMG_MARK_BAD };

/* Values. After img_cell_list() each of them is an item of a list. */
void img_cell_str(struct img_cell *c, const char *s);            /* words of our own */
void img_cell_name(struct img_cell *c, const void *p, size_t n); /* bytes of an image */
void img_cell_uint(struct img_cell *c, uint64_t v);
void img_cell_int(struct img_cell *c, int64_t v);
void img_cell_hex(struct img_cell *c, uint64_t v, unsigned digits); /* in JSON a number */
void img_cell_size(struct img_cell *c, uint64_t bytes);             /* "1.5M"; in JSON bytes */
void img_cell_bool(struct img_cell *c, bool v);                     /* "yes", or none */
void img_cell_list(struct img_cell *c);

/* A value that is written piece by piece, as valid UTF-8 that needs no escapes. */
struct img_out *img_cell_text(struct img_cell *c);
void img_cell_text_end(struct img_cell *c);

/* For values that JSON has as they are, and text in another form. */
bool img_cell_is_json(const struct img_cell *c);

void img_cell_mark(struct img_cell *c, enum img_mark mark);

/*
 * The branches before the value: last[i] says whether that of depth i + 1 ends there. Below
 * IMG_TABLE_DEPTH the depth is a number, or the text would grow with its square.
 */
enum { IMG_TABLE_DEPTH = 1000 };
void img_cell_branch(struct img_cell *c, unsigned depth, const bool *last);

/*
 * Of n rows in the order of a tree, each `level` below a root: is it the last one of its parent?
 * 0, or -1: no memory.
 */
int img_branches(const unsigned *level, size_t n, bool *last);

/* ---- tables ---- */

struct img_table_style {
	bool raw; /* columns are not aligned, blanks in them are \x20, none is - */
	bool noheadings;
	bool bytes; /* sizes in bytes */
	bool utf8;  /* branches of box drawing characters */
	bool color;
	bool json; /* img_table_json() is what will be called: no headings */
};

struct img_table;

/*
 * All of them must outlive it. The widths of characters are those of wcwidth(3) in the locale
 * that the program has set. NULL: no memory.
 */
struct img_table *img_table_new(const struct img_columns *s, const struct img_table_style *style,
				struct img_out *out);

/* A line. */
void img_table_row(struct img_table *t, const void *row);

/* Members of the object that is open in w; a column without a value is null. */
void img_table_json(struct img_table *t, const void *row, struct img_jw *w);

/* Write what is held, and free it. 0, or -1 with *err: no memory. */
int img_table_end(struct img_table *t, struct img_err *err);

#endif
