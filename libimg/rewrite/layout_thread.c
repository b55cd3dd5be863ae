#include "libimg/rewrite/layout_thread.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"

enum {
	TC = IMG_TAG_CORE_ENTRY__TC,
	THREAD = IMG_TAG_CORE_ENTRY__THREAD_CORE,
	CREDS = IMG_TAG_THREAD_CORE_ENTRY__CREDS,
	RSEQ = IMG_TAG_THREAD_CORE_ENTRY__RSEQ_ENTRY,
};

static const struct img_path tc = { { TC }, 1 }, thread = { { THREAD }, 1 };

/* A field of the task, which became one of each thread. */
struct hoist {
	uint32_t of_task, of_thread;
	const char *what;
};

static const struct hoist mode = { IMG_TAG_TASK_CORE_ENTRY__OLD_SECCOMP_MODE,
				   IMG_TAG_THREAD_CORE_ENTRY__SECCOMP_MODE, "seccomp_mode" };
static const struct hoist filter = { IMG_TAG_TASK_CORE_ENTRY__OLD_SECCOMP_FILTER,
				     IMG_TAG_THREAD_CORE_ENTRY__SECCOMP_FILTER, "seccomp_filter" };
static const struct hoist cg_set = { IMG_TAG_TASK_CORE_ENTRY__CG_SET,
				     IMG_TAG_THREAD_CORE_ENTRY__CG_SET, "cg_set" };

/* A field of a message within an entry: 1 with its bytes, tag included, 0, -1. */
static int find(struct img_span body, struct img_path path, uint32_t tag, struct img_buf *field,
		struct img_err *err)
{
	struct img_span sub;
	struct img_wire w;
	struct img_wfield f;
	int r = img_splice_get(body, path, &sub, err);

	field->n = 0;
	if (r <= 0 || sub.n == 0)
		return r < 0 ? -1 : 0;
	w = (struct img_wire){ sub.p, sub.p + sub.n };
	while (w.p < w.end) {
		const char *why = img_wire_next(&w, &f);

		if (why != NULL)
			return img_fail(err, IMG_EDATA, sub.off, "%s", why);
		if (f.tag != tag)
			continue;
		field->n = 0;
		img_buf_put(field, f.at, (size_t)(w.p - f.at));
	}
	return field->failed ? img_fail_mem(err) : field->n > 0;
}

/* The same field with another number; both take one byte, or two. */
static int renumber(struct img_buf *field, uint32_t tag, struct img_buf *to, struct img_err *err)
{
	struct img_wire w = { field->p, field->p + field->n };
	struct img_wfield f;

	to->n = 0;
	if (img_wire_next(&w, &f) != NULL || f.wt != IMG_VARINT)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "field %" PRIu32 " is not a number",
				f.tag);
	img_put_num(to, tag, f.v);
	return to->failed ? img_fail_mem(err) : 0;
}

/* ---- fields of the task ---- */

/* The leader's field, in *field: 1, 0, -1. */
static int of_leader(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_path path, uint32_t tag, struct img_buf *field, struct img_err *err)
{
	uint64_t pid = img_convert_leader(c, at->number);
	struct img_buf core = { 0 };
	int r;

	if (pid == at->number)
		return find(body, path, tag, field, err);
	r = img_convert_first(c, "core-%u.img", pid, &core, err);
	if (r > 0)
		r = find((struct img_span){ core.p, core.n, 0 }, path, tag, field, err);
	img_buf_free(&core);
	return r;
}

/* What comes out of it goes in again. */
static int cut(struct img_span *body, struct img_path path, uint32_t tag, struct img_buf *out,
	       struct img_err *err)
{
	int r;

	out->n = 0;
	r = img_splice_cut(*body, path, tag, out, err);
	if (r > 0)
		*body = (struct img_span){ out->p, out->n, body->off };
	return r;
}

static int put(struct img_span body, struct img_path path, uint32_t tag,
	       const struct img_buf *field, struct img_buf *out, struct img_err *err)
{
	out->n = 0;
	if (field->failed)
		return img_fail_mem(err);
	return img_splice_put(body, path, tag, (struct img_span){ field->p, field->n, 0 }, out,
			      err);
}

struct hoisting {
	struct img_buf field, other, body;
};

static int finish(struct hoisting *w, int verdict)
{
	img_buf_free(&w->field);
	img_buf_free(&w->other);
	img_buf_free(&w->body);
	return verdict;
}

/* From the task to each thread that has none of its own; then the task has none. */
static int hoist_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	const struct hoist *h = at->row;
	struct hoisting w = { .field = { 0 } };
	struct img_span sub;
	int r = of_leader(c, at, body, tc, h->of_task, &w.field, err), own, was;

	if (r <= 0)
		return finish(&w, r < 0 ? -1 : IMG_KEEP);
	own = find(body, thread, h->of_thread, &w.other, err);
	r = own < 0 ? -1 : img_splice_get(body, thread, &sub, err);
	if (r == 0) /* images older than 0.2 have no threads of their own */
		return finish(&w, IMG_KEEP);
	was = r < 0 ? -1 : cut(&body, tc, h->of_task, &w.body, err);
	if (was < 0)
		return finish(&w, -1);
	if (own > 0) {
		if (was > 0)
			img_buf_put(out, body.p, body.n);
		return finish(&w, was > 0 ? IMG_SET : IMG_KEEP);
	}
	if (renumber(&w.field, h->of_thread, &w.other, err) < 0 ||
	    put(body, thread, h->of_thread, &w.other, out, err) < 0)
		return finish(&w, -1);
	return finish(&w, IMG_SET);
}

static bool same(const struct img_buf *a, const struct img_buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

/* Do a thread and its leader say the same? *leader: it is one. */
static int agree(struct img_convert *c, const struct img_at *at, struct img_span body, uint32_t tag,
		 struct hoisting *w, const char *what, bool *leader, struct img_err *err)
{
	int own = find(body, thread, tag, &w->other, err);
	int r = own < 0 ? -1 : of_leader(c, at, body, thread, tag, &w->field, err);

	*leader = img_convert_leader(c, at->number) == at->number;
	if (r < 0)
		return -1;
	if (r == 0)
		w->field.n = 0;
	if (!same(&w->field, &w->other))
		return img_convert_refuse(c, at, err,
					  "%s of a thread that differs from its leader's", what);
	return own;
}

static int hoist_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		      struct img_buf *out, struct img_err *err)
{
	const struct hoist *h = at->row;
	struct hoisting w = { .field = { 0 } };
	bool leader;
	int r = agree(c, at, body, h->of_thread, &w, h->what, &leader, err);

	if (r > 0)
		r = cut(&body, thread, h->of_thread, &w.body, err);
	if (r <= 0)
		return finish(&w, r < 0 ? -1 : IMG_KEEP);
	if (!leader) {
		img_buf_put(out, body.p, body.n);
		return finish(&w, IMG_SET);
	}
	if (renumber(&w.field, h->of_task, &w.other, err) < 0 ||
	    put(body, tc, h->of_task, &w.other, out, err) < 0)
		return finish(&w, -1);
	return finish(&w, IMG_SET);
}

/* ---- credentials: an image of the task ---- */

static int creds_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		    struct img_buf *out, struct img_err *err)
{
	struct hoisting w = { .field = { 0 } };
	struct img_span sub;
	int r = img_splice_get(body, thread, &sub, err);

	if (r <= 0)
		return finish(&w, r < 0 ? -1 : IMG_KEEP);
	r = find(body, thread, CREDS, &w.other, err);
	if (r != 0)
		return finish(&w, r < 0 ? -1 : IMG_KEEP);
	r = img_convert_first(c, "creds-%u.img", img_convert_leader(c, at->number), &w.body, err);
	if (r <= 0)
		return finish(&w, r < 0 ? -1 : IMG_KEEP);
	img_put_bytes(&w.field, CREDS, w.body.p, w.body.n);
	return finish(&w, put(body, thread, CREDS, &w.field, out, err) < 0 ? -1 : IMG_SET);
}

static int creds_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		      struct img_buf *out, struct img_err *err)
{
	struct hoisting w = { .field = { 0 } };
	bool leader;
	int r = agree(c, at, body, CREDS, &w, "credentials", &leader, err);

	if (r > 0)
		r = img_splice_cut(body, thread, CREDS, out, err);
	return finish(&w, r < 0 ? -1 : r > 0 ? IMG_SET : IMG_KEEP);
}

static int creds_of(struct img_convert *c, uint64_t pid, struct img_buf *creds, struct img_err *err)
{
	struct img_buf core = { 0 };
	int r = img_convert_first(c, "core-%u.img", pid, &core, err);

	if (r > 0)
		r = find((struct img_span){ core.p, core.n, 0 }, thread, CREDS, creds, err);
	img_buf_free(&core);
	return r;
}

static int creds_add(struct img_convert *c, struct img_dir_names *names, struct img_err *err)
{
	const struct img_type *core = img_type_by_pattern("core-%u.img");
	struct img_buf creds = { 0 };
	int r = 0;

	for (size_t i = 0; i < c->images.n && r >= 0 && !img_convert_has(c, IMG_CRIU(2, 0, 0));
	     i++) {
		uint64_t pid;

		if (img_type_by_file(c->images.v[i], &pid) != core ||
		    img_convert_leader(c, pid) != pid ||
		    img_convert_exists_no(c, "creds-%u.img", pid))
			continue;
		r = creds_of(c, pid, &creds, err);
		if (r > 0)
			r = img_convert_add(names, "creds-%u.img", pid, err);
	}
	img_buf_free(&creds);
	return r < 0 ? -1 : 0;
}

static int creds_make(struct img_convert *c, const char *name, const struct img_sink *to,
		      struct img_err *err)
{
	struct img_buf creds = { 0 };
	struct img_made made;
	struct img_span body = { NULL, 0, 0 };
	uint64_t pid;
	int r;

	if (img_type_by_file(name, &pid) != img_type_by_pattern("creds-%u.img"))
		return 0;
	r = creds_of(c, pid, &creds, err);
	if (r > 0) {
		r = img_made_begin(c, &made, name, to, err);
		if (r == 0)
			r = img_splice_get((struct img_span){ creds.p, creds.n, 0 },
					   (struct img_path){ { CREDS }, 1 }, &body, err);
		if (r > 0)
			r = img_made_put(&made, body, err);
		r = img_made_end(&made, r, err);
	}
	img_buf_free(&creds);
	return r < 0 ? -1 : 1;
}

static int creds_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	uint64_t pid;

	(void)err;
	if (img_convert_has(c, IMG_CRIU(2, 0, 0)) &&
	    img_type_by_file(plan->name, &pid) == img_type_by_pattern("creds-%u.img") &&
	    img_convert_exists_no(c, "core-%u.img", pid))
		plan->fate = IMG_FATE_DROP;
	return 0;
}

/* ---- restartable sequences ---- */

/* A thread that has registered none: nothing is lost without it. */
static int rseq_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	struct img_span rseq;
	struct img_pick f;
	int r = img_splice_get(body, (struct img_path){ { THREAD, RSEQ }, 2 }, &rseq, err);

	if (r <= 0)
		return r < 0 ? -1 : IMG_KEEP;
	if (img_pick(&f, &img_msg_rseq_entry, rseq, err) < 0)
		return -1;
	if (img_num(&f, IMG_TAG_RSEQ_ENTRY__RSEQ_ABI_POINTER) != 0)
		return img_convert_refuse(c, at, err, "restartable sequences (rseq_entry)");
	return img_splice_cut(body, thread, RSEQ, out, err) < 0 ? -1 : IMG_SET;
}

/* clang-format off */

static const struct img_layout rows[] = {
	{ IMG_CRIU(2, 0, 0), &img_msg_core_entry, creds_up, creds_down, "thread_core.creds", NULL },
	{ IMG_CRIU(3, 10, 0), &img_msg_core_entry, hoist_up, hoist_down, "thread_core.seccomp_mode", &mode },
	{ IMG_CRIU(3, 10, 0), &img_msg_core_entry, hoist_up, hoist_down, "thread_core.seccomp_filter", &filter },
	{ IMG_CRIU(3, 17, 0), &img_msg_core_entry, NULL, rseq_down, "thread_core.rseq_entry", NULL },
	{ IMG_CRIU(3, 18, 0), &img_msg_core_entry, hoist_up, hoist_down, "thread_core.cg_set", &cg_set },
};

/* clang-format on */

const struct img_family img_layouts_thread = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.image = creds_image,
	.add = creds_add,
	.make = creds_make,
};
