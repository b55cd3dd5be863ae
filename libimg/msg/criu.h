/* Numbers of CRIU that stand in images. Each stands here once, with its header in CRIU. */
#ifndef IMG_CRIU_H
#define IMG_CRIU_H

#include <stdint.h>

/* inventory_entry.img_version: criu/include/magic.h. */
enum {
	IMG_VERSION_PRE_DUMP = 0,
	IMG_VERSION_1_0 = 1,        /* images begin with the magic of their type */
	IMG_VERSION_1_1 = 2,        /* with IMG_COMMON or IMG_SERVICE before it, since CRIU 1.6 */
	IMG_VERSION_COMPRESSED = 3, /* pages are compressed: after CRIU 4.2 */
};

/* inventory_entry.compress: after CRIU 4.2. */
enum {
	IMG_COMPRESS_NONE = 0,
	IMG_COMPRESS_LZ4 = 1,     /* in the first layout: a page in each block */
	IMG_COMPRESS_REGIONS = 2, /* only in the first layout: more than one */
};

/* task_core_entry.task_state: criu/include/pid.h. A zombie is written as DEAD. */
enum img_task_state {
	IMG_TASK_UNKNOWN = 0, /* no core image, or one without a word on it */
	IMG_TASK_ALIVE = 1,
	IMG_TASK_DEAD = 2,
	IMG_TASK_STOPPED = 3,
	IMG_TASK_ZOMBIE = 6,
};

/* vma_entry.status: criu/include/image.h. */
enum {
	IMG_VMA_REGULAR = 1 << 0, /* its pages are dumped */
	IMG_VMA_STACK = 1 << 1,
	IMG_VMA_VSYSCALL = 1 << 2,
	IMG_VMA_VDSO = 1 << 3,
	IMG_VMA_FORCE_READ = 1 << 4, /* CRIU 0.1 */
	IMG_VMA_HEAP = 1 << 5,
	IMG_VMA_FILE_PRIVATE = 1 << 6,
	IMG_VMA_FILE_SHARED = 1 << 7,
	IMG_VMA_ANON_SHARED = 1 << 8,
	IMG_VMA_ANON_PRIVATE = 1 << 9,
	IMG_VMA_SYSVIPC = 1 << 10,
	IMG_VMA_SOCKET = 1 << 11,
	IMG_VMA_VVAR = 1 << 12,
	IMG_VMA_AIORING = 1 << 13,
	IMG_VMA_MEMFD = 1 << 14,
	IMG_VMA_SHSTK = 1 << 15,
	IMG_VMA_GUARD = 1 << 16, /* no mapping but a range inside one */
	IMG_VMA_UPROBES = 1 << 17,
	IMG_VMA_EXT_PLUGIN = 1 << 27,
};

/* pagemap_entry.flags: criu/include/pagemap.h. */
enum {
	IMG_PE_PARENT = 1,  /* the same page of the parent dump */
	IMG_PE_LAZY = 2,    /* may come late; alone: in no image at all */
	IMG_PE_PRESENT = 4, /* in the pages file */
	IMG_PE_PAYLOAD_ALIGNED =
		8, /* its bytes begin on a page boundary of that file; after CRIU 4.2 */
};

/* unix_sk_entry.uflags: criu/sk-unix.c. */
enum {
	IMG_USK_EXTERNAL = 1,
	IMG_USK_SERVICE = 2,
	IMG_USK_PLUGIN = 4,
	IMG_USK_INHERITED = 8,
};

/* remap_file_path_entry.remap_id, while there was no remap_type: before CRIU 1.4. */
#define IMG_REMAP_GHOST (UINT32_C(1) << 31)

#endif
