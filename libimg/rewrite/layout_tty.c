#include "libimg/rewrite/layout_tty.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "fdinfo.pb-c.h"
#include "libimg/msg/linux.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"

enum {
	REG = FD_TYPES__REG,
	TTY = FD_TYPES__TTY,
	FIFO = FD_TYPES__FIFO,
	TTY_REGF = IMG_TAG_TTY_FILE_ENTRY__REGF_ID,
	FIFO_REGF = IMG_TAG_FIFO_ENTRY__REGF_ID,
};

#define HAS_REG IMG_CRIU(1, 4, 0)  /* a terminal has a reg_file_entry, ... */
#define HAS_REGF IMG_CRIU(3, 6, 0) /* ... whose id it states */

/* A file that comes with one of the kind REG. */
struct owner {
	uint32_t regf, id, info;
	bool tty, missing;
	uint32_t file; /* number in the index */
};

struct img_layout_tty {
	struct owner *v; /* by regf */
	size_t n, missing;
	uint32_t *used; /* ids of REG files that descriptors refer to, sorted */
	size_t n_used;
	uint32_t *ttys; /* ids of terminals whose file is used by nobody else, sorted */
	size_t n_ttys;
};

/* ---- what there is ---- */

static int take_owner(struct img_convert *c, uint32_t i, const struct img_files_place *p,
		      struct img_err *err)
{
	struct img_layout_tty *s = c->tty_layouts;
	const struct img_msg *m;
	struct img_span body;
	struct img_pick f;
	struct owner *o = img_grow(s->v, s->n, sizeof(*o));
	uint32_t regf;
	int r;

	if (o == NULL)
		return img_fail_mem(err);
	s->v = o;
	r = img_files_payload(c->files, i, &m, &body, err);
	if (r <= 0)
		return r;
	if (img_pick(&f, m, body, err) < 0)
		return img_files_fail(c->files, i, err);
	regf = p->type == TTY ? TTY_REGF : FIFO_REGF;
	s->v[s->n++] = (struct owner){
		.regf = img_num32(&f, img_has(&f, regf) ? regf : IMG_TAG_TTY_FILE_ENTRY__ID),
		.id = img_num32(&f, IMG_TAG_TTY_FILE_ENTRY__ID),
		.info = p->type == TTY ? img_num32(&f, IMG_TAG_TTY_FILE_ENTRY__TTY_INFO_ID) : 0,
		.tty = p->type == TTY,
		.file = i,
	};
	return 0;
}

static int by_regf(const void *a, const void *b)
{
	const struct owner *x = a, *y = b;

	if (x->regf != y->regf)
		return x->regf < y->regf ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

static int by_number(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int use_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct img_layout_tty *s = arg;
	struct img_pick f;
	uint32_t *v;

	if (img_pick(&f, &img_msg_fdinfo_entry, e->body, err) < 0)
		return -1;
	if (img_num(&f, IMG_TAG_FDINFO_ENTRY__TYPE) != REG)
		return 0;
	v = img_grow(s->used, s->n_used, sizeof(*v));
	if (v == NULL)
		return img_fail_mem(err);
	s->used = v;
	v[s->n_used++] = img_num32(&f, IMG_TAG_FDINFO_ENTRY__ID);
	return 0;
}

static int learn_used(struct img_convert *c, struct img_err *err)
{
	const struct img_type *fdinfo = img_type_by_pattern("fdinfo-%u.img");
	struct img_layout_tty *s = c->tty_layouts;
	uint64_t number;

	for (size_t i = 0; i < c->images.n; i++)
		if (img_type_by_file(c->images.v[i], &number) == fdinfo &&
		    img_convert_each(c, "fdinfo-%u.img", number, use_one, s, err) < 0)
			return -1;
	if (s->n_used > 0)
		qsort(s->used, s->n_used, sizeof(*s->used), by_number);
	return 0;
}

static bool is_in(const uint32_t *v, size_t n, uint32_t id)
{
	return n > 0 && bsearch(&id, v, n, sizeof(id), by_number) != NULL;
}

static bool is_used(const struct img_layout_tty *s, uint32_t id)
{
	return is_in(s->used, s->n_used, id);
}

static int learn_ttys(struct img_layout_tty *s, struct img_err *err)
{
	s->ttys = img_calloc(s->n + 1, sizeof(*s->ttys));
	if (s->ttys == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].tty && !is_used(s, s->v[i].regf))
			s->ttys[s->n_ttys++] = s->v[i].id;
	qsort(s->ttys, s->n_ttys, sizeof(*s->ttys), by_number);
	return 0;
}

/* The first owner of a file; NULL: none. */
static const struct owner *owner_of(const struct img_layout_tty *s, uint32_t regf)
{
	size_t lo = 0, hi = s->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (s->v[mid].regf < regf)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < s->n && s->v[lo].regf == regf ? &s->v[lo] : NULL;
}

static bool has_reg(const struct img_convert *c, uint32_t id)
{
	return img_files_index(c->files, REG, id) != IMG_NO_FILE;
}

/* ---- the path of a terminal ---- */

struct wanted {
	uint32_t info;
	char *name;
	size_t size;
};

static bool is_ptmx(unsigned major, unsigned minor)
{
	return (major == 5 && minor == IMG_PTMX_MINOR) || (major >= 128 && major <= 135);
}

/* The numbers of Documentation/admin-guide/devices.txt; rdev as stat() has it. */
static int name_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct wanted *w = arg;
	struct img_pick f, pty;
	uint32_t rdev;
	unsigned major;
	int r;

	if (img_pick(&f, &img_msg_tty_info_entry, e->body, err) < 0)
		return -1;
	if (img_num(&f, IMG_TAG_TTY_INFO_ENTRY__ID) != w->info)
		return 0;
	rdev = img_num32(&f, IMG_TAG_TTY_INFO_ENTRY__RDEV);
	major = rdev >> 8 & 0xfff;
	r = img_pick_sub(&pty, &f, IMG_TAG_TTY_INFO_ENTRY__PTY, &img_msg_tty_pty_entry, err);
	if (r < 0)
		return -1;
	if (is_ptmx(major, (rdev & 0xff) | (rdev >> 12 & 0xfff00)))
		snprintf(w->name, w->size, "/dev/ptmx");
	else if (r > 0 && major >= 136 && major <= 143)
		snprintf(w->name, w->size, "/dev/pts/%" PRIu32,
			 img_num32(&pty, IMG_TAG_TTY_PTY_ENTRY__INDEX));
	return 1;
}

/* "": not a pseudo-terminal. */
static int name_of(struct img_convert *c, uint32_t info, char *name, size_t size,
		   struct img_err *err)
{
	struct wanted w = { info, name, size };

	name[0] = '\0';
	return img_convert_each(c, "tty-info.img", 0, name_one, &w, err) < 0 ? -1 : 0;
}

static int learn_missing(struct img_convert *c, struct img_err *err)
{
	struct img_layout_tty *s = c->tty_layouts;
	char name[64];

	for (size_t i = 0; i < s->n; i++) {
		struct owner *o = &s->v[i];

		if (!o->tty || has_reg(c, o->regf))
			continue;
		if (name_of(c, o->info, name, sizeof(name), err) < 0)
			return -1;
		o->missing = name[0] != '\0';
		s->missing += o->missing;
	}
	return 0;
}

static int tty_learn(struct img_convert *c, struct img_err *err)
{
	struct img_files_place p;
	struct img_files *f;
	int r;

	c->tty_layouts = img_calloc(1, sizeof(*c->tty_layouts));
	if (c->tty_layouts == NULL)
		return img_fail_mem(err);
	r = img_convert_files(c, &f, err);
	if (r <= 0)
		return r;
	for (uint32_t i = 0; i < img_files_count(f); i++) {
		img_files_at(f, i, &p);
		if ((p.type == TTY || p.type == FIFO) && take_owner(c, i, &p, err) < 0)
			return -1;
	}
	if (c->tty_layouts->n == 0)
		return 0;
	qsort(c->tty_layouts->v, c->tty_layouts->n, sizeof(struct owner), by_regf);
	if (!img_convert_has(c, HAS_REGF) && learn_used(c, err) < 0)
		return -1;
	return img_convert_has(c, HAS_REG) ? learn_missing(c, err)
					   : learn_ttys(c->tty_layouts, err);
}

static void tty_end(struct img_convert *c)
{
	if (c->tty_layouts == NULL)
		return;
	img_free(c->tty_layouts->v);
	img_free(c->tty_layouts->used);
	img_free(c->tty_layouts->ttys);
	img_free(c->tty_layouts);
	c->tty_layouts = NULL;
}

/* ---- entries for terminals ---- */

size_t img_layout_tty_missing(const struct img_convert *c)
{
	return c->tty_layouts->missing;
}

static int build(struct img_convert *c, const struct owner *o, struct img_buf *reg,
		 struct img_err *err)
{
	const struct img_msg *m;
	struct img_span body, fown;
	struct img_pick f;
	char name[64];
	int r = img_files_payload(c->files, o->file, &m, &body, err);

	if (r <= 0 || img_pick(&f, m, body, err) < 0)
		return -1;
	fown = img_bytes(&f, IMG_TAG_TTY_FILE_ENTRY__FOWN);
	reg->n = 0;
	img_put_num(reg, IMG_TAG_REG_FILE_ENTRY__ID, o->regf);
	img_put_num(reg, IMG_TAG_REG_FILE_ENTRY__FLAGS, img_num(&f, IMG_TAG_TTY_FILE_ENTRY__FLAGS));
	img_put_num(reg, IMG_TAG_REG_FILE_ENTRY__POS, 0);
	img_put_bytes(reg, IMG_TAG_REG_FILE_ENTRY__FOWN, fown.p, fown.n);
	if (name_of(c, o->info, name, sizeof(name), err) < 0)
		return -1;
	img_put_bytes(reg, IMG_TAG_REG_FILE_ENTRY__NAME, name, strlen(name));
	return reg->failed ? img_fail_mem(err) : 0;
}

int img_layout_tty_regs(struct img_convert *c,
			int (*fn)(void *arg, struct img_span body, struct img_err *err), void *arg,
			struct img_err *err)
{
	const struct img_layout_tty *s = c->tty_layouts;
	struct img_buf reg = { 0 };
	int r = 0;

	for (size_t i = 0; i < s->n && r == 0; i++) {
		if (!s->v[i].missing)
			continue;
		r = build(c, &s->v[i], &reg, err);
		if (r == 0)
			r = fn(arg, (struct img_span){ reg.p, reg.n, 0 }, err);
	}
	if (s->missing > 0)
		img_convert_note(c, "tty.img", "reg_file_entry", s->missing);
	img_buf_free(&reg);
	return r;
}

/* ---- rows ---- */

/* The number of regf_id in the message is given by the row. */
static int regf_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		   struct img_buf *out, struct img_err *err)
{
	uint32_t tag = *(const uint32_t *)at->row;
	struct img_buf field = { 0 };
	const struct owner *o;
	uint64_t v;
	int r;

	if (img_wire_get(body.p, body.n, tag, &v))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, IMG_TAG_TTY_FILE_ENTRY__ID, &v);
	o = owner_of(c->tty_layouts, (uint32_t)v);
	/* A terminal that has no file keeps its form: there is nothing to refer to. */
	if (!has_reg(c, (uint32_t)v) && (o == NULL || !o->missing))
		return IMG_KEEP;
	img_put_num(&field, tag, v);
	r = field.failed ? img_fail_mem(err)
			 : img_splice_put(body, (struct img_path){ { 0 }, 0 }, tag,
					  (struct img_span){ field.p, field.n, 0 }, out, err);
	img_buf_free(&field);
	return r < 0 ? -1 : IMG_SET;
}

/* Before, the file had the id of the terminal or pipe. */
static int regf_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	uint32_t tag = *(const uint32_t *)at->row, id;
	const struct owner *o;
	uint64_t v, regf;

	if (!img_wire_get(body.p, body.n, tag, &regf))
		return IMG_KEEP;
	(void)img_wire_get(body.p, body.n, IMG_TAG_TTY_FILE_ENTRY__ID, &v);
	id = (uint32_t)v;
	o = owner_of(c->tty_layouts, (uint32_t)regf);
	if (regf != id && (o == NULL || o->id != id ||
			   (o + 1 < c->tty_layouts->v + c->tty_layouts->n && o[1].regf == regf) ||
			   has_reg(c, id) || is_used(c->tty_layouts, (uint32_t)regf)))
		return img_convert_refuse(c, at, err,
					  "regf_id, and file %" PRIu64 " cannot get id %" PRIu32,
					  regf, id);
	return img_splice_cut(body, (struct img_path){ { 0 }, 0 }, tag, out, err) < 0 ? -1
										      : IMG_SET;
}

static int reg_renumber(struct img_convert *c, const struct img_at *at, struct img_span body,
			struct img_buf *out, struct img_err *err)
{
	enum { ID = IMG_TAG_REG_FILE_ENTRY__ID };
	struct img_wire w = { body.p, body.p + body.n };
	const struct owner *o;
	struct img_wfield f;
	uint64_t id;

	(void)at;
	if (!img_wire_get(body.p, body.n, ID, &id))
		return IMG_KEEP;
	o = owner_of(c->tty_layouts, (uint32_t)id);
	if (o == NULL || o->id == id)
		return IMG_KEEP;
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == ID)
			img_put_num(out, ID, o->id);
		else
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
	return out->failed ? img_fail_mem(err) : IMG_SET;
}

/* A terminal had no file. By now the file has the terminal's id. */
static int reg_drop(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	const struct img_layout_tty *s = c->tty_layouts;
	uint64_t id = 0;

	(void)at;
	(void)out;
	(void)err;
	(void)img_wire_get(body.p, body.n, IMG_TAG_REG_FILE_ENTRY__ID, &id);
	return is_in(s->ttys, s->n_ttys, (uint32_t)id) ? IMG_DROP : IMG_KEEP;
}

static const uint32_t tty_regf = TTY_REGF, fifo_regf = FIFO_REGF;

/* clang-format off */

static const struct img_layout rows[] = {
	{ HAS_REG, &img_msg_reg_file_entry, NULL, reg_drop, "reg_file_entry of a terminal", NULL },
	{ HAS_REGF, &img_msg_reg_file_entry, NULL, reg_renumber, "regf_id", NULL },
	{ HAS_REGF, &img_msg_tty_file_entry, regf_up, regf_down, "regf_id", &tty_regf },
	{ HAS_REGF, &img_msg_fifo_entry, regf_up, regf_down, "regf_id", &fifo_regf },
};

/* clang-format on */

const struct img_family img_layouts_tty = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.learn = tty_learn,
	.end = tty_end,
};
