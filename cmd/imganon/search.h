/* All files of an anonymized dump, searched for what was to be gone. */
#ifndef IMGANON_SEARCH_H
#define IMGANON_SEARCH_H

#include "libimg/rewrite/leak.h"

/*
 * Those below the directory, but for the pages files where memory was kept. 0, or -1 with *err: the
 * file and the entry that hold some of it.
 */
int anon_search(const struct img_leak *l, const char *path, bool memory_kept, struct img_err *err);

#endif
