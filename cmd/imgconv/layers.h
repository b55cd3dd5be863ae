/* A dump and the layers that it needs, each converted to a directory of its own. */
#ifndef IMGCONV_LAYERS_H
#define IMGCONV_LAYERS_H

#include "cmd/judge.h"
#include "cmd/ruleopt.h"
#include "libimg/rewrite/recompress.h"
#include "libimg/rewrite/version.h"

struct layers {
	const struct tool *tool;
	uint32_t to;
	enum img_framing framing; /* IMG_NONE: by `to`; else nothing but that changes */
	struct img_recompress_how pages;
	bool compress; /* `pages` says how they are to be; else only what `to` asks for */
	bool dry;
	const char *place; /* what was asked for, dry or not; NULL: nothing */

	/* A change of an image; the path says which layer it is of. */
	void (*changed)(void *arg, const char *image, const char *what, uint64_t entries);
	void *arg;
};

/*
 * Convert a dump to the directory `to` (dry: NULL), which must not exist, and with it parents that
 * are directories in it. Returns a status, with what went wrong reported.
 */
int layers_convert(struct layers *l, const char *from, const char *to);

/* The dump and all its parents to directories in `to`, by the names of theirs. */
int layers_convert_chain(struct layers *l, const char *from, const char *to);

#endif
