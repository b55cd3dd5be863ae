/* imginfo --container: what the engine says of a checkpoint. */
#ifndef IMGINFO_CONTAINER_H
#define IMGINFO_CONTAINER_H

#include "cmd/explore.h"

/* Write it for each of the dumps ("." if there is none). Ends the run: returns the status. */
int container_each(struct explore *x, char **dirs);

#endif
