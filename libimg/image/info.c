#include "libimg/image/info.h"

int img_info(struct img_reader *rd, struct img_info *info, struct img_err *err)
{
	struct img_entry e;
	uint64_t n;
	int r;

	*info = (struct img_info){ .head = *img_reader_head(rd) };
	while ((r = img_reader_next(rd, &e, err)) > 0) {
		info->entries += e.msg != NULL;
		info->messages += e.body.n;
		if (e.extra == NULL)
			continue;
		if (img_reader_skip(rd, &n, err) < 0)
			return -1;
		info->payload += n;
	}
	return r;
}
