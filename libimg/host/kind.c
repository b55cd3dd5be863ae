#include "libimg/host/need.h"

#include <string.h>

static const char *const names[IMG_NEED_KINDS] = {
	[IMG_NEED_MACHINE] = "machine",
	[IMG_NEED_PAGE_SIZE] = "page-size",
	[IMG_NEED_CPU] = "cpu",
	[IMG_NEED_XSAVE] = "xsave",
	[IMG_NEED_KERNEL] = "kernel",
	[IMG_NEED_FILESYSTEM] = "filesystem",
	[IMG_NEED_PROGRAM] = "program",
	[IMG_NEED_LSM] = "lsm",
	[IMG_NEED_PID_MAX] = "pid-max",
	[IMG_NEED_PID] = "pid",
	[IMG_NEED_PTY] = "pty",
	[IMG_NEED_CGROUP] = "cgroup",
	[IMG_NEED_FILE] = "file",
	[IMG_NEED_MOUNT_POINT] = "mount-point",
	[IMG_NEED_SOCKET_DIR] = "socket-path",
	[IMG_NEED_ADDRESS] = "address",
	[IMG_NEED_PORT] = "port",
	[IMG_NEED_NETDEV] = "netdev",
	[IMG_NEED_ABSTRACT] = "abstract",
	[IMG_NEED_LISTENER] = "listener",
	[IMG_NEED_OPTION] = "option",
};

const char *img_need_kind_name(enum img_need_kind kind)
{
	return names[kind];
}

enum img_need_kind img_need_kind_find(const char *name, size_t n)
{
	for (int i = 0; i < IMG_NEED_KINDS; i++)
		if (strlen(names[i]) == n && memcmp(names[i], name, n) == 0)
			return (enum img_need_kind)i;
	return IMG_NEED_KINDS;
}

static const char *const kernel_files[] = {
	[IMG_KERNEL_LAST_PID] = "/proc/sys/kernel/ns_last_pid",
	[IMG_KERNEL_PID_NS] = "/proc/self/ns/pid",
	[IMG_KERNEL_NET_NS] = "/proc/self/ns/net",
	[IMG_KERNEL_MNT_NS] = "/proc/self/ns/mnt",
	[IMG_KERNEL_IPC_NS] = "/proc/self/ns/ipc",
	[IMG_KERNEL_UTS_NS] = "/proc/self/ns/uts",
	[IMG_KERNEL_USER_NS] = "/proc/self/ns/user",
	[IMG_KERNEL_CGROUP_NS] = "/proc/self/ns/cgroup",
	[IMG_KERNEL_TIME_NS] = "/proc/self/ns/time",
	[IMG_KERNEL_TUN] = "/dev/net/tun",
};

const char *img_kernel_file(size_t i)
{
	return i < IMG_KERNEL_FILES ? kernel_files[i] : NULL;
}

static const char *const programs[] = { "ip", "iptables-restore", "ip6tables-restore", "tar" };

const char *img_program(size_t i)
{
	return i < sizeof(programs) / sizeof(programs[0]) ? programs[i] : NULL;
}
