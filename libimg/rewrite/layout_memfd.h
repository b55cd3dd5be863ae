/* Anonymous shared mappings: files of their own kind, or numbered segments. */
#ifndef IMG_LAYOUT_MEMFD_H
#define IMG_LAYOUT_MEMFD_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_memfd;

#endif
