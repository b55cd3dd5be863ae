/* Sockets as columns. */
#ifndef IMG_SOCKETS_COLUMNS_H
#define IMG_SOCKETS_COLUMNS_H

#include "libimg/view/sockets.h"
#include "libimg/view/table.h"

/* The current socket of a list. */
struct img_sockets_row {
	const struct img_sockets *all;
	const struct img_socket *s;
	const struct img_ps *ps; /* names of the tasks, as far as they are known */
};

extern const struct img_column img_sockets_columns[];

#endif
