/* --dedup: a new chain, each layer with the pages that the newest dump takes from it. */
#ifndef IMGMERGE_DEDUP_H
#define IMGMERGE_DEDUP_H

#include "cmd/judge.h"
#include "libimg/dump/layers.h"

/*
 * Make the directory `to`, which must not exist, with one in it for each layer of the chain.
 * Files that are not copied are reported to `left`. Returns a status; what failed is reported.
 */
int dedup_write(const struct tool *t, struct judge *judge, const struct img_layers *l,
		const char *to, const struct img_report *left);

#endif
