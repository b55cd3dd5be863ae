#include "libimg/view/fds_put.h"

#include <string.h>

#include "fdinfo.pb-c.h"
#include "libimg/json/msg2json.h"

void img_desc_puts(struct img_desc_about *a, const char *s)
{
	img_text_put(a->o, s);
}

void img_desc_putn(struct img_desc_about *a, uint64_t v)
{
	img_text_dec(a->o, v, 0);
}

void img_desc_put_span(struct img_desc_about *a, struct img_span s)
{
	img_text_name(a->o, s.p, s.n);
}

void img_desc_put_label(struct img_desc_about *a, const struct img_names *l, uint64_t v)
{
	const char *name = img_names_get(l, v);

	if (name != NULL)
		img_desc_puts(a, name);
	else
		img_desc_putn(a, v);
}

void img_desc_put_access(struct img_desc_about *a, uint32_t flags)
{
	static const char *const modes[] = { " r", " w", " rw", "" };

	img_desc_puts(a, modes[flags & 3]);
}

void img_desc_put_path(struct img_desc_about *a, uint32_t id, uint32_t *flags)
{
	struct img_fd fd = img_desc_file(a->c, FD_TYPES__REG, id);
	const struct img_msg *m;
	struct img_pick f;

	if (!img_desc_payload(a->c, fd.file, &m, &f))
		return;
	img_desc_puts(a, " ");
	img_desc_put_span(a, img_bytes(&f, IMG_TAG_REG_FILE_ENTRY__NAME));
	if (flags != NULL)
		*flags = img_num32(&f, IMG_TAG_REG_FILE_ENTRY__FLAGS);
}

/* Most holders shown: the others are counted. */
enum { TEXT_ENDS = 4 };

void img_desc_put_peers(struct img_desc_about *a, const char *intro)
{
	const struct img_peers *e = img_desc_peers(a->c);
	size_t n = e != NULL ? img_peers_count(e, a->fd->file) : 0;
	struct img_peers_walk w;

	if (n == 0)
		return;
	img_desc_puts(a, intro);
	img_peers_begin(e, a->fd->file, &w);
	for (size_t i = 0; i < n && i < TEXT_ENDS; i++) {
		const struct img_fd *fd = &a->c->fds->v[img_peers_next(e, &w)];

		img_desc_puts(a, " ");
		img_desc_putn(a, img_desc_pid(a->c, fd));
		img_desc_puts(a, ":");
		img_desc_putn(a, fd->fd);
	}
	if (n > TEXT_ENDS) {
		img_desc_puts(a, " +");
		img_desc_putn(a, n - TEXT_ENDS);
	}
}

int img_desc_put_message(struct img_jw *w, const struct img_msg *m, struct img_span body,
			 struct img_err *err)
{
	struct img_jw before = *w;

	img_out_mark(w->o);
	img_jw_open(w, '{');
	if (img_msg2json(w, m, body, false, err) < 0) {
		img_out_rollback(w->o);
		*w = before;
		img_out_put(w->o, "null", 4);
		return -1;
	}
	img_jw_close(w, '}');
	img_out_commit(w->o);
	return 0;
}

void img_desc_lookup_json(struct img_desc *c, struct img_jw *w, enum img_desc_lookup i,
			  uint64_t value)
{
	bool array = img_desc_lookups[i].several;
	struct img_err err = { 0 };
	struct img_pick f;
	uint32_t e = img_desc_first(c, i, value, &f);

	if (e == IMG_NO_ENTRY)
		return;
	img_jw_name(w, img_desc_lookups[i].name);
	if (array)
		img_jw_open(w, '[');
	for (; e != IMG_NO_ENTRY; e = array ? img_desc_next(c, i, e, &f) : IMG_NO_ENTRY) {
		if (array)
			img_jw_item(w);
		if (img_desc_put_message(w, img_lookup_msg(c->sides[i]), f.body, &err) < 0)
			img_desc_lookup_damaged(c, i, &err);
	}
	if (array)
		img_jw_close(w, ']');
}
