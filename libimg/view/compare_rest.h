/* What a process has in images beside its core, and nothing else shows. */
#ifndef IMG_COMPARE_REST_H
#define IMG_COMPARE_REST_H

#include "libimg/view/compare_side.h"

/*
 * Put its umask, what its memory has but for the mappings, and the timers of dumps up to 1.2. What
 * cannot be read is reported.
 */
void img_compare_rest(struct img_side *s, const struct img_task *t);

#endif
