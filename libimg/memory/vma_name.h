/* The name and the kind of a mapping. */
#ifndef IMG_VMA_NAME_H
#define IMG_VMA_NAME_H

#include "libimg/base/buf.h"
#include "libimg/dump/vma.h"
#include "libimg/memory/shmem.h"

enum img_kind {
	IMG_KIND_HEAP,
	IMG_KIND_STACK,
	IMG_KIND_ANON,        /* other private memory without a file */
	IMG_KIND_FILE,        /* of a file, private */
	IMG_KIND_SHARED_FILE, /* of a file, shared: its bytes are in the file, not in an image */
	IMG_KIND_MEMFD,
	IMG_KIND_SHARED, /* anonymous shared memory */
	IMG_KIND_SYSV,
	IMG_KIND_KERNEL,
	IMG_KIND_DEVICE,
	IMG_KIND_NONE, /* pages outside of all mappings */
	IMG_KINDS,
};

/* v NULL: IMG_KIND_NONE. The segment distinguishes memfds from anonymous memory; NULL: unknown. */
enum img_kind img_vma_kind(const struct img_space *s, const struct img_vma *v,
			   const struct img_shmem *seg);
const char *img_kind_name(enum img_kind k);

/*
 * Put the name of a mapping into *to, which is emptied first: the path of a file as in the image,
 * the name of a memfd as in /proc/PID/maps, else a word in brackets. Not NUL-terminated, and of
 * any bytes. Returns 0, or -1 with *err (no memory, damaged image); a dangling id is "unknown
 * path".
 */
int img_vma_name(struct img_shmems *segs, const struct img_space *s, const struct img_vma *v,
		 struct img_buf *to, struct img_err *err);

#endif
