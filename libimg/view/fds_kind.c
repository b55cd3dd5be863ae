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

bool img_desc_open_flags(struct img_desc_about *a, const struct img_desc_kind *k,
			 const struct img_pick *f, uint32_t *flags)
{
	unsigned tag = k->flags;
	const struct img_msg *m;
	struct img_pick reg;

	if (k->reg != NULL) {
		struct img_fd fd = img_desc_file(a->c, FD_TYPES__REG, k->reg(f));

		if (!img_desc_payload(a->c, fd.file, &m, &reg))
			return false;
		f = &reg;
		tag = IMG_TAG_REG_FILE_ENTRY__FLAGS;
	}
	if (tag == 0 || !img_has(f, tag))
		return false;
	*flags = img_num32(f, tag);
	return true;
}
