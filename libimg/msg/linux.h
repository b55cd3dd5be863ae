/*
 * Numbers of Linux that stand in images and that the headers of this machine do not have, or
 * have for its own architecture only. Each stands here once, with its header in the kernel;
 * what is the same everywhere is taken from the C library (AF_INET6, IPPROTO_TCP).
 */
#ifndef IMG_LINUX_H
#define IMG_LINUX_H

#include <stdbool.h>
#include <stdint.h>

/* Types of sockets: include/linux/net.h. */
enum img_sock {
	IMG_SOCK_STREAM = 1,
	IMG_SOCK_DGRAM = 2,
	IMG_SOCK_RAW = 3,
	IMG_SOCK_RDM = 4,
	IMG_SOCK_SEQPACKET = 5,
	IMG_SOCK_DCCP = 6,
	IMG_SOCK_PACKET = 10,
};

/*
 * The same from an image, where MIPS has the numbers of the first two swapped:
 * arch/mips/include/asm/socket.h.
 */
inline uint64_t img_sock_type(uint64_t type, bool mips)
{
	return mips && (type == IMG_SOCK_STREAM || type == IMG_SOCK_DGRAM) ? 3 - type : type;
}

/* States of sockets of every family, in the numbers of TCP: include/net/tcp_states.h. */
enum img_tcp {
	IMG_TCP_ESTABLISHED = 1,
	IMG_TCP_SYN_SENT = 2,
	IMG_TCP_SYN_RECV = 3,
	IMG_TCP_FIN_WAIT1 = 4,
	IMG_TCP_FIN_WAIT2 = 5,
	IMG_TCP_TIME_WAIT = 6,
	IMG_TCP_CLOSE = 7,
	IMG_TCP_CLOSE_WAIT = 8,
	IMG_TCP_LAST_ACK = 9,
	IMG_TCP_LISTEN = 10,
	IMG_TCP_CLOSING = 11,
	IMG_TCP_NEW_SYN_RECV = 12,
};

/* Flags of open(2), without what differs between machines: include/uapi/asm-generic/fcntl.h. */
enum {
	IMG_O_RDONLY = 0,
	IMG_O_WRONLY = 1,
	IMG_O_RDWR = 2,
	IMG_O_ACCMODE = 3,
	IMG_O_TRUNC = 01000,
	IMG_O_DIRECTORY = 0200000, /* 040000 on ARM and POWER */
	IMG_O_PATH = 010000000,
	IMG_O_TMPFILE = 020000000, /* without the bit of a directory */
};

/* Flags of mmap(2): include/uapi/asm-generic/mman-common.h, include/uapi/linux/mman.h. */
enum {
	IMG_MAP_SHARED = 1,
	IMG_MAP_PRIVATE = 2,
	IMG_MAP_DROPPABLE = 8, /* a type of its own, but private */
	IMG_MAP_TYPE = 15,
	IMG_MAP_ANONYMOUS = 0x20,  /* 0x800 on MIPS */
	IMG_MAP_GROWSDOWN = 0x100, /* 0x1000 on MIPS */
};

/* Device numbers as the kernel has them: include/linux/kdev_t.h. */
enum { IMG_MINOR_BITS = 20 };

/* /dev/ptmx, whose major number is TTYAUX_MAJOR: drivers/tty/pty.c. */
enum { IMG_PTMX_MINOR = 2 };

#endif
