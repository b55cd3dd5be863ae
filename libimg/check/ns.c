/* Namespaces: their ids, which of them are in the dump, and the small images of some. */
#include <linux/sched.h>
#include <string.h>

#include "autofs.pb-c.h"
#include "binfmt-misc.pb-c.h"
#include "ipc-msg.pb-c.h"
#include "ipc-sem.pb-c.h"
#include "ipc-shm.pb-c.h"
#include "ipc-var.pb-c.h"
#include "libimg/check/model.h"
#include "netdev.pb-c.h"
#include "ns.pb-c.h"
#include "pagemap.pb-c.h"
#include "pidns.pb-c.h"
#include "timens.pb-c.h"
#include "userns.pb-c.h"
#include "utsns.pb-c.h"

static const struct kind {
	const char *name, *field;
	unsigned tag; /* in task_kobj_ids_entry */
	uint32_t flag;
	bool nested;             /* tasks may be in others than the root task */
	const char *needed[4];   /* images that one in the dump has */
	const char *allowed[14]; /* and those that it may have */
} kinds[] = {
	[CK_NS_PID] = { "pid", "pid_ns_id", 5, CLONE_NEWPID, false, { NULL }, { "pidns-%u.img" } },
	[CK_NS_NET] = { "net",
			"net_ns_id",
			6,
			CLONE_NEWNET,
			true,
			{ "netns-%u.img" },
			{ "netdev-%u.img", "ifaddr-%u.img", "route-%u.img", "route6-%u.img",
			  "rule-%u.img", "iptables-%u.img", "ip6tables-%u.img", "nftables-%u.img",
			  "netns-ct-%u.img", "netns-exp-%u.img" } },
	[CK_NS_IPC] = { "ipc",
			"ipc_ns_id",
			7,
			CLONE_NEWIPC,
			false,
			{ "ipcns-var-%u.img" },
			{ "ipcns-shm-%u.img", "ipcns-msg-%u.img", "ipcns-sem-%u.img" } },
	[CK_NS_UTS] = { "uts", "uts_ns_id", 8, CLONE_NEWUTS, false, { "utsns-%u.img" }, { NULL } },
	[CK_NS_MNT] = { "mnt",
			"mnt_ns_id",
			9,
			CLONE_NEWNS,
			true,
			{ "mountpoints-%u.img" },
			{ NULL } },
	[CK_NS_USER] = { "user",
			 "user_ns_id",
			 10,
			 CLONE_NEWUSER,
			 false,
			 { "userns-%u.img" },
			 { NULL } },
	[CK_NS_CGROUP] = { "cgroup",
			   "cgroup_ns_id",
			   11,
			   CLONE_NEWCGROUP,
			   false,
			   { NULL },
			   { NULL } },
	[CK_NS_TIME] = { "time",
			 "time_ns_id",
			 12,
			 CLONE_NEWTIME,
			 false,
			 { "timens-%u.img" },
			 { NULL } },
};

enum { N_KINDS = CK_COUNT(kinds) };

/* ---- ids ---- */

static bool id_of(const TaskKobjIdsEntry *ids, unsigned tag, uint32_t *id)
{
	const ProtobufCFieldDescriptor *f =
		protobuf_c_message_descriptor_get_field(ids->base.descriptor, tag);
	const char *p = (const char *)ids;

	*id = *(const uint32_t *)(const void *)(p + f->offset);
	return f->label == PROTOBUF_C_LABEL_REQUIRED ||
	       *(const protobuf_c_boolean *)(p + f->quantifier_offset);
}

static void learn(struct check *ck, const TaskKobjIdsEntry *ids)
{
	uint32_t id;

	for (uint32_t k = 0; ids != NULL && k < N_KINDS; k++)
		if (id_of(ids, kinds[k].tag, &id) && id != 0) {
			uint32_t *v = img_ck_map_at(ck, &ck->ns, id);

			if (*v == IMG_MAP_NONE)
				*v = k;
		}
}

/* If ids are missing or unreadable, any number may be one. */
static bool ids_whole(const struct check *ck)
{
	if (ck->inv == NULL || ck->inv_im->broken || ck->pstree == NULL)
		return false;
	for (size_t i = 0; i < ck->n_tasks; i++)
		if (ck->tasks[i].alive && (ck->tasks[i].ids == NULL || ck->tasks[i].ids_im->broken))
			return false;
	return true;
}

void img_ck_load_namespaces(struct check *ck)
{
	if (ck->inv != NULL)
		learn(ck, ck->inv->root_ids);
	for (size_t i = 0; i < ck->n_tasks; i++)
		learn(ck, ck->tasks[i].ids);
	CK_EACH(ck, im, "ids-%u.img")
		learn(ck, img_ck_one(im));
	ck->ids_whole = ids_whole(ck);
}

bool img_ck_is_ns(const struct check *ck, uint32_t id, enum ck_ns kind)
{
	return img_map_get(&ck->ns, id) == (uint32_t)kind || !ck->ids_whole;
}

/* Is it a namespace of the host, not in the dump? */
static bool is_outside(const struct check *ck, unsigned kind, uint32_t id)
{
	uint32_t root;

	return ck->inv == NULL || ck->inv->root_ids == NULL ||
	       !id_of(ck->inv->root_ids, kinds[kind].tag, &root) || root == 0 || root == id;
}

void img_ck_ids_value(struct check *ck)
{
	static const char *const names[] = { "", "vm_id", "files_id", "fs_id", "sighand_id" };

	struct img_map missing = { 0 }; /* kinds that have been reported */

	CK_EACH(ck, im, "ids-%u.img") {
		const TaskKobjIdsEntry *ids = img_ck_one(im);
		uint32_t id;

		for (unsigned tag = 1; ids != NULL && tag <= 4; tag++)
			if (id_of(ids, tag, &id) && id == 0) {
				ck->gaps++;
				img_ck_say(ck, CK_ODD(CK_IDS_VALUE), im, 0, names[tag],
					   "0 is not a valid id");
			}
		for (unsigned k = 0; ids != NULL && k < N_KINDS; k++) {
			bool has = id_of(ids, kinds[k].tag, &id);
			uint32_t other = has ? img_map_get(&ck->ns, id) : k, root;

			if (has && id == 0)
				img_ck_say(ck, CK_IDS_VALUE, im, 0, kinds[k].field,
					   "0 is not a valid id");
			else if (has && other != k)
				img_ck_say(ck, CK_IDS_VALUE, im, 0, kinds[k].field,
					   CK_ID " is the id of %s %s namespace", CK_N(id),
					   img_ck_a(kinds[other].name), kinds[other].name);
			else if (has && ck->inv != NULL && ck->inv->root_ids != NULL &&
				 !id_of(ck->inv->root_ids, kinds[k].tag, &root) &&
				 k >= CK_NS_USER && img_ck_count(ck, &missing, k) == 0) {
				/* Missing ids of the earlier kinds are always an error. */
				ck->gaps++;
				img_ck_say(ck, CK_INVENTORY_VALUES, ck->inv_im, 0,
					   img_ck_path(ck, "root_ids.%s", kinds[k].field),
					   "missing: %s has it", im->name);
			} else if (!has && ck->inv != NULL && ck->inv->root_ids != NULL &&
				   id_of(ck->inv->root_ids, kinds[k].tag, &root))
				img_ck_say(ck, CK_IDS_VALUE, im, 0, kinds[k].field,
					   "missing: root_ids of the inventory has it");
		}
	}
	img_map_free(&missing);
}

/* The first task of a pid namespace is its init. */
void img_ck_ids_init(struct check *ck)
{
	const struct ck_task *t = ck->tasks;
	const uint32_t init = 1;

	if (ck->n_tasks == 0 || t->ids == NULL || !t->ids->has_pid_ns_id ||
	    is_outside(ck, CK_NS_PID, t->ids->pid_ns_id) ||
	    img_ck_find(ck, "pidns-%u.img", t->ids->pid_ns_id) != NULL)
		return;
	if (t->e->pid != init)
		img_ck_say(ck, CK_IDS_INIT, t->ids_im, 0, "pid_ns_id",
			   CK_ID
			   " is a pid namespace of this dump, but its first task has pid %" PRIu32
			   ", expected 1",
			   CK_N(t->ids->pid_ns_id), t->e->pid);
}

/* CRIU dumps trees in which only mount and network namespaces differ from the root's. */
void img_ck_ids_nested(struct check *ck)
{
	const TaskKobjIdsEntry *root = ck->n_tasks > 0 ? ck->tasks[0].ids : NULL;

	for (size_t i = 1; root != NULL && i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		uint32_t id, first;

		for (unsigned k = 0; t->ids != NULL && k < N_KINDS; k++)
			if (!kinds[k].nested && id_of(t->ids, kinds[k].tag, &id) &&
			    id_of(root, kinds[k].tag, &first) && id != first &&
			    img_map_get(&ck->ns, id) == k)
				img_ck_say(ck, CK_IDS_NESTED, t->ids_im, 0, kinds[k].field,
					   CK_ID " differs from that of the root task, " CK_ID,
					   CK_N(id), CK_N(first));
	}
}

/* Tasks that share signal handlers share memory; those that share an fs agree on it. */
static void check_pair(struct check *ck, const struct ck_task *a, const struct ck_task *t)
{
	if (a->ids->vm_id != t->ids->vm_id)
		img_ck_say(ck, CK_IDS_SHARED, t->ids_im, 0, "sighand_id",
			   CK_ID " is also that of task %" PRIu32
				 ", which has other memory (vm_id)",
			   CK_N(t->ids->sighand_id), a->e->pid);
}

static void check_fs(struct check *ck, const struct ck_task *a, const struct ck_task *t)
{
	if (a->fs == NULL || t->fs == NULL)
		return;
	if (a->fs->cwd_id != t->fs->cwd_id || a->fs->root_id != t->fs->root_id ||
	    a->fs->has_umask != t->fs->has_umask || a->fs->umask != t->fs->umask)
		img_ck_say(ck, CK_IDS_SHARED, t->fs_im, 0, "",
			   "differs from fs-%" PRIu32 ".img, but both tasks have fs_id %" PRIu32,
			   a->e->pid, t->ids->fs_id);
}

void img_ck_ids_shared(struct check *ck)
{
	struct img_map sighand = { 0 }, fs = { 0 }, vm = { 0 };

	for (uint32_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		uint32_t *v;

		/* A task that is listed twice shares everything with itself. */
		if (t->ids == NULL || img_ck_task_of(ck, t->e->pid) != t)
			continue;
		/* CRIU does not dump tasks that share memory. */
		v = img_ck_map_at(ck, &vm, t->ids->vm_id);
		if (*v == IMG_MAP_NONE)
			*v = i;
		else
			img_ck_say(ck, CK_IDS_SHARED, t->ids_im, 0, "vm_id",
				   CK_ID " is also that of task %" PRIu32, CK_N(t->ids->vm_id),
				   ck->tasks[*v].e->pid);
		v = img_ck_map_at(ck, &sighand, t->ids->sighand_id);
		if (*v == IMG_MAP_NONE)
			*v = i;
		else
			check_pair(ck, &ck->tasks[*v], t);
		v = img_ck_map_at(ck, &fs, t->ids->fs_id);
		if (*v == IMG_MAP_NONE)
			*v = i;
		else
			check_fs(ck, &ck->tasks[*v], t);
	}
	img_map_free(&vm);
	img_map_free(&sighand);
	img_map_free(&fs);
}

/* Ids of tasks forked from each other fit all of them. */
static void check_pages_order(struct check *ck)
{
	uint32_t last = 0;

	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_image *im = img_ck_find(ck, "pagemap-%u.img", ck->tasks[i].e->pid);
		const PagemapHead *head = img_ck_one(im);

		if (head == NULL || img_ck_task_of(ck, ck->tasks[i].e->pid) != &ck->tasks[i])
			continue;
		/* Another rule reports one that two pagemaps have. */
		if (head->pages_id < last)
			img_ck_say(ck, CK_IDS_ORDER, im, 0, "pages_id",
				   CK_ID " is below " CK_ID " of an earlier task",
				   CK_N(head->pages_id), CK_N(last));
		last = head->pages_id;
	}
}

/* CRIU numbers the objects of each kind in the order in which it finds them, task by task. */
void img_ck_ids_order(struct check *ck)
{
	static const char *const names[] = { "", "vm_id", "files_id", "fs_id", "sighand_id" };
	uint32_t last[5] = { 0 };

	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		struct img_map *seen = &ck->kobjs;
		uint32_t id;

		for (unsigned tag = 1; t->ids != NULL && tag <= 4; tag++) {
			id_of(t->ids, tag, &id);
			if (img_ck_count(ck, seen, (uint64_t)tag << 32 | id) > 0)
				continue;
			if (id < last[tag]) {
				ck->disorder = true;
				img_ck_say(ck, CK_IDS_ORDER, t->ids_im, 0, names[tag],
					   CK_ID " is new, but below " CK_ID " of an earlier task",
					   CK_N(id), CK_N(last[tag]));
			}
			last[tag] = id;
		}
	}
	check_pages_order(ck);
}

/* ---- images ---- */

static void use_all(struct check *ck, const char *const *patterns, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n && patterns[i] != NULL; i++)
		img_ck_use(ck, patterns[i], id);
}

/* A network namespace in the dump; an external one has only a key. */
static void need_net(struct check *ck, uint32_t id)
{
	static const char *const always[] = { "netdev-%u.img", "ifaddr-%u.img" };
	const struct ck_image *im = img_ck_find(ck, "netns-%u.img", id);
	const NetnsEntry *n = img_ck_one(im);

	if (n != NULL && n->ext_key != NULL)
		return;
	for (size_t i = 0; i < CK_COUNT(always); i++)
		img_ck_need(ck, always[i], id, "network namespace %" PRIu32 " is in the dump", id);
	img_ck_expect(ck, "route-%u.img", id, "routes are lost");
	/* Since 0.8, always before 1.6; today only if the tool is installed. */
	if (ck->old_framing && ck->inv != NULL && ck->inv->has_ns_per_id && ck->inv->ns_per_id)
		img_ck_expect(ck, "iptables-%u.img", id, "rules of the firewall are lost");
}

/*
 * Before 1.6 a network namespace had no netns image, nor settings of its devices, which CRIU
 * compares with those of the namespace.
 */
static bool had_image(const struct check *ck, const char *pattern, uint32_t id)
{
	const struct ck_image *im = img_ck_find(ck, "netdev-%u.img", id);

	if (strcmp(pattern, "netns-%u.img") != 0)
		return true;
	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const NetDeviceEntry *d = im->v[i];

		if (d->n_conf + d->n_conf4 + d->n_conf6 > 0)
			return true;
	}
	return false;
}

/* Engines that set up container networks themselves omit all of them. */
static bool is_without_networks(const struct check *ck)
{
	const struct kind *net = &kinds[CK_NS_NET];

	if (img_ck_next(ck, net->needed[0], NULL) != NULL)
		return false;
	for (size_t i = 0; net->allowed[i] != NULL; i++)
		if (img_ck_next(ck, net->allowed[i], NULL) != NULL)
			return false;
	return true;
}

/* All of them were created, even if they were empty; of framing 1.0 alone that is not known. */
static void need_old_ipc(struct check *ck, uint32_t id)
{
	const char *const *all = kinds[CK_NS_IPC].allowed;
	size_t n = 0, have = 0;

	for (; all[n] != NULL; n++)
		have += img_ck_find(ck, all[n], id) != NULL;
	for (size_t i = 0; have + 1 == n && i < n; i++)
		img_ck_need(ck, all[i], id, "the CRIU of this dump always wrote one");
}

static void need_kind(struct check *ck, unsigned k, uint32_t id)
{
	const struct kind *kind = &kinds[k];

	if (k == CK_NS_NET && is_without_networks(ck))
		return;
	for (size_t i = 0; i < 4 && kind->needed[i] != NULL; i++)
		if (!img_ck_use(ck, kind->needed[i], id) && had_image(ck, kind->needed[i], id))
			img_ck_need(ck, kind->needed[i], id,
				    "%s namespace %" PRIu32 " is in the dump", kind->name, id);
	if (k == CK_NS_IPC && ck->wrote_empty)
		need_old_ipc(ck, id);
	use_all(ck, kind->allowed, sizeof(kind->allowed) / sizeof(kind->allowed[0]), id);
	if (k == CK_NS_NET)
		need_net(ck, id);
}

/* Only an external pid namespace has an image. */
static void use_task(struct check *ck, const struct ck_task *t)
{
	bool root = t == ck->tasks;
	uint32_t id;

	for (unsigned k = 0; t->ids != NULL && k < N_KINDS; k++) {
		if (!id_of(t->ids, kinds[k].tag, &id) || img_map_get(&ck->ns, id) != k)
			continue;
		if (!is_outside(ck, k, id) && (root || kinds[k].nested))
			need_kind(ck, k, id);
	}
}

void img_ck_ns_images(struct check *ck)
{
	struct img_map seen = { 0 };

	/* The clocks of the host, if tasks use them. */
	if (ck->n_tasks == 0 || ck->tasks[0].ids == NULL ||
	    is_outside(ck, CK_NS_TIME, ck->tasks[0].ids->time_ns_id))
		img_ck_use(ck, "timens-%u.img", 0);
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		uint32_t net = t->ids != NULL ? t->ids->net_ns_id : 0;
		uint32_t mnt = t->ids != NULL ? t->ids->mnt_ns_id : 0;

		/* Others are those of the root task. */
		if (i == 0 || img_ck_count(ck, &seen, (uint64_t)net << 32 | mnt) == 0)
			use_task(ck, t);
	}
	img_map_free(&seen);
	/* Files and device links keep network namespaces alive without a task. */
	for (size_t i = 0; i < ck->n_files; i++)
		if (ck->files[i].type == FD_TYPES__NS && ck->files[i].what != NULL)
			use_all(ck, kinds[CK_NS_NET].needed, 1,
				((const NsFileEntry *)(const void *)ck->files[i].what)->ns_id);
}

/* An external one is identified by its key. */
void img_ck_ns_external(struct check *ck)
{
	const char *const *all = kinds[CK_NS_NET].allowed;

	CK_EACH(ck, im, "pidns-%u.img") {
		const PidnsEntry *p = img_ck_one(im);

		if (p != NULL && (p->ext_key == NULL || p->ext_key[0] == '\0'))
			img_ck_say(ck, CK_NS_EXTERNAL, im, 0, "ext_key",
				   "missing: only an external namespace has such an image");
	}
	CK_EACH(ck, net, "netns-%u.img") {
		const NetnsEntry *n = img_ck_one(net);
		const char *key = n != NULL ? n->ext_key : NULL;

		if (key != NULL && key[0] == '\0')
			img_ck_say(ck, CK_NS_EXTERNAL, net, 0, "ext_key", "is empty");
		for (size_t i = 0; key != NULL && key[0] != '\0' && all[i] != NULL; i++) {
			struct ck_image *im = img_ck_find(ck, all[i], net->number);

			if (im != NULL)
				img_ck_left(ck, im,
					    "network namespace %" PRIu64
					    " is external: only its key is stored",
					    net->number);
		}
	}
}

/* ---- files of namespaces ---- */

void img_ck_ns_file(struct check *ck)
{
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const NsFileEntry *n = (const void *)f->what;
		uint32_t k;

		if (f->type != FD_TYPES__NS || n == NULL)
			continue;
		k = img_map_get(&ck->ns, n->ns_id);
		if (k == IMG_MAP_NONE) {
			if (ck->ids_whole)
				img_ck_say_at(ck, CK_NS_FILE, &f->at, "ns_id",
					      CK_ID " is not the id of a namespace",
					      CK_N(n->ns_id));
		} else if (kinds[k].flag != n->ns_cflag) {
			img_ck_say_at(ck, CK_NS_FILE, &f->at, "ns_cflag",
				      "0x%" PRIx32 " is not that of %s %s namespace (0x%" PRIx32
				      "), the kind of %" PRIu32,
				      n->ns_cflag, img_ck_a(kinds[k].name), kinds[k].name,
				      kinds[k].flag, n->ns_id);
		}
	}
}
