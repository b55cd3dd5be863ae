/* Fields of an anonymized dump that are paths and names. */
#ifndef IMG_ANON_NAME_H
#define IMG_ANON_NAME_H

#include "libimg/rewrite/anon_state.h"

/* Verdicts, or -1 with *err. */
int img_anon_set_path(struct img_anon *a, struct img_field *f, struct img_err *err);
int img_anon_set_name(struct img_anon *a, struct img_field *f, struct img_err *err);

#endif
