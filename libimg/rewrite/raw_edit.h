/* Rules applied to the raw images of a dump: the part of relocate.h that is about these. */
#ifndef IMG_RAW_EDIT_H
#define IMG_RAW_EDIT_H

#include "libimg/rewrite/apply.h"
#include "libimg/rewrite/change.h"
#include "libimg/rewrite/changed.h"

/* Zero it but for what is said; img_raw_edit_free() when done. */
struct img_raw_edit {
	const struct img_apply *apply; /* to be set */
	struct img_changes changes;    /* to be set */
	uint32_t verbs;                /* to be set: those that are asked for */

	/* Inside. */
	struct img_dir *from;
	const char *image;
	struct img_buf mounts; /* of tmpfs, with their paths before and after the change */
	struct img_arena *texts;
};

/* Learn where each tmpfs is mounted. 0, or -1 with *err. */
int img_raw_edit_learn(struct img_raw_edit *x, struct img_dir *from, struct img_err *err);

/* Look at an image: 1 if a value in it would change, 0, -1 with *err. */
int img_raw_edit_look(struct img_raw_edit *x, const char *name, struct img_err *err);

/* Write it with its values changed, and report them. 0, or -1 with *err. */
int img_raw_edit_make(struct img_raw_edit *x, const char *name, const struct img_sink *to,
		      struct img_err *err);

void img_raw_edit_free(struct img_raw_edit *x);

#endif
