/* Mounts, ghosts and locks. */
#ifndef IMG_LAYOUT_FS_H
#define IMG_LAYOUT_FS_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_fs;

#endif
