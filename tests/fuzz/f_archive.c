/*
 * Any bytes as an archive with a dump: read in place and as a stream, which has to find the same.
 * What is claimed of a member is there, or an error; nothing is left open.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "dump.h"
#include "libimg/dump/dir.h"

/* Bytes of a member that are read; holes take none of an archive. */
enum { MOST = 1 << 16 };

/* A number for the content of a file; 0: an error. */
static uint64_t content(struct img_dir *d, const char *name)
{
	static uint8_t bytes[4096];
	uint64_t sum = 1, at = 0;
	struct img_file f;
	struct img_err err;
	int64_t n = 0;

	if (img_dir_open_file(d, name, &f, &err) < 0) {
		dump_error(&err);
		return 0;
	}
	for (; at < MOST; at += (uint64_t)n) {
		n = img_file_read(&f, at, bytes, sizeof(bytes), &err);
		if (n <= 0)
			break;
		for (int64_t i = 0; i < n; i++)
			sum = sum * 31 + bytes[i];
	}
	dump_must(n >= 0 && (at == f.size || at >= MOST),
		  "a member that is shorter than it is said");
	img_file_close(&f);
	return sum * 31 + f.size;
}

/* All that is in a dump and its parents. */
static void look(struct img_dir *d, struct img_buf *found)
{
	struct img_dir_names l;
	struct img_err err;

	do {
		if (img_dir_list(d, &l, &err) < 0) {
			dump_error(&err);
			return;
		}
		for (size_t i = 0; i < l.n; i++) {
			uint64_t sum = content(d, l.v[i]);

			dump_must(strchr(l.v[i], '/') == NULL, "a name with a slash");
			img_buf_put(found, l.v[i], strlen(l.v[i]) + 1);
			img_buf_put(found, &sum, sizeof(sum));
		}
		img_list_free(&l);
	} while (img_dir_parent(d, &d, &err) > 0);
}

static int file_of(const uint8_t *p, size_t n)
{
	int fd = memfd_create("archive", MFD_CLOEXEC);

	dump_must(fd >= 0 && write(fd, p, n) == (ssize_t)n && lseek(fd, 0, SEEK_SET) == 0,
		  "a file");
	return fd;
}

static int next_fd(void)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	close(fd);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	int before = next_fd();
	struct img_in *in = img_in_mem(p, n);
	struct img_buf a = { 0 }, b = { 0 };
	struct img_dir *file, *stream;
	struct img_err err;

	file = img_dir_open_fd(file_of(p, n), "a", 0, &err);
	if (file == NULL)
		dump_error(&err);
	else
		look(file, &a);
	img_dir_close(file);
	stream = img_dir_open_in(in, "a", 0, &err);
	if (stream == NULL)
		dump_error(&err);
	else
		look(stream, &b);
	img_dir_close(stream);
	img_in_free(in);
	/* What cannot be read is found at another time in a stream: only what both have counts. */
	if (file != NULL && stream != NULL)
		dump_must(a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0),
			  "a stream with something else than the file");
	img_buf_free(&a);
	img_buf_free(&b);
	dump_must(next_fd() == before, "a descriptor is left open");
	return 0;
}
