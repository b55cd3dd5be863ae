/*
 * Texts of iptables-save and nft in an anonymized dump: what is no word of their grammar, no
 * number and no address becomes another word, and lines of comments go.
 */
#ifndef IMG_ANON_RULES_H
#define IMG_ANON_RULES_H

#include "libimg/rewrite/anon_state.h"
#include "libimg/rewrite/raw_run.h"

/* From run->in to run->out; addresses are asked of run->v. 0, or -1 with *err. */
int img_anon_rules(struct img_anon *a, struct img_raw_run *run, struct img_err *err);

#endif
