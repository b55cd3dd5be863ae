/* crit: one image to JSON and back, and what it holds. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/crit/crit.h"
#include "libimg/base/copy.h"
#include "libimg/base/save.h"

/* ---- output ---- */

/*
 * What becomes of a run: over standard output at once. A new file gets its name when all of it is
 * there. One that exists is written over, as crit does, so that it stays the same file to whoever
 * has it open, mounted or linked; but from a file without a name that has all of it, so that an
 * input that is also the output is read to its end, and a run that fails leaves the old one.
 */
struct output {
	const char *path;      /* NULL: standard output */
	struct img_save *save; /* or NULL */
	int fd;                /* of the other ways */
	struct img_out *out;
	bool begun; /* encode: it has its image */
};

static int open_spool(void)
{
	const char *tmp = getenv("TMPDIR");
	int fd = open(tmp != NULL && *tmp != '\0' ? tmp : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC,
		      0600);
	FILE *f;

	if (fd < 0 && (f = tmpfile()) != NULL)
		fd = dup(fileno(f)), fclose(f);
	return fd;
}

/* 0, or -1: reported. */
static int open_output(struct output *o, const char *path)
{
	struct img_err err;

	*o = (struct output){ .path = path, .fd = STDOUT_FILENO };
	if (path != NULL && access(path, F_OK) < 0) {
		o->save = img_save_path(path, &err);
		o->out = o->save != NULL ? img_save_out(o->save) : NULL;
		if (o->out == NULL)
			crit_fail(path, &err);
		return o->out != NULL ? 0 : -1;
	}
	if (path != NULL)
		o->fd = open_spool();
	if (o->fd >= 0)
		o->out = img_out_fd(o->fd);
	if (o->out == NULL)
		crit_sysfail(o->fd < 0 ? "temporary file" : NULL);
	return o->out != NULL ? 0 : -1;
}

/* Write over the file: mode, owner, links and number stay, a link is followed. */
static int write_over(int from, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666), status = 0;
	struct img_copy *c = fd >= 0 ? img_copy_new(fd) : NULL;
	struct img_err err;
	struct stat st;

	if (c == NULL || fstat(from, &st) < 0)
		status = crit_sysfail(path);
	else if (img_copy_file(c, from, 0, (uint64_t)st.st_size, &err) < 0 ||
		 img_copy_finish(c, &err) < 0)
		status = crit_fail(path, &err);
	img_copy_free(c);
	if (fd >= 0 && close(fd) < 0 && status == 0)
		status = crit_sysfail(path);
	return status;
}

/* Finish: the status of the run. */
static int close_output(struct output *o, int status)
{
	struct img_err err;

	if (o->path == NULL)
		return tool_finish(&crit_tool, o->out, status) != TOOL_OK;
	if (img_out_flush(o->out, &err) < 0)
		status = crit_fail(o->save != NULL ? o->path : "temporary file", &err);
	if (o->save != NULL) {
		if (img_save_end(o->save, status == 0, &err) < 0)
			status = crit_fail(o->path, &err);
		return status;
	}
	img_out_free(o->out);
	if (status == 0)
		status = write_over(o->fd, o->path);
	close(o->fd);
	return status;
}

static int open_input(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0 ? STDIN_FILENO
						      : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

static const char *name_of(const char *path)
{
	return path == NULL || strcmp(path, "-") == 0 ? "<stdin>" : path;
}

/* ---- images to JSON ---- */

/* Only what begins with a known magic is an image, whatever it is called. */
static struct img_reader *open_image(struct img_in *in, const char *path, struct img_err *err)
{
	struct img_reader *rd = img_reader_open(in, NULL, 0, err);
	char magic[16] = "";

	if (rd != NULL && img_reader_head(rd)->framing != IMG_NONE)
		return rd;
	if (rd == NULL && err->kind == IMG_ESYS)
		return NULL;
	if (img_in_need(in, 4, err) == 0 && img_in_avail(in) >= 4) {
		const uint8_t *p = img_in_ptr(in);

		snprintf(magic, sizeof(magic), "0x%" PRIx32,
			 (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
				 (uint32_t)p[3] << 24);
		fprintf(stderr,
			"Unknown magic %s.\nMaybe you are feeding me an image with raw data(i.e. "
			"pages.img)?\n",
			magic);
		err->kind = 0; /* said */
	} else {
		img_fail(err, IMG_EDATA, 0, "not a CRIU image (%zu bytes)", img_in_avail(in));
	}
	(void)path;
	img_reader_close(rd);
	return NULL;
}

static int decode(const char *path, const struct img_decode *how, struct img_out *out)
{
	struct img_reader *rd = NULL;
	struct img_in *in = NULL;
	int fd = open_input(path), status = 0;
	struct img_err err = { .kind = 0 };

	if (fd < 0 || (in = img_in_fd(fd)) == NULL)
		return crit_sysfail(name_of(path));
	rd = open_image(in, path, &err);
	if (rd == NULL)
		status = err.kind != 0 ? crit_fail(name_of(path), &err) : 1;
	else if (img_decode(rd, how, out, &err) < 0)
		status = img_out_failed(out) ? 1 : crit_fail(name_of(path), &err);
	img_reader_close(rd);
	img_in_free(in);
	if (fd != STDIN_FILENO)
		close(fd);
	return status;
}

int crit_decode(const struct crit_args *a)
{
	struct img_decode how = { .form = a->pretty ? IMG_PRETTY : IMG_DOCUMENT,
				  .no_newline = a->out != NULL };
	struct output o;

	if (open_output(&o, a->out) < 0)
		return 1;
	img_out_lines(o.out, false);
	return close_output(&o, decode(a->in, &how, o.out));
}

int crit_show(const struct crit_args *a)
{
	struct img_decode how = { .form = IMG_PRETTY,
				  .no_payload = a->no_payload,
				  .no_ghost = true };
	struct output o;

	if (open_output(&o, NULL) < 0)
		return 1;
	img_out_lines(o.out, false);
	return close_output(&o, decode(a->operand, &how, o.out));
}

/* ---- JSON to an image ---- */

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct output *o = arg;

	(void)name;
	if (o->begun)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "a second image");
	o->begun = true;
	*out = o->out;
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	(void)arg;
	(void)keep;
	(void)err;
	return 0;
}

/* A key of another CRIU is no reason to fail, but nothing is dropped without a word. */
static void warn(void *arg, const struct img_err *err)
{
	char text[512];

	fprintf(stderr, "crit: %s: %s: ignored\n", (const char *)arg,
		img_err_text(err, text, sizeof(text)));
}

/* No JSON has a zero byte, and no image has none. */
static bool is_binary(const struct img_in *in)
{
	size_t n = img_in_avail(in);

	return img_in_off(in) == 0 && n > 0 && memchr(img_in_ptr(in), '\0', n) != NULL;
}

int crit_encode(const struct crit_args *a)
{
	char name[256];
	struct output o;
	const struct img_sink sink = { .begin = begin, .end = end, .arg = &o };
	const struct img_report unknown = { warn, name };
	int fd = open_input(a->in), status = 0;
	struct img_in *in = NULL;
	struct img_err err;
	uint64_t images;

	img_printable(name_of(a->in), strlen(name_of(a->in)), name, sizeof(name));
	if (fd < 0 || (in = img_in_fd(fd)) == NULL)
		return crit_sysfail(name_of(a->in));
	if (open_output(&o, a->out) < 0)
		return 1;
	img_out_lines(o.out, false);
	if (img_encode_known(in, &sink, &unknown, &images, &err) < 0) {
		status = img_out_failed(o.out) ? 1 : crit_fail(name_of(a->in), &err);
		if (status != 0 && is_binary(in))
			fputs("Cannot read JSON.\nMaybe you are feeding me an image with protobuf "
			      "data? Encode expects JSON input.\n",
			      stderr);
	}
	img_in_free(in);
	return close_output(&o, status);
}

/* ---- what an image holds ---- */

/* The elements of decode's array, but for the head of a pagemap. */
static uint64_t count_of(const struct img_info *info)
{
	bool head = strcmp(info->head.type->name, "PAGEMAP") == 0;

	return info->entries - (head && info->entries > 0);
}

int crit_info(const struct crit_args *a)
{
	int fd = open_input(a->operand), status = 0;
	struct img_reader *rd = NULL;
	struct img_in *in = NULL;
	struct img_err err = { .kind = 0 };
	struct img_info info;

	if (fd < 0 || (in = img_in_fd(fd)) == NULL)
		return crit_sysfail(name_of(a->operand));
	rd = open_image(in, a->operand, &err);
	if (rd == NULL)
		status = err.kind != 0 ? crit_fail(name_of(a->operand), &err) : 1;
	else if (img_info(rd, &info, &err) < 0)
		status = crit_fail(name_of(a->operand), &err);
	else
		printf("{\n    \"magic\": \"%s\",\n    \"count\": %" PRIu64 "\n}\n",
		       info.head.type->name, count_of(&info));
	img_reader_close(rd);
	img_in_free(in);
	if (status == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		status = crit_sysfail("<stdout>");
	return status;
}
