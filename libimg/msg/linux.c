#include "libimg/msg/linux.h"

/* The inline call as a function too, for bindings. */
extern inline uint64_t img_sock_type(uint64_t type, bool mips);
