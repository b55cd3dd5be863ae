#include "cmd/imganon/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/kept.h"

static int through(const char *file, struct img_anon *a, const struct img_leak *leak,
		   struct img_out *out, struct img_err *err)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC), r = -1;
	struct img_in *in = fd >= 0 ? img_in_fd(fd) : NULL;

	err->file[0] = '\0';
	if (fd < 0)
		img_fail_sys(err);
	else if (in == NULL)
		img_fail_mem(err);
	else
		r = img_anon_log(a, in, out, leak, err);
	img_in_free(in);
	if (fd >= 0)
		close(fd);
	return r < 0 ? img_err_in(err, file, "") : 0;
}

/* "FILE.log": the name mapped, with a number in front where it is not the only log. */
static int name_of(const struct anon_logs *l, size_t i, struct img_words *w, struct img_buf *name,
		   struct img_err *err)
{
	const char *slash = strrchr(l->files[i], '/'), *base = slash ? slash + 1 : l->files[i];
	size_t n = strlen(base);
	char number[24];

	name->n = 0;
	if (l->n > 1)
		img_buf_put(name, number, (size_t)snprintf(number, sizeof(number), "%zu-", i + 1));
	if (img_anon_path(w, (struct img_span){ (const uint8_t *)base, n, 0 }, IMG_KEPT_PATH, name,
			  err) < 0)
		return -1;
	if (n < 4 || strcmp(base + n - 4, ".log") != 0)
		img_buf_put(name, ".log", 4);
	img_buf_put(name, "", 1);
	return name->failed ? img_fail_mem(err) : 0;
}

int anon_logs_learn(const struct anon_logs *l, struct img_anon *a, struct img_words *w,
		    struct img_err *err)
{
	struct img_buf name = { 0 };
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->n; i++)
		r = name_of(l, i, w, &name, err) < 0 || through(l->files[i], a, NULL, NULL, err) < 0
			    ? -1
			    : 0;
	img_buf_free(&name);
	return r;
}

int anon_logs_write(const struct anon_logs *l, struct img_anon *a, struct img_words *w,
		    const struct img_leak *leak, struct img_newdir *to, struct img_err *err)
{
	const struct img_sink sink = img_newdir_sink(to);
	struct img_buf name = { 0 };
	struct img_err other;
	struct img_out *out;
	int r = 0;

	for (size_t i = 0; r == 0 && i < l->n; i++) {
		r = name_of(l, i, w, &name, err);
		if (r == 0)
			r = sink.begin(sink.arg, (const char *)name.p, &out, err);
		if (r < 0)
			break;
		r = through(l->files[i], a, leak, out, err);
		if (sink.end(sink.arg, r == 0, r == 0 ? err : &other) < 0)
			r = -1;
	}
	img_buf_free(&name);
	return r;
}
