#include "cmd/imgedit/list.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/json/jw.h"
#include "libimg/rewrite/rule.h"
#include "libimg/view/text.h"
#include "cmd/imgedit/report.h"

enum { SHOWN = 4 }; /* images in a line of text */

struct listed {
	uint32_t verb;
	uint64_t count;
	struct img_buf images; /* names, each with its NUL */
	size_t last;           /* where the last of them begins */
	size_t n;              /* bytes of the value, */
	char value[];          /* which may have any */
};

struct edit_list {
	const struct tool *tool;
	void *known;        /* a tree of tsearch() */
	struct img_buf all; /* pointers to them */
};

static _Noreturn void no_memory(const struct edit_list *l)
{
	exit(tool_sysfail(l->tool, NULL));
}

static int by_value(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	size_t n = x->n < y->n ? x->n : y->n;
	int r = x->verb != y->verb ? (x->verb < y->verb ? -1 : 1) : memcmp(x->value, y->value, n);

	return r != 0 ? r : (x->n > y->n) - (x->n < y->n);
}

struct edit_list *edit_list_new(const struct tool *t)
{
	struct edit_list *l = img_calloc(1, sizeof(*l));

	if (l == NULL)
		exit(tool_sysfail(t, NULL));
	l->tool = t;
	return l;
}

static void forget(void *one)
{
	img_buf_free(&((struct listed *)one)->images);
	img_free(one);
}

void edit_list_free(struct edit_list *l)
{
	tdestroy(l->known, forget);
	img_buf_free(&l->all);
	img_free(l);
}

static struct listed *get(struct edit_list *l, uint32_t verb, const char *value, size_t n)
{
	struct listed *one = img_calloc(1, sizeof(*one) + n), **node;

	if (one == NULL)
		no_memory(l);
	one->verb = verb;
	one->n = n;
	memcpy(one->value, value, n);
	node = tsearch(one, &l->known, by_value);
	if (node == NULL)
		no_memory(l);
	if (*node != one) {
		img_free(one);
		return *node;
	}
	img_buf_put(&l->all, &one, sizeof(one));
	return one;
}

void edit_list_add(struct edit_list *l, uint32_t verb, const char *image, const char *value,
		   size_t n)
{
	struct listed *one = get(l, verb, value, n);

	one->count++;
	/* Images come one after the other. */
	if (one->images.n == 0 || strcmp((char *)one->images.p + one->last, image) != 0) {
		one->last = one->images.n;
		img_buf_put(&one->images, image, strlen(image) + 1);
	}
	if (one->images.failed || l->all.failed)
		no_memory(l);
}

static const char *next_image(const struct listed *one, const char *name)
{
	const char *end = (const char *)one->images.p + one->images.n;

	name = name == NULL ? (const char *)one->images.p : name + strlen(name) + 1;
	return name < end ? name : NULL;
}

static void print_text(const struct listed *one, struct img_out *out)
{
	const struct img_edit_value v = img_value_text(one->value, one->n);
	unsigned n = 0;

	img_text_put(out, img_rule_name(one->verb));
	img_out_byte(out, ' ');
	edit_put_value(out, &v);
	img_text_fmt(out, " %llu", (unsigned long long)one->count);
	for (const char *i = NULL; (i = next_image(one, i)) != NULL;)
		if (n++ < SHOWN) {
			img_out_byte(out, ' ');
			img_text_str(out, i);
		}
	if (n > SHOWN)
		img_text_fmt(out, " +%u", n - SHOWN);
	img_out_byte(out, '\n');
}

static void print_json(const struct listed *one, struct img_out *out)
{
	struct img_jw w;

	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_PLAIN(&w, "verb", img_rule_name(one->verb));
	IMG_JW_TEXT(&w, "value", one->value, one->n);
	IMG_JW_UINT(&w, "count", one->count);
	IMG_JW_KEY(&w, "images");
	img_jw_open(&w, '[');
	for (const char *i = NULL; (i = next_image(one, i)) != NULL;) {
		img_jw_item(&w);
		img_jw_cstr(&w, i);
	}
	img_jw_close(&w, ']');
	img_jw_close(&w, '}');
	img_out_byte(out, '\n');
}

static int by_pointer(const void *a, const void *b)
{
	return by_value(*(struct listed *const *)a, *(struct listed *const *)b);
}

void edit_list_print(struct edit_list *l, struct img_out *out, bool json)
{
	struct listed **v = (struct listed **)(void *)l->all.p;
	size_t n = l->all.n / sizeof(*v);

	if (n > 0)
		qsort(v, n, sizeof(*v), by_pointer);
	for (size_t i = 0; i < n; i++)
		if (json)
			print_json(v[i], out);
		else
			print_text(v[i], out);
}
