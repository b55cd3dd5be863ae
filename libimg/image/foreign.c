#include "libimg/image/foreign.h"

#include <string.h>

#define BEGINS(bytes) bytes, sizeof(bytes) - 1

static const struct {
	const char *begins;
	size_t n;
	const char *what;
} strangers[] = {
	{ BEGINS("\x1f\x8b"), "gzip data" },
	{ BEGINS("\x28\xb5\x2f\xfd"), "zstd data" },
	{ BEGINS("\x04\x22\x4d\x18"), "lz4 data" },
	{ BEGINS("\xfd\x37\x7aX"), "xz data" },
	{ BEGINS("BZh"), "bzip2 data" },
	{ BEGINS("\177ELF"), "an ELF file" },
	/* What PowerShell writes for redirected output. */
	{ BEGINS("\xff\xfe"), "UTF-16 text" },
	{ BEGINS("\xfe\xff"), "UTF-16 text" },
	{ BEGINS("{\0"), "UTF-16 text" },
	{ BEGINS("\0{"), "UTF-16 text" },
	{ BEGINS("\xef\xbb\xbf"), "text that begins with a byte order mark" },
};

const char *img_foreign(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		if (strangers[i].n <= n && memcmp(p, strangers[i].begins, strangers[i].n) == 0)
			return strangers[i].what;
	return NULL;
}
