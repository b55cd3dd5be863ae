#include "libimg/view/compare_rest.h"

#include <inttypes.h>

#include "libimg/msg/pick.h"
#include "libimg/view/compare_fields.h"
#include "libimg/view/text.h"

static int put_fs(struct img_side *s, const struct img_entry *e, struct img_err *err)
{
	struct img_pick f;

	if (img_pick(&f, e->msg, e->body, err) < 0)
		return -1;
	if (!img_has(&f, IMG_TAG_FS_ENTRY__UMASK))
		return 0;
	img_text_fmt(img_side_text(s, IMG_COMPARE_PROCESS, 900, "umask"), "%04" PRIo32,
		     img_num32(&f, IMG_TAG_FS_ENTRY__UMASK));
	img_facts_end(&s->facts);
	return 0;
}

/* Where its parts begin and end, the auxiliary vector, rings: one fact, for they change together. */
static int put_mm(struct img_side *s, const struct img_entry *e, struct img_err *err)
{
	static const char *const elsewhere[] = { "vmas", "exe_file_id", NULL };
	int r;

	img_side_text(s, IMG_COMPARE_PROCESS, 901, "layout");
	img_facts_fields(&s->facts);
	r = img_fields_put(s, e->msg, e->body, elsewhere, err);
	img_facts_end(&s->facts);
	return r;
}

static const struct {
	const char *pattern;
	int (*put)(struct img_side *s, const struct img_entry *e, struct img_err *err);
} images[] = { { "fs-%u.img", put_fs }, { "mm-%u.img", put_mm } };

/* What is damaged is reported where descriptors or memory are shown, unless only this is asked for. */
static void fail(struct img_side *s, const struct img_err *err)
{
	if (err->kind == IMG_ESYS || !img_side_wants(s, IMG_COMPARE_FDS))
		img_report(s->report, err);
}

void img_compare_rest(struct img_side *s, const struct img_task *t)
{
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		struct img_image *im;
		struct img_entry e;
		struct img_err err;
		int r;

		if (!img_side_wants(s, IMG_COMPARE_PROCESS))
			return;
		r = img_image_open(s->dir, images[i].pattern, t->pid, &im, &err);
		if (r <= 0) {
			if (r < 0)
				fail(s, &err);
			continue;
		}
		r = img_image_next(im, &e, &err);
		if (r > 0 && e.msg != NULL && images[i].put(s, &e, &err) < 0) {
			img_image_fail(im, &err);
			r = -1;
		}
		if (r < 0)
			fail(s, &err);
		img_image_close(im);
	}
}
