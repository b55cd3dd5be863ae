#include "libimg/rewrite/edit.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/byteorder.h"
#include "libimg/image/frame.h"

enum { PIECE = 64 << 10 }; /* of a payload that is changed, and of what is copied */

struct edit {
	const struct img_edit *ed;
	const struct img_sink *to;
	struct img_err *err;
	struct img_file file;
	struct img_in *in;
	struct img_reader *rd;
	struct img_out *out; /* NULL: nothing differs so far, the image has not begun */
	uint64_t kept;       /* from here on the input has not been put out yet */
	uint64_t limit;      /* entries that are taken; all but of a damaged image */
	uint64_t whole;      /* entries so far that were, ... */
	uint64_t whole_end;  /* ... and where the last one ends */
	uint8_t *piece;
	/* An entry goes from one change to the next: two buffers take turns. */
	struct img_buf bodies[2];
};

/* ---- what comes out ---- */

static int begin(struct edit *x)
{
	if (x->out != NULL)
		return 0;
	return x->to->begin(x->to->arg, x->ed->new_name, &x->out, x->err);
}

/* The input up to `end` as it is. */
static int keep_up_to(struct edit *x, uint64_t end)
{
	if (begin(x) < 0)
		return -1;
	while (x->kept < end) {
		size_t n = end - x->kept < PIECE ? (size_t)(end - x->kept) : PIECE;
		int64_t r = img_file_read(&x->file, x->kept, x->piece, n, x->err);

		if (r < 0)
			return -1;
		if (r == 0)
			return img_fail(x->err, IMG_EDATA, x->kept, "the file has become shorter");
		img_out_put(x->out, x->piece, (size_t)r);
		x->kept += (uint64_t)r;
	}
	return 0;
}

/* A message with its length in the place of one of the input. */
static int put_message(struct edit *x, struct img_span old, struct img_span new)
{
	uint8_t len[IMG_FRAME_PREFIX];

	if (new.n > IMG_MAX_ENTRY)
		return img_fail(x->err, IMG_ELIMIT, old.off,
				"would take %zu bytes (the limit is %" PRIu32 ")", new.n,
				IMG_MAX_ENTRY);
	if (keep_up_to(x, old.off - IMG_FRAME_PREFIX) < 0)
		return -1;
	img_set32(len, (uint32_t) new.n, img_reader_head(x->rd)->big);
	img_out_put(x->out, len, sizeof(len));
	img_out_put(x->out, new.p, new.n);
	x->kept = old.off + old.n;
	return 0;
}

/* Another framing: the words before the first entry. */
static int put_head(struct edit *x)
{
	const struct img_head *h = img_reader_head(x->rd);
	uint8_t words[8];
	size_t n = 0;

	if (x->ed->framing == IMG_NONE || x->ed->framing == h->framing || h->framing == IMG_NONE ||
	    h->type->head == 0)
		return 0;
	if (begin(x) < 0)
		return -1;
	if (x->ed->framing == IMG_V1_1) {
		img_set32(words, h->type->head, h->big);
		n = 4;
	}
	img_set32(words + n, h->type->magic, h->big);
	img_out_put(x->out, words, n + 4);
	x->kept = img_in_off(x->in);
	return 0;
}

/* ---- entries ---- */

static const struct img_change *each(const struct edit *x, unsigned *i)
{
	for (; *i < IMG_CHANGES; ++*i)
		if (x->ed->which >> *i & 1)
			return &x->ed->changes[(*i)++];
	return NULL;
}

/* What came out of a change becomes *body; the other buffer is next. */
static int take(struct edit *x, int *turn, struct img_span *body)
{
	struct img_buf *from = &x->bodies[*turn];

	if (from->failed)
		return img_fail_mem(x->err);
	*body = (struct img_span){ from->p, from->n, body->off };
	*turn ^= 1;
	return IMG_SET;
}

/* An entry as a whole. A verdict, or -1. */
static int change_whole(struct edit *x, const struct img_change *c, const struct img_entry *e,
			int *turn, struct img_span *body)
{
	struct img_entry now = *e;
	int r;

	if (c->entry == NULL)
		return IMG_KEEP;
	now.body = *body;
	x->bodies[*turn].n = 0;
	r = c->entry(c->arg, x->ed->name, &now, &x->bodies[*turn], x->err);
	return r == IMG_SET ? take(x, turn, body) : r;
}

static int change_fields(struct edit *x, const struct img_change *c, const struct img_entry *e,
			 const struct img_msg *m, int *turn, struct img_span *body)
{
	int r;

	if (c->field == NULL)
		return IMG_KEEP;
	x->bodies[*turn].n = 0;
	r = img_visit(m, *body, x->ed->name, e->index, c->field, c->arg, &x->bodies[*turn], x->err);
	return r > 0 ? take(x, turn, body) : r < 0 ? -1 : IMG_KEEP;
}

/* A message through all changes; *body becomes what comes out. A verdict, or -1. */
static int change_message(struct edit *x, const struct img_entry *e, const struct img_msg *m,
			  bool whole, struct img_span *body)
{
	const struct img_change *c;
	int changed = IMG_KEEP, turn = 0;

	for (unsigned i = 0; (c = each(x, &i)) != NULL;) {
		int r = whole ? change_whole(x, c, e, &turn, body) : IMG_KEEP;

		if (r < 0 || r == IMG_DROP)
			return r;
		if (r == IMG_SET)
			changed = IMG_SET;
		r = change_fields(x, c, e, m, &turn, body);
		if (r < 0)
			return -1;
		if (r == IMG_SET)
			changed = IMG_SET;
	}
	return changed;
}

static bool same_size(const struct img_extra_size *a, const struct img_extra_size *b)
{
	return a->none == b->none && a->len[0] == b->len[0] && a->len[1] == b->len[1];
}

/* The payload stays: the new message has to say the same of it. */
static int check_size(struct edit *x, const struct img_entry *e, struct img_span body)
{
	const struct img_extra *extra;
	struct img_extra_size size = { 0 };

	img_type_entry(img_reader_head(x->rd)->type, e->index, &extra);
	if (extra == NULL)
		return 0;
	img_extra_measure(extra, body.p, body.n, &size);
	if (same_size(&size, &e->size))
		return 0;
	return img_fail(x->err, IMG_EDATA, e->body.off,
			"would no longer state the length of its payload");
}

/* ---- payloads ---- */

static bool has_payload_hook(const struct edit *x)
{
	const struct img_change *c;

	for (unsigned i = 0; (c = each(x, &i)) != NULL;)
		if (c->payload != NULL)
			return true;
	return false;
}

static int change_piece(struct edit *x, const struct img_entry *e, uint64_t at, struct img_span d)
{
	const struct img_change *c;
	uint8_t *p = x->bodies[0].p;
	bool changed = false;

	memcpy(p, d.p, d.n);
	for (unsigned i = 0; (c = each(x, &i)) != NULL;) {
		int r = c->payload == NULL ? 0
					   : c->payload(c->arg, x->ed->name, e, at, p, d.n, x->err);

		if (r < 0)
			return -1;
		changed = changed || r > 0;
	}
	if (!changed)
		return 0;
	if (keep_up_to(x, d.off) < 0)
		return -1;
	img_out_put(x->out, p, d.n);
	x->kept = d.off + d.n;
	return 0;
}

/* The message in front of a run. */
static int change_record(struct edit *x, const struct img_entry *e, const struct img_part *part)
{
	struct img_span body = part->body;
	int r = change_message(x, e, part->msg, false, &body);

	if (r < 0)
		return img_err_under(x->err, "extra", -1);
	return r == IMG_SET ? put_message(x, part->body, body) : 0;
}

static int change_payload(struct edit *x, const struct img_entry *e)
{
	bool hook = has_payload_hook(x);
	struct img_part part;
	struct img_span d;
	uint64_t at = 0;
	int r;

	if (e->extra == NULL || (!hook && e->extra->shape != IMG_RECORDS))
		return 0;
	while ((r = img_reader_part(x->rd, &part, x->err)) > 0) {
		if (part.msg != NULL && change_record(x, e, &part) < 0)
			return -1;
		if (!hook)
			continue;
		x->bodies[0].n = 0;
		if (!img_buf_room(&x->bodies[0], PIECE))
			return img_fail_mem(x->err);
		while ((r = img_reader_data(x->rd, PIECE, &d, x->err)) > 0) {
			if (change_piece(x, e, at, d) < 0)
				return -1;
			at += d.n;
		}
		if (r < 0)
			return -1;
	}
	return r;
}

static int change_entry(struct edit *x, const struct img_entry *e)
{
	uint64_t begins = e->body.off - IMG_FRAME_PREFIX, skipped;
	struct img_span body = e->body;
	int r;

	if (e->msg == NULL)
		return change_payload(x, e);
	r = change_message(x, e, e->msg, true, &body);
	if (r < 0)
		return -1;
	if (r == IMG_DROP) {
		if (keep_up_to(x, begins) < 0 || img_reader_skip(x->rd, &skipped, x->err) < 0)
			return -1;
		x->kept = img_in_off(x->in);
		return 0;
	}
	if (r == IMG_SET && (check_size(x, e, body) < 0 || put_message(x, e->body, body) < 0))
		return -1;
	return change_payload(x, e);
}

/* ---- images ---- */

static int fail_file(const struct img_edit *ed, struct img_err *err)
{
	return err->file[0] != '\0' ? -1 : img_err_in(err, img_dir_path(ed->from), ed->name);
}

static int open_source(struct edit *x)
{
	if (img_dir_open_file(x->ed->from, x->ed->name, &x->file, x->err) < 0)
		return -1;
	x->piece = img_realloc(NULL, PIECE);
	return x->piece != NULL ? 0 : img_fail_mem(x->err);
}

static int open_image(struct edit *x)
{
	if (open_source(x) < 0)
		return -1;
	x->in = img_in_file(&x->file);
	if (x->in == NULL)
		return img_fail_mem(x->err);
	x->rd = img_reader_open(x->in, x->ed->name, 0, x->err);
	return x->rd != NULL ? 0 : -1;
}

/* Where in the image an error is, unless the system is to blame. Returns -1. */
static int place(struct edit *x, const struct img_entry *e)
{
	if (e->msg == NULL || x->err->kind == IMG_ESYS)
		return -1;
	return img_err_under(x->err, "entries", (int64_t)e->index);
}

/* One entry and all of its payload. */
static int change_whole_entry(struct edit *x, const struct img_entry *e)
{
	uint64_t skipped;

	if (change_entry(x, e) < 0)
		return place(x, e);
	if (img_reader_skip(x->rd, &skipped, x->err) < 0)
		return -1;
	x->whole++;
	x->whole_end = img_in_off(x->in);
	return 0;
}

static int change_image(struct edit *x)
{
	struct img_entry e;
	int r = 0;

	if (open_image(x) < 0 || put_head(x) < 0)
		return -1;
	x->whole_end = img_in_off(x->in);
	while (x->whole < x->limit && (r = img_reader_next(x->rd, &e, x->err)) > 0)
		if (change_whole_entry(x, &e) < 0)
			return -1;
	/* What comes after the limit is not the same as in the source: that image has to begin. */
	if (r < 0 || (x->out == NULL && x->limit == UINT64_MAX))
		return r < 0 ? -1 : 0;
	return keep_up_to(x, x->whole_end);
}

/* Not even the head can be read: as many zeros. */
static int make_zeros(struct edit *x)
{
	if (open_source(x) < 0 || begin(x) < 0)
		return -1;
	img_out_holes(x->out);
	img_out_hole(x->out, x->file.size);
	return 0;
}

/* All bytes of it, where the sink has no shorter way. */
static int copy_bytes(struct edit *x)
{
	if (x->file.fd < 0 && open_source(x) < 0)
		return -1;
	return keep_up_to(x, x->file.size);
}

/* Do the work of fn on x, which comes with all but ed, to and err zeroed or set as it wants. */
static int run(struct edit *x, int (*fn)(struct edit *x))
{
	const struct img_edit *ed = x->ed;
	struct img_err *err = x->err;
	int r;

	x->file.fd = -1;
	err->file[0] = '\0';
	r = fn(x);
	if (r == 0 && x->out == NULL)
		/* The way without reading is one between directories. */
		r = x->to->copy != NULL && img_dir_fd(ed->from) >= 0
			    ? x->to->copy(x->to->arg, ed->new_name, img_dir_fd(ed->from), ed->name,
					  err)
			    : copy_bytes(x);
	if (x->out != NULL) {
		struct img_err other;

		if (x->to->end(x->to->arg, r == 0, r == 0 ? err : &other) < 0)
			r = -1;
	}
	img_reader_close(x->rd);
	img_in_free(x->in);
	img_file_close(&x->file);
	img_free(x->piece);
	img_buf_free(&x->bodies[0]);
	img_buf_free(&x->bodies[1]);
	return r < 0 ? fail_file(ed, err) : 0;
}

/* Does a change want what comes before the damage? */
static bool takes_damaged(const struct edit *x)
{
	const struct img_change *c;

	for (unsigned i = 0; (c = each(x, &i)) != NULL;)
		if (c->damaged != NULL && c->damaged(c->arg, x->ed->name, x->err) == 0)
			return true;
	return false;
}

int img_edit(const struct img_edit *ed, const struct img_sink *to, struct img_err *err)
{
	struct edit x = { .ed = ed, .to = to, .err = err, .limit = UINT64_MAX };
	struct edit again = { .ed = ed, .to = to, .err = err };

	if (run(&x, change_image) == 0)
		return 0;
	if (err->kind == IMG_ESYS || !takes_damaged(&x))
		return -1;
	/* What was written of the damaged entry cannot be taken back: all of it once more. */
	again.limit = x.whole;
	return run(&again, x.whole_end > 0 ? change_image : make_zeros);
}

static int no_change(struct edit *x)
{
	(void)x;
	return 0;
}

int img_edit_copy(const struct img_edit *ed, const struct img_sink *to, struct img_err *err)
{
	struct edit x = { .ed = ed, .to = to, .err = err };

	return run(&x, no_change);
}
