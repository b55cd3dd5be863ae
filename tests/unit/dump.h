/* A directory of images that a test makes: each message packed from a struct. */
#ifndef UNIT_DUMP_H
#define UNIT_DUMP_H

#include <dirent.h>

#include "libimg/base/byteorder.h"
#include "libimg/dump/dir.h"
#include "libimg/image/type.h"
#include "unit.h"

struct dump {
	char path[PATH_MAX];
};

static inline void dump_new(struct dump *d)
{
	unit_temp(d->path);
	ck_assert_ptr_nonnull(mkdtemp(d->path));
}

static inline void dump_path(const struct dump *d, const char *name, char path[PATH_MAX])
{
	snprintf(path, PATH_MAX, "%s/%s", d->path, name);
}

static inline void dump_free(const struct dump *d)
{
	char path[PATH_MAX];
	DIR *dir = opendir(d->path);

	for (struct dirent *e; dir != NULL && (e = readdir(dir)) != NULL;) {
		dump_path(d, e->d_name, path);
		unlink(path);
	}
	closedir(dir);
	ck_assert_int_eq(rmdir(d->path), 0);
}

/* Add bytes to a file of the dump. */
static inline void dump_raw(const struct dump *d, const char *name, const void *p, size_t n)
{
	char path[PATH_MAX];
	int fd;

	dump_path(d, name, path);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, p, n), (ssize_t)n);
	close(fd);
}

/* Add an entry to an image; begin it where there is none. msg NULL: only begin it. */
static inline void dump_put(const struct dump *d, const char *name, const ProtobufCMessage *msg)
{
	const struct img_type *t = img_type_by_file(name, NULL);
	char path[PATH_MAX];
	uint8_t buf[8192];
	size_t n = 0;

	ck_assert_ptr_nonnull(t);
	dump_path(d, name, path);
	if (access(path, F_OK) < 0) {
		if (t->head != 0) {
			img_set32(buf, t->head, false);
			n = 4;
		}
		img_set32(buf + n, t->magic, false);
		n += 4;
	}
	if (msg != NULL) {
		size_t size = protobuf_c_message_get_packed_size(msg);

		ck_assert_uint_lt(size, sizeof(buf) - 16);
		img_set32(buf + n, (uint32_t)size, false);
		protobuf_c_message_pack(msg, buf + n + 4);
		n += 4 + size;
	}
	dump_raw(d, name, buf, n);
}

static inline struct img_dir *dump_open(const struct dump *d)
{
	struct img_err err;
	struct img_dir *dir = img_dir_open(d->path, 0, &err);

	ck_assert_msg(dir != NULL, "%s", dir == NULL ? said(&err) : "");
	return dir;
}

#endif
