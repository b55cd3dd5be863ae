#include "libimg/rewrite/layout_files.h"

#include <string.h>

#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"
#include "libimg/rewrite/layout_tty.h"
#include "fdinfo.pb-c.h"

#define JOINED IMG_CRIU(3, 4, 0)   /* files.img has all files */
#define NO_EMPTY IMG_CRIU(1, 6, 0) /* images without entries are not written any more */
#define FILES "files.img"

enum { TYPES = 64 }; /* kinds of files; more than there are */

struct img_layout_files {
	bool join, split;
	uint64_t have; /* bit by kind: files.img has such */
};

/* ---- files.img: what it holds ---- */

/* The kind of a file_entry, and its message: 1, 0: it has none, -1. */
static int inner(struct img_span entry, uint32_t *type, const struct img_msg **m, uint32_t *tag,
		 struct img_span *body, struct img_err *err)
{
	const ProtobufCFieldDescriptor *f;
	struct img_pick p;
	int row;

	if (img_pick(&p, &img_msg_file_entry, entry, err) < 0)
		return -1;
	*type = img_num32(&p, IMG_TAG_FILE_ENTRY__TYPE);
	f = img_files_member(*type);
	if (f == NULL || !img_has(&p, f->id))
		return 0;
	row = img_msg_find(&img_msg_file_entry, f->id, 0);
	*m = img_msg_file_entry.rows[row].sub;
	*tag = f->id;
	*body = img_bytes(&p, f->id);
	return 1;
}

/* A kind of file that the target does not know, by the release of its field. */
static int check_kind(struct img_convert *c, const struct img_at *at, uint32_t type, uint32_t tag,
		      struct img_err *err)
{
	int row = img_msg_find(&img_msg_file_entry, tag, 0);
	uint32_t since = img_msg_file_entry.since[row];
	const ProtobufCEnumValue *v;

	/* The first of them came with files.img, in which it is a field. */
	if (since <= JOINED || img_convert_has(c, since))
		return 0;
	v = protobuf_c_enum_descriptor_get_value(&img_pb_fd_types__descriptor, (int)type);
	return img_convert_refuse(c, at, err, "files of type %s", v != NULL ? v->name : "?");
}

/* A file_entry with another message in it; the message says its id, too. */
static int rebuild(struct img_span entry, uint32_t tag, struct img_span in, struct img_buf *out,
		   struct img_err *err)
{
	enum { TYPE = IMG_TAG_FILE_ENTRY__TYPE, ID = IMG_TAG_FILE_ENTRY__ID };
	struct img_wire w = { entry.p, entry.p + entry.n };
	struct img_wfield f;
	uint64_t id = 0;

	(void)img_wire_get(in.p, in.n, 1, &id);
	while (w.p < w.end && img_wire_next(&w, &f) == NULL) {
		if (f.tag == ID)
			img_put_num(out, ID, id);
		else if (f.tag == tag)
			img_put_bytes(out, tag, in.p, in.n);
		else
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
	}
	return out->failed ? img_fail_mem(err) : IMG_SET;
}

/* The message in a file_entry through the rows for it. */
static int change_inner(struct img_convert *c, const struct img_at *at, struct img_span body,
			struct img_buf *out, struct img_err *err)
{
	struct img_buf turns[2] = { { 0 }, { 0 } };
	const struct img_msg *m;
	struct img_span in;
	uint32_t type, tag;
	int r = inner(body, &type, &m, &tag, &in, err);

	if (r <= 0)
		return r < 0 ? -1 : IMG_KEEP;
	r = img_convert_rows(c, m, at, 0, &in, turns, err);
	if ((r == IMG_KEEP || r == IMG_SET) && check_kind(c, at, type, tag, err) < 0)
		r = -1;
	if (r == IMG_SET)
		r = rebuild(body, tag, in, out, err);
	img_buf_free(&turns[0]);
	img_buf_free(&turns[1]);
	return r;
}

/* ---- from many images to one ---- */

static const struct img_type *image_of_kind(uint32_t type)
{
	for (size_t i = 0; i < IMG_FILES_SOURCES; i++)
		if (img_files_source(i) != NULL && img_files_source(i)->fd_type == type)
			return img_files_source(i);
	return NULL;
}

struct joining {
	struct img_convert *c;
	struct img_made *made;
	const struct img_type *t;
	struct img_buf turns[2], entry;
	uint64_t n;
};

static int put_joined(struct joining *j, struct img_span in, struct img_err *err)
{
	struct img_buf *b = &j->entry;
	uint64_t id = 0;

	b->n = 0;
	(void)img_wire_get(in.p, in.n, 1, &id);
	img_put_num(b, IMG_TAG_FILE_ENTRY__TYPE, j->t->fd_type);
	img_put_num(b, IMG_TAG_FILE_ENTRY__ID, id);
	img_put_bytes(b, img_files_member(j->t->fd_type)->id, in.p, in.n);
	if (b->failed)
		return img_fail_mem(err);
	j->n++;
	return img_made_put(j->made, (struct img_span){ b->p, b->n, 0 }, err);
}

static int join_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct joining *j = arg;
	struct img_at at = { j->t->files[0], 0, e->index, NULL };
	struct img_span body = e->body;
	int r = img_convert_rows(j->c, e->msg, &at, 0, &body, j->turns, err);

	return r < 0 ? -1 : r == IMG_DROP ? 0 : put_joined(j, body, err);
}

static int add_reg(void *arg, struct img_span body, struct img_err *err)
{
	struct joining *j = arg;

	return put_joined(j, body, err);
}

static int join(struct img_convert *c, struct img_made *made, struct img_err *err)
{
	struct joining j = { .c = c, .made = made };
	int r = 0;

	/* REG first: other files refer to them. */
	for (uint32_t type = 1; type < TYPES && r == 0; type++) {
		j.t = image_of_kind(type);
		j.n = 0;
		if (j.t == NULL)
			continue;
		r = img_convert_each(c, j.t->files[0], 0, join_one, &j, err);
		if (r == 0 && type == FD_TYPES__REG)
			r = img_layout_tty_regs(c, add_reg, &j, err);
		if (j.n > 0)
			img_convert_note(c, j.t->files[0], "file_entry", j.n);
	}
	for (int i = 0; i < 2; i++)
		img_buf_free(&j.turns[i]);
	img_buf_free(&j.entry);
	return r;
}

/* ---- from one image to many ---- */

struct splitting {
	struct img_convert *c;
	struct img_made *made;
	uint32_t type;
	struct img_buf turns[2];
	uint64_t n;
};

static int split_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct splitting *s = arg;
	struct img_at at = { FILES, 0, e->index, NULL };
	const struct img_msg *m;
	struct img_span in;
	uint32_t type, tag;
	int r = inner(e->body, &type, &m, &tag, &in, err);

	if (r <= 0 || type != s->type)
		return r < 0 ? -1 : 0;
	r = img_convert_rows(s->c, m, &at, 0, &in, s->turns, err);
	if (r < 0 || r == IMG_DROP)
		return r < 0 ? -1 : 0;
	s->n++;
	return img_made_put(s->made, in, err);
}

static int split(struct img_convert *c, const struct img_type *t, struct img_made *made,
		 struct img_err *err)
{
	struct splitting s = { .c = c, .made = made, .type = t->fd_type };
	int r = img_convert_each(c, FILES, 0, split_one, &s, err);

	if (s.n > 0)
		img_convert_note(c, FILES, t->files[0], s.n);
	img_buf_free(&s.turns[0]);
	img_buf_free(&s.turns[1]);
	return r;
}

/* An image that stays one, with entries for terminals that have none. */
static int keep_regs(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct splitting *s = arg;
	struct img_at at = { "reg-files.img", 0, e->index, NULL };
	struct img_span body = e->body;
	int r = img_convert_rows(s->c, e->msg, &at, 0, &body, s->turns, err);

	return r < 0 ? -1 : r == IMG_DROP ? 0 : img_made_put(s->made, body, err);
}

static int put_reg(void *arg, struct img_span body, struct img_err *err)
{
	struct splitting *s = arg;

	return img_made_put(s->made, body, err);
}

static int more_regs(struct img_convert *c, struct img_made *made, struct img_err *err)
{
	struct splitting s = { .c = c, .made = made };
	int r = img_convert_each(c, "reg-files.img", 0, keep_regs, &s, err);

	if (r == 0)
		r = img_layout_tty_regs(c, put_reg, &s, err);
	img_buf_free(&s.turns[0]);
	img_buf_free(&s.turns[1]);
	return r;
}

/* ---- the family ---- */

/* A file that no image of its own can hold, unless a row does without it. */
static int check_homeless(struct img_convert *c, const struct img_entry *e, uint64_t type,
			  struct img_err *err)
{
	struct img_at at = { FILES, 0, e->index, NULL };
	struct img_buf out = { 0 };
	int r = change_inner(c, &at, e->body, &out, err);

	img_buf_free(&out);
	if (r < 0 || r == IMG_DROP)
		return r < 0 ? -1 : 0;
	return img_convert_refuse(c, &at, err, "files of type %llu", (unsigned long long)type);
}

/* Which kinds are in files.img, and whether the target knows all of them. */
static int learn_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct img_convert *c = arg;
	uint64_t type = 0;

	(void)img_wire_get(e->body.p, e->body.n, IMG_TAG_FILE_ENTRY__TYPE, &type);
	if (!img_convert_has(c, JOINED) &&
	    (type == 0 || type >= TYPES || image_of_kind((uint32_t)type) == NULL))
		return check_homeless(c, e, type, err);
	if (type < TYPES)
		c->file_layouts->have |= UINT64_C(1) << type;
	return 0;
}

static int files_learn(struct img_convert *c, struct img_err *err)
{
	struct img_layout_files *s = img_calloc(1, sizeof(*s));
	bool old = false;

	c->file_layouts = s;
	if (s == NULL)
		return img_fail_mem(err);
	if (img_convert_each(c, FILES, 0, learn_one, c, err) < 0)
		return -1;
	for (uint32_t type = 1; type < TYPES; type++)
		old = old || (image_of_kind(type) != NULL &&
			      img_convert_exists(c, image_of_kind(type)->files[0]));
	s->join = img_convert_has(c, JOINED) && s->have == 0 && old;
	s->split = !img_convert_has(c, JOINED) && s->have != 0;
	return 0;
}

static bool is_old(const struct img_type *t, const char *name)
{
	return t != NULL && t->fd_type != 0 && strcmp(t->files[0], name) == 0 &&
	       image_of_kind(t->fd_type) == t;
}

static bool makes_regs(const struct img_convert *c)
{
	const struct img_layout_files *s = c->file_layouts;

	return !s->join && !s->split && s->have == 0 && img_layout_tty_missing(c) > 0;
}

static int any(void *arg, const struct img_entry *e, struct img_err *err)
{
	(void)arg;
	(void)e;
	(void)err;
	return 1;
}

/* An image that the target does not write, not even without entries. */
static int too_new(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	struct img_at at = { plan->name, 0, 0, NULL };
	int r = img_convert_each(c, plan->name, 0, any, NULL, err);

	if (r > 0 && plan->type->fd_type != 0)
		return img_convert_refuse(c, &at, err, "files of the kind in %s", plan->name);
	if (r == 0)
		plan->fate = IMG_FATE_DROP;
	return r < 0 ? -1 : 0;
}

static int files_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	const struct img_layout_files *s = c->file_layouts;
	bool files = strcmp(plan->name, FILES) == 0;

	if (plan->type != NULL && plan->type->global && !img_convert_has(c, plan->type->since) &&
	    strcmp(plan->name, plan->type->files[0]) == 0)
		return too_new(c, plan, err);
	if (((s->join || s->split) && (files || is_old(plan->type, plan->name))) ||
	    (makes_regs(c) && strcmp(plan->name, "reg-files.img") == 0))
		plan->fate = IMG_FATE_DROP;
	return 0;
}

/* CRIU before 1.6 wants an image of each type, with entries or without. */
static bool wants(const struct img_convert *c, const struct img_type *t)
{
	const struct img_layout_files *s = c->file_layouts;
	bool written = t->global && !img_convert_has(c, NO_EMPTY) && img_convert_has(c, t->since) &&
		       (t->until == 0 || c->to <= t->until) && c->ps != NULL &&
		       !img_convert_exists(c, t->files[0]);

	if (s->split && t->fd_type != 0 && t->fd_type < TYPES && image_of_kind(t->fd_type) == t)
		return written || (s->have >> t->fd_type & 1) != 0;
	return written;
}

/* Kinds of files.img that the target has no image for. */
static int check_kinds(struct img_convert *c, struct img_err *err)
{
	for (uint32_t type = 1; type < TYPES; type++) {
		const struct img_type *t = image_of_kind(type);
		struct img_at at = { FILES, 0, 0, NULL };

		if (t != NULL && c->file_layouts->have >> type & 1 && !img_convert_has(c, t->since))
			return img_convert_refuse(c, &at, err, "files of the kind in %s",
						  t->files[0]);
	}
	return 0;
}

static int files_add(struct img_convert *c, struct img_dir_names *names, struct img_err *err)
{
	if (c->file_layouts->split && check_kinds(c, err) < 0)
		return -1;
	if (c->file_layouts->join && img_names_add(names, FILES, err) < 0)
		return -1;
	if (makes_regs(c) && img_names_add(names, "reg-files.img", err) < 0)
		return -1;
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		if (wants(c, t) && img_names_add(names, t->files[0], err) < 0)
			return -1;
	return 0;
}

static int files_make(struct img_convert *c, const char *name, const struct img_sink *to,
		      struct img_err *err)
{
	const struct img_type *t = img_type_by_file(name, NULL);
	bool files = strcmp(name, FILES) == 0;
	struct img_made made;
	int r;

	if (!files && !is_old(t, name) && !(t != NULL && t->global && wants(c, t)))
		return 0;
	r = img_made_begin(c, &made, name, to, err);
	if (r == 0 && files)
		r = join(c, &made, err);
	else if (r == 0 && c->file_layouts->split && is_old(t, name))
		r = split(c, t, &made, err);
	else if (r == 0 && makes_regs(c) && strcmp(name, "reg-files.img") == 0)
		r = more_regs(c, &made, err);
	return img_made_end(&made, r, err) < 0 ? -1 : 1;
}

static void files_end(struct img_convert *c)
{
	img_free(c->file_layouts);
	c->file_layouts = NULL;
}

/* The message in it, whatever the target. */
static const struct img_layout rows[] = {
	{ 0, &img_msg_file_entry, change_inner, NULL, NULL, NULL },
};

const struct img_family img_layouts_files = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.learn = files_learn,
	.image = files_image,
	.add = files_add,
	.make = files_make,
	.end = files_end,
};
