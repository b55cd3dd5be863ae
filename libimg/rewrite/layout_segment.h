/* Content of System V segments: bytes after their entries, or pages. */
#ifndef IMG_LAYOUT_SEGMENT_H
#define IMG_LAYOUT_SEGMENT_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_segment;

#endif
