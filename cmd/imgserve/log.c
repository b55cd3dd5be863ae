#include "cmd/imgserve/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/imgserve/job.h"
#include "libimg/json/jw.h"

struct serve_log {
	const char *path;
	int fd;
	struct img_out *out;
};

struct serve_log *serve_log_open(const char *path)
{
	struct serve_log *l;

	if (path == NULL)
		return NULL;
	l = img_calloc(1, sizeof(*l));
	if (l == NULL)
		exit(tool_sysfail(&serve_tool, NULL));
	l->path = path;
	l->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (l->fd < 0)
		exit(tool_sysfail(&serve_tool, path));
	l->out = img_out_fd(l->fd);
	if (l->out == NULL)
		exit(tool_sysfail(&serve_tool, NULL));
	return l;
}

void serve_log_put(struct serve_log *l, const struct img_served *s)
{
	struct img_jw w;
	struct img_err err;
	char seconds[32];

	if (l == NULL)
		return;
	img_jw_init(&w, l->out, IMG_JW_LINE);
	img_jw_open(&w, '{');
	IMG_JW_CSTR(&w, "image", s->image);
	IMG_JW_BOOL(&w, "exists", s->exists);
	IMG_JW_UINT(&w, "bytes", s->bytes);
	if (s->by[0] != '\0')
		IMG_JW_CSTR(&w, "filter", s->by);
	IMG_JW_KEY(&w, "seconds");
	snprintf(seconds, sizeof(seconds), "%.3f", s->seconds);
	img_out_put(l->out, seconds, strlen(seconds));
	img_jw_close(&w, '}');
	img_out_byte(l->out, '\n');
	/* What goes wrong here sticks, and is reported at the end. */
	img_out_flush(l->out, &err);
}

int serve_log_close(struct serve_log *l)
{
	struct img_err err;
	int status = TOOL_OK;

	if (l == NULL)
		return TOOL_OK;
	if (img_out_flush(l->out, &err) < 0)
		status = tool_fail(&serve_tool, l->path, &err);
	if (close(l->fd) < 0 && status == TOOL_OK)
		status = tool_sysfail(&serve_tool, l->path);
	img_out_free(l->out);
	img_free(l);
	return status;
}
