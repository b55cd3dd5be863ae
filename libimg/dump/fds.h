/* The descriptor tables of a dump's tasks, and the descriptors of each file. */
#ifndef IMG_FDS_H
#define IMG_FDS_H

#include "libimg/base/report.h"
#include "libimg/dump/files.h"
#include "libimg/dump/pstree.h"

#define IMG_NO_FD UINT32_MAX

/* One descriptor. */
struct img_fd {
	uint32_t task;      /* index in img_ps.tasks of the first task with its table */
	uint32_t fd, flags; /* flags: 1 is close-on-exec */
	uint32_t type, id;  /* of its file */
	uint32_t file;      /* the file's number, or IMG_NO_FILE: not in the dump */
	uint32_t next;      /* the next descriptor on the same file, or IMG_NO_FD */
	uint32_t label;     /* SELinux label: 0, or its offset in img_fds.labels */
};

/* A task's table: v[first] to v[first + n - 1]; tasks with the same files_id share one. */
struct img_fd_table {
	uint32_t files_id;
	uint32_t first, n;
	uint32_t task; /* the first task with this table, or IMG_NO_FD: the task has none */
};

struct img_fds {
	struct img_fd *v;
	uint32_t n;
	struct img_fd_table *tables; /* parallel to img_ps.tasks */
	uint32_t *heads; /* by file: the first descriptor on it, or IMG_NO_FD; NULL without files */
	const char *labels;
};

/*
 * Read the tables of all tasks: fdinfo-ID.img by the files_id of ids-PID.img, or of the core
 * image, or fdinfo-PID.img as CRIU wrote it before it had ids. A dead task has none. Damaged and
 * missing images go to `report`. `files` may be NULL. NULL: no memory.
 */
struct img_fds *img_fds_read(struct img_dir *d, struct img_ps *ps, const struct img_files *files,
			     const struct img_report *report);
void img_fds_free(struct img_fds *f); /* NULL is fine */

/* The descriptors of a file: begin with head, continue with `next`, end at IMG_NO_FD. */
inline uint32_t img_fds_head(const struct img_fds *f, uint32_t file)
{
	return f->heads != NULL && file != IMG_NO_FILE ? f->heads[file] : IMG_NO_FD;
}

/*
 * The ids of the REG files that are a task's working directory and root. 1, 0 if there is no such
 * image, -1 with *err.
 */
int img_fds_fs(struct img_dir *d, uint32_t pid, uint32_t *cwd, uint32_t *root, struct img_err *err);

#endif
