#include "libimg/rewrite/mounttext.h"
#include "libimg/rewrite/verbs.h"

/* The texts of a mount: several verbs look at each. */
int img_verb_mount(struct img_fields *x, struct img_field *f, struct img_err *err)
{
	struct img_mount_text t = { &x->apply, x->verbs & f->row->verbs };
	uint64_t fstype = img_fv_beside(x, f, IMG_TAG_MNT_ENTRY__FSTYPE);
	int r = 0;

	x->text.n = 0;
	if (f->tag == IMG_TAG_MNT_ENTRY__ROOT)
		return img_fv_prefix(x, f,
				     fstype == IMG_FSTYPE__CGROUP || fstype == IMG_FSTYPE__CGROUP2
					     ? IMG_VERB_CGROUP
					     : IMG_VERB_MOUNT,
				     err);
	if (f->tag == IMG_TAG_MNT_ENTRY__SOURCE)
		r = img_mount_source(&t, f->bytes, &x->text, err);
	else if (f->tag == IMG_TAG_MNT_ENTRY__OPTIONS)
		r = img_mount_options(&t, f->bytes, &x->text, err);
	return r < 0 ? -1 : r > 0 ? img_fv_set_text(x, f, err) : IMG_KEEP;
}
