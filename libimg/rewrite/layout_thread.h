/* What was said once for a task and is now said for each of its threads. */
#ifndef IMG_LAYOUT_THREAD_H
#define IMG_LAYOUT_THREAD_H

#include "libimg/rewrite/convert.h"

extern const struct img_family img_layouts_thread;

#endif
