/* Images that were one for each task or device, and are one for all. */
#ifndef IMG_LAYOUT_MERGE_H
#define IMG_LAYOUT_MERGE_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_merge;

#endif
