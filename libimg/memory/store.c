#include "libimg/memory/store.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <lz4.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inventory.pb-c.h"
#include "libimg/base/buf.h"
#include "libimg/msg/criu.h"

/* ---- can we read the pages of this dump? ---- */

static int unknown(struct img_dir *d, const char *what, uint32_t v, struct img_err *err)
{
	img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s %" PRIu32 " is newer than this program knows",
		 what, v);
	return img_err_in(err, img_dir_path(d), "inventory.img");
}

int img_store_supported(struct img_dir *d, uint32_t *block_size, struct img_err *err)
{
	const InventoryEntry *inv;
	struct img_arena *a;
	void *msg;
	int r;

	r = img_dir_has(d, "cipher.img", err);
	if (r < 0)
		return -1;
	if (r > 0) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "encrypted pages cannot be read");
		return img_err_in(err, img_dir_path(d), "cipher.img");
	}
	a = img_arena_new(0);
	if (a == NULL)
		return img_fail_mem(err);
	*block_size = 0;
	r = img_image_one(d, "inventory.img", 0, a, &msg, err);
	inv = msg;
	if (r > 0 && inv->img_version > IMG_VERSION_COMPRESSED)
		r = unknown(d, "img_version", inv->img_version, err);
	else if (r > 0 && inv->compress > IMG_COMPRESS_REGIONS)
		r = unknown(d, "compress", inv->compress, err);
	else if (r > 0)
		*block_size = inv->compress_block_size;
	img_arena_free(a);
	return r < 0 ? -1 : 0;
}

/* ---- one file ---- */

static int fail_in(const struct img_store *s, struct img_err *err)
{
	return img_err_in(err, img_dir_path(s->dir), s->name);
}

static int open_file(struct img_store *s, struct img_err *err)
{
	if (img_dir_open_file(s->dir, s->name, &s->file, err) == 0)
		return 0;
	if (err->kind == IMG_ESYS && err->errnum == ENOENT) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "image missing");
		err->errnum = ENOENT;
	}
	return fail_in(s, err);
}

int img_store_open(struct img_store *s, uint64_t end, const char *by, struct img_err *err)
{
	if (s->file.fd < 0 && open_file(s, err) < 0) {
		img_store_close(s);
		return -1;
	}
	if (end > s->file.size) {
		img_fail(err, IMG_EDATA, s->file.size, "truncated: %s has pages up to 0x%" PRIx64,
			 by, end);
		return fail_in(s, err);
	}
	return s->file.fd;
}

void img_store_close(struct img_store *s)
{
	img_file_close(&s->file);
}

int img_store_read(const struct img_store *s, uint64_t off, void *buf, size_t n,
		   struct img_err *err)
{
	int64_t r = img_file_read(&s->file, off, buf, n, err);

	if (r == (int64_t)n)
		return 0;
	if (r >= 0)
		img_fail(err, IMG_EDATA, off + (uint64_t)r, "image shrank while it was read");
	return fail_in(s, err);
}

int img_store_check(const struct img_store *s, const struct img_block *b, int got,
		    struct img_err *err)
{
	if (got >= 0 && (size_t)got == b->plain)
		return 0;
	if (got < 0)
		img_fail(err, IMG_EDATA, b->off,
			 "block %" PRIu64 " (%zu bytes) is not valid LZ4 of %zu bytes", b->index,
			 b->size, b->plain);
	else
		img_fail(err, IMG_EDATA, b->off,
			 "block %" PRIu64 " (%zu bytes) has %d bytes of memory, expected %zu",
			 b->index, b->size, got, b->plain);
	return fail_in(s, err);
}

int img_store_block(const struct img_store *s, const struct img_block *b, uint8_t *to,
		    struct img_buf *room, struct img_err *err)
{
	int n;

	if (b->size == 0) {
		memset(to, 0, b->plain);
		return 0;
	}
	if (b->size == b->plain)
		return img_store_read(s, b->off, to, b->plain, err);
	room->n = 0;
	if (!img_buf_room(room, b->size)) {
		room->failed = false;
		return img_fail_mem(err);
	}
	if (img_store_read(s, b->off, room->p, b->size, err) < 0)
		return -1;
	n = LZ4_decompress_safe((const char *)room->p, (char *)to, (int)b->size, (int)b->plain);
	return img_store_check(s, b, n, err);
}
