/* Options of TCP sockets: one message, or fields of two others. */
#ifndef IMG_LAYOUT_TCP_H
#define IMG_LAYOUT_TCP_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_tcp;

#endif
