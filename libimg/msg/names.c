#include "libimg/msg/names.h"

#include <string.h>

#define LIST(name, ...)                                                                            \
	const struct img_names img_names_##name = { (const struct img_name[]){ __VA_ARGS__,        \
									       { NULL, 0 } } }

/* clang-format off */

LIST(mmap_prot,
	{ "PROT_READ",  0x1 },
	{ "PROT_WRITE", 0x2 },
	{ "PROT_EXEC",  0x4 });

LIST(mmap_flags,
	{ "MAP_SHARED",    0x1 },
	{ "MAP_PRIVATE",   0x2 },
	{ "MAP_DROPPABLE", 0x8 },
	{ "MAP_ANON",      0x20 },
	{ "MAP_GROWSDOWN", 0x100 });

/* Bits 16 (guard) and 27 (plugin) have no name in crit; NONE is never shown. */
LIST(mmap_status,
	{ "VMA_AREA_NONE",     0 },
	{ "VMA_AREA_REGULAR",  1u << 0 },
	{ "VMA_AREA_STACK",    1u << 1 },
	{ "VMA_AREA_VSYSCALL", 1u << 2 },
	{ "VMA_AREA_VDSO",     1u << 3 },
	{ "VMA_AREA_HEAP",     1u << 5 },
	{ "VMA_FILE_PRIVATE",  1u << 6 },
	{ "VMA_FILE_SHARED",   1u << 7 },
	{ "VMA_ANON_SHARED",   1u << 8 },
	{ "VMA_ANON_PRIVATE",  1u << 9 },
	{ "VMA_AREA_SYSVIPC",  1u << 10 },
	{ "VMA_AREA_SOCKET",   1u << 11 },
	{ "VMA_AREA_VVAR",     1u << 12 },
	{ "VMA_AREA_AIORING",  1u << 13 },
	{ "VMA_AREA_MEMFD",    1u << 14 },
	{ "VMA_AREA_SHSTK",    1u << 15 },
	{ "VMA_AREA_UPROBES",  1u << 17 },
	{ "VMA_UNSUPP",        1u << 31 });

/* The numbers of x86 on every machine, as in crit. */
LIST(rfile_flags,
	{ "O_WRONLY",    01 },
	{ "O_RDWR",      02 },
	{ "O_CREAT",     0100 },
	{ "O_EXCL",      0200 },
	{ "O_NOCTTY",    0400 },
	{ "O_TRUNC",     01000 },
	{ "O_APPEND",    02000 },
	{ "O_NONBLOCK",  04000 },
	{ "O_DSYNC",     010000 },
	{ "FASYNC",      020000 },
	{ "O_DIRECT",    040000 },
	{ "O_LARGEFILE", 0100000 },
	{ "O_DIRECTORY", 0200000 },
	{ "O_NOFOLLOW",  0400000 },
	{ "O_NOATIME",   01000000 },
	{ "O_CLOEXEC",   02000000 });

LIST(pmap_flags,
	{ "PE_PARENT",  1u << 0 },
	{ "PE_LAZY",    1u << 1 },
	{ "PE_PRESENT", 1u << 2 });

LIST(seals_flags,
	{ "F_SEAL_SEAL",         0x01 },
	{ "F_SEAL_SHRINK",       0x02 },
	{ "F_SEAL_GROW",         0x04 },
	{ "F_SEAL_WRITE",        0x08 },
	{ "F_SEAL_FUTURE_WRITE", 0x10 });

/* crit's names, which are wrong: 3 is a stopped task, 2 a zombie. Kept for crit's documents. */
LIST(gen_task_state,
	{ "Alive",   1 },
	{ "Zombie",  3 },
	{ "Stopped", 6 });

LIST(sk_family,
	{ "UNIX",    1 },
	{ "INET",    2 },
	{ "INET6",   10 },
	{ "NETLINK", 16 },
	{ "PACKET",  17 });

LIST(sk_type,
	{ "STREAM",    1 },
	{ "DGRAM",     2 },
	{ "RAW",       3 },
	{ "SEQPACKET", 5 },
	{ "PACKET",    10 });

LIST(sk_state,
	{ "ESTABLISHED", 1 },
	{ "SYN_SENT",    2 },
	{ "SYN_RECV",    3 },
	{ "FIN_WAIT1",   4 },
	{ "FIN_WAIT2",   5 },
	{ "TIME_WAIT",   6 },
	{ "CLOSE",       7 },
	{ "CLOSE_WAIT",  8 },
	{ "LAST_ACK",    9 },
	{ "LISTEN",      10 });

LIST(sk_proto,
	{ "IP",      0 },
	{ "TCP",     6 },
	{ "UDP",     17 },
	{ "UDPLITE", 136 });

/* clang-format on */

const char *img_names_get(const struct img_names *l, uint64_t value)
{
	for (const struct img_name *v = l->v; v->name != NULL; v++)
		if (v->value == value)
			return v->name;
	return NULL;
}

bool img_names_value(const struct img_names *l, const char *p, size_t n, uint64_t *value)
{
	for (const struct img_name *v = l->v; v->name != NULL; v++)
		if (strlen(v->name) == n && memcmp(v->name, p, n) == 0) {
			*value = v->value;
			return true;
		}
	return false;
}
