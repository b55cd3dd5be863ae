/*
 * Compress the pages of a dump as CRIU after 4.2 does, in each of the layouts that exist: for the
 * tests of what reads them. Written from the description of the format, and apart from the library
 * but for the reading of messages.
 *
 *	pack LAYOUT PAGES IN OUT
 *
 * LAYOUT: blocks, padded, sizes or loose (see add_blocks()); PAGES: of a block. OUT is made; of IN
 * it gets its images, not its parent.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <lz4.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/img.h"

enum { PAGE = 4096, ALIGNED = 8 };

static const char *layout;
static uint64_t block_pages;

struct bytes {
	uint8_t *p;
	size_t n;
};

_Noreturn static void die(const char *what)
{
	fprintf(stderr, "pack: %s\n", what);
	exit(3);
}

static void put(struct bytes *b, const void *p, size_t n)
{
	b->p = realloc(b->p, b->n + n + 1);
	if (b->p == NULL)
		die("out of memory");
	if (n > 0)
		memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void put_le32(struct bytes *b, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		put(b, &(uint8_t){ (uint8_t)(v >> 8 * i) }, 1);
}

static void put_varint(struct bytes *b, uint64_t v)
{
	uint8_t buf[IMG_VARINT_MAX];

	put(b, buf, (size_t)(img_put_varint(buf, v) - buf));
}

static void put_num(struct bytes *b, unsigned tag, uint64_t v)
{
	put_varint(b, (uint64_t)tag << 3);
	put_varint(b, v);
}

static void put_sub(struct bytes *b, unsigned tag, const struct bytes *sub)
{
	put_varint(b, (uint64_t)tag << 3 | IMG_BYTES);
	put_varint(b, sub->n);
	put(b, sub->p, sub->n);
}

static struct bytes slurp(const char *dir, const char *name)
{
	char path[4096];
	struct bytes b = { NULL, 0 };
	uint8_t buf[1 << 16];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (f == NULL)
		die(path);
	while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
		put(&b, buf, n);
	fclose(f);
	return b;
}

static void spill(const char *dir, const char *name, const struct bytes *b)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	if (f == NULL || fwrite(b->p, 1, b->n, f) != b->n || fclose(f) != 0)
		die(path);
}

/* ---- blocks ---- */

static bool is_zero(const uint8_t *p, size_t n)
{
	return n == 0 || (p[0] == 0 && memcmp(p, p + 1, n - 1) == 0);
}

static void align(struct bytes *b)
{
	static const uint8_t zeros[PAGE];

	if (b->n % PAGE != 0)
		put(b, zeros, PAGE - b->n % PAGE);
}

/* The n bytes at p as blocks to `to`; their sizes to *sizes. Returns how many are stored raw. */
static size_t compress(struct bytes *to, const uint8_t *p, size_t n, uint32_t **sizes,
		       size_t *count)
{
	size_t raw = 0, block = (size_t)block_pages * PAGE;
	char *out = malloc((size_t)LZ4_compressBound((int)block));

	*count = 0;
	*sizes = malloc((n / PAGE + 1) * sizeof(**sizes));
	if (out == NULL || *sizes == NULL)
		die("out of memory");
	for (size_t at = 0, plain; at < n; at += plain) {
		int size;

		plain = n - at < block ? n - at : block;
		size = is_zero(p + at, plain)
			       ? 0
			       : LZ4_compress_fast((const char *)p + at, out, (int)plain,
						   LZ4_compressBound((int)block), 1);
		if ((size_t)size >= plain / 8 * 7) {
			size = (int)plain;
			put(to, p + at, plain);
			raw++;
		} else {
			put(to, out, (size_t)size);
		}
		if (strcmp(layout, "padded") == 0)
			align(to);
		(*sizes)[(*count)++] = (uint32_t)size;
	}
	free(out);
	return raw;
}

/*
 * blocks: field 6 is a message. padded: the same, each block in whole pages. sizes: field 6 is a
 * packed list, 7 and 8 go with it. loose: an early draft, in which it is not packed.
 */
static void add_blocks(struct bytes *msg, const uint32_t *sizes, size_t n, uint64_t total)
{
	struct bytes list = { NULL, 0 }, sub = { NULL, 0 };

	for (size_t i = 0; i < n; i++)
		put_varint(&list, sizes[i]);
	if (strcmp(layout, "loose") == 0) {
		for (size_t i = 0; i < n; i++)
			put_num(msg, 6, sizes[i]);
	} else if (strcmp(layout, "sizes") == 0) {
		put_sub(msg, 6, &list);
	} else {
		put_sub(&sub, 1, &list);
		put_num(&sub, 2, total);
		put_num(&sub, 3, block_pages);
		if (strcmp(layout, "padded") == 0)
			put_num(&sub, 4, 1);
		put_sub(msg, 6, &sub);
	}
	if (strcmp(layout, "loose") == 0 || strcmp(layout, "sizes") == 0) {
		put_num(msg, 7, total);
		if (block_pages > 1)
			put_num(msg, 8, block_pages);
	}
	free(list.p);
	free(sub.p);
}

/* ---- images ---- */

/* An entry with its pages, which begin at `from` of the old pages file. Returns how many bytes. */
static size_t pack_entry(const struct img_pick *f, const struct bytes *old, size_t from,
			 struct bytes *pages, struct bytes *msg)
{
	uint64_t n = img_has(f, 5) ? img_num(f, 5) : img_num(f, 2), flags = img_num(f, 4);
	struct bytes stored = { NULL, 0 };
	uint32_t *sizes = NULL;
	size_t count = 0, raw, first = 0;
	bool whole;

	if (!img_has(f, 4))
		flags = img_num(f, 3) ? 1 : 4;
	put_num(msg, 1, img_num(f, 1));
	put_num(msg, 2, img_num(f, 2));
	if (!(flags & 4)) {
		put_num(msg, 4, flags);
		if (img_has(f, 5))
			put_num(msg, 5, n);
		return 0;
	}
	if (from + n * PAGE > old->n)
		die("pages file too short");
	raw = compress(&stored, old->p + from, (size_t)n * PAGE, &sizes, &count);
	whole = raw == count;
	while (first < count && sizes[first] == 0)
		first++;
	if (whole || strcmp(layout, "padded") == 0 ||
	    (first < count &&
	     sizes[first] == (first + 1 < count ? block_pages : n - first * block_pages) * PAGE)) {
		flags |= ALIGNED;
		align(pages);
	}
	put(pages, stored.p, stored.n);
	put_num(msg, 4, flags);
	if (img_has(f, 5))
		put_num(msg, 5, n);
	if (!whole || strcmp(layout, "padded") == 0)
		add_blocks(msg, sizes, count, stored.n);
	free(stored.p);
	free(sizes);
	return (size_t)n * PAGE;
}

static void pack_pagemap(const char *in, const char *out, const char *name)
{
	struct bytes image = slurp(in, name), old = { NULL, 0 }, to = { NULL, 0 },
		     pages = { NULL, 0 };
	struct img_in *src;
	struct img_reader *rd;
	struct img_entry e;
	struct img_pick f;
	struct img_err err;
	char file[64] = "";
	size_t from = 0;
	int fd, r;

	if (chdir(in) < 0 || (fd = open(name, O_RDONLY | O_CLOEXEC)) < 0)
		die(name);
	src = img_in_fd(fd);
	rd = img_reader_open(src, name, 0, &err);
	if (rd == NULL)
		die(err.what);
	put(&to, image.p, img_reader_head(rd)->framing == IMG_V1_1 ? 8 : 4);
	while ((r = img_reader_next(rd, &e, &err)) > 0) {
		struct bytes msg = { NULL, 0 };

		if (img_pick(&f, e.msg, e.body, &err) < 0)
			die(err.what);
		if (e.index == 0) {
			snprintf(file, sizeof(file), "pages-%" PRIu64 ".img", img_num(&f, 1));
			old = slurp(in, file);
			put(&msg, e.body.p, e.body.n);
		} else {
			from += pack_entry(&f, &old, from, &pages, &msg);
		}
		put_le32(&to, (uint32_t)msg.n);
		put(&to, msg.p, msg.n);
		free(msg.p);
	}
	if (r < 0)
		die(err.what);
	spill(out, name, &to);
	spill(out, file, &pages);
	img_reader_close(rd);
	img_in_free(src);
	close(fd);
	free(image.p);
	free(old.p);
	free(to.p);
	free(pages.p);
}

/* Version 3, whatever it was, and the two fields that say how. */
static void pack_inventory(const char *in, const char *out)
{
	struct bytes old = slurp(in, "inventory.img"), to = { NULL, 0 }, msg = { NULL, 0 };
	struct img_wire w = { old.p + 8, old.p + old.n };
	struct img_wfield f;
	bool sizes = strcmp(layout, "sizes") == 0 || strcmp(layout, "loose") == 0;

	put(&to, old.p, 4);
	while (w.p < w.end && img_wire_next(&w, &f) == NULL)
		if (f.tag == 1)
			put_num(&msg, 1, 3);
		else
			put(&msg, f.at, (size_t)(w.p - f.at));
	put_num(&msg, 15, sizes && block_pages > 1 ? 2 : 1);
	if (!sizes || block_pages > 1)
		put_num(&msg, 16, block_pages * PAGE);
	put_le32(&to, (uint32_t)msg.n);
	put(&to, msg.p, msg.n);
	spill(out, "inventory.img", &to);
	free(old.p);
	free(to.p);
	free(msg.p);
}

int main(int argc, char **argv)
{
	char in[4096], out[4096];
	struct img_dir_names l;
	struct img_err err;
	struct img_dir *d;

	if (argc != 5)
		die("usage: pack LAYOUT PAGES IN OUT");
	layout = argv[1];
	block_pages = strtoul(argv[2], NULL, 10);
	if (block_pages == 0 || mkdir(argv[4], 0777) < 0 || realpath(argv[3], in) == NULL ||
	    realpath(argv[4], out) == NULL)
		die("bad operands");
	d = img_dir_open(in, 0, &err);
	if (d == NULL || img_dir_list(d, &l, &err) < 0)
		die(err.what);
	for (size_t i = 0; i < l.n; i++) {
		struct bytes b;

		if (strncmp(l.v[i], "pages-", 6) == 0)
			continue;
		if (strncmp(l.v[i], "pagemap-", 8) == 0) {
			pack_pagemap(in, out, l.v[i]);
			continue;
		}
		if (strcmp(l.v[i], "inventory.img") == 0) {
			pack_inventory(in, out);
			continue;
		}
		b = slurp(in, l.v[i]);
		spill(out, l.v[i], &b);
		free(b.p);
	}
	img_list_free(&l);
	img_dir_close(d);
	return 0;
}
