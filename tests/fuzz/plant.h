/* Raw images that are full of a secret, in a shape that some bytes say. */
#ifndef FUZZ_PLANT_H
#define FUZZ_PLANT_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/base/buf.h"

#define PLANTED "Kalifragil"

/* Messages of the raw image of this name, with it in attributes, also of attributes. */
void plant_netlink(struct img_buf *to, const char *image, const uint8_t *p, size_t n);

/* A tar with it in names, targets of links, owners, extended attributes and files. */
void plant_tar(struct img_buf *to, const uint8_t *p, size_t n);

#endif
