#include "cmd/imganon/table.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libimg/base/save.h"

void anon_keep_words(const struct tool *t, struct img_words *w, const char *file)
{
	FILE *f = fopen(file, "re");
	char line[4096];

	if (f == NULL)
		exit(tool_sysfail(t, file));
	while (fgets(line, sizeof(line), f) != NULL) {
		size_t n = strcspn(line, "\n");

		if (n > 0 && img_words_keep(w, line, n) < 0)
			exit(tool_sysfail(t, file));
	}
	if (ferror(f))
		exit(tool_sysfail(t, file));
	fclose(f);
}

int anon_read_table(const struct tool *t, struct img_words *w, const char *file)
{
	struct img_err err;
	struct img_in *in;
	int fd = open(file, O_RDONLY | O_CLOEXEC), r;

	if (fd < 0)
		return errno == ENOENT ? TOOL_OK : tool_sysfail(t, file);
	in = img_in_fd(fd);
	r = in == NULL ? img_fail_mem(&err) : img_words_read(w, in, &err);
	img_in_free(in);
	close(fd);
	return r < 0 ? tool_fail(t, file, &err) : TOOL_OK;
}

int anon_write_table(const struct img_words *w, const char *file, struct img_err *err)
{
	struct img_save *s = img_save_path(file, err);
	struct stat st = { .st_mode = 0600, .st_uid = geteuid(), .st_gid = getegid() };

	if (s == NULL)
		return -1;
	clock_gettime(CLOCK_REALTIME, &st.st_mtim);
	st.st_atim = st.st_mtim;
	img_save_like(s, &st);
	img_words_write(w, img_save_out(s));
	return img_save_end(s, true, err) < 0 ? img_err_in(err, file, "") : 0;
}

static void put_pair(struct img_out *out, const char *old, size_t n, const char *new, size_t new_n)
{
	char text[4096];

	img_printable(old, n, text, sizeof(text));
	img_out_put(out, text, strlen(text));
	img_out_put(out, " -> ", 4);
	img_printable(new, new_n, text, sizeof(text));
	img_out_put(out, text, strlen(text));
	img_out_byte(out, '\n');
}

static void address_text(struct img_span s, char text[64])
{
	text[0] = '\0';
	if (s.n == 4 || s.n == 16)
		inet_ntop(s.n == 4 ? AF_INET : AF_INET6, s.p, text, 64);
	else
		for (size_t i = 0; i < s.n; i++)
			sprintf(text + strlen(text), "%s%02x", i > 0 ? ":" : "", s.p[i]);
}

void anon_show(const struct img_words *w, const struct img_anon *a, struct img_out *out)
{
	struct img_span old, new;
	char x[64], y[64];

	for (size_t i = 0; img_words_get(w, i, &old, &new); i++)
		put_pair(out, (const char *)old.p, old.n, (const char *)new.p, new.n);
	for (size_t i = 0; img_anon_address(a, i, &old, &new); i++) {
		address_text(old, x);
		address_text(new, y);
		put_pair(out, x, strlen(x), y, strlen(y));
	}
}
