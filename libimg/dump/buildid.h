/* The build id of an ELF file, which CRIU compares with the one in reg_file_entry. */
#ifndef IMG_BUILDID_H
#define IMG_BUILDID_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/base/err.h"

enum { IMG_BUILDID_MAX = 64 }; /* bytes; linkers make 8 to 20 */

/*
 * Read the build id of the file that fd is open on, which stays where it stands. Returns
 * its length in bytes, 0 where the file is no ELF file or has none, -1 with *err.
 */
int img_buildid_read(int fd, uint8_t id[IMG_BUILDID_MAX], struct img_err *err);

/* e_flags of its ELF header: 1 with *flags, 0 where it is no ELF file, -1 with *err. */
int img_elf_flags(int fd, uint32_t *flags, struct img_err *err);

#endif
