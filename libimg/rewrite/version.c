#include "libimg/rewrite/version.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/msg/criu.h"
#include "libimg/msg/wire.h"
#include "libimg/rewrite/layout_dump.h"
#include "libimg/rewrite/layout_event.h"
#include "libimg/rewrite/layout_files.h"
#include "libimg/rewrite/layout_fs.h"
#include "libimg/rewrite/layout_limit.h"
#include "libimg/rewrite/layout_memfd.h"
#include "libimg/rewrite/layout_merge.h"
#include "libimg/rewrite/layout_net.h"
#include "libimg/rewrite/layout_oldmem.h"
#include "libimg/rewrite/layout_page.h"
#include "libimg/rewrite/layout_segment.h"
#include "libimg/rewrite/layout_task.h"
#include "libimg/rewrite/layout_tcp.h"
#include "libimg/rewrite/layout_thread.h"
#include "libimg/rewrite/layout_tty.h"

#define FRAMED IMG_CRIU(1, 6, 0) /* the head magic before that of the type */
#define OLDEST IMG_CRIU(1, 0, 0)

/*
 * What is within a message comes before what moves the message, and what fills an image before what
 * wants it even without entries.
 */
static const struct img_family *const families[] = {
	&img_layouts_limit, &img_layouts_dump,   &img_layouts_task,    &img_layouts_thread,
	&img_layouts_event, &img_layouts_tty,    &img_layouts_tcp,     &img_layouts_memfd,
	&img_layouts_merge, &img_layouts_files,  &img_layouts_fs,      &img_layouts_net,
	&img_layouts_page,  &img_layouts_oldmem, &img_layouts_segment,
};
enum { FAMILIES = sizeof(families) / sizeof(*families) };

/* Nothing but the framing changes: the number in the inventory is of this family. */
static const struct img_family *const framing_only[] = { &img_layouts_dump };

struct img_version {
	struct img_convert c;
	struct img_version_how how;
	struct img_buf turns[2];
};

struct img_version *img_version_new(const struct img_version_how *how)
{
	struct img_version *v = img_calloc(1, sizeof(*v));

	if (v == NULL)
		return NULL;
	v->how = *how;
	v->c.changed = how->changed;
	v->c.arg = how->arg;
	v->c.layouts = how->framing == IMG_NONE;
	/* With the framing alone no row is to change anything but that of the framing. */
	v->c.to = v->c.layouts ? how->to : 0;
	v->c.families = v->c.layouts ? families : framing_only;
	v->c.n_families = v->c.layouts ? FAMILIES : 1;
	v->c.pages = how->pages;
	return v;
}

static void forget(struct img_version *v)
{
	for (size_t i = 0; i < FAMILIES; i++)
		if (families[i]->end != NULL)
			families[i]->end(&v->c);
	img_convert_end(&v->c);
}

void img_version_free(struct img_version *v)
{
	if (v == NULL)
		return;
	forget(v);
	img_buf_free(&v->turns[0]);
	img_buf_free(&v->turns[1]);
	img_free(v);
}

void img_version_report(struct img_version *v)
{
	img_convert_report(&v->c);
}

/* ---- the dump ---- */

static enum img_framing framing_of(const struct img_version *v)
{
	if (v->how.framing != IMG_NONE)
		return v->how.framing;
	return v->how.to < FRAMED ? IMG_V1_0 : IMG_V1_1;
}

static int learn_inventory(struct img_version *v, struct img_err *err)
{
	struct img_buf body = { 0 };
	uint64_t version = 0;
	int r = img_convert_first(&v->c, "inventory.img", 0, &body, err);

	if (r > 0)
		(void)img_wire_get(body.p, body.n, IMG_TAG_INVENTORY_ENTRY__IMG_VERSION, &version);
	v->c.predump = r > 0 && version == IMG_VERSION_PRE_DUMP;
	if (r == 0)
		img_image_absent(v->c.from, "inventory.img", 0, err);
	if (r >= 0 && version > IMG_VERSION_COMPRESSED) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE,
			 "img_version %llu is newer than this program knows",
			 (unsigned long long)version);
		img_err_in(err, img_dir_path(v->c.from), "inventory.img");
		r = -1;
	}
	img_buf_free(&body);
	return r > 0 ? 0 : -1;
}

/* Words of an image written anew have the order of the others. */
static int learn_order(struct img_convert *c, struct img_err *err)
{
	struct img_image *im;
	int r = img_image_open(c->from, "inventory.img", 0, &im, err);

	if (r > 0) {
		c->big = img_reader_head(img_image_reader(im))->big;
		img_image_close(im);
	}
	return r < 0 ? -1 : 0;
}

static int version_learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_version *v = arg;

	forget(v);
	v->c.from = from;
	v->c.framing = framing_of(v);
	if (learn_inventory(v, err) < 0 || learn_order(&v->c, err) < 0)
		return -1;
	if (!v->c.layouts)
		return 0;
	if (img_convert_learn(&v->c, err) < 0)
		return -1;
	for (size_t i = 0; i < FAMILIES; i++)
		if (families[i]->learn != NULL && families[i]->learn(&v->c, err) < 0)
			return -1;
	return 0;
}

/* ---- images ---- */

/* Does a row, or the framing, change entries of this type? */
static bool is_edited(const struct img_version *v, const struct img_type *t)
{
	if (t == NULL || t->magic == 0)
		return false;
	return t->head != 0 || img_convert_touches(&v->c, t->entry) ||
	       (t->first != NULL && img_convert_touches(&v->c, t->first));
}

static int version_image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_version *v = arg;

	if (v->c.pages != NULL && img_recompress_makes(v->c.pages, plan->name))
		return 0;
	for (size_t i = 0; i < v->c.n_families && v->c.layouts; i++)
		if (plan->fate == IMG_FATE_COPY && families[i]->image != NULL &&
		    families[i]->image(&v->c, plan, err) < 0)
			return -1;
	if (plan->fate == IMG_FATE_COPY && is_edited(v, plan->type)) {
		plan->fate = IMG_FATE_EDIT;
		plan->framing = v->c.framing;
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Each name once: the first family that knows it makes the image. */
static void once(struct img_dir_names *names)
{
	size_t k = 0;

	if (names->n == 0)
		return;
	qsort(names->v, names->n, sizeof(*names->v), by_name);
	for (size_t i = 1; i < names->n; i++)
		if (strcmp(names->v[i], names->v[k]) == 0)
			img_free(names->v[i]);
		else
			names->v[++k] = names->v[i];
	names->n = k + 1;
}

static int version_add(void *arg, struct img_dir_names *names, struct img_err *err)
{
	struct img_version *v = arg;

	for (size_t i = 0; i < v->c.n_families && v->c.layouts; i++)
		if (families[i]->add != NULL && families[i]->add(&v->c, names, err) < 0)
			return -1;
	once(names);
	return 0;
}

static int version_entry(void *arg, const char *image, const struct img_entry *e,
			 struct img_buf *out, struct img_err *err)
{
	struct img_version *v = arg;
	struct img_at at = { image, 0, e->index, NULL };
	struct img_span body = e->body;
	int r;

	(void)img_type_by_file(image, &at.number);
	r = img_convert_rows(&v->c, e->msg, &at, 0, &body, v->turns, err);
	if (r != IMG_SET)
		return r;
	img_buf_put(out, body.p, body.n);
	return out->failed ? img_fail_mem(err) : IMG_SET;
}

static int version_make(void *arg, const char *name, const struct img_sink *to, struct img_err *err)
{
	struct img_version *v = arg;

	for (size_t i = 0; i < v->c.n_families; i++) {
		int r = families[i]->make != NULL ? families[i]->make(&v->c, name, to, err) : 0;

		if (r != 0)
			return r < 0 ? -1 : 0;
	}
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "nothing is known to make it of");
}

struct img_change img_version_change(struct img_version *v)
{
	return (struct img_change){ .learn = version_learn,
				    .image = version_image,
				    .entry = version_entry,
				    .add = version_add,
				    .make = version_make,
				    .arg = v };
}

/* ---- releases ---- */

/* Releases of CRIU that images can be converted for: major number, last minor. */
static const struct {
	uint32_t major, minor;
} releases[] = { { 1, 8 }, { 2, 12 }, { 3, 19 }, { 4, 2 } };

static const char *number(const char *p, uint32_t *v)
{
	*v = 0;
	if (*p < '0' || *p > '9')
		return NULL;
	for (; *p >= '0' && *p <= '9'; p++)
		if (*v > 99 || (*v = *v * 10 + (uint32_t)(*p - '0')) > 99)
			return NULL;
	return p;
}

bool img_version_parse(const char *text, uint32_t *release)
{
	uint32_t major, minor, patch = 0;
	const char *p;

	if (strcmp(text, "dev") == 0) {
		*release = IMG_CRIU_DEV;
		return true;
	}
	p = number(text, &major);
	if (p == NULL || *p != '.' || (p = number(p + 1, &minor)) == NULL)
		return false;
	if (*p == '.' && (p = number(p + 1, &patch)) == NULL)
		return false;
	*release = IMG_CRIU(major, minor, patch);
	for (size_t i = 0; i < sizeof(releases) / sizeof(*releases); i++)
		if (*p == '\0' && major == releases[i].major && minor <= releases[i].minor)
			return *release >= OLDEST;
	return false;
}
