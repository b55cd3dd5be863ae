#include "libimg/msg/unpack.h"

#include "libimg/msg/canon.h"
#include "libimg/msg/visit.h"
#include "libimg/msg/wire.h"

/* protobuf-c initializes what it allocates; zeroing it again is cheap compared with unpacking. */
static void *pb_alloc(void *arena, size_t n)
{
	return img_arena_alloc(arena, n);
}

static void pb_free(void *arena, void *p)
{
	(void)arena;
	(void)p;
}

/*
 * *other is set if a field has the number of one that no release of CRIU has, but not its form:
 * protobuf-c would not take it.
 */
static int check_level(const struct img_msg *m, const uint8_t *p, size_t n, uint64_t off,
		       unsigned depth, bool *other, struct img_err *err)
{
	struct img_wire w = { p, p + n };
	struct img_scan scan;
	struct img_wfield v;
	const uint8_t *bad = p;
	const char *key = NULL, *why;
	int row = -1;

	if (depth > IMG_MAX_DEPTH)
		return img_fail(err, IMG_ELIMIT, off, "messages nested deeper than %d levels",
				IMG_MAX_DEPTH);
	why = img_msg_scan(m, p, n, &scan, &bad, &key);
	if (why != NULL) {
		img_fail(err, IMG_EDATA, off + (uint64_t)(bad - p), "%s", why);
		return key != NULL ? img_err_under(err, key, -1) : -1;
	}
	for (int64_t index = 0; w.p < w.end; index++) {
		const struct img_msg *sub;
		int r;

		if (img_wire_next(&w, &v) != NULL)
			break; /* cannot happen: scanned above */
		r = img_msg_row(m, &v, (unsigned)(row + 1));
		*other = *other || (r < 0 && img_msg_find(m, v.tag, 0) >= 0);
		if (r != row)
			index = 0;
		row = r;
		sub = r >= 0 ? m->rows[r].sub : NULL;
		if (sub == NULL)
			continue;
		if (check_level(sub, v.p, v.n, off + (uint64_t)(v.p - p), depth + 1, other, err) <
		    0) {
			bool list = m->desc->fields[r].label == PROTOBUF_C_LABEL_REPEATED;

			return img_err_under(err, m->desc->fields[r].name, list ? index : -1);
		}
	}
	return 0;
}

int img_wire_check(const struct img_msg *m, struct img_span body, struct img_err *err)
{
	if (m == NULL)
		return img_msg_fail_raw(err, body.off);
	return check_level(m, body.p, body.n, body.off, 1, &(bool){ false }, err);
}

static int without_other(void *arg, struct img_field *f, struct img_err *err)
{
	(void)arg;
	(void)err;
	return f->row == NULL && img_msg_find(f->msg, f->tag, 0) >= 0 ? IMG_DROP : IMG_KEEP;
}

void *img_unpack(const struct img_msg *m, struct img_span body, struct img_arena *a,
		 struct img_err *err)
{
	ProtobufCAllocator alloc = { pb_alloc, pb_free, a };
	struct img_buf rest = { 0 };
	ProtobufCMessage *msg;
	bool other = false;

	/* protobuf-c multiplies a count by a size without an overflow check. */
	if (body.n > SIZE_MAX / sizeof(uint64_t)) {
		img_fail(err, IMG_ELIMIT, body.off, "message of %zu bytes is too large to unpack",
			 body.n);
		return NULL;
	}
	if (m == NULL) {
		img_msg_fail_raw(err, body.off);
		return NULL;
	}
	if (check_level(m, body.p, body.n, body.off, 1, &other, err) < 0)
		return NULL;
	if (other) {
		if (img_visit(m, body, NULL, 0, without_other, NULL, &rest, err) < 0) {
			img_buf_free(&rest);
			return NULL;
		}
		body.p = rest.p;
		body.n = rest.n;
	}
	msg = protobuf_c_message_unpack(m->desc, &alloc, body.n, body.p);
	img_buf_free(&rest);
	if (msg != NULL)
		return msg;
	/* After the check only memory can fail, or a damaged packed field. */
	switch (img_arena_last(a)) {
	case IMG_ARENA_FINE: img_fail(err, IMG_EDATA, body.off, "packed field damaged"); break;
	case IMG_ARENA_FULL:
		img_fail(err, IMG_ELIMIT, body.off, "message needs more than %zu bytes of memory",
			 img_arena_limit(a));
		break;
	case IMG_ARENA_NO_MEMORY: img_fail_mem(err); break;
	}
	return NULL;
}
