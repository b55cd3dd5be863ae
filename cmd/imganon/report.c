#include "cmd/imganon/report.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/utf8.h"
#include "libimg/json/jw.h"

const char *anon_class_name(unsigned class)
{
	return class == IMG_ANON_MEMORY ? "memory" : img_class_names[class];
}

unsigned anon_class_of(const char *name, size_t n)
{
	for (unsigned i = 1; img_class_names[i] != NULL; i++)
		if (strlen(img_class_names[i]) == n && memcmp(img_class_names[i], name, n) == 0)
			return i;
	return n == 6 && memcmp(name, "memory", n) == 0 ? IMG_ANON_MEMORY : 0;
}

void anon_report_free(struct anon_report *r)
{
	img_buf_free(&r->text);
	img_buf_free(&r->values);
}

static void put(struct img_buf *b, const char *text)
{
	img_buf_put(b, text, strlen(text));
}

static void put_line(struct anon_report *r, const char *what, const char *text)
{
	put(&r->text, what);
	put(&r->text, ": ");
	put(&r->text, text);
	put(&r->text, "\n");
}

/* An object: a text, and numbers if there are any. */
static void put_object(struct anon_report *r, const char *name, const char *value,
		       const struct img_anon_count *c)
{
	struct img_out *out = img_out_mem(&r->text);
	struct img_err err;
	struct img_jw w;

	if (out == NULL) {
		r->text.failed = true;
		return;
	}
	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	img_jw_name(&w, name);
	img_jw_text(&w, value, strlen(value));
	if (c != NULL) {
		IMG_JW_KEY(&w, "values");
		img_jw_u64(&w, c->seen);
		IMG_JW_KEY(&w, "distinct");
		img_jw_u64(&w, c->distinct);
		IMG_JW_KEY(&w, "images");
		img_jw_u64(&w, c->images);
	}
	img_jw_close(&w, '}');
	img_out_byte(out, '\n');
	img_out_flush(out, &err);
	img_out_free(out);
}

void anon_report_image(struct anon_report *r, const char *name, const char *why)
{
	char shown[600];

	img_printable(name, strlen(name), shown, sizeof(shown));
	put(&r->values, shown);
	put(&r->values, "\n");
	if (r->json)
		put_object(r, "emptied", shown, NULL);
	else
		put_line(r, shown, why);
}

void anon_report_count(struct anon_report *r, const char *what, uint64_t n)
{
	char text[32];

	if (n == 0)
		return;
	snprintf(text, sizeof(text), "%" PRIu64, n);
	if (r->json)
		put_object(r, what, text, NULL);
	else
		put_line(r, what, text);
}

void anon_report_classes(struct anon_report *r, const struct img_anon *anon)
{
	char text[120];

	for (unsigned i = 1; i < IMG_ANON_CLASSES; i++) {
		const struct img_anon_count *c = img_anon_count(anon, i);

		if (c->seen == 0)
			continue;
		snprintf(text, sizeof(text),
			 "%" PRIu64 " changed, %" PRIu64 " distinct, in %" PRIu64 " images",
			 c->seen, c->distinct, c->images);
		if (r->json)
			put_object(r, "class", anon_class_name(i), c);
		else
			put_line(r, anon_class_name(i), text);
	}
}
