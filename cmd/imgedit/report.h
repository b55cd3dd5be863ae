/* imgedit: changes as lines. */
#ifndef IMGEDIT_REPORT_H
#define IMGEDIT_REPORT_H

#include "libimg/rewrite/changed.h"

/* A value for people: in quotes where it has spaces, or is empty; what is no text as \xNN. */
void edit_put_value(struct img_out *out, const struct img_edit_value *v);

/* A change as a line of text, or an object. */
void edit_put_change(struct img_out *out, const struct img_edit_changed *c, bool json);

#endif
