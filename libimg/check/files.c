/* Open files: the entries of files.img, and references to them. */
#include <string.h>
#include <sys/stat.h>

#include "fifo.pb-c.h"
#include "fown.pb-c.h"
#include "libimg/check/model.h"
#include "libimg/dump/files.h"
#include "regfile.pb-c.h"
#include "tty.pb-c.h"
#include "tun.pb-c.h"

/* ---- loading ---- */

static uint64_t key(uint32_t type, uint64_t id)
{
	return (uint64_t)type << 32 | id;
}

struct ck_file *img_ck_file_of(const struct check *ck, uint32_t type, uint64_t id)
{
	uint32_t i = id <= UINT32_MAX ? img_map_get(&ck->file_keys, key(type, id)) : IMG_MAP_NONE;

	return i != IMG_MAP_NONE ? &ck->files[i] : NULL;
}

bool img_ck_use_file(struct check *ck, uint32_t type, uint64_t id)
{
	struct ck_file *f = img_ck_file_of(ck, type, id);

	if (f != NULL)
		f->used = true;
	else
		ck->lost_refs++;
	return f != NULL || !ck->files_whole;
}

/* All file messages begin with their id. */
static uint32_t own_id(const ProtobufCMessage *what)
{
	const ProtobufCFieldDescriptor *f =
		protobuf_c_message_descriptor_get_field(what->descriptor, 1);

	return *(const uint32_t *)(const void *)((const char *)what + f->offset);
}

static const ProtobufCMessage *member(const FileEntry *e, const ProtobufCFieldDescriptor *f)
{
	return *(const ProtobufCMessage *const *)(const void *)((const char *)e + f->offset);
}

static const char *prefix(struct check *ck, const char *name)
{
	size_t n = strlen(name) + 2;
	char *p = img_ck_alloc(ck, n, 1);

	if (p == NULL)
		return "";
	snprintf(p, n, "%s.", name);
	return p;
}

static void load_file(struct check *ck, struct ck_file *f, const struct ck_image *im, size_t i,
		      uint32_t type, const char *const *prefixes)
{
	uint32_t *place;

	f->at.im = im;
	f->at.entry = i;
	f->type = type;
	f->at.path = "";
	f->what = im->v[i];
	if (type == FD_TYPES__UND) {
		const FileEntry *e = im->v[i];
		const ProtobufCFieldDescriptor *d = img_files_member(e->type);

		f->type = e->type;
		f->id = e->id;
		f->what = d != NULL ? member(e, d) : NULL;
		f->at.path = d != NULL ? prefixes[d->id] : "";
	} else {
		f->id = own_id(f->what);
	}
	place = img_ck_map_at(ck, &ck->file_keys, key(f->type, f->id));
	if (*place == IMG_MAP_NONE)
		*place = (uint32_t)(f - ck->files);
}

/* If files.img has entries, CRIU does not read the other images. */
static size_t n_sources(const struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "files.img", 0);

	return im != NULL && (im->n > 0 || im->broken) ? 1 : IMG_FILES_SOURCES;
}

const char *img_ck_files_image(const struct check *ck, uint32_t type)
{
	for (size_t i = 1; i < n_sources(ck); i++)
		if (img_files_source(i)->fd_type == type)
			return img_files_source(i)->files[0];
	return img_files_source(0)->files[0];
}

void img_ck_old_files_unused(struct check *ck)
{
	for (size_t i = n_sources(ck); i < IMG_FILES_SOURCES; i++) {
		struct ck_image *im = img_ck_find(ck, img_files_source(i)->files[0], 0);

		if (im != NULL && im->n > 0)
			img_ck_left(ck, im, "ignored: CRIU reads only files.img, which exists");
	}
}

void img_ck_load_files(struct check *ck)
{
	const char *prefixes[32] = { NULL };
	const struct ck_image *im;
	size_t n = 0;
	bool any = false;

	ck->files_whole = true;
	for (unsigned i = 0; i < img_pb_file_entry__descriptor.n_fields; i++)
		if (img_pb_file_entry__descriptor.fields[i].id < 32)
			prefixes[img_pb_file_entry__descriptor.fields[i].id] =
				prefix(ck, img_pb_file_entry__descriptor.fields[i].name);
	for (size_t i = 0; i < n_sources(ck); i++) {
		im = img_ck_find(ck, img_files_source(i)->files[0], 0);
		if (im == NULL)
			continue;
		any = true;
		n += im->n;
		ck->files_whole = ck->files_whole && !im->broken;
	}
	ck->files_known = any;
	ck->files_whole = ck->files_whole && any;
	ck->files = img_ck_alloc(ck, n + 1, sizeof(*ck->files));
	for (size_t i = 0; ck->files != NULL && i < n_sources(ck); i++) {
		const struct img_type *t = img_files_source(i);

		im = img_ck_find(ck, t->files[0], 0);
		for (size_t k = 0; im != NULL && k < im->n; k++)
			load_file(ck, &ck->files[ck->n_files++], im, k, t->fd_type, prefixes);
	}
}

/* ---- entries by themselves ---- */

/* Of open(2): flags that any architecture has, and some that only the kernel sets. */
static void check_flags(struct check *ck, const struct ck_file *f)
{
	const uint32_t known = 0x0fffffff;
	const uint32_t *flags = img_ck_field(f->what, "flags");

	if (flags != NULL && *flags & ~known)
		img_ck_say_at(ck, CK_FILE_ENTRY, &f->at, "flags",
			      "0x%" PRIx32 " has bits that no open file has", *flags);
}

void img_ck_file_entry(struct check *ck)
{
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const ProtobufCFieldDescriptor *d = img_files_member(f->type);
		const FileEntry *e = f->at.im->v[f->at.entry];

		if (f->what != NULL)
			check_flags(ck, f);
		if (strcmp(f->at.im->pattern, "files.img") != 0)
			continue;
		if (d == NULL) {
			if (protobuf_c_enum_descriptor_get_value(&img_pb_fd_types__descriptor,
								 (int)f->type) != NULL)
				img_ck_say(ck, CK_FILE_ENTRY, f->at.im, (int64_t)f->at.entry,
					   "type", "is not a file type");
			continue;
		}
		if (f->what == NULL)
			img_ck_say(ck, CK_FILE_ENTRY, f->at.im, (int64_t)f->at.entry, d->name,
				   "missing: required by the type");
		else if (own_id(f->what) != f->id)
			img_ck_say(ck, CK_FILE_ENTRY, f->at.im, (int64_t)f->at.entry,
				   img_ck_path(ck, "%s.id", d->name),
				   CK_ID " differs from the id of the entry (%" PRIu32 ")",
				   CK_N(own_id(f->what)), f->id);
		for (unsigned k = 0; k < img_pb_file_entry__descriptor.n_fields; k++) {
			const ProtobufCFieldDescriptor *o =
				&img_pb_file_entry__descriptor.fields[k];

			if (o->type == PROTOBUF_C_TYPE_MESSAGE && o != d && member(e, o) != NULL)
				img_ck_say(ck, CK_ODD(CK_FILE_ENTRY), f->at.im,
					   (int64_t)f->at.entry, o->name,
					   "does not match the type");
		}
	}
}

void img_ck_file_twice(struct check *ck)
{
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i],
				     *first = img_ck_file_of(ck, f->type, f->id);

		if (first != f && first != NULL)
			img_ck_say(ck, CK_FILE_TWICE, f->at.im, (int64_t)f->at.entry, "id",
				   CK_ID " is also the id of entry %zu, of the same type",
				   CK_N(f->id), first->at.entry);
	}
}

/* The owner, who gets the signals of a file: a task, thread or group of the dump, or none. */
static void check_owner(struct check *ck, const struct ck_file *f, const FownEntry *o,
			const struct img_map *groups)
{
	enum { TID, PID, PGID };
	const struct ck_task *t = img_ck_task_of(ck, o->pid);
	const char *field = NULL, *why = "";
	enum ck_rule rule = CK_FILE_OWNER;
	uint32_t v = 0;

	if (o->pid_type > PGID) {
		field = "pid_type";
		v = o->pid_type;
		why = "is not 0 (thread), 1 (task) or 2 (group)";
		/* Where there is no owner, it is not looked at. */
		if (o->pid == 0)
			rule = CK_ODD(CK_FILE_OWNER);
	} else if (o->signum > img_ck_signals(ck)) {
		field = "signum";
		v = o->signum;
		why = "is not a signal";
	} else if (o->pid != 0 && ck->pstree != NULL && !ck->pstree->broken &&
		   (o->pid_type == PGID ? img_map_get(groups, o->pid) == IMG_MAP_NONE
					: t == NULL)) {
		field = "pid";
		v = o->pid;
		why = o->pid_type == PGID ? "is not a process group of the dump"
					  : "is not a task or thread of the dump";
	}
	if (field != NULL)
		img_ck_say_at(ck, rule, &f->at, img_ck_path(ck, "fown.%s", field), "%" PRIu32 " %s",
			      v, why);
}

void img_ck_file_owner(struct check *ck)
{
	struct img_map groups = { 0 };

	for (size_t i = 0; i < ck->n_tasks; i++)
		img_ck_count(ck, &groups, ck->tasks[i].e->pgid);
	for (size_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const FownEntry *const *o = f->what != NULL ? img_ck_field(f->what, "fown") : NULL;

		if (o != NULL)
			check_owner(ck, f, *o, &groups);
	}
	img_map_free(&groups);
}

/* ---- files whose path is in a REG file ---- */

/* The slave of a pseudo terminal is opened by its path, when the master has got its number. */
static void check_number(struct check *ck, const struct ck_file *f, const RegFileEntry *r,
			 uint32_t tty_info_id)
{
	const char *name = strrchr(r->name, '/');
	char number[16];
	uint32_t n;

	if (name == NULL || name[1] == '\0' || name[1 + strspn(name + 1, "0123456789")] != '\0' ||
	    !img_ck_slave_number(ck, tty_info_id, &n))
		return;
	snprintf(number, sizeof(number), "%" PRIu32, n);
	if (strcmp(name + 1, number) != 0)
		img_ck_say_at(ck, CK_FILE_PATH, &f->at, "regf_id",
			      CK_ID " names %s, but pty.index of the terminal is %s", CK_N(r->id),
			      img_ck_str(ck, r->name), number);
}

static void check_path(struct check *ck, const struct ck_file *f)
{
	const TtyFileEntry *tty = (const void *)f->what;
	const FifoEntry *fifo = (const void *)f->what;
	mode_t mode = f->type == FD_TYPES__FIFO ? S_IFIFO : S_IFCHR;
	const char *field = "id";
	const struct ck_file *reg;
	const RegFileEntry *r;
	uint32_t id = f->id;

	if (f->type == FD_TYPES__TTY && tty->has_regf_id) {
		field = "regf_id";
		id = tty->regf_id;
	} else if (f->type == FD_TYPES__TTY && img_ck_tty_is_external(ck, tty->tty_info_id)) {
		return;
	} else if (f->type == FD_TYPES__FIFO && fifo->has_regf_id) {
		field = "regf_id";
		id = fifo->regf_id;
	}
	reg = img_ck_file_of(ck, FD_TYPES__REG, id);
	r = reg != NULL ? (const void *)reg->what : NULL;
	if (r != NULL && r->has_mode && (r->mode & S_IFMT) != mode) {
		ck->lost_refs++;
		img_ck_say_at(ck, CK_FILE_PATH, &f->at, field,
			      CK_ID " is the id of %s, which is not a %s", CK_N(id),
			      img_ck_str(ck, r->name), mode == S_IFIFO ? "FIFO" : "device");
	}
	if (r != NULL && f->type == FD_TYPES__TTY)
		check_number(ck, f, r, tty->tty_info_id);
	/* The first CRIU built the paths of terminals from their numbers. */
	if (!img_ck_use_file(ck, FD_TYPES__REG, id) &&
	    !(f->type == FD_TYPES__TTY && ck->old_framing))
		img_ck_say_at(ck, CK_FILE_PATH, &f->at, field,
			      CK_ID " is not the id of a REG file in %s", CK_N(id),
			      img_ck_files_image(ck, FD_TYPES__REG));
}

void img_ck_file_path(struct check *ck)
{
	for (size_t i = 0; i < ck->n_files; i++) {
		uint32_t type = ck->files[i].type;

		if ((type == FD_TYPES__TTY || type == FD_TYPES__FIFO || type == FD_TYPES__TUNF) &&
		    ck->files[i].what != NULL)
			check_path(ck, &ck->files[i]);
	}
}

/* ---- tables of descriptors ---- */

const char *img_ck_fd_type(uint32_t type)
{
	const ProtobufCEnumValue *v =
		protobuf_c_enum_descriptor_get_value(&img_pb_fd_types__descriptor, (int)type);

	return v != NULL ? v->name : "such";
}

const char *img_ck_a(const char *name)
{
	return strchr("AEIOaeio", name[0]) != NULL ? "an" : "a";
}

static bool is_type(uint32_t type)
{
	return protobuf_c_enum_descriptor_get_value(&img_pb_fd_types__descriptor, (int)type) !=
	       NULL;
}

void img_ck_fd_file(struct check *ck)
{
	CK_EACH(ck, im, "fdinfo-%u.img")
		for (size_t i = 0; i < im->n; i++) {
			const FdinfoEntry *e = im->v[i];

			/* Another rule reports an invalid type. */
			if (!img_ck_use_file(ck, e->type, e->id) && is_type(e->type))
				img_ck_say(ck, CK_FD_FILE, im, (int64_t)i, "id",
					   CK_ID " is not the id of %s %s file in %s", CK_N(e->id),
					   img_ck_a(img_ck_fd_type(e->type)),
					   img_ck_fd_type(e->type),
					   img_ck_files_image(ck, e->type));
		}
}

void img_ck_fd_twice(struct check *ck)
{
	CK_EACH(ck, im, "fdinfo-%u.img") {
		struct img_map seen = { 0 };

		for (size_t i = 0; i < im->n; i++) {
			const FdinfoEntry *e = im->v[i];

			if (e->fd > INT32_MAX)
				img_ck_say(ck, CK_FD_TWICE, im, (int64_t)i, "fd",
					   "%" PRIu32 " is not a valid descriptor", e->fd);
			else if (img_ck_count(ck, &seen, e->fd) > 0)
				img_ck_say(ck, CK_FD_TWICE, im, (int64_t)i, "fd",
					   "%" PRIu32 " is already in the table", e->fd);
			if (e->flags > 1)
				img_ck_say(ck, CK_ODD(CK_FD_TWICE), im, (int64_t)i, "flags",
					   "0x%" PRIx32 " has other bits than close-on-exec",
					   e->flags);
		}
		img_map_free(&seen);
	}
}

/* ---- directories, programs ---- */

static void use_reg(struct check *ck, const struct ck_image *im, const char *field, uint32_t id,
		    mode_t mode)
{
	const struct ck_file *f = img_ck_file_of(ck, FD_TYPES__REG, id);
	const RegFileEntry *r = f != NULL ? (const void *)f->what : NULL;

	if (!img_ck_use_file(ck, FD_TYPES__REG, id))
		img_ck_say(ck, CK_TASK_FILE, im, 0, field,
			   CK_ID " is not the id of a REG file in %s", CK_N(id),
			   img_ck_files_image(ck, FD_TYPES__REG));
	else if (r != NULL && r->has_mode && (r->mode & S_IFMT) != mode) {
		ck->lost_refs++;
		img_ck_say(ck, CK_TASK_FILE, im, 0, field,
			   CK_ID " is the id of %s, which is not a %s", CK_N(id),
			   img_ck_str(ck, r->name), mode == S_IFDIR ? "directory" : "regular file");
	}
}

void img_ck_task_file(struct check *ck)
{
	CK_EACH(ck, im, "fs-%u.img") {
		const FsEntry *fs = img_ck_one(im);

		if (fs == NULL)
			continue;
		use_reg(ck, im, "cwd_id", fs->cwd_id, S_IFDIR);
		use_reg(ck, im, "root_id", fs->root_id, S_IFDIR);
		if (fs->has_umask && fs->umask > 0777)
			img_ck_say(ck, CK_TASK_FILE, im, 0, "umask",
				   "0%" PRIo32 " is not a valid umask", fs->umask);
	}
	CK_EACH(ck, im, "mm-%u.img") {
		const MmEntry *mm = img_ck_one(im);

		if (mm != NULL)
			use_reg(ck, im, "exe_file_id", mm->exe_file_id, S_IFREG);
	}
}
