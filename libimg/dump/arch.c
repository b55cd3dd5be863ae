#include "libimg/dump/arch.h"

#include "core.pb-c.h"
#include "libimg/msg/pick.h"

enum { ENOUGH = 16 }; /* tasks without a core image to look for one in: a damaged dump has all */

bool img_dump_is_mips(struct img_dir *dir, const struct img_ps *ps)
{
	for (size_t i = 0; i < ps->n && i < ENOUGH; i++) {
		struct img_image *im;
		struct img_pick f;
		struct img_err err;
		bool mips;

		if (img_image_pick(dir, "core-%u.img", ps->tasks[i].pid, &im, &f, &err) <= 0)
			continue;
		mips = img_num(&f, IMG_TAG_CORE_ENTRY__MTYPE) == CORE_ENTRY__MARCH__MIPS;
		img_image_close(im);
		return mips;
	}
	return false;
}
