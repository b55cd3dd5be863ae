/* Callback for problems that do not stop the caller: the rest can still be used. */
#ifndef IMG_REPORT_H
#define IMG_REPORT_H

#include "libimg/base/err.h"

struct img_report {
	void (*fn)(void *arg, const struct img_err *err);
	void *arg;
};

inline void img_report(const struct img_report *r, const struct img_err *err)
{
	if (r->fn != NULL)
		r->fn(r->arg, err);
}

#endif
