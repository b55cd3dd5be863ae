/* ps: the tree of processes, and what images of every age say of them. */
#include "libimg/dump/task.h"
#include "libimg/dump/pstree.h"

#include "dump.h"
#include "pstree.pb-c.h"

static struct dump dump;
static struct img_dir *dir;
static struct img_arena *arena;

static void begin(void)
{
	dump_new(&dump);
	dir = dump_open(&dump);
	arena = img_arena_new(0);
	ck_assert_ptr_nonnull(arena);
}

static void end(void)
{
	img_arena_free(arena);
	img_dir_close(dir);
	dump_free(&dump);
}

static void put_task(uint32_t pid, uint32_t ppid, size_t n, uint32_t *threads)
{
	PstreeEntry e = PSTREE_ENTRY__INIT;

	e.pid = pid;
	e.ppid = ppid;
	e.pgid = 70;
	e.sid = 80;
	e.n_threads = n;
	e.threads = threads;
	dump_put(&dump, "pstree.img", &e.base);
}

static struct img_ps *read_tree(void)
{
	struct img_ps *ps;
	struct img_err err;

	ck_assert_int_eq(img_ps_read(dir, &ps, &err), 1);
	return ps;
}

/* ---- the tree ---- */

/* Pids with those of their parents, and how they are met: "1 .2 ..3" is a chain. */
static const struct {
	uint32_t v[10][2];
	const char *walk;
} trees[] = {
	{ { { 0 } }, "" },
	{ { { 1, 0 } }, "1" },
	{ { { 1, 0 }, { 2, 1 }, { 3, 2 } }, "1 .2 ..3" },
	{ { { 1, 0 }, { 3, 1 }, { 2, 1 }, { 4, 3 } }, "1 .3 ..4 .2" },
	/* children may come first */
	{ { { 3, 2 }, { 2, 1 }, { 1, 0 } }, "1 .2 ..3" },
	/* several roots, one with a parent outside */
	{ { { 1, 0 }, { 5, 99 }, { 6, 5 }, { 2, 0 } }, "1 5 .6 2" },
	/* its own parent */
	{ { { 1, 1 }, { 2, 1 } }, "1 .2" },
	/* cycles are cut at the task that closes them */
	{ { { 1, 2 }, { 2, 1 } }, "2 .1" },
	{ { { 1, 3 }, { 2, 1 }, { 3, 2 }, { 4, 2 } }, "2 .3 ..1 .4" },
	{ { { 1, 0 }, { 4, 6 }, { 5, 4 }, { 6, 5 } }, "1 5 .6 ..4" },
	{ { { 7, 8 }, { 8, 7 }, { 1, 2 }, { 2, 1 } }, "8 .7 2 .1" },
	/* a pid twice: the first one has the children */
	{ { { 1, 0 }, { 2, 1 }, { 2, 0 }, { 3, 2 } }, "1 .2 ..3 2" },
};

START_TEST(each_task_is_met_once_behind_its_parent)
{
	struct img_ps *ps;
	char walk[200] = "", *p = walk;
	unsigned depth = 0;

	begin();
	dump_put(&dump, "pstree.img", NULL);
	for (size_t i = 0; trees[_i].v[i][0] != 0; i++)
		put_task(trees[_i].v[i][0], trees[_i].v[i][1], 0, NULL);
	ps = read_tree();
	for (struct img_task *t = ps->root != IMG_NO_TASK ? &ps->tasks[ps->root] : NULL; t != NULL;
	     t = img_ps_walk(ps, t, &depth)) {
		ck_assert_int_lt(p - walk, 150);
		p += sprintf(p, "%s", p > walk ? " " : "");
		for (unsigned i = 0; i < depth; i++)
			*p++ = '.';
		p += sprintf(p, "%" PRIu32, t->pid);
	}
	ck_assert_str_eq(walk, trees[_i].walk);
	img_ps_free(ps);
	end();
}
END_TEST

START_TEST(a_deep_tree_is_walked_without_recursion)
{
	enum { DEPTH = 200000 };
	struct img_buf image = { 0 };
	struct img_ps *ps;
	unsigned depth = 0, deepest = 0;
	size_t n = 0;

	begin();
	dump_put(&dump, "pstree.img", NULL);
	for (uint32_t i = 1; i <= DEPTH; i++) {
		PstreeEntry e = PSTREE_ENTRY__INIT;
		uint8_t entry[64];
		size_t size;

		e.pid = i;
		e.ppid = i - 1;
		size = img_pb_pstree_entry__pack(&e, entry + 4);
		img_set32(entry, (uint32_t)size, false);
		img_buf_put(&image, entry, size + 4);
	}
	dump_raw(&dump, "pstree.img", image.p, image.n);
	img_buf_free(&image);
	ps = read_tree();
	for (struct img_task *t = &ps->tasks[ps->root]; t != NULL;
	     t = img_ps_walk(ps, t, &depth), n++)
		deepest = depth > deepest ? depth : deepest;
	ck_assert_uint_eq(n, DEPTH);
	ck_assert_uint_eq(deepest, DEPTH - 1);
	img_ps_free(ps);
	end();
}
END_TEST

START_TEST(tasks_are_found_by_pid)
{
	struct img_ps *ps;

	begin();
	put_task(9, 0, 0, NULL);
	put_task(UINT32_MAX, 9, 0, NULL);
	put_task(4, 9, 0, NULL);
	put_task(4, 0, 0, NULL);
	ps = read_tree();
	ck_assert_ptr_eq(img_ps_find(ps, 9), &ps->tasks[0]);
	ck_assert_ptr_eq(img_ps_find(ps, UINT32_MAX), &ps->tasks[1]);
	ck_assert_ptr_eq(img_ps_find(ps, 4), &ps->tasks[2]);
	ck_assert_ptr_null(img_ps_find(ps, 0));
	ck_assert_ptr_null(img_ps_find(ps, 5));
	ck_assert_uint_eq(ps->tasks[0].pgid, 70);
	ck_assert_uint_eq(ps->tasks[0].sid, 80);
	img_ps_free(ps);
	end();
}
END_TEST

START_TEST(no_tree_is_no_error)
{
	struct img_ps *ps;
	struct img_err err;

	begin();
	ck_assert_int_eq(img_ps_read(dir, &ps, &err), 0);
	ck_assert_ptr_null(ps);
	end();
}
END_TEST

START_TEST(a_damaged_tree_holds_what_comes_before)
{
	static const uint8_t half[] = { 9, 0, 0, 0, 8 };
	struct img_ps *ps;
	struct img_err err;

	begin();
	put_task(1, 0, 0, NULL);
	put_task(2, 1, 0, NULL);
	dump_raw(&dump, "pstree.img", half, sizeof(half));
	ck_assert_int_eq(img_ps_read(dir, &ps, &err), -1);
	ck_assert_str_eq(said(&err), "offset 0x20: entry 2 truncated (need 9 bytes, have 1)");
	ck_assert_ptr_nonnull(strstr(err.file, "pstree.img"));
	ck_assert_uint_eq(ps->n, 2);
	ck_assert_uint_eq(ps->tasks[1].parent, 0);
	img_ps_free(ps);
	end();
}
END_TEST

START_TEST(a_thread_is_of_one_task)
{
	struct img_ps *ps;

	begin();
	put_task(5, 0, 4, (uint32_t[]){ 5, 6, 7, 8 });
	put_task(7, 5, 4, (uint32_t[]){ 7, 5, 8, 9 });
	put_task(10, 5, 3, (uint32_t[]){ 9, 9, 5 });
	ps = read_tree();
	ck_assert_uint_eq(ps->tasks[0].n_threads, 3);
	ck_assert_uint_eq(ps->tasks[0].threads[2], 8);
	ck_assert_uint_eq(ps->tasks[0].lost_threads, 1); /* 7, who is a task */
	ck_assert_uint_eq(ps->tasks[1].n_threads, 2);
	ck_assert_uint_eq(ps->tasks[1].threads[1], 9);
	ck_assert_uint_eq(ps->tasks[1].lost_threads, 2);
	ck_assert_uint_eq(ps->tasks[2].n_threads, 0);
	ck_assert_uint_eq(ps->tasks[2].lost_threads, 3);
	img_ps_free(ps);
	end();
}
END_TEST

START_TEST(a_dead_task_has_no_threads)
{
	uint32_t three[] = { 1, 5, 6 }, none[] = { 0 }, odd[] = { 77 };
	CoreEntry core = CORE_ENTRY__INIT;
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	struct img_ps *ps;
	struct img_err err;

	begin();
	put_task(1, 0, 3, three);
	put_task(2, 1, 1, none);
	put_task(3, 1, 1, odd);
	tc.task_state = IMG_TASK_DEAD;
	tc.comm = (char *)(uintptr_t) "z";
	core.tc = &tc;
	dump_put(&dump, "core-3.img", &core.base);
	ps = read_tree();
	ck_assert_uint_eq(ps->tasks[0].n_threads, 3);
	ck_assert_uint_eq(ps->tasks[0].threads[2], 6);
	ck_assert_uint_eq(ps->tasks[1].n_threads, 0);
	/* What CRIU of old left in the list; only the core image tells that it is dead. */
	ck_assert_uint_eq(ps->tasks[2].n_threads, 1);
	ck_assert_int_eq(img_ps_core(dir, &ps->tasks[2], &err), 1);
	ck_assert_uint_eq(ps->tasks[2].n_threads, 0);
	img_ps_free(ps);
	end();
}
END_TEST

/* ns_pid and its like; pid before or behind; what is lacking for good. */
static const struct {
	struct bytes entry;
	uint32_t pid, pgid, sid, thread; /* pid 0: refused */
} openvz[] = {
	{ BYTES("\x10\0\xc8\x3e\x07\xc8\x3e\x01\xd0\x3e\x08\xd8\x3e\x09"), 7, 8, 9, 0 },
	{ BYTES("\x10\0\xca\x3e\x02\x07\x01\xd2\x3e\x01\x08\xda\x3e\x02\xac\x02"), 7, 8, 300, 0 },
	{ BYTES("\x10\0\xc8\x3e\x07\xd0\x3e\x08\xd8\x3e\x09\xe2\x3e\x02\x08\x05"), 7, 8, 9, 5 },
	{ BYTES("\x10\0\xc8\x3e\x07\xd0\x3e\x08\xd8\x3e\x09\x28\x06\xe2\x3e\x02\x08\x05"), 7, 8, 9,
	  6 },
	{ BYTES("\x08\x03\x10\0\x18\x04\x20\x05\xc8\x3e\x07\xd0\x3e\x08\xd8\x3e\x09"), 3, 4, 5, 0 },
	{ BYTES("\x10\0\xc8\x3e\x07\xd0\x3e\x08"), 0, 0, 0, 0 },
	{ BYTES("\x10\0\xca\x3e\0\xd0\x3e\x08\xd8\x3e\x09"), 0, 0, 0, 0 },
	{ BYTES("\x10\0\xcd\x3e\1\1\1\1\xd0\x3e\x08\xd8\x3e\x09"), 0, 0, 0, 0 },
	{ BYTES("\x10\0"), 0, 0, 0, 0 },
};

START_TEST(tasks_of_openvz_have_their_outermost_numbers)
{
	uint8_t size[4];
	struct img_ps *ps;
	struct img_err err;

	begin();
	dump_put(&dump, "pstree.img", NULL);
	img_set32(size, (uint32_t)openvz[_i].entry.n, false);
	dump_raw(&dump, "pstree.img", size, 4);
	dump_raw(&dump, "pstree.img", openvz[_i].entry.p, openvz[_i].entry.n);
	if (openvz[_i].pid == 0) {
		ck_assert_int_eq(img_ps_read(dir, &ps, &err), -1);
		ck_assert_ptr_nonnull(strstr(err.what, "required field missing"));
	} else {
		ck_assert_int_eq(img_ps_read(dir, &ps, &err), 1);
		ck_assert_uint_eq(ps->tasks[0].pid, openvz[_i].pid);
		ck_assert_uint_eq(ps->tasks[0].pgid, openvz[_i].pgid);
		ck_assert_uint_eq(ps->tasks[0].sid, openvz[_i].sid);
		ck_assert_uint_eq(ps->tasks[0].n_threads, openvz[_i].thread != 0);
		if (openvz[_i].thread != 0)
			ck_assert_uint_eq(ps->tasks[0].threads[0], openvz[_i].thread);
	}
	img_ps_free(ps);
	end();
}
END_TEST

/* ---- the core image ---- */

START_TEST(the_core_image_tells_name_and_state)
{
	CoreEntry core = CORE_ENTRY__INIT;
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	struct img_ps *ps;
	struct img_err err;

	begin();
	put_task(1, 0, 0, NULL);
	ps = read_tree();
	ck_assert_int_eq(img_ps_core(dir, &ps->tasks[0], &err), 0);
	ck_assert_str_eq(ps->tasks[0].comm, "");
	ck_assert_int_eq(ps->tasks[0].state, IMG_TASK_UNKNOWN);

	core.mtype = CORE_ENTRY__MARCH__MIPS;
	tc.task_state = IMG_TASK_STOPPED;
	tc.exit_code = 5;
	tc.has_stop_signo = true;
	tc.stop_signo = 24;
	tc.comm = (char *)(uintptr_t) "a name that is longer than those of Linux, \xff, and kept "
				      "whole";
	core.tc = &tc;
	dump_put(&dump, "core-1.img", &core.base);
	/* Twice: what was read before is given back. */
	for (int i = 0; i < 2; i++)
		ck_assert_int_eq(img_ps_core(dir, &ps->tasks[0], &err), 1);
	ck_assert_str_eq(ps->tasks[0].comm, tc.comm);
	ck_assert_int_eq(ps->tasks[0].state, IMG_TASK_STOPPED);
	ck_assert_uint_eq(ps->tasks[0].exit_code, 5);
	ck_assert_uint_eq(ps->tasks[0].stop_signo, 24);
	ck_assert(ps->tasks[0].mips);
	img_ps_free(ps);
	end();
}
END_TEST

START_TEST(a_core_image_without_a_task_tells_nothing)
{
	CoreEntry core = CORE_ENTRY__INIT;
	struct img_ps *ps;
	struct img_err err;

	begin();
	put_task(1, 0, 0, NULL);
	dump_put(&dump, "core-1.img", &core.base);
	ps = read_tree();
	ck_assert_int_eq(img_ps_core(dir, &ps->tasks[0], &err), 1);
	ck_assert_int_eq(ps->tasks[0].state, IMG_TASK_UNKNOWN);
	dump_put(&dump, "core-2.img", NULL);
	ps->tasks[0].pid = 2;
	ck_assert_int_eq(img_ps_core(dir, &ps->tasks[0], &err), -1);
	ck_assert_str_eq(said(&err), "image has no entry");
	img_ps_free(ps);
	end();
}
END_TEST

/* ---- images of every age ---- */

START_TEST(credentials_stand_in_the_core_or_by_themselves)
{
	CoreEntry core = CORE_ENTRY__INIT;
	ThreadCoreEntry th = THREAD_CORE_ENTRY__INIT;
	CredsEntry old = CREDS_ENTRY__INIT, now = CREDS_ENTRY__INIT, *creds;
	struct img_err err;

	begin();
	ck_assert_int_eq(img_ps_creds(dir, 7, &core, arena, &creds, &err), 0);
	old.uid = 3;
	dump_put(&dump, "creds-7.img", &old.base);
	ck_assert_int_eq(img_ps_creds(dir, 7, &core, arena, &creds, &err), 1);
	ck_assert_uint_eq(creds->uid, 3);
	core.thread_core = &th;
	ck_assert_int_eq(img_ps_creds(dir, 7, &core, arena, &creds, &err), 1);
	ck_assert_uint_eq(creds->uid, 3);
	th.creds = &now;
	ck_assert_int_eq(img_ps_creds(dir, 7, &core, arena, &creds, &err), 1);
	ck_assert_ptr_eq(creds, &now);
	end();
}
END_TEST

START_TEST(ids_stand_by_themselves_or_in_the_core)
{
	CoreEntry core = CORE_ENTRY__INIT;
	TaskKobjIdsEntry in_core = TASK_KOBJ_IDS_ENTRY__INIT, own = TASK_KOBJ_IDS_ENTRY__INIT, *ids;
	struct img_err err;

	begin();
	ck_assert_int_eq(img_ps_ids(dir, 7, NULL, arena, &ids, &err), 0);
	ck_assert_int_eq(img_ps_ids(dir, 7, &core, arena, &ids, &err), 0);
	core.ids = &in_core;
	ck_assert_int_eq(img_ps_ids(dir, 7, &core, arena, &ids, &err), 1);
	ck_assert_ptr_eq(ids, &in_core);
	own.files_id = 12;
	dump_put(&dump, "ids-7.img", &own.base);
	ck_assert_int_eq(img_ps_ids(dir, 7, &core, arena, &ids, &err), 1);
	ck_assert_uint_eq(ids->files_id, 12);
	end();
}
END_TEST

START_TEST(limits_stand_in_the_core_or_by_themselves)
{
	CoreEntry core = CORE_ENTRY__INIT;
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	TaskRlimitsEntry all = TASK_RLIMITS_ENTRY__INIT;
	RlimitEntry one = RLIMIT_ENTRY__INIT, *list[] = { &one };
	struct img_limits limits;
	struct img_err err;

	begin();
	ck_assert_int_eq(img_ps_limits(dir, 7, &core, arena, &limits, &err), 0);
	for (unsigned i = 0; i < 20; i++) {
		one.cur = i;
		one.max = UINT64_MAX - i;
		dump_put(&dump, "rlimit-7.img", &one.base);
	}
	core.tc = &tc;
	ck_assert_int_eq(img_ps_limits(dir, 7, &core, arena, &limits, &err), 1);
	ck_assert_uint_eq(limits.n, 20);
	for (unsigned i = 0; i < 20; i++) {
		ck_assert_uint_eq(limits.v[i]->cur, i);
		ck_assert_uint_eq(limits.v[i]->max, UINT64_MAX - i);
	}
	all.n_rlimits = 1;
	all.rlimits = list;
	tc.rlimits = &all;
	ck_assert_int_eq(img_ps_limits(dir, 7, &core, arena, &limits, &err), 1);
	ck_assert_uint_eq(limits.n, 1);
	ck_assert_ptr_eq(limits.v[0], &one);
	end();
}
END_TEST

START_TEST(handlers_stand_in_the_core_or_by_themselves)
{
	CoreEntry core = CORE_ENTRY__INIT;
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	SaEntry sa = SA_ENTRY__INIT, *list[] = { &sa, &sa };
	struct img_sigactions acts;
	struct img_err err;
	static const uint8_t half[] = { 200, 0, 0, 0, 8 };

	begin();
	core.tc = &tc;
	ck_assert_int_eq(img_ps_sigactions(dir, 7, &core, arena, &acts, &err), 0);
	sa.mask = 99;
	dump_put(&dump, "sigacts-7.img", &sa.base);
	ck_assert_int_eq(img_ps_sigactions(dir, 7, &core, arena, &acts, &err), 1);
	ck_assert_uint_eq(acts.n, 1);
	ck_assert_uint_eq(acts.v[0]->mask, 99);
	tc.n_sigactions = 2;
	tc.sigactions = list;
	ck_assert_int_eq(img_ps_sigactions(dir, 7, &core, arena, &acts, &err), 1);
	ck_assert_uint_eq(acts.n, 2);
	/* an image that is empty, one that is damaged */
	dump_put(&dump, "sigacts-8.img", NULL);
	tc.n_sigactions = 0;
	ck_assert_int_eq(img_ps_sigactions(dir, 8, &core, arena, &acts, &err), 1);
	ck_assert_uint_eq(acts.n, 0);
	dump_raw(&dump, "sigacts-7.img", half, sizeof(half));
	ck_assert_int_eq(img_ps_sigactions(dir, 7, &core, arena, &acts, &err), -1);
	ck_assert_ptr_nonnull(strstr(err.file, "sigacts-7.img"));
	end();
}
END_TEST

START_TEST(handlers_are_counted_past_those_that_nobody_can_have)
{
	static const struct {
		size_t index;
		uint32_t signo, mips;
	} v[] = { { 0, 1, 1 },    { 7, 8, 8 },    { 8, 10, 10 },  { 16, 18, 18 },   { 17, 20, 19 },
		  { 20, 23, 22 }, { 21, 24, 24 }, { 61, 64, 64 }, { 125, 128, 128 } };

	for (size_t i = 0; i < COUNT(v); i++) {
		ck_assert_uint_eq(img_ps_signo(false, v[i].index), v[i].signo);
		ck_assert_uint_eq(img_ps_signo(true, v[i].index), v[i].mips);
	}
}
END_TEST

static void put_signal(const char *name, const struct bytes *info)
{
	SiginfoEntry s = SIGINFO_ENTRY__INIT;

	s.siginfo.data = (uint8_t *)(uintptr_t)info->p;
	s.siginfo.len = info->n;
	dump_put(&dump, name, &s.base);
}

START_TEST(pending_signals_are_those_of_the_thread_or_of_all)
{
	static const struct bytes usr1 = BYTES("\x0a\0\0\0rest"), last = BYTES("\x40\0\0\0"),
				  mips = BYTES("\x80\0\0\0"), big = BYTES("\0\0\0\x0a");
	/* no signal: none at all, too large, too short */
	static const struct bytes odd[] = { BYTES("\0\0\0\0"), BYTES("\x81\0\0\0"),
					    BYTES("\x0a\0\0"), BYTES("") };
	CoreEntry core = CORE_ENTRY__INIT;
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	ThreadCoreEntry th = THREAD_CORE_ENTRY__INIT;
	SignalQueueEntry q = SIGNAL_QUEUE_ENTRY__INIT;
	SiginfoEntry s = SIGINFO_ENTRY__INIT, *list[] = { &s };
	struct img_sigset set;
	struct img_err err;

	begin();
	core.mtype = CORE_ENTRY__MARCH__X86_64;
	ck_assert_int_eq(img_ps_pending(dir, 7, 8, &core, arena, &set, &err), 0);
	put_signal("signal-p-8.img", &usr1);
	put_signal("signal-p-8.img", &last);
	for (size_t i = 0; i < COUNT(odd); i++)
		put_signal("signal-p-8.img", &odd[i]);
	put_signal("signal-s-7.img", &mips);
	core.tc = &tc;
	core.thread_core = &th;
	ck_assert_int_eq(img_ps_pending(dir, 7, 8, &core, arena, &set, &err), 1);
	ck_assert_uint_eq(set.word[0], UINT64_C(1) << 63 | 1 << 9);
	ck_assert_uint_eq(set.word[1], 0);
	ck_assert_int_eq(img_ps_pending(dir, 7, 0, &core, arena, &set, &err), 1);
	ck_assert_uint_eq(set.word[0], 0);
	ck_assert_uint_eq(set.word[1], UINT64_C(1) << 63);

	/* in the core image of today; of a big-endian machine */
	q.n_signals = 1;
	q.signals = list;
	s.siginfo.data = (uint8_t *)(uintptr_t)usr1.p;
	s.siginfo.len = usr1.n;
	th.signals_p = &q;
	ck_assert_int_eq(img_ps_pending(dir, 7, 8, &core, arena, &set, &err), 1);
	ck_assert_uint_eq(set.word[0], 1 << 9);
	core.mtype = CORE_ENTRY__MARCH__S390;
	s.siginfo.data = (uint8_t *)(uintptr_t)big.p;
	s.siginfo.len = big.n;
	tc.signals_s = &q;
	ck_assert_int_eq(img_ps_pending(dir, 7, 0, &core, arena, &set, &err), 1);
	ck_assert_uint_eq(set.word[0], 1 << 9);
	end();
}
END_TEST

static void add(TCase *tc)
{
	EACH(each_task_is_met_once_behind_its_parent, trees);
	TEST(a_deep_tree_is_walked_without_recursion);
	TEST(tasks_are_found_by_pid);
	TEST(no_tree_is_no_error);
	TEST(a_damaged_tree_holds_what_comes_before);
	TEST(a_thread_is_of_one_task);
	TEST(a_dead_task_has_no_threads);
	EACH(tasks_of_openvz_have_their_outermost_numbers, openvz);
	TEST(the_core_image_tells_name_and_state);
	TEST(a_core_image_without_a_task_tells_nothing);
	TEST(credentials_stand_in_the_core_or_by_themselves);
	TEST(ids_stand_by_themselves_or_in_the_core);
	TEST(limits_stand_in_the_core_or_by_themselves);
	TEST(handlers_stand_in_the_core_or_by_themselves);
	TEST(handlers_are_counted_past_those_that_nobody_can_have);
	TEST(pending_signals_are_those_of_the_thread_or_of_all);
}

int main(void)
{
	return unit_run("ps", add);
}
