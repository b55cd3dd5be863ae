/* Differences between dumps as text, and as JSON. */
#ifndef IMG_COMPARE_PUT_H
#define IMG_COMPARE_PUT_H

#include "libimg/json/jw.h"
#include "libimg/view/compare.h"

/* Zero it to begin. */
struct img_compare_at {
	const struct img_task *task[2];
	bool headed;
};

/*
 * The lines of a difference, as diff(1) has them, below a heading with its process unless that is
 * the last one's. Failures go to `report`.
 */
void img_compare_put(struct img_out *o, struct img_compare_at *at, const struct img_difference *d,
		     const struct img_report *report);

/* The same as members of the object that is open in w. */
void img_compare_json(struct img_jw *w, const struct img_difference *d,
		      const struct img_report *report);

#endif
