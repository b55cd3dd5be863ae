#include "libimg/rewrite/layout_merge.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/msg/pick.h"

static const struct merge {
	uint32_t since;
	const char *old, *name;
	uint32_t key; /* the field with the number of the old name; 0: nothing says it */
} merges[] = {
	{ IMG_CRIU(1, 3, 0), "filelocks-%u.img", "filelocks.img", IMG_TAG_FILE_LOCK_ENTRY__PID },
	{ IMG_CRIU(2, 7, 0), "binfmt-misc-%u.img", "binfmt-misc.img", 0 },
};
enum { MERGES = sizeof(merges) / sizeof(*merges) };

/* The merge whose old image, or new one, this is. */
static const struct merge *merge_of(const char *name, bool *old, uint64_t *number)
{
	char again[IMG_NAME];

	(void)img_type_by_file(name, number);
	for (size_t i = 0; i < MERGES; i++) {
		const struct merge *m = &merges[i];

		*old = strcmp(img_type_file_name(m->old, *number, again, sizeof(again)), name) == 0;
		if (*old || strcmp(m->name, name) == 0)
			return m;
	}
	return NULL;
}

static bool has_old(const struct img_convert *c, const struct merge *m)
{
	uint64_t number;
	bool old;

	for (size_t i = 0; i < c->images.n; i++)
		if (merge_of(c->images.v[i], &old, &number) == m && old)
			return true;
	return false;
}

static int any(void *arg, const struct img_entry *e, struct img_err *err)
{
	(void)arg;
	(void)e;
	(void)err;
	return 1;
}

/* Is there one for each task, with entries or without? */
static bool per_task(const struct img_convert *c, const struct merge *m)
{
	return m->key == IMG_TAG_FILE_LOCK_ENTRY__PID && c->ps != NULL;
}

/* What the new image is: -1 with *err, 0: to stay, 1: to be made of others, or into them. */
static int changes(struct img_convert *c, const struct merge *m, struct img_err *err)
{
	if (img_convert_has(c, m->since))
		return has_old(c, m);
	if (per_task(c, m))
		return 1;
	return img_convert_each(c, m->name, 0, any, NULL, err);
}

static int merge_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	uint64_t number;
	bool old;
	const struct merge *m = merge_of(plan->name, &old, &number);
	int r = m != NULL ? changes(c, m, err) : 0;

	if (r <= 0)
		return r;
	if (!old && !img_convert_has(c, m->since) && m->key == 0) {
		struct img_at at = { m->name, 0, 0, NULL };

		return img_convert_refuse(c, &at, err, "%s: the device is not known", m->name);
	}
	if (old != img_convert_has(c, m->since) && old)
		return 0; /* of the source, and what the target reads */
	plan->fate = IMG_FATE_DROP;
	return 0;
}

/* ---- numbers of the old images ---- */

struct numbers {
	const struct merge *m;
	uint32_t *v;
	size_t n;
};

static int add_number(struct numbers *k, uint32_t number, struct img_err *err)
{
	uint32_t *v = img_grow(k->v, k->n, sizeof(*v));

	if (v == NULL)
		return img_fail_mem(err);
	k->v = v;
	v[k->n++] = number;
	return 0;
}

static int take_number(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct numbers *k = arg;
	uint64_t number = 0;

	(void)img_wire_get(e->body.p, e->body.n, k->m->key, &number);
	return add_number(k, (uint32_t)number, err);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int add_old(struct img_convert *c, const struct merge *m, struct img_dir_names *names,
		   struct img_err *err)
{
	struct numbers k = { .m = m };
	int r = img_convert_each(c, m->name, 0, take_number, &k, err);

	for (size_t i = 0; r == 0 && per_task(c, m) && i < c->ps->n; i++)
		if (img_convert_exists_no(c, "mm-%u.img", c->ps->tasks[i].pid))
			r = add_number(&k, c->ps->tasks[i].pid, err);
	if (k.n > 0)
		qsort(k.v, k.n, sizeof(*k.v), by_number);
	for (size_t i = 0; r == 0 && i < k.n; i++)
		if ((i == 0 || k.v[i] != k.v[i - 1]) && !img_convert_exists_no(c, m->old, k.v[i]))
			r = img_convert_add(names, m->old, k.v[i], err);
	img_free(k.v);
	return r;
}

static int merge_add(struct img_convert *c, struct img_dir_names *names, struct img_err *err)
{
	for (size_t i = 0; i < MERGES; i++) {
		const struct merge *m = &merges[i];
		int r = changes(c, m, err);

		if (r > 0)
			r = img_convert_has(c, m->since) ? img_names_add(names, m->name, err)
							 : add_old(c, m, names, err);
		if (r < 0)
			return -1;
	}
	return 0;
}

/* ---- writing ---- */

struct copying {
	struct img_made *made;
	const struct merge *m;
	uint64_t number; /* IMG_UNKNOWN: all entries */
	uint64_t n;
};

static int copy_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct copying *k = arg;
	uint64_t number = 0;

	if (k->number != IMG_UNKNOWN) {
		(void)img_wire_get(e->body.p, e->body.n, k->m->key, &number);
		if ((uint32_t)number != k->number)
			return 0;
	}
	k->n++;
	return img_made_put(k->made, e->body, err);
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* The old images, by number, after what the new one has already. */
static int join(struct img_convert *c, const struct merge *m, struct copying *k,
		struct img_err *err)
{
	uint64_t *v = img_calloc(c->images.n + 1, sizeof(*v)), number;
	size_t n = 0;
	bool old;
	int r = v == NULL ? img_fail_mem(err) : img_convert_each(c, m->name, 0, copy_one, k, err);

	for (size_t i = 0; r == 0 && i < c->images.n; i++)
		if (merge_of(c->images.v[i], &old, &number) == m && old)
			v[n++] = number;
	if (n > 0)
		qsort(v, n, sizeof(*v), by_value);
	for (size_t i = 0; r == 0 && i < n; i++)
		r = img_convert_each(c, m->old, v[i], copy_one, k, err);
	img_free(v);
	return r;
}

static int merge_make(struct img_convert *c, const char *name, const struct img_sink *to,
		      struct img_err *err)
{
	struct img_made made;
	struct copying k = { .made = &made, .number = IMG_UNKNOWN };
	uint64_t number;
	bool old;
	int r;

	k.m = merge_of(name, &old, &number);
	r = k.m != NULL ? changes(c, k.m, err) : 0;
	if (r <= 0)
		return r;
	if (old)
		k.number = number;
	r = img_made_begin(c, &made, name, to, err);
	if (r == 0)
		r = old ? img_convert_each(c, k.m->name, 0, copy_one, &k, err)
			: join(c, k.m, &k, err);
	if (k.n > 0)
		img_convert_note(c, name, old ? "an image for each task" : "one image", k.n);
	return img_made_end(&made, r, err) < 0 ? -1 : 1;
}

const struct img_family img_layouts_merge = {
	.image = merge_image,
	.add = merge_add,
	.make = merge_make,
};
