/* imgedit --list: the values that verbs could change, counted. */
#ifndef IMGEDIT_LIST_H
#define IMGEDIT_LIST_H

#include "cmd/tool.h"

struct edit_list;

struct edit_list *edit_list_new(const struct tool *t); /* exits where there is no memory */
void edit_list_free(struct edit_list *l);

/* A value, n bytes, that a verb could change in an image. */
void edit_list_add(struct edit_list *l, uint32_t verb, const char *image, const char *value,
		   size_t n);

/* A line, or an object, for each value of each verb: how often, and in which images. */
void edit_list_print(struct edit_list *l, struct img_out *out, bool json);

#endif
