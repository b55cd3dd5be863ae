/* The words of an anonymized dump: the table that leads back, and lists of words to keep. */
#ifndef IMGANON_TABLE_H
#define IMGANON_TABLE_H

#include "cmd/tool.h"
#include "libimg/rewrite/anonymize.h"

/* Keep the words in a file, one a line; exits where it cannot be read. */
void anon_keep_words(const struct tool *t, struct img_words *w, const char *file);

/* Read a table, if there is such a file. A status. */
int anon_read_table(const struct tool *t, struct img_words *w, const char *file);

/* Write it, for its owner alone. 0, or -1 with *err. */
int anon_write_table(const struct img_words *w, const char *file, struct img_err *err);

/* What stands for what, one a line. */
void anon_show(const struct img_words *w, const struct img_anon *a, struct img_out *out);

#endif
