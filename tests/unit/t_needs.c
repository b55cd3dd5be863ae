/* needs, ask: what a dump needs of a machine, and what is said where that has it not. */
#include "libimg/host/ask.h"
#include "libimg/host/needs.h"

#include "texts.h"

/* A bundled dump, an image of it, and what is changed in that: see texts.h. */
struct change {
	const char *dump, *image, *from, *to;
	const char *need; /* a line of JSON, in which ' stands for " */
};

/* clang-format off */

static const struct change changes[] = {
	{ "memory", "files.img", "",
	  "{'type':'INETSK','id':100,'isk':{'id':100,'ino':1000,'family':2,'type':1,'proto':6,'state':10,'src_port':80,'dst_port':0,'flags':2,'backlog':0,'src_addr':[83994816],'dst_addr':[0],'fown':$fown,'opts':$opts}}",
	  "{'need':'address','name':'192.168.1.5','image':'files.img','entry':14}" },
	{ "memory", "files.img", "",
	  "{'type':'INETSK','id':100,'isk':{'id':100,'ino':1000,'family':2,'type':1,'proto':6,'state':10,'src_port':80,'dst_port':0,'flags':2,'backlog':0,'src_addr':[0],'dst_addr':[0],'fown':$fown,'opts':{'so_sndbuf':1,'so_rcvbuf':1,'so_snd_tmo_sec':0,'so_snd_tmo_usec':0,'so_rcv_tmo_sec':0,'so_rcv_tmo_usec':0,'so_bound_dev':'eth7'}}}",
	  "{'need':'netdev','name':'eth7','image':'files.img','entry':14}" },
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':3,'state':7,'flags':2,'uflags':0,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':'=00abs'}}",
	  "{'need':'abstract','name':'other @abs','image':'files.img','entry':14}" },
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':10,'flags':2,'uflags':0,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':'sock=00','name_dir':'/tmp'}}",
	  "{'need':'socket-path','name':'/tmp/sock','image':'files.img','entry':14}" },
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':7,'flags':2,'uflags':8,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':''}}",
	  "{'need':'option','name':'--inherit-fd fd[N]:socket[1000]','image':'files.img','entry':14}" },
	{ "memory", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':1,'flags':2,'uflags':1,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':'/run/out=00'}}",
	  "{'need':'option','name':'--ext-unix-sk','image':'files.img','entry':14}" },
	{ "memory", "files.img", "'name':'/srv/demo/memory/facts/out'",
	  "'ext':true,'name':'/srv/demo/memory/facts/out'",
	  "{'need':'option','name':'--inherit-fd fd[N]:/srv/demo/memory/facts/out','image':'files.img','entry':6}" },
	{ "memory", "files.img", "",
	  "{'type':'INOTIFY','id':100,'ify':{'id':100,'flags':2,'fown':$fown,'wd':[{'id':0,'i_ino':5,'mask':2,'ignored_mask':0,'s_dev':5,'wd':1,'f_handle':{'bytes':8,'type':1,'handle':[1,0],'path':'/watched'}}]}}",
	  "{'need':'file','name':'/watched','image':'files.img','entry':14}" },
	{ "memory", "inventory.img", "NO_LSM",
	  "SELINUX",
	  "{'need':'lsm','name':'selinux','image':'inventory.img','entry':0}" },
	{ "memory", "inventory.img", "NO_LSM",
	  "APPARMOR",
	  "{'need':'lsm','name':'apparmor','image':'inventory.img','entry':0}" },
	{ "old-v3.0-k2m1", "tty-info.img", "'type':'PTY'",
	  "'type':'EXT_TTY'",
	  "{'need':'option','name':'--inherit-fd fd[N]:tty[RDEV:DEV]','image':'tty.img','entry':0}" },
	{ "tun_ns_ns", "files.img", "",
	  "{'type':'INOTIFY','id':100,'ify':{'id':100,'flags':2,'fown':$fown,'wd':[{'id':0,'i_ino':5,'mask':2,'ignored_mask':0,'s_dev':5,'wd':1,'f_handle':{'bytes':8,'type':1,'handle':[1,0],'path':'/watched','mnt_id':142}}]}}",
	  "{'need':'file','name':'/watched','in_root':true,'image':'files.img','entry':23}" },
	{ "tun_ns_ns", "files.img", "",
	  "{'type':'INOTIFY','id':100,'ify':{'id':100,'flags':2,'fown':$fown,'wd':[{'id':0,'i_ino':5,'mask':2,'ignored_mask':0,'s_dev':5,'wd':1,'f_handle':{'bytes':8,'type':1,'handle':[1,0],'path':'/watched','mnt_id':144}}]}}",
	  "{'need':'file','name':'/watched','in_root':true,'unchecked':'it is in the external mount \\'ZDTM_DEV\\'','image':'files.img','entry':23}" },
	{ "tun_ns_ns", "files.img", "",
	  "{'type':'INOTIFY','id':100,'ify':{'id':100,'flags':2,'fown':$fown,'wd':[{'id':0,'i_ino':5,'mask':2,'ignored_mask':0,'s_dev':5,'wd':1,'f_handle':{'bytes':8,'type':1,'handle':[1,0],'path':'/watched','mnt_id':9}}]}}",
	  "{'need':'file','name':'/watched','in_root':true,'unchecked':'its mount is not in the dump','image':'files.img','entry':23}" },
	{ "tun_ns_ns", "netns-10.img", "{'def_conf4'",
	  "{'ext_key':'outer','def_conf4'",
	  "{'need':'option','name':'--inherit-fd fd[N]:outer','image':'netns-10.img','entry':0}" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'MACVLAN','ifindex':9,'mtu':1,'flags':1,'name':'m0','macvlan':{'mode':1}}",
	  "{'need':'option','name':'--external macvlan[m0]:OUTER','image':'netdev-10.img','entry':1}" },
	{ "tun_ns_ns", "netdev-10.img", "",
	  "{'type':'VETH','ifindex':9,'mtu':1,'flags':1,'name':'v0'}",
	  "{'need':'option','name':'--external veth[v0]:OUTER','image':'netdev-10.img','entry':1}" },
	{ "tun_ns_ns", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':10,'flags':2,'uflags':0,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':'/s=00'}}",
	  "{'need':'socket-path','name':'/s','in_root':true,'image':'files.img','entry':23}" },
	{ "tun_ns_ns", "files.img", "",
	  "{'type':'UNIXSK','id':100,'usk':{'id':100,'ino':1000,'type':1,'state':10,'flags':2,'uflags':0,'backlog':0,'peer':0,'fown':$fown,'opts':$opts,'name':'/s=00','mnt_id':142}}",
	  "{'need':'socket-path','name':'/s','in_root':true,'image':'files.img','entry':23}" },
	{ "tun_ns_ns", "mountpoints-14.img", "",
	  "{'fstype':0,'mnt_id':200,'root_dev':266338304,'parent_mnt_id':142,'flags':2097152,'root':'/elsewhere','mountpoint':'/mnt','source':'x','options':'','shared_id':0,'master_id':0,'sb_flags':0}",
	  "{'need':'mount-point','name':'/mnt','in_root':true,'image':'mountpoints-14.img','entry':5}" },
	{ "tun_ns_ns", "mountpoints-14.img", "",
	  "{'fstype':15,'mnt_id':200,'root_dev':99,'parent_mnt_id':142,'flags':2097152,'root':'/','mountpoint':'/mnt','source':'x','options':'','shared_id':0,'master_id':0,'sb_flags':0}",
	  "{'need':'filesystem','name':'fuse','image':'mountpoints-14.img','entry':5}" },
	{ "tun_ns_ns", "mountpoints-14.img", "",
	  "{'fstype':5,'mnt_id':200,'root_dev':99,'parent_mnt_id':142,'flags':2097152,'root':'/','mountpoint':'/mnt','source':'x','options':'','shared_id':0,'master_id':0,'sb_flags':0}",
	  "{'need':'filesystem','name':'tmpfs','image':'mountpoints-14.img','entry':5}" },
	{ "tun_ns_ns", "mountpoints-14.img", "",
	  "{'fstype':0,'mnt_id':200,'root_dev':99,'parent_mnt_id':142,'flags':2097152,'root':'/','mountpoint':'/mnt','source':'x','options':'','shared_id':0,'master_id':0,'sb_flags':0,'ext_key':'K'}",
	  "{'need':'option','name':'--external mnt[K]:PATH','image':'mountpoints-14.img','entry':5}" },
	{ "names", "remap-fpath.img", "'remap_id':1,'remap_type':'GHOST'",
	  "'remap_id':77,'remap_type':'PROCFS'",
	  "{'need':'pid','name':'77','image':'remap-fpath.img','entry':0}" },
	{ "socket-tcp-nft-nfconntrack_h", "inventory.img", "'ns_per_id':true",
	  "'ns_per_id':true,'tcp_close':true",
	  "{'need':'option','name':'--tcp-close','image':'inventory.img','entry':0}" },
};

/* clang-format on */

static char found[1 << 17];

static int note(void *arg, const struct img_need *n, struct img_err *err)
{
	struct img_buf b = { 0 };
	struct img_out *out = img_out_mem(&b);
	size_t at = strlen(found);
	struct img_jw w;

	(void)arg;
	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	img_need_json(&w, "need", n);
	img_jw_close(&w, '}');
	ck_assert_int_eq(img_out_flush(out, err), 0);
	ck_assert_uint_lt(at + b.n + 2, sizeof(found));
	snprintf(found + at, sizeof(found) - at, "%.*s\n", (int)b.n, (char *)b.p);
	img_out_free(out);
	img_buf_free(&b);
	return 0;
}

static void unknown(void *arg, const struct img_err *err)
{
	(void)arg;
	ck_abort_msg("%s: %s", err->file, said(err));
}

static void check(void)
{
	const struct img_report report = { unknown, NULL };
	struct img_dir *d = dump_open(&texts);
	struct img_err err;

	found[0] = '\0';
	ck_assert_int_eq(img_needs(d, &(struct img_needs_to){ note, NULL }, &report, &err), 0);
	img_dir_close(d);
}

START_TEST(a_dump_needs_what_its_images_name)
{
	const struct change *c = &changes[_i];
	char *need = texts_of(c->need);

	texts_new(c->dump);
	check();
	ck_assert_msg(strstr(found, need) == NULL, "before: %s", found);
	texts_change(c->dump, c->image, c->from, c->to);
	check();
	if (strstr(found, need) == NULL)
		ck_abort_msg("no\n%s, but\n%s", need, found);
	free(need);
	texts_drop();
}
END_TEST

/* ---- what a machine has of them ---- */

/* clang-format off */

static const struct question {
	const char *facts, *need;
	enum img_answer_state state;
	const char *text, *criu;
} questions[] = {
	{ "{'fact':'pty','complete':true}{'fact':'pty','name':'3'}", "{'need':'pty','name':'3'}",
	  IMG_MISSING, "3 is the number of a terminal that is open", "Unable to open dev/ptmx with specified index 3" },
	{ "{'fact':'pty','complete':true}{'fact':'pty','name':'3'}", "{'need':'pty','name':'4'}",
	  IMG_MET, "", "" },
	{ "{'fact':'xsave','name':'size','value':576}", "{'need':'xsave','name':'size','value':832}",
	  IMG_MISSING, "xsave size is 576 bytes, expected 832", "CPU instruction capabilities do not match run time" },
	{ "", "{'need':'xsave','name':'size','value':832}",
	  IMG_UNCHECKED, "size: the facts say nothing of it", "" },
	{ "{'fact':'pid-max','name':'pid','value':300}", "{'need':'pid-max','name':'pid','value':300}",
	  IMG_MISSING, "pid 300 is not below kernel.pid_max, which is 300", "Can't set kernel pid_max=300" },
	{ "{'fact':'port','unknown':'no /proc'}", "{'need':'port','name':'tcp 0.0.0.0:80'}",
	  IMG_UNCHECKED, "tcp 0.0.0.0:80: no /proc", "" },
	{ "{'fact':'port','complete':true}{'fact':'port','name':'tcp 80'}", "{'need':'port','name':'tcp 80'}",
	  IMG_UNCHECKED, "tcp 80: in use by a socket that may share it", "" },
	{ "{'fact':'file','name':'/a','mode':49645}", "{'need':'file','name':'/a','mode':33188}",
	  IMG_MISSING, "/a is a socket, expected a regular file", "File a has bad mode 0140755 (expect 0100644)" },
	{ "{'fact':'file','name':'/a','mode':41471}", "{'need':'file','name':'/a','mode':24996}",
	  IMG_MISSING, "/a is of another kind, expected a block device", "File a has bad mode 0120777 (expect 060644)" },
	{ "{'fact':'file','name':'/a','missing':true}", "{'need':'mount-point','name':'/a'}",
	  IMG_MISSING, "/a does not exist", "Can't mount at a" },
	{ "", "{'need':'file','name':'/a','in_root':true}",
	  IMG_UNCHECKED, "/a: below the root of the dump (--root says where that is)", "" },
	{ "", "{'need':'socket-path','name':'/a','in_root':true}",
	  IMG_UNCHECKED, "/a: below the root of the dump (--root says where that is)", "" },
	{ "", "{'need':'socket-path','name':'/a/s'}",
	  IMG_UNCHECKED, "/a/s: the facts do not have it (--facts=NEEDS asks for the files)", "" },
	{ "{'fact':'file','name':'/a/s','mode':33188}", "{'need':'socket-path','name':'/a/s'}",
	  IMG_MISSING, "/a/s is a regular file, expected nothing or a socket", "Can't bind id ... ino ... addr /a/s" },
	{ "{'fact':'file','name':'/a/s','mode':49645}", "{'need':'socket-path','name':'/a/s'}",
	  IMG_MET, "", "" },
	{ "{'fact':'file','name':'/a/s','missing':true}{'fact':'file','name':'/a','missing':true}",
	  "{'need':'socket-path','name':'/a/s'}",
	  IMG_MISSING, "/a/s: its directory does not exist", "Can't bind id ... ino ... addr /a/s" },
	{ "{'fact':'file','name':'/a/s','missing':true}{'fact':'file','name':'/a','mode':16877}",
	  "{'need':'socket-path','name':'/a/s'}",
	  IMG_MET, "", "" },
	{ "{'fact':'file','name':'/s','missing':true}{'fact':'file','name':'/','mode':16877}",
	  "{'need':'socket-path','name':'/s'}",
	  IMG_MET, "", "" },
	{ "{'fact':'cgroup','complete':true}{'fact':'cgroup','name':'cpu,cpuacct'}",
	  "{'need':'cgroup','name':'memory,cpuacct'}",
	  IMG_MISSING, "memory,cpuacct: the kernel has no controller memory", "Unable to mount the cgroup (memory,cpuacct) file system" },
	{ "{'fact':'cgroup','complete':true}{'fact':'cgroup','name':'cpu,cpuacct'}",
	  "{'need':'cgroup','name':'cpuacct'}",
	  IMG_MISSING, "cpuacct: cpuacct is in another hierarchy here", "Unable to mount the cgroup (cpuacct) file system" },
	{ "{'fact':'cgroup','complete':true}{'fact':'kernel','name':'cgroup:memory'}",
	  "{'need':'cgroup','name':'memory'}",
	  IMG_UNCHECKED, "memory: not mounted here; criu mounts it, if the kernel allows it", "" },
	{ "{'fact':'filesystem','complete':true}", "{'need':'filesystem','name':'fuse'}",
	  IMG_UNCHECKED, "fuse: not in /proc/filesystems; a module may have it", "" },
	{ "", "{'need':'option','name':'--tcp-close'}",
	  IMG_UNCHECKED, "criu restore must be given --tcp-close", "" },
};

/* clang-format on */

static int ask(void *arg, const struct img_need *n, struct img_err *err)
{
	const struct question *q = arg;
	struct img_host h = { .facts = img_host_facts_new() };
	char *facts = texts_of(q->facts);
	struct img_in *in = img_in_mem(facts, strlen(facts));
	struct img_answer a;

	ck_assert_int_eq(img_host_facts_read(h.facts, in, err), 0);
	ck_assert_int_eq(img_ask(&h, n, &a, err), 0);
	ck_assert_str_eq(a.text, q->text);
	ck_assert_int_eq(a.state, q->state);
	ck_assert_str_eq(a.criu, q->criu);
	ck_assert_int_eq(a.failure != NULL, a.state == IMG_MISSING);
	found[0] = 'x';
	img_in_free(in);
	free(facts);
	img_host_facts_free(h.facts);
	return 0;
}

START_TEST(a_machine_has_it_or_not_or_it_is_not_known)
{
	char *need = texts_of(questions[_i].need);
	struct img_in *in = img_in_mem(need, strlen(need));
	struct img_err err;

	found[0] = '\0';
	if (img_needs_read(in, ask, (void *)(uintptr_t)&questions[_i], &err) < 0)
		ck_abort_msg("%s", said(&err));
	ck_assert_int_eq(found[0], 'x');
	img_in_free(in);
	free(need);
}
END_TEST

/* A file that cannot be seen is neither there nor missing. */
START_TEST(a_file_that_cannot_be_seen_is_not_checked)
{
	const struct img_need n = { .kind = IMG_NEED_FILE, .name = "/loop" };
	struct img_look look = { .root = -1 };
	struct img_host h = { .facts = img_host_facts_new(), .files = &look, .root = true };
	char path[PATH_MAX];
	struct img_answer a;
	struct img_err err;

	dump_new(&texts);
	dump_path(&texts, "loop", path);
	ck_assert_int_eq(symlink("loop", path), 0);
	look.root = open(texts.path, O_PATH | O_DIRECTORY);
	ck_assert_int_eq(img_ask(&h, &n, &a, &err), 0);
	ck_assert_int_eq(a.state, IMG_UNCHECKED);
	ck_assert_str_eq(a.text, "/loop: Too many levels of symbolic links");
	ck_assert_int_eq(img_ask_fact(h.facts, &look, &n, &err), 0);
	ck_assert_uint_eq(img_host_facts_count(h.facts), 0);
	close(look.root);
	img_look_end(&look);
	img_host_facts_free(h.facts);
	texts_drop();
}
END_TEST

static void add(TCase *tc)
{
	EACH(a_machine_has_it_or_not_or_it_is_not_known, questions);
	TEST(a_file_that_cannot_be_seen_is_not_checked);
	EACH(a_dump_needs_what_its_images_name, changes);
}

int main(void)
{
	return unit_run("needs", add);
}
