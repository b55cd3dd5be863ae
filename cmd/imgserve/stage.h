/* imgserve: a dump with its rules carried out, out of sight, for what can be changed but once. */
#ifndef IMGSERVE_STAGE_H
#define IMGSERVE_STAGE_H

#include "cmd/imgserve/job.h"

/* Zero it to begin. */
struct stage {
	struct img_newdir *nd; /* below TMPDIR; unchanged images are links */
	struct img_dir *dir;   /* open on it */
};

/* 0, or -1 with *err: stage_end() is due in any case. */
int stage_begin(struct stage *g, const struct job *j, struct img_dir *from, struct img_err *err);
void stage_end(struct stage *g);

#endif
