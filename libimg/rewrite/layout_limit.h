/* What older CRIU has no form for. */
#ifndef IMG_LAYOUT_LIMIT_H
#define IMG_LAYOUT_LIMIT_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_limit;

#endif
