/*
 * Bring the bundled data to the fuzzer, and what it finds back.
 *
 *	seeds DATA OUT		small images below DATA to OUT/image, their text to OUT/json,
 *				directories of images to OUT/dir, and to OUT/tiny, task by task,
 *				with the first entries of each image: a run of it takes a tenth
 *	seeds -x FILE DIR	the files of the directory that FILE stands for, in DIR
 */
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "blob.h"
#include "fuzz.h"

enum {
	SMALL = 3 << 10,      /* bytes of an image by itself: the fuzzer makes longer ones */
	PAGES_KEPT = 8 << 10, /* of a pages file in a directory; what follows is zeros */
	TINY = 600,           /* of an image in a tiny one, in whole entries */
	TINY_PAGES = 64,
	TINY_TASKS = 2, /* of a dump, each in a seed of its own */
};

static const char *out;

static void fail(const char *what)
{
	perror(what);
	exit(3);
}

static void read_file(int dir, const char *name, struct img_buf *b, size_t max)
{
	int fd = openat(dir, name, O_RDONLY);
	ssize_t got = 1;

	while (fd >= 0 && got > 0 && b->n < max && img_buf_room(b, 1 << 16)) {
		got = read(fd, b->p + b->n, max - b->n < 1 << 16 ? max - b->n : 1 << 16);
		b->n += got > 0 ? (size_t)got : 0;
	}
	if (fd < 0 || got < 0)
		fail(name);
	close(fd);
}

/* A file of OUT/KIND that has its name from its content: what comes twice is there once. */
static void write_seed(const char *kind, const void *p, size_t n)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */
	char path[4096];
	FILE *f;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ ((const uint8_t *)p)[i]) * UINT64_C(0x100000001b3);
	snprintf(path, sizeof(path), "%s/%s/%016llx", out, kind, (unsigned long long)hash);
	f = fopen(path, "w");
	if (f == NULL || fwrite(p, 1, n, f) != n || fclose(f) != 0)
		fail(path);
}

/* ---- images ---- */

static void add_image(const char *path)
{
	static size_t form;
	struct img_buf image = { 0 }, text = { 0 };

	read_file(AT_FDCWD, path, &image, SMALL + 1);
	if (image.n <= SMALL) {
		write_seed("image", image.p, image.n);
		/* Forms take turns: there are enough images for each of them. */
		if (fuzz_decode(image.p, image.n, &fuzz_forms[form++ % FUZZ_FORMS], false, &text))
			write_seed("json", text.p, text.n);
	}
	img_buf_free(&image);
	img_buf_free(&text);
}

static void add_json(const char *path)
{
	struct img_buf text = { 0 };

	read_file(AT_FDCWD, path, &text, SMALL + 1);
	if (text.n <= SMALL)
		write_seed("json", text.p, text.n);
	img_buf_free(&text);
}

/* ---- directories ---- */

/* The whole entries among the first bytes of an image; one at least, if it has any. */
static size_t first_entries(const struct img_buf *b, const char *name)
{
	struct img_in *in = img_in_mem(b->p, b->n);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, name, 0, &err);
	size_t end = b->n < TINY ? b->n : TINY;
	struct img_entry e;

	for (size_t i = 0; rd != NULL && img_reader_next(rd, &e, &err) > 0 && e.msg != NULL; i++) {
		size_t begin = (size_t)e.body.off - 4;

		if (i > 1 && begin > TINY)
			break;
		end = i == 0 ? b->n : begin;
	}
	img_reader_close(rd);
	img_in_free(in);
	return end;
}

/* tiny: see the top. */
static void put_file(struct img_buf *to, int dir, const char *name, int level, bool tiny)
{
	bool pages = strncmp(name, "pages-", 6) == 0;
	struct img_buf b = { 0 };
	struct member m;
	struct stat st;

	if (fstatat(dir, name, &st, 0) < 0)
		fail(name);
	if (level == 0)
		snprintf(m.name, sizeof(m.name), "%.60s", name);
	else
		snprintf(m.name, sizeof(m.name), "p%d/%.50s", level, name);
	read_file(dir, name, &b, !pages ? BLOB_FILE_MAX : tiny ? TINY_PAGES : PAGES_KEPT);
	if (tiny && !pages)
		st.st_size = (off_t)(b.n = first_entries(&b, name));
	m.p = b.p;
	m.n = (uint32_t)b.n;
	m.size = st.st_size <= BLOB_FILE_MAX ? (uint32_t)st.st_size : m.n;
	blob_put(to, &m);
	img_buf_free(&b);
}

static void put_parent(struct img_buf *to, int level)
{
	struct member m;
	char target[8];

	snprintf(target, sizeof(target), level == 0 ? "p%d" : "../p%d", level + 1);
	snprintf(m.name, sizeof(m.name), level == 0 ? "parent" : "p%d/parent", level);
	m.p = (const uint8_t *)target;
	m.n = m.size = (uint32_t)strlen(target);
	blob_put(to, &m);
}

/* Is it of another task than `pid` (0: any)? Pages files have numbers of their own. */
static bool of_another(const struct img_dir_names *l, const char *name, uint64_t pid)
{
	uint64_t number = 0;
	char core[64];

	if (pid == 0 || img_type_by_file(name, &number) == NULL || number == pid ||
	    strncmp(name, "pages-", 6) == 0)
		return false;
	snprintf(core, sizeof(core), "core-%llu.img", (unsigned long long)number);
	for (size_t i = 0; i < l->n; i++)
		if (strcmp(l->v[i], core) == 0)
			return true;
	return false;
}

/* A directory of images, with its parents: all of it, or what is of one task. */
static void add_dir(const char *path, const char *kind, uint64_t pid)
{
	struct img_buf to = { 0 };
	struct img_err err;
	struct img_dir *first = img_dir_open(path, 0, &err), *d = first;

	if (d == NULL)
		fail(path);
	for (int level = 0; level <= BLOB_DIRS; level++) {
		struct img_dir_names l;

		if (img_dir_list(d, &l, &err) < 0)
			fail(path);
		for (size_t i = 0; i < l.n; i++)
			if (!of_another(&l, l.v[i], pid))
				put_file(&to, img_dir_fd(d), l.v[i], level, pid != 0);
		img_list_free(&l);
		if (to.n == 0 || level == BLOB_DIRS || img_dir_parent(d, &d, &err) <= 0)
			break;
		put_parent(&to, level);
	}
	if (to.n > 0)
		write_seed(kind, to.p, to.n);
	img_dir_close(first);
	img_buf_free(&to);
}

static void add_tiny(const char *path)
{
	struct img_err err;
	struct img_dir *d = img_dir_open(path, 0, &err);
	struct img_dir_names l;
	uint64_t number;
	size_t tasks = 0;

	if (d == NULL || img_dir_list(d, &l, &err) < 0)
		fail(path);
	for (size_t i = 0; i < l.n && tasks < TINY_TASKS; i++) {
		if (strncmp(l.v[i], "core-", 5) != 0 || img_type_by_file(l.v[i], &number) == NULL)
			continue;
		add_dir(path, "tiny", number);
		tasks++;
	}
	img_list_free(&l);
	img_dir_close(d);
}

/* ---- all of it ---- */

static int add(const char *path, const struct stat *st, int type, struct FTW *at)
{
	const char *name = path + at->base;
	const char *dot = strrchr(name, '.');

	(void)st;
	if (type == FTW_D && (dot == NULL || strcmp(dot, ".crit") != 0)) {
		add_dir(path, "dir", 0);
		add_tiny(path);
	}
	if (type == FTW_F &&
	    (img_type_by_file(name, NULL) != NULL || (dot != NULL && strcmp(dot, ".img") == 0)))
		add_image(path);
	if (type == FTW_F && strstr(path, "/bad/") != NULL && dot != NULL &&
	    strcmp(dot, ".json") == 0)
		add_json(path);
	return 0;
}

static int take_apart(const char *file, const char *path)
{
	static struct blob b;
	struct img_buf all = { 0 };
	int dir;

	read_file(AT_FDCWD, file, &all, SIZE_MAX);
	if (!blob_parse(all.p, all.n, &b)) {
		fprintf(stderr, "seeds: %s: no directory\n", file);
		return 1;
	}
	mkdir(path, 0700);
	dir = open(path, O_RDONLY | O_DIRECTORY);
	if (dir < 0 || !blob_write(&b, dir))
		fail(path);
	close(dir);
	img_buf_free(&all);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "-x") == 0)
		return take_apart(argv[2], argv[3]);
	if (argc != 3) {
		fprintf(stderr, "usage: seeds DATA OUT, seeds -x FILE DIR\n");
		return 2;
	}
	out = argv[2];
	if (nftw(argv[1], add, 32, FTW_PHYS) != 0)
		fail(argv[1]);
	return 0;
}
