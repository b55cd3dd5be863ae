/* imginfo: containers, as text and as JSON. */
#include "cmd/imginfo/container.h"

#include <inttypes.h>
#include <string.h>

#include "libimg/view/container.h"

enum { LABEL = 13 };

/* One dump on its way out. */
struct show {
	struct explore *x;
	struct img_jw w;
	int group; /* list that is open in JSON, or whose heading is written; -1: none */
};

/* ---- text ---- */

static void text_item(void *arg, const struct img_container_item *item)
{
	struct show *s = arg;
	struct img_out *o = s->x->out;
	bool again = s->group == (int)item->field;

	s->group = (int)item->field;
	img_text_fmt(o, "%-*s", LABEL, again ? "" : img_container_name(item->field));
	img_text_str(o, item->text);
	if (item->field == IMG_CONTAINER_MOUNT && item->type[0] != '\0') {
		img_text_fmt(o, " ");
		img_text_str(o, item->type);
	}
	if (item->field == IMG_CONTAINER_MOUNT && item->source[0] != '\0') {
		img_text_fmt(o, " ");
		img_text_str(o, item->source);
	}
	if (item->field == IMG_CONTAINER_CHANGED)
		img_text_fmt(o, " %" PRIu64, item->size);
	img_out_byte(o, '\n');
}

/* ---- JSON ---- */

static void end_list(struct show *s)
{
	if (s->group >= 0)
		img_jw_close(&s->w, ']');
	s->group = -1;
}

static void json_value(struct show *s, const struct img_container_item *item)
{
	struct img_jw *w = &s->w;

	if (item->field != IMG_CONTAINER_MOUNT && item->field != IMG_CONTAINER_CHANGED) {
		img_jw_cstr(w, item->text);
		return;
	}
	img_jw_open(w, '{');
	IMG_JW_CSTR(w, "path", item->text);
	if (item->field == IMG_CONTAINER_CHANGED)
		IMG_JW_UINT(w, "bytes", item->size);
	if (item->field == IMG_CONTAINER_MOUNT && item->type[0] != '\0')
		IMG_JW_CSTR(w, "type", item->type);
	if (item->field == IMG_CONTAINER_MOUNT && item->source[0] != '\0')
		IMG_JW_CSTR(w, "source", item->source);
	img_jw_close(w, '}');
}

static void json_item(void *arg, const struct img_container_item *item)
{
	struct show *s = arg;

	if (item->field < IMG_CONTAINER_FIELDS) {
		img_jw_name(&s->w, img_container_name(item->field));
		json_value(s, item);
		return;
	}
	if (s->group != (int)item->field) {
		end_list(s);
		img_jw_name(&s->w, img_container_name(item->field));
		img_jw_open(&s->w, '[');
		s->group = (int)item->field;
	}
	img_jw_item(&s->w);
	json_value(s, item);
}

/* ---- dumps ---- */

static void one(struct explore *x)
{
	struct show s = { .x = x, .group = -1 };
	struct img_err err;
	int r;

	img_out_mark(x->out);
	if (x->json)
		explore_begin(x, &s.w);
	r = img_container_read(x->dir, x->json ? json_item : text_item, &s, &err);
	if (x->json) {
		end_list(&s);
		explore_end(x, &s.w);
	}
	if (r > 0)
		img_out_commit(x->out);
	else
		img_out_rollback(x->out);
	if (r == 0) {
		img_fail(&err, IMG_EDATA, IMG_NOWHERE,
			 "no files of a container engine beside this dump");
		img_err_in(&err, x->path, "");
	}
	if (r <= 0)
		explore_fail(x, &err);
}

int container_each(struct explore *x, char **dirs)
{
	static char dot[] = ".";
	static char *here[] = { dot, NULL };
	char **list = tool_operands(dirs);

	x->out = tool_stdout(x->tool);
	if (list == dirs && dirs[0] == NULL)
		list = here;
	x->several = tool_with_dir() || (list[0] != NULL && list[1] != NULL);
	for (size_t i = 0; list[i] != NULL && !img_out_failed(x->out); i++) {
		if (!explore_open(x, list[i]))
			continue;
		if (x->several && !x->json) {
			img_out_put(x->out, "\n", i > 0);
			img_text_str(x->out, x->path);
			img_text_fmt(x->out, ":\n");
		}
		one(x);
		explore_close(x);
	}
	return tool_finish(x->tool, x->out, x->status);
}
