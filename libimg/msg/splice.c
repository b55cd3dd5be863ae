#include "libimg/msg/splice.h"

#include "libimg/msg/wire.h"

static void put_varint(struct img_buf *to, uint64_t v)
{
	uint8_t buf[IMG_VARINT_MAX];

	img_buf_put(to, buf, (size_t)(img_put_varint(buf, v) - buf));
}

void img_put_num(struct img_buf *to, uint32_t tag, uint64_t v)
{
	put_varint(to, (uint64_t)tag << 3 | IMG_VARINT);
	put_varint(to, v);
}

void img_put_bytes(struct img_buf *to, uint32_t tag, const void *p, size_t n)
{
	put_varint(to, (uint64_t)tag << 3 | IMG_BYTES);
	put_varint(to, n);
	img_buf_put(to, p, n);
}

/* The next field of a message: 1, 0 at its end, -1 with *err. */
static int next(struct img_wire *w, struct img_span body, struct img_wfield *f, struct img_err *err)
{
	const char *why;

	if (w->p == w->end)
		return 0;
	why = img_wire_next(w, f);
	if (why == NULL)
		return 1;
	return img_fail(err, IMG_EDATA, body.off + (uint64_t)(f->at - body.p), "%s", why);
}

static struct img_wire walk(struct img_span body)
{
	return (struct img_wire){ body.p, body.n > 0 ? body.p + body.n : body.p };
}

static struct img_path below(struct img_path path)
{
	for (unsigned i = 1; i < path.n; i++)
		path.tag[i - 1] = path.tag[i];
	path.n--;
	return path;
}

static struct img_span content(struct img_span body, const struct img_wfield *f)
{
	return (struct img_span){ f->p, f->n, body.off + (uint64_t)(f->p - body.p) };
}

int img_splice_get(struct img_span body, struct img_path path, struct img_span *sub,
		   struct img_err *err)
{
	for (unsigned i = 0; i < path.n; i++) {
		struct img_wire w = walk(body);
		struct img_span found = { NULL, 0, 0 };
		struct img_wfield f;
		bool have = false;
		int r;

		while ((r = next(&w, body, &f, err)) > 0)
			if (f.tag == path.tag[i] && f.wt == IMG_BYTES) {
				found = content(body, &f);
				have = true;
			}
		if (r < 0 || !have)
			return r;
		body = found;
	}
	*sub = body;
	return 1;
}

/* What is to be put in at this level, in the place of the n bytes at `at` of the message. */
static int put_there(struct img_span body, size_t at, size_t n, struct img_span put,
		     struct img_buf *out, struct img_err *err)
{
	img_buf_put(out, body.p, at);
	img_buf_put(out, put.p, put.n);
	if (at + n < body.n)
		img_buf_put(out, body.p + at + n, body.n - at - n);
	return out->failed ? img_fail_mem(err) : 0;
}

static int put_below(struct img_span body, struct img_span old, size_t at, size_t n,
		     struct img_path path, uint32_t tag, struct img_span fields,
		     struct img_buf *out, struct img_err *err)
{
	struct img_buf sub = { 0 }, field = { 0 };
	int r = img_splice_put(old, below(path), tag, fields, &sub, err);

	if (r == 0) {
		img_put_bytes(&field, path.tag[0], sub.p, sub.n);
		if (field.failed)
			r = img_fail_mem(err);
	}
	if (r == 0)
		r = put_there(body, at, n, (struct img_span){ field.p, field.n, 0 }, out, err);
	img_buf_free(&sub);
	img_buf_free(&field);
	return r;
}

int img_splice_put(struct img_span body, struct img_path path, uint32_t tag, struct img_span fields,
		   struct img_buf *out, struct img_err *err)
{
	uint32_t last = path.n > 0 ? path.tag[0] : tag;
	struct img_span old = { NULL, 0, 0 };
	struct img_wire w = walk(body);
	size_t at = body.n, n = 0; /* where it goes, and what it replaces */
	struct img_wfield f;
	int r;

	while ((r = next(&w, body, &f, err)) > 0) {
		size_t begin = (size_t)(f.at - body.p);

		if (path.n > 0 && f.tag == last && f.wt == IMG_BYTES) {
			old = content(body, &f);
			at = begin;
			n = (size_t)(w.p - f.at);
		} else if (f.tag > last && at == body.n) {
			at = begin;
		}
	}
	if (r < 0)
		return -1;
	if (path.n > 0)
		return put_below(body, old, at, n, path, tag, fields, out, err);
	return put_there(body, at, 0, fields, out, err);
}

/* A field that holds the path, without what is cut there. */
static int cut_below(struct img_span body, const struct img_wfield *f, struct img_path path,
		     uint32_t tag, struct img_buf *out, struct img_err *err)
{
	struct img_buf sub = { 0 };
	int r = img_splice_cut(content(body, f), below(path), tag, &sub, err);

	if (r >= 0)
		img_put_bytes(out, path.tag[0], sub.p, sub.n);
	img_buf_free(&sub);
	return r;
}

int img_splice_cut(struct img_span body, struct img_path path, uint32_t tag, struct img_buf *out,
		   struct img_err *err)
{
	struct img_wire w = walk(body);
	struct img_wfield f;
	int r, found = 0;

	while ((r = next(&w, body, &f, err)) > 0) {
		if (path.n > 0 && f.tag == path.tag[0] && f.wt == IMG_BYTES) {
			r = cut_below(body, &f, path, tag, out, err);
			if (r < 0)
				return -1;
			found |= r;
		} else if (path.n == 0 && f.tag == tag) {
			found = 1;
		} else {
			img_buf_put(out, f.at, (size_t)(w.p - f.at));
		}
	}
	if (r < 0)
		return -1;
	return out->failed ? img_fail_mem(err) : found;
}

int img_splice_num(struct img_span body, uint32_t tag, uint64_t v, struct img_buf *out,
		   struct img_err *err)
{
	const struct img_path top = { { 0 }, 0 };
	struct img_buf without = { 0 }, field = { 0 };
	int r;

	img_put_num(&field, tag, v);
	r = field.failed ? img_fail_mem(err) : img_splice_cut(body, top, tag, &without, err);
	if (r >= 0)
		r = img_splice_put((struct img_span){ without.p, without.n, body.off }, top, tag,
				   (struct img_span){ field.p, field.n, 0 }, out, err);
	img_buf_free(&without);
	img_buf_free(&field);
	return r < 0 ? -1 : 0;
}
