/* What was an image of its own for each task and is now in its core or mm image. */
#ifndef IMG_LAYOUT_TASK_H
#define IMG_LAYOUT_TASK_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_task;

#endif
