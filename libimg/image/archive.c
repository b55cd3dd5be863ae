#include "libimg/image/archive.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/base/gunzip.h"
#include "libimg/image/larchive.h"

/* A file with holes: its size is a claim that costs the archive nothing. */
#define FILE_MAX (INT64_C(1) << 44)

typedef int support(struct archive *tar);

/* What an archive begins with. Without `filter` it is not libarchive that decompresses. */
struct packing {
	const char *name;
	const char *magic;
	size_t n, at;
	size_t filter; /* of struct img_larchive: a support *, plus 1 */
};

#define FILTER(f) offsetof(struct img_larchive, archive_read_support_filter_##f##_) + 1
enum { NO_FILTER = 0, NONE_HERE = 1 << 16 };

static const struct packing packings[] = {
	{ "tar", "ustar", 5, 257, NO_FILTER },
	{ "gzip", "\x1f\x8b", 2, 0, NO_FILTER },
	{ "zstd", "\x28\xb5\x2f\xfd", 4, 0, FILTER(zstd) },
	{ "xz",
	  "\xfd"
	  "7zXZ",
	  5, 0, FILTER(xz) },
	{ "bzip2", "BZh", 3, 0, FILTER(bzip2) },
	{ "lz4", "\x04\x22\x4d\x18", 4, 0, FILTER(lz4) },
	{ "compress", "\x1f\x9d", 2, 0, NONE_HERE },
};

struct img_archive {
	struct img_larchive lib;
	struct archive *tar;
	struct archive_entry *entry;
	struct img_gunzip *gz; /* NULL: libarchive decompresses, if anything does */
	bool plain;            /* not compressed */
	uint64_t limit;        /* of bytes that it unpacks to */
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

/* The bytes as they are. */
static la_ssize_t pass(struct archive *tar, void *arg, const void **p)
{
	struct img_archive *a = arg;
	size_t n;

	(void)tar;
	if (img_in_need(a->in, 1, a->err) < 0) {
		a->failed = true;
		return -1;
	}
	n = img_in_avail(a->in);
	*p = img_in_ptr(a->in);
	img_in_eat(a->in, n);
	return (la_ssize_t)n;
}

static la_int64_t skip(struct archive *tar, void *arg, la_int64_t n)
{
	struct img_archive *a = arg;
	uint64_t done;

	(void)tar;
	if (img_in_skip(a->in, (uint64_t)n, &done, a->err) == 0)
		return (la_int64_t)done;
	a->failed = true;
	return -1;
}

/*
 * What libarchive could not do since errno was 0. Of a library that decompresses for it and has no
 * memory it has words alone, like those for damage.
 */
static int fail(const struct img_archive *a, struct img_err *err)
{
	const char *what;

	if (a->failed)
		return -1;
	/* It has no words for it where it has no memory for them. */
	what = a->lib.archive_error_string_(a->tar);
	if (what == NULL || a->lib.archive_errno_(a->tar) == ENOMEM || errno == ENOMEM)
		return img_fail_mem(err);
	return img_fail(err, IMG_EDATA, img_in_off(a->in), "tar: %s", what);
}

static struct img_archive *begin(struct img_in *in, uint64_t limit, struct img_err *err)
{
	struct img_archive *a = img_calloc(1, sizeof(*a));

	if (a == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	if (img_larchive_load(&a->lib, err) < 0) {
		img_free(a);
		return NULL;
	}
	a->in = in;
	a->err = err;
	a->limit = limit;
	a->tar = a->lib.archive_read_new_();
	a->entry = a->lib.archive_entry_new_();
	if (a->tar != NULL && a->entry != NULL)
		return a;
	img_fail_mem(err);
	img_archive_close(a);
	return NULL;
}

/* Have libarchive decompress; ARCHIVE_WARN: it cannot without running a program. */
static int decompress_by(struct img_archive *a, size_t filter)
{
	support *fn;

	if (filter == NONE_HERE)
		return ARCHIVE_WARN;
	memcpy(&fn, (const uint8_t *)&a->lib + filter - 1, sizeof(fn));
	return fn(a->tar);
}

static bool is_open(struct img_archive *a, int status)
{
	errno = 0;
	return status == ARCHIVE_OK &&
	       a->lib.archive_read_support_format_tar_(a->tar) == ARCHIVE_OK &&
	       a->lib.archive_read_support_format_empty_(a->tar) == ARCHIVE_OK &&
	       (a->gz != NULL ? a->lib.archive_read_open_(a->tar, a, NULL, give, NULL)
			      : a->lib.archive_read_open2_(a->tar, a, NULL, pass, skip, NULL)) ==
		       ARCHIVE_OK;
}

static struct img_archive *open_gzip(struct img_archive *a, struct img_err *err)
{
	a->gz = img_gunzip_new(a->in, a->limit);
	if (a->gz == NULL)
		img_fail_mem(err);
	else if (!is_open(a, ARCHIVE_OK))
		fail(a, err);
	else
		return a;
	img_archive_close(a);
	return NULL;
}

struct img_archive *img_archive_open(struct img_in *in, struct img_err *err)
{
	/* What a program packs takes time in proportion to its size; zeros, 1000 times that. */
	uint64_t left = img_in_left(in);
	uint64_t limit = (UINT64_C(256) << 20) + (left != IMG_UNKNOWN ? 64 * left : 0);
	struct img_archive *a = begin(in, limit, err);

	return a != NULL ? open_gzip(a, err) : NULL;
}

static const struct packing *packing_of(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < sizeof(packings) / sizeof(*packings); i++) {
		const struct packing *k = &packings[i];

		if (k->at + k->n <= n && memcmp(p + k->at, k->magic, k->n) == 0)
			return k;
	}
	return NULL;
}

bool img_archive_begins(const uint8_t *p, size_t n)
{
	return packing_of(p, n) != NULL;
}

struct img_archive *img_archive_open_any(struct img_in *in, uint64_t limit, struct img_err *err)
{
	const struct packing *k;
	struct img_archive *a;
	int status = ARCHIVE_OK;

	if (img_in_need(in, IMG_ARCHIVE_HEAD, err) < 0)
		return NULL;
	k = packing_of(img_in_ptr(in), img_in_avail(in));
	if (k == NULL) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "not an archive");
		return NULL;
	}
	a = begin(in, limit, err);
	if (a == NULL)
		return NULL;
	a->plain = k->at > 0;
	if (k->filter == NO_FILTER && !a->plain)
		return open_gzip(a, err);
	if (k->filter != NO_FILTER)
		status = decompress_by(a, k->filter);
	if (is_open(a, status))
		return a;
	/* No program is run to decompress what libarchive cannot. */
	if (status == ARCHIVE_WARN)
		img_fail(err, IMG_EDATA, IMG_NOWHERE,
			 "compressed by %s, which libarchive here lacks", k->name);
	else
		fail(a, err);
	img_archive_close(a);
	return NULL;
}

bool img_archive_is_plain(const struct img_archive *a)
{
	return a->plain;
}

uint64_t img_archive_at(const struct img_archive *a)
{
	return (uint64_t)a->lib.archive_filter_bytes_(a->tar, 0);
}

void img_archive_close(struct img_archive *a)
{
	if (a == NULL)
		return;
	a->lib.archive_entry_free_(a->entry);
	a->lib.archive_read_free_(a->tar);
	img_gunzip_free(a->gz);
	img_free(a);
}

uint64_t img_archive_size(const struct img_archive *a)
{
	return img_gunzip_size(a->gz);
}

/* zlib's bytes are counted where they come from; those that libarchive decompresses, here. */
static bool is_over(const struct img_archive *a, struct img_err *err)
{
	if (a->gz != NULL || a->plain || img_archive_at(a) <= a->limit)
		return false;
	img_fail(err, IMG_ELIMIT, IMG_NOWHERE, "unpacks to more than %" PRIu64 " bytes", a->limit);
	return true;
}

/* After the last member there is padding; and the checksum. */
static int drain(struct img_archive *a, struct img_err *err)
{
	struct img_span bytes;
	int r;

	if (a->gz == NULL)
		return 0;
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
	errno = 0;
	r = a->lib.archive_read_next_header2_(a->tar, a->entry);
	if (r == ARCHIVE_EOF)
		return drain(a, err);
	/* A warning is about a name in another character set, which is bytes to us. */
	if (r < ARCHIVE_WARN || a->failed)
		return fail(a, err);
	if (is_over(a, err))
		return -1;
	if (a->lib.archive_entry_pathname_(*e) == NULL)
		return img_fail(err, IMG_EDATA, img_in_off(a->in), "tar: member without a name");
	if (a->lib.archive_entry_size_(*e) > FILE_MAX)
		return img_fail(err, IMG_ELIMIT, img_in_off(a->in),
				"member of %" PRId64 " bytes (limit %" PRId64 ")",
				(int64_t)a->lib.archive_entry_size_(*e), FILE_MAX);
	return 1;
}

void img_archive_about(const struct img_archive *a, struct img_archive_about *m)
{
	m->path = a->lib.archive_entry_pathname_(a->entry);
	m->hardlink = a->lib.archive_entry_hardlink_(a->entry);
	m->symlink = a->lib.archive_entry_symlink_(a->entry);
	m->type = a->lib.archive_entry_filetype_(a->entry);
	m->perm = a->lib.archive_entry_perm_(a->entry);
	m->uid = a->lib.archive_entry_uid_(a->entry);
	m->gid = a->lib.archive_entry_gid_(a->entry);
	m->size = (uint64_t)a->lib.archive_entry_size_(a->entry);
	m->has_size = a->lib.archive_entry_size_is_set_(a->entry) != 0;
	m->has_mtime = a->lib.archive_entry_mtime_is_set_(a->entry) != 0;
	m->mtime = a->lib.archive_entry_mtime_(a->entry);
	/* Where libarchive has half a time_t of ours, the other half is anything. */
	if (sizeof(void *) == 4)
		m->mtime = (int64_t)(uint32_t)m->mtime;
	m->sparse = a->lib.archive_entry_sparse_count_(a->entry) > 0;
}

int img_archive_data(struct img_archive *a, struct img_span *bytes, struct img_err *err)
{
	const void *p;
	la_int64_t off;
	int r;

	a->err = err;
	errno = 0;
	r = a->lib.archive_read_data_block_(a->tar, &p, &bytes->n, &off);
	if (r == ARCHIVE_EOF)
		return 0;
	if (r < ARCHIVE_WARN || a->failed)
		return fail(a, err);
	if (is_over(a, err))
		return -1;
	bytes->p = p;
	bytes->off = (uint64_t)off;
	return 1;
}
