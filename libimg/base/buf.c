#include "libimg/base/buf.h"

/* The inline calls as functions too, for bindings. */
extern inline bool img_buf_room(struct img_buf *b, size_t n);
extern inline void img_buf_put(struct img_buf *b, const void *p, size_t n);

/* Leave no room, so that nothing is appended after a lost put. */
static bool fail(struct img_buf *b)
{
	b->failed = true;
	b->cap = b->n;
	return false;
}

bool img_buf_grow(struct img_buf *b, size_t n)
{
	size_t want, cap = b->cap ? b->cap : 256;
	uint8_t *p;

	if (b->failed || __builtin_add_overflow(b->n, n, &want))
		return fail(b);
	while (cap < want)
		cap = cap > SIZE_MAX / 2 ? want : cap * 2;
	p = img_realloc(b->p, cap);
	if (p == NULL)
		return fail(b);
	b->p = p;
	b->cap = cap;
	return true;
}

void img_buf_free(struct img_buf *b)
{
	img_free(b->p);
	memset(b, 0, sizeof(*b));
}
