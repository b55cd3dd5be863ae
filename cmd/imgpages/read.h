/* imgpages: bytes of memory, raw or in hexadecimal. */
#ifndef IMGPAGES_READ_H
#define IMGPAGES_READ_H

#include "cmd/imgpages/job.h"

/* For the current task. */
void pages_read_raw(struct job *j);
void pages_read_hex(struct job *j);

#endif
