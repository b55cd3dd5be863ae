/* imgcheck --log. */
#ifndef IMGCHECK_LOG_H
#define IMGCHECK_LOG_H

#include "cmd/imgcheck/job.h"

/*
 * Explain the errors and warnings of the log of criu in `file` ("-": standard input) beside the
 * images of d, which is j->dir; they are counted in j.
 */
void log_explain(struct job *j, struct img_dir *d, const char *file);

#endif
