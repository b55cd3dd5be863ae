/* The machine on which a dump was made. */
#ifndef IMG_ARCH_H
#define IMG_ARCH_H

#include "libimg/dump/pstree.h"

/*
 * Was it MIPS, where signals, limits and types of sockets have other numbers? By the first core
 * image of a task that can be read; false where there is none.
 */
bool img_dump_is_mips(struct img_dir *dir, const struct img_ps *ps);

#endif
