#include "libimg/rewrite/permute.h"

enum { ROUNDS = 4 };

static uint32_t permute(const struct img_words *w, char kind, uint32_t v, unsigned half)
{
	uint32_t mask = (UINT32_C(1) << half) - 1, l = v >> half & mask, r = v & mask;

	for (uint32_t i = 0; i < ROUNDS; i++) {
		uint32_t of[2] = { i, r }, next;

		next = l ^ ((uint32_t)img_words_draw(w, kind, of, sizeof(of)) & mask);
		l = r;
		r = next;
	}
	return l << half | r;
}

/* A walk that ends where it is in the range again: still one to one. */
uint16_t img_permute_port(const struct img_words *w, uint16_t port)
{
	uint32_t first = port < 1024 ? 1 : port < 32768 ? 1024 : 32768;
	uint32_t last = port < 1024 ? 1023 : port < 32768 ? 32767 : 65535, v = port;

	if (port == 0)
		return 0;
	do
		v = permute(w, last == 1023 ? 'p' : 'P', v, last == 1023 ? 5 : 8);
	while (v < first || v > last);
	return (uint16_t)v;
}

static bool stays(uint32_t id)
{
	return id < 1000 || id == 65534 || id == 65535 || id == UINT32_MAX;
}

uint32_t img_permute_id(const struct img_words *w, uint32_t id)
{
	if (stays(id))
		return id;
	do
		id = permute(w, 'u', id, 16);
	while (stays(id));
	return id;
}

void img_permute_id_range(const struct img_words *w, uint32_t first, uint32_t last, uint32_t new[2])
{
	uint32_t a = img_permute_id(w, first), b = img_permute_id(w, last);

	new[0] = a < b ? a : b;
	new[1] = a < b ? b : a;
}
