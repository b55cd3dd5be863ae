/* labels: names of Linux, held against the headers of the system. */
#include "libimg/view/labels.h"

#include <linux/capability.h>
#include <linux/netlink.h>
#include <linux/securebits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>

#include "unit.h"

struct label {
	const struct img_names *list;
	uint64_t value;
	const char *name;
};

/* The numbers of MIPS are others than those of all other machines. */
static const struct label labels[] = {
	{ &img_labels_tcp_state, TCP_ESTABLISHED, "ESTABLISHED" },
	{ &img_labels_tcp_state, TCP_SYN_SENT, "SYN_SENT" },
	{ &img_labels_tcp_state, TCP_SYN_RECV, "SYN_RECV" },
	{ &img_labels_tcp_state, TCP_FIN_WAIT1, "FIN_WAIT1" },
	{ &img_labels_tcp_state, TCP_FIN_WAIT2, "FIN_WAIT2" },
	{ &img_labels_tcp_state, TCP_TIME_WAIT, "TIME_WAIT" },
	{ &img_labels_tcp_state, TCP_CLOSE, "CLOSE" },
	{ &img_labels_tcp_state, TCP_CLOSE_WAIT, "CLOSE_WAIT" },
	{ &img_labels_tcp_state, TCP_LAST_ACK, "LAST_ACK" },
	{ &img_labels_tcp_state, TCP_LISTEN, "LISTEN" },
	{ &img_labels_tcp_state, TCP_CLOSING, "CLOSING" },
	{ &img_labels_tcp_state, 0, NULL },
	{ &img_labels_unix_state, TCP_ESTABLISHED, "ESTABLISHED" },
	{ &img_labels_unix_state, TCP_CLOSE, "CLOSE" },
	{ &img_labels_unix_state, TCP_LISTEN, "LISTEN" },
	{ &img_labels_socket_type, SOCK_RDM, "rdm" },
	{ &img_labels_socket_type, SOCK_SEQPACKET, "seqpacket" },
	{ &img_labels_socket_type, SOCK_PACKET, "packet" },
	{ &img_labels_ip_proto, IPPROTO_IP, "ip" },
	{ &img_labels_ip_proto, IPPROTO_ICMP, "icmp" },
	{ &img_labels_ip_proto, IPPROTO_TCP, "tcp" },
	{ &img_labels_ip_proto, IPPROTO_UDP, "udp" },
	{ &img_labels_ip_proto, IPPROTO_ICMPV6, "icmpv6" },
	{ &img_labels_ip_proto, IPPROTO_SCTP, "sctp" },
	{ &img_labels_ip_proto, IPPROTO_UDPLITE, "udplite" },
	{ &img_labels_ip_proto, IPPROTO_RAW, "raw" },
	{ &img_labels_netlink_proto, NETLINK_ROUTE, "route" },
	{ &img_labels_netlink_proto, NETLINK_SOCK_DIAG, "sock_diag" },
	{ &img_labels_netlink_proto, NETLINK_AUDIT, "audit" },
	{ &img_labels_netlink_proto, NETLINK_CONNECTOR, "connector" },
	{ &img_labels_netlink_proto, NETLINK_NETFILTER, "netfilter" },
	{ &img_labels_netlink_proto, NETLINK_KOBJECT_UEVENT, "kobject_uevent" },
	{ &img_labels_netlink_proto, NETLINK_GENERIC, "generic" },
	{ &img_labels_netlink_proto, NETLINK_CRYPTO, "crypto" },
	{ &img_labels_clock, CLOCK_REALTIME, "realtime" },
	{ &img_labels_clock, CLOCK_MONOTONIC, "monotonic" },
	{ &img_labels_clock, CLOCK_BOOTTIME, "boottime" },
	{ &img_labels_clock, CLOCK_REALTIME_ALARM, "realtime_alarm" },
	{ &img_labels_clock, CLOCK_BOOTTIME_ALARM, "boottime_alarm" },
	{ &img_labels_clock, CLOCK_TAI, "tai" },
	{ &img_labels_ns, CLONE_NEWNS, "mnt" },
	{ &img_labels_ns, CLONE_NEWUTS, "uts" },
	{ &img_labels_ns, CLONE_NEWIPC, "ipc" },
	{ &img_labels_ns, CLONE_NEWUSER, "user" },
	{ &img_labels_ns, CLONE_NEWPID, "pid" },
	{ &img_labels_ns, CLONE_NEWNET, "net" },
	{ &img_labels_ns, 0x02000000, "cgroup" },
	{ &img_labels_ns, 0x80, "time" },
	{ &img_labels_securebits, SECBIT_NOROOT, "noroot" },
	{ &img_labels_securebits, SECBIT_NOROOT_LOCKED, "noroot_locked" },
	{ &img_labels_securebits, SECBIT_NO_SETUID_FIXUP, "no_setuid_fixup" },
	{ &img_labels_securebits, SECBIT_KEEP_CAPS, "keep_caps" },
	{ &img_labels_securebits, SECBIT_NO_CAP_AMBIENT_RAISE, "no_cap_ambient_raise" },
	{ &img_labels_cap, CAP_CHOWN, "cap_chown" },
	{ &img_labels_cap, CAP_DAC_READ_SEARCH, "cap_dac_read_search" },
	{ &img_labels_cap, CAP_KILL, "cap_kill" },
	{ &img_labels_cap, CAP_SETPCAP, "cap_setpcap" },
	{ &img_labels_cap, CAP_NET_BIND_SERVICE, "cap_net_bind_service" },
	{ &img_labels_cap, CAP_NET_RAW, "cap_net_raw" },
	{ &img_labels_cap, CAP_SYS_MODULE, "cap_sys_module" },
	{ &img_labels_cap, CAP_SYS_PTRACE, "cap_sys_ptrace" },
	{ &img_labels_cap, CAP_SYS_ADMIN, "cap_sys_admin" },
	{ &img_labels_cap, CAP_SYS_TTY_CONFIG, "cap_sys_tty_config" },
	{ &img_labels_cap, CAP_MKNOD, "cap_mknod" },
	{ &img_labels_cap, CAP_SETFCAP, "cap_setfcap" },
	{ &img_labels_cap, CAP_MAC_ADMIN, "cap_mac_admin" },
	{ &img_labels_cap, CAP_WAKE_ALARM, "cap_wake_alarm" },
	{ &img_labels_cap, CAP_AUDIT_READ, "cap_audit_read" },
	{ &img_labels_cap, 40, "cap_checkpoint_restore" },
	{ &img_labels_cap, 41, NULL },
	{ &img_labels_task_state, 1, "running" },
	{ &img_labels_task_state, 2, "zombie" },
	{ &img_labels_task_state, 3, "stopped" },
	{ &img_labels_task_state, 6, "zombie" },
	{ &img_labels_task_state, 4, NULL },
};

START_TEST(numbers_have_the_names_of_linux)
{
	const char *name = img_names_get(labels[_i].list, labels[_i].value);

	if (labels[_i].name == NULL)
		ck_assert_msg(name == NULL, "%s", name);
	else
		ck_assert_msg(name != NULL && strcmp(name, labels[_i].name) == 0, "%s, not %s",
			      name != NULL ? name : "none", labels[_i].name);
}
END_TEST

START_TEST(capabilities_have_a_name_each)
{
	for (unsigned i = 0; i < IMG_CAPS; i++) {
		const char *name = img_names_get(&img_labels_cap, i);

		ck_assert_msg(name != NULL, "%u", i);
		ck_assert_int_eq(strncmp(name, "cap_", 4), 0);
	}
}
END_TEST

#ifndef __mips__
static const struct {
	int signo;
	const char *name;
} signals[] = {
	{ SIGHUP, "SIGHUP" },   { SIGINT, "SIGINT" },
	{ SIGQUIT, "SIGQUIT" }, { SIGILL, "SIGILL" },
	{ SIGTRAP, "SIGTRAP" }, { SIGABRT, "SIGABRT" },
	{ SIGBUS, "SIGBUS" },   { SIGFPE, "SIGFPE" },
	{ SIGKILL, "SIGKILL" }, { SIGUSR1, "SIGUSR1" },
	{ SIGSEGV, "SIGSEGV" }, { SIGUSR2, "SIGUSR2" },
	{ SIGPIPE, "SIGPIPE" }, { SIGALRM, "SIGALRM" },
	{ SIGTERM, "SIGTERM" }, { 16, "SIGSTKFLT" },
	{ SIGCHLD, "SIGCHLD" }, { SIGCONT, "SIGCONT" },
	{ SIGSTOP, "SIGSTOP" }, { SIGTSTP, "SIGTSTP" },
	{ SIGTTIN, "SIGTTIN" }, { SIGTTOU, "SIGTTOU" },
	{ SIGURG, "SIGURG" },   { SIGXCPU, "SIGXCPU" },
	{ SIGXFSZ, "SIGXFSZ" }, { SIGVTALRM, "SIGVTALRM" },
	{ SIGPROF, "SIGPROF" }, { SIGWINCH, "SIGWINCH" },
	{ SIGIO, "SIGIO" },     { SIGPWR, "SIGPWR" },
	{ SIGSYS, "SIGSYS" },   { 32, "SIG32" },
	{ 33, "SIG33" },        { 34, "SIGRTMIN" },
	{ 35, "SIGRTMIN+1" },   { 64, "SIGRTMIN+30" },
	{ 65, "SIG65" },        { 0, "SIG0" },
};

START_TEST(signals_have_their_names)
{
	char buf[IMG_SIGNAL_NAME];

	ck_assert_str_eq(img_signal_name(false, (uint32_t)signals[_i].signo, buf),
			 signals[_i].name);
}
END_TEST

static const struct {
	int limit;
	const char *name;
} limits[] = {
	{ RLIMIT_CPU, "RLIMIT_CPU" },
	{ RLIMIT_FSIZE, "RLIMIT_FSIZE" },
	{ RLIMIT_DATA, "RLIMIT_DATA" },
	{ RLIMIT_STACK, "RLIMIT_STACK" },
	{ RLIMIT_CORE, "RLIMIT_CORE" },
	{ RLIMIT_RSS, "RLIMIT_RSS" },
	{ RLIMIT_NPROC, "RLIMIT_NPROC" },
	{ RLIMIT_NOFILE, "RLIMIT_NOFILE" },
	{ RLIMIT_MEMLOCK, "RLIMIT_MEMLOCK" },
	{ RLIMIT_AS, "RLIMIT_AS" },
	{ 10, "RLIMIT_LOCKS" },
	{ RLIMIT_SIGPENDING, "RLIMIT_SIGPENDING" },
	{ RLIMIT_MSGQUEUE, "RLIMIT_MSGQUEUE" },
	{ RLIMIT_NICE, "RLIMIT_NICE" },
	{ RLIMIT_RTPRIO, "RLIMIT_RTPRIO" },
	{ RLIMIT_RTTIME, "RLIMIT_RTTIME" },
};

START_TEST(limits_have_their_names)
{
	ck_assert_str_eq(img_names_get(img_labels_rlimits(false), (uint64_t)limits[_i].limit),
			 limits[_i].name);
}
END_TEST

static const struct {
	uint32_t flag;
	const char *name;
} flags[] = {
	{ SA_NOCLDSTOP, "SA_NOCLDSTOP" }, { SA_NOCLDWAIT, "SA_NOCLDWAIT" },
	{ SA_SIGINFO, "SA_SIGINFO" },     { 0x04000000, "SA_RESTORER" },
	{ SA_ONSTACK, "SA_ONSTACK" },     { SA_RESTART, "SA_RESTART" },
	{ SA_NODEFER, "SA_NODEFER" },     { SA_RESETHAND, "SA_RESETHAND" },
};

START_TEST(flags_of_handlers_have_their_names)
{
	ck_assert_str_eq(img_names_get(img_labels_sigactions(false), flags[_i].flag),
			 flags[_i].name);
}
END_TEST
#endif

START_TEST(mips_counts_in_its_own_way)
{
	char buf[IMG_SIGNAL_NAME];

	ck_assert_str_eq(img_signal_name(true, 7, buf), "SIGEMT");
	ck_assert_str_eq(img_signal_name(true, 10, buf), "SIGBUS");
	ck_assert_str_eq(img_signal_name(true, 18, buf), "SIGCHLD");
	ck_assert_str_eq(img_signal_name(true, 23, buf), "SIGSTOP");
	ck_assert_str_eq(img_signal_name(true, 128, buf), "SIGRTMIN+94");
	ck_assert_str_eq(img_signal_name(true, 129, buf), "SIG129");
	ck_assert_str_eq(img_signal_name(true, UINT32_MAX, buf), "SIG4294967295");
	ck_assert_str_eq(img_names_get(img_labels_rlimits(true), 5), "RLIMIT_NOFILE");
	ck_assert_str_eq(img_names_get(img_labels_rlimits(true), 9), "RLIMIT_MEMLOCK");
	ck_assert_str_eq(img_names_get(img_labels_sigactions(true), 8), "SA_SIGINFO");
}
END_TEST

static void add(TCase *tc)
{
	EACH(numbers_have_the_names_of_linux, labels);
	TEST(capabilities_have_a_name_each);
#ifndef __mips__
	EACH(signals_have_their_names, signals);
	EACH(limits_have_their_names, limits);
	EACH(flags_of_handlers_have_their_names, flags);
#endif
	TEST(mips_counts_in_its_own_way);
}

int main(void)
{
	return unit_run("labels", add);
}
