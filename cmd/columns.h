/* Shared by the tools that show columns: their options, and lines as text or as JSON. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include "cmd/explore.h"
#include "libimg/view/table.h"

/* One run. Zero it, set `tool`, whose columns they are. */
struct columns {
	const struct tool *tool;
	const struct img_column *all; /* of this view; NULL: those of the tool */
	const char *list;             /* of --output */
	bool plain_names;             /* libarchive would recode names for the locale: leave it */
	struct img_columns sel;       /* after columns_check(): empty if there is no --output */
	struct img_table_style style;
	const char *given; /* the last option that is about columns, except --output */
	bool wanted;       /* --output was given */
	enum columns_when { COLUMNS_AUTO, COLUMNS_ALWAYS, COLUMNS_NEVER } color;
	struct img_table *table;
};

/*
 * The rows of the option table. Letters for --noheadings, --raw and --bytes where they are free
 * (those of util-linux), else numbers.
 */
enum {
	COLUMNS_COLOR = 1100,
	COLUMNS_NOHEADINGS,
	COLUMNS_RAW,
	COLUMNS_BYTES,
};
#define COLUMNS_OPTS(noheadings, raw)                                                              \
	{ 'o', "output", "LIST", "show these columns; +LIST: the usual ones and these" },          \
		{ noheadings, "noheadings", NULL, "with columns: without their headings" },        \
		{ raw, "raw", NULL, "with columns: one blank between them; for scripts" },         \
	{                                                                                          \
		COLUMNS_COLOR, "color", "WHEN", "with columns: auto (default), always or never"    \
	}
#define COLUMNS_OPT_BYTES(bytes)                                                                   \
	{                                                                                          \
		bytes, "bytes", NULL, "with columns: sizes in bytes"                               \
	}

/* An option that tool_getopt() returned; false: it is not about columns. */
bool columns_opt(struct columns *c, int opt, const char *arg);

/*
 * After the last option. `json`: of --json. A tool that shows nothing but columns has its usual
 * ones without --output (as JSON all of them); others have none. What does not go together is a
 * usage error.
 */
void columns_check(struct columns *c, bool json, bool always);

/* A table on x->out: its lines, its end. What a row is the columns know. */
void columns_begin(struct columns *c, struct explore *x);
void columns_row(struct columns *c, struct explore *x, const void *row);
void columns_end(struct columns *c, struct explore *x);

#endif
