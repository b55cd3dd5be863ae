/* Registers that all architectures have, in a core image. */
#ifndef IMG_REGS_H
#define IMG_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include "core.pb-c.h"

/* The stack pointer of the thread whose core image it is; false: the image has none. */
bool img_core_sp(const CoreEntry *c, uint64_t *sp);

#endif
