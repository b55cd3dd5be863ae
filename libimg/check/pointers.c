/* Addresses that threads have registered with the kernel. */
#include "core.pb-c.h"
#include <signal.h>
#include <sys/mman.h>
#include "libimg/check/model.h"
#include "rseq.pb-c.h"
#include "sa.pb-c.h"

static bool is_code(const struct ck_task *t, uint64_t addr)
{
	const VmaEntry *at = img_ck_vma_at(t, addr);

	return at != NULL && at->prot & PROT_EXEC;
}

/* A signal handler and its restorer are code, unless their library was unloaded. */
static void check_action(struct check *ck, const struct ck_place *at, const struct ck_task *t,
			 const SaEntry *a)
{
	const uint64_t ignore = 1, has_restorer = 0x04000000; /* SIG_IGN, SA_RESTORER */

	if (a->sigaction <= ignore)
		return;
	if (!is_code(t, a->sigaction))
		img_ck_say_at(ck, CK_CORE_POINTERS, at, "sigaction",
			      "0x%" PRIx64 " is in no executable mapping", a->sigaction);
	if (a->flags & has_restorer && !is_code(t, a->restorer))
		img_ck_say_at(ck, CK_CORE_POINTERS, at, "restorer",
			      "0x%" PRIx64 " is in no executable mapping", a->restorer);
}

static void check_actions(struct check *ck, const struct ck_image *im, const struct ck_task *t,
			  const TaskCoreEntry *tc)
{
	char path[40];

	for (size_t i = 0; i < tc->n_sigactions; i++) {
		snprintf(path, sizeof(path), "tc.sigactions[%zu].", i);
		check_action(ck, &(struct ck_place){ im, 0, path }, t, tc->sigactions[i]);
	}
}

/* Up to 3.0 they had an image of their own. */
static void check_old_actions(struct check *ck)
{
	CK_EACH(ck, im, "sigacts-%u.img") {
		const struct ck_task *t = img_ck_task_of(ck, im->number);

		for (size_t i = 0; t != NULL && !t->dead && t->ordered && i < im->n; i++)
			check_action(ck, &(struct ck_place){ im, i, "" }, t, im->v[i]);
	}
}

/* Addresses, given by a program, that the kernel accesses when a thread exits. */
void img_ck_core_pointers(struct check *ck)
{

	check_old_actions(ck);
	CK_EACH(ck, im, "core-%u.img") {
		const struct ck_task *t = img_ck_task_of(ck, im->number);
		const CoreEntry *c = img_ck_one(im);
		const ThreadCoreEntry *th = c != NULL ? c->thread_core : NULL;

		if (t == NULL || th == NULL || t->dead || !t->ordered)
			continue;
		if (c->tc != NULL)
			check_actions(ck, im, t, c->tc);
		if (c->thread_info != NULL && c->thread_info->clear_tid_addr != 0 &&
		    img_ck_vma_at(t, c->thread_info->clear_tid_addr) == NULL)
			img_ck_say(ck, CK_CORE_POINTERS, im, 0, "thread_info.clear_tid_addr",
				   "0x%" PRIx64 " is in no mapping",
				   c->thread_info->clear_tid_addr);
		if (th->sas != NULL && !(th->sas->ss_flags & SS_DISABLE) &&
		    img_ck_vma_at(t, th->sas->ss_sp) == NULL)
			img_ck_say(ck, CK_CORE_POINTERS, im, 0, "thread_core.sas.ss_sp",
				   "0x%" PRIx64 " is in no mapping", th->sas->ss_sp);
		if (th->futex_rla != 0 && img_ck_vma_at(t, th->futex_rla) == NULL)
			img_ck_say(ck, CK_CORE_POINTERS, im, 0, "thread_core.futex_rla",
				   "0x%" PRIx64 " is in no mapping", th->futex_rla);
		if (th->rseq_entry != NULL && th->rseq_entry->rseq_abi_pointer != 0 &&
		    img_ck_vma_at(t, th->rseq_entry->rseq_abi_pointer) == NULL)
			img_ck_say(ck, CK_CORE_POINTERS, im, 0,
				   "thread_core.rseq_entry.rseq_abi_pointer",
				   "0x%" PRIx64 " is in no mapping",
				   th->rseq_entry->rseq_abi_pointer);
		if (th->rseq_entry != NULL && th->rseq_entry->has_rseq_cs_pointer &&
		    th->rseq_entry->rseq_cs_pointer != 0 &&
		    img_ck_vma_at(t, th->rseq_entry->rseq_cs_pointer) == NULL)
			img_ck_say(ck, CK_CORE_POINTERS, im, 0,
				   "thread_core.rseq_entry.rseq_cs_pointer",
				   "0x%" PRIx64 " is in no mapping",
				   th->rseq_entry->rseq_cs_pointer);
	}
}
