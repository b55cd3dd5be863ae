#include "libimg/view/compare_facts.h"

#include <stdlib.h>
#include <string.h>

int img_facts_init(struct img_facts *f, struct img_err *err)
{
	*f = (struct img_facts){ .part = 0 };
	f->o = img_out_mem(&f->bytes);
	return f->o != NULL ? 0 : img_fail_mem(err);
}

void img_facts_free(struct img_facts *f)
{
	img_out_free(f->o);
	img_buf_free(&f->rows);
	img_buf_free(&f->bytes);
}

void img_facts_reset(struct img_facts *f)
{
	f->rows.n = f->bytes.n = 0;
	f->part = 0;
}

/* ---- putting ---- */

enum { KEY, TEXT, FIELDS, PARTS };

static void go_to(struct img_facts *f, unsigned part)
{
	/* No name has a NUL: that is escaped. */
	for (; f->part < part; f->part++)
		img_out_byte(f->o, '\0');
}

void img_facts_begin(struct img_facts *f, uint64_t rank, bool loose)
{
	struct img_fact fact = { .rank = rank, .loose = loose };

	fact.number = (uint32_t)(f->rows.n / sizeof(fact));
	img_buf_put(&f->rows, &fact, sizeof(fact));
	f->part = KEY;
}

void img_facts_text(struct img_facts *f)
{
	go_to(f, TEXT);
}

void img_facts_fields(struct img_facts *f)
{
	go_to(f, FIELDS);
}

void img_facts_end(struct img_facts *f)
{
	go_to(f, PARTS);
}

/* ---- comparing ---- */

static int in_order(const struct img_fact *a, const struct img_fact *b)
{
	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	return strcmp(a->key, b->key);
}

static int by_rank(const void *a, const void *b)
{
	const struct img_fact *x = a, *y = b;
	int r = in_order(x, y);

	return r != 0 ? r : x->number < y->number ? -1 : 1;
}

static const char *after(const char *s)
{
	return s + strlen(s) + 1;
}

/* All has been put: find the parts, and sort. */
static int settle(struct img_facts *f, struct img_err *err)
{
	struct img_fact *v = (struct img_fact *)(void *)f->rows.p;
	size_t n = f->rows.n / sizeof(*v);
	const char *p;

	if (img_out_flush(f->o, err) < 0)
		return -1;
	if (f->rows.failed || f->bytes.failed)
		return img_fail_mem(err);
	p = (const char *)f->bytes.p;
	for (size_t i = 0; i < n; i++) {
		v[i].key = p;
		v[i].text = after(v[i].key);
		v[i].fields = after(v[i].text);
		p = after(v[i].fields);
	}
	if (n > 1)
		qsort(v, n, sizeof(*v), by_rank);
	return 0;
}

static bool same(const struct img_fact *a, const struct img_fact *b)
{
	return (a->loose && b->loose ? true : strcmp(a->text, b->text) == 0) &&
	       a->loose == b->loose && strcmp(a->fields, b->fields) == 0;
}

int img_facts_compare(struct img_facts *first, struct img_facts *second, img_facts_fn *fn,
		      void *arg, struct img_err *err)
{
	const struct img_fact *a, *b, *a_end, *b_end;

	if (settle(first, err) < 0 || settle(second, err) < 0)
		return -1;
	a = (const struct img_fact *)(const void *)first->rows.p;
	b = (const struct img_fact *)(const void *)second->rows.p;
	a_end = first->rows.n > 0 ? a + first->rows.n / sizeof(*a) : a;
	b_end = second->rows.n > 0 ? b + second->rows.n / sizeof(*b) : b;
	while (a < a_end || b < b_end) {
		int r = a == a_end ? 1 : b == b_end ? -1 : in_order(a, b);

		if (r != 0 || !same(a, b))
			fn(arg, r <= 0 ? a : NULL, r >= 0 ? b : NULL);
		a += r <= 0;
		b += r >= 0;
	}
	return 0;
}

/* ---- fields ---- */

struct field_line {
	const char *name, *value;
	int name_n, value_n;
	size_t number;
};

static int by_name(const struct field_line *a, const struct field_line *b)
{
	int n = a->name_n < b->name_n ? a->name_n : b->name_n;
	int r = memcmp(a->name, b->name, (size_t)n);

	return r != 0 ? r : a->name_n - b->name_n;
}

static int by_name_and_number(const void *a, const void *b)
{
	const struct field_line *x = a, *y = b;
	int r = by_name(x, y);

	return r != 0 ? r : x->number < y->number ? -1 : x->number > y->number;
}

/* The lines of a fact, sorted; NULL of a fact: none. Yours to img_free(). */
static struct field_line *split(const struct img_fact *f, size_t *n)
{
	const char *p = f != NULL ? f->fields : "";
	struct field_line *v;
	size_t most = 0;

	*n = 0;
	for (const char *q = p; (q = strchr(q, '\n')) != NULL; q++)
		most++;
	v = img_realloc(NULL, (most + 1) * sizeof(*v));
	for (; v != NULL && *p != '\0'; p++) {
		const char *blank = strchr(p, ' '), *end = strchr(p, '\n');

		v[*n] = (struct field_line){ p, blank + 1, (int)(blank - p), (int)(end - blank - 1),
					     *n };
		++*n;
		p = end;
	}
	if (v != NULL)
		qsort(v, *n, sizeof(*v), by_name_and_number);
	return v;
}

static void put_field(const struct field_line *a, const struct field_line *b, img_fact_field_fn *fn,
		      void *arg)
{
	struct img_fact_field f = { .name = NULL };

	if (a != NULL && b != NULL && a->value_n == b->value_n &&
	    memcmp(a->value, b->value, (size_t)a->value_n) == 0)
		return;
	for (int i = 0; i < 2; i++) {
		const struct field_line *l = i == 0 ? a : b;

		if (l == NULL)
			continue;
		f.name = l->name;
		f.name_n = l->name_n;
		f.value[i] = l->value;
		f.value_n[i] = l->value_n;
	}
	fn(arg, &f);
}

int img_fact_fields(const struct img_fact *first, const struct img_fact *second,
		    img_fact_field_fn *fn, void *arg, struct img_err *err)
{
	size_t n, m, i = 0, k = 0;
	struct field_line *a = split(first, &n), *b = split(second, &m);
	bool ok = a != NULL && b != NULL;

	while (ok && (i < n || k < m)) {
		int r = i == n ? 1 : k == m ? -1 : by_name(&a[i], &b[k]);

		put_field(r <= 0 ? &a[i] : NULL, r >= 0 ? &b[k] : NULL, fn, arg);
		i += r <= 0;
		k += r >= 0;
	}
	img_free(a);
	img_free(b);
	return ok ? 0 : img_fail_mem(err);
}
