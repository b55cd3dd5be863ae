/* img2json - write CRIU images as JSON */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "cmd/tool.h"

static const struct tool_opt opts[] = {
	{ 'o', "output", "FILE", "write to FILE, which appears whole or not at all" },
	{ 'd', "document", NULL, "one JSON document per image, as `crit decode` writes it" },
	{ 'p', "pretty", NULL, "like -d, indented and human-readable, as `crit show`" },
	{ 'u', "human", NULL, "lines with values as in --pretty: hex, flags, addresses" },
	{ 't', "tag", NULL, "name the image in each line, and its DIR if several" },
	TOOL_WITH_DIR_OPT("with --tag: name the directory in any case"),
	{ 'n', "name", NULL, "name the image in its header even if it is the only one" },
	{ 'N', "no-payload", NULL, "show the size of raw data instead of the data" },
	{ 'r', "raw", NULL, "treat each FILE as raw data" },
	{ 's', "schema", NULL, "write the schema of the images, a line for each field" },
	{ 'P', "progress", NULL, "report progress on standard error" },
	TOOL_LIST_OPT,
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "img2json",
	.args = "[FILE]...",
	.about = "Write CRIU images as JSON: a header, then a line for each entry. If FILE is "
		 "a\ndirectory, all images in it are written. Without FILE, or with -, read "
		 "standard\ninput.",
	.opts = opts,
};

struct job {
	struct img_decode how;
	bool name, schema;
	unsigned flags;
	struct img_out *out;
	char *last; /* the previous input, as --tag shows it */
};

/* In tagged lines only the names, and those of directories, distinguish two images. */
static int check_name(struct job *j, struct img_err *err)
{
	const char *img = j->how.img != NULL ? j->how.img : "";
	const char *dir = j->how.dir != NULL ? j->how.dir : "";
	size_t size = strlen(dir) + 1 + strlen(img) + 1;
	char *name = img_realloc(NULL, size);
	bool same;

	if (name == NULL)
		return img_fail_mem(err);
	snprintf(name, size, "%s/%s", dir, img);
	same = j->last != NULL && strcmp(j->last, name) == 0;
	img_free(j->last);
	j->last = name;
	if (same)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"same name as the previous input: --tag cannot distinguish them");
	return 0;
}

static int convert(void *arg, const struct tool_input *input)
{
	struct job *j = arg;
	struct img_reader *rd;
	struct img_err err;
	int r;

	j->how.img = j->name || j->how.tag || input->several ? input->name : NULL;
	j->how.dir = input->many || tool_with_dir() ? input->dir : NULL;
	if (j->how.tag && check_name(j, &err) < 0)
		return tool_fail(&tool, input->path, &err);
	img_in_tie(input->in, j->out);
	rd = img_reader_open(input->in, input->name, j->flags | input->flags, &err);
	if (rd == NULL)
		return tool_fail(&tool, input->path, &err);
	r = img_decode(rd, &j->how, j->out, &err);
	img_reader_close(rd);
	if (r == 0)
		return TOOL_OK;
	if (!img_out_failed(j->out))
		return tool_fail(&tool, input->path, &err);
	return TOOL_SYSTEM | TOOL_STOP; /* tool_finish() or img_save_end() reports it */
}

/* What --schema writes depends on nothing, and so no other option but -o goes with it. */
static int schema(struct job *j, char **operands)
{
	struct img_err err;

	if (j->how.form != IMG_STREAM || j->how.tag || j->how.no_payload || j->name || j->flags)
		tool_usage(&tool, "--schema reads no image: it goes with --output alone");
	if (*operands != NULL)
		tool_usage(&tool, "--schema takes no FILE");
	return img_schema2json(j->out, &err) < 0 ? tool_fail(&tool, NULL, &err) : TOOL_OK;
}

static void set_form(struct job *j, enum img_form form)
{
	if (j->how.form != IMG_STREAM && j->how.form != form)
		tool_usage(&tool, "--document, --pretty and --human are mutually exclusive");
	j->how.form = form;
}

int main(int argc, char **argv)
{
	struct job j = { .how.form = IMG_STREAM };
	const char *output = NULL;
	struct img_save *save = NULL;
	struct img_err err;
	bool progress = false;
	int status;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'o': output = optarg; break;
		case 'd': set_form(&j, IMG_DOCUMENT); break;
		case 'p': set_form(&j, IMG_PRETTY); break;
		case 'u': set_form(&j, IMG_HUMAN); break;
		case 't': j.how.tag = true; break;
		case 'n': j.name = true; break;
		case 'N': j.how.no_payload = true; break;
		case 'r': j.flags |= IMG_AS_RAW; break;
		case 's': j.schema = true; break;
		case 'P': progress = true; break;
		}
	if (j.how.tag && (j.how.form == IMG_DOCUMENT || j.how.form == IMG_PRETTY))
		tool_usage(&tool, "--tag cannot be used with --document or --pretty");
	if (tool_with_dir() && !j.how.tag)
		tool_usage(&tool, "--with-dir goes with --tag");
	if (output != NULL) {
		save = img_save_path(output, &err);
		if (save == NULL)
			return tool_fail(&tool, output, &err);
	}
	j.out = save != NULL ? img_save_out(save) : tool_stdout(&tool);
	/* A document is one line, however long, or is in lines that say nothing by themselves. */
	if (j.how.form == IMG_DOCUMENT || j.how.form == IMG_PRETTY)
		img_out_lines(j.out, false);
	if (j.schema)
		status = schema(&j, argv + optind);
	else
		status = tool_each(&tool, tool_operands(argv + optind),
				   &(struct tool_each){ .progress = progress,
							.no_archive = (j.flags & IMG_AS_RAW) != 0,
							.fn = convert,
							.arg = &j });
	img_free(j.last);
	if (save == NULL)
		return tool_finish(&tool, j.out, status);
	if (img_out_failed(j.out))
		status = TOOL_OK; /* the sink knows the reason */
	if (img_save_end(save, status == TOOL_OK, &err) < 0)
		return tool_fail(&tool, output, &err);
	return status;
}
