/* The fields of a message as names and values that can be compared with those of another dump. */
#ifndef IMG_COMPARE_FIELDS_H
#define IMG_COMPARE_FIELDS_H

#include "libimg/msg/visit.h"
#include "libimg/view/compare_side.h"

/*
 * Call fn for each field that holds a value, with its path from the message on; not for numbers
 * that mean something inside of one dump only, nor for fields named in `skip` (ended by NULL, may
 * be NULL). A message named there is not entered. 0, or -1 with *err: damaged.
 */
typedef void img_fields_fn(void *arg, const char *path, const struct img_field *f);
int img_fields_each(const struct img_msg *m, struct img_span body, const char *const *skip,
		    img_fields_fn *fn, void *arg, struct img_err *err);

/* The value of a field to side->facts.o: pids as the first dump has them. */
void img_fields_value(struct img_side *side, const struct img_field *f);

/* All of them as the fields of the fact that is open in side->facts. */
int img_fields_put(struct img_side *side, const struct img_msg *m, struct img_span body,
		   const char *const *skip, struct img_err *err);

#endif
