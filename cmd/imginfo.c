/* imginfo - count what CRIU images hold */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/json/jw.h"
#include "cmd/imginfo/container.h"
#include "cmd/imginfo/summary.h"
#include "cmd/tool.h"

static const struct tool_opt opts[] = {
	{ 'j', "json", NULL, "write a JSON object for each image" },
	{ 'r', "raw", NULL, "treat each FILE as raw data" },
	{ 's', "summary", NULL, "show the totals of each dump instead" },
	{ 'c', "container", NULL, "show what a container engine says of each dump" },
	TOOL_WITH_DIR_OPT("with -s and -c: name the dump, even if it is the only one"),
	{ 'P', "progress", NULL, "report progress on standard error" },
	TOOL_LIST_OPT,
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imginfo",
	.args = "[FILE|DIR]...",
	.about = "Show for each CRIU image its type, the number of entries, the bytes of "
		 "their\nmessages and of their raw payloads, and its framing; for several, also "
		 "totals.\nWithout operands, or with -, read standard input.",
	.opts = opts,
};

struct row {
	char *name;
	const char *left_out; /* why, NULL: an image */
	struct img_info info;
};

struct job {
	bool json;
	unsigned flags;
	struct img_out *out;
	size_t images;
	struct row *rows;
	size_t n;
};

static const char *framing(const struct img_head *h)
{
	static const char *const names[2][3] = {
		{ "raw", "1.0", "1.1" },
		{ "raw", "1.0-be", "1.1-be" },
	};

	/* The inventory has one magic in both versions. */
	if (h->framing == IMG_V1_0 && h->type->head == 0)
		return h->big ? "any-be" : "any";
	return names[h->big][h->framing];
}

static void put_json(struct job *j, const char *path, const struct img_info *info,
		     const char *left_out)
{
	char magic[IMG_HEAD_NAME];
	struct img_jw w;

	img_jw_init(&w, j->out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_CSTR(&w, "name", path);
	if (left_out != NULL)
		IMG_JW_PLAIN(&w, "left_out", left_out);
	else
		IMG_JW_PLAIN(&w, "magic", img_head_name(&info->head, magic));
	IMG_JW_UINT(&w, "entries", info->entries);
	IMG_JW_UINT(&w, "message_bytes", info->messages);
	IMG_JW_UINT(&w, "payload_bytes", info->payload);
	if (left_out == NULL)
		IMG_JW_PLAIN(&w, "framing", framing(&info->head));
	img_jw_close(&w, '}');
	img_out_byte(j->out, '\n');
}

static int add_row(struct job *j, const char *path, const struct img_info *info,
		   const char *left_out)
{
	struct row *rows = img_grow(j->rows, j->n, sizeof(*rows));

	if (rows == NULL)
		return tool_sysfail(&tool, path) | TOOL_STOP;
	j->rows = rows;
	j->rows[j->n].name = img_strndup(path, strlen(path));
	if (j->rows[j->n].name == NULL)
		return tool_sysfail(&tool, path) | TOOL_STOP;
	j->rows[j->n].left_out = left_out;
	j->rows[j->n++].info = *info;
	j->images += left_out == NULL;
	return TOOL_OK;
}

static int put(struct job *j, const char *path, const struct img_info *info, const char *left_out)
{
	if (!j->json)
		return add_row(j, path, info, left_out);
	put_json(j, path, info, left_out);
	return img_out_failed(j->out) ? TOOL_SYSTEM | TOOL_STOP : TOOL_OK;
}

static int count(void *arg, const struct tool_input *input)
{
	struct job *j = arg;
	struct img_reader *rd;
	struct img_info info;
	struct img_err err;
	int r;

	rd = img_reader_open(input->in, input->name, j->flags | input->flags, &err);
	if (rd == NULL)
		return tool_fail(&tool, input->path, &err);
	r = img_info(rd, &info, &err);
	img_reader_close(rd);
	if (r < 0)
		return tool_fail(&tool, input->path, &err);
	return put(j, input->path, &info, NULL);
}

static int left_out(void *arg, const char *path, const char *why)
{
	static const struct img_info none = { .head.type = NULL };

	return put(arg, path, &none, why);
}

/* What stands in the column of types. */
static const char *magic_of(const struct row *r, char buf[IMG_HEAD_NAME])
{
	return r->left_out != NULL ? "-" : img_head_name(&r->info.head, buf);
}

/* The widths of all columns but the last. */
struct widths {
	int name, magic, num[3];
};

static void fit(int *width, size_t len)
{
	if ((int)len > *width)
		*width = (int)len;
}

/* Width of a printable name in characters: continuation bytes of UTF-8 do not count. */
static size_t columns(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

static void put_line(struct job *j, const struct widths *w, const char *name, const char *magic,
		     const char *const num[3], const char *frame)
{
	char line[5200];
	int n = snprintf(line, sizeof(line), "%s%*s  %-*s  %*s  %*s  %*s%s%s\n", name,
			 w->name - (int)columns(name), "", w->magic, magic, w->num[0], num[0],
			 w->num[1], num[1], w->num[2], num[2], frame[0] != '\0' ? "  " : "", frame);

	img_out_put(j->out, line, n < (int)sizeof(line) ? (size_t)n : sizeof(line) - 1);
}

static void put_numbers(struct job *j, const struct widths *w, const char *name, const char *magic,
			const uint64_t v[3], const char *frame)
{
	char text[3][24], shown[4200];
	const char *const num[3] = { text[0], text[1], text[2] };

	for (int i = 0; i < 3; i++)
		snprintf(text[i], sizeof(text[i]), "%" PRIu64, v[i]);
	put_line(j, w, img_printable(name, strlen(name), shown, sizeof(shown)), magic, num, frame);
}

static void put_table(struct job *j)
{
	static const char *const titles[3] = { "ENTRIES", "MESSAGE BYTES", "PAYLOAD BYTES" };
	static const char *const none[3] = { "-", "-", "-" };
	struct widths w = { .name = 5, .magic = 5 };
	uint64_t sum[3] = { 0, 0, 0 };
	char total[40], shown[4200], magic[IMG_HEAD_NAME];

	snprintf(total, sizeof(total), "%zu images", j->images);
	if (j->images > 1)
		fit(&w.magic, strlen(total));
	for (size_t i = 0; i < j->n; i++) {
		const struct img_info *f = &j->rows[i].info;

		fit(&w.name, columns(img_printable(j->rows[i].name, strlen(j->rows[i].name), shown,
						   sizeof(shown))));
		fit(&w.magic, strlen(magic_of(&j->rows[i], magic)));
		sum[0] += f->entries;
		sum[1] += f->messages;
		sum[2] += f->payload;
	}
	/* No number has more digits than the sum. */
	for (int k = 0; k < 3; k++) {
		w.num[k] = snprintf(NULL, 0, "%" PRIu64, sum[k]);
		fit(&w.num[k], strlen(titles[k]));
	}
	put_line(j, &w, "IMAGE", "MAGIC", titles, "FRAMING");
	for (size_t i = 0; i < j->n; i++) {
		const struct img_info *f = &j->rows[i].info;
		uint64_t v[3] = { f->entries, f->messages, f->payload };

		if (j->rows[i].left_out != NULL)
			put_line(j, &w,
				 img_printable(j->rows[i].name, strlen(j->rows[i].name), shown,
					       sizeof(shown)),
				 "-", none, j->rows[i].left_out);
		else
			put_numbers(j, &w, j->rows[i].name, magic_of(&j->rows[i], magic), v,
				    framing(&f->head));
		img_free(j->rows[i].name);
	}
	if (j->images > 1)
		put_numbers(j, &w, "total", total, sum, "");
	img_free(j->rows);
}

int main(int argc, char **argv)
{
	struct job j = { .json = false };
	bool progress = false, summary = false, container = false;
	int status;

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 's': summary = true; break;
		case 'c': container = true; break;
		case 'j': j.json = true; break;
		case 'r': j.flags |= IMG_AS_RAW; break;
		case 'P': progress = true; break;
		}
	if (summary || container) {
		struct explore x = { .tool = &tool, .json = j.json, .memory = true };

		if (j.flags != 0 || progress || (summary && container))
			tool_usage(&tool, "--%s goes with --json and --with-dir only",
				   summary ? "summary" : "container");
		if (container)
			return container_each(&x, argv + optind);
		return explore_each(&x, argv + optind, summary_dump, NULL);
	}
	if (tool_with_dir())
		tool_usage(&tool, "--with-dir goes with --summary or --container");
	j.out = tool_stdout(&tool);
	status = tool_each(&tool, tool_operands(argv + optind),
			   &(struct tool_each){ .progress = progress,
						.no_archive = (j.flags & IMG_AS_RAW) != 0,
						.archive_stdin = true,
						.fn = count,
						.left_out = left_out,
						.arg = &j });
	if (!j.json && j.n > 0)
		put_table(&j);
	return tool_finish(&tool, j.out, status);
}
