/* The facts in the core images of a task's threads that no view shows: whatever CRIU puts there. */
#ifndef IMG_COMPARE_CORE_H
#define IMG_COMPARE_CORE_H

#include "libimg/view/compare_side.h"

void img_compare_core(struct img_side *s, const struct img_task *t);

#endif
