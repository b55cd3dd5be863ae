/*
 * What is to be set, read from its text: "core-7.img:tc.comm=new". The path is looked up in the
 * schema, the value is as it will be in the message.
 */
#ifndef IMG_SETTEXT_H
#define IMG_SETTEXT_H

#include "libimg/base/arena.h"
#include "libimg/base/buf.h"
#include "libimg/base/in.h"
#include "libimg/msg/schema.h"

enum { IMG_SET_STEPS = 32, IMG_SET_ALL = -1 }; /* messages in one another; no index */

/* One key of a path: a field, and which of its values. */
struct img_set_step {
	const struct img_msg *m; /* that it is in */
	const struct img_row *row;
	int64_t index; /* IMG_SET_ALL: not given */
};

struct img_set {
	const char *text;         /* all of it */
	const char *image, *path; /* path: without entries[N] */
	int64_t entry;            /* IMG_SET_ALL: not given, which means 0 */
	struct img_set_step steps[IMG_SET_STEPS];
	size_t n;
	struct img_span wire; /* the new field as it is on the wire, empty: drop it */
};

/*
 * Read "IMAGE:PATH=VALUE", see setfield.h. All that *t refers to is in the arena. 0, or -1 with
 * *err: IMG_EDATA where it can be right in no dump (a sentence about the text), or no memory.
 */
int img_set_read(struct img_set *t, const char *text, struct img_arena *a, struct img_err *err);

/*
 * Append JSON of the last field of the path, in an object of its own, to *to: {"comm":"new"}. wire:
 * the field as it is in the message. 0, or -1 with *err.
 */
int img_set_json(const struct img_set *t, struct img_span wire, struct img_buf *to,
		 struct img_err *err);

#endif
