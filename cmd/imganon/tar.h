/* An anonymized dump as a tar archive that says nothing of who made it, where and when. */
#ifndef IMGANON_TAR_H
#define IMGANON_TAR_H

#include "libimg/base/out.h"

/* All files below `path`, as dump/..., holes as holes. 0, or -1 with *err. */
int anon_tar(const char *path, struct img_out *out, struct img_err *err);

#endif
