/* Data in pipes, FIFOs, sockets and BPF maps; paths of deleted files. */
#include <string.h>
#include <sys/stat.h>

#include "bpfmap-data.pb-c.h"
#include "bpfmap-file.pb-c.h"
#include "fifo.pb-c.h"
#include "ghost-file.pb-c.h"
#include "libimg/check/model.h"
#include "libimg/msg/criu.h"
#include "libimg/msg/linux.h"
#include "pipe-data.pb-c.h"
#include "pipe.pb-c.h"
#include "regfile.pb-c.h"
#include "remap-file-path.pb-c.h"

/* ---- pipes ---- */

/* The data images of a kind, and its pipes with a bit mask of what is known of each. */
struct pipes {
	const char *pattern;
	const struct ck_image *im;
	struct img_map seen; /* by pipe_id: KNOWN, READ */
};

enum { KNOWN = 1, READ = 2, DATA = 4 };

static void learn(struct check *ck, struct pipes *p, uint32_t id, uint32_t bits)
{
	uint32_t *v = img_ck_map_at(ck, &p->seen, id);

	*v = (*v == IMG_MAP_NONE ? 0 : *v) | bits;
}

static void check_data(struct check *ck, struct pipes *p, enum ck_rule rule, uint32_t type)
{
	for (size_t i = 0; p->im != NULL && i < p->im->n; i++) {
		const PipeDataEntry *e = p->im->v[i];
		uint32_t bits = img_map_get(&p->seen, e->pipe_id);

		if (bits == IMG_MAP_NONE && ck->files_whole)
			img_ck_say(ck, rule, p->im, (int64_t)i, "pipe_id",
				   CK_ID " is not the pipe_id of a %s file in %s", CK_N(e->pipe_id),
				   img_ck_fd_type(type), img_ck_files_image(ck, type));
		else if (bits != IMG_MAP_NONE && bits & DATA)
			img_ck_say(ck, rule, p->im, (int64_t)i, "pipe_id",
				   CK_ID " already has an entry", CK_N(e->pipe_id));
		if (e->has_size && (e->size == 0 || (e->size & (e->size - 1)) != 0))
			img_ck_say(ck, rule, p->im, (int64_t)i, "size",
				   "%" PRIu32
				   " is not a valid buffer size: expected a power of two",
				   e->size);
		else if (e->has_size && e->bytes > e->size)
			img_ck_say(ck, rule, p->im, (int64_t)i, "bytes",
				   "%" PRIu32 " bytes exceed the buffer (%" PRIu32 ")", e->bytes,
				   e->size);
		learn(ck, p, e->pipe_id, DATA);
	}
}

static void need_data(struct check *ck, struct pipes *p, enum ck_rule rule, const struct ck_file *f,
		      uint32_t id)
{
	uint32_t bits = img_map_get(&p->seen, id);

	if (bits == IMG_MAP_NONE || !(bits & READ) || bits & DATA ||
	    (p->im != NULL && p->im->broken))
		return;
	img_ck_say_at(ck, rule, &f->at, "pipe_id", CK_ID " has no entry in %s", CK_N(id),
		      p->pattern);
	learn(ck, p, id, DATA); /* report it once */
}

void img_ck_pipe_data(struct check *ck)
{
	struct pipes p = { "pipes-data.img", img_ck_find(ck, "pipes-data.img", 0), { 0 } };

	for (size_t i = 0; i < ck->n_files; i++) {
		const PipeEntry *e = (const void *)ck->files[i].what;

		if (ck->files[i].type != FD_TYPES__PIPE || e == NULL)
			continue;
		if ((e->flags & IMG_O_ACCMODE) == IMG_O_ACCMODE)
			img_ck_say_at(ck, CK_FILE_VALUES, &ck->files[i].at, "flags",
				      "0%" PRIo32 " is open neither for reading nor for writing",
				      e->flags);
		learn(ck, &p, e->pipe_id,
		      (e->flags & IMG_O_ACCMODE) != IMG_O_WRONLY ? KNOWN | READ : KNOWN);
	}
	check_data(ck, &p, CK_PIPE_DATA, FD_TYPES__PIPE);
	for (size_t i = 0; i < ck->n_files; i++) {
		const PipeEntry *e = (const void *)ck->files[i].what;

		if (ck->files[i].type == FD_TYPES__PIPE && e != NULL)
			need_data(ck, &p, CK_PIPE_DATA, &ck->files[i], e->pipe_id);
	}
	img_map_free(&p.seen);
}

/* The flags of a FIFO are those of the REG file with its path. */
static bool is_read(const struct check *ck, const struct ck_file *f, const FifoEntry *e)
{
	const struct ck_file *reg =
		img_ck_file_of(ck, FD_TYPES__REG, e->has_regf_id ? e->regf_id : f->id);
	const RegFileEntry *r = reg != NULL ? (const void *)reg->what : NULL;

	return r != NULL && (r->flags & IMG_O_ACCMODE) != IMG_O_WRONLY;
}

/*
 * Files of one path are one FIFO, unless another has taken its place: then CRIU changes the path
 * of the first.
 */
static void check_paths(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "remap-fpath.img", 0);
	struct img_map gone = { 0 }, paths = { 0 };

	for (size_t i = 0; im != NULL && i < im->n; i++)
		img_ck_count(ck, &gone, ((const RemapFilePathEntry *)im->v[i])->orig_id);
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i], *reg;
		const FifoEntry *e = (const void *)f->what;
		const RegFileEntry *r;
		uint32_t *v, id;

		if (f->type != FD_TYPES__FIFO || e == NULL)
			continue;
		id = e->has_regf_id ? e->regf_id : f->id;
		reg = img_ck_file_of(ck, FD_TYPES__REG, id);
		r = reg != NULL ? (const void *)reg->what : NULL;
		if (r == NULL || img_map_get(&gone, id) != IMG_MAP_NONE)
			continue;
		v = img_ck_map_at(ck, &paths,
				  img_ck_key_on(ck, img_ck_key(ck, r->name, strlen(r->name)),
						&r->mnt_id, sizeof(r->mnt_id)));
		if (*v == IMG_MAP_NONE)
			*v = e->pipe_id;
		else if (*v != e->pipe_id)
			img_ck_say_at(ck, CK_FIFO_DATA, &f->at, "pipe_id",
				      CK_ID
				      " differs from that of another file with this path, " CK_ID,
				      CK_N(e->pipe_id), CK_N(*v));
	}
	img_map_free(&gone);
	img_map_free(&paths);
}

void img_ck_fifo_data(struct check *ck)
{
	struct pipes p = { "fifo-data.img", img_ck_find(ck, "fifo-data.img", 0), { 0 } };

	check_paths(ck);
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const FifoEntry *e = (const void *)f->what;

		if (f->type == FD_TYPES__FIFO && e != NULL)
			learn(ck, &p, e->pipe_id, is_read(ck, f, e) ? KNOWN | READ : KNOWN);
	}
	check_data(ck, &p, CK_FIFO_DATA, FD_TYPES__FIFO);
	for (size_t i = 0; i < ck->n_files; i++) {
		const FifoEntry *e = (const void *)ck->files[i].what;

		if (ck->files[i].type == FD_TYPES__FIFO && e != NULL)
			need_data(ck, &p, CK_FIFO_DATA, &ck->files[i], e->pipe_id);
	}
	img_map_free(&p.seen);
}

/* ---- BPF maps ---- */

static void check_map_data(struct check *ck, const struct ck_image *im, size_t i,
			   const BpfmapFileEntry *f)
{
	const BpfmapDataEntry *d = im->v[i];

	if (d->count > f->max_entries)
		img_ck_say(ck, CK_BPF_DATA, im, (int64_t)i, "count",
			   "%" PRIu32 " exceeds max_entries of the map (%" PRIu32 ")", d->count,
			   f->max_entries);
	if (d->keys_bytes != (uint64_t)f->key_size * d->count)
		img_ck_say(ck, CK_BPF_DATA, im, (int64_t)i, "keys_bytes",
			   "%" PRIu32 " bytes are not %" PRIu32 " keys of %" PRIu32, d->keys_bytes,
			   d->count, f->key_size);
	if (d->values_bytes != (uint64_t)f->value_size * d->count)
		img_ck_say(ck, CK_BPF_DATA, im, (int64_t)i, "values_bytes",
			   "%" PRIu32 " bytes are not %" PRIu32 " values of %" PRIu32,
			   d->values_bytes, d->count, f->value_size);
}

void img_ck_bpf_data(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "bpfmap-data.img", 0);
	struct img_map maps = { 0 }, data = { 0 };

	for (uint32_t i = 0; i < ck->n_files; i++) {
		const BpfmapFileEntry *f = (const void *)ck->files[i].what;

		if (ck->files[i].type == FD_TYPES__BPFMAP && f != NULL)
			*img_ck_map_at(ck, &maps, f->map_id) = i;
	}
	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const BpfmapDataEntry *d = im->v[i];
		uint32_t f = img_map_get(&maps, d->map_id);

		if (img_ck_count(ck, &data, d->map_id) > 0)
			img_ck_say(ck, CK_BPF_DATA, im, (int64_t)i, "map_id",
				   CK_ID " already has an entry", CK_N(d->map_id));
		else if (f != IMG_MAP_NONE)
			check_map_data(ck, im, i, (const void *)ck->files[f].what);
		else if (ck->files_whole)
			img_ck_say(ck, CK_BPF_DATA, im, (int64_t)i, "map_id",
				   CK_ID " is not the id of a map in files.img", CK_N(d->map_id));
	}
	for (size_t i = 0; (im == NULL || !im->broken) && i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const BpfmapFileEntry *m = (const void *)f->what;

		if (f->type == FD_TYPES__BPFMAP && m != NULL &&
		    img_map_get(&data, m->map_id) == IMG_MAP_NONE)
			img_ck_say_at(ck, CK_BPF_DATA, &f->at, "map_id",
				      CK_ID " has no entry in bpfmap-data.img", CK_N(m->map_id));
	}
	img_map_free(&maps);
	img_map_free(&data);
}

/* ---- deleted files ---- */

/* The open file has its type and its length. */
static void ghost_like(struct check *ck, const struct ck_image *im, const RegFileEntry *r)
{
	const GhostFileEntry *g = img_ck_one(im);
	bool chunks = g != NULL && g->has_chunks && g->chunks;
	uint64_t size;

	if (g != NULL && r->has_mode && (g->mode & S_IFMT) != (r->mode & S_IFMT))
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "mode",
			   "0%" PRIo32 " differs in file type from %s (0%" PRIo32 ")", g->mode,
			   img_ck_str(ck, r->name), r->mode);
	if (g == NULL || im->broken || !r->has_size || !S_ISREG(g->mode) ||
	    (chunks && !g->has_size))
		return;
	size = chunks ? g->size : im->rest;
	if (size != r->size)
		img_ck_say(ck, CK_GHOST_FILE, im, -1, "",
			   "%" PRIu64 " bytes of content, but %s is %" PRIu64 " bytes long", size,
			   img_ck_str(ck, r->name), r->size);
}

static void remap_ghost(struct check *ck, const struct ck_image *im, size_t i, uint32_t id,
			const struct ck_file *f)
{
	char name[64];

	if (img_ck_use(ck, "ghost-file-%x.img", id)) {
		if (f != NULL && f->what != NULL)
			ghost_like(ck, img_ck_find(ck, "ghost-file-%x.img", id),
				   (const void *)f->what);
		return;
	}
	snprintf(name, sizeof(name), "ghost-file-%" PRIx32 ".img", id);
	ck->gaps++;
	img_ck_say(ck, CK_REMAP_TARGET, im, (int64_t)i, "remap_id", CK_ID ": %s is missing",
		   CK_N(id), name);
}

/* Is one component of the path the pid? */
static bool is_of_task(const char *path, uint32_t pid)
{
	char part[16];
	int n = snprintf(part, sizeof(part), "%" PRIu32, pid);
	const char *start = path;

	while ((path = strstr(path, part)) != NULL) {
		if (path > start && path[-1] == '/' && strspn(path + n, "0123456789") == 0)
			return true;
		path += n;
	}
	return false;
}

/*
 * The task is dead, and its pid is taken by a helper while others open files in /proc; or by a
 * task of the dump that got it since.
 */
static void remap_task(struct check *ck, const struct ck_image *im, size_t i, uint32_t pid,
		       const struct ck_file *f)
{
	const RegFileEntry *r = f != NULL ? (const void *)f->what : NULL;

	if (pid == 0 || pid > INT32_MAX)
		img_ck_say(ck, CK_REMAP_TARGET, im, (int64_t)i, "remap_id",
			   "%" PRIu32 " is not a pid", pid);
	else if (r != NULL && !is_of_task(r->name, pid))
		img_ck_say(ck, CK_REMAP_TARGET, im, (int64_t)i, "remap_id",
			   "%" PRIu32 " is not the pid in the path %s", pid,
			   img_ck_str(ck, r->name));
}

/* Another name of the file, which CRIU created during the dump. */
static void remap_link(struct check *ck, const struct ck_image *im, size_t i, uint32_t id,
		       uint32_t orig)
{
	const struct ck_file *f = img_ck_file_of(ck, FD_TYPES__REG, id);
	const RegFileEntry *r = f != NULL ? (const void *)f->what : NULL;

	if (!img_ck_use_file(ck, FD_TYPES__REG, id))
		img_ck_say(ck, CK_REMAP_TARGET, im, (int64_t)i, "remap_id",
			   CK_ID " is not the id of a REG file in %s", CK_N(id),
			   img_ck_files_image(ck, FD_TYPES__REG));
	else if (id == orig) {
		ck->lost_refs++;
		img_ck_say(ck, CK_REMAP_TARGET, im, (int64_t)i, "remap_id",
			   CK_ID " is the deleted file itself", CK_N(id));
	} else if (r != NULL && strstr(r->name, "link_remap.") == NULL) {
		ck->lost_refs++;
		img_ck_say(ck, CK_REMAP_TARGET, im, (int64_t)i, "remap_id",
			   CK_ID
			   " is the id of %s, which is not a link that CRIU creates (link_remap.N)",
			   CK_N(id), img_ck_str(ck, r->name));
	}
}

static void check_remap(struct check *ck, const struct ck_image *im, size_t i, struct img_map *seen)
{
	const RemapFilePathEntry *e = im->v[i];
	const struct ck_file *f = img_ck_file_of(ck, FD_TYPES__REG, e->orig_id);

	if (f == NULL && ck->files_whole)
		img_ck_say(ck, CK_REMAP_FILE, im, (int64_t)i, "orig_id",
			   CK_ID " is not the id of a REG file in %s", CK_N(e->orig_id),
			   img_ck_files_image(ck, FD_TYPES__REG));
	else if (img_ck_count(ck, seen, e->orig_id) > 0)
		img_ck_say(ck, CK_ODD(CK_REMAP_FILE), im, (int64_t)i, "orig_id",
			   CK_ID " already has an entry", CK_N(e->orig_id));
	if (!e->has_remap_type && e->remap_id & IMG_REMAP_GHOST)
		remap_ghost(ck, im, i, e->remap_id & ~IMG_REMAP_GHOST, f);
	else if (!e->has_remap_type || e->remap_type == REMAP_TYPE__LINKED) {
		remap_link(ck, im, i, e->remap_id, e->orig_id);
	} else if (e->remap_type == REMAP_TYPE__GHOST) {
		remap_ghost(ck, im, i, e->remap_id, f);
	} else if (e->remap_type == REMAP_TYPE__PROCFS) {
		remap_task(ck, im, i, e->remap_id, f);
	}
}

void img_ck_remap(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "remap-fpath.img", 0);
	struct img_map seen = { 0 };

	for (size_t i = 0; im != NULL && i < im->n; i++)
		check_remap(ck, im, i, &seen);
	img_map_free(&seen);
}

static void check_ghost(struct check *ck, const struct ck_image *im, const GhostFileEntry *g)
{
	uint32_t type = g->mode & S_IFMT;
	bool chunks = g->has_chunks && g->chunks;

	if (type != S_IFREG && type != S_IFIFO && type != S_IFCHR && type != S_IFBLK &&
	    type != S_IFLNK && type != S_IFDIR && type != S_IFSOCK)
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "mode", "0%" PRIo32 " has no file type",
			   g->mode);
	else if (type != S_IFREG && (chunks || im->rest > 0))
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "mode",
			   "0%" PRIo32 " is not the mode of a regular file, but content follows",
			   g->mode);
	if (type == S_IFLNK && g->symlnk_target == NULL)
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "symlnk_target", "missing");
	if ((type == S_IFCHR || type == S_IFBLK) && !g->has_rdev)
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "rdev", "missing");
	if (chunks && !g->has_size)
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "size", "missing");
	if (!chunks && type == S_IFREG && g->has_size && g->size != im->rest)
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "size",
			   "%" PRIu64 ", but %" PRIu64 " bytes follow", g->size, im->rest);
	if ((g->atim != NULL && g->atim->tv_usec >= 1000000) ||
	    (g->mtim != NULL && g->mtim->tv_usec >= 1000000))
		img_ck_say(ck, CK_GHOST_FILE, im, 0, "mtim", "microseconds exceed a second");
}

void img_ck_ghost_file(struct check *ck)
{
	CK_EACH(ck, im, "ghost-file-%x.img")
		if (im->n > 0 && !im->broken)
			check_ghost(ck, im, im->v[0]);
}
