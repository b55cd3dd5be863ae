/* imgconv - convert a dump for another CRIU */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/imgconv/layers.h"
#include "libimg/base/buf.h"
#include "libimg/json/jw.h"
#include "libimg/memory/blocks.h"

enum { OPT_ACCEL = 256, OPT_FRAMING };
enum { PAGE = 4096, MOST_ACCEL = 65537, MOST_JOBS = 256 };

static const struct tool_opt opts[] = {
	{ 'o', "output", "DIR", "make DIR, whole or not at all; it must not exist" },
	{ 't', "to", "RELEASE", "what CRIU RELEASE can read: 4.2 (default), dev, 4.1, ... 1.0" },
	{ 'z', "compress", "HOW", "pages: none, lz4 (one a block) or lz4:BLOCK (64K ... 4M)" },
	{ OPT_ACCEL, "accel", "N", "of LZ4: 1 (default) to 65537, faster and larger" },
	{ OPT_FRAMING, "framing", "VERSION", "change nothing but the framing: 1.0 or 1.1" },
	{ 'C', "chain", NULL, "convert the layers that it needs, too" },
	{ 'n', "dry-run", NULL, "write nothing, report what would change" },
	{ 'j', "json", NULL, "report changes as JSON objects" },
	{ 'J', "jobs", "N", "compress and decompress N blocks at a time (default 1)" },
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const struct tool tool = {
	.name = "imgconv",
	.args = "DIR",
	.about =
		"Convert a CRIU dump for an older or newer CRIU; compress or decompress its pages.",
	.opts = opts,
};

struct job {
	struct layers layers;
	const char *to;
	bool chain, json, release, accel, jobs;
	struct img_buf report;
};

/* ---- options ---- */

static void set_release(struct job *j, const char *arg)
{
	if (!img_version_parse(arg, &j->layers.to))
		tool_usage(&tool, "--to: no such release of CRIU is known: '%s'", arg);
	j->release = true;
}

static uint32_t number(const char *option, const char *arg, uint32_t most)
{
	char *end;
	unsigned long v = strtoul(arg, &end, 10);

	if (arg[0] < '0' || arg[0] > '9' || *end != '\0' || v < 1 || v > most)
		tool_usage(&tool, "--%s: a number from 1 to %lu, not '%s'", option,
			   (unsigned long)most, arg);
	return (uint32_t)v;
}

/* "256K" or "1M": a size of blocks. */
static uint32_t block_of(const char *arg)
{
	char *end;
	unsigned long v = arg[0] >= '0' && arg[0] <= '9' ? strtoul(arg, &end, 10) : 0;
	unsigned long unit = 1;

	if (v > 0 && *end == 'K')
		unit = 1024;
	else if (v > 0 && *end == 'M')
		unit = 1024 * 1024;
	if (v == 0 || v > IMG_BLOCK_MAX || end[unit > 1] != '\0')
		tool_usage(&tool, "--compress: no size of blocks: '%s'", arg);
	v *= unit;
	if (v % PAGE != 0 || v > IMG_BLOCK_MAX)
		tool_usage(&tool,
			   "--compress: blocks are a multiple of the page, and 4M at most: '%s'",
			   arg);
	return (uint32_t)v;
}

static void set_compress(struct job *j, const char *arg)
{
	j->layers.compress = true;
	if (strcmp(arg, "none") == 0)
		j->layers.pages.block = 0;
	else if (strcmp(arg, "lz4") == 0)
		j->layers.pages.block = PAGE;
	else if (strncmp(arg, "lz4:", 4) == 0)
		j->layers.pages.block = block_of(arg + 4);
	else
		tool_usage(&tool, "--compress is none, lz4 or lz4:BLOCK, not '%s'", arg);
}

static void set_framing(struct job *j, const char *arg)
{
	if (strcmp(arg, "1.0") == 0)
		j->layers.framing = IMG_V1_0;
	else if (strcmp(arg, "1.1") == 0)
		j->layers.framing = IMG_V1_1;
	else
		tool_usage(&tool, "--framing is 1.0 or 1.1, not '%s'", arg);
}

/* What does not go together. */
static void check_options(struct job *j)
{
	struct layers *l = &j->layers;
	char text[IMG_CRIU_TEXT];

	if (l->framing != IMG_NONE && (j->release || l->compress))
		tool_usage(&tool, "--framing changes nothing else: not with --to or --compress");
	if (j->accel && l->pages.block == 0)
		tool_usage(&tool, "--accel goes with --compress=lz4 only");
	if (l->pages.block != 0 && j->release && l->to != IMG_CRIU_DEV)
		tool_usage(&tool,
			   "CRIU %s cannot read compressed pages: --compress=lz4 goes with "
			   "--to=dev",
			   img_criu_text(l->to, text));
	if (l->compress && !j->release)
		l->to = IMG_CRIU_DEV;
	if (j->to == NULL && !l->dry)
		tool_usage(&tool, "no --output");
}

/* ---- the report ---- */

static void put_json(struct job *j, const char *image, const char *what, uint64_t entries)
{
	struct img_out *out = img_out_mem(&j->report);
	struct img_err err;
	struct img_jw w;

	if (out == NULL) {
		j->report.failed = true;
		return;
	}
	img_jw_init(&w, out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_KEY(&w, "image");
	img_jw_text(&w, image, strlen(image));
	IMG_JW_KEY(&w, "change");
	img_jw_text(&w, what, strlen(what));
	IMG_JW_KEY(&w, "entries");
	img_jw_u64(&w, entries);
	img_jw_close(&w, '}');
	img_out_byte(out, '\n');
	img_out_flush(out, &err);
	img_out_free(out);
}

static void changed(void *arg, const char *image, const char *what, uint64_t entries)
{
	struct job *j = arg;
	char name[600], line[800];

	if (j->json) {
		put_json(j, image, what, entries);
		return;
	}
	img_printable(image, strlen(image), name, sizeof(name));
	snprintf(line, sizeof(line), "%s: %s: %llu %s\n", name, what, (unsigned long long)entries,
		 entries == 1 ? "entry" : "entries");
	img_buf_put(&j->report, line, strlen(line));
}

static int run(struct job *j, const char *from)
{
	struct img_out *out = tool_stdout(&tool);
	const char *to = j->layers.dry ? NULL : j->to;
	int status;

	status = j->chain ? layers_convert_chain(&j->layers, from, to)
			  : layers_convert(&j->layers, from, to);
	if (j->report.failed && status == TOOL_OK) {
		errno = ENOMEM;
		status = tool_sysfail(&tool, NULL);
	}
	if (status == TOOL_OK)
		img_out_put(out, j->report.p, j->report.n);
	img_buf_free(&j->report);
	return tool_finish(&tool, out, status);
}

int main(int argc, char **argv)
{
	struct job j = { .layers = { .tool = &tool,
				     .to = IMG_VERSION_LATEST,
				     .changed = changed,
				     .arg = &j,
				     .pages = { .jobs = 1, .accel = 1 } } };

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'o': j.to = optarg; break;
		case 't': set_release(&j, optarg); break;
		case 'z': set_compress(&j, optarg); break;
		case OPT_ACCEL:
			j.layers.pages.accel = (int)number("accel", optarg, MOST_ACCEL);
			j.accel = true;
			break;
		case OPT_FRAMING: set_framing(&j, optarg); break;
		case 'C': j.chain = true; break;
		case 'n': j.layers.dry = true; break;
		case 'j': j.json = true; break;
		case 'J': j.layers.pages.jobs = number("jobs", optarg, MOST_JOBS); break;
		}
	argv += optind;
	if (argv[0] == NULL || argv[1] != NULL)
		tool_usage(&tool, "give one directory of images");
	check_options(&j);
	j.layers.place = j.to;
	return run(&j, argv[0]);
}
