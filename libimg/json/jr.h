/*
 * Read JSON text token by token: yajl's parser with the rules that it leaves out (depth,
 * unpaired surrogates) and with memory that does not depend on the text's length. The
 * text is any number of values, one after the other.
 */
#ifndef IMG_JR_H
#define IMG_JR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/base/err.h"

struct img_in;
struct img_jr;

enum jr_type {
	JR_END, /* of the text */
	JR_NULL,
	JR_TRUE,
	JR_FALSE,
	JR_NUM, /* p, n: as it is written */
	JR_STR, /* p, n: decoded; not checked for UTF-8 */
	JR_KEY, /* the same, in an object */
	JR_OBJ,
	JR_OBJ_END,
	JR_ARR,
	JR_ARR_END,
};

/* p is borrowed: good until the next token is read. */
struct jr_tok {
	enum jr_type type;
	const char *p;
	size_t n;
};

/* `in` stays the caller's. NULL: no memory. */
struct img_jr *img_jr_open(struct img_in *in);
void img_jr_close(struct img_jr *jr); /* NULL is fine */

/* Read one token. 0, or -1 with *err (line and what is wrong), after which only close. */
int img_jr_next(struct img_jr *jr, struct jr_tok *t, struct img_err *err);

/* Have img_jr_next() give the last token, which was not JR_END, once more. */
void img_jr_again(struct img_jr *jr);

/* The line where the last token ends, from 1. */
uint64_t img_jr_line(struct img_jr *jr);

/* Tokens put aside, to be read later. Zero it to begin. */
struct jr_tape {
	struct img_buf toks, text;
};

/*
 * Put a whole value aside: the one whose first token was just read. 0, or -1 with *err;
 * 1: it takes more than `limit` bytes of text, and its rest is still to be read.
 */
int img_jr_record(struct img_jr *jr, struct jr_tape *tape, const struct jr_tok *first, size_t limit,
		  struct img_err *err);

/* Put one token aside. */
int img_jr_record_tok(struct img_jr *jr, struct jr_tape *tape, const struct jr_tok *t,
		      struct img_err *err);

/* Have img_jr_next() give the tokens of a tape before it goes on. Tapes do not nest. */
void img_jr_replay(struct img_jr *jr, const struct jr_tape *tape);

/* Stop a replay where it stands. */
void img_jr_replay_end(struct img_jr *jr);

void img_jr_tape_free(struct jr_tape *tape);

/* Is the text of a token this word? */
static inline bool jr_is(const struct jr_tok *t, const char *word)
{
	return t->n == strlen(word) && memcmp(t->p, word, t->n) == 0;
}

/* ---- words: jr_words.c ---- */

/* What a token is: "a string". */
const char *img_jr_kind(const struct jr_tok *t);

/* The text of a token, printable and not all of it where it is long. Returns buf. */
enum { JR_QUOTE = 100 };
const char *img_jr_quote(const struct jr_tok *t, char buf[JR_QUOTE]);

/* Fill *err with what is wrong at the last token. Returns -1. */
int img_jr_fail(struct img_jr *jr, struct img_err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same of a token that is of the wrong kind: "expected a list, got a string". */
int img_jr_expected(struct img_jr *jr, const struct jr_tok *t, const char *what,
		    struct img_err *err);

/* The same of a key that nothing knows. */
int img_jr_unknown_key(struct img_jr *jr, const struct jr_tok *key, struct img_err *err);

#endif
