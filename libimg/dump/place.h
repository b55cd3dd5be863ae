/* Where a new directory may lie. */
#ifndef IMG_PLACE_H
#define IMG_PLACE_H

#include "libimg/dump/dir.h"

/*
 * Whether `path`, which need not exist, lies in the directory of d, at any depth and whatever
 * links lead there. Not in an archive, nor where the path to it cannot be opened: whoever makes
 * it reports that.
 */
bool img_place_inside(const char *path, const struct img_dir *d);

#endif
