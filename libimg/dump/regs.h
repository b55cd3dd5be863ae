/* Registers that all architectures have, in a core image. */
#ifndef IMG_REGS_H
#define IMG_REGS_H

#include <stdbool.h>
#include <stdint.h>

#include "core.pb-c.h"

struct img_core_reg {
	uint64_t value;
	const char *path; /* of its field in core_entry; static */
};

struct img_core_regs {
	struct img_core_reg pc, sp; /* program counter, stack pointer */
	bool has_sp;                /* else the list that it is in is too short */
};

/* Those of the thread whose core image it is; false: there are none of its machine. */
bool img_core_regs(const CoreEntry *c, struct img_core_regs *r);

#endif
