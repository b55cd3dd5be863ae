/* The address space of a task: its mappings, the size of its pages, what lies where. */
#ifndef IMG_VMA_H
#define IMG_VMA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/dump/dir.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"

struct img_vma {
	uint64_t start, end; /* end is one past the last byte */
	uint64_t pgoff;      /* bytes */
	uint64_t shmid;      /* see vma_entry: a file, a segment, or nothing */
	uint64_t madv;
	uint32_t prot, flags, status;
};

/* Where the bytes of a mapping come from if the pagemap of its task has no page. */
enum img_backing {
	IMG_BY_ZERO,    /* private anonymous memory: never written, so zeros */
	IMG_BY_FILE,    /* a file of the file system: shmid is its id in files.img (REG) */
	IMG_BY_MEMFD,   /* shmid is an id in files.img (MEMFD), which leads to a segment */
	IMG_BY_SEGMENT, /* shmid is that of pagemap-shmem-SHMID.img */
	IMG_BY_KERNEL,  /* vdso, vvar, vsyscall, uprobes: the running kernel */
	IMG_BY_DEVICE,  /* a packet socket, or a file that a CRIU plugin restores */
};

/* By the status of the mapping alone: what a pagemap has is not looked up. */
enum img_backing img_vma_backing(const struct img_vma *v);

struct img_space {
	struct img_vma *vmas; /* ascending, without overlap */
	size_t n;
	uint32_t page_size; /* AT_PAGESZ; 0: unknown */
	uint32_t exe_file_id;
	uint64_t start_stack, start_brk, brk;
	uint64_t arg_start, arg_end, env_start, env_end;
};

/*
 * Read mm-PID.img, and vmas-PID.img where CRIU before 1.2 left the mappings. 1 with *s (yours to
 * img_space_free()), 0 if there is no such image, -1 with *err: *s then holds the mappings before
 * the error.
 */
int img_space_read(struct img_dir *d, uint32_t pid, struct img_space *s, struct img_err *err);
void img_space_free(struct img_space *s); /* *s is all 0 afterwards, and may be before */

/* The mapping that holds addr, or the next one above it; NULL: none. */
const struct img_vma *img_space_find(const struct img_space *s, uint64_t addr);

#endif
