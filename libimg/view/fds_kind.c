#include "libimg/view/fds_kind.h"

const struct img_desc_kind *img_desc_kind_of(const struct img_fd *fd)
{
	static const struct img_desc_kind *const families[] = { img_desc_files_kinds,
								img_desc_socket_kinds,
								img_desc_event_kinds };

	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		for (const struct img_desc_kind *k = families[i]; k->text != NULL; k++)
			if (k->type == fd->type)
				return k;
	return NULL;
}
