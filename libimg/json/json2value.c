#include "libimg/json/json2value.h"

#include <string.h>

#include "libimg/base/utf8.h"
#include "libimg/json/b64.h"
#include "libimg/json/hint.h"

/* ---- numbers ---- */

/* The range of an integer type. */
struct limits {
	uint64_t max; /* largest value */
	uint64_t min; /* magnitude of the smallest value */
};

static struct limits range_of(ProtobufCType type)
{
	switch (type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_ENUM: return (struct limits){ INT32_MAX, UINT64_C(1) << 31 };
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SINT64:
	case PROTOBUF_C_TYPE_SFIXED64: return (struct limits){ INT64_MAX, UINT64_C(1) << 63 };
	case PROTOBUF_C_TYPE_UINT32:
	case PROTOBUF_C_TYPE_FIXED32: return (struct limits){ UINT32_MAX, 0 };
	default: return (struct limits){ UINT64_MAX, 0 };
	}
}

/* Does a number look as if a program with doubles had written it? 17 digits, then zeros. */
static bool looks_rounded(const char *p, size_t n)
{
	size_t zeros = 0;

	if (n > 0 && *p == '-') {
		p++;
		n--;
	}
	if (memchr(p, 'e', n) != NULL || memchr(p, 'E', n) != NULL)
		return true;
	while (zeros < n && p[n - 1 - zeros] == '0')
		zeros++;
	return n >= 19 && n - zeros <= 17;
}

static bool all_digits(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < '0' || p[i] > '9')
			return false;
	return n > 0;
}

static int out_of_range(struct img_jr *jr, const struct jr_tok *t, struct img_err *err)
{
	char text[JR_QUOTE];

	return img_jr_fail(jr, err, "%s is out of range%s", img_jr_quote(t, text),
			   looks_rounded(t->p, t->n)
				   ? " (rounded to a double? keep 64-bit numbers in strings)"
				   : "");
}

/* A number with a fraction or an exponent. */
static int no_integer(struct img_jr *jr, const struct jr_tok *t, struct img_err *err)
{
	char text[JR_QUOTE];

	return img_jr_fail(jr, err, "expected an integer, got %s%s", img_jr_quote(t, text),
			   looks_rounded(t->p, t->n)
				   ? " (a 64-bit number that passed through a double?)"
				   : "");
}

static int odd_integer(struct img_jr *jr, const struct jr_tok *t, const struct img_row *row,
		       struct limits range, uint64_t *v, struct img_err *err)
{
	const char *p = t->p, *why;
	size_t n = t->n;
	bool negative = n > 1 && p[0] == '-';
	char text[JR_QUOTE];

	if (negative) {
		p++;
		n--;
	}
	if (t->type == JR_NUM) {
		if (!img_parse_u64(p, n, v))
			return all_digits(p, n) ? out_of_range(jr, t, err) : no_integer(jr, t, err);
	} else if (t->type == JR_STR) {
		why = row != NULL              ? img_hint_parse(row, p, n, v)
		      : img_parse_u64(p, n, v) ? NULL
					       : "expected a number";
		if (why != NULL && all_digits(p, n))
			return out_of_range(jr, t, err);
		if (why != NULL)
			return img_jr_fail(jr, err, "%s: \"%s\"", why, img_jr_quote(t, text));
	} else {
		return img_jr_expected(jr, t, "a number", err);
	}
	if (*v > (negative ? range.min : range.max))
		return out_of_range(jr, t, err);
	if (negative)
		*v = 0 - *v;
	return 0;
}

static int integer(struct img_jr *jr, const struct jr_tok *t, const struct img_row *row,
		   struct limits range, uint64_t *v, struct img_err *err)
{
	/* Nearly all are plain digits, and not too large. */
	if (t->type == JR_NUM && img_parse_u64(t->p, t->n, v) && *v <= range.max)
		return 0;
	return odd_integer(jr, t, row, range, v, err);
}

static int enum_value(struct img_jr *jr, const ProtobufCFieldDescriptor *f, const struct jr_tok *t,
		      uint64_t *v, struct img_err *err)
{
	const ProtobufCEnumValue *e = NULL;
	char name[64], text[JR_QUOTE];

	if (t->type == JR_NUM)
		return integer(jr, t, NULL, range_of(f->type), v, err);
	if (t->type != JR_STR)
		return img_jr_expected(jr, t, "a name", err);
	if (t->n < sizeof(name) && memchr(t->p, '\0', t->n) == NULL) {
		memcpy(name, t->p, t->n);
		name[t->n] = '\0';
		e = protobuf_c_enum_descriptor_get_value_by_name(f->descriptor, name);
	}
	if (e == NULL)
		return img_jr_fail(jr, err, "unknown name \"%s\"", img_jr_quote(t, text));
	*v = (uint64_t)(int64_t)e->value;
	return 0;
}

int img_json_number(struct img_jr *jr, const ProtobufCFieldDescriptor *f, const struct img_row *row,
		    const struct jr_tok *t, uint64_t *v, struct img_err *err)
{
	if (f->type == PROTOBUF_C_TYPE_ENUM)
		return enum_value(jr, f, t, v, err);
	if (f->type != PROTOBUF_C_TYPE_BOOL)
		return integer(jr, t, row, range_of(f->type), v, err);
	if (t->type != JR_TRUE && t->type != JR_FALSE)
		return img_jr_expected(jr, t, "true or false", err);
	*v = t->type == JR_TRUE;
	return 0;
}

/* ---- bytes ---- */

/* Append the bytes of base64 text. */
static int from_b64(struct img_jr *jr, const struct jr_tok *t, struct img_buf *to,
		    struct img_err *err)
{
	int64_t n;

	if (!img_buf_room(to, t->n / 4 * 3 + 3))
		return img_fail_mem(err);
	n = img_b64_decode(to->p + to->n, t->p, t->n);
	if (n < 0)
		return img_jr_fail(jr, err, "not valid base64%s",
				   t->n > 4 && memcmp(t->p, "... <", 5) == 0
					   ? " (the payload was left out by --no-payload)"
					   : "");
	to->n += (size_t)n;
	return 0;
}

/* {"@base64": "..."}, its opening token read. */
static int wrapped(struct img_jr *jr, struct img_buf *to, struct img_err *err)
{
	struct jr_tok t;

	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (t.type != JR_KEY || !jr_is(&t, "@base64"))
		return img_jr_fail(jr, err, "expected the key @base64 and no other");
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (t.type != JR_STR)
		return img_jr_expected(jr, &t, "base64 in a string", err);
	if (from_b64(jr, &t, to, err) < 0 || img_jr_next(jr, &t, err) < 0)
		return -1;
	if (t.type != JR_OBJ_END)
		return img_jr_fail(jr, err, "expected the key @base64 and no other");
	return 0;
}

int img_json_bytes(struct img_jr *jr, const struct jr_tok *t, bool b64, struct img_buf *to,
		   struct img_err *err)
{
	if (t->type == JR_OBJ)
		return wrapped(jr, to, err);
	if (t->type != JR_STR)
		return img_jr_expected(jr, t, b64 ? "base64 in a string" : "a string", err);
	if (b64)
		return from_b64(jr, t, to, err);
	if (!img_utf8_valid((const uint8_t *)t->p, t->n))
		return img_jr_fail(jr, err, "string is not valid UTF-8");
	img_buf_put(to, t->p, t->n);
	return to->failed ? img_fail_mem(err) : 0;
}

int img_json_uint(struct img_jr *jr, const struct jr_tok *t, uint64_t max, uint64_t *v,
		  struct img_err *err)
{
	return integer(jr, t, NULL, (struct limits){ max, 0 }, v, err);
}
