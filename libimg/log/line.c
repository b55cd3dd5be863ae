#include "libimg/log/line.h"

#include <string.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const struct level {
	const char *text;
	enum img_level level;
} levels[] = {
	{ "Error (", IMG_LOG_ERROR },
	{ "Warn  (", IMG_LOG_WARNING },
	{ "Warn (", IMG_LOG_WARNING },
	{ "BUG at ", IMG_LOG_ERROR },
};

/* The level whose word is at p, or NULL. */
static const struct level *level_at(const char *p, size_t n)
{
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		size_t k = strlen(levels[i].text);

		if (n > k && memcmp(p, levels[i].text, k) == 0)
			return &levels[i];
	}
	return NULL;
}

/* The number before ": ", which ends at `end`: 0 if there is none. */
static uint64_t pid_before(const char *line, const char *end)
{
	uint64_t v = 0, unit = 1;

	if (end - line < 3 || end[-1] != ' ' || end[-2] != ':')
		return 0;
	for (const char *p = end - 2; p > line && is_digit(p[-1]) && unit < 10000000000u; p--) {
		v += (uint64_t)(p[-1] - '0') * unit;
		unit *= 10;
	}
	return v;
}

/*
 * Before the word of a level are a time, a pid and "pie: " at most: in the text of another
 * message it says nothing.
 */
enum { FRONT = 64 };

void img_line_parse(const char *p, size_t n, struct img_line *l)
{
	const char *end = p + n, *close;

	*l = (struct img_line){ .level = IMG_LOG_OTHER };
	for (const char *at = p; at < end && at - p < FRONT; at++) {
		const struct level *level = level_at(at, (size_t)(end - at));

		if (level == NULL || (at > p && at[-1] != ' '))
			continue;
		l->level = level->level;
		l->pid = pid_before(p, at);
		l->source = at + strlen(level->text);
		close = memchr(l->source, ')', (size_t)(end - l->source));
		if (level->text[0] == 'B' || close == NULL) {
			l->text = at;
			l->text_n = (size_t)(end - at);
			return;
		}
		l->source_n = (size_t)(close - l->source);
		l->text = close + 1;
		while (l->text < end && (*l->text == ':' || *l->text == ' ' || *l->text == '\t'))
			l->text++;
		l->text_n = (size_t)(end - l->text);
		while (l->text_n > 0 &&
		       (l->text[l->text_n - 1] == ' ' || l->text[l->text_n - 1] == '\r'))
			l->text_n--;
		return;
	}
}
