/* For dot.c: what a channel is called in a graph, and its color. */
#ifndef IMG_DOT_LABEL_H
#define IMG_DOT_LABEL_H

#include "libimg/view/dot.h"

#define IMG_NO_GROUP UINT32_MAX

/*
 * Put the label of a channel, one of whose files is `file`, and `other` the group at its other
 * end; or, where that is IMG_NO_GROUP, of one socket of two.
 */
void img_dot_label(const struct img_dot *d, uint32_t file, uint32_t type, uint32_t other);

/* Put the color of a type, for a line; with `label`, behind a label and for it too. */
void img_dot_color(struct img_out *o, uint32_t type, bool label);

#endif
