/*
 * Dumps that are changed as text: the images of a bundled one as lines of JSON, with another text
 * in place of some of it, or with more lines. In such texts ' stands for ", $fown and $opts for
 * what files and sockets have to have.
 */
#ifndef UNIT_TEXTS_H
#define UNIT_TEXTS_H

#include "dump.h"
#include "libimg/json/decode.h"
#include "libimg/json/encode.h"

static struct dump texts;

static inline void texts_add(struct img_buf *b, const char *text)
{
	static const char fown[] = "{'uid':0,'euid':0,'signum':0,'pid_type':0,'pid':0}";
	static const char opts[] = "{'so_sndbuf':1,'so_rcvbuf':1,'so_snd_tmo_sec':0,"
				   "'so_snd_tmo_usec':0,'so_rcv_tmo_sec':0,'so_rcv_tmo_usec':0}";

	for (; *text != '\0'; text++)
		if (strncmp(text, "$fown", 5) == 0 || strncmp(text, "$opts", 5) == 0) {
			texts_add(b, text[1] == 'f' ? fown : opts);
			text += 4;
		} else {
			img_buf_put(b, *text == '\'' ? "\"" : text, 1);
		}
	ck_assert(!b->failed);
}

/* A text as it is meant, yours to free. */
static inline char *texts_of(const char *text)
{
	struct img_buf b = { 0 };

	texts_add(&b, text);
	img_buf_put(&b, "", 1);
	return (char *)b.p;
}

/* A file of a bundled dump, yours to free. */
static inline struct img_buf texts_load(const char *dump, const char *name)
{
	struct img_buf b = { 0 };
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%s", unit_path("data/dumps"), dump, name);
	fd = open(path, O_RDONLY);
	ck_assert_msg(fd >= 0, "%s", path);
	while (img_buf_room(&b, 1 << 16) && (n = read(fd, b.p + b.n, 1 << 16)) > 0)
		b.n += (size_t)n;
	close(fd);
	return b;
}

/* An image as lines of JSON, yours to free. */
static inline char *texts_decode(const char *name, const struct img_buf *image)
{
	const struct img_decode how = { .form = IMG_STREAM };
	struct img_buf text = { 0 };
	struct img_out *out = img_out_mem(&text);
	struct img_in *in = img_in_mem(image->p, image->n);
	struct img_err err;
	struct img_reader *rd = img_reader_open(in, name, 0, &err);

	ck_assert_msg(rd != NULL, "%s: %s", name, rd == NULL ? said(&err) : "");
	ck_assert_msg(img_decode(rd, &how, out, &err) == 0, "%s: %s", name, said(&err));
	ck_assert_int_eq(img_out_flush(out, &err), 0);
	img_reader_close(rd);
	img_in_free(in);
	img_out_free(out);
	img_buf_put(&text, "", 1);
	return (char *)text.p;
}

struct texts_image {
	struct img_out *out;
	struct img_buf b;
};

static inline int texts_begin(void *arg, const char *name, struct img_out **out,
			      struct img_err *err)
{
	struct texts_image *i = arg;

	(void)name, (void)err;
	*out = i->out = img_out_mem(&i->b);
	return 0;
}

static inline int texts_end(void *arg, bool keep, struct img_err *err)
{
	struct texts_image *i = arg;
	int r = img_out_flush(i->out, err);

	img_out_free(i->out);
	return keep ? r : -1;
}

/* Write a file of the dump anew. */
static inline void texts_write(const char *name, const struct img_buf *b)
{
	char path[PATH_MAX];

	dump_path(&texts, name, path);
	unlink(path);
	dump_raw(&texts, name, b->p, b->n);
}

/* Write an image of the dump anew, from lines of JSON. */
static inline void texts_put(const char *name, const char *json)
{
	struct texts_image image = { NULL, { 0 } };
	struct img_sink sink = { .begin = texts_begin, .end = texts_end, .arg = &image };
	struct img_in *in = img_in_mem(json, strlen(json));
	uint64_t images;
	struct img_err err;

	if (img_encode(in, &sink, &images, &err) < 0)
		ck_abort_msg("%s: line %" PRIu64 ": %s", name, err.line, said(&err));
	img_in_free(in);
	texts_write(name, &image.b);
	img_buf_free(&image.b);
}

/* Change an image that the bundled dump has. `from` "": `to` is more lines of it. */
static inline void texts_change(const char *dump, const char *name, const char *from,
				const char *to)
{
	struct img_buf image = texts_load(dump, name), b = { 0 };
	char *text = texts_decode(name, &image), *old = texts_of(from);
	char *at = *old != '\0' ? strstr(text, old) : text + strlen(text);

	ck_assert_msg(at != NULL, "%s: no %s", name, old);
	img_buf_put(&b, text, (size_t)(at - text));
	texts_add(&b, to);
	img_buf_put(&b, at + strlen(old), strlen(at + strlen(old)) + 1);
	texts_put(name, (char *)b.p);
	img_buf_free(&b);
	img_buf_free(&image);
	free(old);
	free(text);
}

/* A copy of a bundled dump. */
static inline void texts_new(const char *dump)
{
	char path[PATH_MAX];
	DIR *d;

	snprintf(path, sizeof(path), "%s/%s", unit_path("data/dumps"), dump);
	d = opendir(path);
	ck_assert_msg(d != NULL, "%s", path);
	dump_new(&texts);
	for (struct dirent *e; (e = readdir(d)) != NULL;) {
		struct img_buf b;

		if (e->d_name[0] == '.')
			continue;
		b = texts_load(dump, e->d_name);
		texts_write(e->d_name, &b);
		img_buf_free(&b);
	}
	closedir(d);
}

static inline void texts_drop(void)
{
	dump_free(&texts);
}

#endif
