#include "libimg/memory/mapped.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/dump/buildid.h"
#include "libimg/dump/lookup.h"
#include "fdinfo.pb-c.h"
#include "ghost-file.pb-c.h"
#include "remap-file-path.pb-c.h"

/* A stretch of a deleted file: `len` bytes at `off` of it are at `at` of its image. */
struct chunk {
	uint64_t off, len, at; /* at: in fd */
};

/* The file that is open. */
struct open_file {
	bool open, elf;
	uint64_t id, size;
	int fd;
	struct img_image *ghost; /* fd is the image's */
	struct img_file image;   /* of a ghost */
	struct img_buf chunks;   /* of a ghost; in the order of its image */
	char name[256];
};

struct img_mapped {
	struct img_dir *dir;
	struct img_files *index;
	int root;
	enum img_mapped_files files;
	struct img_report report;
	struct img_lookup *remaps;
	struct img_arena *arena;
	struct img_map refused; /* ids of files that cannot be had: reported once */
	struct open_file f;
};

static void nobody(void *arg, const struct img_err *err)
{
	(void)arg;
	(void)err;
}

struct img_mapped *img_mapped_new(struct img_dir *d, struct img_files *index, int root,
				  enum img_mapped_files files, struct img_report report)
{
	struct img_mapped *m = img_calloc(1, sizeof(*m));

	if (m == NULL)
		return NULL;
	if (report.fn == NULL)
		report.fn = nobody;
	*m = (struct img_mapped){
		.dir = d, .index = index, .root = root, .files = files, .report = report
	};
	m->remaps = img_lookup_read(d, "remap-fpath.img", 0, IMG_TAG_REMAP_FILE_PATH_ENTRY__ORIG_ID,
				    &m->report);
	m->arena = img_arena_new(0);
	if (m->remaps != NULL && m->arena != NULL)
		return m;
	img_mapped_free(m);
	return NULL;
}

static void close_file(struct open_file *f)
{
	if (f->open && f->ghost == NULL)
		close(f->fd);
	img_image_close(f->ghost);
	img_buf_free(&f->chunks);
	memset(f, 0, sizeof(*f));
}

void img_mapped_free(struct img_mapped *m)
{
	if (m == NULL)
		return;
	close_file(&m->f);
	img_lookup_free(m->remaps);
	img_arena_free(m->arena);
	img_map_free(&m->refused);
	img_free(m);
}

/* ---- deleted files ---- */

/* The number of the ghost image of a file: 1, 0 where it has none. */
static int ghost_of(const struct img_mapped *m, uint64_t id, uint32_t *ghost)
{
	const uint32_t old_ghost = UINT32_C(1) << 31; /* before CRIU 1.4 a bit said so */
	uint32_t i = img_lookup_first(m->remaps, id);
	struct img_pick f;

	if (i == IMG_NO_ENTRY)
		return 0;
	img_lookup_pick(m->remaps, i, &f);
	*ghost = img_num32(&f, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_ID);
	if (img_has(&f, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE))
		return img_num32(&f, IMG_TAG_REMAP_FILE_PATH_ENTRY__REMAP_TYPE) ==
		       REMAP_TYPE__GHOST;
	if (!(*ghost & old_ghost))
		return 0;
	*ghost &= ~old_ghost;
	return 1;
}

bool img_mapped_deleted(const struct img_mapped *m, uint64_t id)
{
	return img_lookup_first(m->remaps, id) != IMG_NO_ENTRY;
}

/* Where the content of a ghost is: after its first entry, or after those of its chunks. */
static int read_chunks(struct open_file *f, struct img_err *err)
{
	struct img_entry e;
	int r;

	while ((r = img_image_next(f->ghost, &e, err)) > 0) {
		struct chunk c = { 0, 0, f->image.base + e.body.off + e.body.n };
		uint64_t end = f->image.base + f->image.size;
		struct img_pick p;

		if (img_pick(&p, e.msg, e.body, err) < 0)
			return img_image_fail(f->ghost, err);
		if (e.msg == &img_msg_ghost_chunk_entry) {
			c.off = img_num(&p, IMG_TAG_GHOST_CHUNK_ENTRY__OFF);
			c.len = img_num(&p, IMG_TAG_GHOST_CHUNK_ENTRY__LEN);
			if (c.off > UINT64_MAX - c.len)
				continue;
			f->size = f->size < c.off + c.len ? c.off + c.len : f->size;
		} else if (img_num(&p, IMG_TAG_GHOST_FILE_ENTRY__CHUNKS) != 0) {
			f->size = img_num(&p, IMG_TAG_GHOST_FILE_ENTRY__SIZE);
			continue;
		} else {
			c.len = end > c.at ? end - c.at : 0;
			f->size = c.len;
		}
		img_buf_put(&f->chunks, &c, sizeof(c));
		if (f->chunks.failed)
			return img_fail_mem(err);
	}
	return r;
}

static int open_ghost(struct img_mapped *m, uint32_t ghost, struct img_err *err)
{
	struct open_file *f = &m->f;
	int r = img_image_open(m->dir, "ghost-file-%x.img", ghost, &f->ghost, err);

	if (r == 0)
		return img_image_absent(m->dir, "ghost-file-%x.img", ghost, err);
	if (r < 0)
		return -1;
	f->image = *img_image_file(f->ghost);
	f->fd = f->image.fd;
	f->open = true;
	snprintf(f->name, sizeof(f->name), "%s", img_image_name(f->ghost));
	return read_chunks(f, err);
}

/* ---- files of the host ---- */

/* A regular file below the root, whose links lead nowhere else; no device is ever opened. */
static int open_below(int root, const char *path)
{
	struct open_how how = { .flags = O_PATH | O_CLOEXEC,
				.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
	char self[32];
	struct stat st;
	int at = (int)syscall(SYS_openat2, root, path, &how, sizeof(how)), fd = -1;

	if (at < 0)
		return -1;
	if (fstat(at, &st) == 0 && !S_ISREG(st.st_mode))
		errno = EINVAL;
	else {
		snprintf(self, sizeof(self), "/proc/self/fd/%d", at);
		fd = open(self, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	}
	close(at);
	return fd;
}

static int differs(const RegFileEntry *reg, int fd, uint64_t *size, struct img_err *err)
{
	uint8_t id[IMG_BUILDID_MAX];
	struct stat st;
	int n;

	if (fstat(fd, &st) < 0)
		return img_fail_sys(err);
	*size = (uint64_t)st.st_size;
	if (reg->has_size && reg->size != *size)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"size %" PRIu64 ", but %" PRIu64 " in the dump", *size, reg->size);
	if (reg->n_build_id == 0)
		return 0;
	n = img_buildid_read(fd, id, err);
	if (n < 0)
		return -1;
	/* Words, whose bytes are in the order that they had in memory. */
	if ((size_t)n != 4 * reg->n_build_id || memcmp(id, reg->build_id, (size_t)n) != 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "another build id than in the dump");
	return 0;
}

static int open_host(struct img_mapped *m, const RegFileEntry *reg, struct img_err *err)
{
	struct open_file *f = &m->f;
	uint8_t magic[SELFMAG];

	f->fd = open_below(m->root, reg->name);
	if (f->fd < 0)
		return img_fail_sys(err);
	f->open = true;
	f->elf = pread(f->fd, magic, SELFMAG, 0) == SELFMAG && memcmp(magic, ELFMAG, SELFMAG) == 0;
	snprintf(f->name, sizeof(f->name), "%s", reg->name);
	return differs(reg, f->fd, &f->size, err);
}

/* ---- one file at a time ---- */

/* Why a file is not used: once, and only what cannot be helped ends the run. */
static int refuse(struct img_mapped *m, uint64_t id, const char *path, struct img_err *err)
{
	uint32_t *place;

	close_file(&m->f);
	if (err->kind == IMG_ESYS && err->errnum == ENOMEM)
		return -1;
	place = img_map_at(&m->refused, id);
	if (place == NULL)
		return img_fail_mem(err);
	*place = 0;
	if (err->file[0] == '\0')
		snprintf(err->file, sizeof(err->file), "%s", path);
	img_report(&m->report, err);
	return 0;
}

/* Have the file with this id open: 1, 0 where it cannot be had, -1. */
static int want(struct img_mapped *m, uint64_t id, struct img_err *err)
{
	const char *path = NULL;
	const RegFileEntry *reg;
	void *entry = NULL;
	uint32_t ghost;
	int r;

	if (m->f.open && m->f.id == id)
		return 1;
	if (img_map_get(&m->refused, id) != IMG_MAP_NONE)
		return 0;
	close_file(&m->f);
	memset(err, 0, sizeof(*err));
	if (ghost_of(m, id, &ghost) > 0) {
		path = "ghost";
		r = open_ghost(m, ghost, err);
	} else if (m->root < 0 || m->index == NULL || id > UINT32_MAX) {
		return 0;
	} else {
		img_arena_reset(m->arena);
		r = img_files_get(m->index, IMG_FD_TYPES__REG, (uint32_t)id, m->arena, &entry, err);
		reg = r > 0 ? ((const FileEntry *)entry)->reg : NULL;
		if (r >= 0 && reg == NULL)
			return 0;
		path = r > 0 ? reg->name : "files.img";
		if (r > 0)
			r = open_host(m, reg, err);
	}
	if (r < 0)
		return refuse(m, id, path, err);
	m->f.id = id;
	return 1;
}

/* ---- bytes ---- */

static void cut(struct img_mapped_bytes *b, uint64_t len)
{
	if (len < b->len)
		b->len = len;
}

/* What a ghost has at `off`: its chunk, or the hole before the next one. */
static void at_chunk(const struct open_file *f, uint64_t off, struct img_mapped_bytes *b)
{
	const struct chunk *c = (const struct chunk *)(const void *)f->chunks.p;
	size_t n = f->chunks.n / sizeof(*c);

	b->what = IMG_MAPPED_ZERO;
	for (size_t i = 0; i < n; i++) {
		if (off >= c[i].off && off - c[i].off < c[i].len) {
			b->what = IMG_MAPPED_DATA;
			b->off = c[i].at + (off - c[i].off);
			cut(b, c[i].len - (off - c[i].off));
			return;
		}
		if (c[i].off > off)
			cut(b, c[i].off - off);
	}
}

int img_mapped_at(struct img_mapped *m, const struct img_vma *v, uint64_t addr, uint64_t len,
		  uint32_t page, struct img_mapped_bytes *b, struct img_err *err)
{
	const struct open_file *f = &m->f;
	uint64_t off = v->pgoff + (addr - v->start), last;
	int r = want(m, v->shmid, err);

	if (r <= 0)
		return r;
	if (f->ghost == NULL && m->files == IMG_MAPPED_HEADERS) {
		if (!f->elf || v->pgoff != 0 || v->status & IMG_VMA_FILE_SHARED || off >= page) {
			/* The rest of the mapping has none either. */
			return 0;
		}
		len = len < page - off ? len : page - off;
	}
	/* The last page of a file ends in zeros; what is after that is no memory. */
	last = f->size + page - 1 - (f->size + page - 1) % page;
	if (off >= last)
		return 0;
	b->len = len < last - off ? len : last - off;
	b->what = IMG_MAPPED_ZERO;
	if (off >= f->size)
		return 0;
	cut(b, f->size - off);
	b->fd = f->fd;
	b->file = f->name;
	if (f->ghost != NULL) {
		at_chunk(f, off, b);
		return 0;
	}
	b->what = IMG_MAPPED_DATA;
	b->off = off;
	return 0;
}

int img_mapped_flags(struct img_mapped *m, uint64_t id, uint32_t *flags, struct img_err *err)
{
	int r = want(m, id, err);

	if (r <= 0 || m->f.ghost != NULL)
		return r < 0 ? -1 : 0;
	return img_elf_flags(m->f.fd, flags, err);
}
