/* fds, ends: descriptor tables of tasks, who holds a file, who holds the other end of it. */
#include "fdinfo.pb-c.h"
#include "images.h"

#include "core.pb-c.h"
#include "fs.pb-c.h"
#include "inventory.pb-c.h"
#include "libimg/dump/arch.h"
#include "libimg/dump/fds.h"
#include "libimg/dump/peers.h"
#include "pstree.pb-c.h"

static FownEntry fown = FOWN_ENTRY__INIT;
static SkOptsEntry opts = SK_OPTS_ENTRY__INIT;

static struct {
	struct img_dir *dir;
	struct img_ps *ps;
	struct img_files *files;
	struct img_fds *fds;
	struct img_peers *ends;
} D;

static void task(uint32_t pid)
{
	uint32_t threads[] = { pid };
	PstreeEntry e = PSTREE_ENTRY__INIT;

	e.pid = pid;
	e.n_threads = 1;
	e.threads = threads;
	images_put("pstree.img", &e);
}

static void ids(uint32_t pid, uint32_t files_id)
{
	TaskKobjIdsEntry e = TASK_KOBJ_IDS_ENTRY__INIT;
	char name[32];

	e.files_id = files_id;
	snprintf(name, sizeof(name), "ids-%u.img", pid);
	images_put(name, &e);
}

static void core(uint32_t pid, uint32_t state, TaskKobjIdsEntry *kids)
{
	CoreEntry e = CORE_ENTRY__INIT;
	TaskCoreEntry tc = TASK_CORE_ENTRY__INIT;
	char name[32], comm[] = "x";

	e.mtype = CORE_ENTRY__MARCH__X86_64;
	tc.task_state = state;
	tc.comm = comm;
	e.tc = &tc;
	e.ids = kids;
	snprintf(name, sizeof(name), "core-%u.img", pid);
	images_put(name, &e);
}

static void fd(uint32_t table, uint32_t n, uint32_t type, uint32_t id)
{
	FdinfoEntry e = FDINFO_ENTRY__INIT;
	char name[32];

	e.id = id;
	e.fd = n;
	e.type = (FdTypes)type;
	snprintf(name, sizeof(name), "fdinfo-%u.img", table);
	images_put(name, &e);
}

static void pipe_file(uint32_t id, uint32_t pipe_id, uint32_t flags)
{
	FileEntry e = FILE_ENTRY__INIT;
	PipeEntry p = PIPE_ENTRY__INIT;

	p.id = e.id = id;
	p.pipe_id = pipe_id;
	p.flags = flags;
	p.fown = &fown;
	e.type = FD_TYPES__PIPE;
	e.pipe = &p;
	images_put("files.img", &e);
}

static void unix_file(uint32_t id, uint32_t ino, uint32_t peer)
{
	FileEntry e = FILE_ENTRY__INIT;
	UnixSkEntry u = UNIX_SK_ENTRY__INIT;

	u.id = e.id = id;
	u.ino = ino;
	u.peer = peer;
	u.type = 1;
	u.fown = &fown;
	u.opts = &opts;
	e.type = FD_TYPES__UNIXSK;
	e.usk = &u;
	images_put("files.img", &e);
}

struct side {
	uint32_t a[4];
	size_t n;
	uint32_t port;
};

static void inet_file(uint32_t id, uint32_t ns, struct side src, struct side dst)
{
	FileEntry e = FILE_ENTRY__INIT;
	InetSkEntry i = INET_SK_ENTRY__INIT;

	i.id = e.id = id;
	i.proto = 6;
	i.src_addr = src.a;
	i.n_src_addr = src.n;
	i.src_port = src.port;
	i.dst_addr = dst.a;
	i.n_dst_addr = dst.n;
	i.dst_port = dst.port;
	i.has_ns_id = true;
	i.ns_id = ns;
	i.fown = &fown;
	i.opts = &opts;
	e.type = FD_TYPES__INETSK;
	e.isk = &i;
	images_put("files.img", &e);
}

static void load(void)
{
	struct img_err err;

	images_told[0] = '\0';
	D.dir = images_open();
	ck_assert_int_eq(img_ps_read(D.dir, &D.ps, &err), 1);
	ck_assert_int_ge(img_files_open(D.dir, &D.files, &err), 0);
	D.fds = img_fds_read(D.dir, D.ps, D.files, &images_report);
	ck_assert_ptr_nonnull(D.fds);
	D.ends = img_peers_read(D.files, D.fds, img_dump_is_mips(D.dir, D.ps), &images_report);
	ck_assert_ptr_nonnull(D.ends);
}

static void unload(void)
{
	img_peers_free(D.ends);
	img_fds_free(D.fds);
	img_files_close(D.files);
	img_ps_free(D.ps);
	img_dir_close(D.dir);
	images_free();
}

/* The descriptors of a task: "0 3 ", or "none" where it has no table. */
static const char *table(size_t i)
{
	static char got[256];
	const struct img_fd_table *t = &D.fds->tables[i];

	if (t->task == IMG_NO_FD)
		return "none";
	got[0] = '\0';
	for (uint32_t k = 0; k < t->n; k++)
		sprintf(got + strlen(got), "%u ", D.fds->v[t->first + k].fd);
	return got;
}

START_TEST(tables_go_by_files_id)
{
	images_new();
	task(1);
	task(2);
	task(3);
	ids(1, 7);
	ids(2, 8);
	ids(3, 7);
	fd(7, 0, FD_TYPES__REG, 1);
	fd(7, 3, FD_TYPES__REG, 2);
	load();
	ck_assert_str_eq(table(0), "0 3 ");
	ck_assert_str_eq(table(1), "");
	ck_assert_str_eq(table(2), "0 3 ");
	ck_assert_uint_eq(D.fds->n, 2);
	ck_assert_uint_eq(D.fds->tables[2].task, 0);
	ck_assert_str_eq(images_told, "");
	unload();
}
END_TEST

START_TEST(dead_tasks_have_no_table)
{
	images_new();
	task(1);
	task(2);
	task(3);
	core(1, IMG_TASK_DEAD, NULL);
	core(2, IMG_TASK_ALIVE, NULL);
	load();
	ck_assert_str_eq(table(0), "none");
	ck_assert_str_eq(table(1), "none");
	ck_assert_str_eq(images_told, "ids-2.img: image missing\nids-3.img: image missing\n");
	unload();
}
END_TEST

START_TEST(ids_may_stand_in_the_core_image)
{
	TaskKobjIdsEntry k = TASK_KOBJ_IDS_ENTRY__INIT;

	images_new();
	task(1);
	k.files_id = 9;
	core(1, IMG_TASK_ALIVE, &k);
	fd(9, 4, FD_TYPES__REG, 1);
	load();
	ck_assert_str_eq(table(0), "4 ");
	unload();
}
END_TEST

START_TEST(tables_were_numbered_by_pid_once)
{
	InventoryEntry inv = INVENTORY_ENTRY__INIT;

	images_new();
	inv.img_version = 1;
	images_put("inventory.img", &inv);
	task(5);
	core(5, IMG_TASK_ALIVE, NULL);
	fd(5, 2, FD_TYPES__REG, 1);
	load();
	ck_assert_str_eq(table(0), "2 ");
	ck_assert_str_eq(images_told, "");
	unload();
}
END_TEST

START_TEST(damaged_tables_are_kept_as_far_as_they_go)
{
	images_new();
	task(1);
	task(2);
	ids(1, 7);
	ids(2, 8);
	fd(7, 1, FD_TYPES__REG, 1);
	images_put_raw("fdinfo-7.img", "\10\1", 2);
	fd(8, 5, FD_TYPES__REG, 1);
	load();
	ck_assert_str_eq(table(0), "1 ");
	ck_assert_str_eq(table(1), "5 ");
	ck_assert_str_eq(images_told,
			 "fdinfo-7.img: offset 0x18: entries[1].flags: required field missing\n");
	unload();
}
END_TEST

START_TEST(cwd_and_root_are_those_of_fs)
{
	FsEntry fs = FS_ENTRY__INIT;
	struct img_err err;
	uint32_t cwd, root;

	images_new();
	fs.cwd_id = 5;
	fs.root_id = 6;
	images_put("fs-3.img", &fs);
	D.dir = images_open();
	ck_assert_int_eq(img_fds_fs(D.dir, 3, &cwd, &root, &err), 1);
	ck_assert_uint_eq(cwd, 5);
	ck_assert_uint_eq(root, 6);
	ck_assert_int_eq(img_fds_fs(D.dir, 4, &cwd, &root, &err), 0);
	img_dir_close(D.dir);
	images_free();
}
END_TEST

/* Who holds a file: "PID:FD " of each. */
static const char *holders(uint32_t type, uint32_t id)
{
	static char got[256];

	got[0] = '\0';
	for (uint32_t i = img_fds_head(D.fds, img_files_index(D.files, type, id)); i != IMG_NO_FD;
	     i = D.fds->v[i].next)
		sprintf(got + strlen(got), "%u:%u ", D.ps->tasks[D.fds->v[i].task].pid,
			D.fds->v[i].fd);
	return got;
}

/* Who holds its other end. */
static const char *others(uint32_t type, uint32_t id)
{
	static char got[256];
	uint32_t file = img_files_index(D.files, type, id), i;
	struct img_peers_walk w;
	size_t n = 0;

	got[0] = '\0';
	img_peers_begin(D.ends, file, &w);
	for (; (i = img_peers_next(D.ends, &w)) != IMG_NO_FD; n++)
		sprintf(got + strlen(got), "%u:%u ", D.ps->tasks[D.fds->v[i].task].pid,
			D.fds->v[i].fd);
	ck_assert_uint_eq(img_peers_count(D.ends, file), n);
	return img_peers_has(D.ends, file) ? got : "has none";
}

static void two_tasks(void)
{
	images_new();
	task(1);
	task(2);
	ids(1, 1);
	ids(2, 2);
}

START_TEST(holders_are_listed_in_order)
{
	two_tasks();
	fd(1, 0, FD_TYPES__PIPE, 5);
	fd(1, 4, FD_TYPES__PIPE, 5);
	fd(2, 1, FD_TYPES__PIPE, 5);
	fd(2, 2, FD_TYPES__PIPE, 99);
	pipe_file(5, 100, 0);
	load();
	ck_assert_str_eq(holders(FD_TYPES__PIPE, 5), "1:0 1:4 2:1 ");
	ck_assert_uint_eq(D.fds->v[3].file, IMG_NO_FILE);
	unload();
}
END_TEST

START_TEST(pipes_have_readers_and_writers)
{
	two_tasks();
	pipe_file(1, 100, 0);
	pipe_file(2, 100, 1);
	pipe_file(3, 100, 04001);
	pipe_file(4, 101, 0);
	pipe_file(5, 102, 2);
	pipe_file(6, 102, 0);
	for (uint32_t i = 1; i <= 6; i++)
		fd(1 + i % 2, i, FD_TYPES__PIPE, i);
	load();
	ck_assert_str_eq(others(FD_TYPES__PIPE, 1), "1:2 2:3 ");
	ck_assert_str_eq(others(FD_TYPES__PIPE, 2), "2:1 ");
	ck_assert_str_eq(others(FD_TYPES__PIPE, 4), "");
	/* open both ways: its own other end, and counted once */
	ck_assert_str_eq(others(FD_TYPES__PIPE, 5), "2:5 1:6 ");
	ck_assert_str_eq(others(FD_TYPES__PIPE, 6), "2:5 ");
	unload();
}
END_TEST

START_TEST(fifos_are_opened_as_their_path_is)
{
	FileEntry e = FILE_ENTRY__INIT;
	FifoEntry f = FIFO_ENTRY__INIT;
	RegFileEntry r = REG_FILE_ENTRY__INIT;
	char name[] = "/ff";

	two_tasks();
	for (uint32_t i = 0; i < 2; i++) {
		e = (FileEntry)FILE_ENTRY__INIT;
		e.type = FD_TYPES__REG;
		e.id = r.id = 10 + i;
		r.flags = i;
		r.fown = &fown;
		r.name = name;
		e.reg = &r;
		images_put("files.img", &e);
		e = (FileEntry)FILE_ENTRY__INIT;
		e.type = FD_TYPES__FIFO;
		/* the second one as before CRIU 3.6: with the id of its path */
		e.id = f.id = i == 0 ? 1 : 11;
		f.has_regf_id = i == 0;
		f.regf_id = 10;
		f.pipe_id = 7;
		e.fifo = &f;
		images_put("files.img", &e);
		fd(1 + i, 0, FD_TYPES__FIFO, f.id);
	}
	/* the number of a pipe is not that of a fifo */
	pipe_file(1, 7, 1);
	fd(2, 9, FD_TYPES__PIPE, 1);
	load();
	ck_assert_str_eq(others(FD_TYPES__FIFO, 1), "2:0 ");
	ck_assert_str_eq(others(FD_TYPES__FIFO, 11), "1:0 ");
	ck_assert_str_eq(others(FD_TYPES__PIPE, 1), "");
	unload();
}
END_TEST

START_TEST(unix_sockets_have_peers)
{
	two_tasks();
	unix_file(1, 50, 51);
	unix_file(2, 51, 50);
	unix_file(3, 52, 0);
	unix_file(4, 53, 52);
	for (uint32_t i = 1; i <= 4; i++)
		fd(1 + i % 2, i, FD_TYPES__UNIXSK, i);
	load();
	ck_assert_str_eq(others(FD_TYPES__UNIXSK, 1), "1:2 ");
	ck_assert_str_eq(others(FD_TYPES__UNIXSK, 2), "2:1 ");
	ck_assert_str_eq(others(FD_TYPES__UNIXSK, 3), "has none");
	ck_assert_str_eq(others(FD_TYPES__UNIXSK, 4), "2:3 ");
	unload();
}
END_TEST

#define V4(word, port) ((struct side){ { word }, 1, port })
#define V6(a, b, c, d, port) ((struct side){ { a, b, c, d }, 4, port })

START_TEST(connections_are_found_from_both_sides)
{
	struct side lo = V4(0x0100007f, 80), lo2 = V4(0x0100007f, 4000);
	struct side a = V4(0x0100000a, 80), b = V4(0x0200000a, 4000);
	struct side bm = V6(0, 0, 0xffff0000, 0x0200000a, 4000);
	struct side am = V6(0, 0, 0xffff0000, 0x0100000a, 80);

	two_tasks();
	inet_file(1, 5, a, b);
	/* across namespaces, and as IPv6 maps it */
	inet_file(2, 6, bm, am);
	/* 127.0.0.1 is another host in each namespace */
	inet_file(3, 5, lo, lo2);
	inet_file(4, 6, lo2, lo);
	inet_file(5, 5, lo2, lo);
	inet_file(6, 5, a, V4(0, 0));
	for (uint32_t i = 1; i <= 6; i++)
		fd(1 + i % 2, i, FD_TYPES__INETSK, i);
	load();
	ck_assert_str_eq(others(FD_TYPES__INETSK, 1), "1:2 ");
	ck_assert_str_eq(others(FD_TYPES__INETSK, 2), "2:1 ");
	ck_assert_str_eq(others(FD_TYPES__INETSK, 3), "2:5 ");
	ck_assert_str_eq(others(FD_TYPES__INETSK, 4), "");
	ck_assert_str_eq(others(FD_TYPES__INETSK, 6), "has none");
	unload();
}
END_TEST

static void add(TCase *tc)
{
	TEST(tables_go_by_files_id);
	TEST(dead_tasks_have_no_table);
	TEST(ids_may_stand_in_the_core_image);
	TEST(tables_were_numbered_by_pid_once);
	TEST(damaged_tables_are_kept_as_far_as_they_go);
	TEST(cwd_and_root_are_those_of_fs);
	TEST(holders_are_listed_in_order);
	TEST(pipes_have_readers_and_writers);
	TEST(fifos_are_opened_as_their_path_is);
	TEST(unix_sockets_have_peers);
	TEST(connections_are_found_from_both_sides);
}

int main(void)
{
	return unit_run("fds", add);
}
