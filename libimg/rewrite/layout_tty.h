/* Terminals and named pipes, and the file of which each is a handle. */
#ifndef IMG_LAYOUT_TTY_H
#define IMG_LAYOUT_TTY_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_tty;

/* How many terminals lack a reg_file_entry that they can be given. */
size_t img_layout_tty_missing(const struct img_convert *c);

/* Call fn with such an entry for each of them. 0, or -1 with *err. */
int img_layout_tty_regs(struct img_convert *c,
			int (*fn)(void *arg, struct img_span body, struct img_err *err), void *arg,
			struct img_err *err);

#endif
