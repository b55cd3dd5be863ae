#include "libimg/dump/dir.h"

#include <errno.h>
#include <limits.h>

#include "libimg/base/alloc.h"
#include "libimg/image/type.h"

struct img_image {
	struct img_dir *dir;
	char name[NAME_MAX + 1];
	struct img_file file;
	struct img_in *in;
	struct img_reader *rd;
};

int img_image_fail(const struct img_image *im, struct img_err *err)
{
	return img_err_in(err, img_dir_path(im->dir), im->name);
}

static int open_image(struct img_image *im, const struct img_type *t, struct img_err *err)
{
	const struct img_head *head;
	char name[IMG_HEAD_NAME];

	im->in = img_in_file(&im->file);
	if (im->in == NULL)
		return img_fail_mem(err);
	im->rd = img_reader_open(im->in, im->name, 0, err);
	if (im->rd == NULL)
		return -1;
	head = img_reader_head(im->rd);
	/* Only the name shows that an image is raw. */
	if (t->magic != 0 && head->type->magic != t->magic)
		return img_fail(err, IMG_EDATA, 0, "%s, expected an image of type %s",
				head->framing == IMG_NONE ? "empty file"
							  : img_head_name(head, name),
				t->name);
	return 0;
}

int img_image_open(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **out,
		   struct img_err *err)
{
	const struct img_type *t = img_type_by_pattern(pattern);
	struct img_image *im;
	int r;

	if (t == NULL)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"no type of image has the file name pattern '%s'", pattern);
	im = img_calloc(1, sizeof(*im));
	if (im == NULL)
		return img_fail_mem(err);
	im->dir = d;
	img_type_file_name(pattern, number, im->name, sizeof(im->name));
	r = img_dir_file(d, im->name, &im->file, err);
	if (r < 0 && err->kind == IMG_ESYS && err->errnum == ENOENT) {
		img_free(im);
		return 0;
	}
	if (r < 0 || open_image(im, t, err) < 0) {
		img_image_fail(im, err);
		img_image_close(im);
		return -1;
	}
	*out = im;
	return 1;
}

void img_image_close(struct img_image *im)
{
	if (im == NULL)
		return;
	img_reader_close(im->rd);
	img_in_free(im->in);
	img_file_close(&im->file);
	img_free(im);
}

int img_image_next(struct img_image *im, struct img_entry *e, struct img_err *err)
{
	int r = img_reader_next(im->rd, e, err);

	return r < 0 ? img_image_fail(im, err) : r;
}

void *img_image_unpack(struct img_image *im, const struct img_entry *e, struct img_arena *a,
		       struct img_err *err)
{
	void *msg = img_unpack(e->msg, e->body, a, err);

	if (msg == NULL) {
		img_err_under(err, "entries", (int64_t)e->index);
		img_image_fail(im, err);
	}
	return msg;
}

int img_image_next_msg(struct img_image *im, struct img_arena *a, void **msg, struct img_err *err)
{
	struct img_entry e;
	int r = img_image_next(im, &e, err);

	if (r <= 0)
		return r;
	*msg = img_image_unpack(im, &e, a, err);
	return *msg != NULL ? 1 : -1;
}

struct img_reader *img_image_reader(struct img_image *im)
{
	return im->rd;
}

const char *img_image_name(const struct img_image *im)
{
	return im->name;
}

const struct img_file *img_image_file(const struct img_image *im)
{
	return &im->file;
}

/* Read the first entry, which is required. 1 or -1. */
static int first(struct img_image *im, struct img_entry *e, struct img_err *err)
{
	int r = img_image_next(im, e, err);

	if (r != 0)
		return r;
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "image has no entry");
	return img_image_fail(im, err);
}

int img_image_one(struct img_dir *d, const char *pattern, uint64_t number, struct img_arena *a,
		  void **msg, struct img_err *err)
{
	struct img_image *im;
	struct img_entry e;
	int r = img_image_open(d, pattern, number, &im, err);

	if (r <= 0)
		return r;
	r = first(im, &e, err);
	if (r > 0) {
		*msg = img_image_unpack(im, &e, a, err);
		r = *msg != NULL ? 1 : -1;
	}
	img_image_close(im);
	return r;
}

int img_image_pick(struct img_dir *d, const char *pattern, uint64_t number, struct img_image **im,
		   struct img_pick *f, struct img_err *err)
{
	struct img_entry e;
	int r = img_image_open(d, pattern, number, im, err);

	if (r <= 0)
		return r;
	r = first(*im, &e, err);
	if (r > 0 && img_pick(f, e.msg, e.body, err) < 0) {
		img_err_under(err, "entries", 0);
		r = img_image_fail(*im, err);
	}
	if (r < 0)
		img_image_close(*im);
	return r;
}

int img_image_absent(const struct img_dir *d, const char *pattern, uint64_t number,
		     struct img_err *err)
{
	char name[NAME_MAX + 1];

	img_fail(err, IMG_EDATA, IMG_NOWHERE, "image missing");
	err->errnum = ENOENT;
	return img_err_in(err, img_dir_path(d),
			  img_type_file_name(pattern, number, name, sizeof(name)));
}
