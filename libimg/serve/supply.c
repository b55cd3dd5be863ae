#include "libimg/serve/supply.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/base/copy.h"
#include "libimg/serve/protocol.h"

int img_supply_begin(struct img_supply *s, const struct img_supply_how *how, struct img_err *err)
{
	memset(s, 0, sizeof(*s));
	s->how = *how;
	s->input = s->now.fd = -1;
	return img_filter_dir(how->from, s->dir, sizeof(s->dir), err);
}

static void drop(struct img_supply *s)
{
	if (s->input >= 0)
		close(s->input);
	if (s->now.fd >= 0)
		close(s->now.fd);
	s->input = s->now.fd = -1;
}

void img_supply_end(struct img_supply *s)
{
	img_pipeline_kill(&s->filters);
	drop(s);
	img_spool_free(&s->spool);
	img_claims_free(&s->claims);
}

/* The image failed. Returns -1. */
static int fail(struct img_supply *s, struct img_err *err)
{
	drop(s);
	return err->file[0] != '\0' ? -1 : img_err_in(err, img_dir_path(s->how.from), s->name);
}

/* ---- faults ---- */

static int flip(struct img_supply *s, uint64_t at, struct img_err *err)
{
	int fd = img_spool_file(NULL, err), r = -1;
	struct img_copy *c = fd >= 0 ? img_copy_new(fd) : NULL;
	uint8_t byte;

	if (fd < 0)
		return -1;
	if (c == NULL)
		img_fail_mem(err);
	else if (img_copy_file(c, s->now.fd, 0, s->now.size, err) == 0)
		r = img_copy_finish(c, err);
	img_copy_free(c);
	if (r == 0) {
		r = pread(s->now.fd, &byte, 1, (off_t)at) == 1 ? 0 : img_fail_sys(err);
		byte = (uint8_t)~byte;
	}
	if (r == 0 && pwrite(fd, &byte, 1, (off_t)at) != 1)
		r = img_fail_sys(err);
	if (r < 0) {
		close(fd);
		return -1;
	}
	close(s->now.fd);
	s->now.fd = fd;
	s->now.from[0] = '\0';
	return 0;
}

static int apply_fault(struct img_supply *s, const struct img_fault *f, struct img_err *err)
{
	if ((f->kind == IMG_FAULT_CUT || f->kind == IMG_FAULT_FLIP) && f->at >= s->now.size)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"no byte %" PRIu64 " to damage (it has %" PRIu64 ")", f->at,
				s->now.size);
	switch (f->kind) {
	case IMG_FAULT_CUT: s->now.size = f->at; return 0;
	case IMG_FAULT_FLIP: return flip(s, f->at, err);
	case IMG_FAULT_LATE: s->now.late = true; return 0;
	case IMG_FAULT_ABSENT: s->now.absent = true; return 0;
	}
	return 0;
}

/* ---- the way of an image ---- */

static int open_source(const struct img_supply *s, const char *name, struct img_err *err)
{
	return img_dir_whole_file(s->how.from, name, err);
}

/* Whatever has become of it: it is complete, and what criu gets. */
static int finish(struct img_supply *s, struct img_supplied *out, struct img_err *err)
{
	struct stat st;

	if (img_verify(&s->claims, s->name, s->now.fd, IMG_VERIFY_STREAM, err) < 0)
		return fail(s, err);
	if (fstat(s->now.fd, &st) < 0) {
		img_fail_sys(err);
		return fail(s, err);
	}
	s->now.size = (uint64_t)st.st_size;
	for (size_t i = 0; i < s->how.n_faults; i++)
		if (fnmatch(s->how.faults[i].glob, s->name, 0) == 0 &&
		    apply_fault(s, &s->how.faults[i], err) < 0)
			return fail(s, err);
	*out = s->now;
	s->now.fd = -1;
	return 1;
}

static void note_filters(struct img_supply *s, const char *const *commands, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < n && at < sizeof(s->now.by); i++)
		at += (size_t)snprintf(s->now.by + at, sizeof(s->now.by) - at, "%s%s",
				       i > 0 ? " | " : "", commands[i]);
}

static int filter(struct img_supply *s, const char *const *commands, size_t n, struct img_err *err)
{
	s->input = s->now.fd;
	s->now.fd = img_spool_file(NULL, err);
	s->now.from[0] = '\0';
	note_filters(s, commands, n);
	if (s->now.fd < 0)
		return fail(s, err);
	if (lseek(s->input, 0, SEEK_SET) < 0) {
		img_fail_sys(err);
		return fail(s, err);
	}
	if (img_pipeline_start(&s->filters, commands, n, s->name, s->dir, s->input, s->now.fd,
			       err) < 0)
		return fail(s, err);
	return IMG_WAIT;
}

/* As the changes make it: into s->now. 1, 0: there is none, -1. */
static int change(struct img_supply *s, struct img_err *err)
{
	const struct img_sink sink = img_spool_sink(&s->spool);
	int r;

	/* It came with another one. */
	s->now.fd = img_spool_take(&s->spool, s->name);
	if (s->now.fd >= 0)
		return 1;
	s->spool.copied[0] = '\0';
	r = img_rewrite_image(s->how.rewrite, s->name, &sink, err);
	if (r <= 0)
		return r;
	s->now.fd = img_spool_take(&s->spool, s->name);
	if (s->now.fd >= 0)
		return 1;
	if (strcmp(s->spool.copied, s->name) != 0)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "no change makes this image");
	memcpy(s->now.from, s->spool.copied_from, sizeof(s->now.from));
	s->now.fd = open_source(s, s->now.from, err);
	return s->now.fd >= 0 ? 1 : -1;
}

int img_supply_start(struct img_supply *s, const char *name, struct img_supplied *out,
		     struct img_err *err)
{
	const char *commands[IMG_FILTERS];
	size_t n;
	int r;

	memset(&s->now, 0, sizeof(s->now));
	s->now.fd = -1;
	snprintf(s->name, sizeof(s->name), "%s", name);
	err->file[0] = '\0';
	r = change(s, err);
	if (r < 0)
		return fail(s, err);
	if (r == 0)
		return 0;
	n = img_filter_match(s->how.filters, s->how.n_filters, name, commands);
	return n > 0 ? filter(s, commands, n, err) : finish(s, out, err);
}

int img_supply_poll(struct img_supply *s, struct img_supplied *out, struct img_err *err)
{
	int r = img_pipeline_poll(&s->filters, err);

	err->file[0] = '\0';
	if (r == IMG_WAIT)
		return r;
	close(s->input);
	s->input = -1;
	return r < 0 ? fail(s, err) : finish(s, out, err);
}

int img_supply_reopen(const struct img_supply *s, const struct img_supplied *image,
		      struct img_err *err)
{
	return open_source(s, image->from, err);
}
