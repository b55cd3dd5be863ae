/*
 * Fields as they stand in the image: those that no release of CRIU has, and strings with a NUL byte
 * inside, where the C code that reads them would stop.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/check/model.h"
#include "libimg/msg/schema.h"

struct field_walk {
	struct check *ck;
	const struct ck_image *im;
	int64_t entry;
	bool cut, newer; /* reported once for each entry */
};

/* A message, and the field that holds it. */
struct field_level {
	const struct field_level *up;
	const struct img_msg *m;
	const char *name; /* of the field; NULL at the top */
};

/* The path of field `name` of a message; NULL: of the message. */
static void put_path(const struct field_level *l, const char *name, struct img_err *at)
{
	if (name != NULL)
		img_err_under(at, name, -1);
	for (; l->name != NULL; l = l->up)
		img_err_under(at, l->name, -1);
}

static void say_cut(struct field_walk *k, const struct field_level *l, const char *name)
{
	struct img_err at = { .path = "" };

	k->cut = true;
	put_path(l, name, &at);
	img_ck_say(k->ck, CK_IMAGE_TEXT, k->im, k->entry, at.path,
		   "has a NUL byte inside, where it would end for CRIU");
}

static void say_newer(struct field_walk *k, const struct field_level *l, const struct img_wfield *f,
		      int row)
{
	struct img_err at = { .path = "" };

	k->newer = true;
	put_path(l, row >= 0 ? l->m->desc->fields[row].name : NULL, &at);
	if (row >= 0)
		img_ck_say(k->ck, CK_IMAGE_UNKNOWN, k->im, k->entry, at.path,
			   "is a field of no release of CRIU");
	else
		img_ck_say(k->ck, CK_IMAGE_UNKNOWN, k->im, k->entry, at.path,
			   "field %" PRIu32 " of %s is unknown", f->tag, l->m->desc->short_name);
}

/* The message has been checked: its fields are complete, its depth is limited. */
static void walk(struct field_walk *k, const struct field_level *l, const uint8_t *p, size_t n)
{
	struct img_wire w = { p, p + n };
	struct img_wfield f;
	int row = -1;

	while (w.p < w.end && img_msg_next(l->m, &w, &f, (unsigned)(row + 1), &row) == NULL) {
		const ProtobufCFieldDescriptor *d;

		if (!k->newer && (row < 0 || l->m->rows[row].newer))
			say_newer(k, l, &f, row);
		if (row < 0 || f.wt != IMG_BYTES)
			continue;
		d = &l->m->desc->fields[row];
		if (l->m->rows[row].sub != NULL)
			walk(k, &(struct field_level){ l, l->m->rows[row].sub, d->name }, f.p, f.n);
		else if (!k->cut && d->type == PROTOBUF_C_TYPE_STRING &&
			 memchr(f.p, 0, f.n) != NULL)
			say_cut(k, l, d->name);
	}
}

void img_ck_image_fields(struct check *ck, const struct ck_image *im, int64_t entry,
			 const struct img_msg *m, const uint8_t *p, size_t n)
{
	struct field_walk k = { .ck = ck, .im = im, .entry = entry };

	walk(&k, &(struct field_level){ NULL, m, NULL }, p, n);
}
