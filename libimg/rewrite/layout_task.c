#include "libimg/rewrite/layout_task.h"

#include <string.h>

#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"

enum {
	TC = IMG_TAG_CORE_ENTRY__TC,
	THREAD = IMG_TAG_CORE_ENTRY__THREAD_CORE,
	TIMERS = IMG_TAG_TASK_CORE_ENTRY__TIMERS,
};

/* Entries of an image that became fields. */
struct move {
	uint32_t since;
	const char *old, *into;    /* patterns; the number is the same */
	const struct img_msg *msg; /* of `into` */
	struct img_path path;      /* the message that has the fields */
	uint32_t leaf[3];          /* the first entries are these fields; 0: as the one before */
	const char *what;
	bool rest; /* goes into a message that another move has made */
};

/* clang-format off */

#define CORE .into = "core-%u.img", .msg = &img_msg_core_entry

static const struct move
	vmas = { IMG_CRIU(1, 2, 0), "vmas-%u.img", .into = "mm-%u.img", .msg = &img_msg_mm_entry,
		.path = { { 0 }, 0 }, .leaf = { IMG_TAG_MM_ENTRY__VMAS }, .what = "vmas" },
	itimers = { IMG_CRIU(1, 3, 0), "itimers-%u.img", CORE, .path = { { TC, TIMERS }, 2 },
		.leaf = { IMG_TAG_TASK_TIMERS_ENTRY__REAL, IMG_TAG_TASK_TIMERS_ENTRY__VIRT,
			IMG_TAG_TASK_TIMERS_ENTRY__PROF }, .what = "tc.timers" },
	posix_timers = { IMG_CRIU(1, 3, 0), "posix-timers-%u.img", CORE, .path = { { TC, TIMERS }, 2 },
		.leaf = { IMG_TAG_TASK_TIMERS_ENTRY__POSIX }, .what = "tc.timers.posix", .rest = true },
	rlimits = { IMG_CRIU(1, 3, 0), "rlimit-%u.img", CORE,
		.path = { { TC, IMG_TAG_TASK_CORE_ENTRY__RLIMITS }, 2 },
		.leaf = { IMG_TAG_TASK_RLIMITS_ENTRY__RLIMITS }, .what = "tc.rlimits" },
	signals_s = { IMG_CRIU(1, 3, 0), "signal-s-%u.img", CORE,
		.path = { { TC, IMG_TAG_TASK_CORE_ENTRY__SIGNALS_S }, 2 },
		.leaf = { IMG_TAG_SIGNAL_QUEUE_ENTRY__SIGNALS }, .what = "tc.signals_s" },
	signals_p = { IMG_CRIU(1, 3, 0), "signal-p-%u.img", CORE,
		.path = { { THREAD, IMG_TAG_THREAD_CORE_ENTRY__SIGNALS_P }, 2 },
		.leaf = { IMG_TAG_SIGNAL_QUEUE_ENTRY__SIGNALS }, .what = "thread_core.signals_p" },
	sigactions = { IMG_CRIU(3, 1, 0), "sigacts-%u.img", CORE, .path = { { TC }, 1 },
		.leaf = { IMG_TAG_TASK_CORE_ENTRY__SIGACTIONS }, .what = "tc.sigactions" };

/* clang-format on */

static const struct move *const moves[] = { &vmas,      &itimers,   &posix_timers, &rlimits,
					    &signals_s, &signals_p, &sigactions };
enum { MOVES = sizeof(moves) / sizeof(*moves) };

/* ---- up ---- */

struct gather {
	const struct move *move;
	struct img_buf *fields;
	uint64_t n;
};

static uint32_t leaf_of(const struct move *m, uint64_t index)
{
	uint32_t tag = m->leaf[0];

	for (uint64_t i = 1; i <= index && i < 3 && m->leaf[i] != 0; i++)
		tag = m->leaf[i];
	return tag;
}

static int gather_one(void *arg, const struct img_entry *e, struct img_err *err)
{
	struct gather *g = arg;

	img_put_bytes(g->fields, leaf_of(g->move, e->index), e->body.p, e->body.n);
	g->n++;
	return g->fields->failed ? img_fail_mem(err) : 0;
}

/* Is the new form there? Then CRIU reads no old image. */
static int has_new(const struct move *m, struct img_span body, struct img_err *err)
{
	struct img_path path = m->path;
	struct img_span sub;
	int r;

	/* A message of its own says it by being there, even an empty one. */
	if (path.n == 2 && !m->rest)
		return img_splice_get(body, path, &sub, err);
	path.tag[path.n++] = m->leaf[0];
	r = img_splice_get(body, path, &sub, err);
	return r;
}

/* The message around the fields has to be there: a thread has no tc. */
static int has_room(const struct move *m, struct img_span body, struct img_err *err)
{
	struct img_span sub;
	struct img_path path = m->path;

	path.n = path.n > 0 ? 1 : 0;
	if (path.n == 0)
		return 1;
	return img_splice_get(body, path, &sub, err);
}

static int move_in(struct img_convert *c, const struct img_at *at, struct img_span body,
		   struct img_buf *out, struct img_err *err)
{
	const struct move *m = at->row;
	struct img_buf fields = { 0 };
	struct gather g = { m, &fields, 0 };
	int r;

	if (!img_convert_exists_no(c, m->old, at->number))
		return IMG_KEEP;
	r = has_room(m, body, err);
	if (r == 0)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "no message for %s", m->what);
	if (r < 0)
		return -1;
	r = has_new(m, body, err);
	if (r != 0)
		return r < 0 ? -1 : IMG_KEEP;
	r = img_convert_each(c, m->old, at->number, gather_one, &g, err);
	if (r == 0 && g.n == 0 && (m->path.n < 2 || m->rest))
		r = 1; /* nothing to say it with */
	else if (r == 0)
		r = img_splice_put(body, m->path, leaf_of(m, g.n),
				   (struct img_span){ fields.p, fields.n, 0 }, out, err);
	img_buf_free(&fields);
	return r < 0 ? -1 : r > 0 ? IMG_KEEP : IMG_SET;
}

/* ---- down ---- */

static int move_out(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	const struct move *m = at->row;
	struct img_path path = m->path;
	uint32_t tag = m->leaf[0];
	int r;

	(void)c;
	if (path.n == 2 && !m->rest) /* the message goes with its fields */
		tag = path.tag[--path.n];
	r = img_splice_cut(body, path, tag, out, err);
	return r < 0 ? -1 : r > 0 ? IMG_SET : IMG_KEEP;
}

/* The message whose fields are moved out of an image, after the newer rows: 1, 0, -1. */
struct moved_from {
	struct img_buf body, turns[2];
	struct img_span at;
};

static void source_free(struct moved_from *s)
{
	img_buf_free(&s->body);
	img_buf_free(&s->turns[0]);
	img_buf_free(&s->turns[1]);
}

static int find_source(struct img_convert *c, const struct move *m, uint64_t number,
		       struct moved_from *s, struct img_err *err)
{
	char name[IMG_NAME];
	struct img_at at = { img_type_file_name(m->into, number, name, sizeof(name)), number, 0,
			     NULL };
	struct img_span body;
	int r = img_convert_first(c, m->into, number, &s->body, err);

	if (r <= 0)
		return r;
	body = (struct img_span){ s->body.p, s->body.n, 0 };
	c->quiet = true;
	r = img_convert_rows(c, m->msg, &at, m->since, &body, s->turns, err);
	c->quiet = false;
	if (r < 0)
		return -1;
	return img_splice_get(body, m->path, &s->at, err);
}

/* Has this image something that becomes an image of its own? */
static int moves_out(struct img_convert *c, const struct move *m, uint64_t number, bool *out,
		     struct img_err *err)
{
	struct moved_from s = { .body = { 0 } };
	struct img_span sub;
	int r = find_source(c, m, number, &s, err);

	if (r > 0 && m->path.n < 2)
		r = img_splice_get(s.at, (struct img_path){ { m->leaf[0] }, 1 }, &sub, err);
	*out = r > 0;
	source_free(&s);
	return r < 0 ? -1 : 0;
}

static int put_leaves(const struct move *m, struct img_span body, struct img_made *made,
		      struct img_err *err)
{
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield f;

	while (body.n > 0 && w.p < w.end) {
		bool mine = false;

		if (img_wire_next(&w, &f) != NULL)
			return img_fail(err, IMG_EDATA, IMG_NOWHERE, "message damaged");
		for (int i = 0; i < 3; i++)
			mine = mine || (m->leaf[i] != 0 && f.tag == m->leaf[i]);
		if (mine && f.wt == IMG_BYTES &&
		    img_made_put(made, (struct img_span){ f.p, f.n, 0 }, err) < 0)
			return -1;
	}
	return 0;
}

static int make_one(struct img_convert *c, const struct move *m, uint64_t number, const char *name,
		    const struct img_sink *to, struct img_err *err)
{
	struct moved_from s = { .body = { 0 } };
	struct img_made made;
	int r = find_source(c, m, number, &s, err);

	if (r > 0) {
		r = img_made_begin(c, &made, name, to, err);
		if (r == 0)
			r = put_leaves(m, s.at, &made, err);
		r = img_made_end(&made, r, err);
	}
	source_free(&s);
	return r < 0 ? -1 : 1;
}

/* ---- the family ---- */

static const struct move *move_of(const char *name, uint64_t *number)
{
	char again[IMG_NAME];

	if (img_type_by_file(name, number) == NULL)
		return NULL;
	for (size_t i = 0; i < MOVES; i++)
		if (strcmp(img_type_file_name(moves[i]->old, *number, again, sizeof(again)),
			   name) == 0)
			return moves[i];
	return NULL;
}

/* An image whose entries go into another one goes, if that is there. */
static int task_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	uint64_t number;
	const struct move *m = move_of(plan->name, &number);

	(void)err;
	if (m == NULL || !img_convert_exists_no(c, m->into, number))
		return 0;
	/* What CRIU reads from the newer place it does not read from the older one. */
	plan->fate = img_convert_has(c, m->since) ? IMG_FATE_DROP : plan->fate;
	return 0;
}

static int task_add(struct img_convert *c, struct img_dir_names *names, struct img_err *err)
{
	for (size_t i = 0; i < MOVES; i++) {
		const struct move *m = moves[i];
		const struct img_type *t = img_type_by_pattern(m->into);

		if (img_convert_has(c, m->since))
			continue;
		for (size_t k = 0; k < c->images.n; k++) {
			uint64_t number;
			bool out;

			if (img_type_by_file(c->images.v[k], &number) != t ||
			    img_convert_exists_no(c, m->old, number))
				continue;
			if (moves_out(c, m, number, &out, err) < 0 ||
			    (out && img_convert_add(names, m->old, number, err) < 0))
				return -1;
		}
	}
	return 0;
}

static int task_make(struct img_convert *c, const char *name, const struct img_sink *to,
		     struct img_err *err)
{
	uint64_t number;
	const struct move *m = move_of(name, &number);

	return m != NULL ? make_one(c, m, number, name, to, err) : 0;
}

/* clang-format off */

static const struct img_layout rows[] = {
	{ IMG_CRIU(1, 2, 0), &img_msg_mm_entry, move_in, move_out, "vmas", &vmas },
	{ IMG_CRIU(1, 3, 0), &img_msg_core_entry, move_in, move_out, "tc.timers", &itimers },
	{ IMG_CRIU(1, 3, 0), &img_msg_core_entry, move_in, move_out, "tc.timers.posix", &posix_timers },
	{ IMG_CRIU(1, 3, 0), &img_msg_core_entry, move_in, move_out, "tc.rlimits", &rlimits },
	{ IMG_CRIU(1, 3, 0), &img_msg_core_entry, move_in, move_out, "tc.signals_s", &signals_s },
	{ IMG_CRIU(1, 3, 0), &img_msg_core_entry, move_in, move_out, "thread_core.signals_p", &signals_p },
	{ IMG_CRIU(3, 1, 0), &img_msg_core_entry, move_in, move_out, "tc.sigactions", &sigactions },
};

/* clang-format on */

const struct img_family img_layouts_task = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.image = task_image,
	.add = task_add,
	.make = task_make,
};
