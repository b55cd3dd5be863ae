/* A log of criu through the maps of an anonymized dump. */
#ifndef IMG_ANON_LOG_H
#define IMG_ANON_LOG_H

#include "libimg/rewrite/anonymize.h"
#include "libimg/rewrite/leak.h"

/*
 * Words that the dump has lose their meaning wherever they stand as whole words; paths, quoted
 * texts and addresses are mapped; what is found by the search in spite of that becomes number
 * signs. All else stays: it is no proof. `out` and l may be NULL: then the words are only
 * learnt, for a search to come. 0, or -1 with *err.
 */
int img_anon_log(struct img_anon *a, struct img_in *in, struct img_out *out,
		 const struct img_leak *l, struct img_err *err);

#endif
