/* x86: floating point and extended state, as FXSAVE and XSAVE lay them out. */
#include <elf.h>
#include <stddef.h>

#include "libimg/base/byteorder.h"
#include "libimg/core/arch.h"

#ifndef NT_X86_SHSTK
#define NT_X86_SHSTK 0x204
#endif

enum {
	FX_SIZE = 512,
	FX_ST = 32,
	FX_XMM = 160,
	FX_XCR0 = 464, /* where Linux leaves XCR0 for debuggers, in a part that is free */
	XSAVE_BV = 512,
	XSAVE_AREA = 576, /* FXSAVE and the header */
	XSAVE_MAX = 2696,
	BNDREGS = 1 << 3,
	BNDCSR = 1 << 4,
};

static void set64(uint8_t *p, uint64_t v)
{
	img_set32(p, (uint32_t)v, false);
	img_set32(p + 4, (uint32_t)(v >> 32), false);
}

static int wrong_length(const char *name, size_t have, size_t want, struct img_err *err)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s has %zu values, expected %zu", name, have,
			want);
}

/* The 512 bytes of FXSAVE. */
static int make_fx(const UserX86FpregsEntry *f, uint8_t fx[FX_SIZE], struct img_err *err)
{
	enum { ST = 32, XMM = 64 };

	memset(fx, 0, FX_SIZE);
	if (f->n_st_space != ST)
		return wrong_length("st_space", f->n_st_space, ST, err);
	if (f->n_xmm_space != XMM)
		return wrong_length("xmm_space", f->n_xmm_space, XMM, err);
	img_set16(fx, (uint16_t)f->cwd, false);
	img_set16(fx + 2, (uint16_t)f->swd, false);
	img_set16(fx + 4, (uint16_t)f->twd, false);
	img_set16(fx + 6, (uint16_t)f->fop, false);
	set64(fx + 8, f->rip);
	set64(fx + 16, f->rdp);
	img_set32(fx + 24, f->mxcsr, false);
	img_set32(fx + 28, f->mxcsr_mask, false);
	for (size_t i = 0; i < ST; i++)
		img_set32(fx + FX_ST + 4 * i, f->st_space[i], false);
	for (size_t i = 0; i < XMM; i++)
		img_set32(fx + FX_XMM + 4 * i, f->xmm_space[i], false);
	return 0;
}

/* The parts of the extended state: where Intel's processors have them, and gdb wants them. */
static const struct part {
	unsigned bit;
	uint16_t off, count;
	bool wide;
	uint16_t n, list;
	const char *name;
} parts[] = {
#define PART(bit, off, count, wide, f)                                                             \
	{                                                                                          \
		bit, off, count, wide, offsetof(UserX86XsaveEntry, n_##f),                         \
			offsetof(UserX86XsaveEntry, f), #f                                         \
	}
	PART(2, 576, 64, false, ymmh_space),  PART(3, 960, 8, true, bndreg_state),
	PART(4, 1024, 8, true, bndcsr_state), PART(5, 1088, 8, true, opmask_reg),
	PART(6, 1152, 64, true, zmm_upper),   PART(7, 1664, 128, true, hi16_zmm),
	PART(9, 2688, 2, false, pkru),
#undef PART
};

/* Put one part into the area: 1, 0 where the image has none, -1 with *err. */
static int put_part(const struct part *p, const UserX86XsaveEntry *x, uint8_t *area,
		    struct img_err *err)
{
	const uint8_t *msg = (const uint8_t *)x;
	const void *list;
	size_t n;

	memcpy(&n, msg + p->n, sizeof(n));
	memcpy(&list, msg + p->list, sizeof(list));
	if (n == 0)
		return 0;
	if (n != p->count)
		return wrong_length(p->name, n, p->count, err);
	for (size_t i = 0; i < n; i++)
		if (p->wide)
			set64(area + p->off + 8 * i, ((const uint64_t *)list)[i]);
		else
			img_set32(area + p->off + 4 * i, ((const uint32_t *)list)[i], false);
	return 1;
}

/*
 * XSAVE, not compacted. XCR0 is in no image: x87 and SSE, and a bit for each part that is
 * there. The bounds registers come in two parts that a processor has together; CRIU leaves
 * one at times, which no processor would.
 */
static int put_xstate(const UserX86XsaveEntry *x, const uint8_t fx[FX_SIZE], struct img_notes *n,
		      struct img_err *err)
{
	uint8_t area[XSAVE_MAX] = { 0 };
	uint64_t xcr0 = 3;
	size_t size = XSAVE_AREA;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		int r = put_part(&parts[i], x, area, err);

		if (r < 0)
			return -1;
		if (r > 0)
			xcr0 |= UINT64_C(1) << parts[i].bit;
	}
	if ((xcr0 & (BNDREGS | BNDCSR)) != (BNDREGS | BNDCSR))
		xcr0 &= ~(uint64_t)(BNDREGS | BNDCSR);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct part *p = &parts[i];
		size_t bytes = (size_t)p->count * (p->wide ? 8 : 4);

		if (xcr0 >> p->bit & 1)
			size = p->off + bytes;
		else
			memset(area + p->off, 0, bytes);
	}
	memcpy(area, fx, FX_SIZE);
	set64(area + FX_XCR0, xcr0);
	set64(area + XSAVE_BV, x->xstate_bv & xcr0);
	img_note_begin(n, "LINUX", NT_X86_XSTATE);
	img_note_bytes(n, area, size);
	img_note_end(n);
	return 0;
}

/* A processor with shadow stacks has the message for each thread; Linux has no note then. */
static void put_shadow_stack(const UserX86CetEntry *cet, struct img_notes *n)
{
	enum { SHSTK_ENABLED = 1 };

	if (cet == NULL || !(cet->cet & SHSTK_ENABLED))
		return;
	img_note_begin(n, "LINUX", NT_X86_SHSTK);
	img_note_u64(n, cet->ssp);
	img_note_end(n);
}

static int put_extended(const UserX86FpregsEntry *f, const uint8_t fx[FX_SIZE], struct img_notes *n,
			struct img_err *err)
{
	if (f->xsave == NULL)
		return 0;
	if (put_xstate(f->xsave, fx, n, err) < 0)
		return -1;
	put_shadow_stack(f->xsave->cet, n);
	return 0;
}

int img_core_x86_more(const struct img_core_thread *t, struct img_notes *n, struct img_err *err)
{
	const UserX86FpregsEntry *f = t->state[IMG_CORE_FP];
	uint8_t fx[FX_SIZE];

	if (make_fx(f, fx, err) < 0)
		return -1;
	img_note_begin(n, "CORE", NT_FPREGSET);
	img_note_bytes(n, fx, FX_SIZE);
	img_note_end(n);
	return put_extended(f, fx, n, err);
}

/* ---- 32 bits ---- */

/*
 * What FSAVE says of each register in two bits and FXSAVE in one: 0 valid, 1 zero, 2 special,
 * 3 empty. The bits are of physical registers, the contents in the order of the stack.
 */
static uint32_t full_tags(const uint8_t fx[FX_SIZE])
{
	unsigned top = img_get16(fx + 2, false) >> 11 & 7;
	uint32_t tags = 0;

	for (unsigned i = 0; i < 8; i++) {
		const uint8_t *st = fx + FX_ST + (size_t)16 * ((i - top) & 7);
		unsigned exponent = img_get16(st + 8, false) & 0x7fff, tag = 2;
		uint64_t mantissa = img_le64(st);

		if (!(fx[4] >> i & 1))
			tag = 3;
		else if (exponent == 0 && mantissa == 0)
			tag = 1;
		else if (exponent != 0 && exponent != 0x7fff && mantissa >> 63)
			tag = 0;
		tags |= tag << 2 * i;
	}
	return tags;
}

/* struct user_fpregs_struct of 32 bits: FSAVE. */
static void put_fsave(const UserX86FpregsEntry *f, const uint8_t fx[FX_SIZE], struct img_notes *n)
{
	const uint32_t ones = 0xffff0000;

	img_note_begin(n, "CORE", NT_FPREGSET);
	img_note_u32(n, (f->cwd & 0xffff) | ones);
	img_note_u32(n, (f->swd & 0xffff) | ones);
	img_note_u32(n, full_tags(fx) | ones);
	img_note_u32(n, (uint32_t)f->rip);
	img_note_u32(n, (uint32_t)(f->rip >> 32 & 0xffff) | f->fop << 16);
	img_note_u32(n, (uint32_t)f->rdp);
	img_note_u32(n, (uint32_t)(f->rdp >> 32 & 0xffff) | ones);
	for (size_t i = 0; i < 8; i++)
		img_note_bytes(n, fx + FX_ST + 16 * i, 10);
	img_note_end(n);
}

/* An entry that is free has these values and no others. */
static bool is_used(const UserDescT *d)
{
	return d->base_addr != 0 || d->limit != 0 || !d->seg_not_present;
}

/* struct user_desc of <asm/ldt.h>, of each entry that is in use. */
static void put_tls(const ThreadInfoX86 *ti, struct img_notes *n)
{
	size_t used = 0;

	for (size_t i = 0; i < ti->n_tls; i++)
		used += is_used(ti->tls[i]);
	if (used == 0)
		return;
	img_note_begin(n, "LINUX", NT_386_TLS);
	for (size_t i = 0; i < ti->n_tls; i++) {
		const UserDescT *d = ti->tls[i];

		if (!is_used(d))
			continue;
		img_note_u32(n, d->entry_number);
		img_note_u32(n, d->base_addr);
		img_note_u32(n, d->limit);
		img_note_u32(
			n, (uint32_t)d->seg_32bit | (uint32_t)d->contents_l << 1 |
				   (uint32_t)d->contents_h << 2 | (uint32_t)d->read_exec_only << 3 |
				   (uint32_t)d->limit_in_pages << 4 |
				   (uint32_t)d->seg_not_present << 5 | (uint32_t)d->usable << 6);
	}
	img_note_end(n);
}

int img_core_ia32_more(const struct img_core_thread *t, struct img_notes *n, struct img_err *err)
{
	const UserX86FpregsEntry *f = t->state[IMG_CORE_FP];
	uint8_t fx[FX_SIZE];

	if (make_fx(f, fx, err) < 0)
		return -1;
	put_fsave(f, fx, n);
	img_note_begin(n, "LINUX", NT_PRXFPREG);
	img_note_bytes(n, fx, FX_SIZE);
	img_note_end(n);
	if (put_extended(f, fx, n, err) < 0)
		return -1;
	put_tls(t->state[IMG_CORE_MORE], n);
	return 0;
}
