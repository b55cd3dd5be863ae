/*
 * imgserve --capture: where images are kept, a directory or a tar stream. Nothing is complete
 * before all is: the directory has no name until then, and inventory.img, without which no dump
 * is one, is the last member of the archive.
 */
#ifndef IMGSERVE_KEEP_H
#define IMGSERVE_KEEP_H

#include <stdbool.h>

#include "libimg/base/err.h"

struct keep;

/* A directory, which must not exist, or "-": standard output. NULL with *err. */
struct keep *keep_begin(const char *to, struct img_err *err);

/* As the functions of struct img_capture_how. */
int keep_open(struct keep *k, const char *name, struct img_err *err);
int keep_done(struct keep *k, const char *name, int fd, struct img_err *err);
int keep_commit(struct keep *k, struct img_err *err);

/* What was not committed goes. NULL is fine. */
void keep_end(struct keep *k);

#endif
