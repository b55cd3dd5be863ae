#include "cmd/imganon/search.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libimg/image/reader.h"

/* Name the entry that the offset of *err is in, where the file has entries. */
static void name_entry(int fd, const char *name, struct img_err *err)
{
	struct img_in *in = lseek(fd, 0, SEEK_SET) == 0 ? img_in_fd(fd) : NULL;
	struct img_err other;
	struct img_reader *rd = in != NULL ? img_reader_open(in, name, IMG_IN_DIR, &other) : NULL;
	struct img_entry e;
	int64_t at = -1;

	while (rd != NULL && img_reader_next(rd, &e, &other) > 0 && e.msg != NULL &&
	       e.body.off <= err->off)
		at = (int64_t)e.index;
	if (at >= 0)
		img_err_under(err, "entries", at);
	img_reader_close(rd);
	img_in_free(in);
}

static int search_file(const struct img_leak *l, int dirfd, const char *name, const char *shown,
		       struct img_err *err)
{
	int fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC), r;
	char path[PATH_MAX];

	err->path[0] = '\0';
	r = fd < 0 ? img_fail_sys(err) : img_leak_file(l, fd, name, err);
	if (r < 0) {
		if (fd >= 0 && err->kind == IMG_EDATA && err->off != IMG_NOWHERE)
			name_entry(fd, name, err);
		snprintf(path, sizeof(path), "%s%s", shown, name);
		img_err_in(err, path, "");
	}
	if (fd >= 0)
		close(fd);
	return r;
}

static int search_dir(const struct img_leak *l, const char *path, const char *shown,
		      bool memory_kept, struct img_err *err)
{
	DIR *d = opendir(path);
	char sub[PATH_MAX], name[PATH_MAX];
	struct dirent *e = NULL;
	int r = 0;

	if (d == NULL)
		return img_fail_sys(err);
	for (errno = 0; r == 0 && (e = readdir(d)) != NULL; errno = 0) {
		if (e->d_type == DT_DIR && strcmp(e->d_name, "parent") == 0) {
			snprintf(sub, sizeof(sub), "%s/parent", path);
			snprintf(name, sizeof(name), "%sparent/", shown);
			r = search_dir(l, sub, name, memory_kept, err);
		} else if (e->d_type != DT_DIR &&
			   !(memory_kept && strncmp(e->d_name, "pages-", 6) == 0)) {
			r = search_file(l, dirfd(d), e->d_name, shown, err);
		}
	}
	if (r == 0 && errno != 0)
		r = img_fail_sys(err);
	closedir(d);
	return r;
}

int anon_search(const struct img_leak *l, const char *path, bool memory_kept, struct img_err *err)
{
	return search_dir(l, path, "", memory_kept, err);
}
