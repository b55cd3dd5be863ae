/*
 * A change of a dump: functions that are called for its images, entries and fields on their
 * way into another one. rewrite.h carries it out.
 */
#ifndef IMG_CHANGE_H
#define IMG_CHANGE_H

#include "libimg/dump/dir.h"
#include "libimg/image/sink.h"
#include "libimg/msg/visit.h"

enum { IMG_NAME = 256 }; /* bytes of a file name, with its NUL */

enum img_fate {
	IMG_FATE_COPY, /* byte for byte */
	IMG_FATE_EDIT, /* through entry, field and payload */
	IMG_FATE_DROP, /* the result has none such */
	IMG_FATE_MAKE, /* make() writes it */
};

/* What is to become of an image. */
struct img_plan {
	const char *name; /* base name in the source */
	const struct img_type *type;
	enum img_fate fate;           /* may be set; COPY before */
	char new_name[IMG_NAME];      /* may be set; `name` before, or what an earlier change set */
	enum img_framing framing;     /* EDIT: may be set; IMG_NONE: as it is */
	struct img_dir_names *others; /* see img_plan_also() */
};

/*
 * MAKE: make() writes an image `name` too, besides the one that is planned. An image of that
 * name in the source must be dropped, or come from there. 0, or -1 with *err (no memory).
 */
int img_plan_also(struct img_plan *plan, const char *name, struct img_err *err);

/* Append a name. 0, or -1 with *err (no memory). */
int img_names_add(struct img_dir_names *names, const char *name, struct img_err *err);

/* Functions may be NULL; all return 0 unless it says otherwise, and -1 with *err. */
struct img_change {
	/*
	 * Called once, first: reads all that more than one image decides. `from` stays open
	 * as long as the rewriting does.
	 */
	int (*learn)(void *arg, struct img_dir *from, struct img_err *err);

	/* The fate of an image. */
	int (*image)(void *arg, struct img_plan *plan, struct img_err *err);

	/*
	 * EDIT: a whole entry with a message, before its fields: IMG_KEEP, IMG_SET (its new
	 * body is in *out, which was empty; its payload stays) or IMG_DROP (of the payload too).
	 */
	int (*entry)(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		     struct img_err *err);

	/* EDIT: each field of it, and of the messages in its payload. */
	img_visit_fn *field;

	/*
	 * EDIT: n bytes at p of the payload, from offset `at` of it on, in pieces as they come;
	 * of a raw image all of it (e->msg is NULL). May be changed in place. 1: it was, 0.
	 */
	int (*payload)(void *arg, const char *image, const struct img_entry *e, uint64_t at,
		       uint8_t *p, size_t n, struct img_err *err);

	/*
	 * Called once all images have been planned: the names of images that come from none of
	 * the source, for img_names_add(). make() writes each of them.
	 */
	int (*add)(void *arg, struct img_dir_names *names, struct img_err *err);

	/*
	 * MAKE: write what becomes of the source's image `name`, and the others, to `to`. Of an
	 * image that was added, write that one.
	 */
	int (*make)(void *arg, const char *name, const struct img_sink *to, struct img_err *err);

	/*
	 * EDIT: the image is damaged, as *err says: 0: the result ends with the last whole entry
	 * before that, or, where not even its head can be read, is zeros; -1: the rewriting fails.
	 * NULL: that too.
	 */
	int (*damaged)(void *arg, const char *image, const struct img_err *err);

	void *arg;
};

#endif
