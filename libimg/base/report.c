#include "libimg/base/report.h"

/* The inline calls as functions too, for bindings. */
extern inline void img_report(const struct img_report *r, const struct img_err *err);
