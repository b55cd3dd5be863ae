/* Shared by the parts of imgcheck. */
#ifndef IMGCHECK_JOB_H
#define IMGCHECK_JOB_H

#include "cmd/tool.h"

struct job {
	const struct tool *tool;
	struct img_out *out;
	bool json;
	const char *dir;
	size_t errors, warnings, dirs;  /* dirs: number of directories checked */
	size_t met, missing, unchecked; /* needs */
	int status;                     /* status of what could not be read */
};

/* Report what could not be read of j->dir: its status counts. For a struct img_report. */
void job_unread(void *j, const struct img_err *err);

/* The beginning of a line: directory and image, as a path. */
void job_put_image(struct job *j, const char *image);

#endif
