/* Values inside the texts of a mount: its source, and its options. */
#ifndef IMG_MOUNTTEXT_H
#define IMG_MOUNTTEXT_H

#include "libimg/rewrite/apply.h"

struct img_mount_text {
	const struct img_apply *apply;
	uint32_t verbs; /* that are asked for */
};

/*
 * A source: a word, a path, or what is mounted from where, "10.0.0.1:/export", "[fe80::1]:/x",
 * "//10.0.0.1/share". 1 with the new one appended to *new, 0, -1 with *err.
 */
int img_mount_source(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		     struct img_err *err);

/*
 * Options, joined by commas: uid, gid, pgrp, the address of a server or client, and the paths
 * of an overlay, joined by colons. A backslash takes the meaning from a comma or colon.
 */
int img_mount_options(const struct img_mount_text *t, struct img_span old, struct img_buf *new,
		      struct img_err *err);

#endif
