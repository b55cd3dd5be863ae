/* For dot.c: the label and color of a channel in a graph. */
#ifndef IMG_DOT_LABEL_H
#define IMG_DOT_LABEL_H

#include "libimg/view/dot.h"

#define IMG_NO_GROUP UINT32_MAX

/*
 * Put the label of a channel to which `file` belongs, with the group `other` at its other end; if
 * that is IMG_NO_GROUP, the label of one socket of two.
 */
void img_dot_label(const struct img_dot *d, uint32_t file, uint32_t type, uint32_t other);

/* Put the color of a type, for a line; with `label`, after a label and for it too. */
void img_dot_color(struct img_out *o, uint32_t type, bool label);

#endif
