/* One image on its way through changes: what none of them touches keeps its bytes. */
#ifndef IMG_EDIT_H
#define IMG_EDIT_H

#include "libimg/rewrite/change.h"

enum { IMG_CHANGES = 32 }; /* changes at once, at most */

struct img_edit {
	struct img_dir *from;
	const char *name, *new_name;
	const struct img_change *changes;
	uint32_t which;           /* bit i: changes[i] edits the image */
	enum img_framing framing; /* IMG_NONE: as it is */
};

/*
 * Edit it. One that comes out the same is copied, by to->copy() where the sink has it.
 * Memory is one entry. 0, or -1 with *err (file and path set).
 */
int img_edit(const struct img_edit *ed, const struct img_sink *to, struct img_err *err);

/* Copy the image as it is. */
int img_edit_copy(const struct img_edit *ed, const struct img_sink *to, struct img_err *err);

#endif
