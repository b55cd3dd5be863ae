/* Files of the kernel that are text. Not installed. */
#ifndef IMG_HOST_TEXT_H
#define IMG_HOST_TEXT_H

#include "libimg/base/buf.h"
#include "libimg/base/err.h"

/*
 * Read all of a file of /proc or /sys, which does not say how long it is, and a NUL. 0, or -1 with
 * *err: it cannot be opened or read, or it is too long.
 */
enum { IMG_TEXT_MAX = 256 << 20 };
int img_text_read(const char *path, struct img_buf *b, struct img_err *err);

#endif
