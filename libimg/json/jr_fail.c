/* Messages about tokens. */
#include "libimg/json/jr.h"

#include <stdarg.h>
#include <stdio.h>

const char *img_jr_kind(const struct jr_tok *t)
{
	static const char *const kind[] = {
		[JR_END] = "the end of the input",
		[JR_NULL] = "null",
		[JR_TRUE] = "true",
		[JR_FALSE] = "false",
		[JR_NUM] = "a number",
		[JR_STR] = "a string",
		[JR_KEY] = "a key",
		[JR_OBJ] = "an object",
		[JR_OBJ_END] = "the end of an object",
		[JR_ARR] = "a list",
		[JR_ARR_END] = "the end of a list",
	};

	return kind[t->type];
}

const char *img_jr_quote(const struct jr_tok *t, char buf[JR_QUOTE])
{
	return img_printable(t->p, t->n < 40 ? t->n : 40, buf, JR_QUOTE);
}

int img_jr_fail(struct img_jr *jr, struct img_err *err, const char *fmt, ...)
{
	char what[sizeof(err->what)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return img_fail_line(err, IMG_EDATA, img_jr_line(jr), "%s", what);
}

int img_jr_expected(struct img_jr *jr, const struct jr_tok *t, const char *what,
		    struct img_err *err)
{
	return img_jr_fail(jr, err, "expected %s, got %s", what, img_jr_kind(t));
}

/* Read a value to its end. */
static int skip_value(struct img_jr *jr, struct img_err *err)
{
	size_t depth = 0;
	struct jr_tok t;

	do {
		if (img_jr_next(jr, &t, err) < 0)
			return -1;
		if (t.type == JR_OBJ || t.type == JR_ARR)
			depth++;
		else if (t.type == JR_OBJ_END || t.type == JR_ARR_END)
			depth--;
	} while (depth > 0);
	return 0;
}

int img_jr_unknown_key(struct img_jr *jr, const struct jr_tok *key, struct img_err *err)
{
	const struct img_report *report = img_jr_ignores_unknown(jr);
	char name[JR_QUOTE];

	img_jr_fail(jr, err, "unknown key");
	img_err_under(err, img_jr_quote(key, name), -1);
	if (report == NULL)
		return -1;
	img_report(report, err);
	return skip_value(jr, err);
}
