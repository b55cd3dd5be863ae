/* What the inventory says of the dump, and how its images are numbered. */
#ifndef IMG_LAYOUT_DUMP_H
#define IMG_LAYOUT_DUMP_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_dump;

#endif
