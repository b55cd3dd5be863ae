/* The facts about a task that are in its core image and its memory's strings. */
#ifndef IMG_COMPARE_TASK_H
#define IMG_COMPARE_TASK_H

#include "libimg/view/compare_side.h"

/* What img_tasks_new() is to read for these kinds. */
unsigned img_compare_show(unsigned kinds);

/* Note which task is the first with each id. 0, or -1 with *err: no memory. */
int img_compare_ids(struct img_side *s, struct img_err *err);

/* Put all that is wanted of a task. */
void img_compare_task(struct img_side *s, const struct img_task *t);

#endif
