/* A directory of images. */
#ifndef IMG_DIR_H
#define IMG_DIR_H

#include "libimg/err.h"

/* Base names, in order of their octets. */
struct img_names_list {
	char **v;
	size_t n;
};

/*
 * The images in the directory that fd is open on: regular files whose names the table of
 * types knows. No links, logs, sub-directories. fd stays the caller's. 0, or -1 with *err.
 */
int img_dir_list(int fd, struct img_names_list *l, struct img_err *err);
void img_dir_list_free(struct img_names_list *l);

#endif
