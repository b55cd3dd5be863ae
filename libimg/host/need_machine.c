#include <stdio.h>

#include "cpuinfo.pb-c.h"
#include "libimg/dump/vma.h"
#include "libimg/host/gather.h"

/* ---- the processor ---- */

/* The machine of core_entry.mtype, as uname(2) names it. */
static const char *const machines[] = {
	[CORE_ENTRY__MARCH__X86_64] = "x86_64",
	[CORE_ENTRY__MARCH__ARM] = "arm",
	[CORE_ENTRY__MARCH__AARCH64] = "aarch64",
	[CORE_ENTRY__MARCH__PPC64] = "ppc64le",
	[CORE_ENTRY__MARCH__S390] = "s390x",
	[CORE_ENTRY__MARCH__MIPS] = "mips64",
	[CORE_ENTRY__MARCH__LOONGARCH64] = "loongarch64",
	[CORE_ENTRY__MARCH__RISCV64] = "riscv64",
};

static void machine(struct img_gather *g)
{
	const struct img_task *root;
	struct img_space space;
	struct img_err err;
	char text[24], name[64];
	int r;

	if (g->root_core == NULL)
		return;
	root = &g->ps->tasks[g->ps->root];
	snprintf(name, sizeof(name), "core-%u.img", (unsigned)root->pid);
	if ((size_t)g->root_core->mtype < sizeof(machines) / sizeof(machines[0]) &&
	    machines[g->root_core->mtype] != NULL)
		img_gather_plain(g, IMG_NEED_MACHINE, machines[g->root_core->mtype], name, 0);
	r = img_space_read(g->dir, root->pid, &space, &err);
	if (r > 0 && space.page_size != 0) {
		snprintf(text, sizeof(text), "%u", (unsigned)space.page_size);
		snprintf(name, sizeof(name), "mm-%u.img", (unsigned)root->pid);
		img_gather_plain(g, IMG_NEED_PAGE_SIZE, text, name, 0);
	}
	if (r < 0)
		img_report(g->report, &err);
	if (r != 0)
		img_space_free(&space);
}

/*
 * Features of which programs make use by instructions, by their place in
 * cpuinfo_x86_entry.capability: criu compares them with --cpu-cap=ins. Names as in /proc/cpuinfo:
 * arch/x86/include/asm/cpufeatures.h of Linux.
 */
static const struct feature {
	uint8_t word, bit;
	const char *flag;
} features[] = {
	{ 0, 0, "fpu" },
	{ 0, 4, "tsc" },
	{ 0, 8, "cx8" },
	{ 0, 11, "sep" },
	{ 0, 15, "cmov" },
	{ 0, 19, "clflush" },
	{ 0, 23, "mmx" },
	{ 0, 24, "fxsr" },
	{ 0, 25, "sse" },
	{ 0, 26, "sse2" },
	{ 1, 11, "syscall" },
	{ 1, 22, "mmxext" },
	{ 1, 27, "rdtscp" },
	{ 1, 30, "3dnowext" },
	{ 1, 31, "3dnow" },
	{ 4, 0, "pni" },
	{ 4, 1, "pclmulqdq" },
	{ 4, 9, "ssse3" },
	{ 4, 12, "fma" },
	{ 4, 13, "cx16" },
	{ 4, 19, "sse4_1" },
	{ 4, 20, "sse4_2" },
	{ 4, 22, "movbe" },
	{ 4, 23, "popcnt" },
	{ 4, 25, "aes" },
	{ 4, 26, "xsave" },
	{ 4, 28, "avx" },
	{ 4, 29, "f16c" },
	{ 4, 30, "rdrand" },
	{ 6, 5, "abm" },
	{ 6, 6, "sse4a" },
	{ 6, 7, "misalignsse" },
	{ 6, 8, "3dnowprefetch" },
	{ 6, 11, "xop" },
	{ 6, 16, "fma4" },
	{ 6, 21, "tbm" },
	{ 9, 0, "fsgsbase" },
	{ 9, 3, "bmi1" },
	{ 9, 4, "hle" },
	{ 9, 5, "avx2" },
	{ 9, 8, "bmi2" },
	{ 9, 9, "erms" },
	{ 9, 11, "rtm" },
	{ 9, 14, "mpx" },
	{ 9, 16, "avx512f" },
	{ 9, 17, "avx512dq" },
	{ 9, 18, "rdseed" },
	{ 9, 19, "adx" },
	{ 9, 21, "avx512ifma" },
	{ 9, 23, "clflushopt" },
	{ 9, 24, "clwb" },
	{ 9, 26, "avx512pf" },
	{ 9, 27, "avx512er" },
	{ 9, 28, "avx512cd" },
	{ 9, 29, "sha_ni" },
	{ 9, 30, "avx512bw" },
	{ 9, 31, "avx512vl" },
	{ 10, 0, "xsaveopt" },
	{ 10, 1, "xsavec" },
	{ 10, 2, "xgetbv1" },
	{ 11, 1, "avx512vbmi" },
	{ 11, 6, "avx512_vbmi2" },
	{ 11, 8, "gfni" },
	{ 11, 9, "vaes" },
	{ 11, 10, "vpclmulqdq" },
	{ 11, 11, "avx512_vnni" },
	{ 11, 12, "avx512_bitalg" },
	{ 11, 14, "avx512_vpopcntdq" },
	{ 11, 22, "rdpid" },
};

static void xsave(struct img_gather *g, const char *image, const char *name, uint64_t bytes)
{
	struct img_need n = {
		.kind = IMG_NEED_XSAVE, .name = name, .image = image, .value = bytes
	};

	img_gather_put(g, &n);
}

static void processor(struct img_gather *g, const char *image, uint64_t nr, uint64_t entry,
		      const void *msg)
{
	const CpuinfoEntry *e = msg;

	(void)nr;
	for (size_t i = 0; i < e->n_x86_entry && !g->failed; i++) {
		const CpuinfoX86Entry *x = e->x86_entry[i];

		for (size_t k = 0; k < sizeof(features) / sizeof(features[0]); k++)
			if (features[k].word < x->n_capability &&
			    x->capability[features[k].word] >> features[k].bit & 1)
				img_gather_plain(g, IMG_NEED_CPU, features[k].flag, image, entry);
		if (x->has_xsave_size)
			xsave(g, image, "size", x->xsave_size);
		if (x->has_xsave_size_max)
			xsave(g, image, "size-max", x->xsave_size_max);
	}
}

/* ---- the kernel ---- */

static void kernel(struct img_gather *g, enum img_kernel_file file, const char *image)
{
	img_gather_plain(g, IMG_NEED_KERNEL, img_kernel_file(file), image, 0);
}

/* Namespaces of the dump's own: the file by which a kernel shows that it has them. */
static void namespaces(struct img_gather *g)
{
	const struct {
		bool own;
		enum img_kernel_file file;
	} of[] = {
		{ g->own_pid, IMG_KERNEL_PID_NS },       { g->own_net, IMG_KERNEL_NET_NS },
		{ g->own_mnt, IMG_KERNEL_MNT_NS },       { g->own_ipc, IMG_KERNEL_IPC_NS },
		{ g->own_uts, IMG_KERNEL_UTS_NS },       { g->own_user, IMG_KERNEL_USER_NS },
		{ g->own_cgroup, IMG_KERNEL_CGROUP_NS }, { g->own_time, IMG_KERNEL_TIME_NS },
	};

	for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++)
		if (of[i].own)
			kernel(g, of[i].file, "inventory.img");
}

static void security(struct img_gather *g)
{
	if (g->inv == NULL || !g->inv->has_lsmtype)
		return;
	if (g->inv->lsmtype == LSMTYPE__SELINUX)
		img_gather_plain(g, IMG_NEED_LSM, "selinux", "inventory.img", 0);
	if (g->inv->lsmtype == LSMTYPE__APPARMOR)
		img_gather_plain(g, IMG_NEED_LSM, "apparmor", "inventory.img", 0);
}

/* ---- programs ---- */

/* What criu runs for images of these kinds, unless they are empty. */
static const struct helper {
	const char *pattern;
	enum img_program program;
} helpers[] = {
	{ "ifaddr-%u.img", IMG_PROGRAM_IP },
	{ "route-%u.img", IMG_PROGRAM_IP },
	{ "route6-%u.img", IMG_PROGRAM_IP },
	{ "rule-%u.img", IMG_PROGRAM_IP },
	{ "iptables-%u.img", IMG_PROGRAM_IPTABLES },
	{ "ip6tables-%u.img", IMG_PROGRAM_IP6TABLES },
	{ "tmpfs-dev-%u.tar.gz.img", IMG_PROGRAM_TAR },
};

static void programs(struct img_gather *g)
{
	unsigned done = 0;

	for (size_t i = 0; i < sizeof(helpers) / sizeof(helpers[0]); i++) {
		uint64_t number;
		size_t at = 0;
		const char *image;

		image = img_gather_next(g, helpers[i].pattern, &at, &number);
		if (image == NULL || (done >> helpers[i].program & 1) != 0)
			continue;
		done |= 1u << helpers[i].program;
		img_gather_plain(g, IMG_NEED_PROGRAM, img_program(helpers[i].program), image, 0);
	}
}

void img_need_machine(struct img_gather *g)
{
	machine(g);
	img_gather_image(g, "cpuinfo.img", 0, processor);
	/* CONFIG_CHECKPOINT_RESTORE, without which no process gets its pid back. */
	if (g->ps != NULL)
		kernel(g, IMG_KERNEL_LAST_PID, "pstree.img");
	namespaces(g);
	security(g);
	programs(g);
}
