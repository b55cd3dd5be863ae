#include "libimg/dump/regs.h"

#include "core-aarch64.pb-c.h"
#include "core-arm.pb-c.h"
#include "core-loongarch64.pb-c.h"
#include "core-mips.pb-c.h"
#include "core-ppc64.pb-c.h"
#include "core-riscv64.pb-c.h"
#include "core-s390.pb-c.h"
#include "core-x86.pb-c.h"

bool img_core_sp(const CoreEntry *c, uint64_t *sp)
{
	switch (c->mtype) {
	case CORE_ENTRY__MARCH__X86_64:
		if (c->thread_info == NULL)
			return false;
		*sp = c->thread_info->gpregs->sp;
		return true;
	case CORE_ENTRY__MARCH__ARM:
		if (c->ti_arm == NULL)
			return false;
		*sp = c->ti_arm->gpregs->sp;
		return true;
	case CORE_ENTRY__MARCH__AARCH64:
		if (c->ti_aarch64 == NULL)
			return false;
		*sp = c->ti_aarch64->gpregs->sp;
		return true;
	case CORE_ENTRY__MARCH__PPC64:
		if (c->ti_ppc64 == NULL || c->ti_ppc64->gpregs->n_gpr <= 1)
			return false;
		*sp = c->ti_ppc64->gpregs->gpr[1];
		return true;
	case CORE_ENTRY__MARCH__S390:
		if (c->ti_s390 == NULL || c->ti_s390->gpregs->n_gprs <= 15)
			return false;
		*sp = c->ti_s390->gpregs->gprs[15];
		return true;
	case CORE_ENTRY__MARCH__MIPS:
		if (c->ti_mips == NULL)
			return false;
		*sp = c->ti_mips->gpregs->r29;
		return true;
	case CORE_ENTRY__MARCH__LOONGARCH64:
		if (c->ti_loongarch64 == NULL || c->ti_loongarch64->gpregs->n_regs <= 3)
			return false;
		*sp = c->ti_loongarch64->gpregs->regs[3];
		return true;
	case CORE_ENTRY__MARCH__RISCV64:
		if (c->ti_riscv64 == NULL)
			return false;
		*sp = c->ti_riscv64->gpregs->sp;
		return true;
	default: return false;
	}
}
