/* Registers, auxv and CPU features: what depends on the architecture. */
#include <linux/auxvec.h>
#include <string.h>
#include <sys/mman.h>

#include "core-aarch64.pb-c.h"
#include "core-arm.pb-c.h"
#include "core-loongarch64.pb-c.h"
#include "core-mips.pb-c.h"
#include "core-ppc64.pb-c.h"
#include "core-riscv64.pb-c.h"
#include "core-s390.pb-c.h"
#include "core-x86.pb-c.h"
#include "cpuinfo.pb-c.h"
#include "libimg/check/model.h"
#include "libimg/dump/regs.h"
#include "libimg/dump/vma.h"
#include "sa.pb-c.h"

/* A list in a core image that has a fixed length. */
struct fixed_list {
	const char *path;
	size_t n, due; /* due 0: `other` or nothing */
	size_t other;
};

/* What the rules read of a thread's registers. */
struct regs {
	struct img_core_regs main;
	struct fixed_list lists[10];
	size_t n_lists;
};

struct arch {
	CoreEntry__March mtype;
	const char *name, *field; /* field of core_entry */
	uint32_t pages;           /* possible sizes of a page, as bits */
	bool (*regs)(const CoreEntry *c, struct regs *r);
};

static void add_list(struct regs *r, const char *path, size_t n, size_t due, size_t other)
{
	if (r->n_lists < CK_COUNT(r->lists))
		r->lists[r->n_lists++] = (struct fixed_list){ path, n, due, other };
}

static bool x86(const CoreEntry *c, struct regs *r)
{
	const ThreadInfoX86 *t = c->thread_info;
	const UserX86XsaveEntry *x;

	if (t == NULL)
		return false;
	add_list(r, "thread_info.fpregs.st_space", t->fpregs->n_st_space, 32, 32);
	add_list(r, "thread_info.fpregs.xmm_space", t->fpregs->n_xmm_space, 64, 64);
	x = t->fpregs->xsave;
	if (x != NULL) {
		add_list(r, "thread_info.fpregs.xsave.ymmh_space", x->n_ymmh_space, 64, 64);
		add_list(r, "thread_info.fpregs.xsave.bndreg_state", x->n_bndreg_state, 8, 0);
		add_list(r, "thread_info.fpregs.xsave.bndcsr_state", x->n_bndcsr_state, 8, 0);
		add_list(r, "thread_info.fpregs.xsave.opmask_reg", x->n_opmask_reg, 8, 0);
		add_list(r, "thread_info.fpregs.xsave.zmm_upper", x->n_zmm_upper, 64, 0);
		add_list(r, "thread_info.fpregs.xsave.hi16_zmm", x->n_hi16_zmm, 128, 0);
		add_list(r, "thread_info.fpregs.xsave.pkru", x->n_pkru, 2, 0);
	}
	add_list(r, "thread_info.tls", t->n_tls, 3, 0);
	return true;
}

static bool arm(const CoreEntry *c, struct regs *r)
{
	const ThreadInfoArm *t = c->ti_arm;

	if (t == NULL)
		return false;
	add_list(r, "ti_arm.fpstate.vfp_regs", t->fpstate->n_vfp_regs, 32, 32);
	return true;
}

static bool aarch64(const CoreEntry *c, struct regs *r)
{
	const ThreadInfoAarch64 *t = c->ti_aarch64;

	if (t == NULL)
		return false;
	add_list(r, "ti_aarch64.gpregs.regs", t->gpregs->n_regs, 31, 31);
	add_list(r, "ti_aarch64.fpsimd.vregs", t->fpsimd->n_vregs, 64, 64);
	return true;
}

static bool ppc64(const CoreEntry *c, struct regs *r)
{
	const ThreadInfoPpc64 *t = c->ti_ppc64;

	if (t == NULL)
		return false;
	add_list(r, "ti_ppc64.gpregs.gpr", t->gpregs->n_gpr, 32, 32);
	if (t->fpstate != NULL)
		add_list(r, "ti_ppc64.fpstate.fpregs", t->fpstate->n_fpregs, 33, 32);
	return true;
}

static bool s390(const CoreEntry *c, struct regs *r)
{
	const ThreadInfoS390 *t = c->ti_s390;

	if (t == NULL)
		return false;
	add_list(r, "ti_s390.gpregs.gprs", t->gpregs->n_gprs, 16, 16);
	add_list(r, "ti_s390.gpregs.acrs", t->gpregs->n_acrs, 16, 16);
	add_list(r, "ti_s390.fpregs.fprs", t->fpregs->n_fprs, 16, 16);
	return true;
}

static bool mips(const CoreEntry *c, struct regs *r)
{
	(void)r; /* it has no lists */
	return c->ti_mips != NULL;
}

static bool loongarch64(const CoreEntry *c, struct regs *r)
{
	const ThreadInfoLoongarch64 *t = c->ti_loongarch64;

	if (t == NULL)
		return false;
	add_list(r, "ti_loongarch64.gpregs.regs", t->gpregs->n_regs, 32, 32);
	return true;
}

static bool riscv64(const CoreEntry *c, struct regs *r)
{
	(void)r; /* it has no lists */
	return c->ti_riscv64 != NULL;
}

enum { SMALL = 4096, ANY = 4096 | 16384 | 65536 };

static const struct arch archs[] = {
	{ CORE_ENTRY__MARCH__X86_64, "X86_64", "thread_info", SMALL, x86 },
	{ CORE_ENTRY__MARCH__ARM, "ARM", "ti_arm", SMALL, arm },
	{ CORE_ENTRY__MARCH__AARCH64, "AARCH64", "ti_aarch64", ANY, aarch64 },
	{ CORE_ENTRY__MARCH__PPC64, "PPC64", "ti_ppc64", ANY, ppc64 },
	{ CORE_ENTRY__MARCH__S390, "S390", "ti_s390", SMALL, s390 },
	{ CORE_ENTRY__MARCH__MIPS, "MIPS", "ti_mips", ANY, mips },
	{ CORE_ENTRY__MARCH__LOONGARCH64, "LOONGARCH64", "ti_loongarch64", ANY, loongarch64 },
	{ CORE_ENTRY__MARCH__RISCV64, "RISCV64", "ti_riscv64", ANY, riscv64 },
};

static const struct arch *arch_of(const CoreEntry *c)
{
	for (size_t i = 0; i < CK_COUNT(archs); i++)
		if (archs[i].mtype == c->mtype)
			return &archs[i];
	return NULL;
}

/* ---- which architecture ---- */

/* The architecture of most threads: a dump has only one. */
static const struct arch *arch_of_dump(const struct check *ck)
{
	size_t n[CK_COUNT(archs)] = { 0 }, best = 0;

	CK_EACH(ck, im, "core-%u.img") {
		const CoreEntry *c = img_ck_one(im);
		const struct arch *a = c != NULL ? arch_of(c) : NULL;

		if (a != NULL && ++n[a - archs] > n[best])
			best = (size_t)(a - archs);
	}
	return n[best] > 0 ? &archs[best] : NULL;
}

uint32_t img_ck_march(const struct check *ck)
{
	const struct arch *a = arch_of_dump(ck);

	return a != NULL ? a->mtype : CORE_ENTRY__MARCH__UNKNOWN;
}

static void check_infos(struct check *ck, const struct ck_image *im, const CoreEntry *c, bool dead)
{
	const struct arch *due = arch_of(c);

	for (size_t i = 0; i < CK_COUNT(archs); i++) {
		struct regs r = { 0 };
		bool has = archs[i].regs(c, &r);

		if (has && (dead || &archs[i] != due))
			img_ck_say(ck, CK_CORE_ARCH, im, 0, archs[i].field, "%s",
				   dead ? "unexpected in the core of a dead task"
					: "unexpected with the mtype of this image");
		else if (!has && !dead && &archs[i] == due)
			img_ck_say(ck, CK_CORE_ARCH, im, 0, archs[i].field, "missing");
	}
}

void img_ck_core_arch(struct check *ck)
{
	const struct arch *all = arch_of_dump(ck);

	CK_EACH(ck, im, "core-%u.img") {
		const struct ck_task *t = img_ck_task_of(ck, im->number);
		const CoreEntry *c = img_ck_one(im);

		/* Unknown whether it is alive if both parts are missing. */
		if (c == NULL || t == NULL || (c->tc == NULL && c->thread_core == NULL))
			continue;
		if (c->mtype == CORE_ENTRY__MARCH__UNKNOWN)
			img_ck_say(ck, CK_CORE_ARCH, im, 0, "mtype", "is not a valid architecture");
		else if (arch_of(c) == NULL)
			continue; /* reported with the invalid values */
		else if (all != NULL && arch_of(c) != all)
			img_ck_say(ck, CK_CORE_ARCH, im, 0, "mtype",
				   "is %s, expected %s as in the rest of the dump",
				   arch_of(c)->name, all->name);
		else
			check_infos(ck, im, c, t->dead);
	}
}

/* ---- registers ---- */

/* Is addr just above an empty stack, or where a stack may grow to? */
static bool near_stack(const struct ck_task *t, uint64_t addr)
{
	enum { GROWTH = 8 << 20 };
	const VmaEntry *above = img_ck_vma_above(t, addr);

	if (addr > 0 && img_ck_vma_at(t, addr - 1) != NULL)
		return true;
	return above != NULL && above->flags & IMG_MAP_GROWSDOWN && above->start - addr < GROWTH;
}

static void check_places(struct check *ck, const struct ck_image *im, const struct regs *r,
			 const struct ck_task *t)
{
	const struct img_core_reg *pc = &r->main.pc, *sp = &r->main.sp;
	const VmaEntry *at = img_ck_vma_at(t, pc->value);

	if (at == NULL || !(at->prot & PROT_EXEC))
		img_ck_say(ck, CK_CORE_REGS, im, 0, pc->path, "0x%" PRIx64 " is in no %smapping",
			   pc->value, at == NULL ? "" : "executable ");
	if (r->main.has_sp && img_ck_vma_at(t, sp->value) == NULL && !near_stack(t, sp->value))
		img_ck_say(ck, CK_CORE_REGS, im, 0, sp->path, "0x%" PRIx64 " is in no mapping",
			   sp->value);
}

static void check_lists(struct check *ck, const struct ck_image *im, const struct regs *r)
{
	for (size_t i = 0; i < r->n_lists; i++)
		if (r->lists[i].n != r->lists[i].due && r->lists[i].n != r->lists[i].other)
			img_ck_say(ck, CK_CORE_FPU, im, 0, r->lists[i].path,
				   "%zu values, expected %zu", r->lists[i].n, r->lists[i].due);
}

void img_ck_core_regs(struct check *ck)
{
	const struct arch *all = arch_of_dump(ck);

	CK_EACH(ck, im, "core-%u.img") {
		const struct ck_task *t = img_ck_task_of(ck, im->number);
		const CoreEntry *c = img_ck_one(im);
		const struct arch *a = c != NULL ? arch_of(c) : NULL;
		struct regs r = { 0 };

		if (t == NULL || a == NULL || a != all || t->dead || !a->regs(c, &r) ||
		    !img_core_regs(c, &r.main))
			continue;
		check_lists(ck, im, &r);
		if (a->mtype == CORE_ENTRY__MARCH__X86_64)
			img_ck_x86_regs(ck, im, c->thread_info);
		if (t->ordered)
			check_places(ck, im, &r, t);
	}
}

/* ---- auxv ---- */

enum {
	MAX_AUXV = 64,
};

static uint64_t vdso_of(const struct ck_task *t)
{
	for (size_t i = 0; i < t->n_real; i++)
		if (t->vmas[i]->status & IMG_VMA_VDSO)
			return t->vmas[i]->start;
	return 0;
}

static void check_pair(struct check *ck, const struct ck_task *t, size_t i, uint32_t pages,
		       uint64_t vdso)
{
	uint64_t key = t->mm->mm_saved_auxv[i], v = t->mm->mm_saved_auxv[i + 1];
	const char *path = img_ck_path(ck, "mm_saved_auxv[%zu]", i + 1);
	const VmaEntry *at = img_ck_vma_at(t, v);

	if (key == AT_PAGESZ && (v > UINT32_MAX || (v & (v - 1)) != 0 || !(pages & v)))
		img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, path,
			   CK_ID " is not a page size of this architecture", CK_N(v));
	else if (key == AT_SYSINFO_EHDR && vdso != 0 && v != vdso)
		img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, path,
			   "0x%" PRIx64 " is not the start of the vdso (0x%" PRIx64 ")", v, vdso);
	else if (key == AT_ENTRY && (at == NULL || !(at->prot & PROT_EXEC)))
		img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, path,
			   "0x%" PRIx64 " (entry point) is in no executable mapping", v);
	else if (key == AT_BASE && v != 0 && at == NULL)
		img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, path,
			   "0x%" PRIx64 " (dynamic linker) is in no mapping", v);
	else if ((key == AT_PHDR || key == AT_RANDOM || key == AT_EXECFN) && at == NULL)
		img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, path,
			   "0x%" PRIx64 " is in no mapping", v);
}

static void check_auxv(struct check *ck, const struct ck_task *t, uint32_t pages)
{
	const MmEntry *m = t->mm;
	bool ends = false, sized = false;
	uint64_t vdso = vdso_of(t);

	if (m->n_mm_saved_auxv > MAX_AUXV) {
		img_ck_say(ck, CK_MM_AUXV, t->mm_im, 0, "mm_saved_auxv",
			   "%zu numbers, more than CRIU accepts on any architecture",
			   m->n_mm_saved_auxv);
		return;
	}
	if (m->n_mm_saved_auxv % 2 != 0) {
		img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, "mm_saved_auxv",
			   "%zu numbers, expected pairs", m->n_mm_saved_auxv);
		return;
	}
	for (size_t i = 0; i + 1 < m->n_mm_saved_auxv && !ends; i += 2) {
		ends = m->mm_saved_auxv[i] == AT_NULL;
		sized = sized || m->mm_saved_auxv[i] == AT_PAGESZ;
		check_pair(ck, t, i, pages, vdso);
	}
	if (!sized)
		img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, "mm_saved_auxv",
			   "has no page size (AT_PAGESZ)");
}

/* Is it a 32-bit task on a 64-bit kernel? Its pairs are packed into single numbers. */
static bool is_packed(const CoreEntry *c)
{
	const UserX86RegsEntry *g = c->thread_info != NULL ? c->thread_info->gpregs : NULL;

	return g != NULL && g->has_mode && g->mode == USER_X86_REGS_MODE__COMPAT;
}

void img_ck_mm_auxv(struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		const struct arch *a = t->core != NULL ? arch_of(t->core) : NULL;

		if (t->mm == NULL || a == NULL || t->dead || !t->ordered)
			continue;
		if (t->mm->n_mm_saved_auxv == 0)
			img_ck_say(ck, CK_ODD(CK_MM_AUXV), t->mm_im, 0, "mm_saved_auxv", "missing");
		else if (!is_packed(t->core))
			check_auxv(ck, t, a->pages);
	}
}

/* ---- cpuinfo ---- */

void img_ck_cpu_info(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "cpuinfo.img", 0);
	const struct arch *a = arch_of_dump(ck);
	const CpuinfoEntry *c = img_ck_one(im);
	size_t n[3];

	if (c == NULL)
		return;
	n[0] = c->n_x86_entry;
	n[1] = c->n_ppc64_entry;
	n[2] = c->n_s390_entry;
	if (n[0] + n[1] + n[2] != 1)
		img_ck_say(ck, CK_CPU_INFO, im, 0, "", "%zu CPUs, expected one for all",
			   n[0] + n[1] + n[2]);
	else if (a != NULL && ((n[0] > 0) != (a->mtype == CORE_ENTRY__MARCH__X86_64) ||
			       (n[1] > 0) != (a->mtype == CORE_ENTRY__MARCH__PPC64) ||
			       (n[2] > 0) != (a->mtype == CORE_ENTRY__MARCH__S390)))
		img_ck_say(ck, CK_CPU_INFO, im, 0, "", "CPU of another architecture, expected %s",
			   a->name);
	if (n[0] == 1)
		img_ck_x86_cpu(ck, im, c->x86_entry[0]);
}
