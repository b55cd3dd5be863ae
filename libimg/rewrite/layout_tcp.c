#include "libimg/rewrite/layout_tcp.h"

#include <stdlib.h>

#include "fdinfo.pb-c.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"

#define TOGETHER IMG_CRIU(4, 0, 0)

enum {
	OPTS = IMG_TAG_INET_SK_ENTRY__OPTS,
	TCP_OPTS = IMG_TAG_INET_SK_ENTRY__TCP_OPTS,
	CORK = IMG_TAG_TCP_OPTS_ENTRY__CORK,
	NODELAY = IMG_TAG_TCP_OPTS_ENTRY__NODELAY,
};

static const struct img_path top = { { 0 }, 0 }, opts = { { OPTS }, 1 },
			     tcp_opts = { { TCP_OPTS }, 1 };

/* Each option in the one message, and in the one that it comes from. */
static const struct option {
	uint32_t now, of_stream, of_opts; /* 0: not there */
} options[] = {
	{ CORK, IMG_TAG_TCP_STREAM_ENTRY__CORK, 0 },
	{ NODELAY, IMG_TAG_TCP_STREAM_ENTRY__NODELAY, 0 },
	{ IMG_TAG_TCP_OPTS_ENTRY__KEEPCNT, 0, IMG_TAG_SK_OPTS_ENTRY__TCP_KEEPCNT },
	{ IMG_TAG_TCP_OPTS_ENTRY__KEEPIDLE, 0, IMG_TAG_SK_OPTS_ENTRY__TCP_KEEPIDLE },
	{ IMG_TAG_TCP_OPTS_ENTRY__KEEPINTVL, 0, IMG_TAG_SK_OPTS_ENTRY__TCP_KEEPINTVL },
};
enum { OPTIONS = sizeof(options) / sizeof(*options) };

/* A socket with such options. */
struct socket {
	uint32_t ino;
	uint8_t have, cork, nodelay; /* have: bits of the two, by number */
};

struct img_layout_tcp {
	struct socket *v; /* by ino; only where streams are to get options */
	size_t n;
};

static struct img_span span(const struct img_buf *b)
{
	return (struct img_span){ b->p, b->n, 0 };
}

/* ---- up ---- */

/* What the old messages say, as fields of the new one. */
static int gather(struct img_convert *c, struct img_span body, struct img_buf *fields,
		  struct img_err *err)
{
	struct img_buf stream = { 0 };
	struct img_span so = { NULL, 0, 0 };
	uint64_t ino = 0, v;
	int r = img_splice_get(body, opts, &so, err);

	(void)img_wire_get(body.p, body.n, IMG_TAG_INET_SK_ENTRY__INO, &ino);
	if (r >= 0)
		r = img_convert_first(c, "tcp-stream-%x.img", ino, &stream, err);
	for (size_t i = 0; r >= 0 && i < OPTIONS; i++) {
		const struct option *o = &options[i];

		if ((o->of_stream != 0 && img_wire_get(stream.p, stream.n, o->of_stream, &v)) ||
		    (o->of_opts != 0 && so.n > 0 && img_wire_get(so.p, so.n, o->of_opts, &v)))
			img_put_num(fields, o->now, v);
	}
	img_buf_free(&stream);
	return r < 0 ? -1 : fields->failed ? img_fail_mem(err) : 0;
}

/* Without the fields of sk_opts that have another place now. */
static int cut_opts(struct img_span *body, struct img_buf turns[2], struct img_err *err)
{
	int turn = 0;

	for (size_t i = 0; i < OPTIONS; i++) {
		int r;

		if (options[i].of_opts == 0)
			continue;
		turns[turn].n = 0;
		r = img_splice_cut(*body, opts, options[i].of_opts, &turns[turn], err);
		if (r < 0)
			return -1;
		if (r > 0) {
			*body = span(&turns[turn]);
			turn ^= 1;
		}
	}
	return 0;
}

static int opts_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		   struct img_buf *out, struct img_err *err)
{
	struct img_buf fields = { 0 }, turns[2] = { { 0 }, { 0 } };
	struct img_span sub;
	int r = img_splice_get(body, tcp_opts, &sub, err);

	(void)at;
	if (r != 0)
		return r < 0 ? -1 : IMG_KEEP;
	r = gather(c, body, &fields, err);
	if (r == 0 && fields.n > 0)
		r = cut_opts(&body, turns, err);
	if (r == 0 && fields.n > 0)
		r = img_splice_put(body, tcp_opts, UINT32_MAX, span(&fields), out, err);
	r = r < 0 ? -1 : fields.n > 0 ? IMG_SET : IMG_KEEP;
	img_buf_free(&fields);
	img_buf_free(&turns[0]);
	img_buf_free(&turns[1]);
	return r;
}

static const struct socket *socket_of(const struct img_convert *c, uint64_t ino);

/* A stream without a socket keeps its options: nothing else says them. */
static int stream_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	struct img_buf first = { 0 };
	int r = 0, more = 0;

	if (socket_of(c, at->number) == NULL)
		return IMG_KEEP;
	r = img_splice_cut(body, top, options[0].of_stream, &first, err);
	if (r >= 0)
		more = img_splice_cut(span(&first), top, options[1].of_stream, out, err);
	img_buf_free(&first);
	return r < 0 || more < 0 ? -1 : r + more > 0 ? IMG_SET : IMG_KEEP;
}

/* ---- down ---- */

/* Options that the stream has in its image are taken out; others of these two stay. */
static int opts_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	struct img_buf old = { 0 }, kept = { 0 }, without = { 0 };
	struct img_span sub;
	uint64_t ino = 0, v;
	int r = img_splice_get(body, tcp_opts, &sub, err);

	(void)at;
	if (r <= 0)
		return r < 0 ? -1 : IMG_KEEP;
	(void)img_wire_get(body.p, body.n, IMG_TAG_INET_SK_ENTRY__INO, &ino);
	for (size_t i = 0; i < OPTIONS; i++) {
		if (sub.n == 0 || !img_wire_get(sub.p, sub.n, options[i].now, &v))
			continue;
		if (options[i].of_opts != 0)
			img_put_num(&old, options[i].of_opts, v);
		else if (!img_convert_exists_no(c, "tcp-stream-%x.img", ino))
			img_put_num(&kept, options[i].now, v);
	}
	r = old.failed || kept.failed ? img_fail_mem(err)
				      : img_splice_cut(body, top, TCP_OPTS, &without, err);
	if (r >= 0 && kept.n > 0) {
		struct img_buf with = { 0 };

		r = img_splice_put(span(&without), tcp_opts, UINT32_MAX, span(&kept), &with, err);
		img_buf_free(&without);
		without = with;
	}
	if (r >= 0)
		r = img_splice_put(span(&without), opts, IMG_TAG_SK_OPTS_ENTRY__TCP_KEEPINTVL,
				   span(&old), out, err);
	/* What is left of them the target does not read: nothing has changed then. */
	r = r < 0                                                     ? -1
	    : out->n == body.n && memcmp(out->p, body.p, body.n) == 0 ? IMG_KEEP
								      : IMG_SET;
	img_buf_free(&old);
	img_buf_free(&kept);
	img_buf_free(&without);
	return r;
}

static int stream_down(struct img_convert *c, const struct img_at *at, struct img_span body,
		       struct img_buf *out, struct img_err *err)
{
	const struct socket *s = socket_of(c, at->number);
	struct img_buf fields = { 0 };
	int r;

	if (s == NULL || s->have == 0)
		return IMG_KEEP;
	if (s->have & 1u << CORK)
		img_put_num(&fields, IMG_TAG_TCP_STREAM_ENTRY__CORK, s->cork);
	if (s->have & 1u << NODELAY)
		img_put_num(&fields, IMG_TAG_TCP_STREAM_ENTRY__NODELAY, s->nodelay);
	r = fields.failed ? img_fail_mem(err)
			  : img_splice_put(body, top, IMG_TAG_TCP_STREAM_ENTRY__NODELAY,
					   span(&fields), out, err);
	img_buf_free(&fields);
	return r < 0 ? -1 : IMG_SET;
}

/* ---- sockets by inode ---- */

static int by_ino(const void *a, const void *b)
{
	const struct socket *x = a, *y = b;

	return (x->ino > y->ino) - (x->ino < y->ino);
}

static const struct socket *socket_of(const struct img_convert *c, uint64_t ino)
{
	const struct img_layout_tcp *s = c->tcp_layouts;
	const struct socket key = { .ino = (uint32_t)ino };

	return s->n > 0 ? bsearch(&key, s->v, s->n, sizeof(key), by_ino) : NULL;
}

static int take(struct img_convert *c, struct img_span body, struct img_err *err)
{
	struct img_layout_tcp *s = c->tcp_layouts;
	struct socket *v = img_grow(s->v, s->n, sizeof(*v)), *k;
	struct img_span sub = { NULL, 0, 0 };
	uint64_t n = 0;

	if (v == NULL)
		return img_fail_mem(err);
	s->v = v;
	k = &v[s->n++];
	*k = (struct socket){ 0 };
	(void)img_wire_get(body.p, body.n, IMG_TAG_INET_SK_ENTRY__INO, &n);
	k->ino = (uint32_t)n;
	if (img_splice_get(body, tcp_opts, &sub, err) < 0)
		return -1;
	if (sub.n > 0 && img_wire_get(sub.p, sub.n, CORK, &n)) {
		k->have |= 1u << CORK;
		k->cork = n != 0;
	}
	if (sub.n > 0 && img_wire_get(sub.p, sub.n, NODELAY, &n)) {
		k->have |= 1u << NODELAY;
		k->nodelay = n != 0;
	}
	return 0;
}

static int tcp_learn(struct img_convert *c, struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern("tcp-stream-%x.img");
	struct img_files_place p;
	const struct img_msg *m;
	struct img_files *f;
	struct img_span body;
	bool any = false;
	int r;

	c->tcp_layouts = img_calloc(1, sizeof(*c->tcp_layouts));
	if (c->tcp_layouts == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < c->images.n; i++)
		any = any || img_type_by_file(c->images.v[i], NULL) == t;
	r = any ? img_convert_files(c, &f, err) : 0;
	for (uint32_t i = 0; r > 0 && i < img_files_count(f); i++) {
		img_files_at(f, i, &p);
		if (p.type != FD_TYPES__INETSK)
			continue;
		r = img_files_payload(f, i, &m, &body, err);
		if (r > 0)
			r = take(c, body, err);
		r = r < 0 ? -1 : 1;
	}
	if (c->tcp_layouts->n > 0)
		qsort(c->tcp_layouts->v, c->tcp_layouts->n, sizeof(struct socket), by_ino);
	return r < 0 ? -1 : 0;
}

static void tcp_end(struct img_convert *c)
{
	if (c->tcp_layouts != NULL)
		img_free(c->tcp_layouts->v);
	img_free(c->tcp_layouts);
	c->tcp_layouts = NULL;
}

static const struct img_layout rows[] = {
	{ TOGETHER, &img_msg_inet_sk_entry, opts_up, opts_down, "tcp_opts", NULL },
	{ TOGETHER, &img_msg_tcp_stream_entry, stream_up, stream_down, "tcp_opts", NULL },
};

const struct img_family img_layouts_tcp = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.learn = tcp_learn,
	.end = tcp_end,
};
