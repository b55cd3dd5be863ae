#include "cmd/imgserve/options.h"

#include "cmd/ruleopt.h"

static const struct tool_opt opts[] = {
	{ 'f', "filter", "GLOB=CMD", "images whose names match GLOB go through CMD" },
	{ 's', "socket-dir", "DIR", "where criu connects: the DIR of its --images-dir" },
	{ OPT_VIEW, "view", "OUT", "make a directory, which must not exist, for any restorer" },
	{ OPT_LINK, "link", "HOW", "unchanged images of OUT are HOW: symlink, hard or copy" },
	{ OPT_MOUNT, "as-mount", NULL, "the same as a mount, in words of COMMAND: @D" },
	{ OPT_CAPTURE, "capture", NULL, "take in the images of criu dump --stream, to DIR" },
	{ OPT_COMMIT, "commit", NULL,
	  "have a capture keep its images: for criu's post-dump script" },
	{ OPT_LOG, "log", "FILE", "a JSON object for each request" },
	{ OPT_FAULT, "fault", "GLOB:WHAT", "bad images: cut@N, flip@N, late or absent" },
	TOOL_LINK_OPTS,
	RULE_MORE_OPTS,
	RULE_OPTS,
	{ 0, NULL, NULL, NULL },
};

const struct tool serve_tool = {
	.name = "imgserve",
	.args = "[DIR] [-- COMMAND [ARGUMENT]...]",
	.about = "Give a CRIU dump to criu restore --stream, its images changed on the way.",
	.opts = opts,
};
