#include "libimg/rewrite/layout_limit.h"

#include <string.h>

#include "libimg/msg/pick.h"

/* A field that older CRIU has no form for, where it is set. */
struct form_limit {
	uint32_t tag;
	const char *what;
};

static const struct form_limit uprobes = { IMG_TAG_INVENTORY_ENTRY__ALLOW_UPROBES,
					   "allow_uprobes: mappings with uprobes" };
static const struct form_limit chunks = { IMG_TAG_GHOST_FILE_ENTRY__CHUNKS,
					  "ghost files in chunks" };
static const struct form_limit external = { IMG_TAG_PIDNS_ENTRY__EXT_KEY,
					    "external pid namespaces" };

static int refuse(struct img_convert *c, const struct img_at *at, struct img_span body,
		  struct img_buf *out, struct img_err *err)
{
	const struct form_limit *l = at->row;
	struct img_wire w = { body.p, body.p + body.n };
	struct img_wfield f;

	(void)out;
	while (body.n > 0 && w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == l->tag && (f.wt != IMG_VARINT || f.v != 0))
			return img_convert_refuse(c, at, err, "%s", l->what);
	return IMG_KEEP;
}

/* Images whose being there is what older CRIU has no form for. */
static const struct {
	uint32_t since;
	const char *pattern, *what;
	bool host; /* number 0 is that of no namespace: older CRIU restored without it */
} images[] = {
	{ IMG_CRIU(3, 14, 0), "timens-%u.img", "time namespaces", true },
	{ IMG_CRIU(3, 16, 0), "apparmor.img", "AppArmor policies", false },
};

static int limit_image(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	uint64_t number = 0;

	if (plan->type != NULL)
		(void)img_type_by_file(plan->name, &number);
	for (size_t i = 0; i < sizeof(images) / sizeof(*images); i++) {
		struct img_at at = { plan->name, 0, 0, NULL };

		if (images[i].host && number == 0 && !img_convert_has(c, images[i].since) &&
		    plan->type == img_type_by_pattern(images[i].pattern)) {
			plan->fate = IMG_FATE_DROP;
			img_convert_note(c, plan->name, "left out: clocks of the host", 1);
			return 0;
		}
		if (plan->type != NULL && !img_convert_has(c, images[i].since) &&
		    plan->type == img_type_by_pattern(images[i].pattern))
			return img_convert_refuse(c, &at, err, "%s", images[i].what);
	}
	return 0;
}

static const struct img_layout rows[] = {
	{ IMG_CRIU(3, 3, 0), &img_msg_ghost_file_entry, NULL, refuse, NULL, &chunks },
	{ IMG_CRIU(3, 15, 0), &img_msg_pidns_entry, NULL, refuse, NULL, &external },
	{ IMG_CRIU(4, 2, 0), &img_msg_inventory_entry, NULL, refuse, NULL, &uprobes },
};

const struct img_family img_layouts_limit = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.image = limit_image,
};
