#include "libimg/image/type.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "fdinfo.pb-c.h"

#define MSG(name) .entry = &img_msg_##name
#define FIRST(name) .first = &img_msg_##name
#define EXTRA(name) .extra = &img_extra_##name
#define RAW(type, ...) .name = type, .files = { __VA_ARGS__ }
#define SINCE(major, minor) .since = IMG_CRIU(major, minor, 0)
#define UNTIL(major, minor) .until = IMG_CRIU(major, minor, 0)
#define FD(type) .fd_type = FD_TYPES__##type

/* clang-format off */

const struct img_type img_types[] = {
	/* The dump as a whole. */
	{ "INVENTORY", 0x58313116, 0, { "inventory.img" }, MSG(inventory_entry), .single = true, .predump = true },
	{ "PSTREE", 0x50273030, IMG_COMMON, { "pstree.img" }, MSG(pstree_entry) },
	{ "CGROUP", 0x59383330, IMG_COMMON, { "cgroup.img" }, MSG(cgroup_entry), .single = true, SINCE(1, 3), .global = true },
	{ "CPUINFO", 0x61404013, IMG_COMMON, { "cpuinfo.img" }, MSG(cpuinfo_entry), .single = true, SINCE(1, 4) },
	{ "SECCOMP", 0x64413049, IMG_COMMON, { "seccomp.img" }, MSG(seccomp_entry), .single = true, SINCE(1, 8) },
	{ "APPARMOR", 0x59423047, IMG_COMMON, { "apparmor.img" }, MSG(apparmor_entry), .single = true, SINCE(3, 16) },
	{ "FILE_LOCKS", 0x54323616, IMG_COMMON, { "filelocks.img", "filelocks-%u.img" }, MSG(file_lock_entry), SINCE(1, 3), .global = true, .pid_in_name = 2 },

	/* A process or thread. The number is a pid or tid, for FDINFO a files_id. */
	{ "CORE", 0x55053847, IMG_COMMON, { "core-%u.img" }, MSG(core_entry), .single = true, .pid_in_name = 1 },
	{ "IDS", 0x54432030, IMG_COMMON, { "ids-%u.img" }, MSG(task_kobj_ids_entry), .single = true, SINCE(0, 4), .pid_in_name = 1 },
	{ "MM", 0x57492820, IMG_COMMON, { "mm-%u.img" }, MSG(mm_entry), .single = true, .pid_in_name = 1 },
	{ "FS", 0x51403912, IMG_COMMON, { "fs-%u.img" }, MSG(fs_entry), .single = true, .pid_in_name = 1 },
	{ "FDINFO", 0x56213732, IMG_COMMON, { "fdinfo-%u.img" }, MSG(fdinfo_entry) },

	/* Memory. The pages of CRIU 0.1 to 0.4 begin with the magic of PAGEMAP but are raw. */
	{ "PAGEMAP", 0x56084025, IMG_COMMON, { "pagemap-%u.img", "pagemap-shmem-%u.img" }, MSG(pagemap_entry), FIRST(pagemap_head), SINCE(0, 5), .predump = true, .pid_in_name = 1 },
	{ RAW("PAGES", "pages-%u.img", "pages-shmem-%u.img"), .predump = true },
	{ RAW("PARENT", "parent") },	/* a symbolic link, or its target as text where an archive has no links */

	/* Files of every kind, and the data queued in them. */
	{ "FILES", 0x56303138, IMG_COMMON, { "files.img" }, MSG(file_entry), SINCE(3, 4) },
	{ "REMAP_FPATH", 0x59133954, IMG_COMMON, { "remap-fpath.img" }, MSG(remap_file_path_entry), .global = true },
	{ "GHOST_FILE", 0x52583605, IMG_COMMON, { "ghost-file-%x.img" }, MSG(ghost_chunk_entry), EXTRA(chunk), FIRST(ghost_file_entry), .first_extra = &img_extra_ghost },
	{ "MEMFD_INODE", 0x48453499, IMG_COMMON, { "memfd.img" }, MSG(memfd_inode_entry), SINCE(3, 14) },
	{ "PIPES_DATA", 0x56453709, IMG_COMMON, { "pipes-data.img" }, MSG(pipe_data_entry), EXTRA(pipe), .global = true },
	{ "FIFO_DATA", 0x59333054, IMG_COMMON, { "fifo-data.img" }, MSG(pipe_data_entry), EXTRA(pipe), .global = true },
	{ "SK_QUEUES", 0x56264026, IMG_COMMON, { "sk-queues.img" }, MSG(sk_packet_entry), EXTRA(sk), .global = true },
	{ "TCP_STREAM", 0x51465506, IMG_COMMON, { "tcp-stream-%x.img" }, MSG(tcp_stream_entry), EXTRA(tcp), .single = true },
	{ "TTY_INFO", 0x59453036, IMG_COMMON, { "tty-info.img" }, MSG(tty_info_entry), SINCE(0, 2), .global = true },
	{ "TTY_DATA", 0x59413026, IMG_COMMON, { "tty-data.img" }, MSG(tty_data_entry), SINCE(2, 3) },
	{ "BPFMAP_DATA", 0x64324033, IMG_COMMON, { "bpfmap-data.img" }, MSG(bpfmap_data_entry), EXTRA(bpf), SINCE(3, 15) },

	/* Namespaces. The number is the id of the namespace. */
	{ "UTSNS", 0x54473203, IMG_COMMON, { "utsns-%u.img" }, MSG(utsns_entry), .single = true },
	{ "USERNS", 0x55474906, IMG_COMMON, { "userns-%u.img" }, MSG(userns_entry), .single = true, SINCE(1, 4) },
	{ "PIDNS", 0x61157326, IMG_COMMON, { "pidns-%u.img" }, MSG(pidns_entry), .single = true, SINCE(3, 15) },
	{ "TIMENS", 0x43114433, IMG_COMMON, { "timens-%u.img" }, MSG(timens_entry), .single = true, SINCE(3, 14) },
	{ "IPC_VAR", 0x53115007, IMG_COMMON, { "ipcns-var-%u.img" }, MSG(ipc_var_entry), .single = true },
	{ "IPCNS_SHM", 0x46283044, IMG_COMMON, { "ipcns-shm-%u.img" }, MSG(ipc_shm_entry), EXTRA(shm) },
	{ "IPCNS_MSG", 0x55453737, IMG_COMMON, { "ipcns-msg-%u.img" }, MSG(ipc_msg_entry), EXTRA(msg) },
	{ "IPCNS_SEM", 0x59573019, IMG_COMMON, { "ipcns-sem-%u.img" }, MSG(ipc_sem_entry), EXTRA(sem) },
	{ "MNTS", 0x55563928, IMG_COMMON, { "mountpoints-%u.img" }, MSG(mnt_entry) },
	{ "AUTOFS", 0x49353943, IMG_COMMON, { "autofs-%u.img" }, MSG(autofs_entry), .single = true, SINCE(2, 4) },
	{ "BINFMT_MISC", 0x67343323, IMG_COMMON, { "binfmt-misc.img", "binfmt-misc-%u.img" }, MSG(binfmt_misc_entry), SINCE(2, 7) },
	{ "NETDEV", 0x57373951, IMG_COMMON, { "netdev-%u.img" }, MSG(net_device_entry) },
	{ "NETNS", 0x55933752, IMG_COMMON, { "netns-%u.img" }, MSG(netns_entry), .single = true, SINCE(1, 6) },
	{ RAW("TMPFS_DEV", "tmpfs-dev-%u.tar.gz.img"), SINCE(1, 3) },
	{ RAW("TMPFS_IMG", "tmpfs-%u.tar.gz.img"), SINCE(0, 2), UNTIL(1, 2) },
	{ RAW("IFADDR", "ifaddr-%u.img") },
	{ RAW("ROUTE", "route-%u.img") },
	{ RAW("ROUTE6", "route6-%u.img"), SINCE(1, 8) },
	{ RAW("RULE", "rule-%u.img"), SINCE(1, 8) },
	{ RAW("IPTABLES", "iptables-%u.img"), SINCE(0, 8) },
	{ RAW("IP6TABLES", "ip6tables-%u.img"), SINCE(1, 8) },
	{ RAW("NFTABLES", "nftables-%u.img"), SINCE(3, 14), .sized = true },
	{ RAW("NETNF_CT", "netns-ct-%u.img"), SINCE(2, 0) },
	{ RAW("NETNF_EXP", "netns-exp-%u.img"), SINCE(2, 0) },

	/* Written to the work directory; restore does not need them. */
	{ "STATS", 0x57093306, IMG_SERVICE, { "stats-dump", "stats-restore" }, MSG(stats_entry), .single = true, SINCE(0, 6), .predump = true },
	{ "IRMAP_CACHE", 0x57004059, IMG_SERVICE, { "irmap-cache" }, MSG(irmap_cache_entry), SINCE(1, 2), .predump = true },

	/* Up to CRIU 3.3 one image per kind of file; since then all are in files.img. */
	{ "REG_FILES", 0x50363636, IMG_COMMON, { "reg-files.img" }, MSG(reg_file_entry), UNTIL(3, 3), FD(REG), .global = true },
	{ "EXT_FILES", 0x59255641, IMG_COMMON, { "ext-files.img" }, MSG(ext_file_entry), SINCE(1, 1), UNTIL(3, 3), FD(EXT), .global = true },
	{ "NS_FILES", 0x61394011, IMG_COMMON, { "ns-files.img" }, MSG(ns_file_entry), SINCE(0, 6), UNTIL(3, 3), FD(NS), .global = true },
	{ "PIPES", 0x56513555, IMG_COMMON, { "pipes.img" }, MSG(pipe_entry), UNTIL(3, 3), FD(PIPE), .global = true },
	{ "FIFO", 0x58364939, IMG_COMMON, { "fifo.img" }, MSG(fifo_entry), UNTIL(3, 3), FD(FIFO), .global = true },
	{ "UNIXSK", 0x54373943, IMG_COMMON, { "unixsk.img" }, MSG(unix_sk_entry), UNTIL(3, 3), FD(UNIXSK), .global = true },
	{ "INETSK", 0x56443851, IMG_COMMON, { "inetsk.img" }, MSG(inet_sk_entry), UNTIL(3, 3), FD(INETSK), .global = true },
	{ "PACKETSK", 0x60454618, IMG_COMMON, { "packetsk.img" }, MSG(packet_sock_entry), SINCE(0, 2), UNTIL(3, 3), FD(PACKETSK), .global = true },
	{ "NETLINK_SK", 0x58005614, IMG_COMMON, { "netlinksk.img" }, MSG(netlink_sk_entry), SINCE(0, 5), UNTIL(3, 3), FD(NETLINKSK), .global = true },
	{ "EVENTFD_FILE", 0x44523722, IMG_COMMON, { "eventfd.img" }, MSG(eventfd_file_entry), UNTIL(3, 3), FD(EVENTFD), .global = true },
	{ "EVENTPOLL_FILE", 0x45023858, IMG_COMMON, { "eventpoll.img" }, MSG(eventpoll_file_entry), UNTIL(3, 3), FD(EVENTPOLL), .global = true },
	{ "EVENTPOLL_TFD", 0x44433746, IMG_COMMON, { "eventpoll-tfd.img" }, MSG(eventpoll_tfd_entry), UNTIL(1, 3), .global = true },
	{ "SIGNALFD", 0x57323820, IMG_COMMON, { "signalfd.img" }, MSG(signalfd_entry), SINCE(0, 2), UNTIL(3, 3), FD(SIGNALFD), .global = true },
	{ "INOTIFY_FILE", 0x48424431, IMG_COMMON, { "inotify.img" }, MSG(inotify_file_entry), UNTIL(3, 3), FD(INOTIFY), .global = true },
	{ "INOTIFY_WD", 0x54562009, IMG_COMMON, { "inotify-wd.img" }, MSG(inotify_wd_entry), UNTIL(1, 3), .global = true },
	{ "FANOTIFY_FILE", 0x55096122, IMG_COMMON, { "fanotify.img" }, MSG(fanotify_file_entry), SINCE(0, 4), UNTIL(3, 3), FD(FANOTIFY), .global = true },
	{ "FANOTIFY_MARK", 0x56506035, IMG_COMMON, { "fanotify-mark.img" }, MSG(fanotify_mark_entry), SINCE(0, 4), UNTIL(1, 3), .global = true },
	{ "TTY_FILES", 0x59433025, IMG_COMMON, { "tty.img" }, MSG(tty_file_entry), SINCE(0, 2), UNTIL(3, 3), FD(TTY), .global = true },
	{ "TUNFILE", 0x57143751, IMG_COMMON, { "tunfile.img" }, MSG(tunfile_entry), SINCE(0, 7), UNTIL(3, 3), FD(TUNF), .global = true },
	{ "TIMERFD", 0x50493712, IMG_COMMON, { "timerfd.img" }, MSG(timerfd_entry), SINCE(1, 3), UNTIL(3, 3), FD(TIMERFD), .global = true },

	/* Older still: now part of mm-, core- and the images above. */
	{ "VMAS", 0x54123737, IMG_COMMON, { "vmas-%u.img" }, MSG(vma_entry), UNTIL(1, 1), .pid_in_name = 1 },
	{ "SIGACT", 0x55344201, IMG_COMMON, { "sigacts-%u.img" }, MSG(sa_entry), UNTIL(3, 0), .pid_in_name = 1 },
	{ "ITIMERS", 0x57464056, IMG_COMMON, { "itimers-%u.img" }, MSG(itimer_entry), UNTIL(1, 2), .pid_in_name = 1 },
	{ "POSIX_TIMERS", 0x52603957, IMG_COMMON, { "posix-timers-%u.img" }, MSG(posix_timer_entry), SINCE(0, 6), UNTIL(1, 2), .pid_in_name = 1 },
	{ "CREDS", 0x54023547, IMG_COMMON, { "creds-%u.img" }, MSG(creds_entry), .single = true, UNTIL(1, 8), .pid_in_name = 1 },
	{ "RLIMIT", 0x57113925, IMG_COMMON, { "rlimit-%u.img", "rlimit.img" }, MSG(rlimit_entry), SINCE(0, 5), UNTIL(1, 2), .pid_in_name = 1 },
	{ "SIGNAL", 0x59255647, IMG_COMMON, { "signal-s-%u.img", "signal-p-%u.img" }, MSG(siginfo_entry), SINCE(0, 5), UNTIL(1, 2), .pid_in_name = 3 },

	/* Declared by CRIU and never written: their entries are in files.img. */
	{ "BPFMAP_FILE", 0x57506142, IMG_COMMON, { "bpfmap-file.img" }, MSG(bpfmap_file_entry) },
	{ "PIDFD", 0x54435556, IMG_COMMON, { "pidfd.img" }, MSG(pidfd_entry) },

	/* Images of the AMD GPU plugin: a 64-bit length, then the plugin's own data. */
	{ RAW("AMDGPU_KFD", "amdgpu-kfd-%u.img") },
	{ RAW("AMDGPU_RENDER", "amdgpu-renderD-%u.img", "amdgpu-dmabuf_%u.img") },
	{ RAW("AMDGPU_PAGES", "amdgpu-pages-%u-%x.img", "amdgpu-drm-pages-%u-%u-%x.img") },

	{ .name = NULL },
};

/* clang-format on */

const struct img_type img_type_raw = { RAW("RAW", NULL) };

static const ProtobufCMessageDescriptor no_field_desc = {
	.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "unknown",
	.short_name = "unknown",
	.sizeof_message = sizeof(ProtobufCMessage),
};

static const struct img_msg no_field = { .desc = &no_field_desc };

const struct img_type img_type_unknown = {
	.name = "?",
	.magic = UINT32_MAX, /* framed, and of no row */
	.head = IMG_COMMON,
	.entry = &no_field,
};

const struct img_type *img_type_by_magic(uint32_t magic)
{
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		if (t->magic == magic && magic != 0)
			return t;
	return NULL;
}

const struct img_type *img_type_by_name(const char *name, size_t n)
{
	if (n == 3 && memcmp(name, img_type_raw.name, n) == 0)
		return &img_type_raw;
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		if (t->magic != 0 && strlen(t->name) == n && memcmp(t->name, name, n) == 0)
			return t;
	return NULL;
}

static const char *digits(const char *s, bool hex, uint64_t *v)
{
	*v = 0;
	for (;; s++) {
		unsigned d;

		if (*s >= '0' && *s <= '9')
			d = (unsigned)(*s - '0');
		else if (hex && *s >= 'a' && *s <= 'f')
			d = (unsigned)(*s - 'a') + 10;
		else
			return s;
		if (__builtin_mul_overflow(*v, hex ? 16u : 10u, v) ||
		    __builtin_add_overflow(*v, d, v))
			return NULL;
	}
}

static bool matches(const char *pattern, const char *file, uint64_t *number)
{
	bool first = true;
	uint64_t v;

	*number = 0;
	for (; *pattern != '\0'; pattern++) {
		const char *end;

		if (*pattern != '%') {
			if (*file++ != *pattern)
				return false;
			continue;
		}
		pattern++;
		end = digits(file, *pattern == 'x', &v);
		if (end == NULL || end == file)
			return false;
		if (first)
			*number = v;
		first = false;
		file = end;
	}
	return *file == '\0';
}

const struct img_type *img_type_by_file(const char *file, uint64_t *number)
{
	uint64_t v;

	for (const struct img_type *t = img_types; t->name != NULL; t++)
		for (int i = 0; i < IMG_PATTERNS && t->files[i] != NULL; i++)
			if (matches(t->files[i], file, &v)) {
				if (number != NULL)
					*number = v;
				return t;
			}
	return NULL;
}

const struct img_type *img_type_by_pattern(const char *pattern)
{
	for (const struct img_type *t = img_types; t->name != NULL; t++)
		for (int i = 0; i < IMG_PATTERNS && t->files[i] != NULL; i++)
			if (strcmp(t->files[i], pattern) == 0)
				return t;
	return NULL;
}

char *img_type_file_name(const char *pattern, uint64_t number, char *buf, size_t size)
{
	const char *conv = strchr(pattern, '%');

	if (conv == NULL)
		snprintf(buf, size, "%s", pattern);
	else
		snprintf(buf, size, conv[1] == 'x' ? "%.*s%" PRIx64 "%s" : "%.*s%" PRIu64 "%s",
			 (int)(conv - pattern), pattern, number, conv + 2);
	return buf;
}

const struct img_msg *img_type_entry(const struct img_type *t, uint64_t index,
				     const struct img_extra **extra)
{
	bool first = index == 0 && t->first != NULL;

	*extra = first ? t->first_extra : t->extra;
	return first ? t->first : t->entry;
}
