#include "libimg/image/transfer.h"

#include "libimg/base/buf.h"

/* A record: its message goes to memory first, since reading what follows takes it back. */
static int copy_record(struct img_reader *rd, struct img_writer *wr, const struct img_part *part,
		       struct img_buf *body, struct img_err *err)
{
	struct img_span all, run, pad;

	body->n = 0;
	img_buf_put(body, part->body.p, part->body.n);
	if (body->failed)
		return img_fail_mem(err);
	if (img_reader_whole(rd, &all, err) < 0)
		return -1;
	run = (struct img_span){ all.p, (size_t)part->len, all.off };
	pad = (struct img_span){ all.p + run.n, part->pad, all.off + run.n };
	return img_writer_record(wr, (struct img_span){ body->p, body->n, part->body.off }, run,
				 &pad, err);
}

static int copy_run(struct img_reader *rd, struct img_writer *wr, const struct img_part *part,
		    struct img_err *err)
{
	struct img_span s;
	int r;

	while ((r = img_reader_data(rd, IMG_IN_SIZE, &s, err)) > 0)
		if (img_writer_data(wr, s.p, s.n, err) < 0)
			return -1;
	if (r < 0 || part->pad == 0)
		return r;
	if (img_reader_pad(rd, &s, err) < 0)
		return -1;
	return img_writer_pad(wr, s.p, s.n, err);
}

int img_reader_copy(struct img_reader *rd, struct img_writer *wr, struct img_err *err)
{
	struct img_buf body = { 0 };
	struct img_part part;
	int r;

	while ((r = img_reader_part(rd, &part, err)) > 0) {
		r = part.msg != NULL ? copy_record(rd, wr, &part, &body, err)
				     : copy_run(rd, wr, &part, err);
		if (r < 0)
			break;
	}
	img_buf_free(&body);
	return r;
}
