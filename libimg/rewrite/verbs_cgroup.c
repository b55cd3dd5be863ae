#include "libimg/rewrite/verbs.h"

/* The path of the directory that a field holds: all names above it, then its own. */
static void cgroup_path(struct img_buf *to, const struct img_field *holder)
{
	struct img_span name = img_fv_bytes(holder->bytes, IMG_TAG_CGROUP_DIR_ENTRY__DIR_NAME);

	if (holder->msg == &img_msg_cgroup_dir_entry && holder->parent != NULL)
		cgroup_path(to, holder->parent);
	while (name.n > 0 && name.p[0] == '/') {
		name.p++;
		name.n--;
	}
	if (name.n == 0)
		return;
	img_buf_put(to, "/", 1);
	img_buf_put(to, name.p, name.n);
}

/* Where a directory is and where it will be; "/" is the empty path. */
static int cgroup_moves(struct img_fields *x, const struct img_field *holder, struct img_buf *old,
			struct img_buf *new, struct img_err *err)
{
	struct img_span path;
	int r;

	old->n = new->n = 0;
	cgroup_path(old, holder);
	path = old->n > 0 ? (struct img_span){ old->p, old->n, 0 }
			  : (struct img_span){ (const uint8_t *)"/", 1, 0 };
	r = img_apply_prefix(&x->apply, IMG_VERB_CGROUP, path, new, err);
	if (r == 0)
		img_buf_put(new, old->p, old->n);
	if (new->n == 1)
		new->n = 0;
	if (r >= 0 && (old->failed || new->failed))
		return img_fail_mem(err);
	return r;
}

static int name_below(struct img_fields *x, struct img_field *f, const struct img_buf *parent,
		      const struct img_buf *path, struct img_err *err)
{
	size_t n = parent->n;
	struct img_span name;

	if (path->n < n || (n > 0 && memcmp(path->p, parent->p, n) != 0) ||
	    (path->n > n && path->p[n] != '/'))
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"would be no longer below its parent directory: a rule has to "
				"name that");
	name = (struct img_span){ path->p + n, path->n - n, 0 };
	if (name.n > 0) {
		name.p++;
		name.n--;
	}
	if (name.n == f->bytes.n && memcmp(name.p, f->bytes.p, name.n) == 0)
		return IMG_KEEP;
	x->text.n = 0;
	img_buf_put(&x->text, name.p, name.n);
	return img_fv_set_text(x, f, err);
}

/* A directory's name stays where its parent moves with it. */
static int cgroup_dir(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	const struct img_field *holder = f->parent;
	struct img_buf old = { 0 }, new = { 0 }, above = { 0 };
	int r = IMG_KEEP;

	if (holder == NULL)
		return IMG_KEEP;
	if (holder->msg == &img_msg_cgroup_dir_entry && x->apply.seen == NULL)
		r = cgroup_moves(x, holder->parent, &old, &above, err);
	if (r >= 0)
		r = cgroup_moves(x, holder, &old, &new, err);
	if (r > 0)
		r = name_below(x, f, &above, &new, err);
	img_buf_free(&old);
	img_buf_free(&new);
	img_buf_free(&above);
	return r < 0 ? -1 : r;
}

/* How much of a path is above the root of the cgroup namespace. */
static int cgns_prefix(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	struct img_span path = img_fv_bytes(img_fv_message(x, f), IMG_TAG_CG_MEMBER_ENTRY__PATH),
			above;
	int r;

	if (f->num == 0 || f->num > path.n || x->apply.seen != NULL)
		return IMG_KEEP;
	x->text.n = 0;
	above = (struct img_span){ path.p, (size_t)f->num, path.off };
	r = img_apply_prefix(&x->apply, IMG_VERB_CGROUP, above, &x->text, err);
	if (r < 0)
		return -1;
	if (r > 0)
		return x->text.n == f->num ? IMG_KEEP : img_fv_set_number(x, f, x->text.n);
	/* The rule changes what is below: that has to stay there. */
	x->text.n = 0;
	r = img_apply_prefix(&x->apply, IMG_VERB_CGROUP, path, &x->text, err);
	if (r <= 0 || (x->text.n >= above.n && memcmp(x->text.p, above.p, above.n) == 0))
		return r < 0 ? -1 : IMG_KEEP;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE,
			"the path would be no longer below the root of its cgroup namespace");
}

int img_verb_cgroup(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	if (f->msg == &img_msg_cgroup_dir_entry)
		return cgroup_dir(x, f, err);
	if (f->wt == IMG_VARINT)
		return cgns_prefix(x, f, err);
	return img_fv_prefix(x, f, IMG_VERB_CGROUP, err);
}
