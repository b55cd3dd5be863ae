/* Files with a path: regular ones, directories, devices. */
#include <string.h>
#include <sys/stat.h>

#include "libimg/check/model.h"
#include "libimg/dump/vma.h"
#include "libimg/msg/linux.h"
#include "regfile.pb-c.h"
#include "remap-file-path.pb-c.h"

/* Flags of open(2) with the same number on all architectures of CRIU. */

bool img_ck_is_plain(const char *path)
{
	while (*path == '/') {
		size_t n = strcspn(++path, "/");

		if ((n == 0 && *path != '\0') || (n == 1 && path[0] == '.') ||
		    (n == 2 && path[0] == '.' && path[1] == '.'))
			return false;
		path += n;
	}
	return true;
}

/* "file[MNT_ID:INODE]", both in hex. */
static bool is_key(const char *name)
{
	static const char hex[] = "0123456789abcdef";
	size_t a, b;

	if (strncmp(name, "file[", 5) != 0)
		return false;
	a = strspn(name + 5, hex);
	if (a == 0 || name[5 + a] != ':')
		return false;
	b = strspn(name + 6 + a, hex);
	return b > 0 && strcmp(name + 6 + a + b, "]") == 0;
}

/* O_DIRECTORY, which depends on the architecture; 0: unknown. */
static uint32_t directory_flag(uint32_t march)
{
	switch (march) {
	case CORE_ENTRY__MARCH__X86_64:
	case CORE_ENTRY__MARCH__S390:
	case CORE_ENTRY__MARCH__MIPS:
	case CORE_ENTRY__MARCH__LOONGARCH64:
	case CORE_ENTRY__MARCH__RISCV64: return 0200000;
	case CORE_ENTRY__MARCH__ARM:
	case CORE_ENTRY__MARCH__AARCH64:
	case CORE_ENTRY__MARCH__PPC64: return 040000;
	default: return 0;
	}
}

/* Why open(2) would refuse the flags for a file of this mode, or NULL. */
static const char *bad_open(const RegFileEntry *r, uint32_t directory)
{
	if (r->flags & IMG_O_TRUNC)
		return "has O_TRUNC, which would empty the file: the kernel never keeps it";
	if (!r->has_mode || r->flags & IMG_O_PATH)
		return NULL;
	if (S_ISDIR(r->mode) && (r->flags & IMG_O_ACCMODE) != 0)
		return "opens a directory for writing";
	if (S_ISREG(r->mode) && r->flags & directory && !(r->flags & IMG_O_TMPFILE))
		return "has O_DIRECTORY, but the mode is that of a file";
	if (S_ISLNK(r->mode))
		return "opens a symbolic link without O_PATH";
	return NULL;
}

static void check_open(struct check *ck, const struct ck_file *f, const RegFileEntry *r,
		       uint32_t directory)
{
	bool ext = r->has_ext && r->ext;
	const char *why = bad_open(r, directory);

	if (why != NULL)
		img_ck_say_at(ck, CK_FILE_REG, &f->at, "flags", "0%" PRIo32 " %s", r->flags, why);
	if (ext && !is_key(r->name))
		img_ck_say_at(ck, CK_ODD(CK_FILE_REG), &f->at, "name",
			      "%s is not a key of the form file[MNT_ID:INODE]",
			      img_ck_str(ck, r->name));
	else if (!ext && r->name[0] == '/' && !img_ck_is_plain(r->name))
		img_ck_say_at(ck, CK_ODD(CK_FILE_REG), &f->at, "name",
			      "%s has empty, . or .. components", img_ck_str(ck, r->name));
}

static void check_reg(struct check *ck, const struct ck_file *f, const RegFileEntry *r)
{
	enum { MAX_PATH = 4096 };
	const char *path = NULL, *why = "";

	if (r->name[0] == '\0' && !(r->has_ext && r->ext)) {
		path = "name";
		why = "is empty";
	} else if (r->name[0] != '/' && r->name[0] != '.' && !(r->has_ext && r->ext)) {
		path = "name";
		why = "does not begin with a slash";
	} else if (r->has_mode && (r->mode & S_IFMT) == 0) {
		path = "mode";
		why = "has no file type";
	} else if (r->has_mode && r->mode > UINT16_MAX) {
		path = "mode";
		why = "has invalid mode bits";
	} else if (r->has_mode && S_ISSOCK(r->mode)) {
		path = "mode";
		why = "is that of a socket, which cannot be opened";
	}
	/* An unknown size, such as that of a FIFO, was -1 once. */
	if (path == NULL && r->pos > INT64_MAX && r->pos != UINT64_MAX) {
		path = "pos";
		why = "exceeds the largest file offset";
	} else if (path == NULL && r->has_size && r->size > INT64_MAX) {
		path = "size";
		why = "is not a file size";
	} else if (path == NULL && strlen(r->name) >= MAX_PATH) {
		path = "name";
		why = "is longer than the longest path (4095 bytes)";
	}
	if (path != NULL)
		img_ck_say_at(ck, CK_FILE_REG, &f->at, path, "%s", why);
}

void img_ck_file_reg(struct check *ck)
{
	uint32_t directory = directory_flag(img_ck_march(ck));

	for (size_t i = 0; i < ck->n_files; i++)
		if (ck->files[i].type == FD_TYPES__REG && ck->files[i].what != NULL) {
			check_reg(ck, &ck->files[i], (const void *)ck->files[i].what);
			check_open(ck, &ck->files[i], (const void *)ck->files[i].what, directory);
		}
}

static const RegFileEntry *reg_of(const struct check *ck, uint64_t id)
{
	const struct ck_file *f = img_ck_file_of(ck, FD_TYPES__REG, id);

	return f != NULL ? (const void *)f->what : NULL;
}

/* The kernel maps the code of a program from its file; few programs remap theirs. */
void img_ck_task_code(struct check *ck)
{
	const uint32_t of_file = IMG_VMA_FILE_PRIVATE | IMG_VMA_FILE_SHARED;

	for (size_t i = 0; i < ck->n_tasks; i++) {
		const struct ck_task *t = &ck->tasks[i];
		const VmaEntry *v = t->mm != NULL && t->ordered && !t->dead
					    ? img_ck_vma_at(t, t->mm->mm_start_code)
					    : NULL;
		const RegFileEntry *exe = v != NULL ? reg_of(ck, t->mm->exe_file_id) : NULL;
		const RegFileEntry *code =
			exe != NULL && v->status & of_file ? reg_of(ck, v->shmid) : NULL;

		/* Another rule reports what is not a program. */
		if (code != NULL && (!exe->has_mode || S_ISREG(exe->mode)) &&
		    strcmp(code->name, exe->name) != 0)
			img_ck_say(ck, CK_TASK_CODE, t->mm_im, 0, "exe_file_id",
				   CK_ID " is %s, but the code is that of %s",
				   CK_N(t->mm->exe_file_id), img_ck_str(ck, exe->name),
				   img_ck_str(ck, code->name));
	}
}

/* ---- build ids ---- */

static bool same_id(const RegFileEntry *a, const RegFileEntry *b)
{
	return a->n_build_id == b->n_build_id &&
	       memcmp(a->build_id, b->build_id, a->n_build_id * sizeof(*a->build_id)) == 0;
}

/*
 * CRIU compares the build id of the file that it finds with that of the entry. Files of one path
 * are one file, unless that of one of them is gone.
 */
void img_ck_build_id(struct check *ck)
{
	const struct ck_image *im = img_ck_find(ck, "remap-fpath.img", 0);
	struct img_map gone = { 0 }, paths = { 0 };

	for (size_t i = 0; im != NULL && i < im->n; i++)
		img_ck_count(ck, &gone, ((const RemapFilePathEntry *)im->v[i])->orig_id);
	for (uint32_t i = 0; i < ck->n_files; i++) {
		const struct ck_file *f = &ck->files[i];
		const RegFileEntry *r = (const void *)f->what;
		uint32_t *v;

		if (f->type != FD_TYPES__REG || r == NULL || r->n_build_id == 0 ||
		    img_map_get(&gone, f->id) != IMG_MAP_NONE)
			continue;
		v = img_ck_map_at(ck, &paths,
				  img_ck_key_on(ck, img_ck_key(ck, r->name, strlen(r->name)),
						&r->mnt_id, sizeof(r->mnt_id)));
		if (*v == IMG_MAP_NONE)
			*v = i;
		else if (!same_id(r, (const void *)ck->files[*v].what))
			img_ck_say_at(ck, CK_BUILD_ID, &f->at, "build_id",
				      "differs from that of the same path, %s, in entry %zu",
				      img_ck_str(ck, r->name), ck->files[*v].at.entry);
	}
	img_map_free(&gone);
	img_map_free(&paths);
}
