#include "libimg/view/labels.h"

#include <inttypes.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/mount.h>

#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"

#define ROWS(...)                                                                                  \
	{                                                                                          \
		(const struct img_name[])                                                          \
		{                                                                                  \
			__VA_ARGS__,                                                               \
			{                                                                          \
				NULL, 0                                                            \
			}                                                                          \
		}                                                                                  \
	}
#define LIST(name, ...) const struct img_names img_labels_##name = ROWS(__VA_ARGS__)

/* clang-format off */

/* CRIU writes a zombie as dead; its own number for zombies has not been seen in images. */
LIST(task_state,
	{ "running", IMG_TASK_ALIVE },
	{ "zombie",  IMG_TASK_DEAD },
	{ "stopped", IMG_TASK_STOPPED },
	{ "zombie",  IMG_TASK_ZOMBIE });

LIST(tcp_state,
	{ "ESTABLISHED",  IMG_TCP_ESTABLISHED },
	{ "SYN_SENT",     IMG_TCP_SYN_SENT },
	{ "SYN_RECV",     IMG_TCP_SYN_RECV },
	{ "FIN_WAIT1",    IMG_TCP_FIN_WAIT1 },
	{ "FIN_WAIT2",    IMG_TCP_FIN_WAIT2 },
	{ "TIME_WAIT",    IMG_TCP_TIME_WAIT },
	{ "CLOSE",        IMG_TCP_CLOSE },
	{ "CLOSE_WAIT",   IMG_TCP_CLOSE_WAIT },
	{ "LAST_ACK",     IMG_TCP_LAST_ACK },
	{ "LISTEN",       IMG_TCP_LISTEN },
	{ "CLOSING",      IMG_TCP_CLOSING },
	{ "NEW_SYN_RECV", IMG_TCP_NEW_SYN_RECV });

LIST(ss_state,
	{ "ESTAB",      IMG_TCP_ESTABLISHED },
	{ "SYN-SENT",   IMG_TCP_SYN_SENT },
	{ "SYN-RECV",   IMG_TCP_SYN_RECV },
	{ "FIN-WAIT-1", IMG_TCP_FIN_WAIT1 },
	{ "FIN-WAIT-2", IMG_TCP_FIN_WAIT2 },
	{ "TIME-WAIT",  IMG_TCP_TIME_WAIT },
	{ "UNCONN",     IMG_TCP_CLOSE },
	{ "CLOSE-WAIT", IMG_TCP_CLOSE_WAIT },
	{ "LAST-ACK",   IMG_TCP_LAST_ACK },
	{ "LISTEN",     IMG_TCP_LISTEN },
	{ "CLOSING",    IMG_TCP_CLOSING });

/* The kernel uses TCP's numbers for the states of unix sockets. */
LIST(unix_state,
	{ "ESTABLISHED", IMG_TCP_ESTABLISHED },
	{ "CLOSE",       IMG_TCP_CLOSE },
	{ "LISTEN",      IMG_TCP_LISTEN });

LIST(socket_type,
	{ "stream",    IMG_SOCK_STREAM },
	{ "dgram",     IMG_SOCK_DGRAM },
	{ "raw",       IMG_SOCK_RAW },
	{ "rdm",       IMG_SOCK_RDM },
	{ "seqpacket", IMG_SOCK_SEQPACKET },
	{ "dccp",      IMG_SOCK_DCCP },
	{ "packet",    IMG_SOCK_PACKET });

LIST(ip_proto,
	{ "ip",        IPPROTO_IP },
	{ "icmp",      IPPROTO_ICMP },
	{ "igmp",      IPPROTO_IGMP },
	{ "ipip",      IPPROTO_IPIP },
	{ "tcp",       IPPROTO_TCP },
	{ "egp",       IPPROTO_EGP },
	{ "pup",       IPPROTO_PUP },
	{ "udp",       IPPROTO_UDP },
	{ "idp",       IPPROTO_IDP },
	{ "dccp",      IPPROTO_DCCP },
	{ "ipv6",      IPPROTO_IPV6 },
	{ "rsvp",      IPPROTO_RSVP },
	{ "gre",       IPPROTO_GRE },
	{ "esp",       IPPROTO_ESP },
	{ "ah",        IPPROTO_AH },
	{ "icmpv6",    IPPROTO_ICMPV6 },
	{ "ospf",      89 },
	{ "pim",       IPPROTO_PIM },
	{ "comp",      IPPROTO_COMP },
	{ "l2tp",      115 },
	{ "sctp",      IPPROTO_SCTP },
	{ "udplite",   IPPROTO_UDPLITE },
	{ "mpls",      IPPROTO_MPLS },
	{ "raw",       IPPROTO_RAW },
	{ "mptcp",     262 });

LIST(netlink_proto,
	{ "route",          0 },
	{ "usersock",       2 },
	{ "firewall",       3 },
	{ "sock_diag",      4 },
	{ "nflog",          5 },
	{ "xfrm",           6 },
	{ "selinux",        7 },
	{ "iscsi",          8 },
	{ "audit",          9 },
	{ "fib_lookup",     10 },
	{ "connector",      11 },
	{ "netfilter",      12 },
	{ "ip6_fw",         13 },
	{ "dnrtmsg",        14 },
	{ "kobject_uevent", 15 },
	{ "generic",        16 },
	{ "scsitransport",  18 },
	{ "ecryptfs",       19 },
	{ "rdma",           20 },
	{ "crypto",         21 },
	{ "smc",            22 });

LIST(clock,
	{ "realtime",           0 },
	{ "monotonic",          1 },
	{ "process_cputime_id", 2 },
	{ "thread_cputime_id",  3 },
	{ "monotonic_raw",      4 },
	{ "realtime_coarse",    5 },
	{ "monotonic_coarse",   6 },
	{ "boottime",           7 },
	{ "realtime_alarm",     8 },
	{ "boottime_alarm",     9 },
	{ "tai",                11 });

LIST(ns,
	{ "time",   CLONE_NEWTIME },
	{ "mnt",    CLONE_NEWNS },
	{ "cgroup", CLONE_NEWCGROUP },
	{ "uts",    CLONE_NEWUTS },
	{ "ipc",    CLONE_NEWIPC },
	{ "user",   CLONE_NEWUSER },
	{ "pid",    CLONE_NEWPID },
	{ "net",    CLONE_NEWNET });

LIST(ethertype,
	{ "all",      0x0003 },
	{ "802.2",    0x0004 },
	{ "ip",       0x0800 },
	{ "arp",      0x0806 },
	{ "8021q",    0x8100 },
	{ "ipv6",     0x86dd },
	{ "mpls",     0x8847 },
	{ "pppoe_disc", 0x8863 },
	{ "pppoe",    0x8864 },
	{ "eapol",    0x888e },
	{ "8021ad",   0x88a8 },
	{ "lldp",     0x88cc },
	{ "macsec",   0x88e5 },
	{ "ptp",      0x88f7 });

LIST(bpf_map,
	{ "hash",                  1 },
	{ "array",                 2 },
	{ "prog_array",            3 },
	{ "perf_event_array",      4 },
	{ "percpu_hash",           5 },
	{ "percpu_array",          6 },
	{ "stack_trace",           7 },
	{ "cgroup_array",          8 },
	{ "lru_hash",              9 },
	{ "lru_percpu_hash",       10 },
	{ "lpm_trie",              11 },
	{ "array_of_maps",         12 },
	{ "hash_of_maps",          13 },
	{ "devmap",                14 },
	{ "sockmap",               15 },
	{ "cpumap",                16 },
	{ "xskmap",                17 },
	{ "sockhash",              18 },
	{ "cgroup_storage",        19 },
	{ "reuseport_sockarray",   20 },
	{ "percpu_cgroup_storage", 21 },
	{ "queue",                 22 },
	{ "stack",                 23 },
	{ "sk_storage",            24 },
	{ "devmap_hash",           25 },
	{ "struct_ops",            26 },
	{ "ringbuf",               27 },
	{ "inode_storage",         28 },
	{ "task_storage",          29 },
	{ "bloom_filter",          30 },
	{ "user_ringbuf",          31 },
	{ "cgrp_storage",          32 },
	{ "arena",                 33 });

/* O_SYNC is both O_DSYNC and a bit of its own, O_TMPFILE both O_DIRECTORY and one. */
LIST(open,
	{ "O_CREAT",     0100 },
	{ "O_EXCL",      0200 },
	{ "O_NOCTTY",    0400 },
	{ "O_TRUNC",     IMG_O_TRUNC },
	{ "O_APPEND",    02000 },
	{ "O_NONBLOCK",  04000 },
	{ "O_DSYNC",     010000 },
	{ "O_ASYNC",     020000 },
	{ "O_DIRECT",    040000 },
	{ "O_LARGEFILE", 0100000 },
	{ "O_DIRECTORY", IMG_O_DIRECTORY },
	{ "O_NOFOLLOW",  0400000 },
	{ "O_NOATIME",   01000000 },
	{ "O_CLOEXEC",   02000000 },
	{ "O_SYNC",      04000000 },
	{ "O_PATH",      IMG_O_PATH },
	{ "O_TMPFILE",   IMG_O_TMPFILE });

/* As /proc/PID/mountinfo has them. */
LIST(mount,
	{ "nosuid",      MS_NOSUID },
	{ "nodev",       MS_NODEV },
	{ "noexec",      MS_NOEXEC },
	{ "noatime",     MS_NOATIME },
	{ "nodiratime",  MS_NODIRATIME },
	{ "relatime",    MS_RELATIME },
	{ "nosymfollow", 256 },
	{ "sync",        MS_SYNCHRONOUS },
	{ "dirsync",     MS_DIRSYNC },
	{ "mand",        MS_MANDLOCK },
	{ "lazytime",    1 << 25 });

LIST(epoll,
	{ "IN",        0x1 },
	{ "PRI",       0x2 },
	{ "OUT",       0x4 },
	{ "ERR",       EPOLLERR },
	{ "HUP",       EPOLLHUP },
	{ "RDNORM",    0x40 },
	{ "RDBAND",    0x80 },
	{ "WRNORM",    0x100 },
	{ "WRBAND",    0x200 },
	{ "MSG",       0x400 },
	{ "RDHUP",     0x2000 },
	{ "EXCLUSIVE", 1u << 28 },
	{ "WAKEUP",    1u << 29 },
	{ "ONESHOT",   1u << 30 },
	{ "ET",        1u << 31 });

LIST(inotify,
	{ "ACCESS",        0x1 },
	{ "MODIFY",        0x2 },
	{ "ATTRIB",        0x4 },
	{ "CLOSE_WRITE",   0x8 },
	{ "CLOSE_NOWRITE", 0x10 },
	{ "OPEN",          0x20 },
	{ "MOVED_FROM",    0x40 },
	{ "MOVED_TO",      0x80 },
	{ "CREATE",        0x100 },
	{ "DELETE",        0x200 },
	{ "DELETE_SELF",   0x400 },
	{ "MOVE_SELF",     0x800 },
	{ "UNMOUNT",       0x2000 },
	{ "Q_OVERFLOW",    0x4000 },
	{ "IGNORED",       0x8000 },
	{ "ONLYDIR",       0x01000000 },
	{ "DONT_FOLLOW",   0x02000000 },
	{ "EXCL_UNLINK",   0x04000000 },
	{ "MASK_CREATE",   0x10000000 },
	{ "MASK_ADD",      0x20000000 },
	{ "ISDIR",         0x40000000 },
	{ "ONESHOT",       0x80000000 });

LIST(fanotify,
	{ "ACCESS",         0x1 },
	{ "MODIFY",         0x2 },
	{ "ATTRIB",         0x4 },
	{ "CLOSE_WRITE",    0x8 },
	{ "CLOSE_NOWRITE",  0x10 },
	{ "OPEN",           0x20 },
	{ "MOVED_FROM",     0x40 },
	{ "MOVED_TO",       0x80 },
	{ "CREATE",         0x100 },
	{ "DELETE",         0x200 },
	{ "DELETE_SELF",    0x400 },
	{ "MOVE_SELF",      0x800 },
	{ "OPEN_EXEC",      0x1000 },
	{ "Q_OVERFLOW",     0x4000 },
	{ "FS_ERROR",       0x8000 },
	{ "OPEN_PERM",      0x10000 },
	{ "ACCESS_PERM",    0x20000 },
	{ "OPEN_EXEC_PERM", 0x40000 },
	{ "PRE_ACCESS",     0x100000 },
	{ "MNT_ATTACH",     0x01000000 },
	{ "MNT_DETACH",     0x02000000 },
	{ "EVENT_ON_CHILD", 0x08000000 },
	{ "RENAME",         0x10000000 },
	{ "ONDIR",          0x40000000 });

/* The close-on-exec bit belongs to the descriptor. */
LIST(fan_init,
	{ "cloexec",         0x1 },
	{ "nonblock",        0x2 },
	{ "content",         0x4 },
	{ "pre_content",     0x8 },
	{ "unlimited_queue", 0x10 },
	{ "unlimited_marks", 0x20 },
	{ "audit",           0x40 },
	{ "pidfd",           0x80 },
	{ "tid",             0x100 },
	{ "fid",             0x200 },
	{ "dir_fid",         0x400 },
	{ "name",            0x800 },
	{ "target_fid",      0x1000 });

LIST(madvise,
	{ "random",      1u << 1 },
	{ "sequential",  1u << 2 },
	{ "willneed",    1u << 3 },
	{ "dontfork",    1u << 10 },
	{ "mergeable",   1u << 12 },
	{ "hugepage",    1u << 14 },
	{ "nohugepage",  1u << 15 },
	{ "dontdump",    1u << 16 },
	{ "wipeonfork",  1u << 18 });

LIST(securebits,
	{ "noroot",                      1u << 0 },
	{ "noroot_locked",               1u << 1 },
	{ "no_setuid_fixup",             1u << 2 },
	{ "no_setuid_fixup_locked",      1u << 3 },
	{ "keep_caps",                   1u << 4 },
	{ "keep_caps_locked",            1u << 5 },
	{ "no_cap_ambient_raise",        1u << 6 },
	{ "no_cap_ambient_raise_locked", 1u << 7 },
	{ "exec_restrict_file",          1u << 8 },
	{ "exec_restrict_file_locked",   1u << 9 },
	{ "exec_deny_interactive",       1u << 10 },
	{ "exec_deny_interactive_locked", 1u << 11 });

LIST(cap,
	{ "cap_chown",              0 },
	{ "cap_dac_override",       1 },
	{ "cap_dac_read_search",    2 },
	{ "cap_fowner",             3 },
	{ "cap_fsetid",             4 },
	{ "cap_kill",               5 },
	{ "cap_setgid",             6 },
	{ "cap_setuid",             7 },
	{ "cap_setpcap",            8 },
	{ "cap_linux_immutable",    9 },
	{ "cap_net_bind_service",   10 },
	{ "cap_net_broadcast",      11 },
	{ "cap_net_admin",          12 },
	{ "cap_net_raw",            13 },
	{ "cap_ipc_lock",           14 },
	{ "cap_ipc_owner",          15 },
	{ "cap_sys_module",         16 },
	{ "cap_sys_rawio",          17 },
	{ "cap_sys_chroot",         18 },
	{ "cap_sys_ptrace",         19 },
	{ "cap_sys_pacct",          20 },
	{ "cap_sys_admin",          21 },
	{ "cap_sys_boot",           22 },
	{ "cap_sys_nice",           23 },
	{ "cap_sys_resource",       24 },
	{ "cap_sys_time",           25 },
	{ "cap_sys_tty_config",     26 },
	{ "cap_mknod",              27 },
	{ "cap_lease",              28 },
	{ "cap_audit_write",        29 },
	{ "cap_audit_control",      30 },
	{ "cap_setfcap",            31 },
	{ "cap_mac_override",       32 },
	{ "cap_mac_admin",          33 },
	{ "cap_syslog",             34 },
	{ "cap_wake_alarm",         35 },
	{ "cap_block_suspend",      36 },
	{ "cap_audit_read",         37 },
	{ "cap_perfmon",            38 },
	{ "cap_bpf",                39 },
	{ "cap_checkpoint_restore", 40 });

static const struct img_names signals = ROWS(
	{ "SIGHUP",    1 },
	{ "SIGINT",    2 },
	{ "SIGQUIT",   3 },
	{ "SIGILL",    4 },
	{ "SIGTRAP",   5 },
	{ "SIGABRT",   6 },
	{ "SIGBUS",    7 },
	{ "SIGFPE",    8 },
	{ "SIGKILL",   9 },
	{ "SIGUSR1",   10 },
	{ "SIGSEGV",   11 },
	{ "SIGUSR2",   12 },
	{ "SIGPIPE",   13 },
	{ "SIGALRM",   14 },
	{ "SIGTERM",   15 },
	{ "SIGSTKFLT", 16 },
	{ "SIGCHLD",   17 },
	{ "SIGCONT",   18 },
	{ "SIGSTOP",   19 },
	{ "SIGTSTP",   20 },
	{ "SIGTTIN",   21 },
	{ "SIGTTOU",   22 },
	{ "SIGURG",    23 },
	{ "SIGXCPU",   24 },
	{ "SIGXFSZ",   25 },
	{ "SIGVTALRM", 26 },
	{ "SIGPROF",   27 },
	{ "SIGWINCH",  28 },
	{ "SIGIO",     29 },
	{ "SIGPWR",    30 },
	{ "SIGSYS",    31 });

static const struct img_names signals_mips = ROWS(
	{ "SIGHUP",    1 },
	{ "SIGINT",    2 },
	{ "SIGQUIT",   3 },
	{ "SIGILL",    4 },
	{ "SIGTRAP",   5 },
	{ "SIGABRT",   6 },
	{ "SIGEMT",    7 },
	{ "SIGFPE",    8 },
	{ "SIGKILL",   9 },
	{ "SIGBUS",    10 },
	{ "SIGSEGV",   11 },
	{ "SIGSYS",    12 },
	{ "SIGPIPE",   13 },
	{ "SIGALRM",   14 },
	{ "SIGTERM",   15 },
	{ "SIGUSR1",   16 },
	{ "SIGUSR2",   17 },
	{ "SIGCHLD",   18 },
	{ "SIGPWR",    19 },
	{ "SIGWINCH",  20 },
	{ "SIGURG",    21 },
	{ "SIGIO",     22 },
	{ "SIGSTOP",   23 },
	{ "SIGTSTP",   24 },
	{ "SIGCONT",   25 },
	{ "SIGTTIN",   26 },
	{ "SIGTTOU",   27 },
	{ "SIGVTALRM", 28 },
	{ "SIGPROF",   29 },
	{ "SIGXCPU",   30 },
	{ "SIGXFSZ",   31 });

static const struct img_names rlimits = ROWS(
	{ "RLIMIT_CPU",        0 },
	{ "RLIMIT_FSIZE",      1 },
	{ "RLIMIT_DATA",       2 },
	{ "RLIMIT_STACK",      3 },
	{ "RLIMIT_CORE",       4 },
	{ "RLIMIT_RSS",        5 },
	{ "RLIMIT_NPROC",      6 },
	{ "RLIMIT_NOFILE",     7 },
	{ "RLIMIT_MEMLOCK",    8 },
	{ "RLIMIT_AS",         9 },
	{ "RLIMIT_LOCKS",      10 },
	{ "RLIMIT_SIGPENDING", 11 },
	{ "RLIMIT_MSGQUEUE",   12 },
	{ "RLIMIT_NICE",       13 },
	{ "RLIMIT_RTPRIO",     14 },
	{ "RLIMIT_RTTIME",     15 });

static const struct img_names rlimits_mips = ROWS(
	{ "RLIMIT_CPU",        0 },
	{ "RLIMIT_FSIZE",      1 },
	{ "RLIMIT_DATA",       2 },
	{ "RLIMIT_STACK",      3 },
	{ "RLIMIT_CORE",       4 },
	{ "RLIMIT_NOFILE",     5 },
	{ "RLIMIT_AS",         6 },
	{ "RLIMIT_RSS",        7 },
	{ "RLIMIT_NPROC",      8 },
	{ "RLIMIT_MEMLOCK",    9 },
	{ "RLIMIT_LOCKS",      10 },
	{ "RLIMIT_SIGPENDING", 11 },
	{ "RLIMIT_MSGQUEUE",   12 },
	{ "RLIMIT_NICE",       13 },
	{ "RLIMIT_RTPRIO",     14 },
	{ "RLIMIT_RTTIME",     15 });

static const struct img_names sigactions = ROWS(
	{ "SA_NOCLDSTOP",      0x1 },
	{ "SA_NOCLDWAIT",      0x2 },
	{ "SA_SIGINFO",        0x4 },
	{ "SA_UNSUPPORTED",    0x400 },
	{ "SA_EXPOSE_TAGBITS", 0x800 },
	{ "SA_RESTORER",       0x04000000 },
	{ "SA_ONSTACK",        0x08000000 },
	{ "SA_RESTART",        0x10000000 },
	{ "SA_NODEFER",        0x40000000 },
	{ "SA_RESETHAND",      0x80000000 });

static const struct img_names sigactions_mips = ROWS(
	{ "SA_NOCLDSTOP",      0x1 },
	{ "SA_SIGINFO",        0x8 },
	{ "SA_UNSUPPORTED",    0x400 },
	{ "SA_EXPOSE_TAGBITS", 0x800 },
	{ "SA_NOCLDWAIT",      0x10000 },
	{ "SA_ONSTACK",        0x08000000 },
	{ "SA_RESTART",        0x10000000 },
	{ "SA_NODEFER",        0x40000000 },
	{ "SA_RESETHAND",      0x80000000 });

/* clang-format on */

/*
 * Real-time signals. The C library keeps the two before RTMIN and counts from there: so do kill(1)
 * and other senders.
 */
enum { RTMIN = 34, RTMAX = 64, RTMAX_MIPS = 128 };

const struct img_names *img_labels_signals(bool mips)
{
	return mips ? &signals_mips : &signals;
}

const struct img_names *img_labels_rlimits(bool mips)
{
	return mips ? &rlimits_mips : &rlimits;
}

const struct img_names *img_labels_sigactions(bool mips)
{
	return mips ? &sigactions_mips : &sigactions;
}

const char *img_signal_name(bool mips, uint32_t signo, char buf[IMG_SIGNAL_NAME])
{
	const char *name = img_names_get(img_labels_signals(mips), signo);

	if (name != NULL)
		return name;
	if (signo == RTMIN)
		return "SIGRTMIN";
	if (signo > RTMIN && signo <= (mips ? RTMAX_MIPS : RTMAX))
		snprintf(buf, IMG_SIGNAL_NAME, "SIGRTMIN+%" PRIu32, signo - RTMIN);
	else
		snprintf(buf, IMG_SIGNAL_NAME, "SIG%" PRIu32, signo);
	return buf;
}
