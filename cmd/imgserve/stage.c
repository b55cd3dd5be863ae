#include "cmd/imgserve/stage.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd/imgserve/view.h"

static void left(void *arg, const struct img_err *err)
{
	(void)arg, (void)err; /* criu asks for images alone */
}

/* Its parents are those of the dump. */
static int fill(struct stage *g, const struct job *j, struct img_dir *from, struct img_err *err)
{
	const struct img_sink sink = img_newdir_sink(g->nd);
	const struct img_report report = { left, NULL };

	return view_images(j, from, false, &sink, err) < 0 ? -1
							   : img_newdir_rest(g->nd, &report, err);
}

int stage_begin(struct stage *g, const struct job *j, struct img_dir *from, struct img_err *err)
{
	const char *tmp = getenv("TMPDIR");
	struct job rules = *j;
	char path[PATH_MAX];

	rules.n_filters = 0;
	snprintf(path, sizeof(path), "%s/imgserve-%ld",
		 tmp != NULL && tmp[0] != '\0' ? tmp : "/var/tmp", (long)getpid());
	g->nd = img_newdir_begin(path, from, IMG_LINK_SYMBOLIC, err);
	if (g->nd == NULL || fill(g, &rules, from, err) < 0)
		return -1;
	/* Its own links lead out, to what may be followed there. */
	g->dir = img_dir_open(img_newdir_path(g->nd), img_dir_flags(from) & ~(unsigned)IMG_BENEATH,
			      err);
	return g->dir != NULL ? 0 : -1;
}

void stage_end(struct stage *g)
{
	img_dir_close(g->dir);
	img_newdir_end(g->nd, false, NULL);
}
