/*
 * Read JSON text token by token: yajl's parser plus the rules that it lacks (depth, unpaired
 * surrogates), with memory that does not depend on the length of the text. The text is any number
 * of values, one after the other.
 */
#ifndef IMG_JR_H
#define IMG_JR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/base/err.h"
#include "libimg/base/report.h"

struct img_in;
struct img_jr; /* begins with its struct jr_queue */

enum jr_type {
	JR_END, /* of the text */
	JR_NULL,
	JR_TRUE,
	JR_FALSE,
	JR_NUM, /* p, n: as written */
	JR_STR, /* p, n: decoded; not checked for UTF-8 */
	JR_KEY, /* the same, in an object */
	JR_OBJ,
	JR_OBJ_END,
	JR_ARR,
	JR_ARR_END,
};

/* p is borrowed: valid until the next token is read. */
struct jr_tok {
	enum jr_type type;
	const char *p;
	size_t n;
};

/* A token of the current chunk: its text is in the chunk, or was copied; or a token of a tape. */
struct jr_raw {
	uint8_t type;
	bool copied;
	uint32_t at; /* offset of its end in the chunk; on a tape its line */
	uint32_t off, n;
};

/*
 * Tokens that were parsed, and the two places where their texts are: for img_jr_next(), and for
 * plain numbers, which are taken without it. Neither place is NULL.
 */
struct jr_queue {
	const struct jr_raw *cur, *end;
	const char *base[2];
};

/* `in` stays the caller's. NULL: no memory. */
struct img_jr *img_jr_open(struct img_in *in);
void img_jr_close(struct img_jr *jr); /* NULL is fine */

/* The slow path of img_jr_next(): the queue is empty. */
int img_jr_parse(struct img_jr *jr, struct jr_tok *t, struct img_err *err);

static inline const char *jr_text(const struct jr_queue *q, const struct jr_raw *r)
{
	return q->base[r->copied] + r->off;
}

static inline void jr_take(struct jr_queue *q, struct jr_tok *t)
{
	const struct jr_raw *r = q->cur++;

	t->type = r->type;
	t->n = r->n;
	t->p = jr_text(q, r);
}

static inline struct jr_queue *jr_queue(struct img_jr *jr)
{
	return (struct jr_queue *)(void *)jr;
}

/* Read one token. 0, or -1 with *err (line and reason), after which only close. */
static inline int img_jr_next(struct img_jr *jr, struct jr_tok *t, struct img_err *err)
{
	struct jr_queue *q = jr_queue(jr);

	if (q->cur == q->end)
		return img_jr_parse(jr, t, err);
	jr_take(q, t);
	return 0;
}

/* The next two tokens, if they have been parsed already: q->cur[0] and [1]. */
static inline bool jr_has_two(const struct jr_queue *q)
{
	return q->end - q->cur >= 2;
}

/* Unread the last token, which was not JR_END: img_jr_next() returns it again. */
void img_jr_again(struct img_jr *jr);

/* Report unknown keys to `report` (borrowed) and skip their values, instead of failing. */
void img_jr_ignore_unknown(struct img_jr *jr, const struct img_report *report);

/* What img_jr_ignore_unknown() was given, NULL: it was not called. */
const struct img_report *img_jr_ignores_unknown(const struct img_jr *jr);

/* The line on which the last token ends, from 1. */
uint64_t img_jr_line(struct img_jr *jr);

/* Tokens recorded to be read later. Zero it to begin. */
struct jr_tape {
	struct img_buf toks, text;
};

/*
 * Record a whole value: the one whose first token was just read. 0, or -1 with *err; 1: it takes
 * more than `limit` bytes of text, and its rest is still to be read.
 */
int img_jr_record(struct img_jr *jr, struct jr_tape *tape, const struct jr_tok *first, size_t limit,
		  struct img_err *err);

/* Record one token. */
int img_jr_record_tok(struct img_jr *jr, struct jr_tape *tape, const struct jr_tok *t,
		      struct img_err *err);

/* Make img_jr_next() return the tokens of a tape before it goes on. Tapes do not nest. */
void img_jr_replay(struct img_jr *jr, const struct jr_tape *tape);

/* Stop a replay before its end. */
void img_jr_replay_end(struct img_jr *jr);

void img_jr_tape_free(struct jr_tape *tape);

/* Is the text of a token equal to this word? */
static inline bool jr_is(const struct jr_tok *t, const char *word)
{
	return t->n == strlen(word) && memcmp(t->p, word, t->n) == 0;
}

/* ---- messages: jr_fail.c ---- */

/* The kind of a token: "a string". */
const char *img_jr_kind(const struct jr_tok *t);

/* The text of a token, printable, truncated if long. Returns buf. */
enum { JR_QUOTE = 100 };
const char *img_jr_quote(const struct jr_tok *t, char buf[JR_QUOTE]);

/* Fill *err with a reason and the line of the last token. Returns -1. */
int img_jr_fail(struct img_jr *jr, struct img_err *err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same for a token of the wrong kind: "expected a list, got a string". */
int img_jr_expected(struct img_jr *jr, const struct jr_tok *t, const char *what,
		    struct img_err *err);

/*
 * A key that nothing knows was read: fill *err and return -1; or, where img_jr_ignore_unknown()
 * has been called, report that, skip the value and return 0.
 */
int img_jr_unknown_key(struct img_jr *jr, const struct jr_tok *key, struct img_err *err);

#endif
