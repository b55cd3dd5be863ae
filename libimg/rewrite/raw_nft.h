/* Values in rules of nft. */
#ifndef IMG_RAW_NFT_H
#define IMG_RAW_NFT_H

#include "libimg/rewrite/raw_run.h"

/* Change the output of "nft list ruleset". 0, or -1 with *err. */
int img_raw_nft(struct img_raw_run *run, struct img_err *err);

#endif
