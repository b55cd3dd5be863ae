/* Images that something in the dump needs, or that CRIU always writes. */
#include <string.h>

#include "libimg/check/model.h"
#include "libimg/image/type.h"
#include "netdev.pb-c.h"
#include "ns.pb-c.h"

/* ---- of tasks ---- */

static void need_thread(struct check *ck, const struct ck_task *t, uint32_t tid)
{
	if (tid != 0 && tid != t->e->pid)
		img_ck_need(ck, "core-%u.img", tid, "%" PRIu32 " is a thread of task %" PRIu32, tid,
			    t->e->pid);
}

/* The present content of mm- and core images was once in images of its own. */
static void need_part(struct check *ck, const struct ck_task *t, const struct ck_image *im,
		      const char *path, const char *old)
{
	/* Did the CRIU of this dump write it like that? */
	if (img_ck_next(ck, old, NULL) != NULL) {
		img_ck_need(ck, old, t->e->pid, "%s has nothing of task %" PRIu32, im->name,
			    t->e->pid);
		return;
	}
	ck->gaps++;
	img_ck_say(ck, CK_CORE_PARTS, im, 0, path, "missing");
}

static void need_parts(struct check *ck, const struct ck_task *t)
{
	const CoreEntry *c = t->core;

	/* Without thread_core another rule reports more. */
	ck->lost_refs += c->thread_core == NULL;
	if (c->thread_core == NULL ? ck->old_framing : c->thread_core->creds == NULL)
		need_part(ck, t, t->core_im, "thread_core.creds", "creds-%u.img");
	if (c->tc->n_sigactions == 0)
		need_part(ck, t, t->core_im, "tc.sigactions", "sigacts-%u.img");
	if (c->tc->timers == NULL)
		need_part(ck, t, t->core_im, "tc.timers", "itimers-%u.img");
	if (c->tc->rlimits == NULL)
		need_part(ck, t, t->core_im, "tc.rlimits", "rlimit-%u.img");
	if (t->mm != NULL && t->mm->n_vmas == 0)
		need_part(ck, t, t->mm_im, "vmas", "vmas-%u.img");
	if (t->vmas_im != NULL && t->vmas_im != t->mm_im && t->n_vmas == 0 && !t->vmas_im->broken) {
		ck->gaps++;
		img_ck_say(ck, CK_CORE_PARTS, t->vmas_im, -1, "", "no mapping");
	}
}

/* Up to 1.2 there was one for every task, even if it was empty. */
static void need_old(struct check *ck, const struct ck_task *t)
{
	static const char *const patterns[] = { "posix-timers-%u.img", "signal-s-%u.img",
						"filelocks-%u.img" };
	bool all = ck->old_framing && img_ck_next(ck, "itimers-%u.img", NULL) != NULL;
	const char *why = "CRIU up to 1.2 wrote one for every task and thread";

	for (size_t i = 0; i < CK_COUNT(patterns); i++)
		if (!img_ck_use(ck, patterns[i], t->e->pid) && all)
			img_ck_need(ck, patterns[i], t->e->pid, "%s", why);
	for (size_t i = 0; i < t->e->n_threads; i++)
		if (!img_ck_use(ck, "signal-p-%u.img", t->e->threads[i]) && all)
			img_ck_need(ck, "signal-p-%u.img", t->e->threads[i], "%s", why);
}

static void need_images(struct check *ck, const struct ck_task *t)
{
	uint32_t pid = t->e->pid;

	/* A task whose images exist under another pid. */
	if (!t->wrong_pid)
		img_ck_need(ck, "core-%u.img", pid, "pstree.img has task %" PRIu32, pid);
	if (!t->alive) {
		/* Unknown whether it is: its images may be needed. */
		ck->gaps += !t->dead;
		return;
	}
	for (size_t i = 0; i < t->e->n_threads; i++)
		need_thread(ck, t, t->e->threads[i]);
	img_ck_need(ck, "mm-%u.img", pid, "task %" PRIu32 " is alive", pid);
	img_ck_need(ck, "fs-%u.img", pid, "task %" PRIu32 " is alive", pid);
	if (img_ck_next(ck, "ids-%u.img", NULL) != NULL || !ck->old_framing)
		img_ck_need(ck, "ids-%u.img", pid, "task %" PRIu32 " is alive", pid);
	/* Before 0.5 the addresses were between the pages. */
	if (img_ck_next(ck, "pagemap-%u.img", NULL) != NULL || !ck->old_framing)
		img_ck_need(ck, "pagemap-%u.img", pid, "task %" PRIu32 " is alive", pid);
	else
		img_ck_need(ck, "pages-%u.img", pid, "task %" PRIu32 " is alive", pid);
	need_parts(ck, t);
	need_old(ck, t);
}

/* ---- of the whole dump ---- */

/*
 * Global images, which CRIU before 1.6 wrote in any case, with entries or without: those of all
 * its releases with framing 1.0, and those that the first or the last of these wrote only.
 */
enum era { THROUGHOUT, EARLY, LATE, ERAS };

static enum era era_of(const struct img_type *t)
{
	if (t->since > IMG_CRIU(1, 0, 0))
		return LATE;
	return t->until != 0 && t->until < IMG_CRIU(1, 5, 0) ? EARLY : THROUGHOUT;
}

static void need_era(struct check *ck, enum era era)
{
	size_t n = 0, have = 0;

	for (const struct img_type *t = img_types; t->name != NULL; t++)
		if (t->global && era_of(t) == era) {
			n++;
			/* What cgroup.img has no other image can hold: imgconv leaves it. */
			have += !t->single && img_ck_find(ck, t->files[0], 0) != NULL;
		}
	/*
	 * If most of them exist, all of them did. Later releases write some of the two other kinds,
	 * if there is anything in them: those count after THROUGHOUT, the first one, does.
	 */
	if (have < (era == THROUGHOUT ? n - 3 : 2) || (era != THROUGHOUT && !ck->wrote_empty))
		return;
	ck->wrote_empty = true;
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		if (t->global && era_of(t) == era)
			img_ck_need(ck, t->files[0], 0, "the CRIU of this dump always wrote one");
}

static void need_global(struct check *ck)
{
	for (int era = 0; ck->old_framing && era < ERAS; era++)
		need_era(ck, (enum era)era);
}

/* Entries of some types refer to another image. */
static void need_rest(struct check *ck, uint32_t type, const char *image, const char *what)
{
	for (size_t i = 0; i < ck->n_files; i++)
		if (ck->files[i].type == type && ck->files[i].what != NULL) {
			img_ck_need(ck, image, 0, "entry %zu of %s is %s", ck->files[i].at.entry,
				    ck->files[i].at.im->name, what);
			return;
		}
}

static void need_files(struct check *ck)
{
	need_rest(ck, FD_TYPES__MEMFD, "memfd.img", "a memfd");
	need_rest(ck, FD_TYPES__TTY, "tty-info.img", "a terminal");
	for (size_t i = 0; !ck->files_known && i < ck->n_tasks; i++)
		if (ck->tasks[i].alive) {
			img_ck_need(ck, "files.img", 0,
				    "task %" PRIu32 " is alive and has open files",
				    ck->tasks[i].e->pid);
			return;
		}
}

void img_ck_image_missing(struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++)
		if (img_ck_task_of(ck, ck->tasks[i].e->pid) == &ck->tasks[i])
			need_images(ck, &ck->tasks[i]);
	need_files(ck);
	need_global(ck);
	img_ck_ns_images(ck);
	img_ck_mount_content(ck);
}

/* ---- without which a restore works, but loses data ---- */

/* Two images that one step of CRIU writes. */
static void twins(struct check *ck, const char *a, const char *b, uint64_t number)
{
	bool has_a = img_ck_find(ck, a, number) != NULL, has_b = img_ck_find(ck, b, number) != NULL;
	char name[64], why[100];

	if (has_a == has_b)
		return;
	img_type_file_name(has_a ? a : b, number, name, sizeof(name));
	snprintf(why, sizeof(why), "CRIU writes it together with %s", name);
	img_ck_expect(ck, has_a ? b : a, number, why);
}

static bool has_ipv6(const struct ck_image *netns)
{
	const NetnsEntry *n = img_ck_one(netns);

	return n != NULL && n->n_def_conf6 > 0;
}

static void expect_net(struct check *ck, const struct ck_image *netns)
{
	bool nft = ck->inv != NULL && ck->inv->root_ids != NULL &&
		   ck->inv->root_ids->has_time_ns_id; /* 3.14 brought both */
	uint64_t ns = netns->number;

	twins(ck, "iptables-%u.img", "ip6tables-%u.img", ns);
	twins(ck, "netns-ct-%u.img", "netns-exp-%u.img", ns);
	if (has_ipv6(netns))
		img_ck_expect(ck, "route6-%u.img", ns, "routes of IPv6 are lost");
	img_ck_expect(ck, "rule-%u.img", ns,
		      "routing rules are lost, unless `ip` could not dump them");
	if (nft)
		img_ck_expect(ck, "nftables-%u.img", ns,
			      "nft rules are lost, unless this CRIU was built without nft");
	if (img_ck_find(ck, "nftables-%u.img", ns) == NULL)
		img_ck_expect(ck, "iptables-%u.img", ns, "firewall rules are lost");
}

/* CRIU today writes seccomp.img even if it is empty; since 3.14 it writes the clocks. */
void img_ck_image_expected(struct check *ck)
{
	const TaskKobjIdsEntry *ids = ck->n_tasks > 0 ? ck->tasks[0].ids : NULL;
	const TaskKobjIdsEntry *root = ck->inv != NULL ? ck->inv->root_ids : NULL;

	if (ck->old_framing || ck->gaps > 0)
		return;
	if (ids != NULL && ids->has_time_ns_id)
		img_ck_expect(ck, "seccomp.img", 0, "CRIU always writes it, even without filters");
	if (ids != NULL && root != NULL && ids->has_time_ns_id && root->has_time_ns_id &&
	    ids->time_ns_id == root->time_ns_id)
		img_ck_expect(ck, "timens-%u.img", 0, "the clock offsets of the host are lost");
	CK_EACH(ck, im, "netns-%u.img") {
		const NetnsEntry *n = img_ck_one(im);

		if (im->used && n != NULL && n->ext_key == NULL)
			expect_net(ck, im);
	}
}
