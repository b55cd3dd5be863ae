/* The command line and the environment of a task, from its memory. */
#ifndef IMG_ARGV_H
#define IMG_ARGV_H

#include "libimg/base/buf.h"
#include "libimg/memory/mem.h"

enum img_argv_kind { IMG_ARGS, IMG_ENV };

/* Linux gives a program at most 6 MiB for both; a task may later point anywhere. */
#define IMG_ARGV_MAX ((size_t)16 << 20)

/*
 * Put into *to the content of /proc/PID/cmdline (IMG_ARGS) or environ: strings, each
 * NUL-terminated except perhaps the last. 1; 0 if a part is not in the dump, with the first such
 * run in *gap; -1 with *err.
 */
int img_argv_read(struct img_mem *m, enum img_argv_kind kind, struct img_buf *to,
		  struct img_run *gap, struct img_err *err);

/* The next string: *at is 0 at first. False after the last. */
bool img_argv_next(const struct img_buf *b, size_t *at, struct img_span *s);

#endif
