/* Memory that was in one image with its addresses. */
#ifndef IMG_LAYOUT_OLDMEM_H
#define IMG_LAYOUT_OLDMEM_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_oldmem;

#endif
