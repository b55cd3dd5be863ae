/*
 * What stands for what in an anonymized dump: one table of words for all images, for paths and
 * names alike, so that equal words stay equal. All is drawn from one key: nothing else decides
 * what a word of four bytes or more becomes.
 */
#ifndef IMG_WORDS_H
#define IMG_WORDS_H

#include <stdbool.h>

#include "libimg/base/buf.h"
#include "libimg/base/err.h"
#include "libimg/base/in.h"
#include "libimg/base/siphash.h"

struct img_out;
struct img_words;

struct img_words *img_words_new(void); /* with a key of its own; NULL: no memory */
void img_words_free(struct img_words *w);

const struct img_hash_key *img_words_key(const struct img_words *w);

/* Keep this word wherever it stands. 0, or -1: no memory. */
int img_words_keep(struct img_words *w, const void *p, size_t n);
bool img_words_is_kept(struct img_words *w, const void *p, size_t n, unsigned lists);

/* Remember a word that has stayed; all of them so far, each ended by a newline. -1: no memory. */
int img_words_stayed(struct img_words *w, const void *p, size_t n);
struct img_span img_words_stayed_text(const struct img_words *w);

/*
 * Append what stands for the word: as many bytes of [a-z0-9], the first one a letter; one byte
 * more where all of its length are used up. The first 15 bytes of a longer word are a word of
 * their own. 0, or -1 with *err: no memory.
 */
int img_words_map(struct img_words *w, const void *p, size_t n, struct img_buf *out,
		  struct img_err *err);

/* Was there no memory for some word? Then what it has answered is not to be trusted. */
bool img_words_failed(const struct img_words *w);

/* Does the table have it? */
bool img_words_has(struct img_words *w, const void *p, size_t n);

/* All pairs so far: the i-th, until false. */
bool img_words_get(const struct img_words *w, size_t i, struct img_span *old, struct img_span *new);

/* Words that came out longer than they were. */
size_t img_words_longer(const struct img_words *w);

/* A number drawn from the key for n bytes of some kind: the same for the same bytes. */
uint64_t img_words_draw(const struct img_words *w, char kind, const void *p, size_t n);

/*
 * The table as text: a line with the key, then a line "NEW OLD" for each word, bytes of OLD that
 * are no letters, digits or one of "._-" as %XX. Reading adds to the words that are there, and
 * takes over the key. 0, or -1 with *err.
 */
int img_words_read(struct img_words *w, struct img_in *in, struct img_err *err);
void img_words_write(const struct img_words *w, struct img_out *out);

#endif
