#include "libimg/json/schema2json.h"

#include <string.h>

#include "libimg/base/buf.h"
#include "libimg/image/type.h"
#include "libimg/json/jw.h"
#include "libimg/msg/names.h"

/* Messages within messages; only those that hold their like go deeper, and these are cut short. */
enum { MAX_DEPTH = 16 };

/* One field, and the search for its places. */
struct line {
	struct img_jw w;
	const struct img_msg *m;
	unsigned i; /* its row */
	bool found; /* in the image type at hand */
	struct img_buf path;
};

static const char *const scalars[] = {
	[PROTOBUF_C_TYPE_INT32] = "int32",       [PROTOBUF_C_TYPE_SINT32] = "sint32",
	[PROTOBUF_C_TYPE_SFIXED32] = "sfixed32", [PROTOBUF_C_TYPE_INT64] = "int64",
	[PROTOBUF_C_TYPE_SINT64] = "sint64",     [PROTOBUF_C_TYPE_SFIXED64] = "sfixed64",
	[PROTOBUF_C_TYPE_UINT32] = "uint32",     [PROTOBUF_C_TYPE_FIXED32] = "fixed32",
	[PROTOBUF_C_TYPE_UINT64] = "uint64",     [PROTOBUF_C_TYPE_FIXED64] = "fixed64",
	[PROTOBUF_C_TYPE_FLOAT] = "float",       [PROTOBUF_C_TYPE_DOUBLE] = "double",
	[PROTOBUF_C_TYPE_BOOL] = "bool",         [PROTOBUF_C_TYPE_STRING] = "string",
	[PROTOBUF_C_TYPE_BYTES] = "bytes",
};

static const char *type_name(const struct img_msg *m, unsigned i)
{
	const ProtobufCFieldDescriptor *f = &m->desc->fields[i];

	if (f->type == PROTOBUF_C_TYPE_MESSAGE)
		return m->rows[i].sub->desc->name;
	if (f->type == PROTOBUF_C_TYPE_ENUM)
		return ((const ProtobufCEnumDescriptor *)f->descriptor)->name;
	return scalars[f->type];
}

static void put_default(struct img_jw *w, const ProtobufCFieldDescriptor *f)
{
	const ProtobufCEnumValue *e;

	if (f->default_value == NULL)
		return;
	IMG_JW_KEY(w, "default");
	switch (f->type) {
	case PROTOBUF_C_TYPE_BOOL:
		img_jw_bool(w, *(const protobuf_c_boolean *)f->default_value);
		break;
	case PROTOBUF_C_TYPE_ENUM:
		e = protobuf_c_enum_descriptor_get_value(f->descriptor,
							 *(const int *)f->default_value);
		img_jw_plain(w, e->name);
		break;
	case PROTOBUF_C_TYPE_UINT32: img_jw_u64(w, *(const uint32_t *)f->default_value); break;
	default: img_jw_i64(w, *(const int32_t *)f->default_value); break;
	}
}

static void put_bits(struct img_jw *w, const char *const *names, uint32_t bits)
{
	img_jw_open(w, '[');
	for (unsigned i = 0; names[i] != NULL; i++)
		if (bits >> i & 1) {
			img_jw_item(w);
			img_jw_plain(w, names[i]);
		}
	img_jw_close(w, ']');
}

static void put_names(struct img_jw *w, const struct img_names *names)
{
	IMG_JW_KEY(w, "names");
	img_jw_open(w, '{');
	for (const struct img_name *v = names->v; v->name != NULL; v++) {
		img_jw_name(w, v->name);
		img_jw_uint(w, v->value);
	}
	img_jw_close(w, '}');
}

static void put_enum(struct img_jw *w, const ProtobufCEnumDescriptor *e)
{
	IMG_JW_KEY(w, "enum");
	img_jw_open(w, '{');
	for (unsigned i = 0; i < e->n_values; i++) {
		img_jw_name(w, e->values[i].name);
		img_jw_i64(w, e->values[i].value);
	}
	img_jw_close(w, '}');
}

/* `.name` of a row, and how it goes on. */
static void add_step(struct img_buf *path, const struct img_row *row)
{
	if (path->n > 0)
		img_buf_put(path, ".", 1);
	img_buf_put(path, row->key + 2, row->key_len - 4u); /* without `,"` and `":` */
	if (row->list)
		img_buf_put(path, "[]", 2);
}

/* A message may hold its like, to any depth. */
static void add_loops(struct img_buf *path, const struct img_msg *at)
{
	for (unsigned i = 0; i < at->n; i++)
		if (at->rows[i].sub == at) {
			struct img_buf step = { 0 };

			add_step(&step, &at->rows[i]);
			img_buf_put(path, "(.", 2);
			img_buf_put(path, step.p, step.n);
			img_buf_put(path, ")*", 2);
			path->failed = path->failed || step.failed;
			img_buf_free(&step);
		}
}

static void put_place(struct line *l, const char *type)
{
	if (!l->found) {
		img_jw_name(&l->w, type);
		img_jw_open(&l->w, '[');
	}
	l->found = true;
	add_step(&l->path, &l->m->rows[l->i]);
	img_buf_put(&l->path, "", 1);
	img_jw_item(&l->w);
	if (!l->path.failed)
		img_jw_plain(&l->w, (const char *)l->path.p);
}

/* All places of the field below a message of which `path` says where it is. */
static void find(struct line *l, const char *type, const struct img_msg *at, unsigned depth)
{
	size_t n;

	if (l->path.n > 0)
		add_loops(&l->path, at);
	n = l->path.n;
	if (at == l->m)
		put_place(l, type);
	for (unsigned i = 0; i < at->n; i++) {
		const struct img_msg *sub = at->rows[i].sub;

		l->path.n = n;
		if (sub == NULL || sub == at || depth == MAX_DEPTH)
			continue;
		add_step(&l->path, &at->rows[i]);
		find(l, type, sub, depth + 1);
	}
}

/* The same from the message of an entry, or of a record in the payload, whose place is `path`. */
static void find_from(struct line *l, const char *type, const struct img_msg *root,
		      const char *path)
{
	l->path.n = 0;
	img_buf_put(&l->path, path, strlen(path));
	if (root != NULL)
		find(l, type, root, 0);
}

static void put_images(struct line *l)
{
	IMG_JW_KEY(&l->w, "images");
	img_jw_open(&l->w, '{');
	for (const struct img_type *t = img_types; t->name != NULL; t++) {
		l->found = false;
		find_from(l, t->name, t->first, "");
		find_from(l, t->name, t->entry, "");
		if (t->extra != NULL)
			find_from(l, t->name, t->extra->record, "extra[]");
		if (l->found)
			img_jw_close(&l->w, ']');
	}
	img_jw_close(&l->w, '}');
}

static void put_line(struct line *l)
{
	static const char *const labels[] = { "required", "optional", "repeated" };
	const ProtobufCFieldDescriptor *f = &l->m->desc->fields[l->i];
	const struct img_row *row = &l->m->rows[l->i];
	struct img_jw *w = &l->w;
	char since[IMG_CRIU_TEXT];

	img_jw_open(w, '{');
	IMG_JW_PLAIN(w, "message", l->m->desc->name);
	IMG_JW_PLAIN(w, "field", f->name);
	IMG_JW_UINT(w, "number", row->tag);
	IMG_JW_PLAIN(w, "type", type_name(l->m, l->i));
	IMG_JW_PLAIN(w, "label", labels[f->label]);
	if (f->label == PROTOBUF_C_LABEL_REQUIRED && (l->m->required >> l->i & 1) == 0)
		IMG_JW_BOOL(w, "late", true);
	put_default(w, f);
	IMG_JW_PLAIN(w, "class", img_class_names[row->cls]);
	IMG_JW_KEY(w, "verbs");
	put_bits(w, img_verb_names, row->verbs);
	IMG_JW_KEY(w, "hint");
	put_bits(w, img_hint_names, row->hints);
	if (row->names != NULL)
		put_names(w, row->names);
	if (f->type == PROTOBUF_C_TYPE_ENUM)
		put_enum(w, f->descriptor);
	IMG_JW_PLAIN(w, "since", img_criu_text(l->m->since[l->i], since));
	put_images(l);
	img_jw_close(w, '}');
	img_out_byte(w->o, '\n');
}

int img_schema2json(struct img_out *out, struct img_err *err)
{
	struct line l = { .found = false };
	bool failed;

	for (const struct img_msg *const *m = img_msgs; *m != NULL; m++)
		for (unsigned i = 0; i < (*m)->n; i++) {
			img_jw_init(&l.w, out, IMG_JW_LINE);
			l.m = *m;
			l.i = i;
			put_line(&l);
		}
	failed = l.path.failed;
	img_buf_free(&l.path);
	return failed ? img_fail_mem(err) : 0;
}
