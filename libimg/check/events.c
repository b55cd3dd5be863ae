/* Files that watch others: inotify, fanotify; timers, tasks and namespaces as files. */
#include <string.h>

#include "bpfmap-file.pb-c.h"
#include "eventfd.pb-c.h"
#include "ext-file.pb-c.h"
#include "fh.pb-c.h"
#include "fsnotify.pb-c.h"
#include "libimg/check/model.h"
#include "libimg/msg/linux.h"
#include "ns.pb-c.h"
#include "pidfd.pb-c.h"
#include "signalfd.pb-c.h"
#include "timerfd.pb-c.h"

#define SECOND UINT64_C(1000000000)

/* ---- watches of file systems ---- */

static void check_handle(struct check *ck, const struct ck_place *w, const char *field,
			 const FhEntry *h)
{
	enum { MIN_WORDS = 16, WORD = 8, MAX_BYTES = 128 };

	if (h->bytes == 0 && h->path == NULL)
		img_ck_say_at(ck, CK_WATCH, w, field, "has neither a file handle nor a path");
	else if (h->bytes > MAX_BYTES || h->n_handle < MIN_WORDS || h->n_handle * WORD < h->bytes)
		img_ck_say_at(ck, CK_ODD(CK_WATCH), w, field,
			      "%" PRIu32 " bytes in %zu words, not a valid file handle", h->bytes,
			      h->n_handle);
	else if (h->path != NULL && h->path[0] != '/')
		img_ck_say_at(ck, CK_WATCH, w, img_ck_path(ck, "%s.path", field),
			      "%s does not begin with a slash", img_ck_str(ck, h->path));
	if (h->has_mnt_id && img_ck_mounts_known(ck) && !img_ck_has_mount(ck, h->mnt_id))
		img_ck_say(ck, CK_FILE_MOUNT, w->im, (int64_t)w->entry,
			   img_ck_path(ck, "%s%s.mnt_id", w->path, field),
			   CK_ID " is not the id of a mount", CK_N(h->mnt_id));
}

static void check_device(struct check *ck, const struct ck_place *w, uint32_t dev)
{
	if (img_ck_mounts_known(ck) && !img_ck_has_device(ck, dev))
		img_ck_say_at(ck, CK_FILE_MOUNT, w, "s_dev", CK_ID " is not the device of a mount",
			      CK_N(dev));
}

static void check_wd(struct check *ck, const struct ck_place *w, const InotifyWdEntry *e,
		     struct img_map *seen, uint64_t file)
{
	enum { NO_EVENT = 0x00ff0000 };

	check_handle(ck, w, "f_handle", e->f_handle);
	check_device(ck, w, e->s_dev);
	if (e->wd == 0 || e->wd > INT32_MAX || img_ck_count(ck, seen, file << 32 | e->wd) > 0)
		img_ck_say_at(ck, e->wd == 0 || e->wd > INT32_MAX ? CK_WATCH : CK_ODD(CK_WATCH), w,
			      "wd", "%" PRIu32 " is %s", e->wd,
			      e->wd == 0 || e->wd > INT32_MAX ? "not a watch descriptor"
							      : "also that of another watch");
	if (e->mask == 0 || e->mask & NO_EVENT)
		img_ck_say_at(ck, e->mask == 0 ? CK_WATCH : CK_ODD(CK_WATCH), w, "mask",
			      "0x%" PRIx32 " %s", e->mask,
			      e->mask == 0 ? "has no events" : "has bits that are not events");
}

/* The same mark on the same thing. */
static uint64_t mark_key(const struct check *ck, uint64_t file, const FanotifyMarkEntry *e)
{
	uint64_t v[6] = { file,
			  e->type,
			  e->s_dev,
			  e->ie != NULL ? e->ie->i_ino : 0,
			  e->me != NULL ? e->me->mnt_id : 0,
			  e->mflags };

	return img_ck_key(ck, v, sizeof(v));
}

static void check_mark(struct check *ck, const struct ck_place *w, const FanotifyMarkEntry *e,
		       struct img_map *seen, uint64_t file)
{
	/* Permissive: includes flags of kernels newer than CRIU. */
	enum { NO_EVENT = 0x00e80000, ALL_MARKS = 0x7ff };
	bool inode = e->type == MARK_TYPE__INODE, mount = e->type == MARK_TYPE__MOUNT;

	if ((inode && e->ie == NULL) || (mount && e->me == NULL))
		img_ck_say_at(ck, CK_WATCH, w, inode ? "ie" : "me",
			      "missing: required by the type");
	if ((inode && e->me != NULL) || (mount && e->ie != NULL))
		img_ck_say_at(ck, CK_WATCH, w, inode ? "me" : "ie", "does not match the type");
	if (img_ck_count(ck, seen, mark_key(ck, file, e)) > 0)
		img_ck_say_at(ck, CK_ODD(CK_WATCH), w, "type",
			      "is also that of an earlier mark on the same object");
	if (e->mask == 0 && e->ignored_mask == 0)
		img_ck_say_at(ck, CK_WATCH, w, "mask", "0: no events");
	if ((e->mask | e->ignored_mask) & NO_EVENT)
		img_ck_say(ck, CK_WATCH, w->im, (int64_t)w->entry,
			   img_ck_path(ck, "%s%s", w->path,
				       e->mask & NO_EVENT ? "mask" : "ignored_mask"),
			   "0x%" PRIx32 " has bits that are not events",
			   e->mask & NO_EVENT ? e->mask : e->ignored_mask);
	if (e->mflags > ALL_MARKS)
		img_ck_say_at(ck, CK_WATCH, w, "mflags",
			      "0x%" PRIx32 " has bits unknown to fanotify_mark(2)", e->mflags);
	if (e->ie != NULL)
		check_handle(ck, w, "ie.f_handle", e->ie->f_handle);
	if (e->me != NULL && img_ck_mounts_known(ck) && !img_ck_has_mount(ck, e->me->mnt_id))
		img_ck_say_at(ck, CK_FILE_MOUNT, w, "me.mnt_id", CK_ID " is not the id of a mount",
			      CK_N(e->me->mnt_id));
	check_device(ck, w, e->s_dev);
}

static void inner_id(struct check *ck, const struct ck_place *w, uint32_t id)
{
	if (id != 0)
		img_ck_say_at(ck, CK_ODD(CK_WATCH), w, "id",
			      "%" PRIu32 ", expected 0 inside the entry of a file", id);
}

static void check_inotify(struct check *ck, const struct ck_file *f, struct img_map *seen)
{
	const InotifyFileEntry *p = (const void *)f->what;
	char path[64];

	for (size_t k = 0; k < p->n_wd; k++) {
		struct ck_place w = { f->at.im, f->at.entry, path };

		snprintf(path, sizeof(path), "%swd[%zu].", f->at.path, k);
		check_wd(ck, &w, p->wd[k], seen, f->id);
		inner_id(ck, &w, p->wd[k]->id);
	}
}

/* What fanotify_init(2) takes. */
static void check_init(struct check *ck, const struct ck_file *f, const FanotifyFileEntry *p)
{
	enum { CLASSES = 0xc, ALL_FLAGS = 0x7fff, ALL_OPEN = 0x0fffffff };

	if (p->faflags > ALL_FLAGS || (p->faflags & CLASSES) == CLASSES)
		img_ck_say_at(ck, CK_WATCH, &f->at, "faflags",
			      "0x%" PRIx32 " has bits unknown to fanotify_init(2)", p->faflags);
	if (p->evflags > ALL_OPEN || (p->evflags & IMG_O_ACCMODE) == IMG_O_ACCMODE)
		img_ck_say_at(ck, CK_WATCH, &f->at, "evflags",
			      "0x%" PRIx32 " has flags with which no file is opened", p->evflags);
}

static void check_fanotify(struct check *ck, const struct ck_file *f, struct img_map *seen)
{
	const FanotifyFileEntry *p = (const void *)f->what;
	char path[64];

	check_init(ck, f, p);

	for (size_t k = 0; k < p->n_mark; k++) {
		struct ck_place w = { f->at.im, f->at.entry, path };

		snprintf(path, sizeof(path), "%smark[%zu].", f->at.path, k);
		check_mark(ck, &w, p->mark[k], seen, f->id);
		inner_id(ck, &w, p->mark[k]->id);
	}
}

static void old_owner(struct check *ck, const struct ck_image *im, size_t i, uint32_t type,
		      uint32_t id)
{
	if (img_ck_file_of(ck, type, id) == NULL && ck->files_whole)
		img_ck_say(ck, CK_WATCH, im, (int64_t)i, "id", CK_ID " is not the id of %s %s file",
			   CK_N(id), img_ck_a(img_ck_fd_type(type)), img_ck_fd_type(type));
}

void img_ck_watch(struct check *ck)
{
	const struct ck_image *wd = img_ck_find(ck, "inotify-wd.img", 0);
	const struct ck_image *mark = img_ck_find(ck, "fanotify-mark.img", 0);
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
		check_wd(ck, &(struct ck_place){ wd, i, "" }, e, &seen, e->id);
	}
	for (size_t i = 0; mark != NULL && i < mark->n; i++) {
		const FanotifyMarkEntry *e = mark->v[i];

		old_owner(ck, mark, i, FD_TYPES__FANOTIFY, e->id);
		check_mark(ck, &(struct ck_place){ mark, i, "" }, e, &seen, e->id);
	}
	img_map_free(&seen);
}

/* ---- others ---- */

static void check_timer(struct check *ck, const struct ck_file *f, const TimerfdEntry *t)
{
	enum { REALTIME, MONOTONIC, BOOTTIME = 7, REALTIME_ALARM, BOOTTIME_ALARM };
	enum { ALL_FLAGS = 3 }; /* absolute, cancel on set */

	if (t->insec >= SECOND || t->vnsec >= SECOND)
		img_ck_say_value(ck, CK_FILE_VALUES, &f->at, t->insec >= SECOND ? "insec" : "vnsec",
				 t->insec >= SECOND ? t->insec : t->vnsec, "exceeds a second");
	if (t->settime_flags > ALL_FLAGS)
		img_ck_say_value(ck, CK_FILE_VALUES, &f->at, "settime_flags", t->settime_flags,
				 "has bits unknown to timerfd_settime(2)");
	if (t->clockid > BOOTTIME_ALARM || (t->clockid > MONOTONIC && t->clockid < BOOTTIME))
		img_ck_say_value(ck, CK_FILE_VALUES, &f->at, "clockid", t->clockid,
				 "is not a timer clock");
}

static void check_signals(struct check *ck, const struct ck_file *f, const SignalfdEntry *s)
{
	enum { KILL_AND_STOP = 1 << 8 | 1 << 18 };

	if (s->sigmask & KILL_AND_STOP)
		img_ck_say_value(ck, CK_ODD(CK_FILE_VALUES), &f->at, "sigmask", s->sigmask,
				 "has SIGKILL or SIGSTOP, for which no task can wait");
}

static void check_pidfd(struct check *ck, const struct ck_file *f, const PidfdEntry *p,
			struct img_map *inos)
{
	uint32_t *v = img_ck_map_at(ck, inos, p->ino);

	if (*v == IMG_MAP_NONE)
		*v = (uint32_t)(f - ck->files);
	else if (((const PidfdEntry *)(const void *)ck->files[*v].what)->nspid != p->nspid)
		img_ck_say_at(ck, CK_PIDFD_TASK, &f->at, "ino",
			      CK_ID " is that of entry %zu, which refers to another process",
			      CK_N(p->ino), ck->files[*v].at.entry);
	if (p->nspid != -1 && ck->pstree != NULL && !ck->pstree->broken &&
	    (p->nspid <= 0 || img_ck_task_of(ck, (uint64_t)p->nspid) == NULL))
		img_ck_say_at(ck, CK_PIDFD_TASK, &f->at, "nspid",
			      "%" PRId32 " is neither a task or thread of the dump nor -1 (dead)",
			      p->nspid);
}

/* The kinds of map that CRIU dumps. */
static void check_map(struct check *ck, const struct ck_file *f, const BpfmapFileEntry *m)
{
	enum { HASH = 1, ARRAY = 2, MAX_NAME = 15 };

	if (m->map_type != HASH && m->map_type != ARRAY)
		img_ck_say_value(ck, CK_FILE_VALUES, &f->at, "map_type", m->map_type,
				 "is not 1 (hash) or 2 (array)");
	if (strlen(m->map_name) > MAX_NAME)
		img_ck_say_value(ck, CK_FILE_VALUES, &f->at, "map_name", strlen(m->map_name),
				 "bytes, longer than the longest name (15)");
	if (m->key_size == 0 || m->value_size == 0)
		img_ck_say_value(ck, CK_FILE_VALUES, &f->at,
				 m->key_size == 0 ? "key_size" : "value_size", 0,
				 "is not a valid size");
}

static void check_ext(struct check *ck, const struct ck_file *f)
{
	if (ck->inv != NULL && ck->inv->plugins_entry != NULL &&
	    ck->inv->plugins_entry->n_plugins == 0)
		img_ck_say_value(ck, CK_FILE_VALUES, &f->at, "id", f->id,
				 "needs a plugin, but inventory.img says that no plugin is needed");
}

void img_ck_file_values(struct check *ck)
{
	struct img_map inos = { 0 };

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
				img_ck_say_value(ck, CK_FILE_VALUES, &f->at, "counter", UINT64_MAX,
						 "exceeds the largest counter");
			break;
		case FD_TYPES__BPFMAP: check_map(ck, f, what); break;
		case FD_TYPES__PIDFD: check_pidfd(ck, f, what, &inos); break;
		case FD_TYPES__EXT: check_ext(ck, f); break;
		default: break;
		}
	}
	img_map_free(&inos);
}
