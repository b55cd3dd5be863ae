/* imgserve: images given to criu restore --stream. */
#ifndef IMGSERVE_STREAM_H
#define IMGSERVE_STREAM_H

#include "cmd/imgserve/job.h"

int serve_stream(const struct job *j); /* a status */

#endif
