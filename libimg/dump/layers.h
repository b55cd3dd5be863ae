/* The directories of a chain of incremental dumps, and links between them. */
#ifndef IMG_LAYERS_H
#define IMG_LAYERS_H

#include <limits.h>

#include "libimg/base/fileid.h"
#include "libimg/dump/dir.h"

struct img_layer {
	struct img_dir *dir;  /* borrowed from the newest */
	char *name;           /* a path of it, short where that leads to it */
	struct img_fileid id; /* of no file in an archive */
};

struct img_layers {
	struct img_layer *v; /* the newest first */
	size_t n;
};

/*
 * The dump d and its parents. 0, or -1 with *err: the chain dangles, loops or is too long; *l has
 * the layers before that then. img_layers_free() is for the caller either way.
 */
int img_layers_open(struct img_dir *d, struct img_layers *l, struct img_err *err);
void img_layers_free(struct img_layers *l);

/*
 * A path of `parent`, the parent dump of `child`, which is called `name`: "a/3" and "../2" are
 * "a/2", where that leads to it. Yours to img_free(). NULL: no memory.
 */
char *img_layer_name(const struct img_dir *child, const char *name, const struct img_dir *parent);

/*
 * The text of a link in the directory `from` that leads to the directory `to`: relative, unless
 * they have no directory in common but the root. Both exist. 0, or -1 with *err.
 */
int img_link_text(const char *from, const char *to, char text[PATH_MAX], struct img_err *err);

#endif
