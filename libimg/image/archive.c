#include "libimg/image/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <inttypes.h>

#include "libimg/base/alloc.h"
#include "libimg/base/gunzip.h"

/* A file with holes: its size is a claim that costs the archive nothing. */
#define FILE_MAX (INT64_C(1) << 44)

struct img_archive {
	struct archive *tar;
	struct archive_entry *entry;
	struct img_gunzip *gz;
	struct img_in *in;
	struct img_err *err; /* of the call that is under way, */
	bool failed;         /* and it is filled */
};

static la_ssize_t give(struct archive *tar, void *arg, const void **p)
{
	struct img_archive *a = arg;
	struct img_span bytes = { NULL, 0, 0 };

	(void)tar;
	if (img_gunzip_next(a->gz, &bytes, a->err) < 0) {
		a->failed = true;
		return -1;
	}
	*p = bytes.p;
	return (la_ssize_t)bytes.n;
}

static int fail(const struct img_archive *a, struct img_err *err)
{
	const char *what;

	if (a->failed)
		return -1;
	/* It has no words for it where it has no memory for them. */
	what = archive_error_string(a->tar);
	if (what == NULL || archive_errno(a->tar) == ENOMEM)
		return img_fail_mem(err);
	return img_fail(err, IMG_EDATA, img_in_off(a->in), "tar: %s", what);
}

struct img_archive *img_archive_open(struct img_in *in, struct img_err *err)
{
	/* What a program packs takes time in proportion to its size; zeros, 1000 times that. */
	uint64_t left = img_in_left(in);
	uint64_t limit = (UINT64_C(256) << 20) + (left != IMG_UNKNOWN ? 64 * left : 0);
	struct img_archive *a = img_calloc(1, sizeof(*a));

	if (a == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	a->in = in;
	a->err = err;
	a->gz = img_gunzip_new(in, limit);
	a->tar = archive_read_new();
	a->entry = archive_entry_new();
	if (a->gz == NULL || a->tar == NULL || a->entry == NULL)
		img_fail_mem(err);
	else if (archive_read_support_format_tar(a->tar) != ARCHIVE_OK ||
		 archive_read_support_format_empty(a->tar) != ARCHIVE_OK ||
		 archive_read_open(a->tar, a, NULL, give, NULL) != ARCHIVE_OK)
		fail(a, err);
	else
		return a;
	img_archive_close(a);
	return NULL;
}

void img_archive_close(struct img_archive *a)
{
	if (a == NULL)
		return;
	archive_entry_free(a->entry);
	archive_read_free(a->tar);
	img_gunzip_free(a->gz);
	img_free(a);
}

uint64_t img_archive_size(const struct img_archive *a)
{
	return img_gunzip_size(a->gz);
}

/* After the last member there is padding; and the checksum. */
static int drain(struct img_archive *a, struct img_err *err)
{
	struct img_span bytes;
	int r;

	do
		r = img_gunzip_next(a->gz, &bytes, err);
	while (r > 0);
	return r;
}

int img_archive_next(struct img_archive *a, struct archive_entry **e, struct img_err *err)
{
	int r;

	a->err = err;
	*e = a->entry;
	r = archive_read_next_header2(a->tar, a->entry);
	if (r == ARCHIVE_EOF)
		return drain(a, err);
	/* A warning is about a name in another character set, which is bytes to us. */
	if (r < ARCHIVE_WARN || a->failed)
		return fail(a, err);
	if (archive_entry_pathname(*e) == NULL)
		return img_fail(err, IMG_EDATA, img_in_off(a->in), "tar: member without a name");
	if (archive_entry_size(*e) > FILE_MAX)
		return img_fail(err, IMG_ELIMIT, img_in_off(a->in),
				"member of %" PRId64 " bytes (limit %" PRId64 ")",
				(int64_t)archive_entry_size(*e), FILE_MAX);
	return 1;
}

int img_archive_data(struct img_archive *a, struct img_span *bytes, struct img_err *err)
{
	const void *p;
	la_int64_t off;
	int r;

	a->err = err;
	r = archive_read_data_block(a->tar, &p, &bytes->n, &off);
	if (r == ARCHIVE_EOF)
		return 0;
	if (r < ARCHIVE_WARN || a->failed)
		return fail(a, err);
	bytes->p = p;
	bytes->off = (uint64_t)off;
	return 1;
}
