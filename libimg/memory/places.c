#include "libimg/memory/places.h"

#include <stdbool.h>

#include "libimg/base/alloc.h"

enum {
	MOST = 1024, /* this and the next are powers of two */
	FIRST = 16,
};

static bool make_room(struct img_places *s)
{
	size_t cap = s->cap ? 2 * s->cap : FIRST;
	struct img_place *v = cap <= MOST ? img_realloc(s->v, cap * sizeof(*v)) : NULL;

	if (v == NULL)
		return false;
	s->v = v;
	s->cap = cap;
	return true;
}

/* Every second one. */
static void thin_out(struct img_places *s)
{
	for (size_t i = 0; i < s->cap / 2; i++)
		s->v[i] = s->v[2 * i];
	s->n = s->cap / 2;
	s->stride *= 2;
}

void img_places_note(struct img_places *s, const struct img_place *pos)
{
	if (pos->entry < s->met)
		return;
	if (s->stride == 0)
		s->stride = 1;
	s->met = pos->entry + s->stride;
	if (s->n == s->cap && !make_room(s)) {
		if (s->cap == 0)
			return;
		thin_out(s);
	}
	s->v[s->n++] = *pos;
}

const struct img_place *img_places_before(const struct img_places *s, uint64_t addr)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->v[mid].end <= addr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo > 0 ? &s->v[lo - 1] : NULL;
}

void img_places_free(struct img_places *s)
{
	img_free(s->v);
}
