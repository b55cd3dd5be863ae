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
	if (c->thread_info != NULL)
		*sp = c->thread_info->gpregs->sp;
	else if (c->ti_arm != NULL)
		*sp = c->ti_arm->gpregs->sp;
	else if (c->ti_aarch64 != NULL)
		*sp = c->ti_aarch64->gpregs->sp;
	else if (c->ti_ppc64 != NULL && c->ti_ppc64->gpregs->n_gpr > 1)
		*sp = c->ti_ppc64->gpregs->gpr[1];
	else if (c->ti_s390 != NULL && c->ti_s390->gpregs->n_gprs > 15)
		*sp = c->ti_s390->gpregs->gprs[15];
	else if (c->ti_mips != NULL)
		*sp = c->ti_mips->gpregs->r29;
	else if (c->ti_loongarch64 != NULL && c->ti_loongarch64->gpregs->n_regs > 3)
		*sp = c->ti_loongarch64->gpregs->regs[3];
	else if (c->ti_riscv64 != NULL)
		*sp = c->ti_riscv64->gpregs->sp;
	else
		return false;
	return true;
}
