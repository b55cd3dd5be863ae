#include "libimg/rewrite/anon_state.h"

#include <string.h>

#include "libimg/base/intern.h"

struct anon_address {
	uint8_t n, old[16], new[16];
};

const struct img_anon_count *img_anon_count(const struct img_anon *a, unsigned class)
{
	return &a->counts[class].n;
}

uint64_t img_anon_dropped(const struct img_anon *a)
{
	return a->dropped;
}

struct img_span img_anon_kept(const struct img_anon *a)
{
	return (struct img_span){ a->kept.p, a->kept.n, 0 };
}

bool img_anon_address(const struct img_anon *a, size_t i, struct img_span *old,
		      struct img_span *new)
{
	const struct anon_address *x = (const struct anon_address *)(const void *)a->addresses.p;

	if (i >= a->addresses.n / sizeof(*x))
		return false;
	*old = (struct img_span){ x[i].old, x[i].n, 0 };
	*new = (struct img_span){ x[i].new, x[i].n, 0 };
	return true;
}

bool img_anon_failed(const struct img_anon *a)
{
	return a->failed || a->kept.failed || a->addresses.failed || img_words_failed(a->how.words);
}

/* ---- counting ---- */

bool img_anon_changes(const struct img_anon *a, unsigned class)
{
	return (a->how.classes >> class & 1) != 0;
}

/* Is the value one that has not been seen? Without memory it counts as known. */
static bool is_new(struct img_anon *a, struct img_map *m, const void *p, size_t n)
{
	uint32_t *slot = img_map_at(m, img_hash(img_words_key(a->how.words), p, n));
	bool fresh = slot != NULL && *slot == IMG_MAP_NONE;

	if (slot != NULL)
		*slot = 1;
	else
		a->failed = true;
	return fresh;
}

void img_anon_tally(struct img_anon *a, unsigned class, const void *p, size_t n)
{
	struct img_anon_tally *c = &a->counts[class];
	c->n.seen++;
	c->n.distinct += is_new(a, &c->distinct, p, n);
	c->n.images += c->image != a->images;
	c->image = a->images;
}

void img_anon_keep_text(struct img_anon *a, struct img_span s)
{
	if (!is_new(a, &a->kept_known, s.p, s.n))
		return;
	img_buf_put(&a->kept, s.p, s.n);
	img_buf_put(&a->kept, "\n", 1);
}

void img_anon_note_address(struct img_anon *a, const uint8_t *old, const uint8_t *new, size_t n)
{
	struct anon_address x = { .n = (uint8_t)n };

	if (n > sizeof(x.old) || memcmp(old, new, n) == 0)
		return;
	memcpy(x.old, old, n);
	memcpy(x.new, new, n);
	img_buf_put(&a->addresses, &x, sizeof(x));
}

int img_anon_cut(struct img_anon *a, const char *image, const struct img_err *err)
{
	if (a->how.cut == NULL || err->kind == IMG_ESYS)
		return -1;
	a->how.cut(a->how.arg, image, err);
	return 0;
}

/* ---- setting ---- */

int img_anon_set_number(struct img_field *f, uint64_t v)
{
	if (f->num == v)
		return IMG_KEEP;
	f->num = v;
	return IMG_SET;
}

int img_anon_set_text(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	if (a->text.failed)
		return img_fail_mem(err);
	f->bytes = (struct img_span){ a->text.p, a->text.n, 0 };
	return IMG_SET;
}
