#include "libimg/rewrite/layout_dump.h"

#include <string.h>

#include "libimg/msg/criu.h"
#include "libimg/msg/pick.h"
#include "libimg/msg/splice.h"

#define BY_FILES_ID IMG_CRIU(0, 4, 0) /* fdinfo images have the number of a table, not of a task */
#define BY_NS_ID IMG_CRIU(0, 8, 0)    /* images of namespaces have that of one, not of a task */

enum {
	VERSION = IMG_TAG_INVENTORY_ENTRY__IMG_VERSION,
	PER_ID = IMG_TAG_INVENTORY_ENTRY__FDINFO_PER_ID,
	NS_PER_ID = IMG_TAG_INVENTORY_ENTRY__NS_PER_ID,
};

static bool is_set(struct img_span body, uint32_t tag)
{
	uint64_t v;

	return img_wire_get(body.p, body.n, tag, &v) && v != 0;
}

static int set(struct img_span body, uint32_t tag, struct img_buf *out, struct img_err *err)
{
	return img_splice_num(body, tag, 1, out, err) < 0 ? -1 : IMG_SET;
}

/* ---- tables of descriptors ---- */

/* Before, each task had its own table: its number is as good as any other. */
static bool lacks_ids(struct img_convert *c, struct img_span inventory)
{
	return c->ps != NULL && !c->predump && !is_set(inventory, PER_ID);
}

static int per_id_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		     struct img_buf *out, struct img_err *err)
{
	(void)at;
	return lacks_ids(c, body) ? set(body, PER_ID, out, err) : IMG_KEEP;
}

static int inventory(struct img_convert *c, struct img_buf *body, struct img_span *s,
		     struct img_err *err)
{
	int r = img_convert_first(c, "inventory.img", 0, body, err);

	*s = (struct img_span){ body->p, body->n, 0 };
	return r;
}

static int add_ids(struct img_convert *c, struct img_dir_names *names, struct img_err *err)
{
	struct img_buf body = { 0 };
	struct img_span inv;
	int r = inventory(c, &body, &inv, err);

	if (r > 0 && img_convert_has(c, BY_FILES_ID) && lacks_ids(c, inv)) {
		for (size_t i = 0; r > 0 && i < c->ps->n; i++)
			if (!img_convert_exists_no(c, "ids-%u.img", c->ps->tasks[i].pid) &&
			    img_convert_exists_no(c, "fdinfo-%u.img", c->ps->tasks[i].pid) &&
			    img_convert_add(names, "ids-%u.img", c->ps->tasks[i].pid, err) < 0)
				r = -1;
	}
	img_buf_free(&body);
	return r < 0 ? -1 : 0;
}

static int make_ids(struct img_convert *c, const char *name, const struct img_sink *to,
		    struct img_err *err)
{
	static const uint32_t tags[] = { IMG_TAG_TASK_KOBJ_IDS_ENTRY__VM_ID,
					 IMG_TAG_TASK_KOBJ_IDS_ENTRY__FILES_ID,
					 IMG_TAG_TASK_KOBJ_IDS_ENTRY__FS_ID,
					 IMG_TAG_TASK_KOBJ_IDS_ENTRY__SIGHAND_ID };
	struct img_buf ids = { 0 };
	struct img_made made;
	uint64_t pid;
	int r;

	if (img_type_by_file(name, &pid) != img_type_by_pattern("ids-%u.img"))
		return 0;
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++)
		img_put_num(&ids, tags[i], pid);
	r = ids.failed ? img_fail_mem(err) : img_made_begin(c, &made, name, to, err);
	if (!ids.failed) {
		if (r == 0)
			r = img_made_put(&made, (struct img_span){ ids.p, ids.n, 0 }, err);
		r = img_made_end(&made, r, err);
	}
	img_buf_free(&ids);
	img_convert_note(c, name, "files_id", 1);
	return r < 0 ? -1 : 1;
}

/* ---- namespaces ---- */

/* Images of namespaces, and the id of the root task that numbers them. */
static const struct {
	const char *pattern;
	uint32_t id;
} namespaces[] = {
	{ "utsns-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__UTS_NS_ID },
	{ "ipcns-var-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__IPC_NS_ID },
	{ "ipcns-shm-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__IPC_NS_ID },
	{ "ipcns-msg-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__IPC_NS_ID },
	{ "ipcns-sem-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__IPC_NS_ID },
	{ "mountpoints-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__MNT_NS_ID },
	{ "netdev-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__NET_NS_ID },
	{ "ifaddr-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__NET_NS_ID },
	{ "route-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__NET_NS_ID },
	{ "iptables-%u.img", IMG_TAG_TASK_KOBJ_IDS_ENTRY__NET_NS_ID },
};
enum { NAMESPACES = sizeof(namespaces) / sizeof(*namespaces) };

/* Is an image of the root task to be numbered otherwise? 1 with the number, 0, -1. */
static int ns_number(struct img_convert *c, uint32_t tag, uint64_t *number, struct img_err *err)
{
	struct img_buf body = { 0 };
	struct img_span inv;
	int r = inventory(c, &body, &inv, err);

	if (r > 0 && (c->ps == NULL || c->ps->n == 0 || c->predump || is_set(inv, NS_PER_ID)))
		r = 0;
	if (r > 0) {
		body.n = 0;
		r = img_convert_first(c, "ids-%u.img", c->ps->tasks[c->ps->root].pid, &body, err);
	}
	if (r > 0 && !img_wire_get(body.p, body.n, tag, number))
		r = 0;
	img_buf_free(&body);
	return r;
}

static int rename_ns(struct img_convert *c, struct img_plan *plan, struct img_err *err)
{
	uint64_t number, id;
	int r;

	for (size_t i = 0; i < NAMESPACES; i++) {
		if (plan->type == NULL || img_type_by_pattern(namespaces[i].pattern) != plan->type)
			continue;
		(void)img_type_by_file(plan->name, &number);
		if (!img_convert_has(c, BY_NS_ID) || c->ps == NULL || c->ps->n == 0 ||
		    number != c->ps->tasks[c->ps->root].pid)
			return 0;
		r = ns_number(c, namespaces[i].id, &id, err);
		if (r <= 0 || id == number)
			return r < 0 ? -1 : 0;
		img_type_file_name(namespaces[i].pattern, id, plan->new_name,
				   sizeof(plan->new_name));
		img_convert_note(c, plan->name, "ns_per_id", 1);
		return 0;
	}
	return 0;
}

static int ns_up(struct img_convert *c, const struct img_at *at, struct img_span body,
		 struct img_buf *out, struct img_err *err)
{
	(void)at;
	if (c->ps == NULL || c->predump || is_set(body, NS_PER_ID))
		return IMG_KEEP;
	return set(body, NS_PER_ID, out, err);
}

/* ---- the family ---- */

/* What an image is framed with stands in the inventory; what is 0, or 3, says it otherwise. */
static int version(struct img_convert *c, const struct img_at *at, struct img_span body,
		   struct img_buf *out, struct img_err *err)
{
	uint64_t now = c->framing == IMG_V1_0 ? IMG_VERSION_1_0 : IMG_VERSION_1_1, was = 0;

	(void)at;
	(void)img_wire_get(body.p, body.n, VERSION, &was);
	if (c->framing == IMG_NONE || was == now || was == IMG_VERSION_PRE_DUMP)
		return IMG_KEEP;
	if (was == IMG_VERSION_COMPRESSED && now == IMG_VERSION_1_1)
		return IMG_KEEP;
	if (was == IMG_VERSION_COMPRESSED)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"compressed pages (img_version 3) do not go with framing 1.0");
	return img_splice_num(body, VERSION, now, out, err) < 0 ? -1 : IMG_SET;
}

static const struct img_layout rows[] = {
	{ 0, &img_msg_inventory_entry, version, NULL, "img_version", NULL },
	{ BY_FILES_ID, &img_msg_inventory_entry, per_id_up, NULL, "fdinfo_per_id", NULL },
	{ BY_NS_ID, &img_msg_inventory_entry, ns_up, NULL, "ns_per_id", NULL },
};

const struct img_family img_layouts_dump = {
	.rows = rows,
	.n = sizeof(rows) / sizeof(*rows),
	.image = rename_ns,
	.add = add_ids,
	.make = make_ids,
};
