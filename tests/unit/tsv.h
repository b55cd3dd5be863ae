/* Tables of tests/data/schema: lines of columns with tabs between them, '#' begins a comment. */
#ifndef UNIT_TSV_H
#define UNIT_TSV_H

#include "unit.h"

enum { TSV_COLUMNS = 12 };

struct tsv {
	FILE *f;
	char line[2048];
	char *col[TSV_COLUMNS];
};

static inline void tsv_open(struct tsv *t, const char *name)
{
	t->f = fopen(unit_path(name), "r");
	ck_assert_msg(t->f != NULL, "%s", unit_path(name));
}

/* The next row into t->col; false at the end of the file, which is closed then. */
static inline bool tsv_next(struct tsv *t, int columns)
{
	for (;;) {
		char *rest = t->line;

		if (fgets(t->line, sizeof(t->line), t->f) == NULL) {
			fclose(t->f);
			return false;
		}
		if (t->line[0] == '#')
			continue;
		t->line[strcspn(t->line, "\n")] = '\0';
		for (int i = 0; i < columns; i++) {
			t->col[i] = strsep(&rest, "\t");
			ck_assert_msg(t->col[i] != NULL, "%d columns are missing: %s", columns - i,
				      t->line);
		}
		ck_assert_ptr_null(rest);
		return true;
	}
}

#endif
