/* What the parts of img_needs() share. Not installed. */
#ifndef IMG_GATHER_H
#define IMG_GATHER_H

#include "core.pb-c.h"
#include "inventory.pb-c.h"
#include "libimg/base/map.h"
#include "libimg/dump/files.h"
#include "libimg/dump/list.h"
#include "libimg/dump/pstree.h"
#include "libimg/host/needs.h"

/* A mount of the dump. */
struct img_host_mount {
	uint32_t id, parent, ns, dev, type; /* type: FSTYPE__… */
	uint64_t entry;
	char *image; /* "mountpoints-9.img" */
	char *point, *root, *key, *fsname;
	bool external, is_root; /* the root of its namespace */
	uint32_t root_mount;    /* index of that */
};

struct img_gather {
	struct img_dir *dir;
	const struct img_needs_to *to;
	const struct img_report *report;
	struct img_err *err;
	bool failed; /* *err is filled: nothing more is handed over */

	struct img_arena *arena, *scratch;
	struct img_dir_names names;
	const InventoryEntry *inv; /* NULL: none */
	struct img_ps *ps;         /* NULL: none */
	const CoreEntry *root_core;
	const TaskKobjIdsEntry *root_ids; /* of the root task, or NULL */
	struct img_files *files;          /* NULL: none */

	/* Has the dump one of its own, so that the host's does not matter? */
	bool own_pid, own_net, own_mnt, own_ipc, own_uts, own_user, own_cgroup, own_time;

	struct img_host_mount *mounts;
	size_t n_mounts;
	uint32_t file_source, file_first; /* of img_gather_file_at() */
	struct img_map mount_ids;         /* mnt_id -> mounts */
};

/* Hand over a need, unless an earlier one failed. */
void img_gather_put(struct img_gather *g, const struct img_need *n);

/* A need that is its name. */
void img_gather_plain(struct img_gather *g, enum img_need_kind kind, const char *name,
		      const char *image, uint64_t entry);

/* The same that no machine can be asked for: `why` says what to do. */
void img_gather_unchecked(struct img_gather *g, enum img_need_kind kind, const char *name,
			  const char *image, uint64_t entry, const char *why);

/* Memory ran out: no more needs. */
void img_gather_no_memory(struct img_gather *g);

/* A string in the arena, printf-like; "" and no more needs if there is no memory. */
char *img_gather_text(struct img_gather *g, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Iterate over the images of a pattern: *i begins with 0. The name, or NULL; *number is in it. */
const char *img_gather_next(const struct img_gather *g, const char *pattern, size_t *i,
			    uint64_t *number);

/*
 * All entries of an image, unpacked into g->scratch, which is reset before each call. What is
 * damaged is reported.
 */
typedef void img_gather_fn(struct img_gather *g, const char *image, uint64_t number, uint64_t entry,
			   const void *msg);
void img_gather_image(struct img_gather *g, const char *pattern, uint64_t number,
		      img_gather_fn *fn);

/* Where a file is described, and what it is. */
struct img_gather_file {
	uint32_t type;
	const char *image;
	uint64_t entry;
};
void img_gather_file_at(struct img_gather *g, uint32_t file, struct img_gather_file *at);

/* The fields of its own message: false if it has none, or is damaged, which is reported. */
bool img_gather_file(struct img_gather *g, uint32_t file, struct img_pick *f);

/* ---- the parts ---- */

void img_need_mounts_load(struct img_gather *g); /* need_mount.c: before the others */
void img_need_mounts(struct img_gather *g);

/*
 * Where a path of a task is on the machine: the path below the root, in g->scratch; or NULL with
 * *why: it is not on the machine, but in a mount of the dump (*why NULL: restored with it) or
 * elsewhere.
 */
const char *img_need_path(struct img_gather *g, const char *path, int64_t mnt_id, const char **why);

void img_need_files(struct img_gather *g);   /* need_file.c */
void img_need_sockets(struct img_gather *g); /* need_socket.c */
void img_need_tasks(struct img_gather *g);   /* need_task.c */
void img_need_machine(struct img_gather *g); /* need_machine.c */
void img_need_options(struct img_gather *g); /* need_option.c */

#endif
