#include "cmd/imgedit/report.h"

#include "libimg/json/jw.h"
#include "libimg/view/text.h"

static void put_json_value(struct img_jw *w, const struct img_edit_value *v)
{
	switch (v->kind) {
	case IMG_VALUE_NONE: img_jw_plain(w, "null"); break;
	case IMG_VALUE_NUMBER: img_jw_uint(w, v->num); break;
	case IMG_VALUE_TEXT: img_jw_text(w, v->p, v->n); break;
	case IMG_VALUE_JSON: img_out_put(w->o, v->p, v->n); break;
	}
}

void edit_put_value(struct img_out *o, const struct img_edit_value *v)
{
	bool word = v->n > 0;

	switch (v->kind) {
	case IMG_VALUE_NONE: img_text_put(o, "-"); return;
	case IMG_VALUE_NUMBER: img_text_fmt(o, "%llu", (unsigned long long)v->num); return;
	case IMG_VALUE_JSON: img_out_put(o, v->p, v->n); return;
	case IMG_VALUE_TEXT: break;
	}
	for (size_t i = 0; i < v->n; i++)
		word = word && v->p[i] != ' ';
	if (!word)
		img_out_byte(o, '"');
	img_text_name(o, v->p, v->n);
	if (!word)
		img_out_byte(o, '"');
}

static void put_text(struct img_out *o, const struct img_edit_changed *c)
{
	img_text_str(o, c->image);
	img_text_fmt(o, " %llu ", (unsigned long long)c->entry);
	img_text_str(o, c->path);
	img_out_byte(o, ' ');
	edit_put_value(o, &c->old);
	img_out_byte(o, ' ');
	edit_put_value(o, &c->new);
	img_out_byte(o, '\n');
}

void edit_put_change(struct img_out *o, const struct img_edit_changed *c, bool json)
{
	struct img_jw w;

	if (!json) {
		put_text(o, c);
		return;
	}
	img_jw_init(&w, o, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_CSTR(&w, "image", c->image);
	IMG_JW_UINT(&w, "entry", c->entry);
	IMG_JW_CSTR(&w, "path", c->path);
	IMG_JW_KEY(&w, "old");
	put_json_value(&w, &c->old);
	IMG_JW_KEY(&w, "new");
	put_json_value(&w, &c->new);
	img_jw_close(&w, '}');
	img_out_byte(o, '\n');
}
