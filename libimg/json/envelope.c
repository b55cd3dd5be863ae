#include "libimg/json/envelope.h"

#include <limits.h>
#include <string.h>

#include "libimg/json/json2value.h"

static const char key_names[][8] = {
	[IMG_K_MAGIC] = "magic", [IMG_K_IMG] = "img",       [IMG_K_FORMAT] = "format",
	[IMG_K_DIR] = "dir",     [IMG_K_ENDIAN] = "endian", [IMG_K_ENTRIES] = "entries",
	[IMG_K_ENTRY] = "entry", [IMG_K_AT] = "at",         [IMG_K_EXTRA] = "extra",
	[IMG_K_PAD] = "@pad",
};

/* Their first letters, each once. */
static const char initials[] = "mifdea@";

/* Most bytes of a document's entries that are kept for keys that may follow: 1 MiB. */
#define TAPE_LIMIT ((size_t)1 << 20)

/* The longest file name on Linux. */
enum { NAME_LIMIT = 255 };

void img_envelope_reset(struct img_envelope *v)
{
	v->seen = 0;
	v->img.n = v->dir.n = 0;
	v->type = NULL;
	v->v1_0 = v->big = false;
	v->entry.toks.n = v->entry.text.n = 0;
}

void img_envelope_free(struct img_envelope *v)
{
	img_buf_free(&v->img);
	img_buf_free(&v->dir);
	img_jr_tape_free(&v->entry);
}

enum img_key img_envelope_key(const struct jr_tok *t)
{
	/* Called for the first key of each entry, which nearly always has another first letter. */
	if (t->n == 0 || memchr(initials, t->p[0], sizeof(initials) - 1) == NULL)
		return IMG_K_NONE;
	for (int k = 0; k < IMG_K_NONE; k++)
		if (jr_is(t, key_names[k]))
			return (enum img_key)k;
	return IMG_K_NONE;
}

const char *img_envelope_key_name(enum img_key k)
{
	return key_names[k];
}

/* "0x" and eight digits: what img_head_name() gives to types that are in no row. */
static bool is_unknown(const struct jr_tok *t, uint32_t *magic)
{
	uint32_t v = 0;

	if (t->n != 10 || memcmp(t->p, "0x", 2) != 0)
		return false;
	for (size_t i = 2; i < t->n; i++) {
		static const char digits[] = "0123456789abcdef";
		const char *d = memchr(digits, t->p[i], 16);

		if (d == NULL)
			return false;
		v = v << 4 | (uint32_t)(d - digits);
	}
	*magic = v;
	return img_type_by_magic(v) == NULL;
}

static int set_magic(struct img_envelope *v, struct img_jr *jr, const struct jr_tok *t,
		     struct img_err *err)
{
	char name[JR_QUOTE];

	v->type = img_type_by_name(t->p, t->n);
	if (v->type == NULL && is_unknown(t, &v->magic))
		v->type = &img_type_unknown;
	if (v->type != NULL)
		return 0;
	return img_jr_fail(jr, err, "unknown image type \"%s\"", img_jr_quote(t, name));
}

static int set_img(struct img_envelope *v, struct img_jr *jr, const struct jr_tok *t,
		   struct img_err *err)
{
	struct img_buf *b = &v->img;
	const char *name;

	if (img_json_bytes(jr, t, false, b, err) < 0)
		return -1;
	img_buf_put(b, "", 1);
	if (b->failed)
		return img_fail_mem(err);
	name = (const char *)b->p;
	if (strlen(name) != b->n - 1 || b->n == 1 || b->n - 1 > NAME_LIMIT || strchr(name, '/') ||
	    strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
		return img_jr_fail(jr, err, "not a file name");
	return 0;
}

static int set_dir(struct img_envelope *v, struct img_jr *jr, const struct jr_tok *t,
		   struct img_err *err)
{
	struct img_buf *b = &v->dir;

	if (img_json_bytes(jr, t, false, b, err) < 0)
		return -1;
	img_buf_put(b, "", 1);
	if (b->failed)
		return img_fail_mem(err);
	if (strlen((const char *)b->p) != b->n - 1 || b->n == 1 || b->n > PATH_MAX)
		return img_jr_fail(jr, err, "not a path");
	return 0;
}

/* Accept one word. */
static int choice(struct img_jr *jr, const struct jr_tok *t, const char *word, const char *other,
		  bool *is_word, struct img_err *err)
{
	*is_word = jr_is(t, word);
	if (*is_word || jr_is(t, other))
		return 0;
	return img_jr_fail(jr, err, "expected \"%s\"", word);
}

int img_envelope_read(struct img_envelope *v, enum img_key k, struct img_jr *jr,
		      struct img_err *err)
{
	bool to_tape = k == IMG_K_ENTRIES || k == IMG_K_ENTRY;
	bool known = k == IMG_K_ENTRIES && v->seen & IMG_BIT(IMG_K_MAGIC);
	struct jr_tok t;
	int r;

	if (v->seen & IMG_BIT(k))
		return img_jr_fail(jr, err, "%s: key appears twice", key_names[k]);
	v->seen |= IMG_BIT(k);
	if (img_jr_next(jr, &t, err) < 0)
		return -1;
	if (to_tape)
		r = img_jr_record(jr, &v->entry, &t, known ? TAPE_LIMIT : SIZE_MAX, err);
	else if (k == IMG_K_AT)
		r = img_json_uint(jr, &t, UINT64_MAX, &v->at, err);
	else if (k == IMG_K_IMG)
		r = set_img(v, jr, &t, err);
	else if (k == IMG_K_DIR)
		r = set_dir(v, jr, &t, err);
	else if (t.type != JR_STR)
		r = img_jr_expected(jr, &t, "a string", err);
	else if (k == IMG_K_MAGIC)
		r = set_magic(v, jr, &t, err);
	else if (k == IMG_K_FORMAT)
		r = choice(jr, &t, "1.0", "1.1", &v->v1_0, err);
	else
		r = choice(jr, &t, "big", "little", &v->big, err);
	return r < 0 ? img_err_under(err, key_names[k], -1) : r;
}
