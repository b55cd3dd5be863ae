#include "libimg/rewrite/verbs.h"

enum { UNIX_PATH = 108 }; /* UNIX_PATH_MAX of linux/un.h: CRIU refuses longer names */

/* The name of a unix socket: a path, often with its NUL, or a NUL and an abstract name. */
static int unix_path(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	struct img_span path = f->bytes;
	int r;

	if (path.n > 0 && path.p[path.n - 1] == '\0')
		path.n--;
	x->text.n = 0;
	r = img_apply_prefix(&x->apply, IMG_VERB_PATH, path, &x->text, err);
	if (r <= 0)
		return r < 0 ? -1 : IMG_KEEP;
	img_buf_put(&x->text, f->bytes.p + path.n, f->bytes.n - path.n);
	if (x->text.n > UNIX_PATH)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"would have %zu bytes (the limit is %d)", x->text.n, UNIX_PATH);
	return img_fv_set_text(x, f, err);
}

int img_verb_path(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	int ext;

	if (f->row->hints & IMG_HINT_CONV)
		return f->bytes.n > 0 && f->bytes.p[0] != '\0' ? unix_path(x, f, err) : IMG_KEEP;
	/* An external file has a key in the place of its name. */
	ext = img_msg_find_name(f->msg, "ext", 3, 0);
	if (ext >= 0 && img_fv_beside(x, f, f->msg->rows[ext].tag) != 0)
		return IMG_KEEP;
	return img_fv_prefix(x, f, IMG_VERB_PATH, err);
}

int img_verb_unix(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	struct img_span name = f->bytes, new;

	if (name.n < 2 || name.p[0] != '\0')
		return IMG_KEEP;
	name.p++;
	name.n--;
	if (img_apply_whole(&x->apply, IMG_VERB_UNIX, name, &new) <= 0)
		return IMG_KEEP;
	x->text.n = 0;
	img_buf_put(&x->text, "", 1);
	img_buf_put(&x->text, new.p, new.n);
	return img_fv_set_text(x, f, err);
}

int img_verb_ext_key(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	(void)err;
	return img_fv_whole(x, f, IMG_VERB_EXT_KEY);
}

int img_verb_comm(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	(void)err;
	return img_fv_whole(x, f, IMG_VERB_COMM);
}

int img_verb_host(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	uint32_t verb = f->row->verbs & (IMG_VERB_HOST | IMG_VERB_DOMAIN);
	struct img_span new;

	(void)err;
	if (img_apply_set(&x->apply, verb, f->bytes, &new) <= 0)
		return IMG_KEEP;
	return img_fv_set_bytes(x, f, new);
}
