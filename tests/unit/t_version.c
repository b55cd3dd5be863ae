/* version: layouts that no bundled dump has, up and down; what is refused. */
#include "libimg/rewrite/version.h"

#include "binfmt-misc.pb-c.h"
#include "core.pb-c.h"
#include "dump.h"
#include "fdinfo.pb-c.h"
#include "inventory.pb-c.h"
#include "ipc-shm.pb-c.h"
#include "libimg/dump/newdir.h"
#include "libimg/memory/mem.h"
#include "libimg/rewrite/rewrite.h"
#include "mm.pb-c.h"
#include "mnt.pb-c.h"
#include "netdev.pb-c.h"
#include "pagemap.pb-c.h"
#include "pstree.pb-c.h"

static struct img_err err;

/* ---- a dump, and what it becomes ---- */

static void inventory(const struct dump *d, uint32_t version)
{
	InventoryEntry inv = INVENTORY_ENTRY__INIT;

	inv.img_version = version;
	inv.has_fdinfo_per_id = inv.fdinfo_per_id = version != 0;
	inv.has_ns_per_id = inv.ns_per_id = version != 0;
	dump_put(d, "inventory.img", &inv.base);
}

static void tasks(const struct dump *d, uint32_t pid, uint32_t tid)
{
	PstreeEntry p = PSTREE_ENTRY__INIT;
	uint32_t threads[] = { pid, tid };

	p.pid = p.pgid = p.sid = pid;
	p.threads = threads;
	p.n_threads = tid != 0 ? 2 : 1;
	dump_put(d, "pstree.img", &p.base);
}

/* Converted into a directory of its own; false: *err says why not. */
static bool convert(const struct dump *from, const struct img_version_how *how, struct dump *to)
{
	struct img_dir *d = dump_open(from);
	struct img_version *v = img_version_new(how);
	const struct img_change change = img_version_change(v);
	struct img_rewrite *rw = img_rewrite_new(d, &change, 1, &err);
	struct img_newdir *nd;
	struct img_sink sink;
	int r = -1;

	dump_new(to);
	ck_assert_int_eq(rmdir(to->path), 0); /* a name that is free */
	if (rw != NULL) {
		nd = img_newdir_begin(to->path, d, IMG_LINK_COPY, &err);
		ck_assert_ptr_nonnull(nd);
		sink = img_newdir_sink(nd);
		r = img_rewrite_all(rw, &sink, &err);
		if (img_newdir_end(nd, r == 0, &err) < 0)
			r = -1;
	}
	img_rewrite_free(rw);
	img_version_free(v);
	img_dir_close(d);
	return r == 0;
}

static void to(const struct dump *from, uint32_t release, struct dump *result)
{
	const struct img_version_how how = { .to = release };

	ck_assert_msg(convert(from, &how, result), "%s", said(&err));
}

/* Refused, with this reason. */
static void refused(const struct dump *from, uint32_t release, const char *why)
{
	const struct img_version_how how = { .to = release };
	struct dump none;

	ck_assert(!convert(from, &how, &none));
	ck_assert_str_eq(err.what, why);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_int_eq(access(none.path, F_OK), -1);
}

static bool exists(const struct dump *d, const char *name)
{
	char path[PATH_MAX];

	dump_path(d, name, path);
	return access(path, F_OK) == 0;
}

/* The same bytes in both. */
static void same(const struct dump *a, const struct dump *b, const char *name)
{
	static uint8_t bytes[2][1 << 16];
	ssize_t n[2];

	for (int i = 0; i < 2; i++) {
		char path[PATH_MAX];
		int fd;

		dump_path(i == 0 ? a : b, name, path);
		fd = open(path, O_RDONLY);
		ck_assert_msg(fd >= 0, "%s", path);
		n[i] = read(fd, bytes[i], sizeof(bytes[i]));
		close(fd);
	}
	ck_assert_int_eq(n[0], n[1]);
	ck_assert_mem_eq(bytes[0], bytes[1], (size_t)n[0]);
}

/* Its only entry, unpacked. */
static struct img_arena *arena;

static void *only(const struct dump *d, const char *pattern, uint64_t number)
{
	struct img_dir *dir = dump_open(d);
	void *msg = NULL;

	if (arena == NULL)
		arena = img_arena_new(0);
	ck_assert_msg(img_image_one(dir, pattern, number, arena, &msg, &err) == 1, "%s", pattern);
	img_dir_close(dir);
	return msg;
}

static void done(struct dump *a, struct dump *b)
{
	dump_free(a);
	if (b != NULL)
		dump_free(b);
	img_arena_free(arena);
	arena = NULL;
}

static void core(const struct dump *d, const char *name, TaskCoreEntry *tc, ThreadCoreEntry *thread)
{
	CoreEntry c = CORE_ENTRY__INIT;
	char comm[] = "x";

	c.mtype = CORE_ENTRY__MARCH__X86_64;
	c.tc = tc;
	c.thread_core = thread;
	if (tc != NULL)
		tc->comm = comm;
	dump_put(d, name, &c.base);
}

/* ---- threads ---- */

START_TEST(seccomp_becomes_that_of_each_thread)
{
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	ThreadCoreEntry thread = THREAD_CORE_ENTRY__INIT;
	struct dump d, up, down;
	const CoreEntry *c;

	dump_new(&d);
	inventory(&d, 2);
	tasks(&d, 7, 8);
	tc.has_old_seccomp_mode = tc.has_old_seccomp_filter = true;
	tc.old_seccomp_mode = SECCOMP_MODE__filter;
	tc.old_seccomp_filter = 3;
	core(&d, "core-7.img", &tc, &thread);
	core(&d, "core-8.img", NULL, &thread);
	to(&d, IMG_CRIU(3, 10, 0), &up);
	for (uint64_t tid = 7; tid <= 8; tid++) {
		c = only(&up, "core-%u.img", tid);
		ck_assert(c->thread_core->has_seccomp_mode && c->thread_core->has_seccomp_filter);
		ck_assert_uint_eq(c->thread_core->seccomp_mode, SECCOMP_MODE__filter);
		ck_assert_uint_eq(c->thread_core->seccomp_filter, 3);
		ck_assert(c->tc == NULL || !c->tc->has_old_seccomp_mode);
	}
	to(&up, IMG_CRIU(3, 9, 0), &down);
	same(&d, &down, "core-7.img");
	same(&d, &down, "core-8.img");
	dump_free(&down);
	done(&d, &up);
}
END_TEST

START_TEST(threads_that_differ_are_refused)
{
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	ThreadCoreEntry thread = THREAD_CORE_ENTRY__INIT;
	struct dump d;

	dump_new(&d);
	inventory(&d, 2);
	tasks(&d, 7, 8);
	thread.has_cg_set = true;
	thread.cg_set = 1;
	core(&d, "core-7.img", &tc, &thread);
	thread.cg_set = 2;
	core(&d, "core-8.img", NULL, &thread);
	refused(&d, IMG_CRIU(3, 17, 0),
		"CRIU 3.17 has no cg_set of a thread that differs from its leader's");
	done(&d, NULL);
}
END_TEST

START_TEST(rseq_that_is_not_registered_is_left_out)
{
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	ThreadCoreEntry thread = THREAD_CORE_ENTRY__INIT;
	RseqEntry rseq = RSEQ_ENTRY__INIT;
	struct dump d, down;
	const CoreEntry *c;

	dump_new(&d);
	inventory(&d, 2);
	tasks(&d, 7, 0);
	thread.rseq_entry = &rseq;
	core(&d, "core-7.img", &tc, &thread);
	to(&d, IMG_CRIU(3, 16, 0), &down);
	c = only(&down, "core-%u.img", 7);
	ck_assert_ptr_null(c->thread_core->rseq_entry);
	done(&d, &down);
}
END_TEST

/* ---- mounts, networks ---- */

static void mount(const struct dump *d, uint32_t id, uint32_t dev, uint32_t flags, bool ext)
{
	MntEntry m = MNT_ENTRY__INIT;
	char root[] = "KEY", at[] = "/mnt", none[] = "";

	m.fstype = FSTYPE__TMPFS;
	m.mnt_id = id;
	m.root_dev = dev;
	m.flags = flags;
	m.root = root;
	m.mountpoint = at;
	m.source = m.options = none;
	m.has_ext_mount = m.ext_mount = ext;
	dump_put(d, "mountpoints-9.img", &m.base);
}

START_TEST(mounts_have_flags_of_both_kinds_and_keys)
{
	struct dump d, up, down;
	const MntEntry *m;

	dump_new(&d);
	inventory(&d, 2);
	mount(&d, 20, 35, 0x200001 | 0x10, true);
	to(&d, IMG_CRIU(4, 2, 0), &up);
	m = only(&up, "mountpoints-%u.img", 9);
	ck_assert_uint_eq(m->flags, 0x200000);
	ck_assert(m->has_sb_flags);
	ck_assert_uint_eq(m->sb_flags, 0x11);
	ck_assert(!m->has_ext_mount);
	ck_assert_str_eq(m->ext_key, "KEY");
	to(&up, IMG_CRIU(1, 7, 0), &down);
	same(&d, &down, "mountpoints-9.img");
	dump_free(&down);
	done(&d, &up);
}
END_TEST

START_TEST(archives_are_named_by_device)
{
	struct dump d, up, down;

	dump_new(&d);
	inventory(&d, 1);
	mount(&d, 20, 35, 0, false);
	mount(&d, 21, 35, 0, false);
	dump_raw(&d, "tmpfs-20.tar.gz.img", "x", 1);
	dump_raw(&d, "tmpfs-21.tar.gz.img", "x", 1);
	to(&d, IMG_CRIU(1, 3, 0), &up);
	ck_assert(exists(&up, "tmpfs-dev-35.tar.gz.img"));
	ck_assert(!exists(&up, "tmpfs-20.tar.gz.img") && !exists(&up, "tmpfs-21.tar.gz.img"));
	to(&up, IMG_CRIU(1, 2, 0), &down);
	ck_assert(exists(&down, "tmpfs-20.tar.gz.img"));
	dump_free(&down);
	done(&d, &up);
}
END_TEST

START_TEST(settings_of_networks_have_types)
{
	NetnsEntry n = NETNS_ENTRY__INIT;
	int32_t conf[] = { 1, -1, 10000 };
	struct dump d, up, down;
	const NetnsEntry *got;

	dump_new(&d);
	inventory(&d, 2);
	n.def_conf = n.all_conf = conf;
	n.n_def_conf = n.n_all_conf = 3;
	dump_put(&d, "netns-9.img", &n.base);
	to(&d, IMG_CRIU(2, 3, 0), &up);
	got = only(&up, "netns-%u.img", 9);
	ck_assert_uint_eq(got->n_def_conf, 0);
	ck_assert_uint_eq(got->n_def_conf4, 3);
	ck_assert_int_eq(got->def_conf4[2]->iarg, 10000);
	ck_assert(!got->all_conf4[1]->has_iarg);
	to(&up, IMG_CRIU(2, 2, 0), &down);
	same(&d, &down, "netns-9.img");
	dump_free(&down);
	done(&d, &up);
}
END_TEST

START_TEST(one_image_of_binfmt_has_no_device)
{
	BinfmtMiscEntry b = BINFMT_MISC_ENTRY__INIT;
	char name[] = "a", interpreter[] = "/b";
	struct dump d, up;

	dump_new(&d);
	inventory(&d, 2);
	b.name = name;
	b.interpreter = interpreter;
	dump_put(&d, "binfmt-misc-35.img", &b.base);
	dump_put(&d, "binfmt-misc-36.img", &b.base);
	to(&d, IMG_CRIU(2, 7, 0), &up);
	ck_assert(exists(&up, "binfmt-misc.img") && !exists(&up, "binfmt-misc-35.img"));
	refused(&up, IMG_CRIU(2, 6, 0), "CRIU 2.6 has no binfmt-misc.img: the device is not known");
	done(&d, &up);
}
END_TEST

/* ---- memory ---- */

START_TEST(segments_of_ipc_have_pages)
{
	enum { SIZE = 3 * 4096 + 100 };
	static uint8_t body[SIZE];
	IpcDescEntry desc = IPC_DESC_ENTRY__INIT;
	IpcShmEntry shm = IPC_SHM_ENTRY__INIT;
	struct dump d, up, down;
	const IpcShmEntry *got;
	const PagemapHead *head;

	dump_new(&d);
	inventory(&d, 2);
	desc.id = 5;
	shm.desc = &desc;
	shm.size = SIZE;
	dump_put(&d, "ipcns-shm-9.img", &shm.base);
	memset(body, 'a', 4096);
	memset(body + 2 * 4096, 'c', SIZE - 2 * 4096);
	dump_raw(&d, "ipcns-shm-9.img", body, SIZE);
	dump_raw(&d, "pages-3.img", "", 0);
	to(&d, IMG_CRIU(4, 2, 0), &up);
	got = only(&up, "ipcns-shm-%u.img", 9);
	ck_assert(got->has_in_pagemaps && got->in_pagemaps);
	head = only(&up, "pagemap-shmem-%u.img", 5);
	ck_assert_uint_eq(head->pages_id, 9);
	ck_assert(exists(&up, "pages-9.img"));
	to(&up, IMG_CRIU(2, 12, 0), &down);
	ck_assert(!exists(&down, "pagemap-shmem-5.img") && !exists(&down, "pages-9.img"));
	same(&d, &down, "ipcns-shm-9.img");
	dump_free(&down);
	done(&d, &up);
}
END_TEST

START_TEST(pages_after_their_addresses_get_a_pagemap)
{
	static uint8_t image[4 + 3 * (8 + 4096)];
	static const uint64_t addr[] = { 0x1000, 0x2000, 0x8000 };
	struct img_pagemap *pm;
	struct img_dump_mem_run run;
	struct img_dir *dir;
	struct dump d, up;

	dump_new(&d);
	inventory(&d, 1);
	img_set32(image, 0x56084025, false);
	for (size_t i = 0; i < COUNT(addr); i++) {
		uint8_t *p = image + 4 + i * (8 + 4096);

		img_set32(p, (uint32_t)addr[i], false);
		memset(p + 8, (int)('a' + i), 4096);
	}
	dump_raw(&d, "pages-7.img", image, sizeof(image));
	to(&d, IMG_CRIU(1, 3, 0), &up);
	dir = dump_open(&up);
	ck_assert_int_eq(img_pagemap_open(dir, false, 7, 4096, &pm, &err), 1);
	ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 1);
	ck_assert_uint_eq(run.addr, 0x1000);
	ck_assert_uint_eq(run.pages, 2);
	ck_assert_uint_eq(run.form, IMG_PE_NARROW | IMG_PE_NOFLAGS);
	ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 1);
	ck_assert_uint_eq(run.addr, 0x8000);
	ck_assert_uint_eq(run.off, 2 * 4096);
	ck_assert_int_eq(img_pagemap_next(pm, &run, &err), 0);
	img_pagemap_close(pm);
	img_dir_close(dir);
	done(&d, &up);
}
END_TEST

static void pagemap(const struct dump *d, uint64_t pages, uint32_t flags)
{
	PagemapHead head = PAGEMAP_HEAD__INIT;
	PagemapEntry e = PAGEMAP_ENTRY__INIT;

	head.pages_id = 1;
	dump_put(d, "pagemap-7.img", &head.base);
	e.vaddr = 0x1000;
	e.has_nr_pages = e.has_flags = true;
	e.nr_pages = pages;
	e.flags = flags;
	dump_put(d, "pagemap-7.img", &e.base);
}

START_TEST(counts_that_do_not_fit_are_split)
{
	const uint64_t pages = (UINT64_C(1) << 33) + 5;
	struct img_dump_mem_run run;
	struct img_pagemap *pm;
	struct img_dir *dir;
	struct dump d, down;
	uint64_t n = 0, entries = 0;

	dump_new(&d);
	inventory(&d, 2);
	pagemap(&d, pages, IMG_PE_PARENT);
	to(&d, IMG_CRIU(4, 1, 0), &down);
	dir = dump_open(&down);
	ck_assert_int_eq(img_pagemap_open(dir, false, 7, 4096, &pm, &err), 1);
	for (; img_pagemap_next(pm, &run, &err) == 1; entries++) {
		ck_assert_uint_eq(run.addr, 0x1000 + n * 4096);
		ck_assert_uint_le(run.pages, UINT32_MAX);
		ck_assert_uint_eq(run.form, IMG_PE_NARROW | IMG_PE_WIDE);
		n += run.pages;
	}
	ck_assert_uint_eq(n, pages);
	ck_assert_uint_eq(entries, 3);
	img_pagemap_close(pm);
	img_dir_close(dir);
	done(&d, &down);
}
END_TEST

START_TEST(counts_that_no_memory_has_are_refused)
{
	struct dump d, none;
	const struct img_version_how how = { .to = IMG_CRIU(4, 1, 0) };

	dump_new(&d);
	inventory(&d, 2);
	pagemap(&d, UINT64_C(1) << 63, IMG_PE_PARENT);
	ck_assert(!convert(&d, &how, &none));
	ck_assert_int_eq(err.kind, IMG_EDATA);
	done(&d, NULL);
}
END_TEST

START_TEST(pages_that_are_nowhere_have_no_old_form)
{
	struct dump d;

	dump_new(&d);
	inventory(&d, 2);
	pagemap(&d, 2, IMG_PE_LAZY);
	refused(&d, IMG_CRIU(3, 4, 0), "CRIU 3.4 has no pages that are in no image (flags 0x2)");
	done(&d, NULL);
}
END_TEST

/* ---- the dump ---- */

START_TEST(tables_and_namespaces_get_ids)
{
	InventoryEntry inv = INVENTORY_ENTRY__INIT;
	FdinfoEntry fd = FDINFO_ENTRY__INIT;
	const InventoryEntry *got;
	const TaskKobjIdsEntry *ids;
	struct dump d, up;

	dump_new(&d);
	inv.img_version = 1;
	dump_put(&d, "inventory.img", &inv.base);
	tasks(&d, 7, 0);
	fd.type = FD_TYPES__REG;
	dump_put(&d, "fdinfo-7.img", &fd.base);
	to(&d, IMG_CRIU(1, 3, 0), &up);
	got = only(&up, "inventory.img", 0);
	ck_assert(got->fdinfo_per_id && got->ns_per_id);
	ids = only(&up, "ids-%u.img", 7);
	ck_assert_uint_eq(ids->files_id, 7);
	done(&d, &up);
}
END_TEST

START_TEST(uprobes_are_refused)
{
	InventoryEntry inv = INVENTORY_ENTRY__INIT;
	struct dump d;

	dump_new(&d);
	inv.img_version = 2;
	inv.has_allow_uprobes = inv.allow_uprobes = true;
	dump_put(&d, "inventory.img", &inv.base);
	refused(&d, IMG_CRIU(4, 1, 0), "CRIU 4.1 has no allow_uprobes: mappings with uprobes");
	done(&d, NULL);
}
END_TEST

START_TEST(releases_are_known)
{
	static const struct {
		const char *text;
		uint32_t release;
	} known[] = { { "4.2", IMG_CRIU(4, 2, 0) },
		      { "dev", IMG_CRIU_DEV },
		      { "3.17.1", IMG_CRIU(3, 17, 1) },
		      { "1.0", IMG_CRIU(1, 0, 0) } };
	static const char *const unknown[] = {
		"",   "4",    "4.3", "0.9",  "v4.2", "4.2x",
		"4.", "3.20", "5.0", "-1.0", "4.2.", "999999999999.1"
	};
	uint32_t v;

	for (size_t i = 0; i < COUNT(known); i++) {
		ck_assert_msg(img_version_parse(known[i].text, &v), "%s", known[i].text);
		ck_assert_uint_eq(v, known[i].release);
	}
	for (size_t i = 0; i < COUNT(unknown); i++)
		ck_assert_msg(!img_version_parse(unknown[i], &v), "%s", unknown[i]);
}
END_TEST

static void add(TCase *tc)
{
	TEST(seccomp_becomes_that_of_each_thread);
	TEST(threads_that_differ_are_refused);
	TEST(rseq_that_is_not_registered_is_left_out);
	TEST(mounts_have_flags_of_both_kinds_and_keys);
	TEST(archives_are_named_by_device);
	TEST(settings_of_networks_have_types);
	TEST(one_image_of_binfmt_has_no_device);
	TEST(segments_of_ipc_have_pages);
	TEST(pages_after_their_addresses_get_a_pagemap);
	TEST(counts_that_do_not_fit_are_split);
	TEST(counts_that_no_memory_has_are_refused);
	TEST(pages_that_are_nowhere_have_no_old_form);
	TEST(tables_and_namespaces_get_ids);
	TEST(uprobes_are_refused);
	TEST(releases_are_known);
}

int main(void)
{
	return unit_run("version", add);
}
