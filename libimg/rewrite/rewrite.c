#include "libimg/rewrite/rewrite.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/rewrite/edit.h"

/* What was planned for an image of the source. */
struct item {
	const char *name; /* in `source` */
	uint32_t edits;   /* bit i: change i edits it */
	int maker;        /* the change that makes it, or -1 */
	bool dropped;
	enum img_framing framing;
	struct img_dir_names made; /* names in the result; the first is that of the image */
};

/* A name in the result, and where it comes from. */
struct result {
	const char *name;
	struct item *item;
};

struct img_rewrite {
	struct img_dir *from;
	const struct img_change *changes;
	size_t n_changes;
	struct img_dir_names source;
	struct img_dir_names added[IMG_CHANGES];
	struct item *items; /* n_items: those of source, then those of added */
	size_t n_items;
	struct result *results;
	struct img_dir_names names; /* of results: only the array is ours */
};

int img_names_add(struct img_dir_names *l, const char *name, struct img_err *err)
{
	char **v = img_grow(l->v, l->n, sizeof(*v));

	if (v == NULL)
		return img_fail_mem(err);
	l->v = v;
	v[l->n] = img_strndup(name, strlen(name));
	return v[l->n++] != NULL ? 0 : img_fail_mem(err);
}

int img_plan_also(struct img_plan *plan, const char *name, struct img_err *err)
{
	return img_names_add(plan->others, name, err);
}

static int clash(const struct img_rewrite *rw, const char *name, const char *what,
		 struct img_err *err)
{
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s", what);
	return img_err_in(err, img_dir_path(rw->from), name);
}

/* What one change says of an image goes with what those before it said. */
static int take_plan(struct img_rewrite *rw, struct item *it, unsigned change,
		     const struct img_plan *plan, struct img_err *err)
{
	if (plan->fate == IMG_FATE_DROP)
		it->dropped = true;
	if (plan->framing != IMG_NONE)
		it->framing = plan->framing;
	if (plan->fate == IMG_FATE_EDIT)
		it->edits |= UINT32_C(1) << change;
	if (plan->fate == IMG_FATE_MAKE) {
		if (it->maker >= 0)
			return clash(rw, it->name, "two changes want to make this image", err);
		it->maker = (int)change;
	}
	if (it->maker >= 0 && it->edits != 0)
		return clash(rw, it->name,
			     "one change wants to make this image, another one to edit it", err);
	return 0;
}

static int plan_item(struct img_rewrite *rw, struct item *it, struct img_err *err)
{
	struct img_plan plan = { .name = it->name };

	plan.type = img_type_by_file(it->name, NULL);
	plan.others = &it->made;
	strcpy(plan.new_name, it->name);
	/* Its own name goes first; it is put there once the changes have said what it is. */
	if (img_names_add(&it->made, "", err) < 0)
		return -1;
	it->maker = -1;
	for (unsigned i = 0; i < rw->n_changes && !it->dropped; i++) {
		const struct img_change *c = &rw->changes[i];

		plan.fate = IMG_FATE_COPY;
		plan.framing = IMG_NONE;
		if (c->image == NULL)
			continue;
		if (c->image(c->arg, &plan, err) < 0)
			return err->file[0] != '\0'
				       ? -1
				       : img_err_in(err, img_dir_path(rw->from), it->name);
		if (take_plan(rw, it, i, &plan, err) < 0)
			return -1;
	}
	img_free(it->made.v[0]);
	it->made.v[0] = img_strndup(plan.new_name, strlen(plan.new_name));
	return it->made.v[0] != NULL ? 0 : img_fail_mem(err);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct result *)a)->name, ((const struct result *)b)->name);
}

/* The names in the result, in order. */
static int index_results(struct img_rewrite *rw, struct img_err *err)
{
	size_t n = 0;

	for (size_t i = 0; i < rw->n_items; i++)
		n += rw->items[i].dropped ? 0 : rw->items[i].made.n;
	rw->results = img_calloc(n + 1, sizeof(*rw->results));
	rw->names.v = img_calloc(n + 1, sizeof(*rw->names.v));
	if (rw->results == NULL || rw->names.v == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < rw->n_items; i++) {
		struct item *it = &rw->items[i];

		for (size_t k = 0; !it->dropped && k < it->made.n; k++)
			rw->results[rw->names.n++] = (struct result){ it->made.v[k], it };
	}
	qsort(rw->results, n, sizeof(*rw->results), by_name);
	for (size_t i = 0; i < n; i++) {
		rw->names.v[i] = (char *)(uintptr_t)rw->results[i].name;
		if (i > 0 && strcmp(rw->results[i - 1].name, rw->results[i].name) == 0)
			return clash(rw, rw->results[i].name, "two images would get this name",
				     err);
	}
	return 0;
}

static int learn(struct img_rewrite *rw, struct img_err *err)
{
	for (size_t i = 0; i < rw->n_changes; i++) {
		const struct img_change *c = &rw->changes[i];

		if (c->learn != NULL && c->learn(c->arg, rw->from, err) < 0)
			return -1;
	}
	return 0;
}

/* The images that a change adds: each is made, by its own name. */
static int plan_added(struct img_rewrite *rw, unsigned change, struct img_err *err)
{
	const struct img_change *c = &rw->changes[change];
	struct img_dir_names *l = &rw->added[change];
	struct item *items;

	if (c->add == NULL)
		return 0;
	if (c->add(c->arg, l, err) < 0)
		return err->file[0] != '\0' ? -1 : img_err_in(err, img_dir_path(rw->from), "");
	items = img_realloc(rw->items, (rw->n_items + l->n + 1) * sizeof(*items));
	if (items == NULL)
		return img_fail_mem(err);
	rw->items = items;
	for (size_t i = 0; i < l->n; i++) {
		struct item *it = &items[rw->n_items++];

		*it = (struct item){ .name = l->v[i], .maker = (int)change };
		if (img_names_add(&it->made, it->name, err) < 0)
			return -1;
	}
	return 0;
}

static int plan(struct img_rewrite *rw, struct img_err *err)
{
	if (img_dir_list(rw->from, &rw->source, err) < 0)
		return img_err_in(err, img_dir_path(rw->from), "");
	rw->items = img_calloc(rw->source.n + 1, sizeof(*rw->items));
	if (rw->items == NULL)
		return img_fail_mem(err);
	rw->n_items = rw->source.n;
	for (size_t i = 0; i < rw->source.n; i++) {
		rw->items[i].name = rw->source.v[i];
		if (plan_item(rw, &rw->items[i], err) < 0)
			return -1;
	}
	for (unsigned i = 0; i < rw->n_changes; i++)
		if (plan_added(rw, i, err) < 0)
			return -1;
	return index_results(rw, err);
}

struct img_rewrite *img_rewrite_new(struct img_dir *from, const struct img_change *c, size_t n,
				    struct img_err *err)
{
	struct img_rewrite *rw = img_calloc(1, sizeof(*rw));

	if (rw == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	rw->from = from;
	rw->changes = c;
	rw->n_changes = n;
	err->file[0] = '\0';
	if (n > IMG_CHANGES)
		img_fail(err, IMG_ELIMIT, IMG_NOWHERE, "%zu changes at once (the limit is %d)", n,
			 IMG_CHANGES);
	if (n > IMG_CHANGES || learn(rw, err) < 0 || plan(rw, err) < 0) {
		img_rewrite_free(rw);
		return NULL;
	}
	return rw;
}

void img_rewrite_free(struct img_rewrite *rw)
{
	if (rw == NULL)
		return;
	for (size_t i = 0; i < rw->n_items; i++)
		img_list_free(&rw->items[i].made);
	for (unsigned i = 0; i < IMG_CHANGES; i++)
		img_list_free(&rw->added[i]);
	img_free(rw->items);
	img_free(rw->results);
	img_free(rw->names.v);
	img_list_free(&rw->source);
	img_free(rw);
}

const struct img_dir_names *img_rewrite_names(const struct img_rewrite *rw)
{
	return &rw->names;
}

static int write_item(struct img_rewrite *rw, const struct item *it, const struct img_sink *to,
		      struct img_err *err)
{
	struct img_edit ed = { rw->from,    it->name,  it->made.v[0],
			       rw->changes, it->edits, it->framing };

	if (it->maker < 0)
		return it->edits != 0 ? img_edit(&ed, to, err) : img_edit_copy(&ed, to, err);
	err->file[0] = '\0';
	if (rw->changes[it->maker].make(rw->changes[it->maker].arg, it->name, to, err) == 0)
		return 0;
	return err->file[0] != '\0' ? -1 : img_err_in(err, img_dir_path(rw->from), it->name);
}

int img_rewrite_all(struct img_rewrite *rw, const struct img_sink *to, struct img_err *err)
{
	for (size_t i = 0; i < rw->n_items; i++)
		if (!rw->items[i].dropped && write_item(rw, &rw->items[i], to, err) < 0)
			return -1;
	return 0;
}

int img_rewrite_image(struct img_rewrite *rw, const char *name, const struct img_sink *to,
		      struct img_err *err)
{
	const struct result key = { name, NULL }, *r = NULL;

	if (rw->names.n > 0)
		r = bsearch(&key, rw->results, rw->names.n, sizeof(key), by_name);
	if (r == NULL)
		return 0;
	return write_item(rw, r->item, to, err) < 0 ? -1 : 1;
}
