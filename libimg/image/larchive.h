/*
 * The functions of libarchive that reading needs, which is loaded when an archive is opened first:
 * with the dozen libraries that it brings along, a tool takes four times as long to start, and
 * nearly all of their runs see no archive.
 */
#ifndef IMG_LARCHIVE_H
#define IMG_LARCHIVE_H

#include <archive.h>
#include <archive_entry.h>

#include "libimg/base/err.h"

#define IMG_LARCHIVE(X)                                                                            \
	X(archive_entry_filetype)                                                                  \
	X(archive_entry_free)                                                                      \
	X(archive_entry_gid)                                                                       \
	X(archive_entry_hardlink)                                                                  \
	X(archive_entry_mtime)                                                                     \
	X(archive_entry_mtime_is_set)                                                              \
	X(archive_entry_new)                                                                       \
	X(archive_entry_pathname)                                                                  \
	X(archive_entry_perm)                                                                      \
	X(archive_entry_size)                                                                      \
	X(archive_entry_size_is_set)                                                               \
	X(archive_entry_sparse_count)                                                              \
	X(archive_entry_symlink)                                                                   \
	X(archive_entry_uid)                                                                       \
	X(archive_errno)                                                                           \
	X(archive_error_string)                                                                    \
	X(archive_filter_bytes)                                                                    \
	X(archive_read_data_block)                                                                 \
	X(archive_read_free)                                                                       \
	X(archive_read_new)                                                                        \
	X(archive_read_next_header2)                                                               \
	X(archive_read_open)                                                                       \
	X(archive_read_open2)                                                                      \
	X(archive_read_support_filter_bzip2)                                                       \
	X(archive_read_support_filter_lz4)                                                         \
	X(archive_read_support_filter_xz)                                                          \
	X(archive_read_support_filter_zstd)                                                        \
	X(archive_read_support_format_empty)                                                       \
	X(archive_read_support_format_tar)

/* Each under its own name, which some headers make a macro of. */
struct img_larchive {
#define X(f) __typeof__(f) *f##_;
	IMG_LARCHIVE(X)
#undef X
};

/* Load it, or find that it is. 0, or -1 with *err: it is missing here. */
int img_larchive_load(struct img_larchive *l, struct img_err *err);

#endif
