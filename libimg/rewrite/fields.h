/* What rules do to the fields of messages, by the verbs of their rows. */
#ifndef IMG_FIELDS_H
#define IMG_FIELDS_H

#include "libimg/rewrite/change.h"
#include "libimg/rewrite/field_value.h"

void img_fields_free(struct img_fields *x);

/* The verbs of the fields of m, and of all messages in it; m NULL: none. */
uint32_t img_fields_reach(struct img_fields *x, const struct img_msg *m);

/* For struct img_change, with the struct img_fields as arg. */
int img_fields_entry(void *arg, const char *image, const struct img_entry *e, struct img_buf *out,
		     struct img_err *err);
int img_fields_visit(void *arg, struct img_field *f, struct img_err *err);

#endif
