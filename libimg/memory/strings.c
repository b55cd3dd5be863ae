#include "libimg/memory/strings.h"

#include <string.h>

#include "libimg/base/alloc.h"

struct img_strings {
	struct img_windows *slide;
	struct img_window w;
	size_t min, at; /* where in the window to continue */
	bool open;      /* part of a string was returned, and it may continue at `at` */
};

struct img_strings *img_strings_new(struct img_mem *m, size_t min)
{
	struct img_strings *s = img_calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->min = min;
	s->slide = img_windows_new(m, min);
	if (s->slide == NULL) {
		img_free(s);
		return NULL;
	}
	return s;
}

void img_strings_free(struct img_strings *s)
{
	if (s != NULL)
		img_windows_free(s->slide);
	img_free(s);
}

void img_strings_over(struct img_strings *s, uint64_t start, uint64_t end)
{
	img_windows_over(s->slide, start, end);
	memset(&s->w, 0, sizeof(s->w));
	s->w.p = (const uint8_t *)""; /* a pointer that may be added to */
	s->at = 0;
	s->open = false;
}

uint64_t img_strings_done(const struct img_strings *s)
{
	return img_windows_done(s->slide);
}

static bool is_text(uint8_t c)
{
	return (c >= 0x20 && c < 0x7f) || c == '\t';
}

static size_t span(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && is_text(p[i]))
		i++;
	return i;
}

/*
 * Find where a string of at least `min` begins, or may: then the rest of the window is shorter.
 * Testing every min-th byte is enough to find one.
 */
static size_t seek(const uint8_t *p, size_t n, size_t from, size_t min)
{
	for (size_t i = from + min - 1; i < n; i = from + min - 1) {
		size_t k = i + 1;

		while (k > from && is_text(p[k - 1]))
			k--;
		if (k == from)
			return from;
		from = k;
	}
	/* Only bytes up to the end of the window can still become long enough. */
	for (size_t k = n; k > from; k--)
		if (!is_text(p[k - 1]))
			return k;
	return from;
}

static int put(struct img_strings *s, struct img_string *string, size_t n, bool ends)
{
	*string = (struct img_string){ s->w.addr + s->at, s->w.p + s->at, n, !s->open, ends };
	s->at += n;
	s->open = !ends;
	return 1;
}

int img_strings_next(struct img_strings *s, struct img_string *string, struct img_err *err)
{
	for (;;) {
		size_t n;
		int r;

		if (!s->open)
			s->at = seek(s->w.p, s->w.n, s->at, s->min);
		n = span(s->w.p + s->at, s->w.n - s->at);
		if (s->at + n < s->w.n || (s->w.last && n > 0)) {
			if (s->open || n >= s->min)
				return put(s, string, n, true);
			s->at += n;
			continue;
		}
		/* It reaches the end of the window: it may continue. */
		if (n > 0 && (s->open || n >= s->min))
			return put(s, string, n, false);
		r = img_windows_next(s->slide, n, &s->w, err);
		if (r < 0)
			return -1;
		s->at = 0;
		if (s->open && (r == 0 || s->w.first)) {
			if (r == 0)
				s->w.n = 0;
			return put(s, string, 0, true);
		}
		if (r == 0)
			return 0;
	}
}
