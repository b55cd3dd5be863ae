/* References to descriptors: epoll files and file locks. */
#include <sys/stat.h>

#include "eventpoll.pb-c.h"
#include "file-lock.pb-c.h"
#include "libimg/check/model.h"
#include "regfile.pb-c.h"

/* ---- descriptors, by table ---- */

static uint64_t fd_key(const struct ck_image *table, uint32_t fd)
{
	return table->number << 32 | fd;
}

/* All descriptors by table. */
static void learn_fds(struct check *ck, struct img_map *fds)
{
	CK_EACH(ck, im, "fdinfo-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const FdinfoEntry *e = im->v[i];

			*img_ck_map_at(ck, fds, fd_key(im, e->fd)) = (uint32_t)i;
		}
}

static bool tables_whole(const struct check *ck)
{
	CK_EACH(ck, im, "fdinfo-%u.img")
		if (im->broken)
			return false;
	return true;
}

/* ---- epoll ---- */

/* The tables that have a file open, as a list: next[] is by descriptor, first by file. */
struct owners {
	struct img_map fds;
	struct img_map seen; /* pairs of epoll file and watched descriptor */
	const struct ck_image **tables;
	uint32_t *next;
	size_t n;
	struct img_map first;
};

/* Only those of epoll files: there are few. */
static void learn_owners(struct check *ck, struct owners *o)
{
	size_t n = 0;

	CK_EACH(ck, im, "fdinfo-%u.img")
		for (size_t i = 0; i < im->n; i++)
			n += ((const FdinfoEntry *)im->v[i])->type == FD_TYPES__EVENTPOLL;
	o->tables = img_ck_alloc(ck, n + 1, sizeof(*o->tables));
	o->next = img_ck_alloc(ck, n + 1, sizeof(*o->next));
	if (o->tables == NULL || o->next == NULL)
		return;
	CK_EACH(ck, im, "fdinfo-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const FdinfoEntry *e = im->v[i];
			uint32_t *v;

			if (e->type != FD_TYPES__EVENTPOLL)
				continue;
			v = img_ck_map_at(ck, &o->first, e->id);
			o->tables[o->n] = im;
			o->next[o->n] = *v;
			*v = (uint32_t)o->n++;
		}
}

/*
 * A directory, or a file on disk, which epoll(7) refuses. Kernel files can be watched, as systemd
 * watches /proc/self/mountinfo; their size is 0 or a page.
 */
static bool is_stored(const RegFileEntry *r)
{
	enum { PAGE = 4096 }; /* the smallest page */

	return r != NULL && r->has_mode &&
	       (S_ISDIR(r->mode) || (S_ISREG(r->mode) && r->has_size && r->size % PAGE != 0));
}

/* Can the epoll file watch the file of this descriptor? */
static bool can_wait(const struct check *ck, uint32_t epoll, const FdinfoEntry *e)
{
	const struct ck_file *f = img_ck_file_of(ck, e->type, e->id);

	if (e->type == FD_TYPES__EVENTPOLL)
		return e->id != epoll; /* not itself */
	return e->type != FD_TYPES__REG || f == NULL || !is_stored((const void *)f->what);
}

/* Does the file of the descriptor have this inode? True if its entry does not record one. */
static bool is_inode(const struct check *ck, const FdinfoEntry *e, uint64_t inode)
{
	const struct ck_file *f = img_ck_file_of(ck, e->type, e->id);
	bool pipe = e->type == FD_TYPES__PIPE;
	const uint32_t *v = f != NULL && f->what != NULL && e->type != FD_TYPES__PIDFD
				    ? img_ck_field(f->what, pipe ? "pipe_id" : "ino")
				    : NULL;

	return inode == 0 || v == NULL || *v == (uint32_t)inode;
}

enum target { NOBODY, WRONG, OTHER, RIGHT };

static enum target target_of(const struct check *ck, const struct owners *o, uint32_t epoll,
			     uint32_t fd, uint64_t inode)
{
	enum {
		ENOUGH = 64
	}; /* most tables to examine: only hostile dumps have more for one file */
	uint32_t i = img_map_get(&o->first, epoll);
	enum target found =
		i != IMG_MAP_NONE ? NOBODY : RIGHT; /* open nowhere: reported by another rule */

	for (int k = 0; i != IMG_MAP_NONE && found != RIGHT; i = o->next[i], k++) {
		uint32_t at = img_map_get(&o->fds, fd_key(o->tables[i], fd));

		if (k == ENOUGH)
			found = RIGHT;
		else if (at == IMG_MAP_NONE)
			continue;
		else if (!can_wait(ck, epoll, o->tables[i]->v[at]))
			found = found == NOBODY ? WRONG : found;
		else
			found = is_inode(ck, o->tables[i]->v[at], inode) ? RIGHT : OTHER;
	}
	return found;
}

static void check_watch(struct check *ck, const struct owners *o, const struct ck_image *im,
			size_t entry, const char *path, uint32_t epoll, const EventpollTfdEntry *e)
{
	uint64_t inode = e->has_inode ? e->inode : 0;
	uint32_t fd = e->tfd;
	enum target to = target_of(ck, o, epoll, fd, inode);

	if (to == NOBODY)
		img_ck_say(ck, CK_EPOLL_FD, im, (int64_t)entry, path,
			   "%" PRIu32 " is not a descriptor of a task with epoll file " CK_ID, fd,
			   CK_N(epoll));
	else if (to == WRONG)
		img_ck_say(ck, CK_EPOLL_FD, im, (int64_t)entry, path,
			   "%" PRIu32 " is a descriptor that cannot be watched", fd);
	else if (to == OTHER)
		img_ck_say(ck, CK_EPOLL_FD, im, (int64_t)entry, path,
			   "%" PRIu32 " is a descriptor with another inode than %" PRIu64, fd,
			   inode);
}

static uint64_t target_key(const struct check *ck, uint64_t epoll, const EventpollTfdEntry *e)
{
	uint64_t v[4] = { epoll, e->tfd, e->has_inode ? e->inode : 0, e->has_dev ? e->dev : 0 };

	return img_ck_key(ck, v, sizeof(v));
}

static void check_epoll(struct check *ck, struct owners *o, const struct ck_file *f,
			const EventpollFileEntry *p)
{
	for (size_t k = 0; k < p->n_tfd; k++) {
		const EventpollTfdEntry *e = p->tfd[k];

		check_watch(ck, o, f->at.im, f->at.entry,
			    img_ck_path(ck, "%stfd[%zu].tfd", f->at.path, k), f->id, e);
		if (e->id != 0)
			img_ck_say_at(ck, CK_ODD(CK_EPOLL_FD), &f->at,
				      img_ck_path(ck, "tfd[%zu].id", k),
				      "%" PRIu32 ", expected 0 inside the entry of a file", e->id);
		if (img_ck_count(ck, &o->seen, target_key(ck, f->id, e)) > 0)
			img_ck_say_at(ck, CK_EPOLL_FD, &f->at, img_ck_path(ck, "tfd[%zu].tfd", k),
				      "%" PRIu32 " is watched twice", e->tfd);
	}
}

/* Up to 1.3 the watched descriptors had an image of their own. */
static void check_old_epoll(struct check *ck, struct owners *o)
{
	const struct ck_image *im = img_ck_find(ck, "eventpoll-tfd.img", 0);

	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const EventpollTfdEntry *e = im->v[i];

		if (img_ck_file_of(ck, FD_TYPES__EVENTPOLL, e->id) == NULL && ck->files_whole)
			img_ck_say(ck, CK_EPOLL_FD, im, (int64_t)i, "id",
				   CK_ID " is not the id of an EVENTPOLL file", CK_N(e->id));
		else
			check_watch(ck, o, im, i, "tfd", e->id, e);
		if (img_ck_count(ck, &o->seen, target_key(ck, e->id, e)) > 0)
			img_ck_say(ck, CK_EPOLL_FD, im, (int64_t)i, "tfd",
				   "%" PRIu32 " is watched twice", e->tfd);
	}
}

void img_ck_epoll_fd(struct check *ck)
{
	struct owners o = { .n = 0 };
	bool whole = tables_whole(ck);

	learn_fds(ck, &o.fds);
	learn_owners(ck, &o);
	for (size_t i = 0; whole && i < ck->n_files; i++)
		if (ck->files[i].type == FD_TYPES__EVENTPOLL && ck->files[i].what != NULL)
			check_epoll(ck, &o, &ck->files[i], (const void *)ck->files[i].what);
	check_old_epoll(ck, &o);
	img_map_free(&o.fds);
	img_map_free(&o.seen);
	img_map_free(&o.first);
}

/* ---- locks ---- */

enum { POSIX = 1, FLOCK = 2, OFD = 4, LEASE = 8 }; /* flag */
enum { BREAKING = 4 };                             /* in the type of a lease */

/* Why the pid of a lock is invalid, or NULL. *t: its task. */
static const char *bad_owner(const struct check *ck, const struct ck_image *im, bool one_task,
			     int32_t pid, const struct ck_task **t)
{
	/* Images of one task have the pid as CRIU saw it from outside the pid namespace. */
	bool outside = one_task && ck->n_tasks > 0 && ck->tasks[0].e->pid == 1;

	*t = img_ck_task_of(ck, outside ? im->number : (uint64_t)pid);
	if (pid < 0 || (*t == NULL && ck->pstree != NULL && !ck->pstree->broken))
		return "is not a task";
	if (*t != NULL && (*t)->dead)
		return "is dead";
	if (one_task && !outside && (uint64_t)pid != im->number)
		return "is not the task of this image";
	return NULL;
}

/* Types of fcntl(2), 0 to 2; a lease may be breaking (4), a flock one of the old LOCK_MAND. */
static bool is_lock(uint32_t flag, uint32_t type)
{
	enum { UNLCK = 2, MAND = 32, RW = 64 | 128 };

	if (flag == LEASE)
		type &= ~(uint32_t)BREAKING;
	else if (flag == FLOCK && type & MAND)
		type &= ~(uint32_t)(MAND | RW);
	return type <= UNLCK;
}

/* The task has closed all descriptors, or its table is lost: CRIU restores it with none. */
static bool has_no_table(const struct check *ck, const struct ck_task *t)
{
	return t->fdinfo == NULL && t->alive && t->ids != NULL && !ck->old_framing;
}

static void check_lock(struct check *ck, const struct ck_image *im, size_t i, bool one_task,
		       const struct img_map *fds, struct img_map *seen)
{
	const FileLockEntry *e = im->v[i];
	const struct ck_task *t;
	const char *why = bad_owner(ck, im, one_task, e->pid, &t);
	uint64_t key[6] = { e->flag,          (uint64_t)e->pid, (uint64_t)e->fd, (uint64_t)e->start,
			    (uint64_t)e->len, e->type };

	if (why != NULL)
		img_ck_say(ck, CK_ODD(CK_LOCK_FD), im, (int64_t)i, "pid", "%" PRId32 " %s", e->pid,
			   why);
	else if (t != NULL && (t->fdinfo != NULL ? !t->fdinfo->broken : has_no_table(ck, t)) &&
		 (e->fd < 0 || t->fdinfo == NULL ||
		  img_map_get(fds, fd_key(t->fdinfo, (uint32_t)e->fd)) == IMG_MAP_NONE))
		img_ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "fd",
			   "%" PRId32 " is not a descriptor of task %" PRIu32, e->fd, t->e->pid);
	if (e->flag != POSIX && e->flag != FLOCK && e->flag != OFD && e->flag != LEASE)
		img_ck_say(ck, CK_ODD(CK_LOCK_FD), im, (int64_t)i, "flag",
			   "%" PRIu32 " is not 1 (POSIX), 2 (flock), 4 (OFD) or 8 (lease)",
			   e->flag);
	if (!is_lock(e->flag, e->type))
		img_ck_say(ck, e->flag == POSIX ? CK_LOCK_FD : CK_ODD(CK_LOCK_FD), im, (int64_t)i,
			   "type", "%" PRIu32 " is not a lock type", e->type);
	if (e->start < 0 || e->len < 0)
		img_ck_say(ck, CK_LOCK_FD, im, (int64_t)i, e->start < 0 ? "start" : "len",
			   "%" PRId64 " is negative", e->start < 0 ? e->start : e->len);
	if (img_ck_count(ck, seen, img_ck_key(ck, key, sizeof(key))) > 0)
		img_ck_say(ck, CK_ODD(CK_LOCK_FD), im, (int64_t)i, "",
			   "duplicate of an earlier lock");
}

void img_ck_lock_fd(struct check *ck)
{
	struct img_map fds = { 0 }, seen = { 0 };

	learn_fds(ck, &fds);
	CK_EACH(ck, im, "filelocks.img")
		for (size_t i = 0; i < im->n; i++)
			check_lock(ck, im, i, false, &fds, &seen);
	CK_EACH(ck, old, "filelocks-%u.img")
		for (size_t i = 0; ck->old_framing && i < old->n; i++)
			check_lock(ck, old, i, true, &fds, &seen);
	img_map_free(&fds);
	img_map_free(&seen);
}

/* CRIU up to 1.2 wrote an image for each task, which CRIU 2.4 and later ignore. */
void img_ck_lock_image(struct check *ck)
{
	CK_EACH(ck, im, "filelocks-%u.img")
		if (!ck->old_framing && im->n > 0)
			img_ck_say(ck, CK_LOCK_IMAGE, im, -1, "",
				   "ignored: the %zu locks in it are lost, CRIU reads only "
				   "filelocks.img",
				   im->n);
}
