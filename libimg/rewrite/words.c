#include "libimg/rewrite/words.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/intern.h"
#include "libimg/base/map.h"
#include "libimg/base/out.h"
#include "libimg/rewrite/kept.h"

enum {
	COMM = 15,   /* bytes of a task's name: TASK_COMM_LEN - 1 */
	TRIES = 400, /* of a length, before a word becomes longer */
	WORD_MAX = 4096,
};

/* Where both ends of a pair are in `bytes`. */
struct pair {
	size_t old, old_n, new, new_n;
};

struct img_words {
	struct img_hash_key key;
	struct img_intern numbers; /* of old words; of new ones */
	struct img_intern news;
	struct img_map pair_of, used; /* by these numbers */
	struct img_intern kept_numbers;
	struct img_map kept;
	struct img_intern stayed_numbers;
	struct img_map stayed;
	struct img_buf stayed_text;
	struct img_buf bytes, pairs;
	size_t longer;
	bool failed;
};

struct img_words *img_words_new(void)
{
	struct img_words *w = img_calloc(1, sizeof(*w));

	if (w != NULL)
		w->key = img_hash_key();
	return w;
}

void img_words_free(struct img_words *w)
{
	if (w == NULL)
		return;
	img_intern_free(&w->numbers);
	img_intern_free(&w->news);
	img_intern_free(&w->kept_numbers);
	img_map_free(&w->pair_of);
	img_map_free(&w->used);
	img_map_free(&w->kept);
	img_intern_free(&w->stayed_numbers);
	img_map_free(&w->stayed);
	img_buf_free(&w->stayed_text);
	img_buf_free(&w->bytes);
	img_buf_free(&w->pairs);
	img_free(w);
}

const struct img_hash_key *img_words_key(const struct img_words *w)
{
	return &w->key;
}

bool img_words_failed(const struct img_words *w)
{
	return w->failed || w->stayed_text.failed || w->bytes.failed || w->pairs.failed;
}

size_t img_words_longer(const struct img_words *w)
{
	return w->longer;
}

/* The number of a string; without memory a word that there is none of. */
static uint32_t number_of(struct img_words *w, struct img_intern *t, const void *p, size_t n)
{
	uint32_t i = img_intern(t, p, n);

	w->failed = w->failed || i == IMG_MAP_NONE;
	return i;
}

/* Put a string into a set of numbered ones: its slot, IMG_MAP_NONE where it is new. */
static uint32_t *slot_of(struct img_intern *t, struct img_map *m, const void *p, size_t n)
{
	uint32_t i = img_intern(t, p, n);

	return i == IMG_MAP_NONE ? NULL : img_map_at(m, i);
}

int img_words_keep(struct img_words *w, const void *p, size_t n)
{
	uint32_t *slot = slot_of(&w->kept_numbers, &w->kept, p, n);

	if (slot == NULL)
		return -1;
	*slot = 1;
	return 0;
}

bool img_words_is_kept(struct img_words *w, const void *p, size_t n, unsigned lists)
{
	uint32_t i;

	if (img_is_kept(p, n, lists))
		return true;
	if (w->kept.n == 0)
		return false;
	i = number_of(w, &w->kept_numbers, p, n);
	return i != IMG_MAP_NONE && img_map_get(&w->kept, i) != IMG_MAP_NONE;
}

int img_words_stayed(struct img_words *w, const void *p, size_t n)
{
	uint32_t *slot = slot_of(&w->stayed_numbers, &w->stayed, p, n);

	if (slot == NULL)
		return -1;
	if (*slot == IMG_MAP_NONE) {
		*slot = 1;
		img_buf_put(&w->stayed_text, p, n);
		img_buf_put(&w->stayed_text, "\n", 1);
	}
	return w->stayed_text.failed ? -1 : 0;
}

struct img_span img_words_stayed_text(const struct img_words *w)
{
	return (struct img_span){ w->stayed_text.p, w->stayed_text.n, 0 };
}

/* ---- drawing ---- */

uint64_t img_words_draw(const struct img_words *w, char kind, const void *p, size_t n)
{
	uint8_t buf[WORD_MAX + 1];
	uint64_t rest;

	buf[0] = (uint8_t)kind;
	if (n > WORD_MAX - sizeof(rest)) {
		rest = img_hash(&w->key, p, n);
		p = &rest;
		n = sizeof(rest);
	}
	if (n > 0)
		memcpy(buf + 1, p, n);
	return img_hash(&w->key, buf, n + 1);
}

/* n characters for a word, at the try-th attempt. */
static void draw(const struct img_words *w, struct img_span word, unsigned try, bool tail,
		 uint8_t *to, size_t n)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	uint64_t of[3] = { img_words_draw(w, 'w', word.p, word.n), try, 0 }, r = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned base = i == 0 && !tail ? 26 : 36;

		if (i % 8 == 0) {
			of[2] = i;
			r = img_hash(&w->key, of, sizeof(of));
		}
		to[i] = (uint8_t)alphabet[r % base];
		r /= base;
	}
}

static int remember(struct img_words *w, struct img_span old, struct img_span new)
{
	uint32_t *of = slot_of(&w->numbers, &w->pair_of, old.p, old.n), *used;
	struct pair pair;

	if (of == NULL)
		return -1;
	*of = (uint32_t)(w->pairs.n / sizeof(pair));
	used = slot_of(&w->news, &w->used, new.p, new.n);
	if (used == NULL)
		return -1;
	*used = 1;
	pair = (struct pair){ w->bytes.n, old.n, w->bytes.n + old.n, new.n };
	img_buf_put(&w->bytes, old.p, old.n);
	img_buf_put(&w->bytes, new.p, new.n);
	img_buf_put(&w->pairs, &pair, sizeof(pair));
	w->longer += new.n > old.n;
	return w->bytes.failed || w->pairs.failed ? -1 : 0;
}

static bool is_free(struct img_words *w, const uint8_t *p, size_t n)
{
	uint32_t i = number_of(w, &w->news, p, n);

	return i == IMG_MAP_NONE || img_map_get(&w->used, i) == IMG_MAP_NONE;
}

/* A word that is none of the old ones, of the new ones, of those that are kept. */
static int invent(struct img_words *w, struct img_span word, const uint8_t *head, size_t head_n,
		  struct img_buf *out)
{
	size_t n = word.n;
	unsigned try = 0;

	for (;; try++) {
		uint8_t *to;

		if (try == TRIES) {
			n++;
			try = 0;
		}
		if (!img_buf_room(out, n))
			return -1;
		to = out->p + out->n;
		if (head_n > 0)
			memcpy(to, head, head_n);
		draw(w, word, try, head_n > 0, to + head_n, n - head_n);
		if (img_words_is_kept(w, to, n, ~0u) || !is_free(w, to, n) ||
		    (n == word.n && memcmp(to, word.p, n) == 0))
			continue;
		out->n += n;
		return remember(w, word, (struct img_span){ to, n, 0 });
	}
}

static int map(struct img_words *w, struct img_span word, struct img_buf *out)
{
	uint32_t i = img_intern(&w->numbers, word.p, word.n), at;
	struct img_span old, new;
	uint8_t head[COMM + 1];
	struct img_buf first = { 0 };

	if (i == IMG_MAP_NONE)
		return -1;
	at = img_map_get(&w->pair_of, i);
	if (at != IMG_MAP_NONE) {
		img_words_get(w, at, &old, &new);
		img_buf_put(out, new.p, new.n);
		return out->failed ? -1 : 0;
	}
	if (word.n <= COMM)
		return invent(w, word, NULL, 0, out);
	if (map(w, (struct img_span){ word.p, COMM, 0 }, &first) < 0) {
		img_buf_free(&first);
		return -1;
	}
	memcpy(head, first.p, COMM);
	img_buf_free(&first);
	return invent(w, word, head, COMM, out);
}

int img_words_map(struct img_words *w, const void *p, size_t n, struct img_buf *out,
		  struct img_err *err)
{
	if (n == 0)
		return 0;
	return map(w, (struct img_span){ p, n, 0 }, out) < 0 ? img_fail_mem(err) : 0;
}

bool img_words_has(struct img_words *w, const void *p, size_t n)
{
	uint32_t i = number_of(w, &w->numbers, p, n);

	return i != IMG_MAP_NONE && img_map_get(&w->pair_of, i) != IMG_MAP_NONE;
}

bool img_words_get(const struct img_words *w, size_t i, struct img_span *old, struct img_span *new)
{
	struct pair pair;

	if (i >= w->pairs.n / sizeof(pair))
		return false;
	memcpy(&pair, w->pairs.p + i * sizeof(pair), sizeof(pair));
	*old = (struct img_span){ w->bytes.p + pair.old, pair.old_n, 0 };
	*new = (struct img_span){ w->bytes.p + pair.new, pair.new_n, 0 };
	return true;
}

/* ---- the table as a file ---- */

static bool is_plain(uint8_t c)
{
	return c < 0x80 && (isalnum(c) || (c != 0 && strchr("._-", c) != NULL));
}

void img_words_write(const struct img_words *w, struct img_out *out)
{
	struct img_span old, new;
	char line[64];
	int n = snprintf(line, sizeof(line), "key %016" PRIx64 "%016" PRIx64 "\n", w->key.k[0],
			 w->key.k[1]);

	img_out_put(out, line, (size_t)n);
	for (size_t i = 0; img_words_get(w, i, &old, &new); i++) {
		img_out_put(out, new.p, new.n);
		img_out_byte(out, ' ');
		for (size_t k = 0; k < old.n; k++) {
			n = snprintf(line, sizeof(line), is_plain(old.p[k]) ? "%c" : "%%%02x",
				     old.p[k]);
			img_out_put(out, line, (size_t)n);
		}
		img_out_byte(out, '\n');
	}
}

static int bad_line(struct img_err *err, uint64_t line)
{
	return img_fail_line(err, IMG_EDATA, line, "not a line of a table of words");
}

/* Undo %XX in place: the length, or -1. */
static ssize_t unescape(uint8_t *p, size_t n)
{
	size_t to = 0;

	for (size_t i = 0; i < n; i++) {
		char hex[3] = "";

		if (p[i] != '%') {
			p[to++] = p[i];
			continue;
		}
		if (n - i < 3 || !isxdigit(p[i + 1]) || !isxdigit(p[i + 2]))
			return -1;
		memcpy(hex, p + i + 1, 2);
		p[to++] = (uint8_t)strtoul(hex, NULL, 16);
		i += 2;
	}
	return (ssize_t)to;
}

static int read_pair(struct img_words *w, uint8_t *p, size_t n, uint64_t line, struct img_err *err)
{
	uint8_t *blank = memchr(p, ' ', n);
	size_t new_n = blank != NULL ? (size_t)(blank - p) : 0;
	ssize_t old_n = blank != NULL ? unescape(blank + 1, n - new_n - 1) : -1;
	uint32_t i;

	if (new_n == 0 || old_n <= 0 || !is_free(w, p, new_n))
		return bad_line(err, line);
	i = img_intern(&w->numbers, blank + 1, (size_t)old_n);
	if (i != IMG_MAP_NONE && img_map_get(&w->pair_of, i) != IMG_MAP_NONE)
		return bad_line(err, line);
	if (i == IMG_MAP_NONE || remember(w, (struct img_span){ blank + 1, (size_t)old_n, 0 },
					  (struct img_span){ p, new_n, 0 }) < 0)
		return img_fail_mem(err);
	return 0;
}

static int read_line(struct img_words *w, uint8_t *p, size_t n, uint64_t line, struct img_err *err)
{
	char text[48];
	int end = 0;

	if (line > 1)
		return read_pair(w, p, n, line, err);
	if (n >= sizeof(text))
		return bad_line(err, line);
	memcpy(text, p, n);
	text[n] = '\0';
	if (sscanf(text, "key %16" SCNx64 "%16" SCNx64 "%n", &w->key.k[0], &w->key.k[1], &end) !=
		    2 ||
	    end != 36)
		return bad_line(err, line);
	return 0;
}

int img_words_read(struct img_words *w, struct img_in *in, struct img_err *err)
{
	struct img_buf line = { 0 };
	uint64_t number = 0;
	int r = 0;

	while (r == 0) {
		const uint8_t *p, *end;
		size_t n;

		if (img_in_need(in, 1, err) < 0)
			r = -1;
		n = img_in_avail(in);
		if (r < 0 || n == 0)
			break;
		p = img_in_ptr(in);
		end = memchr(p, '\n', n);
		img_buf_put(&line, p, end != NULL ? (size_t)(end - p) : n);
		img_in_eat(in, end != NULL ? (size_t)(end - p) + 1 : n);
		if (line.failed)
			r = img_fail_mem(err);
		else if (line.n > 4 * WORD_MAX)
			r = bad_line(err, number + 1);
		if (end == NULL || r < 0)
			continue;
		r = line.n > 0 ? read_line(w, line.p, line.n, ++number, err)
			       : bad_line(err, number + 1);
		line.n = 0;
	}
	if (r == 0 && (number == 0 || line.n > 0))
		r = bad_line(err, number + 1);
	img_buf_free(&line);
	return r;
}
