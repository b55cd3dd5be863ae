/* Small images of namespaces: names, System V IPC, user maps, clocks, binary formats, policies. */
#include <string.h>

#include "apparmor.pb-c.h"
#include "binfmt-misc.pb-c.h"
#include "ipc-msg.pb-c.h"
#include "ipc-sem.pb-c.h"
#include "ipc-shm.pb-c.h"
#include "ipc-var.pb-c.h"
#include "libimg/check/model.h"
#include "timens.pb-c.h"
#include "userns.pb-c.h"
#include "utsns.pb-c.h"

#define SECOND UINT64_C(1000000000)

void img_ck_uts_name(struct check *ck)
{
	enum { MAX_NAME = 64 };

	CK_EACH(ck, im, "utsns-%u.img") {
		const UtsnsEntry *u = img_ck_one(im);

		if (u != NULL && strlen(u->nodename) > MAX_NAME)
			img_ck_say(ck, CK_UTS_NAME, im, 0, "nodename",
				   "%zu bytes, more than the limit of 64", strlen(u->nodename));
		if (u != NULL && strlen(u->domainname) > MAX_NAME)
			img_ck_say(ck, CK_UTS_NAME, im, 0, "domainname",
				   "%zu bytes, more than the limit of 64", strlen(u->domainname));
	}
}

/* ---- System V IPC ---- */

struct ipc {
	struct img_map ids, keys;
};

static void check_desc(struct check *ck, const struct ck_image *im, size_t i, struct ipc *seen,
		       const IpcDescEntry *d)
{
	enum { ALL_BITS = 07777 };

	if (d->id > INT32_MAX)
		img_ck_say(ck, CK_IPC_ID, im, (int64_t)i, "desc.id", CK_ID " is not a valid id",
			   CK_N(d->id));
	else if (img_ck_count(ck, &seen->ids, d->id) > 0)
		img_ck_say(ck, CK_IPC_ID, im, (int64_t)i, "desc.id",
			   CK_ID " is also that of another entry", CK_N(d->id));
	/* Key 0 is IPC_PRIVATE, which is not unique. */
	if (d->key != 0 && img_ck_count(ck, &seen->keys, d->key) > 0)
		img_ck_say(ck, CK_IPC_ID, im, (int64_t)i, "desc.key",
			   CK_ID " is also that of another entry", CK_N(d->key));
	if (d->mode & ~(uint32_t)ALL_BITS)
		img_ck_say(ck, CK_ODD(CK_IPC_ID), im, (int64_t)i, "desc.mode",
			   "0%" PRIo32 " has unknown bits", d->mode);
}

static const IpcDescEntry *desc_of(const struct ck_image *im, size_t i)
{
	const IpcDescEntry *const *desc = img_ck_field(im->v[i], "desc");

	return *desc;
}

void img_ck_ipc_id(struct check *ck)
{
	static const char *const patterns[] = { "ipcns-shm-%u.img", "ipcns-msg-%u.img",
						"ipcns-sem-%u.img" };

	for (size_t k = 0; k < CK_COUNT(patterns); k++)
		CK_EACH(ck, im, patterns[k]) {
			struct ipc seen = { { 0 }, { 0 } };

			for (size_t i = 0; i < im->n; i++)
				check_desc(ck, im, i, &seen, desc_of(im, i));
			img_map_free(&seen.ids);
			img_map_free(&seen.keys);
		}
}

enum { SEMS, SEMS_ALL, SEM_OPS, SEM_SETS, SEM_LIMITS }; /* sem_ctls */

static void beyond(struct check *ck, const struct ck_image *im, int64_t i, const char *path,
		   uint64_t v, uint64_t limit)
{
	if (v > limit)
		img_ck_say(ck, CK_IPC_LIMITS, im, i, path,
			   "%" PRIu64 " exceeds the limit (%" PRIu64 ")", v, limit);
}

static void check_limits(struct check *ck, const IpcVarEntry *var, uint64_t ns)
{
	const struct ck_image *shm = img_ck_find(ck, "ipcns-shm-%u.img", ns);
	const struct ck_image *sem = img_ck_find(ck, "ipcns-sem-%u.img", ns);
	const struct ck_image *msg = img_ck_find(ck, "ipcns-msg-%u.img", ns);

	for (size_t i = 0; shm != NULL && i < shm->n; i++) {
		const IpcShmEntry *e = shm->v[i];

		beyond(ck, shm, (int64_t)i, "size", e->size, var->shm_ctlmax);
	}
	for (size_t i = 0; sem != NULL && i < sem->n; i++) {
		const IpcSemEntry *e = sem->v[i];

		beyond(ck, sem, (int64_t)i, "nsems", e->nsems, var->sem_ctls[SEMS]);
		if (e->nsems == 0)
			img_ck_say(ck, CK_IPC_LIMITS, sem, (int64_t)i, "nsems", "0 semaphores");
	}
	beyond(ck, shm, -1, "", shm != NULL ? shm->n : 0, var->shm_ctlmni);
	beyond(ck, sem, -1, "", sem != NULL ? sem->n : 0, var->sem_ctls[SEM_SETS]);
	beyond(ck, msg, -1, "", msg != NULL ? msg->n : 0, var->msg_ctlmni);
}

void img_ck_ipc_limits(struct check *ck)
{
	CK_EACH(ck, im, "ipcns-var-%u.img") {
		const IpcVarEntry *v = img_ck_one(im);

		if (v == NULL)
			continue;
		if (v->n_sem_ctls != SEM_LIMITS)
			img_ck_say(ck, CK_ODD(CK_IPC_LIMITS), im, 0, "sem_ctls",
				   "%zu numbers, expected 4", v->n_sem_ctls);
		else
			check_limits(ck, v, im->number);
	}
}

/* ---- users ---- */

static void check_extents(struct check *ck, const struct ck_image *im, const char *name,
			  UidGidExtent *const *v, size_t n)
{
	enum { MAX_EXTENTS = 340 }; /* of Linux */

	if (n == 0)
		img_ck_say(ck, CK_USER_MAP, im, 0, name, "is empty: no user would exist");
	if (n > MAX_EXTENTS)
		img_ck_say(ck, CK_USER_MAP, im, 0, name,
			   "%zu ranges, more than the limit of Linux (340)", n);
	for (size_t i = 0; i < n && n <= MAX_EXTENTS; i++) {
		const UidGidExtent *e = v[i];

		if (e->count == 0 || e->count > UINT32_MAX - e->first ||
		    e->count > UINT32_MAX - e->lower_first)
			img_ck_say(ck, CK_USER_MAP, im, 0,
				   img_ck_path(ck, "%s[%zu].count", name, i),
				   "%" PRIu32 " is not a valid range length", e->count);
		for (size_t k = 0; k < i; k++)
			if ((e->first < (uint64_t)v[k]->first + v[k]->count &&
			     v[k]->first < (uint64_t)e->first + e->count) ||
			    (e->lower_first < (uint64_t)v[k]->lower_first + v[k]->count &&
			     v[k]->lower_first < (uint64_t)e->lower_first + e->count)) {
				img_ck_say(ck, CK_USER_MAP, im, 0,
					   img_ck_path(ck, "%s[%zu]", name, i),
					   "overlaps range %zu", k);
				break;
			}
	}
}

static bool is_mapped(UidGidExtent *const *v, size_t n, uint32_t id)
{
	for (size_t i = 0; i < n; i++)
		if (id >= v[i]->first && id - v[i]->first < v[i]->count)
			return true;
	return false;
}

static void check_user(struct check *ck, const struct ck_image *im, const UsernsEntry *u,
		       const CredsEntry *c)
{
	enum { NOBODY = 65534 };
	const struct {
		const char *field;
		uint32_t id;
		bool group;
	} ids[] = { { "uid", c->uid, false },   { "euid", c->euid, false },
		    { "suid", c->suid, false }, { "fsuid", c->fsuid, false },
		    { "gid", c->gid, true },    { "egid", c->egid, true },
		    { "sgid", c->sgid, true },  { "fsgid", c->fsgid, true } };

	for (size_t i = 0; i < CK_COUNT(ids); i++)
		if (ids[i].id != NOBODY &&
		    !(ids[i].group ? is_mapped(u->gid_map, u->n_gid_map, ids[i].id)
				   : is_mapped(u->uid_map, u->n_uid_map, ids[i].id)))
			img_ck_say(ck, CK_USER_MAP, im, 0,
				   img_ck_path(ck, "thread_core.creds.%s", ids[i].field),
				   "%" PRIu32 " is not in the %s_map of the user namespace",
				   ids[i].id, ids[i].group ? "gid" : "uid");
	for (size_t i = 0; i < c->n_groups; i++)
		if (c->groups[i] != NOBODY && !is_mapped(u->gid_map, u->n_gid_map, c->groups[i]))
			img_ck_say(ck, CK_USER_MAP, im, 0,
				   img_ck_path(ck, "thread_core.creds.groups[%zu]", i),
				   "%" PRIu32 " is not in the gid_map of the user namespace",
				   c->groups[i]);
}

/* Tasks run as users that exist in their namespace, or as the overflow user. */
static void check_users(struct check *ck, const UsernsEntry *u)
{
	enum { MANY = 340 };

	if (u->n_uid_map == 0 || u->n_gid_map == 0 || u->n_uid_map > MANY || u->n_gid_map > MANY)
		return;
	CK_EACH(ck, im, "core-%u.img") {
		const CoreEntry *c = img_ck_one(im);
		const CredsEntry *k =
			c != NULL && c->thread_core != NULL ? c->thread_core->creds : NULL;

		if (k == NULL)
			continue;
		check_user(ck, im, u, k);
	}
}

void img_ck_user_map(struct check *ck)
{
	const UsernsEntry *last = NULL;
	size_t n = 0;

	CK_EACH(ck, im, "userns-%u.img") {
		const UsernsEntry *u = img_ck_one(im);

		if (u == NULL)
			continue;
		check_extents(ck, im, "uid_map", u->uid_map, u->n_uid_map);
		check_extents(ck, im, "gid_map", u->gid_map, u->n_gid_map);
		last = u;
		n++;
	}
	if (n == 1)
		check_users(ck, last);
}

/* ---- clocks ---- */

static void check_clock(struct check *ck, const struct ck_image *im, const char *name,
			const Timespec *t)
{
	const uint64_t max = INT64_MAX / SECOND; /* the kernel counts nanoseconds in 64 bits */

	if (t->tv_nsec >= SECOND)
		img_ck_say(ck, CK_ODD(CK_TIME_OFFSET), im, 0, img_ck_path(ck, "%s.tv_nsec", name),
			   "%" PRIu64 " nanoseconds exceed a second", t->tv_nsec);
	if (t->tv_sec > max)
		img_ck_say(ck, CK_TIME_OFFSET, im, 0, img_ck_path(ck, "%s.tv_sec", name),
			   "%" PRIu64 " seconds exceed the range of a clock", t->tv_sec);
}

void img_ck_time_offset(struct check *ck)
{
	CK_EACH(ck, im, "timens-%u.img") {
		const TimensEntry *t = img_ck_one(im);

		if (t == NULL)
			continue;
		check_clock(ck, im, "monotonic", t->monotonic);
		check_clock(ck, im, "boottime", t->boottime);
	}
}

/* ---- binary formats ---- */

static void check_format(struct check *ck, const struct ck_image *im, size_t i,
			 struct img_map *names)
{
	const BinfmtMiscEntry *b = im->v[i];
	bool bad = b->name[0] == '\0' || strchr(b->name, '/') != NULL;

	if (bad || img_ck_count(ck, names, img_ck_key(ck, b->name, strlen(b->name))) > 0)
		img_ck_say(ck, CK_BINFMT, im, (int64_t)i, "name", "%s is %s",
			   img_ck_str(ck, b->name),
			   bad ? "is not a valid file name" : "is also that of another entry");
	if ((b->magic != NULL) == (b->extension != NULL))
		img_ck_say(ck, CK_BINFMT, im, (int64_t)i, b->magic != NULL ? "extension" : "magic",
			   "%s: a format has either magic or extension",
			   b->magic != NULL ? "set beside magic" : "missing");
	if (b->mask != NULL && b->magic != NULL && strlen(b->mask) != strlen(b->magic))
		img_ck_say(ck, CK_BINFMT, im, (int64_t)i, "mask", "differs from magic in length");
	if (b->interpreter[0] == '\0')
		img_ck_say(ck, CK_BINFMT, im, (int64_t)i, "interpreter", "is empty");
}

void img_ck_binfmt(struct check *ck)
{
	static const char *const patterns[] = { "binfmt-misc.img", "binfmt-misc-%u.img" };

	for (size_t k = 0; k < 2; k++)
		CK_EACH(ck, im, patterns[k]) {
			struct img_map names = { 0 };

			for (size_t i = 0; i < im->n; i++)
				check_format(ck, im, i, &names);
			img_map_free(&names);
		}
}

/* ---- AppArmor ---- */

static void check_policies(struct check *ck, const struct ck_image *im, const AaNamespace *n,
			   unsigned depth)
{
	struct img_map names = { 0 };

	for (size_t i = 0; i < n->n_policies; i++) {
		const AaPolicy *p = n->policies[i];

		if (p->blob.len == 0)
			img_ck_say(ck, CK_APPARMOR, im, 0, "", "policy %s of namespace %s is empty",
				   img_ck_str(ck, p->name), img_ck_str(ck, n->name));
		if (img_ck_count(ck, &names, img_ck_key(ck, p->name, strlen(p->name))) > 0)
			img_ck_say(ck, CK_APPARMOR, im, 0, "",
				   "duplicate policy %s of namespace %s", img_ck_str(ck, p->name),
				   img_ck_str(ck, n->name));
	}
	img_map_free(&names);
	for (size_t i = 0; depth < IMG_MAX_DEPTH && i < n->n_namespaces; i++)
		check_policies(ck, im, n->namespaces[i], depth + 1);
}

void img_ck_apparmor(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "apparmor.img", 0);
	const ApparmorEntry *a = img_ck_one(im);

	if (a == NULL)
		return;
	if (ck->inv != NULL && ck->inv->has_lsmtype && ck->inv->lsmtype != LSMTYPE__APPARMOR)
		img_ck_say(ck, CK_APPARMOR, im, 0, "",
			   "has policies, but lsmtype in the inventory is not APPARMOR");
	for (size_t i = 0; i < a->n_namespaces; i++)
		check_policies(ck, im, a->namespaces[i], 1);
}
