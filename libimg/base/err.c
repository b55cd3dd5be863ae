/* glibc has two functions strerror_r(); we want the POSIX one, which other systems have too. */
#undef _GNU_SOURCE
#define _POSIX_C_SOURCE 200809L

#include "libimg/base/err.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/utf8.h"

static void fill(struct img_err *err, enum img_ekind kind, const char *fmt, va_list ap)
{
	memset(err, 0, sizeof(*err));
	err->kind = kind;
	err->off = IMG_NOWHERE;
	vsnprintf(err->what, sizeof(err->what), fmt, ap);
}

int img_fail(struct img_err *err, enum img_ekind kind, uint64_t off, const char *fmt, ...)
{
	int e = errno;
	va_list ap;

	va_start(ap, fmt);
	fill(err, kind, fmt, ap);
	va_end(ap);
	err->off = off;
	if (kind == IMG_ESYS) {
		size_t n = strlen(err->what);
		char text[100];

		err->errnum = e;
		if (strerror_r(e, text, sizeof(text)) != 0)
			snprintf(text, sizeof(text), "error %d", e);
		snprintf(err->what + n, sizeof(err->what) - n, "%s%s", n > 0 ? ": " : "", text);
	}
	return -1;
}

int img_fail_line(struct img_err *err, enum img_ekind kind, uint64_t line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err, kind, fmt, ap);
	va_end(ap);
	err->line = line;
	return -1;
}

int img_fail_sys(struct img_err *err)
{
	return img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s", "");
}

int img_fail_mem(struct img_err *err)
{
	errno = ENOMEM;
	return img_fail_sys(err);
}

/* A name without a byte, such as that of a variable that is not set, shows as such. */
static const char *shown(const char *name)
{
	return name[0] != '\0' ? name : "''";
}

int img_err_in(struct img_err *err, const char *dir, const char *name)
{
	const char *slash =
		name[0] != '\0' && dir[0] != '\0' && dir[strlen(dir) - 1] != '/' ? "/" : "";
	const char *in = name[0] != '\0' ? dir : shown(dir);
	int n = snprintf(err->file, sizeof(err->file), "%s%s%s", in, slash, name);
	size_t over = n >= (int)sizeof(err->file) ? (size_t)n + 1 - sizeof(err->file) : 0;

	/* Of a path too long the end says more. */
	if (over > 0 && over + 3 <= strlen(dir))
		snprintf(err->file, sizeof(err->file), "...%s%s%s", dir + over + 3, slash, name);
	return -1;
}

int img_fail_file(struct img_err *err, const char *dir, const char *name, const char *what)
{
	img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s", what);
	return img_err_in(err, dir, name);
}

int img_err_under(struct img_err *err, const char *key, int64_t index)
{
	char path[sizeof(err->path)], at[32] = "";
	const char *dot = err->path[0] != '\0' && err->path[0] != '[' ? "." : "";

	if (index >= 0)
		snprintf(at, sizeof(at), "[%" PRId64 "]", index);
	/* A path that is too long keeps its inner end, where the fault is. */
	if (strlen(key) + strlen(at) + strlen(dot) + strlen(err->path) + 4 > sizeof(path))
		snprintf(path, sizeof(path), "...%s",
			 strncmp(err->path, "...", 3) == 0 ? err->path + 3 : err->path);
	else
		snprintf(path, sizeof(path), "%s%s%s%s", key, at, dot, err->path);
	memcpy(err->path, path, sizeof(path));
	return -1;
}

char *img_err_text(const struct img_err *err, char *buf, size_t size)
{
	char where[32] = "", text[sizeof(err->path) + sizeof(err->what) + 40];

	if (err->line != 0)
		snprintf(where, sizeof(where), "line %" PRIu64 ": ", err->line);
	else if (err->off != IMG_NOWHERE)
		snprintf(where, sizeof(where), "offset 0x%" PRIx64 ": ", err->off);
	snprintf(text, sizeof(text), "%s%s%s%s", where, err->path, err->path[0] ? ": " : "",
		 err->what);
	return img_printable(text, strlen(text), buf, size);
}

char *img_err_line(const struct img_err *err, const char *file, char *buf, size_t size)
{
	const char *about = err->file[0] != '\0' ? err->file : file;
	size_t n = 0;

	if (about != NULL && size > 8) {
		about = shown(about);
		img_printable(about, strlen(about), buf, size / 2);
		n = strlen(buf);
		memcpy(buf + n, ": ", 2);
		n += 2;
	}
	img_err_text(err, buf + n, size - n);
	return buf;
}

char *img_printable(const char *s, size_t n, char *buf, size_t size)
{
	const uint8_t *p = (const uint8_t *)s;
	size_t o = 0;

	for (size_t i = 0; i < n;) {
		uint32_t c = 0;
		size_t len = img_utf8_char(p + i, n - i, &c);

		if (len == 0 || img_utf8_hidden(c)) {
			size_t k = len ? len : 1;

			if (o + 4 * k + 1 > size)
				break;
			for (; k > 0; k--, i++)
				o += (size_t)snprintf(buf + o, size - o, "\\x%02x", p[i]);
			continue;
		}
		if (o + len + 1 > size)
			break;
		memcpy(buf + o, p + i, len);
		o += len;
		i += len;
	}
	if (size > 0)
		buf[o] = '\0';
	return buf;
}
