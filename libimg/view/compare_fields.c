#include "libimg/view/compare_fields.h"

#include <inttypes.h>

#include "libimg/json/hint.h"
#include "libimg/msg/names.h"
#include "libimg/view/text.h"

/*
 * Fields by which entries of one dump refer to each other. What they lead to is compared where it
 * is; inodes and the like have a class of their own.
 */
static const char *const refs[] = {
	"id",        "mnt_id",        "ns_id",     "regf_id",   "inode_id", "tty_info_id",
	"map_id",    "parent_mnt_id", "shared_id", "master_id", "shmid",    "cg_set",
	"target_ns", "netnsid",       "pipe_id",   NULL,
};

struct each_field {
	const char *const *skip;
	img_fields_fn *fn;
	void *arg;
};

static bool is_named(const char *const *names, const char *name)
{
	for (; names != NULL && *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static int visit(void *arg, struct img_field *f, struct img_err *err)
{
	const struct each_field *w = arg;
	const char *name = img_field_name(f);
	char path[256];

	(void)err;
	if (f->row != NULL &&
	    (f->row->cls == IMG_CLASS_INODE || is_named(refs, name) || is_named(w->skip, name)))
		return IMG_PASS;
	if (f->row != NULL && f->row->sub != NULL)
		return IMG_KEEP;
	w->fn(w->arg, img_field_path(f, path, sizeof(path)), f);
	return IMG_PASS;
}

int img_fields_each(const struct img_msg *m, struct img_span body, const char *const *skip,
		    img_fields_fn *fn, void *arg, struct img_err *err)
{
	struct each_field w = { skip, fn, arg };
	struct img_buf none = { 0 };
	int r = img_visit(m, body, NULL, 0, visit, &w, &none, err);

	img_buf_free(&none);
	return r < 0 ? -1 : 0;
}

/* ---- values ---- */

static const ProtobufCFieldDescriptor *desc_of(const struct img_field *f)
{
	return &f->msg->desc->fields[f->row - f->msg->rows];
}

static void put_signed(struct img_out *o, int64_t v)
{
	img_text_fmt(o, "%" PRId64, v);
}

static void put_enum(struct img_out *o, const ProtobufCEnumDescriptor *e, uint64_t v)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(e, (int)v);

	if (value != NULL)
		img_text_put(o, value->name);
	else
		img_text_dec(o, v, 0);
}

/* Words that people know it by: true if there are some. */
static bool put_names(struct img_out *o, const struct img_row *row, uint64_t v)
{
	const char *name;

	if (row->names == NULL)
		return false;
	if (row->hints & IMG_HINT_FLAGS) {
		if (v == 0)
			return false;
		img_text_bits(o, row->names, v, "|");
		return true;
	}
	name = img_names_get(row->names, v);
	if (name != NULL)
		img_text_put(o, name);
	return name != NULL;
}

static void put_number(struct img_out *o, const struct img_field *f)
{
	const ProtobufCFieldDescriptor *d = desc_of(f);
	uint32_t word = (uint32_t)f->num;
	char text[IMG_ADDR_MAX];

	if (put_names(o, f->row, f->num))
		return;
	/* Of a list of words each comes by itself, and is no address. */
	if (f->row->cls == IMG_CLASS_POINTER || f->row->cls == IMG_CLASS_REGISTER ||
	    f->row->hints & IMG_HINT_HEX || (f->row->cls == IMG_CLASS_IP && f->row->list)) {
		img_text_fmt(o, "0x%" PRIx64, f->num);
		return;
	}
	if (f->row->cls == IMG_CLASS_IP) {
		img_text_put(o, img_addr_print(&word, 1, text));
		return;
	}
	switch (d->type) {
	case PROTOBUF_C_TYPE_INT32:
	case PROTOBUF_C_TYPE_INT64:
	case PROTOBUF_C_TYPE_SFIXED32:
	case PROTOBUF_C_TYPE_SFIXED64: put_signed(o, (int64_t)f->num); break;
	case PROTOBUF_C_TYPE_SINT32:
	case PROTOBUF_C_TYPE_SINT64:
		put_signed(o, (int64_t)(f->num >> 1 ^ (~(f->num & 1) + 1)));
		break;
	case PROTOBUF_C_TYPE_ENUM: put_enum(o, d->descriptor, f->num); break;
	case PROTOBUF_C_TYPE_BOOL: img_text_put(o, f->num != 0 ? "true" : "false"); break;
	default: img_text_dec(o, f->num, 0);
	}
}

void img_fields_value(struct img_side *side, const struct img_field *f)
{
	struct img_out *o = side->facts.o;

	if (f->wt == IMG_BYTES)
		img_text_name(o, f->bytes.p, f->bytes.n);
	else if (f->row == NULL)
		img_text_dec(o, f->num, 0);
	else if (f->row->cls == IMG_CLASS_PID && f->num <= UINT32_MAX)
		img_text_dec(o, img_side_pid(side, (uint32_t)f->num), 0);
	else
		put_number(o, f);
}

static void put_line(void *arg, const char *path, const struct img_field *f)
{
	struct img_side *side = arg;
	struct img_out *o = side->facts.o;

	if (f->row != NULL)
		img_text_put(o, path);
	else
		img_text_fmt(o, "%sfield-%" PRIu32, path, f->tag);
	img_out_byte(o, ' ');
	img_fields_value(side, f);
	img_out_byte(o, '\n');
}

int img_fields_put(struct img_side *side, const struct img_msg *m, struct img_span body,
		   const char *const *skip, struct img_err *err)
{
	return img_fields_each(m, body, skip, put_line, side, err);
}
