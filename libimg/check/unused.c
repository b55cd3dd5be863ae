/* Images that nothing in the dump refers to. */
#include <string.h>

#include "libimg/check/model.h"
#include "libimg/dump/files.h"
#include "libimg/image/type.h"

/* Images of a task, thread, table, segment, namespace or device, by its number. */
static const struct owner {
	const char *pattern;
	const char *why;
} owners[] = {
	{ "fdinfo-%u.img", "no task has this files_id" },
	{ "pagemap-shmem-%u.img", "no shared memory has this number" },
	{ "pages-%u.img", "no pagemap has this pages_id" },
	{ "pages-shmem-%u.img", "no shared memory has this number" },
	{ "ghost-file-%x.img", "remap-fpath.img does not name it" },
	{ "tcp-stream-%x.img", "no connection has this number" },
	{ "utsns-%u.img", "no uts namespace of this dump has this number" },
	{ "userns-%u.img", "no user namespace of this dump has this number" },
	{ "pidns-%u.img", "no pid namespace of this dump has this number" },
	{ "timens-%u.img", "no time namespace of this dump has this number" },
	{ "ipcns-var-%u.img", "no ipc namespace of this dump has this number" },
	{ "ipcns-shm-%u.img", "no ipc namespace of this dump has this number" },
	{ "ipcns-msg-%u.img", "no ipc namespace of this dump has this number" },
	{ "ipcns-sem-%u.img", "no ipc namespace of this dump has this number" },
	{ "mountpoints-%u.img", "no mount namespace of this dump has this number" },
	{ "netdev-%u.img", "no network namespace of this dump has this number" },
	{ "netns-%u.img", "no network namespace of this dump has this number" },
	{ "ifaddr-%u.img", "no network namespace of this dump has this number" },
	{ "route-%u.img", "no network namespace of this dump has this number" },
	{ "route6-%u.img", "no network namespace of this dump has this number" },
	{ "rule-%u.img", "no network namespace of this dump has this number" },
	{ "iptables-%u.img", "no network namespace of this dump has this number" },
	{ "ip6tables-%u.img", "no network namespace of this dump has this number" },
	{ "nftables-%u.img", "no network namespace of this dump has this number" },
	{ "netns-ct-%u.img", "no network namespace of this dump has this number" },
	{ "netns-exp-%u.img", "no network namespace of this dump has this number" },
	{ "tmpfs-dev-%u.tar.gz.img", "no mount is of this device" },
	{ "tmpfs-%u.tar.gz.img", "no mount is of this device" },
	{ "autofs-%u.img", "no mount is of this device" },
	{ "binfmt-misc-%u.img", "no mount is of this device" },
	{ "binfmt-misc.img", "no mount is of binfmt_misc" },
	{ "bpfmap-file.img", "such files are in files.img" },
	{ "pidfd.img", "such files are in files.img" },
};

/* Images of a task, by its pid. */
static const char *const of_task[] = { "core-%u.img",         "ids-%u.img",      "mm-%u.img",
				       "fs-%u.img",           "pagemap-%u.img",  "vmas-%u.img",
				       "creds-%u.img",        "sigacts-%u.img",  "itimers-%u.img",
				       "posix-timers-%u.img", "rlimit-%u.img",   "signal-s-%u.img",
				       "signal-p-%u.img",     "filelocks-%u.img" };

enum { N_OF_TASK = CK_COUNT(of_task) };

static void leave_task(struct check *ck, struct ck_image *im)
{
	const struct ck_task *t = img_ck_task_of(ck, im->number);

	if (t != NULL && t->dead)
		img_ck_left(ck, im, "task %" PRIu64 " is dead and has no such image", im->number);
	else if (t != NULL)
		img_ck_left(ck, im,
			    "%" PRIu64 " is a thread of task %" PRIu32 ", which has such an image",
			    im->number, t->e->pid);
	else
		img_ck_left(ck, im, "no task or thread %" PRIu64 " in pstree.img", im->number);
}

static void check_tasks(struct check *ck)
{
	for (size_t k = 0; k < N_OF_TASK; k++)
		CK_EACH(ck, im, of_task[k])
			if (!im->used)
				leave_task(ck, im);
}

static void check_name(struct check *ck, struct ck_image *im)
{
	if (im->pattern == NULL)
		img_ck_left(ck, im, "CRIU never writes the number in the name like this");
}

/* The number of an fdinfo image: the files_id of a task, also of a lost one, or a pid. */
static void use_tables(struct check *ck)
{
	CK_EACH(ck, im, "ids-%u.img") {
		const TaskKobjIdsEntry *ids = img_ck_one(im);

		if (ids != NULL)
			img_ck_use(ck, "fdinfo-%u.img", ids->files_id);
	}
	for (size_t i = 0; i < ck->n_tasks; i++)
		if (ck->tasks[i].fdinfo != NULL)
			img_ck_use(ck, "fdinfo-%u.img", ck->tasks[i].fdinfo->number);
}

static bool is_shared(const struct ck_image *im)
{
	return strcmp(im->pattern, "pagemap-shmem-%u.img") == 0;
}

/* The images of earlier passes, and, where no pass follows, those of this one. */
static void say_left(struct check *ck)
{
	for (size_t i = 0; i < ck->n_left; i++)
		img_ck_say_name(ck, CK_IMAGE_UNUSED, ck->left[i].name, "%s", ck->left[i].why);
	for (size_t i = 0; ck->last && i < ck->n_images; i++)
		if (ck->images[i].left != NULL)
			img_ck_say(ck, CK_IMAGE_UNUSED, &ck->images[i], -1, "", "%s",
				   ck->images[i].left);
}

void img_ck_image_unused(struct check *ck)
{
	use_tables(ck);
	/* With memory alone, the owners of pagemaps are unknown. */
	if (!ck->memory_only)
		check_tasks(ck);
	for (size_t k = 0; k < CK_COUNT(owners); k++)
		CK_EACH(ck, im, owners[k].pattern)
			if (!im->used && !(ck->memory_only && is_shared(im)))
				img_ck_left(ck, im, "%s", owners[k].why);
	if (!ck->memory_only)
		img_ck_old_files_unused(ck);
	for (size_t i = 0; i < ck->n_images; i++)
		check_name(ck, &ck->images[i]);
	if (ck->gaps == 0)
		say_left(ck);
}
