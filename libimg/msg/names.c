#include "libimg/msg/names.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"

#define LIST(name, ...)                                                                            \
	const struct img_names img_names_##name = { (const struct img_name[]){ __VA_ARGS__,        \
									       { NULL, 0 } } }

/* clang-format off */

LIST(mmap_prot,
	{ "PROT_READ",  0x1 },
	{ "PROT_WRITE", 0x2 },
	{ "PROT_EXEC",  0x4 });

LIST(mmap_flags,
	{ "MAP_SHARED",    IMG_MAP_SHARED },
	{ "MAP_PRIVATE",   IMG_MAP_PRIVATE },
	{ "MAP_DROPPABLE", IMG_MAP_DROPPABLE },
	{ "MAP_ANON",      IMG_MAP_ANONYMOUS },
	{ "MAP_GROWSDOWN", IMG_MAP_GROWSDOWN });

/* Bits 16 (guard) and 27 (plugin) have no name in crit; NONE is never shown. */
LIST(mmap_status,
	{ "VMA_AREA_NONE",     0 },
	{ "VMA_AREA_REGULAR",  IMG_VMA_REGULAR },
	{ "VMA_AREA_STACK",    IMG_VMA_STACK },
	{ "VMA_AREA_VSYSCALL", IMG_VMA_VSYSCALL },
	{ "VMA_AREA_VDSO",     IMG_VMA_VDSO },
	{ "VMA_AREA_HEAP",     IMG_VMA_HEAP },
	{ "VMA_FILE_PRIVATE",  IMG_VMA_FILE_PRIVATE },
	{ "VMA_FILE_SHARED",   IMG_VMA_FILE_SHARED },
	{ "VMA_ANON_SHARED",   IMG_VMA_ANON_SHARED },
	{ "VMA_ANON_PRIVATE",  IMG_VMA_ANON_PRIVATE },
	{ "VMA_AREA_SYSVIPC",  IMG_VMA_SYSVIPC },
	{ "VMA_AREA_SOCKET",   IMG_VMA_SOCKET },
	{ "VMA_AREA_VVAR",     IMG_VMA_VVAR },
	{ "VMA_AREA_AIORING",  IMG_VMA_AIORING },
	{ "VMA_AREA_MEMFD",    IMG_VMA_MEMFD },
	{ "VMA_AREA_SHSTK",    IMG_VMA_SHSTK },
	{ "VMA_AREA_UPROBES",  IMG_VMA_UPROBES },
	{ "VMA_UNSUPP",        1u << 31 });

/* The numbers of x86 on every machine, as in crit. */
LIST(rfile_flags,
	{ "O_WRONLY",    IMG_O_WRONLY },
	{ "O_RDWR",      IMG_O_RDWR },
	{ "O_CREAT",     0100 },
	{ "O_EXCL",      0200 },
	{ "O_NOCTTY",    0400 },
	{ "O_TRUNC",     IMG_O_TRUNC },
	{ "O_APPEND",    02000 },
	{ "O_NONBLOCK",  04000 },
	{ "O_DSYNC",     010000 },
	{ "FASYNC",      020000 },
	{ "O_DIRECT",    040000 },
	{ "O_LARGEFILE", 0100000 },
	{ "O_DIRECTORY", IMG_O_DIRECTORY },
	{ "O_NOFOLLOW",  0400000 },
	{ "O_NOATIME",   01000000 },
	{ "O_CLOEXEC",   02000000 });

LIST(pmap_flags,
	{ "PE_PARENT",          IMG_PE_PARENT },
	{ "PE_LAZY",            IMG_PE_LAZY },
	{ "PE_PRESENT",         IMG_PE_PRESENT },
	{ "PE_PAYLOAD_ALIGNED", IMG_PE_PAYLOAD_ALIGNED });

LIST(seals_flags,
	{ "F_SEAL_SEAL",         0x01 },
	{ "F_SEAL_SHRINK",       0x02 },
	{ "F_SEAL_GROW",         0x04 },
	{ "F_SEAL_WRITE",        0x08 },
	{ "F_SEAL_FUTURE_WRITE", 0x10 });

/* crit's names, which are wrong: 3 is a stopped task, 2 a zombie. Kept for crit's documents. */
LIST(gen_task_state,
	{ "Alive",   IMG_TASK_ALIVE },
	{ "Zombie",  IMG_TASK_STOPPED },
	{ "Stopped", IMG_TASK_ZOMBIE });

LIST(sk_family,
	{ "UNIX",    AF_UNIX },
	{ "INET",    AF_INET },
	{ "INET6",   AF_INET6 },
	{ "NETLINK", AF_NETLINK },
	{ "PACKET",  AF_PACKET });

LIST(sk_type,
	{ "STREAM",    IMG_SOCK_STREAM },
	{ "DGRAM",     IMG_SOCK_DGRAM },
	{ "RAW",       IMG_SOCK_RAW },
	{ "SEQPACKET", IMG_SOCK_SEQPACKET },
	{ "PACKET",    IMG_SOCK_PACKET });

LIST(sk_state,
	{ "ESTABLISHED", IMG_TCP_ESTABLISHED },
	{ "SYN_SENT",    IMG_TCP_SYN_SENT },
	{ "SYN_RECV",    IMG_TCP_SYN_RECV },
	{ "FIN_WAIT1",   IMG_TCP_FIN_WAIT1 },
	{ "FIN_WAIT2",   IMG_TCP_FIN_WAIT2 },
	{ "TIME_WAIT",   IMG_TCP_TIME_WAIT },
	{ "CLOSE",       IMG_TCP_CLOSE },
	{ "CLOSE_WAIT",  IMG_TCP_CLOSE_WAIT },
	{ "LAST_ACK",    IMG_TCP_LAST_ACK },
	{ "LISTEN",      IMG_TCP_LISTEN });

LIST(sk_proto,
	{ "IP",      IPPROTO_IP },
	{ "TCP",     IPPROTO_TCP },
	{ "UDP",     IPPROTO_UDP },
	{ "UDPLITE", IPPROTO_UDPLITE });

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
