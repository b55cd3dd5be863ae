/* What img_list() finds, wherever the names come from: which of them are images, and in order. */
#ifndef IMG_LISTING_H
#define IMG_LISTING_H

#include <stdbool.h>

#include "libimg/base/buf.h"
#include "libimg/dump/list.h"

/* Zero it to begin. */
struct img_listing {
	struct img_buf images, rest;
};

/* A name that says by itself what it is: NULL: an image; "hidden" and the like, or "?": no. */
const char *img_listing_name(const char *name);

/* A name that only images of a dump have: engines put stats-dump beside it. */
bool img_listing_of_dump(const char *name);

/* Do the first n bytes of a file say that it is an image? */
bool img_listing_magic(const uint8_t *head, size_t n);

/* Add a name: an image, or why it is none. 0, or -1 with *err. */
int img_listing_add(struct img_listing *l, const char *name, const char *why, struct img_err *err);

/* Sort what was added into *names, which is for the caller to free. */
void img_listing_end(struct img_listing *l, struct img_dir_names *names);

#endif
