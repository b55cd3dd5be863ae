#include "libimg/view/mems.h"

#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "fdinfo.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/base/map.h"
#include "libimg/json/msg2json.h"
#include "libimg/msg/linux.h"
#include "libimg/view/labels.h"
#include "libimg/view/text.h"

struct img_mems {
	struct img_dir *dir;
	struct img_desc *desc;
	struct img_map numbers; /* of segments, by shmid */

	/* The current task. */
	struct img_image *mm, *vmas;
	struct img_each each; /* of mm */
	uint64_t count, stack;

	struct img_buf line; /* text to be written to JSON */
	struct img_out *line_out;
};

struct img_mems *img_mems_new(struct img_dir *d, struct img_desc *desc)
{
	struct img_mems *m = img_calloc(1, sizeof(*m));

	if (m != NULL) {
		m->dir = d;
		m->desc = desc;
	}
	return m;
}

static void close_task(struct img_mems *m)
{
	img_image_close(m->mm);
	img_image_close(m->vmas);
	m->mm = m->vmas = NULL;
}

void img_mems_free(struct img_mems *m)
{
	if (m == NULL)
		return;
	close_task(m);
	img_map_free(&m->numbers);
	img_out_free(m->line_out);
	img_buf_free(&m->line);
	img_free(m);
}

/* ---- reading ---- */

int img_mems_open(struct img_mems *m, uint32_t pid, uint32_t *exe, struct img_err *err)
{
	struct img_pick mm;
	int r;

	close_task(m);
	r = img_image_pick(m->dir, "mm-%u.img", pid, &m->mm, &mm, err);
	if (r <= 0) {
		m->mm = NULL;
		return r;
	}
	*exe = img_num32(&mm, IMG_TAG_MM_ENTRY__EXE_FILE_ID);
	m->stack = img_num(&mm, IMG_TAG_MM_ENTRY__MM_START_STACK);
	m->count = 0;
	img_each_begin(&m->each, &mm, IMG_TAG_MM_ENTRY__VMAS);
	if (img_has(&mm, IMG_TAG_MM_ENTRY__VMAS))
		return 1;
	r = img_image_open(m->dir, "vmas-%u.img", pid, &m->vmas, err);
	if (r <= 0)
		m->vmas = NULL;
	return r < 0 ? -1 : 1;
}

uint64_t img_mems_stack(const struct img_mems *m)
{
	return m->stack;
}

static int next_body(struct img_mems *m, struct img_span *body, struct img_err *err)
{
	struct img_entry e;
	int r;

	if (m->vmas == NULL)
		return m->mm != NULL && img_each_bytes(&m->each, body);
	r = img_image_next(m->vmas, &e, err);
	*body = e.body;
	return r;
}

static int bad_entry(struct img_mems *m, struct img_err *err)
{
	if (m->vmas == NULL)
		img_err_under(err, "vmas", (int64_t)m->count);
	img_err_under(err, "entries", m->vmas == NULL ? 0 : (int64_t)m->count);
	return img_image_fail(m->vmas != NULL ? m->vmas : m->mm, err);
}

/* Shared segments and packet sockets are numbered together, in order of appearance. */
static uint32_t number_of(struct img_mems *m, const struct img_vma *v)
{
	uint32_t *n;

	if ((v->status & (IMG_VMA_SYSVIPC | IMG_VMA_ANON_SHARED | IMG_VMA_SOCKET)) == 0)
		return 0;
	n = img_map_at(&m->numbers, v->shmid);
	if (n == NULL) {
		img_desc_no_memory(m->desc);
		return 0;
	}
	if (*n == IMG_MAP_NONE)
		*n = (uint32_t)m->numbers.n;
	return *n;
}

int img_mems_next(struct img_mems *m, struct img_mapping *map, struct img_err *err)
{
	struct img_vma *v = &map->vma;
	struct img_pick f;
	int r = next_body(m, &map->body, err);

	if (r <= 0)
		return r;
	if (img_pick(&f, &img_msg_vma_entry, map->body, err) < 0)
		return bad_entry(m, err);
	m->count++;
	v->start = img_num(&f, IMG_TAG_VMA_ENTRY__START);
	v->end = img_num(&f, IMG_TAG_VMA_ENTRY__END);
	v->pgoff = img_num(&f, IMG_TAG_VMA_ENTRY__PGOFF);
	v->shmid = img_num(&f, IMG_TAG_VMA_ENTRY__SHMID);
	v->madv = img_num(&f, IMG_TAG_VMA_ENTRY__MADV);
	v->prot = img_num32(&f, IMG_TAG_VMA_ENTRY__PROT);
	v->flags = img_num32(&f, IMG_TAG_VMA_ENTRY__FLAGS);
	v->status = img_num32(&f, IMG_TAG_VMA_ENTRY__STATUS);
	map->number = number_of(m, v);
	return 1;
}

/* ---- crit's words ---- */

static void puts_to(struct img_out *o, const char *s)
{
	img_out_put(o, s, strlen(s));
}

/* CRIU stores anonymous shared memory as a memfd with the name that Linux gives it. */
static bool is_anonymous(struct img_span name)
{
	static const char zero[] = "/dev/zero";

	return name.n == sizeof(zero) - 1 && memcmp(name.p, zero, name.n) == 0;
}

static bool memfd_name(struct img_mems *m, const struct img_vma *v, struct img_span *name)
{
	struct img_pick inode;

	if (v->shmid > UINT32_MAX || !img_desc_memfd(m->desc, (uint32_t)v->shmid, &inode))
		return false;
	*name = img_bytes(&inode, IMG_TAG_MEMFD_INODE_ENTRY__NAME);
	return true;
}

/* The file of a mapping; *deleted as for img_desc_path(). */
static void put_file(struct img_mems *m, struct img_out *o, const struct img_vma *v, bool *deleted)
{
	bool memfd = (v->status & IMG_VMA_MEMFD) != 0;
	struct img_span name;
	struct img_fd fd;

	*deleted = false;
	if (memfd ? memfd_name(m, v, &name)
		  : v->shmid <= UINT32_MAX &&
			    img_desc_path(m->desc, (uint32_t)v->shmid, &name, deleted)) {
		if (memfd && !is_anonymous(name))
			puts_to(o, "memfd:");
		img_text_name(o, name.p, name.n);
		return;
	}
	fd = img_desc_file(m->desc, memfd ? FD_TYPES__MEMFD : FD_TYPES__REG, (uint32_t)v->shmid);
	img_desc_text(m->desc, o, &fd, IMG_DESC_PLACE);
}

/* In crit's order: the first that applies. */
static const struct {
	uint32_t status;
	const char *text; /* %x: the number of the segment */
} words[] = {
	{ IMG_VMA_SYSVIPC, " ips[%x]" },   { IMG_VMA_ANON_SHARED, " shmem[%x]" },
	{ IMG_VMA_SOCKET, " packet[%x]" }, { IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED, NULL },
	{ IMG_VMA_STACK, " [stack]" },     { IMG_VMA_VSYSCALL, " [vsyscall]" },
	{ IMG_VMA_VDSO, " [vdso]" },
};

enum { N_WORDS = sizeof(words) / sizeof(words[0]) };

static void put_words(struct img_mems *m, struct img_out *o, const struct img_mapping *map,
		      bool *deleted)
{
	const struct img_vma *v = &map->vma;
	size_t i = 0;

	while (i < N_WORDS && (v->status & words[i].status) == 0)
		i++;
	if (i == N_WORDS) {
		if (v->flags & IMG_MAP_GROWSDOWN)
			puts_to(o, " [stack?]");
		return;
	}
	if (words[i].text != NULL) {
		img_text_fmt(o, words[i].text, map->number);
		return;
	}
	img_out_byte(o, ' ');
	put_file(m, o, v, deleted);
	if (v->pgoff != 0) {
		puts_to(o, " + 0x");
		img_text_hex(o, v->pgoff, 1);
	}
	if (v->status & IMG_VMA_FILE_SHARED)
		puts_to(o, " (s)");
}

/* ---- ours ---- */

/* Names of bits of the status, and of bits of the flags of mmap(2). */
static const struct {
	uint32_t status;
	const char *text;
} more_words[] = {
	{ IMG_VMA_HEAP, " [heap]" },
	{ IMG_VMA_VVAR, " [vvar]" },
	{ IMG_VMA_AIORING, " [aio]" },
	{ IMG_VMA_SHSTK, " [shadow stack]" },
	{ IMG_VMA_GUARD, " [guard]" },
	{ IMG_VMA_UPROBES, " [uprobes]" },
	{ IMG_VMA_EXT_PLUGIN, " [device of a plugin]" },
}, more_flags[] = {
	{ MAP_LOCKED, " locked" },
	{ MAP_NORESERVE, " noreserve" },
};

enum { HUGE_SHIFT = 26, HUGE_MASK = 63 };

/* MAP_HUGETLB, and in the upper bits of the flags the logarithm of the page size. */
static void put_hugetlb(struct img_out *o, const struct img_vma *v)
{
	unsigned log = v->flags >> HUGE_SHIFT & HUGE_MASK;

	if ((v->flags & MAP_HUGETLB) == 0)
		return;
	puts_to(o, " hugetlb");
	if (log >= 10 && log < 30)
		img_text_fmt(o, " %u%c", 1u << log % 10, "?KM"[log / 10]);
	else if (log >= 30)
		img_text_fmt(o, " %" PRIu64 "G", UINT64_C(1) << (log - 30));
}

/* The kind of a segment, for which crit prints only a number. */
static void put_segment(struct img_mems *m, struct img_out *o, const struct img_vma *v)
{
	struct img_span name;
	struct img_fd sock;

	if (v->status & IMG_VMA_SYSVIPC) {
		img_text_fmt(o, " System V segment %" PRIu64, v->shmid);
	} else if (v->status & IMG_VMA_MEMFD) {
		bool known = memfd_name(m, v, &name);

		if (known && is_anonymous(name)) {
			puts_to(o, " anonymous shared memory");
		} else if (known &&
			   (v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED)) == 0) {
			puts_to(o, " memfd:");
			img_text_name(o, name.p, name.n);
		}
	} else if (v->status & IMG_VMA_SOCKET) {
		sock = img_desc_file(m->desc, FD_TYPES__PACKETSK, (uint32_t)v->shmid);
		puts_to(o, " ring of ");
		img_desc_text(m->desc, o, &sock, IMG_DESC_PLACE);
	} else if (v->status & IMG_VMA_ANON_SHARED) {
		img_text_fmt(o, " anonymous shared memory %" PRIu64, v->shmid);
	}
}

static void put_more(struct img_mems *m, struct img_out *o, const struct img_vma *v)
{
	put_segment(m, o, v);
	if (v->flags & IMG_MAP_GROWSDOWN && v->start <= m->stack && m->stack < v->end)
		puts_to(o, " of the main thread");
	for (size_t i = 0; i < sizeof(more_words) / sizeof(more_words[0]); i++)
		if (v->status & more_words[i].status)
			puts_to(o, more_words[i].text);
	put_hugetlb(o, v);
	/* A mapping type of its own: not a bit but a number besides MAP_SHARED and MAP_PRIVATE. */
	if ((v->flags & MAP_TYPE) == IMG_MAP_DROPPABLE)
		puts_to(o, " droppable");
	for (size_t i = 0; i < sizeof(more_flags) / sizeof(more_flags[0]); i++)
		if (v->flags & more_flags[i].status)
			puts_to(o, more_flags[i].text);
	if (v->madv != 0) {
		puts_to(o, " madvise ");
		img_text_bits(o, &img_labels_madvise, v->madv, ",");
	}
}

/* ---- lines ---- */

enum { COLUMN = 36 }; /* width of the borders, and of what replaces them */

static void pad(struct img_out *o, size_t n)
{
	while (n++ < COLUMN)
		img_out_byte(o, ' ');
}

static unsigned hex_digits(uint64_t v)
{
	unsigned n = 8;

	while (n < 16 && v >> 4 * n != 0)
		n++;
	return n;
}

/* Borders, protection and crit's words. */
static void put_crit(struct img_mems *m, struct img_out *o, const struct img_mapping *map,
		     bool *deleted)
{
	const struct img_vma *v = &map->vma;
	char prot[] = { '-', '-', '-' };

	img_text_hex(o, v->start, 8);
	img_out_byte(o, '-');
	img_text_hex(o, v->end, 8);
	pad(o, (size_t)hex_digits(v->start) + hex_digits(v->end) + 1);
	for (unsigned i = 0; i < 3; i++)
		if (v->prot >> i & 1)
			prot[i] = "rwx"[i];
	img_out_put(o, prot, sizeof(prot));
	put_words(m, o, map, deleted);
	if ((v->status & IMG_VMA_REGULAR) == 0)
		puts_to(o, " *");
}

void img_mems_text(struct img_mems *m, struct img_out *o, const struct img_mapping *map)
{
	bool deleted = false;

	put_crit(m, o, map, &deleted);
	if (deleted)
		puts_to(o, " (deleted)");
	put_more(m, o, &map->vma);
}

void img_mems_crit(struct img_mems *m, struct img_out *o, const struct img_mapping *map)
{
	bool deleted = false;

	put_crit(m, o, map, &deleted);
}

void img_mems_exe_text(struct img_mems *m, struct img_out *o, uint32_t exe)
{
	struct img_fd fd = img_desc_file(m->desc, FD_TYPES__REG, exe);
	struct img_fd memfd = img_desc_file(m->desc, FD_TYPES__MEMFD, exe);

	/* CRIU writes it with its type, though it restores only REG files. */
	if (fd.file == IMG_NO_FILE && memfd.file != IMG_NO_FILE)
		fd = memfd;
	puts_to(o, "exe");
	pad(o, 3);
	puts_to(o, "    ");
	img_desc_text(m->desc, o, &fd, IMG_DESC_PLACE);
}

/* ---- JSON ---- */

static void json_text(struct img_mems *m, struct img_jw *w, const struct img_mapping *map)
{
	struct img_err err;

	if (m->line_out == NULL)
		m->line_out = img_out_mem(&m->line);
	if (m->line_out == NULL) {
		img_desc_no_memory(m->desc);
		return;
	}
	m->line.n = 0;
	img_mems_text(m, m->line_out, map);
	if (img_out_flush(m->line_out, &err) < 0) {
		img_desc_no_memory(m->desc);
		return;
	}
	IMG_JW_KEY(w, "text");
	img_jw_str(w, m->line.p, m->line.n);
}

static void json_name(struct img_mems *m, struct img_jw *w, const struct img_vma *v)
{
	struct img_span name;
	bool deleted = false;

	if (v->status & IMG_VMA_SYSVIPC || v->shmid > UINT32_MAX)
		return;
	if (v->status & IMG_VMA_MEMFD) {
		if (!memfd_name(m, v, &name))
			return;
		IMG_JW_KEY(w, "memfd");
	} else {
		if ((v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED)) == 0 ||
		    !img_desc_path(m->desc, (uint32_t)v->shmid, &name, &deleted))
			return;
		IMG_JW_KEY(w, "path");
	}
	img_jw_text(w, name.p, name.n);
	if (!deleted)
		return;
	IMG_JW_BOOL(w, "deleted", true);
}

void img_mems_json(struct img_mems *m, struct img_jw *w, const struct img_mapping *map)
{
	struct img_err err;

	/* Cannot fail: it was scanned when it was read. */
	img_msg2json(w, &img_msg_vma_entry, map->body, false, &err);
	json_name(m, w, &map->vma);
	json_text(m, w, map);
}
