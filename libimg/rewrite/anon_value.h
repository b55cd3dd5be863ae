/* Fields of an anonymized dump that are addresses, numbers and bytes. */
#ifndef IMG_ANON_VALUE_H
#define IMG_ANON_VALUE_H

#include "libimg/rewrite/anon_state.h"

/* Of each class; verdicts, or -1 with *err. */
typedef int img_anon_set_fn(struct img_anon *a, struct img_field *f, struct img_err *err);
img_anon_set_fn img_anon_set_ip, img_anon_set_mac, img_anon_set_payload, img_anon_set_secret,
	img_anon_set_port, img_anon_set_id, img_anon_set_count, img_anon_set_register,
	img_anon_set_zero;

#endif
