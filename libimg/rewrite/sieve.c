#include "libimg/rewrite/sieve.h"

#include <ctype.h>
#include <string.h>

enum {
	LONG = 6, /* bytes by which texts of as many are found; shorter ones by four */
};

/* n bytes at `at` of the texts. */
struct pattern {
	size_t at, n;
	uint32_t next; /* with the same key, or IMG_MAP_NONE */
	uint32_t item;
	uint8_t form, flags;
};

static uint8_t fold(uint8_t c)
{
	return (uint8_t)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static uint64_t key_of(const uint8_t *p, size_t n)
{
	uint64_t key = n == LONG ? UINT64_C(1) << 63 : 0;

	for (size_t i = 0; i < n; i++)
		key |= (uint64_t)fold(p[i]) << (8 * i);
	return key;
}

static uint32_t filter_of(const uint8_t *p)
{
	return ((uint32_t)key_of(p, IMG_SIEVE_MIN) * UINT32_C(2654435761)) >> 16;
}

static const struct pattern *patterns(const struct img_sieve *s)
{
	return (const struct pattern *)(const void *)s->patterns.p;
}

int img_sieve_add(struct img_sieve *s, const void *p, size_t n, unsigned flags, uint32_t item,
		  uint8_t form)
{
	struct pattern x = {
		.at = s->texts.n, .n = n, .item = item, .form = form, .flags = (uint8_t)flags
	};
	uint32_t *slot, bit;

	if (n < IMG_SIEVE_MIN || n > IMG_SIEVE_MAX)
		return 0;
	slot = img_map_at(&s->by_key, key_of(p, n < LONG ? IMG_SIEVE_MIN : LONG));
	if (slot == NULL)
		return -1;
	x.next = *slot;
	*slot = (uint32_t)(s->patterns.n / sizeof(x));
	bit = filter_of(p);
	s->filter[bit / 8] |= (uint8_t)(1u << bit % 8);
	img_buf_put(&s->texts, p, n);
	img_buf_put(&s->patterns, &x, sizeof(x));
	return s->texts.failed || s->patterns.failed ? -1 : 0;
}

void img_sieve_free(struct img_sieve *s)
{
	img_buf_free(&s->texts);
	img_buf_free(&s->patterns);
	img_map_free(&s->by_key);
}

static bool in_number(uint8_t c)
{
	return isxdigit(c) || c == '.' || c == ':';
}

/* Does the pattern stand at i? */
static bool stands(const struct img_sieve *s, const struct pattern *x, struct img_span in, size_t i)
{
	const uint8_t *want = s->texts.p + x->at, *p = in.p + i;

	if (x->n > in.n - i)
		return false;
	for (size_t k = 0; k < x->n; k++)
		if (x->flags & IMG_SIEVE_EXACT ? p[k] != want[k] : fold(p[k]) != fold(want[k]))
			return false;
	return !(x->flags & IMG_SIEVE_BOUNDED) ||
	       ((i == 0 || !in_number(p[-1])) && (i + x->n == in.n || !in_number(p[x->n])));
}

/* A pattern with this key at i. */
static const struct pattern *find(const struct img_sieve *s, struct img_span in, size_t i,
				  size_t key, const uint8_t *off)
{
	const struct pattern *all = patterns(s);
	uint32_t at = img_map_get(&s->by_key, key_of(in.p + i, key));

	for (; at != IMG_MAP_NONE; at = all[at].next)
		if ((off == NULL || !off[all[at].item]) && stands(s, &all[at], in, i))
			return &all[at];
	return NULL;
}

bool img_sieve_find(const struct img_sieve *s, struct img_span in, size_t from, size_t end,
		    const uint8_t *off, struct img_sieve_hit *hit)
{
	for (size_t i = from; i < end && i + IMG_SIEVE_MIN <= in.n; i++) {
		uint32_t bit = filter_of(in.p + i);
		const struct pattern *x = NULL;

		if (!(s->filter[bit / 8] >> bit % 8 & 1))
			continue;
		if (i + LONG <= in.n)
			x = find(s, in, i, LONG, off);
		if (x == NULL)
			x = find(s, in, i, IMG_SIEVE_MIN, off);
		if (x == NULL)
			continue;
		*hit = (struct img_sieve_hit){ i, x->n, x->item, x->form };
		return true;
	}
	return false;
}
