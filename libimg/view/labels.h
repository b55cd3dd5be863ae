/*
 * Linux's names for numbers in an image that crit does not name. The names that crit writes, some
 * of them wrong, are in names.h.
 */
#ifndef IMG_LABELS_H
#define IMG_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/msg/names.h"

/* Numbers that have one name each: img_names_get(). */
extern const struct img_names img_labels_task_state, /* task_core_entry.task_state */
	img_labels_tcp_state,                        /* state of any socket except a unix one */
	img_labels_unix_state,                       /* state of a unix socket */
	img_labels_ss_state,                         /* of any socket, as ss(8) calls them */
	img_labels_socket_type,                      /* SOCK_STREAM is "stream" */
	img_labels_ip_proto,                         /* IPPROTO_TCP is "tcp" */
	img_labels_netlink_proto,                    /* NETLINK_ROUTE is "route" */
	img_labels_clock,                            /* CLOCK_REALTIME is "realtime" */
	img_labels_ns,                               /* CLONE_NEWNET is "net": bits */
	img_labels_ethertype,                        /* ETH_P_IP is "ip" */
	img_labels_bpf_map;                          /* BPF_MAP_TYPE_HASH is "hash" */

/* Bits: img_text_bits(). */
extern const struct img_names img_labels_securebits,
	img_labels_open,     /* open(2), except the access mode */
	img_labels_mount,    /* flags of mounts and superblocks, except MS_RDONLY */
	img_labels_epoll,    /* EPOLLIN is "IN", and so on */
	img_labels_inotify,  /* masks of inotify */
	img_labels_fanotify, /* masks of fanotify */
	img_labels_fan_init, /* flags of fanotify_init(2) */
	img_labels_madvise;  /* vma_entry.madv: bit n is advice n of madvise(2) */

/* Capabilities by number. */
extern const struct img_names img_labels_cap;
enum { IMG_CAPS = 41 }; /* number of capabilities in Linux today */

/*
 * Signals and limits have other numbers on MIPS, and so have the flags of sigaction(2): `mips` is
 * true for an image of CORE_ENTRY__MARCH__MIPS.
 */
const struct img_names *img_labels_signals(bool mips);
const struct img_names *img_labels_rlimits(bool mips);
const struct img_names *img_labels_sigactions(bool mips);

/*
 * The name of a signal: SIGHUP, SIGRTMIN, SIGRTMIN+2; SIG99 if it has none. Returns buf, or a
 * static string.
 */
enum { IMG_SIGNAL_NAME = 16 };
const char *img_signal_name(bool mips, uint32_t signo, char buf[IMG_SIGNAL_NAME]);

#endif
