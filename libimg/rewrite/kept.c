#include "libimg/rewrite/kept.h"

#include <string.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Does the pattern stand for the n bytes? */
static bool matches(const char *pattern, const char *word, size_t n)
{
	size_t i = 0;

	while (*pattern != '\0') {
		if (*pattern == '*')
			return true;
		if (strncmp(pattern, "<n>", 3) == 0) {
			if (i == n || !digit(word[i]))
				return false;
			while (i < n && digit(word[i]))
				i++;
			pattern += 3;
		} else if (i == n || *pattern++ != word[i++]) {
			return false;
		}
	}
	return i == n;
}

bool img_is_kept(const char *word, size_t n, unsigned lists)
{
	if (n == 0 || lists == 0)
		return false;
	for (size_t i = 0; i < img_kept_n; i++) {
		const struct img_kept_word *k = &img_kept_words[i];

		if (k->word[0] == word[0] && (k->lists & lists) != 0 && matches(k->word, word, n))
			return true;
	}
	return false;
}
