/* imgserve --view: a directory with the changed images, for restorers that read no stream. */
#ifndef IMGSERVE_VIEW_H
#define IMGSERVE_VIEW_H

#include "cmd/imgserve/job.h"

int serve_view(const struct job *j); /* a status */

/*
 * Give the images of a dump, or of a parent of one, to a sink, through rules and filters. What
 * stays as it is goes to its copy(). 0, or -1 with *err.
 */
int view_images(const struct job *j, struct img_dir *from, bool parent, const struct img_sink *to,
		struct img_err *err);

/* Start the command, and wait for its end. A status. */
int view_command(const struct job *j);

#endif
