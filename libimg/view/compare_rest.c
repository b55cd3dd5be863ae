#include "libimg/view/compare_rest.h"

#include <inttypes.h>
#include <stdio.h>

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

/* Fields of a timer by the names that they have in the core images since 1.3. */
struct timer {
	struct img_side *s;
	const char *of;
};

static void put_timer_field(void *arg, const char *path, const struct img_field *f)
{
	const struct timer *t = arg;

	img_side_begin(t->s, IMG_COMPARE_TIMERS, 1000, false);
	img_text_fmt(t->s->facts.o, "%s.%s", t->of, path);
	img_facts_text(&t->s->facts);
	img_fields_value(t->s, f);
	img_facts_end(&t->s->facts);
}

static int put_timer(struct img_side *s, const struct img_entry *e, const char *of,
		     struct img_err *err)
{
	struct timer t = { s, of };

	return img_fields_each(e->msg, e->body, NULL, put_timer_field, &t, err);
}

static int put_itimer(struct img_side *s, const struct img_entry *e, struct img_err *err)
{
	static const char *const names[] = { "real", "virt", "prof" };

	return e->index < 3 ? put_timer(s, e, names[e->index], err) : 0;
}

static int put_posix_timer(struct img_side *s, const struct img_entry *e, struct img_err *err)
{
	char of[40];

	snprintf(of, sizeof(of), "posix[%" PRIu64 "]", e->index);
	return put_timer(s, e, of, err);
}

static const struct image {
	const char *pattern;
	enum img_compare_kind kind;
	/* Also where descriptors are read: what is damaged there has been reported. */
	bool of_fds;
	int (*put)(struct img_side *s, const struct img_entry *e, struct img_err *err);
} images[] = {
	{ "fs-%u.img", IMG_COMPARE_PROCESS, true, put_fs },
	{ "mm-%u.img", IMG_COMPARE_PROCESS, true, put_mm },
	{ "itimers-%u.img", IMG_COMPARE_TIMERS, false, put_itimer },
	{ "posix-timers-%u.img", IMG_COMPARE_TIMERS, false, put_posix_timer },
};

/* Call its function for each entry. 0, or -1 with *err. */
static int put_image(struct img_side *s, const struct image *row, uint32_t pid, struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	int r = img_image_open(s->dir, row->pattern, pid, &im, err);

	if (r <= 0)
		return r;
	while ((r = img_image_next(im, &e, err)) > 0)
		if (e.msg != NULL && row->put(s, &e, err) < 0) {
			img_image_fail(im, err);
			r = -1;
			break;
		}
	img_image_close(im);
	return r;
}

void img_compare_rest(struct img_side *s, const struct img_task *t)
{
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		const struct image *row = &images[i];
		struct img_err err;

		if (img_side_wants(s, row->kind) && put_image(s, row, t->pid, &err) < 0 &&
		    (err.kind == IMG_ESYS || !row->of_fds || !img_side_wants(s, IMG_COMPARE_FDS)))
			img_report(s->report, &err);
	}
}
