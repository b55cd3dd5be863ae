#include "libimg/dump/regs.h"

#include "core-aarch64.pb-c.h"
#include "core-arm.pb-c.h"
#include "core-loongarch64.pb-c.h"
#include "core-mips.pb-c.h"
#include "core-ppc64.pb-c.h"
#include "core-riscv64.pb-c.h"
#include "core-s390.pb-c.h"
#include "core-x86.pb-c.h"

/* A machine whose program counter is the field PC, and whose stack pointer is another field ... */
#define FIELDS(MARCH, INFO, PC, SP)                                                                \
	case CORE_ENTRY__MARCH__##MARCH:                                                           \
		if (c->INFO == NULL)                                                               \
			return false;                                                              \
		r->pc = (struct img_core_reg){ c->INFO->gpregs->PC, #INFO ".gpregs." #PC };        \
		r->sp = (struct img_core_reg){ c->INFO->gpregs->SP, #INFO ".gpregs." #SP };        \
		r->has_sp = true;                                                                  \
		return true;

/* ... or value N of a list, which may be too short. */
#define LISTED(MARCH, INFO, PC, LIST, N)                                                           \
	case CORE_ENTRY__MARCH__##MARCH:                                                           \
		if (c->INFO == NULL)                                                               \
			return false;                                                              \
		r->pc = (struct img_core_reg){ c->INFO->gpregs->PC, #INFO ".gpregs." #PC };        \
		r->has_sp = c->INFO->gpregs->n_##LIST > (N);                                       \
		r->sp = (struct img_core_reg){ r->has_sp ? c->INFO->gpregs->LIST[N] : 0,           \
					       #INFO ".gpregs." #LIST "[" #N "]" };                \
		return true;

/* clang-format off */
bool img_core_regs(const CoreEntry *c, struct img_core_regs *r)
{
	switch (c->mtype) {
	FIELDS(X86_64,      thread_info,    ip,       sp)
	FIELDS(ARM,         ti_arm,         pc,       sp)
	FIELDS(AARCH64,     ti_aarch64,     pc,       sp)
	LISTED(PPC64,       ti_ppc64,       nip,      gpr,  1)
	LISTED(S390,        ti_s390,        psw_addr, gprs, 15)
	FIELDS(MIPS,        ti_mips,        cp0_epc,  r29)
	LISTED(LOONGARCH64, ti_loongarch64, pc,       regs, 3)
	FIELDS(RISCV64,     ti_riscv64,     pc,       sp)
	default: return false;
	}
}
/* clang-format on */
