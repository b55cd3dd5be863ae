/* Files that watch others: epoll, inotify, fanotify; timers, tasks and namespaces as files. */
#include <string.h>
#include <sys/stat.h>

#include "bpfmap-file.pb-c.h"
#include "eventfd.pb-c.h"
#include "eventpoll.pb-c.h"
#include "ext-file.pb-c.h"
#include "fh.pb-c.h"
#include "file-lock.pb-c.h"
#include "fsnotify.pb-c.h"
#include "libimg/check_model.h"
#include "ns.pb-c.h"
#include "pidfd.pb-c.h"
#include "regfile.pb-c.h"
#include "signalfd.pb-c.h"
#include "timerfd.pb-c.h"

#define SECOND UINT64_C(1000000000)

static void say(struct check *ck, enum ck_rule rule, const struct ck_file *f, const char *field,
		uint64_t v, const char *why)
{
	ck_say(ck, rule, f->im, (int64_t)f->entry, ck_path(ck, "%s%s", f->path, field), CK_ID " %s",
	       CK_N(v), why);
}

/* ---- descriptors, by table ---- */

static uint64_t fd_key(const struct ck_image *table, uint32_t fd)
{
	return table->number << 32 | fd;
}

/* All descriptors: which table has which. */
static void learn_fds(struct check *ck, struct img_map *fds)
{
	CK_EACH(ck, im, "fdinfo-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const FdinfoEntry *e = im->v[i];

			*ck_map_at(ck, fds, fd_key(im, e->fd)) = (uint32_t)i;
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

/* The tables that have a file open, in a list: next[] is by descriptor, first by file. */
struct owners {
	struct img_map fds;
	struct img_map seen; /* pairs of epoll file and what it watches */
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
	o->tables = ck_alloc(ck, n + 1, sizeof(*o->tables));
	o->next = ck_alloc(ck, n + 1, sizeof(*o->next));
	if (o->tables == NULL || o->next == NULL)
		return;
	CK_EACH(ck, im, "fdinfo-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const FdinfoEntry *e = im->v[i];
			uint32_t *v;

			if (e->type != FD_TYPES__EVENTPOLL)
				continue;
			v = ck_map_at(ck, &o->first, e->id);
			o->tables[o->n] = im;
			o->next[o->n] = *v;
			*v = (uint32_t)o->n++;
		}
}

/*
 * A directory, or a file of a disk, which epoll(7) refuses. Files of the kernel can be waited
 * for, as systemd does with /proc/self/mountinfo; they are 0 octets long, or a page.
 */
static bool is_stored(const RegFileEntry *r)
{
	enum { PAGE = 4096 }; /* the smallest there is */

	return r != NULL && r->has_mode &&
	       (S_ISDIR(r->mode) || (S_ISREG(r->mode) && r->has_size && r->size % PAGE != 0));
}

/* May the epoll file wait for what is behind this descriptor? */
static bool can_wait(const struct check *ck, uint32_t epoll, const FdinfoEntry *e)
{
	const struct ck_file *f = ck_file_of(ck, e->type, e->id);

	if (e->type == FD_TYPES__EVENTPOLL)
		return e->id != epoll; /* not for itself */
	return e->type != FD_TYPES__REG || f == NULL || !is_stored((const void *)f->what);
}

enum target { NOBODY, WRONG, RIGHT };

static enum target target_of(const struct check *ck, const struct owners *o, uint32_t epoll,
			     uint32_t fd)
{
	enum { ENOUGH = 64 }; /* tables to look at: more hold one file in hostile dumps only */
	uint32_t i = img_map_get(&o->first, epoll);
	enum target found = i != IMG_MAP_NONE ? NOBODY : RIGHT; /* open nowhere: another rule */

	for (int k = 0; i != IMG_MAP_NONE && found != RIGHT; i = o->next[i], k++) {
		uint32_t at = img_map_get(&o->fds, fd_key(o->tables[i], fd));

		if (k == ENOUGH || (at != IMG_MAP_NONE && can_wait(ck, epoll, o->tables[i]->v[at])))
			found = RIGHT;
		else if (at != IMG_MAP_NONE)
			found = WRONG;
	}
	return found;
}

static void check_watch(struct check *ck, const struct owners *o, const struct ck_image *im,
			size_t entry, const char *path, uint32_t epoll, uint32_t fd)
{
	enum target to = target_of(ck, o, epoll, fd);

	if (to == NOBODY)
		ck_say(ck, CK_EPOLL_FD, im, (int64_t)entry, path,
		       "%" PRIu32 " is no descriptor of a task that has epoll file " CK_ID, fd,
		       CK_N(epoll));
	else if (to == WRONG)
		ck_say(ck, CK_EPOLL_FD, im, (int64_t)entry, path,
		       "%" PRIu32 " is a descriptor that cannot be waited for", fd);
}

static uint64_t target_key(uint64_t epoll, const EventpollTfdEntry *e)
{
	uint64_t v[4] = { epoll, e->tfd, e->has_inode ? e->inode : 0, e->has_dev ? e->dev : 0 };

	return ck_hash(v, sizeof(v));
}

static void check_epoll(struct check *ck, struct owners *o, const struct ck_file *f,
			const EventpollFileEntry *p)
{
	for (size_t k = 0; k < p->n_tfd; k++) {
		const EventpollTfdEntry *e = p->tfd[k];

		check_watch(ck, o, f->im, f->entry, ck_path(ck, "%stfd[%zu].tfd", f->path, k),
			    f->id, e->tfd);
		if (e->id != 0)
			ck_say(ck, CK_EPOLL_FD, f->im, (int64_t)f->entry,
			       ck_path(ck, "%stfd[%zu].id", f->path, k),
			       "%" PRIu32 " is not 0, as it is inside of a file's entry", e->id);
		if (ck_count(ck, &o->seen, target_key(f->id, e)) > 0)
			ck_say(ck, CK_EPOLL_FD, f->im, (int64_t)f->entry,
			       ck_path(ck, "%stfd[%zu].tfd", f->path, k),
			       "%" PRIu32 " is watched twice", e->tfd);
	}
}

/* Up to 1.3 what was watched had an image of its own. */
static void check_old_epoll(struct check *ck, struct owners *o)
{
	const struct ck_image *im = ck_find(ck, "eventpoll-tfd.img", 0);

	for (size_t i = 0; im != NULL && i < im->n; i++) {
		const EventpollTfdEntry *e = im->v[i];

		if (ck_file_of(ck, FD_TYPES__EVENTPOLL, e->id) == NULL && ck->files_whole)
			ck_say(ck, CK_EPOLL_FD, im, (int64_t)i, "id",
			       CK_ID " names no EVENTPOLL file", CK_N(e->id));
		else
			check_watch(ck, o, im, i, "tfd", e->id, e->tfd);
		if (ck_count(ck, &o->seen, target_key(e->id, e)) > 0)
			ck_say(ck, CK_EPOLL_FD, im, (int64_t)i, "tfd",
			       "%" PRIu32 " is watched twice", e->tfd);
	}
}

void ck_epoll_fd(struct check *ck)
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

static void check_lock(struct check *ck, const struct ck_image *im, size_t i, bool one_task,
		       const struct img_map *fds, struct img_map *seen)
{
	enum { POSIX = 1, FLOCK = 2, OFD = 4, LEASE = 8 };
	const FileLockEntry *e = im->v[i];
	const struct ck_task *t = ck_task_of(ck, (uint64_t)e->pid);
	uint64_t key[6] = { e->flag,          (uint64_t)e->pid, (uint64_t)e->fd, (uint64_t)e->start,
			    (uint64_t)e->len, e->type };

	if (ck->pstree != NULL && !ck->pstree->broken && (t == NULL || e->pid < 0))
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "pid", "%" PRId32 " is no task", e->pid);
	else if (t != NULL && t->dead)
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "pid", "%" PRId32 " is dead", e->pid);
	else if (one_task && (uint64_t)e->pid != im->number)
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "pid",
		       "%" PRId32 " is not the task of this image", e->pid);
	else if (t != NULL && t->fdinfo != NULL && !t->fdinfo->broken &&
		 (e->fd < 0 ||
		  img_map_get(fds, fd_key(t->fdinfo, (uint32_t)e->fd)) == IMG_MAP_NONE))
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "fd",
		       "%" PRId32 " is no descriptor of task %" PRId32, e->fd, e->pid);
	if (e->flag != POSIX && e->flag != FLOCK && e->flag != OFD && e->flag != LEASE)
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "flag",
		       "%" PRIu32 " is none of 1 (POSIX), 2 (flock), 4 (OFD), 8 (lease)", e->flag);
	if (e->type > (e->flag == POSIX || e->flag == OFD ? 2u : UINT8_MAX))
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "type", "%" PRIu32 " is no type of lock",
		       e->type);
	if (e->start < 0 || e->len < 0)
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, e->start < 0 ? "start" : "len",
		       "%" PRId64 " is negative", e->start < 0 ? e->start : e->len);
	if (ck_count(ck, seen, ck_hash(key, sizeof(key))) > 0)
		ck_say(ck, CK_LOCK_FD, im, (int64_t)i, "", "the same lock is listed before");
}

void ck_lock_fd(struct check *ck)
{
	struct img_map fds = { 0 }, seen = { 0 };

	learn_fds(ck, &fds);
	CK_EACH(ck, im, "filelocks.img")
		for (size_t i = 0; i < im->n; i++)
			check_lock(ck, im, i, false, &fds, &seen);
	CK_EACH(ck, old, "filelocks-%u.img")
		for (size_t i = 0; i < old->n; i++)
			check_lock(ck, old, i, true, &fds, &seen);
	img_map_free(&fds);
	img_map_free(&seen);
}

/* ---- watches of file systems ---- */

struct watch {
	const struct ck_image *im;
	size_t entry;
	const char *path; /* of the watch */
};

static void check_handle(struct check *ck, const struct watch *w, const char *field,
			 const FhEntry *h)
{
	enum { MIN_WORDS = 16, WORD = 8, MAX_BYTES = 128 };

	if (h->bytes == 0 && h->path == NULL)
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry, ck_path(ck, "%s%s", w->path, field),
		       "neither a file handle nor a path");
	else if (h->bytes > MAX_BYTES || h->n_handle < MIN_WORDS || h->n_handle * WORD < h->bytes)
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry, ck_path(ck, "%s%s", w->path, field),
		       "%" PRIu32 " octets in %zu words are no file handle", h->bytes, h->n_handle);
	if (h->has_mnt_id && ck_mounts_known(ck) && !ck_has_mount(ck, h->mnt_id))
		ck_say(ck, CK_FILE_MOUNT, w->im, (int64_t)w->entry,
		       ck_path(ck, "%s%s.mnt_id", w->path, field), CK_ID " names no mount",
		       CK_N(h->mnt_id));
}

static void check_device(struct check *ck, const struct watch *w, uint32_t dev)
{
	if (ck_mounts_known(ck) && !ck_has_device(ck, dev))
		ck_say(ck, CK_FILE_MOUNT, w->im, (int64_t)w->entry, ck_path(ck, "%ss_dev", w->path),
		       CK_ID " is the device of no mount", CK_N(dev));
}

static void check_wd(struct check *ck, const struct watch *w, const InotifyWdEntry *e,
		     struct img_map *seen, uint64_t file)
{
	enum { NO_EVENT = 0x00ff0000 };

	check_handle(ck, w, "f_handle", e->f_handle);
	check_device(ck, w, e->s_dev);
	if (e->wd == 0 || e->wd > INT32_MAX || ck_count(ck, seen, file << 32 | e->wd) > 0)
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry, ck_path(ck, "%swd", w->path),
		       "%" PRIu32 " is %s", e->wd,
		       e->wd == 0 || e->wd > INT32_MAX ? "no watch" : "that of another watch too");
	if (e->mask == 0 || e->mask & NO_EVENT)
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry, ck_path(ck, "%smask", w->path),
		       "0x%" PRIx32 " %s", e->mask,
		       e->mask == 0 ? "waits for nothing" : "has bits that are no event");
}

/* The same mark on the same thing. */
static uint64_t mark_key(uint64_t file, const FanotifyMarkEntry *e)
{
	uint64_t v[6] = { file,
			  e->type,
			  e->s_dev,
			  e->ie != NULL ? e->ie->i_ino : 0,
			  e->me != NULL ? e->me->mnt_id : 0,
			  e->mflags };

	return ck_hash(v, sizeof(v));
}

static void check_mark(struct check *ck, const struct watch *w, const FanotifyMarkEntry *e,
		       struct img_map *seen, uint64_t file)
{
	bool inode = e->type == MARK_TYPE__INODE, mount = e->type == MARK_TYPE__MOUNT;

	if ((inode && e->ie == NULL) || (mount && e->me == NULL))
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry,
		       ck_path(ck, "%s%s", w->path, inode ? "ie" : "me"),
		       "missing, which is what goes with the type");
	if ((inode && e->me != NULL) || (mount && e->ie != NULL))
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry,
		       ck_path(ck, "%s%s", w->path, inode ? "me" : "ie"),
		       "does not go with the type");
	if (ck_count(ck, seen, mark_key(file, e)) > 0)
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry, ck_path(ck, "%stype", w->path),
		       "is that of a mark before, on the same thing");
	if (e->mask == 0 && e->ignored_mask == 0)
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry, ck_path(ck, "%smask", w->path),
		       "0 waits for nothing");
	if (e->ie != NULL)
		check_handle(ck, w, "ie.f_handle", e->ie->f_handle);
	if (e->me != NULL && ck_mounts_known(ck) && !ck_has_mount(ck, e->me->mnt_id))
		ck_say(ck, CK_FILE_MOUNT, w->im, (int64_t)w->entry,
		       ck_path(ck, "%sme.mnt_id", w->path), CK_ID " names no mount",
		       CK_N(e->me->mnt_id));
	check_device(ck, w, e->s_dev);
}

static void inner_id(struct check *ck, const struct watch *w, uint32_t id)
{
	if (id != 0)
		ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry, ck_path(ck, "%sid", w->path),
		       "%" PRIu32 " is not 0, as it is inside of a file's entry", id);
}

static void check_inotify(struct check *ck, const struct ck_file *f, struct img_map *seen)
{
	const InotifyFileEntry *p = (const void *)f->what;
	char path[64];

	for (size_t k = 0; k < p->n_wd; k++) {
		struct watch w = { f->im, f->entry, path };

		snprintf(path, sizeof(path), "%swd[%zu].", f->path, k);
		check_wd(ck, &w, p->wd[k], seen, f->id);
		inner_id(ck, &w, p->wd[k]->id);
	}
}

static void check_fanotify(struct check *ck, const struct ck_file *f, struct img_map *seen)
{
	const FanotifyFileEntry *p = (const void *)f->what;
	char path[64];

	for (size_t k = 0; k < p->n_mark; k++) {
		struct watch w = { f->im, f->entry, path };

		snprintf(path, sizeof(path), "%smark[%zu].", f->path, k);
		check_mark(ck, &w, p->mark[k], seen, f->id);
		inner_id(ck, &w, p->mark[k]->id);
	}
}

static void old_owner(struct check *ck, const struct ck_image *im, size_t i, uint32_t type,
		      uint32_t id)
{
	if (ck_file_of(ck, type, id) == NULL && ck->files_whole)
		ck_say(ck, CK_WATCH, im, (int64_t)i, "id", CK_ID " names no %s file", CK_N(id),
		       ck_fd_type(type));
}

void ck_watch(struct check *ck)
{
	const struct ck_image *wd = ck_find(ck, "inotify-wd.img", 0);
	const struct ck_image *mark = ck_find(ck, "fanotify-mark.img", 0);
	struct img_map seen = { 0 };

	for (size_t i = 0; i < ck->n_files; i++) {
		if (ck->files[i].type == FD_TYPES__INOTIFY && ck->files[i].what != NULL)
			check_inotify(ck, &ck->files[i], &seen);
		if (ck->files[i].type == FD_TYPES__FANOTIFY && ck->files[i].what != NULL)
			check_fanotify(ck, &ck->files[i], &seen);
	}
	/* Up to 1.3 they had images of their own. */
	for (size_t i = 0; wd != NULL && i < wd->n; i++) {
		const InotifyWdEntry *e = wd->v[i];

		old_owner(ck, wd, i, FD_TYPES__INOTIFY, e->id);
		check_wd(ck, &(struct watch){ wd, i, "" }, e, &seen, e->id);
	}
	for (size_t i = 0; mark != NULL && i < mark->n; i++) {
		const FanotifyMarkEntry *e = mark->v[i];

		old_owner(ck, mark, i, FD_TYPES__FANOTIFY, e->id);
		check_mark(ck, &(struct watch){ mark, i, "" }, e, &seen, e->id);
	}
	img_map_free(&seen);
}

/* ---- others ---- */

static void check_timer(struct check *ck, const struct ck_file *f, const TimerfdEntry *t)
{
	enum { REALTIME, MONOTONIC, BOOTTIME = 7, REALTIME_ALARM, BOOTTIME_ALARM };
	enum { ALL_FLAGS = 3 }; /* absolute, cancel on set */

	if (t->insec >= SECOND || t->vnsec >= SECOND)
		say(ck, CK_FILE_VALUES, f, t->insec >= SECOND ? "insec" : "vnsec",
		    t->insec >= SECOND ? t->insec : t->vnsec, "are more than a second");
	if (t->settime_flags > ALL_FLAGS)
		say(ck, CK_FILE_VALUES, f, "settime_flags", t->settime_flags,
		    "has bits that timerfd_settime(2) does not");
	if (t->clockid > BOOTTIME_ALARM || (t->clockid > MONOTONIC && t->clockid < BOOTTIME))
		say(ck, CK_FILE_VALUES, f, "clockid", t->clockid, "is no clock of a timer");
}

static void check_signals(struct check *ck, const struct ck_file *f, const SignalfdEntry *s)
{
	enum { KILL_AND_STOP = 1 << 8 | 1 << 18 };

	if (s->sigmask & KILL_AND_STOP)
		say(ck, CK_FILE_VALUES, f, "sigmask", s->sigmask,
		    "has SIGKILL or SIGSTOP, which nobody can wait for");
}

static void check_pidfd(struct check *ck, const struct ck_file *f, const PidfdEntry *p)
{
	if (p->nspid != -1 && ck->pstree != NULL && !ck->pstree->broken &&
	    (p->nspid <= 0 || ck_task_of(ck, (uint64_t)p->nspid) == NULL))
		ck_say(ck, CK_PIDFD_TASK, f->im, (int64_t)f->entry, ck_path(ck, "%snspid", f->path),
		       "%" PRId32 " is no task or thread, nor -1 (dead)", p->nspid);
}

/* The kinds of map that CRIU dumps. */
static void check_map(struct check *ck, const struct ck_file *f, const BpfmapFileEntry *m)
{
	enum { HASH = 1, ARRAY = 2, MAX_NAME = 15 };

	if (m->map_type != HASH && m->map_type != ARRAY)
		say(ck, CK_FILE_VALUES, f, "map_type", m->map_type,
		    "is neither 1 (hash) nor 2 (array)");
	if (strlen(m->map_name) > MAX_NAME)
		say(ck, CK_FILE_VALUES, f, "map_name", strlen(m->map_name),
		    "octets are more than a name has, 15");
	if (m->key_size == 0 || m->value_size == 0)
		say(ck, CK_FILE_VALUES, f, m->key_size == 0 ? "key_size" : "value_size", 0,
		    "is no size");
}

static void check_ext(struct check *ck, const struct ck_file *f)
{
	if (ck->inv != NULL && ck->inv->plugins_entry != NULL &&
	    ck->inv->plugins_entry->n_plugins == 0)
		say(ck, CK_FILE_VALUES, f, "id", f->id,
		    "needs a plugin, but inventory.img says that none is");
}

void ck_file_values(struct check *ck)
{
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const void *what = f->what;

		if (what == NULL)
			continue;
		switch (f->type) {
		case FD_TYPES__TIMERFD: check_timer(ck, f, what); break;
		case FD_TYPES__SIGNALFD: check_signals(ck, f, what); break;
		case FD_TYPES__EVENTFD:
			if (((const EventfdFileEntry *)what)->counter == UINT64_MAX)
				say(ck, CK_FILE_VALUES, f, "counter", UINT64_MAX,
				    "is more than a counter holds");
			break;
		case FD_TYPES__BPFMAP: check_map(ck, f, what); break;
		case FD_TYPES__PIDFD: check_pidfd(ck, f, what); break;
		case FD_TYPES__EXT: check_ext(ck, f); break;
		default: break;
		}
	}
}
