/* --list: which of many directories depend on which, and what of each is superseded. */
#ifndef IMGMERGE_LIST_H
#define IMGMERGE_LIST_H

#include "cmd/tool.h"

/* List them, and the parents that they have elsewhere. Returns a status. */
int list_dirs(const struct tool *t, char **dirs, bool json, struct img_out *out);

#endif
