/* The options of imgserve. */
#ifndef IMGSERVE_OPTIONS_H
#define IMGSERVE_OPTIONS_H

#include "cmd/tool.h"

/* Options without a letter. */
enum {
	OPT_LOG = 256,
	OPT_FAULT,
	OPT_VIEW,
	OPT_LINK,
	OPT_CAPTURE,
	OPT_COMMIT,
	OPT_MOUNT,
};

extern const struct tool serve_tool;

#endif
