/*
 * What `crit x` says of a dump and no more: the explorers' text begins with the same words, and
 * goes on.
 */
#ifndef IMG_CRIT_H
#define IMG_CRIT_H

#include "libimg/memory/mem.h"
#include "libimg/view/fds_show.h"
#include "libimg/view/mems.h"

/* A descriptor's file: a path, pipe[ID], unix[INO (PEER) NAME], or TYPE.ID. */
void img_crit_fd(struct img_desc *c, struct img_out *o, const struct img_fd *fd);

/*
 * The pagemap of a task, each entry beside the mappings that it touches; as crit has it, lines
 * end in blanks, and an entry in a line of them. 0, or -1 with *err.
 */
int img_crit_rss(struct img_dump_mem *p, struct img_mem *m, struct img_out *o, struct img_err *err);

#endif
