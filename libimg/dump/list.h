/* What lies in a directory: images, and what is left out. */
#ifndef IMG_LIST_H
#define IMG_LIST_H

#include <stddef.h>

#include "libimg/base/err.h"
#include "libimg/image/type.h"

/* Something that is no image. */
struct img_left_out {
	char *name;
	const char *why; /* one or two words: "hidden", "directory" */
};

/* Base names, each list in order of their bytes. */
struct img_dir_names {
	char **v;
	size_t n;
	struct img_left_out *rest;
	size_t n_rest;
};

/*
 * List the directory that fd is open on. Images are all files, and links whatever they lead
 * to, whose names end with ".img" or are in the table of types, and other files that begin
 * with the magic of an image. Left out are: what has a name that begins with a dot; `parent`;
 * directories, sockets, pipes and devices; and files without a magic, such as logs. `flags`
 * (open.h): for links of other names. fd stays the caller's. 0, or -1 with *err.
 */
int img_list(int fd, unsigned flags, struct img_dir_names *l, struct img_err *err);
void img_list_free(struct img_dir_names *l);

/*
 * Why no image of this type has this name in a directory that img_list() reads, "begins with a
 * dot"; NULL: it may have it. For those who write files under names that a stranger chose.
 */
const char *img_list_refuses(const char *name, const struct img_type *type);

#endif
