#include "libimg/check/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/base/alloc.h"

/* ---- memory ---- */

void *img_ck_alloc(struct check *ck, size_t n, size_t size)
{
	size_t all;
	void *p = NULL;

	if (!__builtin_mul_overflow(n, size, &all))
		p = img_arena_alloc(ck->arena, all);
	ck->no_memory = ck->no_memory || p == NULL;
	return p;
}

uint32_t *img_ck_map_at(struct check *ck, struct img_map *m, uint64_t key)
{
	uint32_t *v = img_map_at(m, key);

	if (v != NULL)
		return v;
	ck->no_memory = true;
	ck->no_place = IMG_MAP_NONE;
	return &ck->no_place;
}

uint32_t img_ck_count(struct check *ck, struct img_map *m, uint64_t key)
{
	uint32_t *v = img_ck_map_at(ck, m, key);

	*v = *v == IMG_MAP_NONE ? 0 : *v + 1;
	return *v;
}

uint64_t img_ck_key(const struct check *ck, const void *p, size_t n)
{
	uint32_t i = img_intern(&ck->names->known, p, n);

	ck->names->no_memory |= i == IMG_MAP_NONE;
	return i;
}

uint64_t img_ck_key_on(const struct check *ck, uint64_t key, const void *p, size_t n)
{
	struct img_buf *b = &ck->names->joined;

	b->n = 0;
	img_buf_put(b, &key, sizeof(key));
	img_buf_put(b, p, n);
	if (!b->failed)
		return img_ck_key(ck, b->p, b->n);
	ck->names->no_memory = true;
	return IMG_MAP_NONE;
}

/* ---- fields ---- */

static const ProtobufCFieldDescriptor *find_field(const ProtobufCMessage *m, const char *name)
{
	return protobuf_c_message_descriptor_get_field_by_name(m->descriptor, name);
}

const void *img_ck_field(const void *msg, const char *name)
{
	const ProtobufCFieldDescriptor *f = find_field(msg, name);

	return f != NULL ? (const char *)msg + f->offset : NULL;
}

size_t img_ck_values(const void *msg, const char *name)
{
	const ProtobufCFieldDescriptor *f = find_field(msg, name);
	const char *m = msg;

	if (f == NULL)
		return 0;
	if (f->label == PROTOBUF_C_LABEL_REQUIRED)
		return 1;
	if (f->label == PROTOBUF_C_LABEL_REPEATED)
		return *(const size_t *)(const void *)(m + f->quantifier_offset);
	if (f->type == PROTOBUF_C_TYPE_STRING || f->type == PROTOBUF_C_TYPE_MESSAGE)
		return *(const void *const *)(const void *)(m + f->offset) != NULL;
	return *(const protobuf_c_boolean *)(m + f->quantifier_offset) != 0;
}

/* ---- images ---- */

static int compare(const struct ck_image *im, const char *pattern, uint64_t number)
{
	int d = im->pattern != NULL ? strcmp(im->pattern, pattern) : -1;

	if (d != 0)
		return d;
	return (im->number > number) - (im->number < number);
}

/* The first image that is not in front of this place. */
static size_t place_of(const struct check *ck, const char *pattern, uint64_t number)
{
	size_t lo = 0, hi = ck->n_images;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (compare(&ck->images[mid], pattern, number) < 0)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

struct ck_image *img_ck_find(const struct check *ck, const char *pattern, uint64_t number)
{
	size_t i = place_of(ck, pattern, number);

	if (i < ck->n_images && compare(&ck->images[i], pattern, number) == 0)
		return &ck->images[i];
	return NULL;
}

struct ck_image *img_ck_next(const struct check *ck, const char *pattern, const struct ck_image *im)
{
	size_t i = im == NULL ? place_of(ck, pattern, 0) : (size_t)(im - ck->images) + 1;

	if (i < ck->n_images && ck->images[i].pattern != NULL &&
	    strcmp(ck->images[i].pattern, pattern) == 0)
		return &ck->images[i];
	return NULL;
}

const void *img_ck_one(const struct ck_image *im)
{
	return im != NULL && im->n > 0 ? im->v[0] : NULL;
}

bool img_ck_whole(const struct check *ck, const char *pattern, uint64_t number)
{
	const struct ck_image *im = img_ck_find(ck, pattern, number);

	return im != NULL && !im->broken;
}

bool img_ck_use(struct check *ck, const char *pattern, uint64_t number)
{
	struct ck_image *im = img_ck_find(ck, pattern, number);

	if (im != NULL)
		im->used = true;
	return im != NULL;
}

bool img_ck_need(struct check *ck, const char *pattern, uint64_t number, const char *why, ...)
{
	char name[256], reason[300];
	va_list ap;

	if (img_ck_use(ck, pattern, number))
		return true;
	va_start(ap, why);
	vsnprintf(reason, sizeof(reason), why, ap);
	va_end(ap);
	ck->gaps++;
	img_ck_say_name(ck, CK_IMAGE_MISSING,
			img_type_file_name(pattern, number, name, sizeof(name)),
			"image missing: %s", reason);
	return false;
}

int img_ck_parent(struct check *ck, struct img_dir **parent, struct img_err *err)
{
	int r = img_dir_parent(ck->dir, parent, err);

	if (r < 0 && err->kind == IMG_ESYS && !ck->parent_told) {
		ck->parent_told = true;
		img_report(&ck->how->unread, err);
	}
	return r;
}

void img_ck_left(struct check *ck, struct ck_image *im, const char *why, ...)
{
	char text[200];
	va_list ap;
	char *copy;

	if (im->left != NULL)
		return;
	va_start(ap, why);
	vsnprintf(text, sizeof(text), why, ap);
	va_end(ap);
	copy = img_ck_alloc(ck, strlen(text) + 1, 1);
	if (copy != NULL)
		memcpy(copy, text, strlen(text) + 1);
	im->left = copy;
}

void img_ck_expect(struct check *ck, const char *pattern, uint64_t number, const char *why)
{
	char name[64];

	if (img_ck_find(ck, pattern, number) == NULL)
		img_ck_say_name(ck, CK_IMAGE_EXPECTED,
				img_type_file_name(pattern, number, name, sizeof(name)),
				"image missing: %s", why);
}

/* ---- findings ---- */

const char *img_ck_path(struct check *ck, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(ck->path, sizeof(ck->path), fmt, ap);
	va_end(ap);
	return ck->path;
}

const char *img_ck_text(struct check *ck, const void *p, size_t n)
{
	char *buf = ck->text[ck->text_n++ % (sizeof(ck->text) / sizeof(ck->text[0]))];
	char twice[sizeof(ck->text[0])];
	const char *s = p;
	size_t k = 0;

	/* A backslash must not look like the begin of an escape. */
	for (size_t i = 0; i < n && k + 2 <= sizeof(twice); i++) {
		if (s[i] == '\\')
			twice[k++] = '\\';
		twice[k++] = s[i];
	}
	return img_printable(twice, k, buf, sizeof(ck->text[0]));
}

const char *img_ck_str(struct check *ck, const char *s)
{
	return img_ck_text(ck, s, strlen(s));
}

static enum img_severity severity(const struct check *ck, enum ck_rule rule)
{
	enum img_severity wish = ck->how->severity != NULL
					 ? (enum img_severity)ck->how->severity[rule % CK_RULES]
					 : IMG_BY_RULE;

	if (wish != IMG_BY_RULE)
		return wish;
	return rule >= CK_RULES ? IMG_WARNING : ck->rows[rule].rule.severity;
}

static void tell(struct check *ck, enum ck_rule rule, const char *image, int64_t entry,
		 const char *path, const char *message, size_t count)
{
	struct img_finding f = { .rule = &ck->rows[rule % CK_RULES].rule,
				 .severity = severity(ck, rule),
				 .image = image,
				 .entry = entry,
				 .path = path,
				 .message = message,
				 .count = count };

	ck->how->found(ck->how->arg, &f);
}

/* Report how many findings of a rule on an image were suppressed. */
static void say_rest(struct check *ck, enum ck_rule rule)
{
	size_t more = ck->said[rule].n > IMG_CHECK_SAME ? ck->said[rule].n - IMG_CHECK_SAME : 0;
	char text[80];

	if (more == 0)
		return;
	snprintf(text, sizeof(text), "%zu more like this", more);
	tell(ck, rule, ck->said[rule].im->name, -1, "", text, more);
}

static void say(struct check *ck, enum ck_rule rule, const struct ck_image *im, int64_t entry,
		const char *path, const char *fmt, va_list ap)
{
	char message[500];

	if (severity(ck, rule) == IMG_ALLOW)
		return;
	if (im != ck->said[rule].im) {
		say_rest(ck, rule);
		ck->said[rule].im = im;
		ck->said[rule].n = 0;
	}
	if (++ck->said[rule].n > IMG_CHECK_SAME)
		return;
	vsnprintf(message, sizeof(message), fmt, ap);
	tell(ck, rule, im->name, entry, path, message, 1);
}

void img_ck_say(struct check *ck, enum ck_rule rule, const struct ck_image *im, int64_t entry,
		const char *path, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(ck, rule, im, entry, path, fmt, ap);
	va_end(ap);
}

void img_ck_say_at(struct check *ck, enum ck_rule rule, const struct ck_place *p, const char *field,
		   const char *fmt, ...)
{
	char path[sizeof(ck->path)];
	va_list ap;

	snprintf(path, sizeof(path), "%s%s", p->path, field);
	va_start(ap, fmt);
	say(ck, rule, p->im, (int64_t)p->entry, path, fmt, ap);
	va_end(ap);
}

void img_ck_say_value(struct check *ck, enum ck_rule rule, const struct ck_place *p,
		      const char *field, uint64_t v, const char *why)
{
	img_ck_say_at(ck, rule, p, field, CK_ID " %s", CK_N(v), why);
}

void img_ck_say_name(struct check *ck, enum ck_rule rule, const char *name, const char *fmt, ...)
{
	char message[500];
	va_list ap;

	if (severity(ck, rule) == IMG_ALLOW)
		return;
	va_start(ap, fmt);
	vsnprintf(message, sizeof(message), fmt, ap);
	va_end(ap);
	tell(ck, rule, name, -1, "", message, 1);
}

void img_ck_say_rest(struct check *ck)
{
	for (enum ck_rule rule = 0; rule < CK_VERDICTS; rule++)
		say_rest(ck, rule);
}
