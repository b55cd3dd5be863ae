/* A pagemap says how many pages it has, and where they are. */
#ifndef IMG_LAYOUT_PAGE_H
#define IMG_LAYOUT_PAGE_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_page;

#endif
