#include "libimg/memory/vma_name.h"

#include <stdio.h>
#include <string.h>

/* The stack of the first thread; other mappings that grow down may be of any use. */
static bool is_stack(const struct img_space *s, const struct img_vma *v)
{
	return v->status & IMG_VMA_STACK || (v->start <= s->start_stack && s->start_stack < v->end);
}

/* CRIU stores anonymous shared memory as a memfd with the name that Linux gives it. */
static bool is_dev_zero(const struct img_shmem *seg)
{
	static const char zero[] = "/dev/zero";

	return seg->name_n == sizeof(zero) - 1 && memcmp(seg->name, zero, seg->name_n) == 0;
}

enum img_kind img_vma_kind(const struct img_space *s, const struct img_vma *v,
			   const struct img_shmem *seg)
{
	if (v == NULL)
		return IMG_KIND_NONE;
	switch (img_vma_backing(v)) {
	case IMG_BY_KERNEL: return IMG_KIND_KERNEL;
	case IMG_BY_DEVICE: return IMG_KIND_DEVICE;
	case IMG_BY_MEMFD:
		return seg != NULL && is_dev_zero(seg) ? IMG_KIND_SHARED : IMG_KIND_MEMFD;
	case IMG_BY_SEGMENT: return v->status & IMG_VMA_SYSVIPC ? IMG_KIND_SYSV : IMG_KIND_SHARED;
	case IMG_BY_FILE:
		return v->status & IMG_VMA_FILE_SHARED ? IMG_KIND_SHARED_FILE : IMG_KIND_FILE;
	default:
		if (v->status & IMG_VMA_HEAP)
			return IMG_KIND_HEAP;
		return is_stack(s, v) || v->flags & IMG_MAP_GROWSDOWN ? IMG_KIND_STACK
								      : IMG_KIND_ANON;
	}
}

const char *img_kind_name(enum img_kind k)
{
	static const char *const names[IMG_KINDS] = {
		[IMG_KIND_HEAP] = "heap",
		[IMG_KIND_STACK] = "stack",
		[IMG_KIND_ANON] = "anon",
		[IMG_KIND_FILE] = "file",
		[IMG_KIND_SHARED_FILE] = "shared-file",
		[IMG_KIND_MEMFD] = "memfd",
		[IMG_KIND_SHARED] = "shared",
		[IMG_KIND_SYSV] = "sysv",
		[IMG_KIND_KERNEL] = "kernel",
		[IMG_KIND_DEVICE] = "device",
		[IMG_KIND_NONE] = "outside",
	};

	return names[k];
}

/* Names that depend on the status alone. The order matters: see img_vma_backing(). */
static const struct {
	uint32_t status;
	const char *name;
} words[] = {
	{ IMG_VMA_VSYSCALL, "[vsyscall]" }, { IMG_VMA_VVAR, "[vvar]" },
	{ IMG_VMA_VDSO, "[vdso]" },         { IMG_VMA_UPROBES, "[uprobes]" },
	{ IMG_VMA_SOCKET, "[packet]" },     { IMG_VMA_HEAP, "[heap]" },
	{ IMG_VMA_AIORING, "[aio]" },       { IMG_VMA_SHSTK, "[shadow stack]" },
};

static void put(struct img_buf *to, const char *s)
{
	img_buf_put(to, s, strlen(s));
}

static void put_segment(const struct img_vma *v, const struct img_shmem *seg, struct img_buf *to)
{
	char text[64];

	if (seg->name != NULL) {
		if (!is_dev_zero(seg))
			put(to, "/memfd:");
		img_buf_put(to, seg->name, seg->name_n);
		put(to, " (deleted)");
		return;
	}
	snprintf(text, sizeof(text), v->status & IMG_VMA_SYSVIPC ? "[sysv:%llu]" : "[shared:%llu]",
		 (unsigned long long)seg->shmid);
	put(to, text);
}

static int put_path(struct img_shmems *segs, const struct img_vma *v, struct img_buf *to,
		    struct img_err *err)
{
	const char *path;
	int r = img_shmem_path(segs, v->shmid, &path, err);

	put(to, path != NULL ? path : "unknown path");
	return r < 0 ? -1 : 0;
}

static const char *word_of(const struct img_space *s, const struct img_vma *v)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (v->status & words[i].status)
			return words[i].name;
	if (is_stack(s, v))
		return "[stack]";
	return v->flags & IMG_MAP_GROWSDOWN ? "[stack?]" : "[anon]";
}

int img_vma_name(struct img_shmems *segs, const struct img_space *s, const struct img_vma *v,
		 struct img_buf *to, struct img_err *err)
{
	enum img_backing by = img_vma_backing(v);
	struct img_shmem seg;
	int r = 0;

	to->n = 0;
	if (by == IMG_BY_MEMFD || by == IMG_BY_SEGMENT) {
		r = img_shmem_of(segs, v, &seg, err);
		if (r == 0)
			put_segment(v, &seg, to);
		if (r < 0 && err->kind != IMG_ESYS) {
			put(to, "unknown path");
			r = 0;
		}
	} else if (by == IMG_BY_FILE || v->status & IMG_VMA_EXT_PLUGIN) {
		r = put_path(segs, v, to, err);
	} else {
		put(to, word_of(s, v));
	}
	return to->failed ? img_fail_mem(err) : r;
}
