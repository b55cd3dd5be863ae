/* imgserve --as-mount: the dump with changed images, as a mount that no other process sees. */
#ifndef IMGSERVE_MOUNT_H
#define IMGSERVE_MOUNT_H

#include "cmd/imgserve/job.h"

int serve_mount(const struct job *j); /* a status */

#endif
