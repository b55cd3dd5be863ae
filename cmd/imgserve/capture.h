/* imgserve --capture: the images of criu dump --stream, taken in. */
#ifndef IMGSERVE_CAPTURE_H
#define IMGSERVE_CAPTURE_H

#include "cmd/imgserve/job.h"

int serve_capture(const struct job *j); /* a status */

/* --commit: the question of criu's post-dump script. */
int serve_commit(const struct job *j);

#endif
