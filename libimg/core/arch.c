#include "libimg/core/arch.h"

#include <elf.h>
#include <stddef.h>

#define U64(type, f)                                                                               \
	{                                                                                          \
		IMG_PIECE_U64, 1, offsetof(type, f), 0, #f                                         \
	}
#define LOW(type, f)                                                                               \
	{                                                                                          \
		IMG_PIECE_LOW, 1, offsetof(type, f), 0, #f                                         \
	}
#define U32(type, f)                                                                               \
	{                                                                                          \
		IMG_PIECE_U32, 1, offsetof(type, f), 0, #f                                         \
	}
#define LIST64(type, f, n)                                                                         \
	{                                                                                          \
		IMG_PIECE_LIST64, n, offsetof(type, n_##f), offsetof(type, f), #f                  \
	}
#define LIST32(type, f, n)                                                                         \
	{                                                                                          \
		IMG_PIECE_LIST32, n, offsetof(type, n_##f), offsetof(type, f), #f                  \
	}
#define ZERO(n)                                                                                    \
	{                                                                                          \
		IMG_PIECE_ZERO, n, 0, 0, NULL                                                      \
	}
#define END                                                                                        \
	{                                                                                          \
		IMG_PIECE_END, 0, 0, 0, NULL                                                       \
	}

/* Types of notes that the elf.h of some systems lacks. */
#ifndef NT_ARM_PAC_MASK
#define NT_ARM_PAC_MASK 0x406
#endif
#ifndef NT_S390_GS_CB
#define NT_S390_GS_CB 0x30b
#define NT_S390_GS_BC 0x30c
#endif
#ifndef NT_S390_RI_CB
#define NT_S390_RI_CB 0x30d
#endif
#ifndef NT_S390_VXRS_LOW
#define NT_S390_VXRS_LOW 0x309
#define NT_S390_VXRS_HIGH 0x30a
#endif
#ifndef EM_RISCV
#define EM_RISCV 243
#endif
#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

/* ---- x86: struct user_regs_struct of <sys/user.h> ---- */

#define X(f) U64(UserX86RegsEntry, f)
#define L(f) LOW(UserX86RegsEntry, f)
static const struct img_core_piece x86_64_gp[] = {
	X(r15), X(r14),     X(r13),     X(r12), X(bp), X(bx),      X(r11), X(r10), X(r9),    X(r8),
	X(ax),  X(cx),      X(dx),      X(si),  X(di), X(orig_ax), X(ip),  X(cs),  X(flags), X(sp),
	X(ss),  X(fs_base), X(gs_base), X(ds),  X(es), X(fs),      X(gs),  END,
};

static const struct img_core_piece ia32_gp[] = {
	L(bx), L(cx), L(dx),      L(si), L(di), L(bp),    L(ax), L(ds), L(es),
	L(fs), L(gs), L(orig_ax), L(ip), L(cs), L(flags), L(sp), L(ss), END,
};
#undef X
#undef L

static void find_x86(struct img_core_thread *t)
{
	const ThreadInfoX86 *ti = t->core->thread_info;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = ti->gpregs;
	t->state[IMG_CORE_FP] = ti->fpregs;
	t->state[IMG_CORE_MORE] = ti;
}

/* ---- arm ---- */

#define A(f) U32(UserArmRegsEntry, f)
static const struct img_core_piece arm_gp[] = {
	A(r0),  A(r1), A(r2), A(r3), A(r4), A(r5), A(r6),   A(r7),      A(r8), A(r9),
	A(r10), A(fp), A(ip), A(sp), A(lr), A(pc), A(cpsr), A(orig_r0), END,
};
#undef A

static const struct img_core_piece arm_vfp[] = {
	LIST64(UserArmVfpstateEntry, vfp_regs, 32),
	U32(UserArmVfpstateEntry, fpscr),
	END,
};

static const struct img_core_regset arm_sets[] = {
	{ NT_ARM_VFP, "LINUX", IMG_CORE_FP, arm_vfp },
	{ 0, NULL, 0, NULL },
};

static void find_arm(struct img_core_thread *t)
{
	const ThreadInfoArm *ti = t->core->ti_arm;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = ti->gpregs;
	t->state[IMG_CORE_FP] = ti->fpstate;
}

/* ---- aarch64 ---- */

static const struct img_core_piece aarch64_gp[] = {
	LIST64(UserAarch64RegsEntry, regs, 31),
	U64(UserAarch64RegsEntry, sp),
	U64(UserAarch64RegsEntry, pc),
	U64(UserAarch64RegsEntry, pstate),
	END,
};

static const struct img_core_piece aarch64_fp[] = {
	LIST64(UserAarch64FpsimdContextEntry, vregs, 64),
	U32(UserAarch64FpsimdContextEntry, fpsr),
	U32(UserAarch64FpsimdContextEntry, fpcr),
	ZERO(8),
	END,
};

static const struct img_core_piece aarch64_tls[] = { U64(ThreadInfoAarch64, tls), END };

static const struct img_core_regset aarch64_sets[] = {
	{ NT_FPREGSET, "CORE", IMG_CORE_FP, aarch64_fp },
	{ NT_ARM_TLS, "LINUX", IMG_CORE_MORE, aarch64_tls },
	{ 0, NULL, 0, NULL },
};

static void find_aarch64(struct img_core_thread *t)
{
	const ThreadInfoAarch64 *ti = t->core->ti_aarch64;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = ti->gpregs;
	t->state[IMG_CORE_FP] = ti->fpsimd;
	t->state[IMG_CORE_MORE] = ti;
}

/*
 * Debuggers strip signed pointers by this mask, which no image has: the bits above the
 * virtual address, of the smallest size of those that all mappings fit into, up to bit 54.
 */
static int aarch64_more(const struct img_core_thread *t, struct img_notes *n, struct img_err *err)
{
	static const unsigned sizes[] = { 39, 42, 47, 48, 52 };
	unsigned bits = 0;
	uint64_t mask;

	(void)err;
	if (t->core->ti_aarch64->pac_keys == NULL)
		return 0;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		bits = sizes[i];
		if (t->top <= UINT64_C(1) << bits)
			break;
	}
	mask = (UINT64_C(1) << 55) - (UINT64_C(1) << bits);
	img_note_begin(n, "LINUX", NT_ARM_PAC_MASK);
	img_note_u64(n, mask); /* of data, then of code */
	img_note_u64(n, mask);
	img_note_end(n);
	return 0;
}

/* ---- ppc64 ---- */

static const struct img_core_piece ppc64_gp[] = {
	LIST64(UserPpc64RegsEntry, gpr, 32),
	U64(UserPpc64RegsEntry, nip),
	U64(UserPpc64RegsEntry, msr),
	U64(UserPpc64RegsEntry, orig_gpr3),
	U64(UserPpc64RegsEntry, ctr),
	U64(UserPpc64RegsEntry, link),
	U64(UserPpc64RegsEntry, xer),
	U64(UserPpc64RegsEntry, ccr),
	ZERO(8), /* softe */
	U64(UserPpc64RegsEntry, trap),
	ZERO(7 * 8),
	END,
};

static const struct img_core_piece ppc64_fp[] = { LIST64(UserPpc64FpstateEntry, fpregs, 33), END };

static const struct img_core_piece ppc64_vmx[] = {
	LIST64(UserPpc64VrstateEntry, vrregs, 66),
	U32(UserPpc64VrstateEntry, vrsave),
	ZERO(12),
	END,
};

static const struct img_core_piece ppc64_vsx[] = { LIST64(UserPpc64VsxstateEntry, vsxregs, 32),
						   END };

enum { PPC_VMX = IMG_CORE_MORE, PPC_VSX };

static const struct img_core_regset ppc64_sets[] = {
	{ NT_FPREGSET, "CORE", IMG_CORE_FP, ppc64_fp },
	{ NT_PPC_VMX, "LINUX", PPC_VMX, ppc64_vmx },
	{ NT_PPC_VSX, "LINUX", PPC_VSX, ppc64_vsx },
	{ 0, NULL, 0, NULL },
};

/* Of a thread in a transaction the live state is that of the transaction. */
static void find_ppc64(struct img_core_thread *t)
{
	const ThreadInfoPpc64 *ti = t->core->ti_ppc64;
	const UserPpc64TmRegsEntry *tm = ti != NULL ? ti->tmstate : NULL;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = tm != NULL ? tm->gpregs : ti->gpregs;
	t->state[IMG_CORE_FP] = tm != NULL ? tm->fpstate : ti->fpstate;
	t->state[PPC_VMX] = tm != NULL ? tm->vrstate : ti->vrstate;
	t->state[PPC_VSX] = tm != NULL ? tm->vsxstate : ti->vsxstate;
}

/* ---- s390x ---- */

static const struct img_core_piece s390_gp[] = {
	U64(UserS390RegsEntry, psw_mask),    U64(UserS390RegsEntry, psw_addr),
	LIST64(UserS390RegsEntry, gprs, 16), LIST32(UserS390RegsEntry, acrs, 16),
	U64(UserS390RegsEntry, orig_gpr2),   END,
};

static const struct img_core_piece s390_fp[] = {
	U32(UserS390FpregsEntry, fpc),
	ZERO(4),
	LIST64(UserS390FpregsEntry, fprs, 16),
	END,
};

static const struct img_core_piece s390_syscall[] = { U32(UserS390RegsEntry, system_call), END };
static const struct img_core_piece s390_low[] = { LIST64(UserS390VxrsLowEntry, regs, 16), END };
static const struct img_core_piece s390_high[] = { LIST64(UserS390VxrsHighEntry, regs, 32), END };
static const struct img_core_piece s390_gs[] = { LIST64(UserS390GsCbEntry, regs, 4), END };
static const struct img_core_piece s390_ri[] = { LIST64(UserS390RiEntry, regs, 8), END };

enum { S390_LOW = IMG_CORE_MORE, S390_HIGH, S390_GS_CB, S390_GS_BC, S390_RI };

static const struct img_core_regset s390_sets[] = {
	{ NT_FPREGSET, "CORE", IMG_CORE_FP, s390_fp },
	{ NT_S390_SYSTEM_CALL, "LINUX", IMG_CORE_GP, s390_syscall },
	{ NT_S390_VXRS_LOW, "LINUX", S390_LOW, s390_low },
	{ NT_S390_VXRS_HIGH, "LINUX", S390_HIGH, s390_high },
	{ NT_S390_GS_CB, "LINUX", S390_GS_CB, s390_gs },
	{ NT_S390_GS_BC, "LINUX", S390_GS_BC, s390_gs },
	{ NT_S390_RI_CB, "LINUX", S390_RI, s390_ri },
	{ 0, NULL, 0, NULL },
};

static void find_s390(struct img_core_thread *t)
{
	const ThreadInfoS390 *ti = t->core->ti_s390;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = ti->gpregs;
	t->state[IMG_CORE_FP] = ti->fpregs;
	t->state[S390_LOW] = ti->vxrs_low;
	t->state[S390_HIGH] = ti->vxrs_high;
	t->state[S390_GS_CB] = ti->gs_cb;
	t->state[S390_GS_BC] = ti->gs_bc;
	t->state[S390_RI] = ti->ri_cb;
}

/* ---- mips64 ---- */

#define M(f) U64(UserMipsRegsEntry, f)
static const struct img_core_piece mips_gp[] = {
	M(r0),           M(r1),         M(r2),        M(r3),       M(r4),  M(r5),  M(r6),
	M(r7),           M(r8),         M(r9),        M(r10),      M(r11), M(r12), M(r13),
	M(r14),          M(r15),        M(r16),       M(r17),      M(r18), M(r19), M(r20),
	M(r21),          M(r22),        M(r23),       M(r24),      M(r25), M(r26), M(r27),
	M(r28),          M(r29),        M(r30),       M(r31),      M(lo),  M(hi),  M(cp0_epc),
	M(cp0_badvaddr), M(cp0_status), M(cp0_cause), ZERO(7 * 8), END,
};
#undef M

#define M(f) U64(UserMipsFpregsEntry, f)
static const struct img_core_piece mips_fp[] = {
	M(r0),
	M(r1),
	M(r2),
	M(r3),
	M(r4),
	M(r5),
	M(r6),
	M(r7),
	M(r8),
	M(r9),
	M(r10),
	M(r11),
	M(r12),
	M(r13),
	M(r14),
	M(r15),
	M(r16),
	M(r17),
	M(r18),
	M(r19),
	M(r20),
	M(r21),
	M(r22),
	M(r23),
	M(r24),
	M(r25),
	M(r26),
	M(r27),
	M(r28),
	M(r29),
	M(r30),
	M(r31),
	U32(UserMipsFpregsEntry, fpu_fcr31),
	U32(UserMipsFpregsEntry, fpu_id),
	END,
};
#undef M

static const struct img_core_regset mips_sets[] = {
	{ NT_FPREGSET, "CORE", IMG_CORE_FP, mips_fp },
	{ 0, NULL, 0, NULL },
};

static void find_mips(struct img_core_thread *t)
{
	const ThreadInfoMips *ti = t->core->ti_mips;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = ti->gpregs;
	t->state[IMG_CORE_FP] = ti->fpregs;
}

/* ---- riscv64 ---- */

#define R(f) U64(UserRiscv64RegsEntry, f)
static const struct img_core_piece riscv_gp[] = {
	R(pc), R(ra), R(sp), R(gp), R(tp),  R(t0),  R(t1), R(t2), R(s0), R(s1), R(a0),
	R(a1), R(a2), R(a3), R(a4), R(a5),  R(a6),  R(a7), R(s2), R(s3), R(s4), R(s5),
	R(s6), R(s7), R(s8), R(s9), R(s10), R(s11), R(t3), R(t4), R(t5), R(t6), END,
};
#undef R

static const struct img_core_piece riscv_fp[] = {
	LIST64(UserRiscv64DExtEntry, f, 32),
	U32(UserRiscv64DExtEntry, fcsr),
	ZERO(4),
	END,
};

static const struct img_core_regset riscv_sets[] = {
	{ NT_FPREGSET, "CORE", IMG_CORE_FP, riscv_fp },
	{ 0, NULL, 0, NULL },
};

static void find_riscv(struct img_core_thread *t)
{
	const ThreadInfoRiscv64 *ti = t->core->ti_riscv64;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = ti->gpregs;
	t->state[IMG_CORE_FP] = ti->fpsimd;
}

/* ---- loongarch64 ---- */

static const struct img_core_piece loongarch_gp[] = {
	LIST64(UserLoongarch64GpregsEntry, regs, 32), ZERO(8), /* orig_a0 */
	U64(UserLoongarch64GpregsEntry, pc),          ZERO(11 * 8), END,
};

static const struct img_core_piece loongarch_fp[] = {
	LIST64(UserLoongarch64FpregsEntry, regs, 32),
	U64(UserLoongarch64FpregsEntry, fcc),
	U32(UserLoongarch64FpregsEntry, fcsr),
	ZERO(4),
	END,
};

static const struct img_core_regset loongarch_sets[] = {
	{ NT_FPREGSET, "CORE", IMG_CORE_FP, loongarch_fp },
	{ 0, NULL, 0, NULL },
};

static void find_loongarch(struct img_core_thread *t)
{
	const ThreadInfoLoongarch64 *ti = t->core->ti_loongarch64;

	if (ti == NULL)
		return;
	t->state[IMG_CORE_GP] = ti->gpregs;
	t->state[IMG_CORE_FP] = ti->fpregs;
}

/* ---- the table ---- */

#define MARCH(m) CORE_ENTRY__MARCH__##m

static const struct img_core_arch archs[] = {
	{ MARCH(X86_64), false, true, false, EM_X86_64, 0, true, 8, find_x86, x86_64_gp, NULL,
	  img_core_x86_more },
	{ MARCH(X86_64), true, false, false, EM_386, 0, true, 8, find_x86, ia32_gp, NULL,
	  img_core_ia32_more },
	/* EABI version 5, hard float; ELFv2; double float; double float, object ABI 1 */
	{ MARCH(ARM), false, false, false, EM_ARM, 0x05000400, true, 4, find_arm, arm_gp, arm_sets,
	  NULL },
	{ MARCH(AARCH64), false, true, false, EM_AARCH64, 0, true, 8, find_aarch64, aarch64_gp,
	  aarch64_sets, aarch64_more },
	{ MARCH(PPC64), false, true, false, EM_PPC64, 2, true, 8, find_ppc64, ppc64_gp, ppc64_sets,
	  NULL },
	{ MARCH(S390), false, true, true, EM_S390, 0, true, 8, find_s390, s390_gp, s390_sets,
	  NULL },
	{ MARCH(MIPS), false, true, false, EM_MIPS, 0, true, 8, find_mips, mips_gp, mips_sets,
	  NULL },
	{ MARCH(RISCV64), false, true, false, EM_RISCV, 5, true, 8, find_riscv, riscv_gp,
	  riscv_sets, NULL },
	/* BFD knows its prstatus by a length that has no room for pr_fpvalid. */
	{ MARCH(LOONGARCH64), false, true, false, EM_LOONGARCH, 0x43, false, 8, find_loongarch,
	  loongarch_gp, loongarch_sets, NULL },
};

static bool is_compat(const CoreEntry *core)
{
	const ThreadInfoX86 *ti = core->thread_info;

	return core->mtype == MARCH(X86_64) && ti != NULL &&
	       ti->gpregs->mode == USER_X86_REGS_MODE__COMPAT;
}

const struct img_core_arch *img_core_arch_of(struct img_core_thread *t, struct img_err *err)
{
	bool compat = is_compat(t->core);

	for (size_t i = 0; i < sizeof(archs) / sizeof(archs[0]); i++) {
		const struct img_core_arch *a = &archs[i];

		if (a->march != t->core->mtype || a->compat != compat)
			continue;
		a->find(t);
		if (t->state[IMG_CORE_GP] != NULL)
			return a;
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "no registers in this image");
		return NULL;
	}
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "unknown machine: mtype %d", (int)t->core->mtype);
	return NULL;
}

/* ---- pieces ---- */

static int put_list(const struct img_core_piece *p, const uint8_t *msg, struct img_notes *n,
		    struct img_err *err)
{
	const void *list;
	size_t have;

	memcpy(&have, msg + p->off, sizeof(have));
	memcpy(&list, msg + p->list, sizeof(list));
	if (have != p->count)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s has %zu values, expected %u",
				p->name, have, p->count);
	for (size_t i = 0; i < have; i++)
		if (p->kind == IMG_PIECE_LIST64)
			img_note_u64(n, ((const uint64_t *)list)[i]);
		else
			img_note_u32(n, ((const uint32_t *)list)[i]);
	return 0;
}

static int put_pieces(const struct img_core_piece *p, const void *state, struct img_notes *n,
		      struct img_err *err)
{
	const uint8_t *msg = state;
	uint64_t v64;
	uint32_t v32;

	for (; p->kind != IMG_PIECE_END; p++)
		switch (p->kind) {
		case IMG_PIECE_U64:
			memcpy(&v64, msg + p->off, sizeof(v64));
			img_note_u64(n, v64);
			break;
		case IMG_PIECE_LOW:
			memcpy(&v64, msg + p->off, sizeof(v64));
			img_note_u32(n, (uint32_t)v64);
			break;
		case IMG_PIECE_U32:
			memcpy(&v32, msg + p->off, sizeof(v32));
			img_note_u32(n, v32);
			break;
		case IMG_PIECE_ZERO: img_note_zeros(n, p->count); break;
		default:
			if (put_list(p, msg, n, err) < 0)
				return -1;
		}
	return 0;
}

int img_core_put_gp(const struct img_core_arch *a, const struct img_core_thread *t,
		    struct img_notes *n, struct img_err *err)
{
	return put_pieces(a->gp, t->state[IMG_CORE_GP], n, err);
}

int img_core_put_regsets(const struct img_core_arch *a, const struct img_core_thread *t,
			 struct img_notes *n, struct img_err *err)
{
	for (const struct img_core_regset *s = a->regsets; s != NULL && s->type != 0; s++) {
		if (t->state[s->state] == NULL)
			continue;
		img_note_begin(n, s->owner, s->type);
		if (put_pieces(s->pieces, t->state[s->state], n, err) < 0)
			return -1;
		img_note_end(n);
	}
	return a->more != NULL ? a->more(t, n, err) : 0;
}
