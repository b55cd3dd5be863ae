/* NT_FILE: which files a process has mapped, where, and from which page on. */
#ifndef IMG_FILENOTE_H
#define IMG_FILENOTE_H

#include "libimg/core/process.h"

/* Hand the note to fn, piece by piece; nothing where no file is mapped. 0, or -1 with *err. */
int img_core_filenote(const struct img_core_process *p, img_core_notes_fn *fn, void *arg,
		      struct img_err *err);

#endif
