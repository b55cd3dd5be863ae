#include "cmd/imgcheck/job.h"

#include <string.h>

#include "libimg/view/text.h"

void job_put_image(struct job *j, const char *image)
{
	size_t n = strlen(j->dir);

	img_text_str(j->out, j->dir);
	if (n > 0 && j->dir[n - 1] != '/')
		img_out_byte(j->out, '/');
	img_text_str(j->out, image);
}

void job_unread(void *arg, const struct img_err *err)
{
	struct job *j = arg;
	int status = tool_fail(j->tool, j->dir, err);

	if (status > j->status)
		j->status = status;
}
