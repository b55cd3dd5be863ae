/* The boxes of a graph in the language of Graphviz. */
#ifndef IMG_DOT_NODE_H
#define IMG_DOT_NODE_H

#include "libimg/view/dot_box.h"

/* Put the identifier of a box. */
void img_dot_node(const struct img_dot_boxes *b, uint32_t i);

/* Put the box itself. */
void img_dot_node_put(struct img_dot_boxes *b, uint32_t i);

/* "1 process", "2 processes". */
void img_dot_count(struct img_out *o, uint64_t n, const char *one, const char *many);

#endif
