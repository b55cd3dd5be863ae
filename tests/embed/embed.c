/* embed - count the entries of an image and show the first: a program outside of the tree */
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include <libimg/img.h>

static int show(struct img_out *out, const struct img_entry *e, struct img_err *err)
{
	struct img_jw w;
	int r;

	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	r = img_msg2json(&w, e->msg, e->body, false, err);
	img_jw_close(&w, '}');
	img_out_byte(out, '\n');
	return r == 0 ? img_out_flush(out, err) : -1;
}

int main(int argc, char **argv)
{
	struct img_in *in = img_in_fd(argc > 1 ? open(argv[1], O_RDONLY) : STDIN_FILENO);
	struct img_out *out = img_out_fd(STDOUT_FILENO);
	struct img_reader *rd = NULL;
	struct img_entry e;
	struct img_err err;
	char why[800];
	uint64_t n = 0;
	int r = -1;

	if (in == NULL || out == NULL)
		img_fail_mem(&err);
	else
		rd = img_reader_open(in, argc > 1 ? argv[1] : NULL, 0, &err);
	while (rd != NULL && (r = img_reader_next(rd, &e, &err)) > 0)
		if (n++ == 0 && e.msg != NULL && show(out, &e, &err) < 0)
			break;
	if (r != 0)
		fprintf(stderr, "embed: %s\n", img_err_text(&err, why, sizeof(why)));
	else
		printf("%" PRIu64 " entries of %s\n", n, img_reader_head(rd)->type->name);
	img_reader_close(rd);
	img_out_free(out);
	img_in_free(in);
	return r != 0;
}
