/* Callback for problems that do not stop the caller: the rest can still be used. */
#ifndef IMG_REPORT_H
#define IMG_REPORT_H

#include "libimg/base/err.h"

struct img_report {
	void (*fn)(void *arg, const struct img_err *err);
	void *arg;
};

/* Hand *err to r->fn, if there is one. *err is valid during the call only. */
inline void img_report(const struct img_report *r, const struct img_err *err)
{
	if (r->fn != NULL)
		r->fn(r->arg, err);
}

#endif
