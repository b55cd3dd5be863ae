#include "libimg/memory/argv.h"

#include <inttypes.h>
#include <string.h>

static int read_range(struct img_mem *m, uint64_t start, uint64_t end, struct img_buf *to,
		      struct img_run *gap, struct img_err *err)
{
	uint64_t n = end - start;
	int r;

	to->n = 0;
	if (n == 0)
		return 1;
	if (n > IMG_ARGV_MAX)
		return img_fail(err, IMG_ELIMIT, IMG_NOWHERE,
				"0x%" PRIx64 "-0x%" PRIx64 ": more than %zu bytes", start, end,
				IMG_ARGV_MAX);
	if (!img_buf_room(to, (size_t)n))
		return img_fail_mem(err);
	r = img_mem_read(m, start, to->p, (size_t)n, gap, err);
	if (r > 0)
		to->n = (size_t)n;
	return r;
}

int img_argv_read(struct img_mem *m, enum img_argv_kind kind, struct img_buf *to,
		  struct img_run *gap, struct img_err *err)
{
	const struct img_space *s = img_mem_space(m);
	uint64_t start = kind == IMG_ARGS ? s->arg_start : s->env_start;
	uint64_t end = kind == IMG_ARGS ? s->arg_end : s->env_end;
	const uint8_t *nul;
	int r;

	to->n = 0;
	if (start > end)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE,
				"end 0x%" PRIx64 " is below start 0x%" PRIx64, end, start);
	r = read_range(m, start, end, to, gap, err);
	if (r <= 0 || kind == IMG_ENV || to->n == 0 || to->p[to->n - 1] == '\0')
		return r;
	/*
	 * If the last byte is not NUL, the kernel assumes setproctitle(3): one string, which may
	 * extend up to a page into the environment.
	 */
	if (s->env_start == end && s->env_end > end && end - start < img_mem_page_size(m)) {
		uint64_t most = start + img_mem_page_size(m);

		r = read_range(m, start, most < s->env_end ? most : s->env_end, to, gap, err);
	}
	nul = to->n > 0 ? memchr(to->p, '\0', to->n) : NULL;
	if (nul != NULL)
		to->n = (size_t)(nul - to->p) + 1;
	return r;
}

bool img_argv_next(const struct img_buf *b, size_t *at, struct img_span *s)
{
	const uint8_t *p, *nul;
	size_t left = b->n - *at;

	if (left == 0)
		return false;
	p = b->p + *at;
	nul = memchr(p, '\0', left);
	*s = (struct img_span){ p, nul != NULL ? (size_t)(nul - p) : left, *at };
	*at += s->n + (nul != NULL);
	return true;
}
