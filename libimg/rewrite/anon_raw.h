/* Raw images of an anonymized dump that are rewritten: of networks, firewalls, a tmpfs. */
#ifndef IMG_ANON_RAW_H
#define IMG_ANON_RAW_H

#include "libimg/rewrite/anon_state.h"

/* The classes that are in an image of this name; 0: it is none of these. */
unsigned img_anon_raw_classes(const char *image);

/* What becomes of such an image, from its start on. 0, or -1 with *err. */
int img_anon_raw_rewrite(struct img_anon *a, const char *image, struct img_in *in,
			 struct img_out *out, struct img_err *err);

/* The same, from the dump to a sink. 0, or -1 with *err. */
int img_anon_raw_make(struct img_anon *a, const char *image, const struct img_sink *to,
		      struct img_err *err);

#endif
