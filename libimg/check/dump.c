/* The dump as a whole: its inventory, its framing, what kind of directory this is. */
#include <string.h>

#include "libimg/check/model.h"
#include "libimg/image/type.h"
#include "libimg/msg/criu.h"

/* ---- loading ---- */

static bool is_framed(const struct ck_image *im)
{
	return im->head.framing != IMG_NONE && im->type->head != 0;
}

struct framings {
	size_t old, new, big, little;
};

static void count_framings(const struct check *ck, struct framings *f)
{
	memset(f, 0, sizeof(*f));
	for (size_t i = 0; i < ck->n_images; i++) {
		const struct ck_image *im = &ck->images[i];

		if (!is_framed(im))
			continue;
		f->old += im->head.framing == IMG_V1_0;
		f->new += im->head.framing == IMG_V1_1;
		f->big += im->head.big;
		f->little += !im->head.big;
	}
}

/* The framing to which the inventory refers, IMG_NONE if it is unknown. */
static enum img_framing wanted(const struct check *ck)
{
	if (ck->inv == NULL || ck->inv->img_version > IMG_VERSION_COMPRESSED)
		return IMG_NONE;
	return ck->inv->img_version == IMG_VERSION_1_0 ? IMG_V1_0 : IMG_V1_1;
}

void img_ck_load_dump(struct check *ck)
{
	bool memory = false, other = false;
	struct framings f;

	ck->inv_im = img_ck_find(ck, "inventory.img", 0);
	ck->inv = img_ck_one(ck->inv_im);
	ck->cpu_only = ck->n_images > 0;
	for (size_t i = 0; i < ck->n_images; i++) {
		ck->cpu_only = ck->cpu_only && ck->images[i].type->entry == &img_msg_cpuinfo_entry;
		memory = memory || ck->images[i].type->first == &img_msg_pagemap_head;
		other = other || !ck->images[i].type->predump;
	}
	ck->memory_only = !other && (memory || (ck->inv != NULL && ck->inv->img_version == 0));
	count_framings(ck, &f);
	ck->old_framing = f.old > f.new;
	ck->big = f.big > f.little;
	img_ck_use(ck, "inventory.img", 0);
	img_ck_use(ck, "pstree.img", 0);
}

/* ---- rules ---- */

void img_ck_inventory_missing(struct check *ck)
{
	if (ck->inv_im != NULL || ck->memory_only || ck->cpu_only)
		return;
	ck->gaps++;
	if (ck->n_images == 0)
		img_ck_say_name(ck, CK_INVENTORY_MISSING, "inventory.img",
				"image missing, and the directory has no other image");
	else
		img_ck_say_name(ck, CK_INVENTORY_MISSING, "inventory.img", "image missing");
}

void img_ck_pstree_missing(struct check *ck)
{
	if (ck->n_images == 0 || ck->cpu_only || img_ck_find(ck, "pstree.img", 0) != NULL)
		return;
	ck->gaps++;
	img_ck_say_name(ck, CK_PSTREE_MISSING, "pstree.img", "image missing");
}

/* The inventory of a pre-dump has version 0, so that it cannot be restored. */
void img_ck_predump(struct check *ck)
{
	if (!ck->memory_only)
		return;
	if (ck->inv_im == NULL)
		img_ck_say_name(ck, CK_PREDUMP, "inventory.img",
				"image missing: this directory holds only memory");
	else if (ck->inv != NULL && ck->inv->img_version != IMG_VERSION_PRE_DUMP)
		img_ck_say(
			ck, CK_PREDUMP, ck->inv_im, 0, "img_version",
			"%" PRIu32
			" is the version of a complete dump, but this directory holds only memory",
			ck->inv->img_version);
}

/* A dump whose parent may have compressed pages must say so: CRIU goes by its own version. */
static void check_parent_version(struct check *ck, uint32_t v)
{
	struct img_arena *a = img_arena_new(0);
	struct img_dir *up = NULL;
	struct img_err err;
	void *msg;
	int r;

	if (a == NULL) {
		ck->no_memory = true;
		return;
	}
	/* A parent that cannot be opened is another rule; what is wrong in it, of its own check. */
	r = img_ck_parent(ck, &up, &err);
	if (r > 0) {
		r = img_image_one(up, "inventory.img", 0, a, &msg, &err);
		if (r < 0 && err.kind == IMG_ESYS)
			img_report(&ck->how->unread, &err);
	}
	if (r > 0 && ((const InventoryEntry *)msg)->img_version == IMG_VERSION_COMPRESSED)
		img_ck_say(ck, CK_INVENTORY_VERSION, ck->inv_im, 0, "img_version",
			   "%" PRIu32 ", but the parent has 3, the version for compressed pages",
			   v);
	img_arena_free(a);
}

void img_ck_inventory_version(struct check *ck)
{
	uint32_t v = ck->inv != NULL ? ck->inv->img_version : IMG_VERSION_1_1;
	enum img_framing want = wanted(ck);
	struct framings f;

	if (v > IMG_VERSION_COMPRESSED) {
		img_ck_say(ck, CK_INVENTORY_VERSION, ck->inv_im, 0, "img_version",
			   "%" PRIu32 " is unknown, expected 1 (CRIU up to 1.5) or 2 (since 1.6)",
			   v);
	} else if (v == IMG_VERSION_COMPRESSED) {
		img_ck_say(ck, CK_IMAGE_UNKNOWN, ck->inv_im, 0, "img_version",
			   "3 is the version for compressed pages, which no release of CRIU reads");
	} else if (v == IMG_VERSION_PRE_DUMP && !ck->memory_only) {
		img_ck_say(ck, CK_INVENTORY_VERSION, ck->inv_im, 0, "img_version",
			   "0 is the version of a pre-dump, but this is a complete dump");
	}
	if (v < IMG_VERSION_COMPRESSED && ck->inv != NULL)
		check_parent_version(ck, v);
	count_framings(ck, &f);
	if (want == IMG_V1_1 && f.new == 0 && f.old > 0 && v != IMG_VERSION_PRE_DUMP)
		img_ck_say(ck, CK_INVENTORY_VERSION, ck->inv_im, 0, "img_version",
			   "%" PRIu32 " stands for framing 1.1, but all images have framing 1.0",
			   v);
	if (want == IMG_V1_0 && f.old == 0 && f.new > 0)
		img_ck_say(ck, CK_INVENTORY_VERSION, ck->inv_im, 0, "img_version",
			   "1 stands for framing 1.0, but all images have framing 1.1");
}

void img_ck_image_format(struct check *ck)
{
	enum img_framing want = wanted(ck);
	struct framings f;

	count_framings(ck, &f);
	/* All differ: the inventory is wrong. */
	if (want == IMG_NONE || (want == IMG_V1_1 ? f.new : f.old) == 0)
		want = ck->old_framing ? IMG_V1_0 : IMG_V1_1;
	for (size_t i = 0; i < ck->n_images; i++) {
		const struct ck_image *im = &ck->images[i];

		if (!is_framed(im))
			continue;
		if (im->head.framing != want)
			img_ck_say(ck, CK_IMAGE_FORMAT, im, -1, "",
				   "framing 1.%d, expected 1.%d as in the rest of the dump",
				   im->head.framing == IMG_V1_1, want == IMG_V1_1);
		if (im->head.big != ck->big)
			img_ck_say(ck, CK_IMAGE_FORMAT, im, -1, "",
				   "framing is %s-endian, unlike that of the other images",
				   im->head.big ? "big" : "little");
	}
}

/* ---- fields of the inventory ---- */

static void bad(struct check *ck, const char *path, const char *why)
{
	img_ck_say(ck, CK_INVENTORY_VALUES, ck->inv_im, 0, path, "%s", why);
}

/* The same of what CRIU takes all the same. */
static void odd(struct check *ck, const char *path, const char *why)
{
	img_ck_say(ck, CK_ODD(CK_INVENTORY_VALUES), ck->inv_im, 0, path, "%s", why);
}

/* The ids of the host's namespaces, which show which namespaces are in the dump. */
static void root_ids(struct check *ck, const TaskKobjIdsEntry *ids)
{
	static const struct {
		const char *name;
		bool late; /* not in the first images that have root_ids */
	} fields[] = { { "pid_ns_id", false },   { "net_ns_id", false }, { "ipc_ns_id", false },
		       { "uts_ns_id", false },   { "mnt_ns_id", false }, { "user_ns_id", true },
		       { "cgroup_ns_id", true }, { "time_ns_id", true } };

	if (ids == NULL) {
		/* CRIU before 0.8 did not write them. */
		if (!ck->old_framing) {
			ck->gaps++; /* unknown which namespaces are in the dump */
			bad(ck, "root_ids", "missing: ids of the namespaces of the host");
		}
		return;
	}
	for (size_t i = 0; i < CK_COUNT(fields); i++) {
		const uint32_t *id = img_ck_field(ids, fields[i].name);
		bool there = img_ck_values(ids, fields[i].name) > 0;

		if (!there && !fields[i].late) {
			ck->gaps++;
			bad(ck, img_ck_path(ck, "root_ids.%s", fields[i].name), "missing");
		}
		if (there && *id == 0)
			(strcmp(fields[i].name, "cgroup_ns_id") == 0 ? odd : bad)(
				ck, img_ck_path(ck, "root_ids.%s", fields[i].name),
				"0 is not a valid id");
	}
}

/* CRIU before 1.3 kept no cgroups, nor the set that it ran in itself. */
static bool has_cgroups(const struct check *ck)
{
	CK_EACH(ck, im, "core-%u.img") {
		const CoreEntry *c = img_ck_one(im);

		if (c != NULL && ((c->thread_core != NULL && c->thread_core->has_cg_set) ||
				  (c->tc != NULL && c->tc->has_cg_set)))
			return true;
	}
	return false;
}

static void of_whole_dump(struct check *ck, const InventoryEntry *inv)
{
	bool ids = img_ck_next(ck, "ids-%u.img", NULL) != NULL;

	/* Before 0.4 descriptor tables, before 0.8 namespaces were numbered by pid. */
	if (!(inv->has_fdinfo_per_id && inv->fdinfo_per_id) && (ids || !ck->old_framing))
		bad(ck, "fdinfo_per_id", "is not true: CRIU since 2.4 refuses such a dump");
	if (!(inv->has_ns_per_id && inv->ns_per_id) && (inv->root_ids != NULL || !ck->old_framing))
		odd(ck, "ns_per_id", "is not true: CRIU assumes that it is");
	root_ids(ck, inv->root_ids);
	if (inv->has_root_cg_set && inv->root_cg_set == 0)
		bad(ck, "root_cg_set", "0 is not a valid cgroup set");
	if (!inv->has_root_cg_set && has_cgroups(ck))
		bad(ck, "root_cg_set", "missing, but threads have cgroup sets");
	if (inv->has_network_lock_method && inv->network_lock_method > 2)
		odd(ck, "network_lock_method", "is not 0 (iptables), 1 (nftables) or 2 (skip)");
	for (size_t i = 0; inv->plugins_entry != NULL && i < inv->plugins_entry->n_plugins; i++)
		if (inv->plugins_entry->plugins[i][0] == '\0')
			bad(ck, img_ck_path(ck, "plugins_entry.plugins[%zu]", i), "is empty");
	if (inv->dump_criu_run_id != NULL && inv->dump_criu_run_id[0] == '\0')
		bad(ck, "dump_criu_run_id", "is empty");
}

void img_ck_inventory_values(struct check *ck)
{
	const InventoryEntry *inv = ck->inv;

	if (inv == NULL)
		return;
	if (inv->has_pre_dump_mode && (inv->pre_dump_mode < 1 || inv->pre_dump_mode > 2))
		bad(ck, "pre_dump_mode", "is neither 1 (splice) nor 2 (read)");
	if (inv->compress > IMG_COMPRESS_REGIONS)
		bad(ck, "compress",
		    "is not 0 (plain pages), 1 (LZ4) or 2 (LZ4, more pages in a block)");
	else if (inv->compress != IMG_COMPRESS_NONE && inv->img_version != IMG_VERSION_COMPRESSED)
		bad(ck, "compress", "compressed pages need img_version 3");
	if (!ck->memory_only)
		of_whole_dump(ck, inv);
}
