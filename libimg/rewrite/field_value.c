#include "libimg/rewrite/field_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* ---- neighbours ---- */

/* The message that the field is in. */
struct img_span img_fv_message(const struct img_fields *x, const struct img_field *f)
{
	return f->parent != NULL ? f->parent->bytes : x->entry;
}

/* A number beside the field; 0 where it is absent. */
uint64_t img_fv_beside(const struct img_fields *x, const struct img_field *f, uint32_t tag)
{
	struct img_span m = img_fv_message(x, f);
	uint64_t v = 0;

	return img_wire_get(m.p, m.n, tag, &v) ? v : 0;
}

/* The last bytes field `tag` of a message that has been walked. */
struct img_span img_fv_bytes(struct img_span m, uint32_t tag)
{
	struct img_wire w = { m.p, m.p + m.n };
	struct img_span found = { (const uint8_t *)"", 0, m.off };
	struct img_wfield v;

	while (w.p < w.end && img_wire_next(&w, &v) == NULL)
		if (v.tag == tag && v.wt == IMG_BYTES)
			found = (struct img_span){ v.p, v.n, 0 };
	return found;
}

bool img_fv_groups(const struct img_field *f, uint64_t v[2], const char **tail)
{
	char text[40];
	int end = 0;

	if (f->parent == NULL || f->parent->msg != &img_msg_netns_entry ||
	    f->parent->tag != IMG_TAG_NETNS_ENTRY__IPV4_SYSCTL || f->parent->index != 0 ||
	    f->wt != IMG_BYTES || f->bytes.n >= sizeof(text))
		return false;
	memcpy(text, f->bytes.p, f->bytes.n);
	text[f->bytes.n] = '\0';
	if (sscanf(text, "%10" SCNu64 " %10" SCNu64 "%n", &v[0], &v[1], &end) < 2)
		return false;
	*tail = strcmp(text + end, "\n") == 0 ? "\n" : "";
	return text[end] == '\0' || **tail != '\0';
}

/* ---- setting ---- */

int img_fv_set_bytes(struct img_fields *x, struct img_field *f, struct img_span new)
{
	img_report_field(&x->changes, f, false, img_value_text(f->bytes.p, f->bytes.n),
			 img_value_text(new.p, new.n));
	f->bytes = new;
	return IMG_SET;
}

/* To the text that has been made in x->text. */
int img_fv_set_text(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	if (x->text.failed)
		return img_fail_mem(err);
	return img_fv_set_bytes(x, f, (struct img_span){ x->text.p, x->text.n, 0 });
}

static bool is_signed(const struct img_field *f)
{
	return f->row->type == PROTOBUF_C_TYPE_INT32;
}

/* Numbers are of 32 bits; a signed one stands with all 64 on the wire. */
uint64_t img_fv_number(const struct img_field *f)
{
	return is_signed(f) ? (uint32_t)f->num : f->num;
}

int img_fv_set_number(struct img_fields *x, struct img_field *f, uint64_t new)
{
	img_report_field(&x->changes, f, false, img_value_number(img_fv_number(f)),
			 img_value_number(new));
	f->num = is_signed(f) ? (uint64_t)(int64_t)(int32_t)(uint32_t) new : new;
	return IMG_SET;
}

int img_fv_prefix(struct img_fields *x, struct img_field *f, uint32_t verb, struct img_err *err)
{
	int r;

	x->text.n = 0;
	r = img_apply_prefix(&x->apply, verb, f->bytes, &x->text, err);
	return r < 0 ? -1 : r > 0 ? img_fv_set_text(x, f, err) : IMG_KEEP;
}

int img_fv_whole(struct img_fields *x, struct img_field *f, uint32_t verb)
{
	struct img_span new;

	if (img_apply_whole(&x->apply, verb, f->bytes, &new) <= 0)
		return IMG_KEEP;
	return img_fv_set_bytes(x, f, new);
}
