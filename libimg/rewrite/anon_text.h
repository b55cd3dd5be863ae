/* Paths and names of an anonymized dump, word by word. */
#ifndef IMG_ANON_TEXT_H
#define IMG_ANON_TEXT_H

#include "libimg/rewrite/words.h"

/* How a name is split. */
enum {
	IMG_ANON_DOTS = 1,    /* dots separate too: host names */
	IMG_ANON_NUMBERS = 2, /* digits alone stay: values of options */
};

/*
 * A path, component by component: what does not stand on one of these lists (IMG_KEPT_…)
 * becomes another word. Forms that CRIU and the kernel give to names stay. The new one is
 * appended to *out. 0, or -1 with *err: no memory.
 */
int img_anon_path(struct img_words *w, struct img_span old, unsigned lists, struct img_buf *out,
		  struct img_err *err);

/*
 * Text with words in it: what separates them (blanks, brackets, quotes and / : , = @ ;) stays,
 * and addresses are mapped as such. Of "password=" and the like no value stays.
 */
int img_anon_name(struct img_words *w, struct img_span old, unsigned lists, unsigned how,
		  struct img_buf *out, struct img_err *err);

/* How much of a word is the word: the rest (".log", ".so.1") stays. */
size_t img_anon_stem(struct img_span word);

/*
 * Append what becomes of an address, of IP or hardware, that stands at `at` as text. Returns its
 * length there; 0: none does.
 */
size_t img_anon_address_text(const struct img_words *w, struct img_span s, size_t at,
			     struct img_buf *out);

#endif
