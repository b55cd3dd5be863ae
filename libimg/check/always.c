/* Optional fields that the CRIU of the dump always writes: if one is missing, its value is lost. */
#include "libimg/check/model.h"

enum of { OF_TASK, OF_THREAD, OF_OTHER_THREAD, OF_CREDS, OF_MM, OF_FS };

static const struct always {
	enum of of;
	const char *field;
} fields[] = {
	{ OF_TASK, "signals_s" },
	{ OF_TASK, "child_subreaper" },
	{ OF_THREAD, "sched_policy" },
	{ OF_THREAD, "sas" },
	{ OF_THREAD, "signals_p" },
	{ OF_THREAD, "comm" },
	{ OF_THREAD, "cg_set" },
	{ OF_OTHER_THREAD, "blk_sigset" },
	{ OF_CREDS, "cap_amb" },
	{ OF_MM, "dumpable" },
	{ OF_FS, "umask" },
};

static void check_fields(struct check *ck, const struct ck_image *im, const void *m, enum of of,
			 const char *under)
{
	for (size_t i = 0; m != NULL && i < CK_COUNT(fields); i++) {
		if (fields[i].of != of || img_ck_values(m, fields[i].field) > 0)
			continue;
		ck->lost_refs++;
		img_ck_say_at(ck, CK_ODD(CK_CORE_PARTS), &(struct ck_place){ im, 0, under },
			      fields[i].field, "missing: the CRIU of this dump always writes it");
	}
}

/* Only CRIU since 4.1 records its run id in the inventory, and it always writes all of these. */
static bool is_new(const struct check *ck)
{
	return ck->inv != NULL && ck->inv->dump_criu_run_id != NULL;
}

void img_ck_always(struct check *ck)
{
	if (!is_new(ck))
		return;
	CK_EACH(ck, im, "core-%u.img") {
		const struct ck_task *t = img_ck_task_of(ck, im->number);
		const CoreEntry *c = img_ck_one(im);
		const ThreadCoreEntry *th = c != NULL ? c->thread_core : NULL;

		if (c == NULL || t == NULL || !t->alive)
			continue;
		check_fields(ck, im, c->tc, OF_TASK, "tc.");
		check_fields(ck, im, th, OF_THREAD, "thread_core.");
		if (t->e->pid != im->number)
			check_fields(ck, im, th, OF_OTHER_THREAD, "thread_core.");
		check_fields(ck, im, th != NULL ? th->creds : NULL, OF_CREDS, "thread_core.creds.");
	}
	for (size_t i = 0; i < ck->n_tasks; i++) {
		check_fields(ck, ck->tasks[i].mm_im, ck->tasks[i].mm, OF_MM, "");
		check_fields(ck, ck->tasks[i].fs_im, ck->tasks[i].fs, OF_FS, "");
	}
}
