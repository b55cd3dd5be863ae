/* The rules by number, and their functions; the table is in rules.c. */
#ifndef IMG_RULES_H
#define IMG_RULES_H

#include <stdbool.h>

#include "libimg/check/check.h"

enum ck_rule {
	CK_IMAGE_DAMAGED,
	CK_IMAGE_LIMIT,
	CK_IMAGE_MAGIC,
	CK_IMAGE_ENTRIES,
	CK_IMAGE_ENUM,
	CK_IMAGE_TEXT,
	CK_IMAGE_UNKNOWN,
	CK_IMAGE_EMPTY,
	CK_IMAGE_FORMAT,
	CK_INVENTORY_MISSING,
	CK_INVENTORY_VERSION,
	CK_INVENTORY_VALUES,
	CK_PREDUMP,
	CK_PSTREE_MISSING,
	CK_IMAGE_MISSING,
	CK_SEGMENT_PAGES,
	CK_REMAP_FILE,
	CK_REMAP_TARGET,
	CK_TCP_STREAM,
	CK_TCP_PEER,
	CK_TCP_PAIR,
	CK_TREE_ROOT,
	CK_TREE_PARENT,
	CK_TREE_PID,
	CK_TREE_THREADS,
	CK_TREE_SESSION,
	CK_TREE_LEADER,
	CK_IDS_VALUE,
	CK_IDS_NESTED,
	CK_IDS_INIT,
	CK_IDS_SHARED,
	CK_IDS_ORDER,
	CK_CORE_PARTS,
	CK_CORE_STATE,
	CK_CORE_SIGNALS,
	CK_CORE_LIMITS,
	CK_CORE_SCHED,
	CK_CORE_THREAD,
	CK_CORE_TIMERS,
	CK_CORE_CREDS,
	CK_CORE_SECCOMP,
	CK_SECCOMP_CHAIN,
	CK_CGROUP_SET,
	CK_CGROUP_REF,
	CK_CORE_ARCH,
	CK_CORE_REGS,
	CK_CORE_FPU,
	CK_CORE_POINTERS,
	CK_CPU_INFO,
	CK_MM_AUXV,
	CK_MM_LAYOUT,
	CK_VMA_RANGE,
	CK_VMA_ORDER,
	CK_VMA_GUARD,
	CK_VMA_STATUS,
	CK_VMA_FILE,
	CK_VMA_MEMFD,
	CK_VMA_SOCKET,
	CK_VMA_SYSV,
	CK_VMA_AIO,
	CK_PARENT_CHAIN,
	CK_PAGES_TWICE,
	CK_PAGEMAP_FLAGS,
	CK_PAGEMAP_RANGE,
	CK_PAGEMAP_ORDER,
	CK_PAGEMAP_VMA,
	CK_PAGEMAP_LAZY,
	CK_PARENT_PAGE,
	CK_PARENT_VMA,
	CK_PAGES_SIZE,
	CK_PAGEMAP_BLOCKS,
	CK_PAGES_BLOCK,
	CK_MEMFD_INODE,
	CK_FILE_ENTRY,
	CK_FILE_TWICE,
	CK_FILE_OWNER,
	CK_FILE_REG,
	CK_BUILD_ID,
	CK_FILE_PATH,
	CK_FILE_MOUNT,
	CK_FILE_BELOW,
	CK_FILE_PROC,
	CK_FILE_VALUES,
	CK_PIDFD_TASK,
	CK_FD_FILE,
	CK_FD_TWICE,
	CK_TASK_FILE,
	CK_TASK_CODE,
	CK_PIPE_DATA,
	CK_FIFO_DATA,
	CK_BPF_DATA,
	CK_GHOST_FILE,
	CK_UNIX_PEER,
	CK_QUEUE,
	CK_SOCKET_VALUES,
	CK_SOCKET_NS,
	CK_SOCKET_DEVICE,
	CK_EPOLL_FD,
	CK_WATCH,
	CK_LOCK_FD,
	CK_LOCK_IMAGE,
	CK_TTY_INFO,
	CK_TTY_TASK,
	CK_TTY_FILE,
	CK_TTY_DATA,
	CK_NS_FILE,
	CK_MOUNT_TREE,
	CK_MOUNT_PATH,
	CK_MOUNT_VALUES,
	CK_MOUNT_GROUP,
	CK_MOUNT_ROOT,
	CK_AUTOFS,
	CK_NET_DEVICE,
	CK_NET_LINK,
	CK_NET_SETTING,
	CK_NS_EXTERNAL,
	CK_UTS_NAME,
	CK_IPC_ID,
	CK_IPC_LIMITS,
	CK_IPC_DATA,
	CK_USER_MAP,
	CK_TIME_OFFSET,
	CK_BINFMT,
	CK_APPARMOR,
	CK_RAW_NETLINK,
	CK_RAW_TABLES,
	CK_RAW_ARCHIVE,
	CK_RAW_LIMIT,
	CK_IMAGE_EXPECTED,
	CK_IMAGE_FOREIGN,
	CK_IMAGE_UNUSED,
	CK_FD_LOST,
	CK_FILE_UNUSED,
	CK_RULES, /* number of rules */

	/*
	 * Behind them, in the same order, what breaks a rule in a way that CRIU restores: a
	 * warning, where the rule is an error.
	 */
	CK_VERDICTS = 2 * CK_RULES,
};

#define CK_ODD(rule) ((enum ck_rule)((rule) + CK_RULES))

struct check;

/* A rule, and how it is checked. */
struct ck_row {
	struct img_rule rule;
	void (*run)(struct check *ck); /* NULL: checked while images are read, or by a row above */
	bool memory;                   /* applies to a pre-dump too: a directory with memory only */
};

extern const struct ck_row img_ck_rows[CK_RULES];

void img_ck_image_format(struct check *ck);
void img_ck_inventory_missing(struct check *ck);
void img_ck_inventory_version(struct check *ck);
void img_ck_inventory_values(struct check *ck);
void img_ck_predump(struct check *ck);
void img_ck_pstree_missing(struct check *ck);
void img_ck_image_missing(struct check *ck);
void img_ck_segment_pages(struct check *ck);
void img_ck_remap(struct check *ck);
void img_ck_tcp_stream(struct check *ck);
void img_ck_tcp_peer(struct check *ck);
void img_ck_tcp_pair(struct check *ck);
void img_ck_tree_root(struct check *ck);
void img_ck_tree_parent(struct check *ck);
void img_ck_tree_pid(struct check *ck);
void img_ck_tree_threads(struct check *ck);
void img_ck_tree_session(struct check *ck);
void img_ck_tree_leader(struct check *ck);
void img_ck_ids_value(struct check *ck);
void img_ck_ids_nested(struct check *ck);
void img_ck_ids_init(struct check *ck);
void img_ck_ids_shared(struct check *ck);
void img_ck_ids_order(struct check *ck);
void img_ck_core_parts(struct check *ck);
void img_ck_core_state(struct check *ck);
void img_ck_core_signals(struct check *ck);
void img_ck_core_limits(struct check *ck);
void img_ck_core_sched(struct check *ck);
void img_ck_core_thread(struct check *ck);
void img_ck_core_timers(struct check *ck);
void img_ck_core_creds(struct check *ck);
void img_ck_core_seccomp(struct check *ck);
void img_ck_seccomp_chain(struct check *ck);
void img_ck_cgroup_set(struct check *ck);
void img_ck_cgroup_ref(struct check *ck);
void img_ck_core_arch(struct check *ck);
void img_ck_core_regs(struct check *ck);
void img_ck_core_pointers(struct check *ck);
void img_ck_cpu_info(struct check *ck);
void img_ck_mm_auxv(struct check *ck);
void img_ck_mm_layout(struct check *ck);
void img_ck_vma_range(struct check *ck);
void img_ck_vma_order(struct check *ck);
void img_ck_vma_guard(struct check *ck);
void img_ck_vma_status(struct check *ck);
void img_ck_vma_file(struct check *ck);
void img_ck_vma_sysv(struct check *ck);
void img_ck_vma_aio(struct check *ck);
void img_ck_parent_chain(struct check *ck);
void img_ck_pages_twice(struct check *ck);
void img_ck_pagemaps(struct check *ck);
void img_ck_memfd_inode(struct check *ck);
void img_ck_file_entry(struct check *ck);
void img_ck_file_twice(struct check *ck);
void img_ck_file_owner(struct check *ck);
void img_ck_file_reg(struct check *ck);
void img_ck_build_id(struct check *ck);
void img_ck_file_path(struct check *ck);
void img_ck_file_mount(struct check *ck);
void img_ck_file_below(struct check *ck);
void img_ck_file_proc(struct check *ck);
void img_ck_file_values(struct check *ck);
void img_ck_fd_file(struct check *ck);
void img_ck_fd_twice(struct check *ck);
void img_ck_task_file(struct check *ck);
void img_ck_task_code(struct check *ck);
void img_ck_pipe_data(struct check *ck);
void img_ck_fifo_data(struct check *ck);
void img_ck_bpf_data(struct check *ck);
void img_ck_ghost_file(struct check *ck);
void img_ck_unix_peer(struct check *ck);
void img_ck_queue(struct check *ck);
void img_ck_socket_values(struct check *ck);
void img_ck_socket_ns(struct check *ck);
void img_ck_socket_device(struct check *ck);
void img_ck_epoll_fd(struct check *ck);
void img_ck_watch(struct check *ck);
void img_ck_lock_fd(struct check *ck);
void img_ck_lock_image(struct check *ck);
void img_ck_tty_info(struct check *ck);
void img_ck_tty_file(struct check *ck);
void img_ck_tty_data(struct check *ck);
void img_ck_ns_file(struct check *ck);
void img_ck_mount_tree(struct check *ck);
void img_ck_mount_values(struct check *ck);
void img_ck_mount_group(struct check *ck);
void img_ck_mount_root(struct check *ck);
void img_ck_autofs(struct check *ck);
void img_ck_net_device(struct check *ck);
void img_ck_net_link(struct check *ck);
void img_ck_net_setting(struct check *ck);
void img_ck_ns_external(struct check *ck);
void img_ck_uts_name(struct check *ck);
void img_ck_ipc_id(struct check *ck);
void img_ck_ipc_limits(struct check *ck);
void img_ck_user_map(struct check *ck);
void img_ck_time_offset(struct check *ck);
void img_ck_binfmt(struct check *ck);
void img_ck_apparmor(struct check *ck);
void img_ck_raw_netlink(struct check *ck);
void img_ck_raw_tables(struct check *ck);
void img_ck_raw_archive(struct check *ck);
void img_ck_image_expected(struct check *ck);
void img_ck_image_foreign(struct check *ck);
void img_ck_image_unused(struct check *ck);
void img_ck_fd_lost(struct check *ck);
void img_ck_file_unused(struct check *ck);

/* Parts of img_ck_image_missing(). */
void img_ck_ns_images(struct check *ck);
void img_ck_mount_content(struct check *ck);

#endif
