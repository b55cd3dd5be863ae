#include "libimg/rewrite/anonymize.h"

#include <stdio.h>
#include <string.h>

#include "libimg/msg/criu.h"
#include "libimg/msg/pick.h"
#include "libimg/rewrite/anon_name.h"
#include "libimg/rewrite/anon_raw.h"
#include "libimg/rewrite/anon_state.h"
#include "libimg/rewrite/anon_value.h"
#include "libimg/rewrite/field_value.h"

struct img_anon *img_anon_new(const struct img_anon_how *how)
{
	struct img_anon *a = img_calloc(1, sizeof(*a));

	if (a == NULL)
		return NULL;
	a->how = *how;
	a->pages = img_anon_pages_new(how->stacks);
	if (a->pages != NULL)
		return a;
	img_free(a);
	return NULL;
}

void img_anon_free(struct img_anon *a)
{
	if (a == NULL)
		return;
	img_anon_pages_free(a->pages);
	for (size_t i = 0; i < IMG_ANON_CLASSES; i++)
		img_map_free(&a->counts[i].distinct);
	img_buf_free(&a->text);
	img_buf_free(&a->kept);
	img_buf_free(&a->addresses);
	img_map_free(&a->kept_known);
	img_free(a);
}

void img_anon_tasks(struct img_anon *a, struct img_dir *d)
{
	img_anon_pages_tasks(a->pages, d);
}

/* ---- fields ---- */

static img_anon_set_fn *const by_class[IMG_ANON_CLASSES] = {
	[IMG_CLASS_PATH] = img_anon_set_path,       [IMG_CLASS_NAME] = img_anon_set_name,
	[IMG_CLASS_IP] = img_anon_set_ip,           [IMG_CLASS_MAC] = img_anon_set_mac,
	[IMG_CLASS_PORT] = img_anon_set_port,       [IMG_CLASS_ID] = img_anon_set_id,
	[IMG_CLASS_PAYLOAD] = img_anon_set_payload, [IMG_CLASS_SECRET] = img_anon_set_secret,
	[IMG_CLASS_TIME] = img_anon_set_zero,       [IMG_CLASS_REGISTER] = img_anon_set_register,
	[IMG_CLASS_COUNT] = img_anon_set_count,
};

/* The inside of what no schema knows cannot be judged. */
static int unknown(struct img_anon *a, const struct img_field *f)
{
	if (f->wt != IMG_BYTES && f->wt != IMG_GROUP)
		return IMG_KEEP;
	/* Sizes of blocks, where they are no message: img_anon_pages_entry() has judged them. */
	if (f->msg == &img_msg_pagemap_entry && f->tag == IMG_TAG_PAGEMAP_ENTRY__BLOCKS)
		return IMG_KEEP;
	a->dropped++;
	return IMG_DROP;
}

static int field(void *arg, struct img_field *f, struct img_err *err)
{
	struct img_anon *a = arg;
	const char *tail;
	uint64_t groups[2];
	unsigned class;
	bool text;

	if (f->row == NULL)
		return unknown(a, f);
	if (f->row->sub != NULL)
		return IMG_KEEP;
	class = img_fv_groups(f, groups, &tail) ? (unsigned)IMG_CLASS_ID : f->row->cls;
	text = f->row->wt == IMG_BYTES;
	if (!img_anon_changes(a, class) || by_class[class] == NULL) {
		if (text)
			img_anon_keep_text(a, f->bytes);
		return IMG_KEEP;
	}
	if (text)
		img_anon_tally(a, class, f->bytes.p, f->bytes.n);
	else
		img_anon_tally(a, class, &f->num, sizeof(f->num));
	return by_class[class](a, f, err);
}

static int entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		 struct img_err *err)
{
	struct img_anon *a = arg;
	int r;

	a->entry = e->body;
	if (strcmp(a->image, image) != 0) {
		snprintf(a->image, sizeof(a->image), "%s", image);
		a->images++;
	}
	if (e->msg != &img_msg_pagemap_entry || !img_anon_changes(a, IMG_ANON_MEMORY))
		return IMG_KEEP;
	r = img_anon_pages_entry(a->pages, image, e, out, err);
	return r > 0 ? IMG_SET : r < 0 ? -1 : IMG_KEEP;
}

/* ---- payloads ---- */

/* Keys of a map that are all different, and those that an array has; values are zeros. */
static void fill_map(const struct img_entry *e, uint64_t at, uint8_t *p, size_t n)
{
	uint64_t keys = 0, count_of = 0, size;

	img_wire_get(e->body.p, e->body.n, IMG_TAG_BPFMAP_DATA_ENTRY__KEYS_BYTES, &keys);
	img_wire_get(e->body.p, e->body.n, IMG_TAG_BPFMAP_DATA_ENTRY__COUNT, &count_of);
	size = count_of > 0 ? keys / count_of : 0;
	for (size_t i = 0; i < n; i++) {
		uint64_t byte = size > 0 ? (at + i) % size : 0;

		p[i] = (uint8_t)(at + i < keys && size > 0 && byte < 8
					 ? (at + i) / size >> (8 * byte)
					 : 0);
	}
}

static int content(void *arg, const char *image, const struct img_entry *e, uint64_t at, uint8_t *p,
		   size_t n, struct img_err *err)
{
	struct img_anon *a = arg;
	bool numbers = e->extra == &img_extra_sem;

	(void)image, (void)err;
	if (!img_anon_changes(a, numbers ? IMG_CLASS_COUNT : IMG_CLASS_PAYLOAD))
		return 0;
	img_anon_tally(a, numbers ? IMG_CLASS_COUNT : IMG_CLASS_PAYLOAD, p, n);
	if (e->extra == &img_extra_bpf)
		fill_map(e, at, p, n);
	else
		memset(p,
		       e->extra == &img_extra_pipe || e->extra == &img_extra_sk ||
				       e->extra == &img_extra_tcp || e->extra == &img_extra_msg
			       ? 'x'
			       : 0,
		       n);
	return 1;
}

/* ---- images ---- */

static int learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_anon *a = arg;
	struct img_image *im;
	struct img_pick f;
	int r = img_image_pick(from, "inventory.img", 0, &im, &f, err);

	a->from = from;
	if (r > 0) {
		a->big = img_reader_head(img_image_reader(im))->big;
		img_image_close(im);
	}
	if (r < 0 && (a->how.cut == NULL || err->kind == IMG_ESYS))
		return -1;
	if (!img_anon_changes(a, IMG_ANON_MEMORY))
		return 0;
	return img_anon_pages_learn(a->pages, from, a->big, a->how.cut != NULL, err);
}

/* Files of other names may be anything. */
static bool is_image_name(const struct img_plan *plan)
{
	size_t n = strlen(plan->name);

	return plan->type != NULL || (n > 4 && strcmp(plan->name + n - 4, ".img") == 0);
}

static int image(void *arg, struct img_plan *plan, struct img_err *err)
{
	struct img_anon *a = arg;
	unsigned classes;

	(void)err;
	if (a->how.classes == 0)
		return 0;
	if (!is_image_name(plan)) {
		plan->fate = IMG_FATE_DROP;
		return 0;
	}
	if (plan->type != NULL && plan->type->entry != NULL) {
		plan->fate = IMG_FATE_EDIT;
		return 0;
	}
	classes = img_anon_raw_classes(plan->name);
	if (classes == 0)
		classes = 1u << (img_anon_raw_reason(plan->name) == NULL ? IMG_ANON_MEMORY
									 : IMG_CLASS_PAYLOAD);
	if (a->how.classes & classes)
		plan->fate = IMG_FATE_MAKE;
	return 0;
}

static int make(void *arg, const char *file, const struct img_sink *to, struct img_err *err)
{
	struct img_anon *a = arg;
	const char *why;

	a->images++;
	if (img_anon_raw_classes(file) != 0) {
		if (img_anon_raw_classes(file) & a->how.classes & 1u << IMG_CLASS_PAYLOAD)
			img_anon_tally(a, IMG_CLASS_PAYLOAD, file, strlen(file));
		return img_anon_raw_make(a, file, to, err);
	}
	why = img_anon_raw_reason(file);
	img_anon_tally(a, why == NULL ? IMG_ANON_MEMORY : IMG_CLASS_PAYLOAD, file, strlen(file));
	if (why != NULL && a->how.emptied != NULL)
		a->how.emptied(a->how.arg, file, why);
	return img_anon_pages_make(a->pages, a->from, file, to, err);
}

static int damaged(void *arg, const char *image, const struct img_err *err)
{
	return img_anon_cut(arg, image, err);
}
struct img_change img_anon_change(struct img_anon *a)
{
	return (struct img_change){
		.learn = learn,
		.image = image,
		.entry = entry,
		.field = field,
		.payload = content,
		.make = make,
		.damaged = damaged,
		.arg = a,
	};
}
