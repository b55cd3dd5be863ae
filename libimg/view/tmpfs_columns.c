#include "libimg/view/tmpfs_columns.h"

#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "libimg/image/archive.h"
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
	put_string(c, row_of(row)->m->path);
}

static const struct {
	unsigned type;
	char letter; /* as ls -l has it */
	const char *name;
} types[] = {
	{ S_IFREG, '-', "file" },  { S_IFDIR, 'd', "directory" }, { S_IFLNK, 'l', "link" },
	{ S_IFIFO, 'p', "fifo" },  { S_IFSOCK, 's', "socket" },   { S_IFCHR, 'c', "char" },
	{ S_IFBLK, 'b', "block" },
};

enum { TYPES = sizeof(types) / sizeof(types[0]) };

/* TYPES: none of them. */
static size_t type_of(const void *row)
{
	unsigned type = row_of(row)->m->type;
	size_t i = 0;

	while (i < TYPES && types[i].type != type)
		i++;
	return i;
}

static void get_type(struct img_cell *c, const void *row)
{
	size_t i = type_of(row);

	if (row_of(row)->m->hardlink != NULL)
		img_cell_str(c, "hard link");
	else if (i < TYPES)
		img_cell_str(c, types[i].name);
}

static void get_mode(struct img_cell *c, const void *row)
{
	unsigned mode = row_of(row)->m->perm;
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
	img_cell_int(c, row_of(row)->m->uid);
}

static void get_gid(struct img_cell *c, const void *row)
{
	img_cell_int(c, row_of(row)->m->gid);
}

static void get_size(struct img_cell *c, const void *row)
{
	const struct img_archive_about *m = row_of(row)->m;

	if (m->has_size && m->type == S_IFREG)
		img_cell_size(c, m->size);
}

/* UTC, so that it is the same wherever it is looked at. */
static void get_mtime(struct img_cell *c, const void *row)
{
	time_t t = (time_t)row_of(row)->m->mtime;
	char text[64];
	struct tm tm;

	if (!row_of(row)->m->has_mtime || gmtime_r(&t, &tm) == NULL ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		return;
	img_cell_str(c, text);
}

static void get_link(struct img_cell *c, const void *row)
{
	const char *hard = row_of(row)->m->hardlink;

	put_string(c, hard != NULL ? hard : row_of(row)->m->symlink);
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
