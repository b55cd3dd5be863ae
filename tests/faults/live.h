/*
 * What a machine says of itself is not the same twice. What can be compared of two answers, in
 * lines of JSON: each line is one value, and all but those on what comes and goes with processes
 * are the same, unless a line says why its subject is not known.
 */
#ifndef FAULTS_LIVE_H
#define FAULTS_LIVE_H

#include <stdbool.h>
#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/base/in.h"
#include "libimg/json/jr.h"

/* A part of a text; the line that begins there, without its end, which a whole line has. */
struct part {
	const char *p;
	size_t n;
};

static inline struct part line_at(const struct img_buf *b, size_t at)
{
	const char *p = (const char *)b->p + at, *end = memchr(p, '\n', b->n - at);

	return (struct part){ p, end != NULL ? (size_t)(end - p) : b->n - at };
}

static inline bool part_has(struct part t, const char *text)
{
	return memmem(t.p, t.n, text, strlen(text)) != NULL;
}

static inline bool is_moving(struct part line)
{
	static const char *const kinds[] = {
		"{\"fact\":\"pid\",\"name\"",      "{\"fact\":\"pty\",\"name\"",
		"{\"fact\":\"address\",\"name\"",  "{\"fact\":\"port\",\"name\"",
		"{\"fact\":\"netdev\",\"name\"",   "{\"fact\":\"abstract\",\"name\"",
		"{\"fact\":\"listener\",\"name\"", "{\"fact\":\"filesystem\",\"name\"",
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (part_has(line, kinds[i]))
			return true;
	return false;
}

static inline bool holds_line(const struct img_buf *b, struct part line)
{
	for (size_t at = 0; at < b->n;) {
		struct part t = line_at(b, at);

		if (t.n == line.n && memcmp(t.p, line.p, t.n) == 0)
			return true;
		at += t.n + 1;
	}
	return false;
}

/* Does a line on the subject of this one, up to its name, say `why`? */
static inline bool says_why(const struct img_buf *b, struct part line, const char *why)
{
	const char *end = memmem(line.p, line.n, ",\"name\"", 7);

	if (end == NULL)
		end = memmem(line.p, line.n, ",\"complete\"", 11);
	for (size_t at = 0; end != NULL && at < b->n;) {
		struct part t = line_at(b, at);

		if (t.n > (size_t)(end - line.p) &&
		    memcmp(t.p, line.p, (size_t)(end - line.p)) == 0 && part_has(t, why))
			return true;
		at += t.n + 1;
	}
	return false;
}

/* One value on each line, and the last one is whole too. */
static inline bool is_json_lines(const struct img_buf *b)
{
	bool ok = b->n == 0 || b->p[b->n - 1] == '\n';

	for (size_t at = 0; ok && at < b->n;) {
		struct part t = line_at(b, at);
		struct img_in *in = img_in_mem(t.p, t.n);
		struct img_jr *jr = in != NULL ? img_jr_open(in) : NULL;
		struct jr_tok tok = { JR_END, NULL, 0 };
		struct img_err err;

		ok = jr != NULL && img_jr_next(jr, &tok, &err) == 0 && tok.type == JR_OBJ;
		while (ok && tok.type != JR_END)
			ok = img_jr_next(jr, &tok, &err) == 0;
		img_jr_close(jr);
		img_in_free(in);
		at += t.n + 1;
	}
	return ok;
}

/* What is wrong with an answer in which `why` may be a reason; NULL: nothing. */
static inline const char *live_wrong(const struct img_buf *was, const struct img_buf *is,
				     const char *why)
{
	if (!is_json_lines(is))
		return "other than lines of JSON";
	for (size_t at = 0; at < is->n;) {
		struct part t = line_at(is, at);

		if (!is_moving(t) && !holds_line(was, t) && !part_has(t, why))
			return "says what it does not say otherwise";
		at += t.n + 1;
	}
	for (size_t at = 0; at < was->n;) {
		struct part t = line_at(was, at);

		if (!is_moving(t) && !holds_line(is, t) && !says_why(is, t, why))
			return "leaves out something, but not why";
		at += t.n + 1;
	}
	return NULL;
}

#endif
