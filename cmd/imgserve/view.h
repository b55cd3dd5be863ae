/* imgserve --view: a directory with the changed images, for restorers that read no stream. */
#ifndef IMGSERVE_VIEW_H
#define IMGSERVE_VIEW_H

#include "cmd/imgserve/job.h"

int serve_view(const struct job *j); /* a status */

#endif
