/* The facts about a dump as a whole, and about its namespaces. */
#ifndef IMG_COMPARE_DUMP_H
#define IMG_COMPARE_DUMP_H

#include "libimg/view/compare_side.h"

void img_compare_dump(struct img_side *s);

#endif
