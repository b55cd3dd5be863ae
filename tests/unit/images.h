/* One dump at a time, its images made entry by entry, and what is told about it. */
#ifndef UNIT_IMAGES_H
#define UNIT_IMAGES_H

#include "dump.h"
#include "libimg/base/report.h"

static struct dump images;

static inline void images_new(void)
{
	dump_new(&images);
}

static inline void images_free(void)
{
	dump_free(&images);
}

static inline struct img_dir *images_open(void)
{
	return dump_open(&images);
}

/* Write a file anew, in its place, whatever is in it. */
static inline void images_set(const char *name, const void *p, size_t n)
{
	char path[PATH_MAX];

	dump_path(&images, name, path);
	ck_assert(truncate(path, 0) == 0 || errno == ENOENT);
	dump_raw(&images, name, p, n);
}

/* Append an entry of n bytes, which need not be a message. */
static inline void images_put_raw(const char *name, const void *body, size_t n)
{
	char path[PATH_MAX];
	uint8_t size[4];

	dump_path(&images, name, path);
	if (access(path, F_OK) < 0)
		dump_put(&images, name, NULL);
	img_set32(size, (uint32_t)n, false);
	dump_raw(&images, name, size, sizeof(size));
	dump_raw(&images, name, body, n);
}

/* Append a message of any size. */
static inline void images_put(const char *name, const void *message)
{
	const ProtobufCMessage *m = message;
	size_t n = protobuf_c_message_get_packed_size(m);
	uint8_t *p = malloc(n + 1);

	ck_assert_ptr_nonnull(p);
	protobuf_c_message_pack(m, p);
	images_put_raw(name, p, n);
	free(p);
}

/* What has been told, a line each, without the path of the dump. */
static char images_told[4096];

static inline void images_tell(void *arg, const struct img_err *err)
{
	const char *file = err->file;
	size_t n = strlen(images_told);

	(void)arg;
	if (strncmp(file, images.path, strlen(images.path)) == 0)
		file += strlen(images.path) + 1;
	snprintf(images_told + n, sizeof(images_told) - n, "%s: %s\n", file, said(err));
}

static const struct img_report images_report = { images_tell, NULL };

#endif
