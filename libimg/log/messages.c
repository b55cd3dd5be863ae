#include "libimg/log/messages.h"

#include <stdio.h>
#include <string.h>

/* What may stand in {}. */
static const struct word {
	const char *name;
	enum img_word what;
	int base; /* of its digits, 0: text */
} words[] = {
	{ "path", IMG_WORD_PATH, 0 },   { "name", IMG_WORD_TEXT, 0 },
	{ "n", IMG_WORD_NUMBER, 10 },   { "oct", IMG_WORD_NUMBER, 8 },
	{ "hex", IMG_WORD_NUMBER, 16 }, { "pid", IMG_WORD_PID, 10 },
	{ "fd", IMG_WORD_FD, 10 },      { "id", IMG_WORD_ID, 16 },
	{ "decid", IMG_WORD_ID, 10 },   { "mnt", IMG_WORD_MOUNT, 10 },
	{ "ino", IMG_WORD_INODE, 10 },  { "inohex", IMG_WORD_INODE, 16 },
};

const struct img_failure *img_failure_find(const char *name)
{
	for (size_t i = 0; i < img_failures_n; i++)
		if (strcmp(img_failures[i].name, name) == 0)
			return &img_failures[i];
	return NULL;
}

/* ---- numbers ---- */

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

/* How many of the n bytes at p are a number; its value. A sign is skipped: no id has one. */
static size_t number(const char *p, size_t n, int base, uint64_t *v)
{
	size_t i = 0, from;

	if (base == 10 && n > 1 && p[0] == '-')
		i = 1;
	if (base == 16 && n > 2 && p[0] == '0' && p[1] == 'x')
		i = 2;
	from = i;
	for (*v = 0; i < n && digit(p[i]) < base && *v <= UINT64_MAX / 16; i++)
		*v = *v * (unsigned)base + (unsigned)digit(p[i]);
	return i > from ? i : 0;
}

/* ---- one wording ---- */

/* The word whose name begins at p, right after a brace; *end is after the closing one. */
static const struct word *word_at(const char *p, const char **end)
{
	size_t n = strcspn(p, "}");

	*end = p + n + (p[n] == '}');
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].name) == n && memcmp(words[i].name, p, n) == 0)
			return &words[i];
	return NULL;
}

/* Where the last ": " in n bytes begins, which precedes the text of errno; n: nowhere. */
static size_t before_errno(const char *p, size_t n)
{
	for (size_t i = n; i-- > 1;)
		if (p[i] == ' ' && p[i - 1] == ':')
			return i - 1;
	return n;
}

/*
 * How long a text is that the literal `next` follows, from `from` bytes on: SIZE_MAX if that is
 * nowhere. At the end of a wording it ends where the text of errno begins.
 */
static size_t text_length(const char *p, size_t n, const char *next, size_t from)
{
	size_t k = strcspn(next, "{");

	if (k == 0)
		return from == 1 ? before_errno(p, n) : SIZE_MAX;
	for (size_t i = from; i + k <= n; i++)
		if (memcmp(p + i, next, k) == 0)
			return i;
	return SIZE_MAX;
}

/* After a wording come at most the text of errno, or the rest of a sentence. */
static bool is_end(const char *p, size_t n)
{
	return n == 0 || p[0] == ':' || p[0] == ' ' || p[0] == ',' || p[0] == '.';
}

/* Texts in one wording are few (two or three), and so is what is tried. */
static bool fits(const char *wording, const char *p, size_t n, struct img_message *m)
{
	const struct word *w;
	struct img_found *f;
	const char *next;
	size_t k = strcspn(wording, "{");

	if (n < k || memcmp(p, wording, k) != 0)
		return false;
	if (wording[k] == '\0')
		return is_end(p + k, n - k);
	w = word_at(wording + k + 1, &next);
	if (w == NULL || m->n == IMG_FOUND_MAX)
		return false;
	p += k;
	n -= k;
	f = &m->found[m->n++];
	*f = (struct img_found){ .what = w->what, .p = p };
	if (w->base != 0) {
		f->n = number(p, n, w->base, &f->v);
		return f->n > 0 && fits(next, p + f->n, n - f->n, m);
	}
	for (k = text_length(p, n, next, 1); k != SIZE_MAX && k > 0;
	     k = text_length(p, n, next, k + 1)) {
		size_t count = m->n;

		f->n = k;
		if (fits(next, p + k, n - k, m))
			return true;
		m->n = count;
	}
	return false;
}

/* ---- all of them ---- */

/* What some releases put in front: "mnt: ", "mount-v2: ", "cg: \t". */
static size_t prefix_length(const char *p, size_t n)
{
	size_t i = 0;

	while (i < n && (digit(p[i]) < 10 || (p[i] >= 'a' && p[i] <= 'z') || p[i] == '-' ||
			 p[i] == '_' || p[i] == ' '))
		i++;
	if (i == 0 || i > 16 || i + 1 >= n || p[i] != ':' || p[i + 1] != ' ')
		return 0;
	i += 2;
	return i < n && p[i] == '\t' ? i + 1 : i;
}

/* How many bytes of a wording are not in {}. */
static size_t literal(const char *wording)
{
	size_t n = 0;

	for (bool inside = false; *wording != '\0'; wording++) {
		inside = *wording == '{' || (inside && *wording != '}');
		n += !inside;
	}
	return n;
}

/* Of several that fit, the one with the most text of its own says the most. */
static size_t match(const char *p, size_t n, struct img_message *m)
{
	size_t best = 0;

	for (size_t i = 0; i < img_wordings_n; i++) {
		struct img_message one = { .n = 0 };
		size_t k = literal(img_wordings[i].text);

		if (k <= best || !fits(img_wordings[i].text, p, n, &one))
			continue;
		best = k;
		*m = one;
		m->failure = &img_failures[img_wordings[i].failure];
	}
	return best;
}

bool img_message_match(const char *text, size_t n, struct img_message *m)
{
	struct img_message plain = { .n = 0 };
	size_t skip = prefix_length(text, n), with, without;

	*m = plain;
	with = match(text, n, m);
	without = skip > 0 ? match(text + skip, n - skip, &plain) : 0;
	if (without > with)
		*m = plain;
	return with > 0 || without > 0;
}

/* ---- messages without a row ---- */

static const struct mark {
	const char *text;
	enum img_word what;
	int base;
} marks[] = {
	{ "id=0x", IMG_WORD_ID, 16 },      { "id 0x", IMG_WORD_ID, 16 },
	{ "id: 0x", IMG_WORD_ID, 16 },     { "fd=", IMG_WORD_FD, 10 },
	{ "fd ", IMG_WORD_FD, 10 },        { "pid=", IMG_WORD_PID, 10 },
	{ "pid ", IMG_WORD_PID, 10 },      { "pid: ", IMG_WORD_PID, 10 },
	{ "tid ", IMG_WORD_PID, 10 },      { "task ", IMG_WORD_PID, 10 },
	{ "mnt_id ", IMG_WORD_MOUNT, 10 }, { "ino ", IMG_WORD_INODE, 10 },
};

void img_message_marks(const char *text, size_t n, struct img_message *m)
{
	m->failure = NULL;
	m->n = 0;
	for (size_t i = 0; i < n && m->n < IMG_FOUND_MAX; i++)
		for (size_t k = 0; k < sizeof(marks) / sizeof(marks[0]); k++) {
			size_t len = strlen(marks[k].text);
			struct img_found *f = &m->found[m->n];

			/* "id" at the end of "pid" is another one. */
			if (n - i <= len || memcmp(text + i, marks[k].text, len) != 0 ||
			    (i > 0 && text[i - 1] >= 'a' && text[i - 1] <= 'z'))
				continue;
			*f = (struct img_found){ .what = marks[k].what, .p = text + i + len };
			f->n = number(f->p, n - i - len, marks[k].base, &f->v);
			m->n += f->n > 0;
			break;
		}
}

/* ---- the reverse ---- */

char *img_failure_text(const struct img_failure *f, const char *const *values, size_t n, char *buf,
		       size_t size)
{
	const char *p = "";
	size_t at = 0, used = 0;

	for (size_t i = 0; i < img_wordings_n && *p == '\0'; i++)
		if (&img_failures[img_wordings[i].failure] == f)
			p = img_wordings[i].text;
	buf[0] = '\0';
	while (*p != '\0' && at + 1 < size) {
		size_t k = strcspn(p, "{");

		at += (size_t)snprintf(buf + at, size - at, "%.*s", (int)k, p);
		p += k;
		if (*p == '{' && at + 1 < size) {
			at += (size_t)snprintf(buf + at, size - at, "%s",
					       used < n ? values[used] : "...");
			used++;
			p += strcspn(p, "}");
			p += *p == '}';
		}
	}
	return buf;
}
