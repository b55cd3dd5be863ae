/* x86 registers and processors: values that the kernel refuses, or cannot have reported. */
#include "core-x86.pb-c.h"
#include "cpuinfo.pb-c.h"
#include "libimg/check/model.h"

/* Highest address of user space, with five-level page tables. */
#define FLAGS UINT64_C(0x3d7fd7)
#define END_OF_USER (UINT64_C(1) << 56)

enum { RPL = 3, CS_32 = 0x23, CS_64 = 0x33, FLAG_ALWAYS = 2, LAST_STATE = 20 };

static void say(struct check *ck, enum ck_rule rule, const struct ck_image *im, const char *field,
		uint64_t v, const char *why)
{
	img_ck_say(ck, rule, im, 0, img_ck_path(ck, "thread_info.%s", field), "0x%" PRIx64 " %s", v,
		   why);
}

/* User segments have privilege level 3. */
static void check_segments(struct check *ck, const struct ck_image *im, const UserX86RegsEntry *g)
{
	const struct {
		const char *field;
		uint64_t v;
	} data[] = { { "gpregs.ss", g->ss },
		     { "gpregs.ds", g->ds },
		     { "gpregs.es", g->es },
		     { "gpregs.fs", g->fs },
		     { "gpregs.gs", g->gs } };

	if ((g->cs & RPL) != RPL || g->cs > UINT16_MAX)
		say(ck, CK_CORE_REGS, im, "gpregs.cs", g->cs, "is not a user code segment");
	else if (g->has_mode && g->cs == (g->mode == USER_X86_REGS_MODE__COMPAT ? CS_64 : CS_32))
		say(ck, CK_CORE_REGS, im, "gpregs.cs", g->cs,
		    g->mode == USER_X86_REGS_MODE__COMPAT
			    ? "is a 64-bit code segment, but mode is COMPAT"
			    : "is a 32-bit code segment, but mode is NATIVE");
	for (size_t i = 0; i < CK_COUNT(data); i++)
		if ((data[i].v > RPL && (data[i].v & RPL) != RPL) || data[i].v > UINT16_MAX)
			say(ck, i == 0 ? CK_CORE_REGS : CK_ODD(CK_CORE_REGS), im, data[i].field,
			    data[i].v, "is not a user segment");
	if (g->fs_base >= END_OF_USER)
		say(ck, CK_CORE_REGS, im, "gpregs.fs_base", g->fs_base, "is not a user address");
	if (g->gs_base >= END_OF_USER)
		say(ck, CK_CORE_REGS, im, "gpregs.gs_base", g->gs_base, "is not a user address");
}

/* The GDT entries that a thread may set. */
static void check_tls(struct check *ck, const struct ck_image *im, const ThreadInfoX86 *t)
{
	enum { FIRST = 12 };

	for (size_t i = 0; i < t->n_tls; i++)
		if (t->tls[i]->entry_number != FIRST + i)
			img_ck_say(ck, CK_CORE_REGS, im, 0,
				   img_ck_path(ck, "thread_info.tls[%zu].entry_number", i),
				   "%" PRIu32 ", expected %zu", t->tls[i]->entry_number, FIRST + i);
}

/* The parts in use according to xstate_bv must be present if this CRIU knew them: since 3.7. */
static void check_states(struct check *ck, const struct ck_image *im, const UserX86XsaveEntry *x)
{
	const struct {
		const char *name;
		uint64_t bit;
		size_t n;
	} lists[] = { { "bndreg_state", 1 << 3, x->n_bndreg_state },
		      { "bndcsr_state", 1 << 4, x->n_bndcsr_state },
		      { "opmask_reg", 1 << 5, x->n_opmask_reg },
		      { "zmm_upper", 1 << 6, x->n_zmm_upper },
		      { "hi16_zmm", 1 << 7, x->n_hi16_zmm },
		      { "pkru", 1 << 9, x->n_pkru } };
	size_t any = 0;

	for (size_t i = 0; i < CK_COUNT(lists); i++)
		any += lists[i].n;
	for (size_t i = 0; any > 0 && i < CK_COUNT(lists); i++)
		if (x->xstate_bv & lists[i].bit && lists[i].n == 0)
			img_ck_say(ck, CK_CORE_FPU, im, 0,
				   img_ck_path(ck, "thread_info.fpregs.xsave.%s", lists[i].name),
				   "missing: xstate_bv 0x%" PRIx64 " says that it is in use",
				   x->xstate_bv);
}

void img_ck_x86_regs(struct check *ck, const struct ck_image *im, const ThreadInfoX86 *t)
{
	const UserX86RegsEntry *g = t->gpregs;
	const UserX86FpregsEntry *f = t->fpregs;
	/* The mask of a processor that reports none. */
	uint32_t mask = f->mxcsr_mask != 0 ? f->mxcsr_mask : 0xffbf;

	check_segments(ck, im, g);
	check_tls(ck, im, t);
	if (!(g->flags & FLAG_ALWAYS))
		say(ck, CK_ODD(CK_CORE_REGS), im, "gpregs.flags", g->flags,
		    "has bit 1 clear, which is always set");
	else if ((g->flags & ~FLAGS) != 0)
		say(ck, CK_ODD(CK_CORE_REGS), im, "gpregs.flags", g->flags,
		    "has bits that user space cannot set");
	if ((f->mxcsr & ~mask) != 0)
		say(ck, CK_CORE_FPU, im, "fpregs.mxcsr", f->mxcsr,
		    "has bits that are not in mxcsr_mask");
	if ((f->cwd | f->swd | f->twd | f->fop) > UINT16_MAX)
		say(ck, CK_CORE_FPU, im, "fpregs", f->cwd | f->swd | f->twd | f->fop,
		    "has bits above 16");
	if (f->xsave != NULL)
		check_states(ck, im, f->xsave);
	if (f->xsave != NULL && f->xsave->xstate_bv >> LAST_STATE != 0)
		say(ck, CK_ODD(CK_CORE_FPU), im, "fpregs.xsave.xstate_bv", f->xsave->xstate_bv,
		    "has bits that are not user state");
}

/* Number of words for each version of the list. */
void img_ck_x86_cpu(struct check *ck, const struct ck_image *im, const CpuinfoX86Entry *e)
{
	static const size_t words[] = { 0, 12, 19 };

	if (e->capability_ver == 0 || e->capability_ver >= CK_COUNT(words))
		img_ck_say(ck, CK_CPU_INFO, im, 0, "x86_entry[0].capability_ver",
			   "%" PRIu32 " is unknown", e->capability_ver);
	else if (e->n_capability != words[e->capability_ver])
		img_ck_say(ck, CK_CPU_INFO, im, 0, "x86_entry[0].capability",
			   "%zu words, but version %" PRIu32 " has %zu", e->n_capability,
			   e->capability_ver, words[e->capability_ver]);
}
