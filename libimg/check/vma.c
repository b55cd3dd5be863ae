/* The address spaces: mappings by themselves, and their references. */
#include <sys/mman.h>
#include <sys/stat.h>

#include "ipc-shm.pb-c.h"
#include "libimg/check/model.h"
#include "libimg/dump/vma.h"
#include "packet-sock.pb-c.h"
#include "regfile.pb-c.h"

enum {
	KINDS = IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED | IMG_VMA_ANON_SHARED |
		IMG_VMA_ANON_PRIVATE,
	PRIVATE = IMG_VMA_FILE_PRIVATE | IMG_VMA_ANON_PRIVATE,
	/* Mappings that may lack the bits of a kind. */
	SPECIAL = IMG_VMA_VSYSCALL | IMG_VMA_VDSO | IMG_VMA_VVAR | IMG_VMA_SOCKET |
		  IMG_VMA_AIORING | IMG_VMA_GUARD | IMG_VMA_UPROBES | IMG_VMA_EXT_PLUGIN,
	KNOWN = KINDS | SPECIAL | IMG_VMA_REGULAR | IMG_VMA_STACK | IMG_VMA_FORCE_READ |
		IMG_VMA_HEAP | IMG_VMA_SYSVIPC | IMG_VMA_MEMFD | IMG_VMA_SHSTK,
	ANONYMOUS = IMG_VMA_ANON_SHARED | IMG_VMA_ANON_PRIVATE,
	/* random, sequential, dontfork, mergeable, hugepage or not, dontdump, wipeonfork */
	ADVICE = 1 << 1 | 1 << 2 | 1 << 10 | 1 << 12 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 18,
	PROT_BITS = PROT_READ | PROT_WRITE | PROT_EXEC,
};

/* A mapping, and its place in the image. */
struct vma_place {
	const struct ck_task *t;
	const VmaEntry *v;
	const VmaEntry *before; /* real one, or NULL */
	uint64_t guarded;       /* end of the guard ranges so far */
	size_t i;
};

static void say_at(struct check *ck, enum ck_rule rule, const struct vma_place *p,
		   const char *field, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static void say_at(struct check *ck, enum ck_rule rule, const struct vma_place *p,
		   const char *field, const char *fmt, ...)
{
	bool old = p->t->vmas_im != p->t->mm_im; /* an image of mappings */
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (old)
		img_ck_say(ck, rule, p->t->vmas_im, (int64_t)p->i, field, "%s", text);
	else
		img_ck_say(ck, rule, p->t->vmas_im, 0, img_ck_path(ck, "vmas[%zu].%s", p->i, field),
			   "%s", text);
}

static void each_vma(struct check *ck, void (*fn)(struct check *ck, const struct vma_place *p))
{
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		const VmaEntry *before = NULL;
		uint64_t guarded = 0;

		for (size_t k = 0; k < t->n_vmas; k++) {
			fn(ck, &(struct vma_place){ t, t->vmas[k], before, guarded, k });
			if (!(t->vmas[k]->status & IMG_VMA_GUARD))
				before = t->vmas[k];
			else if (guarded < t->vmas[k]->end)
				guarded = t->vmas[k]->end;
		}
	}
}

/* ---- by themselves ---- */

static void check_range(struct check *ck, const struct vma_place *p)
{
	const VmaEntry *v = p->v;
	uint64_t mask = p->t->page_size - 1, end;

	if (v->end <= v->start)
		say_at(ck, CK_VMA_RANGE, p, "end",
		       "0x%" PRIx64 " is not above the start (0x%" PRIx64 ")", v->end, v->start);
	else if ((v->start & mask) != 0)
		say_at(ck, CK_VMA_RANGE, p, "start", "0x%" PRIx64 " is not on a page boundary",
		       v->start);
	else if ((v->end & mask) != 0)
		say_at(ck, CK_ODD(CK_VMA_RANGE), p, "end",
		       "0x%" PRIx64 " is not on a page boundary", v->end);
	if (v->end > v->start && __builtin_add_overflow(v->pgoff, v->end - v->start, &end))
		say_at(ck, CK_VMA_RANGE, p, "pgoff",
		       "0x%" PRIx64 " exceeds the largest file offset", v->pgoff);
	else if ((v->pgoff & mask) != 0)
		say_at(ck, CK_VMA_RANGE, p, "pgoff", "0x%" PRIx64 " is not on a page boundary",
		       v->pgoff);
}

void img_ck_vma_range(struct check *ck)
{
	each_vma(ck, check_range);
}

static void check_order(struct check *ck, const struct vma_place *p)
{
	const VmaEntry *v = p->v;

	if (v->status & IMG_VMA_GUARD || p->before == NULL || v->start >= v->end)
		return;
	if (p->i > p->t->n_real)
		say_at(ck, CK_VMA_ORDER, p, "start", "0x%" PRIx64 " is listed after guard ranges",
		       v->start);
	else if (v->end <= p->before->start)
		say_at(ck, CK_VMA_ORDER, p, "start",
		       "0x%" PRIx64 " is listed after the mapping at 0x%" PRIx64, v->start,
		       p->before->start);
	else if (v->start < p->before->end && p->before->start < p->before->end)
		say_at(ck, CK_VMA_ORDER, p, "start",
		       "0x%" PRIx64 " is inside the previous mapping, which ends at 0x%" PRIx64,
		       v->start, p->before->end);
}

void img_ck_vma_order(struct check *ck)
{
	each_vma(ck, check_order);
}

static void check_guard(struct check *ck, const struct vma_place *p)
{
	const VmaEntry *in = NULL;
	uint64_t at = p->v->start;

	if (!(p->v->status & IMG_VMA_GUARD) || !p->t->ordered)
		return;
	if (at < p->guarded) {
		say_at(ck, CK_ODD(CK_VMA_GUARD), p, "start",
		       "0x%" PRIx64 " is inside or below the previous guard range", at);
		return;
	}
	/* The kernel reports one range for adjacent guarded pages of several mappings. */
	for (; at < p->v->end; at = in->end) {
		in = img_ck_vma_at(p->t, at);
		if (in == NULL) {
			say_at(ck, CK_VMA_GUARD, p, "start",
			       "0x%" PRIx64 ": 0x%" PRIx64 " in this guard range is in no mapping",
			       p->v->start, at);
			return;
		}
	}
}

void img_ck_vma_guard(struct check *ck)
{
	each_vma(ck, check_guard);
}

/* The open mode of the file must allow what the mapping does. */
static void check_access(struct check *ck, const struct vma_place *p)
{
	const VmaEntry *v = p->v;
	uint32_t mode = v->fdflags & IMG_O_ACCMODE;

	if (!v->has_fdflags || !(v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED)))
		return;
	if (mode == IMG_O_ACCMODE)
		say_at(ck, CK_VMA_STATUS, p, "fdflags", "0%" PRIo32 " are not valid open flags",
		       v->fdflags);
	else if (mode == IMG_O_RDONLY && v->flags & IMG_MAP_SHARED && v->prot & PROT_WRITE)
		say_at(ck, CK_VMA_STATUS, p, "fdflags",
		       "0%" PRIo32 " are read-only, but prot 0x%" PRIx32 " allows writing",
		       v->fdflags, v->prot);
}

/*
 * CRIU before 3.14 (which added time namespaces) gave a mapping the status of the one before it if
 * both map one file, even if only one of them was shared.
 */
static bool is_borrowed(const struct vma_place *p)
{
	const VmaEntry *v = p->v, *before = p->before;
	const TaskKobjIdsEntry *ids = p->t->ids;

	return before != NULL && (ids == NULL || !ids->has_time_ns_id) &&
	       v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED) &&
	       v->status == before->status && v->shmid == before->shmid;
}

static void check_status(struct check *ck, const struct vma_place *p)
{
	const VmaEntry *v = p->v;
	uint32_t kind = v->status & KINDS, unknown = v->status & ~(uint32_t)KNOWN;
	bool shared = v->flags & IMG_MAP_SHARED,
	     private = v->flags & IMG_MAP_PRIVATE || (v->flags & IMG_MAP_TYPE) == IMG_MAP_DROPPABLE;
	bool anonymous = v->flags & IMG_MAP_ANONYMOUS;

	if (unknown != 0)
		say_at(ck, CK_VMA_STATUS, p, "status",
		       "0x%" PRIx32 " has unknown bits (0x%" PRIx32 ")", v->status, unknown);
	if ((kind & (kind - 1)) != 0 || (kind == 0 && !(v->status & SPECIAL)))
		say_at(ck, CK_VMA_STATUS, p, "status",
		       "0x%" PRIx32
		       " is not exactly one kind: file or anonymous, private or shared",
		       v->status);
	else if (kind != 0 &&
		 (shared == private || (shared == ((kind & PRIVATE) != 0) && !is_borrowed(p))))
		say_at(ck, CK_VMA_STATUS, p, "flags",
		       "0x%" PRIx32 " are not those of a %s mapping (status 0x%" PRIx32 ")",
		       v->flags, kind & PRIVATE ? "private" : "shared", v->status);
	else if (kind != 0 && anonymous != ((kind & ANONYMOUS) != 0))
		say_at(ck, anonymous ? CK_ODD(CK_VMA_STATUS) : CK_VMA_STATUS, p, "flags",
		       "0x%" PRIx32 " are not those of %s (status 0x%" PRIx32 ")", v->flags,
		       kind & ANONYMOUS ? "anonymous memory" : "a file", v->status);
	if (v->status & (IMG_VMA_STACK | IMG_VMA_HEAP) && kind & ~(uint32_t)ANONYMOUS)
		say_at(ck, CK_ODD(CK_VMA_STATUS), p, "status",
		       "0x%" PRIx32 " is a stack or heap, but maps a file", v->status);
	if ((v->prot & ~(uint32_t)PROT_BITS) != 0)
		say_at(ck, CK_VMA_STATUS, p, "prot", "0x%" PRIx32 " has unknown bits", v->prot);
	if (v->has_madv && (v->madv & ~(uint64_t)ADVICE) != 0)
		say_at(ck, CK_ODD(CK_VMA_STATUS), p, "madv",
		       "0x%" PRIx64 " has advice unknown to CRIU", v->madv);
	check_access(ck, p);
	if (v->fd != -1)
		say_at(ck, CK_ODD(CK_VMA_STATUS), p, "fd", "%" PRId64 ", expected -1", v->fd);
}

void img_ck_vma_status(struct check *ck)
{
	each_vma(ck, check_status);
}

/* ---- references ---- */

/* The order in which CRIU tests the bits. */
enum { REF_SYSV, REF_MEMFD, REF_SOCKET, REF_FILE, REF_SHARED, REF_NONE };

static int ref_of(const VmaEntry *v)
{
	if (v->status & (IMG_VMA_GUARD | IMG_VMA_AIORING))
		return REF_NONE;
	if (v->status & IMG_VMA_SYSVIPC)
		return REF_SYSV;
	if (v->status & IMG_VMA_MEMFD)
		return REF_MEMFD;
	if (v->status & IMG_VMA_SOCKET)
		return REF_SOCKET;
	if (v->status & (IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED))
		return REF_FILE;
	if (v->status & IMG_VMA_ANON_SHARED)
		return REF_SHARED;
	return REF_NONE;
}

/* Files that cannot be mapped: a directory, a packet socket without a ring. */
static void check_kind(struct check *ck, const struct vma_place *p, int ref)
{
	const struct ck_file *f = ref == REF_FILE ? img_ck_file_of(ck, FD_TYPES__REG, p->v->shmid)
				  : ref == REF_SOCKET
					  ? img_ck_file_of(ck, FD_TYPES__PACKETSK, p->v->shmid)
					  : NULL;
	const RegFileEntry *r = f != NULL ? (const void *)f->what : NULL;
	const PacketSockEntry *s = f != NULL ? (const void *)f->what : NULL;

	if (ref == REF_FILE && r != NULL && r->has_mode && !S_ISREG(r->mode) && !S_ISCHR(r->mode) &&
	    !S_ISBLK(r->mode))
		say_at(ck, CK_VMA_FILE, p, "shmid",
		       CK_ID " is the id of %s, which is neither a regular file nor a device",
		       CK_N(p->v->shmid), img_ck_str(ck, r->name));
	else if (ref == REF_SOCKET && s != NULL && s->rx_ring == NULL && s->tx_ring == NULL)
		say_at(ck, CK_VMA_SOCKET, p, "shmid", CK_ID " is the id of a socket without a ring",
		       CK_N(p->v->shmid));
}

static void check_file(struct check *ck, const struct vma_place *p)
{
	int ref = ref_of(p->v);
	static const struct {
		uint32_t type;
		enum ck_rule rule;
	} kinds[] = {
		[REF_MEMFD] = { FD_TYPES__MEMFD, CK_VMA_MEMFD },
		[REF_SOCKET] = { FD_TYPES__PACKETSK, CK_VMA_SOCKET },
		[REF_FILE] = { FD_TYPES__REG, CK_VMA_FILE },
	};

	if (ref == REF_MEMFD || ref == REF_SOCKET || ref == REF_FILE)
		if (!img_ck_use_file(ck, kinds[ref].type, p->v->shmid))
			say_at(ck, kinds[ref].rule, p, "shmid",
			       CK_ID " is not the id of a %s file in %s", CK_N(p->v->shmid),
			       img_ck_fd_type(kinds[ref].type),
			       img_ck_files_image(ck, kinds[ref].type));
	check_kind(ck, p, ref);
}

void img_ck_vma_file(struct check *ck)
{
	each_vma(ck, check_file);
}

static void check_sysv(struct check *ck, const struct vma_place *p)
{
	const VmaEntry *v = p->v;
	const struct ck_segment *s;
	uint64_t end;

	if (ref_of(v) != REF_SYSV)
		return;
	s = img_ck_segment_of(ck, v->shmid);
	if (s == NULL || !s->sysv) {
		img_ck_use(ck, "pagemap-shmem-%u.img", v->shmid);
		if (ck->sysv_whole)
			say_at(ck, CK_VMA_SYSV, p, "shmid",
			       CK_ID " is not the id of a segment in ipcns-shm images",
			       CK_N(v->shmid));
		return;
	}
	if (v->end > v->start && !__builtin_add_overflow(v->pgoff, v->end - v->start, &end) &&
	    end > s->size && end - s->size >= p->t->page_size)
		say_at(ck, CK_VMA_SYSV, p, "end",
		       "0x%" PRIx64 " is past the end of segment " CK_ID " (%" PRIu64 " bytes)",
		       v->end, CK_N(v->shmid), s->size);
}

void img_ck_vma_sysv(struct check *ck)
{
	each_vma(ck, check_sysv);
}

static void check_ring(struct check *ck, const struct ck_task *t, size_t k, const VmaEntry *v)
{
	enum { EVENT = 32 }; /* bytes of one */
	const AioRingEntry *a = t->mm->aios[k];

	if (a->ring_len != v->end - v->start)
		img_ck_say(ck, CK_VMA_AIO, t->mm_im, 0, img_ck_path(ck, "aios[%zu].ring_len", k),
			   "%" PRIu32 " bytes, expected %" PRIu64 " as in the mapping", a->ring_len,
			   v->end - v->start);
	else if (a->nr_req == 0 || a->nr_req > a->ring_len / EVENT)
		img_ck_say(ck, CK_VMA_AIO, t->mm_im, 0, img_ck_path(ck, "aios[%zu].nr_req", k),
			   "%" PRIu32 " events do not fill a ring of %" PRIu32 " bytes", a->nr_req,
			   a->ring_len);
}

/* AIO rings are listed with the mappings that hold them. */
void img_ck_vma_aio(struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		struct img_map rings = { 0 };

		for (size_t k = 0; t->mm != NULL && k < t->mm->n_aios; k++) {
			uint64_t id = t->mm->aios[k]->id;
			const VmaEntry *v = t->ordered ? img_ck_vma_at(t, id) : NULL;

			if (img_ck_count(ck, &rings, id) > 0)
				img_ck_say(ck, CK_VMA_AIO, t->mm_im, 0,
					   img_ck_path(ck, "aios[%zu].id", k),
					   "0x%" PRIx64 " is also the id of an earlier ring", id);
			else if (t->ordered &&
				 (v == NULL || v->start != id || !(v->status & IMG_VMA_AIORING)))
				img_ck_say(ck, CK_VMA_AIO, t->mm_im, 0,
					   img_ck_path(ck, "aios[%zu].id", k),
					   "0x%" PRIx64 " is not the start of an AIO ring mapping",
					   id);
			else if (t->ordered)
				check_ring(ck, t, k, v);
		}
		for (size_t k = 0; k < t->n_vmas; k++)
			if (t->vmas[k]->status & IMG_VMA_AIORING && t->mm != NULL &&
			    img_map_get(&rings, t->vmas[k]->start) == IMG_MAP_NONE)
				say_at(ck, CK_VMA_AIO,
				       &(struct vma_place){ t, t->vmas[k], NULL, 0, k }, "start",
				       "0x%" PRIx64 " is an AIO ring that is not listed in aios",
				       t->vmas[k]->start);
		img_map_free(&rings);
	}
}

/* ---- layout ---- */

static void say_mm(struct check *ck, enum ck_rule rule, const struct ck_task *t, const char *path,
		   uint64_t v, const char *why, uint64_t other)
{
	img_ck_say(ck, rule, t->mm_im, 0, path, "0x%" PRIx64 " %s 0x%" PRIx64, v, why, other);
}

/* Addresses that prctl(PR_SET_MM_MAP) requires to be in order. */
static void check_borders(struct check *ck, const struct ck_task *t)
{
	const MmEntry *m = t->mm;
	const struct {
		const char *path;
		uint64_t end, start;
	} pairs[] = {
		{ "mm_end_code", m->mm_end_code, m->mm_start_code },
		{ "mm_end_data", m->mm_end_data, m->mm_start_data },
		{ "mm_brk", m->mm_brk, m->mm_start_brk },
		{ "mm_arg_end", m->mm_arg_end, m->mm_arg_start },
		{ "mm_env_end", m->mm_env_end, m->mm_env_start },
	};

	for (size_t i = 0; i < CK_COUNT(pairs); i++)
		if (pairs[i].end < pairs[i].start)
			say_mm(ck, CK_MM_LAYOUT, t, pairs[i].path, pairs[i].end,
			       "is below the start,", pairs[i].start);
	if (m->has_dumpable && (m->dumpable < 0 || m->dumpable > 2))
		img_ck_say(ck, CK_MM_LAYOUT, t->mm_im, 0, "dumpable",
			   "%" PRId32 " is not 0, 1 or 2", m->dumpable);
}

static void check_mapped(struct check *ck, const struct ck_task *t)
{
	const MmEntry *m = t->mm;
	const struct {
		const char *path;
		uint64_t addr;
	} places[] = {
		{ "mm_start_code", m->mm_start_code },   { "mm_end_code", m->mm_end_code },
		{ "mm_start_data", m->mm_start_data },   { "mm_end_data", m->mm_end_data },
		{ "mm_start_stack", m->mm_start_stack }, { "mm_arg_start", m->mm_arg_start },
		{ "mm_arg_end", m->mm_arg_end },         { "mm_env_start", m->mm_env_start },
		{ "mm_env_end", m->mm_env_end },
	};

	for (size_t i = 0; i < CK_COUNT(places); i++)
		if (img_ck_vma_at(t, places[i].addr) == NULL &&
		    (places[i].addr == 0 || img_ck_vma_at(t, places[i].addr - 1) == NULL))
			img_ck_say(ck, CK_MM_LAYOUT, t->mm_im, 0, places[i].path,
				   "0x%" PRIx64 " is in no mapping", places[i].addr);
}

/* If there is a heap, the break is in it or at its end. */
static void check_heap(struct check *ck, const struct ck_task *t)
{
	const MmEntry *m = t->mm;
	const VmaEntry *heap = NULL;
	bool start = false, end = false;

	for (size_t i = 0; i < t->n_real; i++) {
		const VmaEntry *v = t->vmas[i];

		if (!(v->status & IMG_VMA_HEAP))
			continue;
		start = start || (v->start <= m->mm_start_brk && m->mm_start_brk <= v->end);
		end = end || (v->start <= m->mm_brk && m->mm_brk <= v->end);
		heap = v;
	}
	if (heap != NULL && !start)
		say_mm(ck, CK_MM_LAYOUT, t, "mm_start_brk", m->mm_start_brk,
		       "is not in the heap, which ends at", heap->end);
	if (heap != NULL && !end)
		say_mm(ck, CK_ODD(CK_MM_LAYOUT), t, "mm_brk", m->mm_brk,
		       "is not in the heap, which ends at", heap->end);
	if (heap == NULL && m->mm_brk > m->mm_start_brk &&
	    m->mm_brk - m->mm_start_brk >= t->page_size)
		say_mm(ck, CK_MM_LAYOUT, t, "mm_brk", m->mm_brk, "is not mapped; the heap began at",
		       m->mm_start_brk);
}

void img_ck_mm_layout(struct check *ck)
{
	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];

		if (t->mm == NULL || t->dead)
			continue;
		check_borders(ck, t);
		if (!t->ordered)
			continue;
		check_mapped(ck, t);
		check_heap(ck, t);
	}
}
