/* Bytes of memory in hexadecimal, with the addresses of the process. */
#ifndef IMG_HEXDUMP_H
#define IMG_HEXDUMP_H

#include "libimg/base/out.h"
#include "libimg/memory/mem.h"

/*
 * Put the bytes from start to end in lines of 16, as `hexdump -C` does; repeated lines are one
 * `*`. If bytes are not in the dump, gap() may put a line for each such run. 0, or -1 with *err.
 */
int img_hexdump(struct img_mem *m, uint64_t start, uint64_t end, struct img_out *o,
		void (*gap)(void *arg, const struct img_run *run), void *arg, struct img_err *err);

#endif
