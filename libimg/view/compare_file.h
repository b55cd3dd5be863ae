/* The facts about a task's descriptors, its directories and its program. */
#ifndef IMG_COMPARE_FILE_H
#define IMG_COMPARE_FILE_H

#include "libimg/view/compare_side.h"

/*
 * Put those of a task. `table`: its descriptors too; they are those of another task otherwise.
 */
void img_compare_files(struct img_side *s, const struct img_task *t, bool table);

/* Is it the first task that has its table of descriptors? */
bool img_compare_own_table(struct img_side *s, const struct img_task *t);

#endif
