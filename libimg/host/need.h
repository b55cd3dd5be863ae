/*
 * What a restore of a dump needs of the machine it runs on, and whether a machine has it. The
 * needs come from the images alone; what a machine has are facts (facts.h).
 */
#ifndef IMG_NEED_H
#define IMG_NEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is asked for. The names of the kinds, and what each of them asks, are in kind.c. */
enum img_need_kind {
	IMG_NEED_MACHINE,    /* an architecture: as uname(2) names it */
	IMG_NEED_PAGE_SIZE,  /* bytes, in decimal */
	IMG_NEED_CPU,        /* a feature of the CPU: a flag as in /proc/cpuinfo */
	IMG_NEED_XSAVE,      /* "size" or "size-max" of the FPU state: value is the bytes */
	IMG_NEED_KERNEL,     /* a file in /proc, /sys or /dev by which a kernel shows what it can */
	IMG_NEED_FILESYSTEM, /* a type of file system */
	IMG_NEED_PROGRAM,    /* a program that criu runs */
	IMG_NEED_LSM,        /* a security module that is active */
	IMG_NEED_PID_MAX,    /* no pid is above: value */
	IMG_NEED_PID,        /* a number that no process, thread, group or session has */
	IMG_NEED_PTY,        /* a number that no pseudo terminal has */
	IMG_NEED_CGROUP,     /* a hierarchy with these controllers: "cpu,cpuacct"; "": cgroup v2 */
	IMG_NEED_FILE,       /* a file: its path below the root */
	IMG_NEED_MOUNT_POINT, /* a directory or file that something is mounted on */
	IMG_NEED_SOCKET_DIR,  /* the directory of a socket's path, in which that can be made */
	IMG_NEED_ADDRESS,     /* an IP address of this machine */
	IMG_NEED_PORT,        /* a port that is free: "tcp 0.0.0.0:80" */
	IMG_NEED_NETDEV,      /* a network device */
	IMG_NEED_ABSTRACT,    /* an abstract name of a unix socket that is free: "stream @name" */
	IMG_NEED_LISTENER,    /* somebody who has the path of a unix socket open */
	IMG_NEED_OPTION,      /* an option of criu: no machine can be asked for it */
	IMG_NEED_KINDS,
};

enum {
	IMG_NEED_SIZE = 1, /* of a file: these were recorded */
	IMG_NEED_MODE = 2,
	IMG_NEED_BUILD_ID = 4,
	IMG_NEED_REUSEPORT = 8, /* of a port: several sockets may have it */
	IMG_NEED_CONNECTED =
		16,            /* of a port: one end of a connection, which listeners leave alone */
	IMG_NEED_IN_ROOT = 32, /* of a file: below the root that criu is given */
};

enum { IMG_NEED_ID_MAX = 64 }; /* bytes of a build id */

/* One need. Strings are borrowed: valid during the call that hands it over. */
struct img_need {
	enum img_need_kind kind;
	const char *name;
	const char *image; /* what needs it: the base name of an image, its entry, */
	uint64_t entry;
	uint32_t pid;   /* and, if that is one, the process; 0: none, or several */
	unsigned has;   /* IMG_NEED_… bits */
	uint64_t value; /* see the kinds; of a file: its size */
	uint32_t mode;  /* of a file: st_mode */
	uint8_t id[IMG_NEED_ID_MAX];
	size_t id_n;
	const char *unchecked; /* why no machine can be asked, or NULL */
};

/* By what a kernel shows that it has something: the paths, NULL after the last. */
enum img_kernel_file {
	IMG_KERNEL_LAST_PID, /* CONFIG_CHECKPOINT_RESTORE: pids can be given back */
	IMG_KERNEL_PID_NS,
	IMG_KERNEL_NET_NS,
	IMG_KERNEL_MNT_NS,
	IMG_KERNEL_IPC_NS,
	IMG_KERNEL_UTS_NS,
	IMG_KERNEL_USER_NS,
	IMG_KERNEL_CGROUP_NS,
	IMG_KERNEL_TIME_NS,
	IMG_KERNEL_TUN,
	IMG_KERNEL_FILES,
};
const char *img_kernel_file(size_t i);

/* Programs that criu runs: NULL after the last. */
enum img_program { IMG_PROGRAM_IP, IMG_PROGRAM_IPTABLES, IMG_PROGRAM_IP6TABLES, IMG_PROGRAM_TAR };
const char *img_program(size_t i);

/* Name of a kind in JSON: "file". */
const char *img_need_kind_name(enum img_need_kind kind);

/* The kind with this name (n bytes), or IMG_NEED_KINDS. */
enum img_need_kind img_need_kind_find(const char *name, size_t n);

#endif
