/* Open files in one image, or in one for each kind; and images that were written without entries. */
#ifndef IMG_LAYOUT_FILES_H
#define IMG_LAYOUT_FILES_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_files;

#endif
