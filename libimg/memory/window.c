#include "libimg/memory/window.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/alloc.h"

enum { WINDOW = 256 << 10, KEEP = 64 << 10 };

/* The next part of memory. */
struct upcoming {
	uint64_t left; /* bytes of it that are not yet in the window */
	uint64_t done;
	bool gap, zero;
	struct img_run run; /* neither gap nor zero */
};

struct img_windows {
	struct img_mem *m;
	size_t reach;
	uint64_t next, end; /* end of the current run, and of the range */
	struct upcoming piece;
	uint64_t zeros; /* of a long run of zeros: the part after its front */
	uint64_t at;    /* end address of the window */
	uint64_t done;
	size_t n;
	bool ended; /* the window was the last of its contiguous range */
	bool failed;
	struct img_err err; /* to be returned after the bytes before it */
	uint8_t *buf;
	size_t cap;
};

struct img_windows *img_windows_new(struct img_mem *m, size_t reach)
{
	struct img_windows *s = img_calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->m = m;
	s->reach = reach > 0 ? reach : 1;
	s->cap = WINDOW + KEEP + 2 * s->reach;
	s->buf = img_realloc(NULL, s->cap);
	if (s->buf == NULL) {
		img_free(s);
		return NULL;
	}
	return s;
}

void img_windows_free(struct img_windows *s)
{
	if (s == NULL)
		return;
	img_free(s->buf);
	img_free(s);
}

void img_windows_over(struct img_windows *s, uint64_t start, uint64_t end)
{
	s->next = s->at = start;
	s->end = end;
	s->zeros = 0;
	s->n = 0;
	s->ended = true;
	s->failed = false;
	memset(&s->piece, 0, sizeof(s->piece));
}

uint64_t img_windows_done(const struct img_windows *s)
{
	return s->done;
}

/*
 * A long run of a file that begins with a hole is zeros up to its end; one that has a hole later
 * ends there. (A file system without holes says that all is data.)
 */
static void cut_at_hole(const struct img_windows *s, struct img_run *run)
{
	uint64_t end = run->off + run->len;
	off_t at;

	if (run->fd < 0 || run->len <= 2 * (uint64_t)s->reach)
		return;
	at = lseek(run->fd, (off_t)run->off, SEEK_DATA);
	/* After the last data there is none; after the end of a file that shrank neither. */
	if (at < 0 && errno == ENXIO && lseek(run->fd, 0, SEEK_END) >= (off_t)end)
		at = (off_t)end;
	if (at > (off_t)run->off)
		run->where = IMG_ZERO;
	else if (at == (off_t)run->off)
		at = lseek(run->fd, (off_t)run->off, SEEK_HOLE);
	if (at > (off_t)run->off && at < (off_t)end)
		run->len = (uint64_t)at - run->off;
}

/* The next piece; its `left` is 0 at the end of all. */
static int next_piece(struct img_windows *s, struct img_err *err)
{
	struct upcoming *p = &s->piece;

	memset(p, 0, sizeof(*p));
	if (s->zeros > 0) {
		/* Its middle, then its back. */
		p->gap = s->zeros > s->reach;
		p->zero = !p->gap;
		p->left = p->gap ? s->zeros - s->reach : s->zeros;
		s->zeros -= p->left;
		return 0;
	}
	if (s->next >= s->end)
		return 0;
	if (img_mem_run(s->m, s->next, s->end, &p->run, err) < 0)
		return -1;
	cut_at_hole(s, &p->run);
	s->next += p->run.len;
	p->left = p->run.len;
	p->zero = p->run.where == IMG_ZERO;
	p->gap = !img_run_known(&p->run);
	if (p->zero && p->left > 2 * (uint64_t)s->reach) {
		s->zeros = p->left - s->reach;
		p->left = s->reach;
	}
	return 0;
}

/* Append bytes of the current piece to the window. */
static int load(struct img_windows *s, struct img_err *err)
{
	struct upcoming *p = &s->piece;
	size_t room = s->cap - s->n;
	size_t n = p->left < room ? (size_t)p->left : room;

	if (p->zero)
		memset(s->buf + s->n, 0, n);
	else if (img_run_read(&p->run, p->done, s->buf + s->n, n, err) < 0)
		return -1;
	s->n += n;
	s->at += n;
	s->done += n;
	p->left -= n;
	p->done += n;
	return 0;
}

/* Fill the window to its end or that of the contiguous range: 1, 0 at the end, -1. */
static int fill(struct img_windows *s, struct img_window *w, struct img_err *err)
{
	struct upcoming *p = &s->piece;

	while (s->n < s->cap) {
		if (p->left == 0 && next_piece(s, err) < 0)
			return -1;
		if (p->left > 0 && !p->gap) {
			if (load(s, err) < 0)
				return -1;
			continue;
		}
		if (s->n > 0 || p->left == 0) {
			s->ended = true;
			return s->n > 0;
		}
		/* Nothing followed the last window after all. */
		s->at += p->left;
		p->left = 0;
		w->first = true;
	}
	return 1;
}

int img_windows_next(struct img_windows *s, size_t keep, struct img_window *w, struct img_err *err)
{
	size_t kept;
	int r;

	if (s->failed) {
		*err = s->err;
		return -1;
	}
	kept = s->ended ? 0 : keep < s->n ? keep : s->n;
	memmove(s->buf, s->buf + s->n - kept, kept);
	s->n = kept;
	w->first = s->ended;
	s->ended = false;
	r = fill(s, w, err);
	if (r < 0 && s->n > kept) {
		/* Return what could be read first. */
		s->err = *err;
		s->failed = s->ended = true;
		r = 1;
	}
	if (r <= 0)
		return r;
	w->p = s->buf;
	w->n = s->n;
	w->addr = s->at - s->n;
	w->last = s->ended;
	return 1;
}
