#include "libimg/msg/sound.h"

#include "libimg/base/err.h"
#include "libimg/msg/skip.h"

/* What was found on the way. */
struct look {
	bool padded; /* something is longer than need be, */
	bool astray; /* not in order, or unknown */
};

static bool message(struct look *look, const struct img_msg *m, const uint8_t *p, size_t n,
		    unsigned depth);

static bool value(struct look *look, const struct img_row *row, const struct img_wfield *f,
		  unsigned depth)
{
	if (f->wt != row->wt)
		return img_row_takes(row, f->wt) && img_packed_whole(row, f->p, f->n);
	return row->sub == NULL || message(look, row->sub, f->p, f->n, depth + 1);
}

static bool message(struct look *look, const struct img_msg *m, const uint8_t *p, size_t n,
		    unsigned depth)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f;
	uint64_t seen = 0;
	int last = -1, r;

	if (depth > IMG_MAX_DEPTH)
		return false;
	while (w.p < w.end) {
		r = img_skip_number(m, &w, &look->padded);
		if (r < 0) {
			if (img_msg_next(m, &w, &f, (unsigned)(last + 1), &r) != NULL)
				return false;
			if (r < 0) {
				look->astray = true;
				continue;
			}
			if (!value(look, &m->rows[r], &f, depth))
				return false;
			look->padded |= !img_is_short(&f, w.p);
		}
		if (r <= last && (r < last || !m->rows[r].list))
			look->astray = true;
		last = r;
		seen |= UINT64_C(1) << r;
	}
	return (seen & m->required) == m->required;
}

enum img_sound img_msg_sound(const struct img_msg *m, struct img_span body)
{
	struct look look = { 0 };

	if (!message(&look, m, body.p, body.n, 1))
		return IMG_UNSOUND;
	return look.padded || look.astray ? IMG_SOUND : IMG_PLAIN;
}
