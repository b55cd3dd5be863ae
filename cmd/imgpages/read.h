/* imgpages: bytes of memory, as they are or in hexadecimal. */
#ifndef IMGPAGES_READ_H
#define IMGPAGES_READ_H

#include "cmd/imgpages/job.h"

/* Of the task at hand. */
void pages_read_raw(struct job *j);
void pages_read_hex(struct job *j);

#endif
