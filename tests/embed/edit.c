/*
 * edit - an image with another value of one field: edit FROM TO FIELD OLD NEW replaces the strings
 * that are OLD, in whatever message a field of that name is. The rest keeps its bytes, and TO
 * appears whole or not at all.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <libimg/img.h>

struct edit {
	const char *field, *from, *to;
};

static int change(void *arg, struct img_field *f, struct img_err *err)
{
	const struct edit *e = arg;

	(void)err;
	if (f->wt != IMG_BYTES || strcmp(img_field_name(f), e->field) != 0 ||
	    f->bytes.n != strlen(e->from) || memcmp(f->bytes.p, e->from, f->bytes.n) != 0)
		return IMG_KEEP;
	f->bytes.p = (const uint8_t *)e->to;
	f->bytes.n = strlen(e->to);
	return IMG_SET;
}

static int copy(struct img_reader *rd, struct img_writer *wr, struct edit *edit,
		struct img_err *err)
{
	struct img_buf changed = { 0 };
	struct img_entry e;
	int r;

	while ((r = img_reader_next(rd, &e, err)) > 0) {
		changed.n = 0;
		if (e.msg != NULL) {
			r = img_visit(e.msg, e.body, "", e.index, change, edit, &changed, err);
			if (r > 0)
				r = img_writer_entry(wr, changed.p, changed.n, err);
			else if (r == 0)
				r = img_writer_entry(wr, e.body.p, e.body.n, err);
		}
		if (r < 0 || img_reader_copy(rd, wr, err) < 0) {
			r = -1;
			break;
		}
	}
	img_buf_free(&changed);
	return r == 0 ? img_writer_end(wr, err) : -1;
}

static int edit_image(const char *from, const char *to, struct edit *edit, struct img_err *err)
{
	int fd = open(from, O_RDONLY), r = -1;
	struct img_in *in = fd >= 0 ? img_in_fd(fd) : NULL;
	struct img_reader *rd = NULL;
	struct img_writer *wr = NULL;
	struct img_save *save = NULL;
	struct img_err ignored;

	if (in == NULL)
		img_fail_sys(err);
	else
		rd = img_reader_open(in, from, 0, err);
	if (rd != NULL)
		save = img_save_path(to, err);
	if (save != NULL)
		wr = img_writer_open(img_save_out(save), img_reader_head(rd), err);
	if (wr != NULL)
		r = copy(rd, wr, edit, err);
	if (save != NULL)
		r = r == 0 ? img_save_end(save, true, err)
			   : (img_save_end(save, false, &ignored), -1);
	img_writer_free(wr);
	img_reader_close(rd);
	img_in_free(in);
	if (fd >= 0)
		close(fd);
	return r;
}

int main(int argc, char **argv)
{
	struct edit edit;
	struct img_err err;
	char line[IMG_ERR_LINE];

	if (argc != 6) {
		fputs("usage: edit FROM TO FIELD OLD NEW\n", stderr);
		return 2;
	}
	edit = (struct edit){ argv[3], argv[4], argv[5] };
	if (edit_image(argv[1], argv[2], &edit, &err) == 0)
		return 0;
	fprintf(stderr, "edit: %s\n", img_err_line(&err, argv[1], line, sizeof(line)));
	return 1;
}
