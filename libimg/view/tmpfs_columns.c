#include "libimg/view/tmpfs_columns.h"

#include <archive_entry.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "libimg/view/text.h"

static const struct img_tmpfs_row *row_of(const void *row)
{
	return row;
}

static void put_string(struct img_cell *c, const char *s)
{
	if (s != NULL && *s != '\0')
		img_cell_name(c, s, strlen(s));
}

static void get_image(struct img_cell *c, const void *row)
{
	put_string(c, row_of(row)->image);
}

static void get_target(struct img_cell *c, const void *row)
{
	put_string(c, row_of(row)->target);
}

static void get_path(struct img_cell *c, const void *row)
{
	put_string(c, archive_entry_pathname(row_of(row)->e));
}

static const struct {
	__LA_MODE_T type;
	char letter; /* as ls -l has it */
	const char *name;
} types[] = {
	{ AE_IFREG, '-', "file" },  { AE_IFDIR, 'd', "directory" }, { AE_IFLNK, 'l', "link" },
	{ AE_IFIFO, 'p', "fifo" },  { AE_IFSOCK, 's', "socket" },   { AE_IFCHR, 'c', "char" },
	{ AE_IFBLK, 'b', "block" },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

/* TYPES: none of them. */
static size_t type_of(const void *row)
{
	__LA_MODE_T type = archive_entry_filetype(row_of(row)->e);
	size_t i = 0;

	while (i < TYPES && types[i].type != type)
		i++;
	return i;
}

static void get_type(struct img_cell *c, const void *row)
{
	size_t i = type_of(row);

	if (archive_entry_hardlink(row_of(row)->e) != NULL)
		img_cell_str(c, "hard link");
	else if (i < TYPES)
		img_cell_str(c, types[i].name);
}

static void get_mode(struct img_cell *c, const void *row)
{
	__LA_MODE_T mode = archive_entry_perm(row_of(row)->e);
	char text[] = "?---------";
	size_t i = type_of(row);

	if (i < TYPES)
		text[0] = types[i].letter;
	for (unsigned k = 0; k < 9; k++)
		if (mode >> (8 - k) & 1)
			text[k + 1] = "rwx"[k % 3];
	if (mode & S_ISUID)
		text[3] = text[3] == 'x' ? 's' : 'S';
	if (mode & S_ISGID)
		text[6] = text[6] == 'x' ? 's' : 'S';
	if (mode & S_ISVTX)
		text[9] = text[9] == 'x' ? 't' : 'T';
	img_cell_str(c, text);
}

static void get_uid(struct img_cell *c, const void *row)
{
	img_cell_int(c, archive_entry_uid(row_of(row)->e));
}

static void get_gid(struct img_cell *c, const void *row)
{
	img_cell_int(c, archive_entry_gid(row_of(row)->e));
}

static void get_size(struct img_cell *c, const void *row)
{
	struct archive_entry *e = row_of(row)->e;

	if (archive_entry_size_is_set(e) && archive_entry_filetype(e) == AE_IFREG)
		img_cell_size(c, (uint64_t)archive_entry_size(e));
}

/* UTC, so that it is the same wherever it is looked at. */
static void get_mtime(struct img_cell *c, const void *row)
{
	time_t t = archive_entry_mtime(row_of(row)->e);
	char text[64];
	struct tm tm;

	/* There libarchive may have half a time_t of ours, and the other half is anything. */
	if (sizeof(void *) == 4)
		t = (time_t)(uint32_t)t;
	if (!archive_entry_mtime_is_set(row_of(row)->e) || gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return;
	img_cell_str(c, text);
}

static void get_link(struct img_cell *c, const void *row)
{
	const char *hard = archive_entry_hardlink(row_of(row)->e);

	put_string(c, hard != NULL ? hard : archive_entry_symlink(row_of(row)->e));
}

enum { USUAL = IMG_COL_DEFAULT, RIGHT = IMG_COL_RIGHT };

/* clang-format off */
const struct img_column img_tmpfs_columns[] = {
	{ "IMAGE",  0,             0, "image that has it", get_image },
	{ "TARGET", USUAL,         0, "where the file system is mounted", get_target },
	{ "TYPE",   0,             0, "file, directory, link, hard link and so on", get_type },
	{ "MODE",   USUAL,         0, "type and permissions, as ls(1) has them", get_mode },
	{ "UID",    USUAL | RIGHT, 0, "owner", get_uid },
	{ "GID",    USUAL | RIGHT, 0, "group", get_gid },
	{ "SIZE",   USUAL | RIGHT, 0, "size of a file", get_size },
	{ "MTIME",  USUAL,         0, "time of its last change, UTC", get_mtime },
	{ "LINK",   0,             0, "where a link leads to", get_link },
	{ "PATH",   USUAL,         0, "path in the file system", get_path },
	{ NULL, 0, 0, NULL, NULL },
};
/* clang-format on */
