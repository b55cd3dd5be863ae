/*
 * What a container engine says of a checkpoint, in the files that it puts beside the directory
 * `checkpoint`: config.dump, spec.dump, network.status, deleted.files and rootfs-diff.tar.
 */
#ifndef IMG_CONTAINER_H
#define IMG_CONTAINER_H

#include "libimg/dump/dir.h"

enum img_container_field {
	IMG_CONTAINER_ENGINE, /* "podman", "cri-o", "containerd" */
	IMG_CONTAINER_NAME,
	IMG_CONTAINER_IMAGE,
	IMG_CONTAINER_ID,
	IMG_CONTAINER_CREATED,
	IMG_CONTAINER_CHECKPOINTED,
	IMG_CONTAINER_RUNTIME,
	IMG_CONTAINER_HOSTNAME,
	IMG_CONTAINER_POD,
	IMG_CONTAINER_NAMESPACE,
	IMG_CONTAINER_FIELDS,

	/* Of these there may be several: see fn below. */
	IMG_CONTAINER_IP = IMG_CONTAINER_FIELDS,
	IMG_CONTAINER_MOUNT,   /* path in the container; `type` and `source` may be set */
	IMG_CONTAINER_CHANGED, /* a path of the root file system, and the size of a file */
	IMG_CONTAINER_DELETED, /* a path of the root file system */
};

struct img_container_item {
	enum img_container_field field;
	const char *text;          /* bytes of the file, ended by NUL */
	const char *type, *source; /* MOUNT; "": not said */
	uint64_t size;             /* CHANGED */
};

/* Its name in JSON, "engine". */
const char *img_container_name(enum img_container_field f);

/*
 * Call fn for each item: the fields first, in their order, each at most once. 1, 0 where the dump
 * has no such files, -1 with *err. Items are valid during the call.
 */
int img_container_read(const struct img_dir *d,
		       void (*fn)(void *arg, const struct img_container_item *item), void *arg,
		       struct img_err *err);

#endif
