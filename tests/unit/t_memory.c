/*
 * No memory, for what works on whole dumps: whichever allocation fails, by each way that leads to
 * one, the call says so, or does what it does without; and leaves nothing behind. This program has
 * an allocator of its own (libimg/base/alloc.h).
 */
#if defined(__has_include)
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define HAVE_BACKTRACE 1
#endif
#endif

#include "dump.h"
#include "libimg/check/check.h"
#include "libimg/core/core.h"
#include "libimg/dump/pstree.h"
#include "libimg/host/needs.h"
#include "libimg/rewrite/anonymize.h"
#include "libimg/rewrite/flatten.h"
#include "libimg/rewrite/poke.h"
#include "libimg/rewrite/recompress.h"
#include "libimg/rewrite/relocate.h"
#include "libimg/rewrite/rewrite.h"
#include "libimg/rewrite/setfield.h"
#include "libimg/rewrite/version.h"
#include "libimg/view/compare.h"

/* ---- the allocator ---- */

enum { MOST = 1 << 16, WAYS = 1 << 14 };

static uint64_t ways[MOST]; /* of each allocation of a run, */
static size_t n_ways;       /* while they are noted */
static bool noting;
static uint64_t seen[WAYS]; /* those that were tried */

/* By which way did the library come here? Where that cannot be known, each number is a way. */
static uint64_t way(void)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	void *at[48];
	int n = 0;

#ifdef HAVE_BACKTRACE
	n = backtrace(at, COUNT(at));
#endif
	for (int i = 0; i < n; i++)
		h = (h ^ (uintptr_t)at[i]) * UINT64_C(0x100000001b3);
	return n > 3 ? h : n_ways + 1;
}

static void note(void)
{
	if (!noting)
		return;
	ck_assert_uint_lt(n_ways, MOST);
	ways[n_ways++] = way();
}

#define ON_ALLOC note
#include "alloc.h"

/* Has it not been tried? It is from now on. */
static bool is_new(uint64_t w)
{
	size_t i = w % WAYS;

	for (; seen[i] != 0; i = (i + 1) % WAYS)
		if (seen[i] == w)
			return false;
	seen[i] = w;
	return true;
}

/* ---- what is done ---- */

/* What came out, as one number; and whether a failure was reported on the way. */
struct result {
	uint64_t hash;
	bool told;
};

static void add(struct result *r, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (size_t i = 0; i < n; i++)
		r->hash = (r->hash ^ b[i]) * UINT64_C(0x100000001b3);
}

static void report(void *arg, const struct img_err *err)
{
	struct result *r = arg;

	if (err->kind == IMG_ESYS && err->errnum == ENOMEM)
		r->told = true;
	add(r, err->what, strlen(err->what));
}

static void found(void *arg, const struct img_finding *f)
{
	add(arg, f->image, strlen(f->image));
	add(arg, f->path, strlen(f->path));
	add(arg, f->message, strlen(f->message));
}

static int need(void *arg, const struct img_need *n, struct img_err *err)
{
	(void)err;
	add(arg, n->name, strlen(n->name));
	return 0;
}

static int do_check(struct img_dir *d, const char *arg, struct result *r, struct img_err *err)
{
	const struct img_check_how how = { .found = found, .arg = r, .unread = { report, r } };

	(void)arg;
	return img_check_dir(d, &how, err);
}

static int do_needs(struct img_dir *d, const char *arg, struct result *r, struct img_err *err)
{
	const struct img_report to = { report, r };

	(void)arg;
	return img_needs(d, &(struct img_needs_to){ need, r }, &to, err);
}

struct sunk {
	struct img_buf b; /* what was written, */
	int fd;           /* or the file that it was written to */
	struct img_out *out;
	struct result *r;
};

static bool to_files; /* images are written to files, which has ways of its own */

static void add_file(struct result *r, int fd)
{
	uint8_t buf[1 << 14];
	off_t at = 0;
	ssize_t n;

	for (; (n = pread(fd, buf, sizeof(buf), at)) > 0; at += n)
		add(r, buf, (size_t)n);
	ck_assert_int_eq(n, 0);
}

/* What the sink allocates is the test's, and does not fail. */
static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct sunk *s = arg;
	long was = allocations;

	(void)err;
	allocations = -1;
	add(s->r, name, strlen(name));
	s->b.n = 0;
	s->fd = to_files ? file_of("", 0) : -1;
	*out = s->out = to_files ? img_out_fd(s->fd) : img_out_mem(&s->b);
	allocations = was;
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct sunk *s = arg;
	long was = allocations;
	int r;

	allocations = -1;
	r = img_out_flush(s->out, err);
	if (keep && s->fd < 0)
		add(s->r, s->b.p, s->b.n);
	else if (keep)
		add_file(s->r, s->fd);
	img_out_free(s->out);
	if (s->fd >= 0)
		close(s->fd);
	allocations = was;
	return r;
}

static int rewrite(struct img_dir *d, const struct img_change *c, struct result *res,
		   struct img_err *err)
{
	struct sunk s = { .r = res };
	const struct img_sink sink = { .begin = begin, .end = end, .arg = &s };
	struct img_rewrite *rw = img_rewrite_new(d, c, 1, err);
	int r = rw != NULL ? img_rewrite_all(rw, &sink, err) : -1;

	img_rewrite_free(rw);
	img_buf_free(&s.b);
	return r;
}

static int do_convert(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	struct img_version_how how = { .to = 0 };
	struct img_version *v;
	struct img_change c;
	int r = -1;

	ck_assert(img_version_parse(arg, &how.to));
	v = img_version_new(&how);
	if (v == NULL)
		return img_fail_mem(err);
	c = img_version_change(v);
	r = rewrite(d, &c, res, err);
	img_version_free(v);
	return r;
}

static int add_rules(struct img_rules *rules, const char *text, struct img_err *err)
{
	char verb[32], value[100];
	int n;

	for (; sscanf(text, " %31[^=]=%99s%n", verb, value, &n) == 2; text += n)
		if (img_rules_add(rules, verb, value, err) < 0)
			return -1;
	return img_rules_ready(rules, err);
}

static int do_relocate(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	struct img_rules *rules = img_rules_new();
	struct img_relocate *rl = NULL;
	struct img_change c;
	int r = -1;

	if (rules == NULL)
		return img_fail_mem(err);
	if (add_rules(rules, arg, err) == 0) {
		rl = img_relocate_new(&(struct img_relocate_how){ .rules = rules });
		if (rl == NULL) {
			img_fail_mem(err);
		} else {
			c = img_relocate_change(rl);
			r = rewrite(d, &c, res, err);
		}
	}
	img_relocate_free(rl);
	img_rules_free(rules);
	return r;
}

static int do_anonymize(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	struct img_words *words = img_words_new();
	const struct img_anon_how how = { .classes = IMG_ANON_DEFAULT, .words = words };
	struct img_in *in = img_in_mem(arg, strlen(arg));
	struct img_anon *a = words != NULL ? img_anon_new(&how) : NULL;
	struct img_change c;
	int r = -1;

	if (a == NULL || in == NULL) {
		img_fail_mem(err);
	} else if (img_words_read(words, in, err) == 0) {
		c = img_anon_change(a);
		r = rewrite(d, &c, res, err);
	}
	img_in_free(in);
	img_anon_free(a);
	img_words_free(words);
	return r;
}

static int do_flatten(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	struct img_flatten *f = img_flatten_new(NULL);
	struct img_change c;
	int r;

	(void)arg;
	if (f == NULL)
		return img_fail_mem(err);
	c = img_flatten_change(f);
	r = rewrite(d, &c, res, err);
	img_flatten_free(f);
	return r;
}

static int do_recompress(struct img_dir *d, const char *arg, struct result *res,
			 struct img_err *err)
{
	const struct img_recompress_how how = { .block = (uint32_t)strtoul(arg, NULL, 10) };
	struct img_recompress *rc = img_recompress_new(&how);
	struct img_change c;
	int r;

	if (rc == NULL)
		return img_fail_mem(err);
	c = img_recompress_change(rc);
	r = rewrite(d, &c, res, err);
	img_recompress_free(rc);
	return r;
}

static int do_poke(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	struct img_pokes *p = img_pokes_new((struct img_changes){ NULL, NULL });
	struct img_change c;
	int r;

	if (p == NULL)
		return img_fail_mem(err);
	r = img_pokes_add(p, arg, err);
	if (r == 0) {
		c = img_pokes_change(p);
		r = rewrite(d, &c, res, err);
	}
	img_pokes_free(p);
	return r;
}

static int do_set(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	struct img_sets *s = img_sets_new((struct img_changes){ NULL, NULL });
	struct img_change c;
	int r;

	if (s == NULL)
		return img_fail_mem(err);
	r = img_sets_add(s, arg, err);
	if (r == 0) {
		c = img_sets_change(s);
		r = rewrite(d, &c, res, err);
	}
	img_sets_free(s);
	return r;
}

/* The tasks with their names. NULL with *err. */
static struct img_ps *named_tasks(struct img_dir *d, struct img_err *err)
{
	struct img_ps *ps = NULL;
	int r = img_ps_read(d, &ps, err);

	for (size_t i = 0; r > 0 && i < ps->n; i++)
		if (img_ps_core(d, &ps->tasks[i], err) < 0)
			r = -1;
	if (r > 0)
		return ps;
	img_ps_free(ps);
	return NULL;
}

/* The first task of the dump. */
static int do_core(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	const struct img_core_options o = { .root = -1, .zero = true, .report = { report, res } };
	int fd = file_of("", 0), r;
	struct img_copy *to = img_copy_new(fd);
	struct img_ps *ps = to != NULL ? named_tasks(d, err) : NULL;

	(void)arg;
	r = to == NULL ? img_fail_mem(err) : ps == NULL ? -1 : 0;
	if (r == 0)
		r = img_core_write(d, &ps->tasks[0], &o, to, err);
	if (r == 0)
		add_file(res, fd);
	img_ps_free(ps);
	img_copy_free(to);
	close(fd);
	return r;
}

static void differs(void *arg, const struct img_difference *d)
{
	const char *kind = img_compare_kind_name(d->kind);

	add(arg, kind, strlen(kind));
	for (int i = 0; i < 2; i++)
		if (d->fact[i] != NULL && d->fact[i]->text != NULL)
			add(arg, d->fact[i]->text, strlen(d->fact[i]->text));
}

static bool all_of_them(void *arg, const struct img_task *first, const struct img_task *second)
{
	(void)arg, (void)first, (void)second;
	return true;
}

/* With another dump. */
static int do_compare(struct img_dir *d, const char *arg, struct result *res, struct img_err *err)
{
	const struct img_report to = { report, res };
	struct img_compared v[2] = { { .dir = d, .report = &to }, { .report = &to } };
	struct img_compare *c = NULL;
	int r = -1;

	v[1].dir = img_dir_open(unit_path(arg), 0, err);
	if (v[1].dir != NULL && (v[0].ps = named_tasks(v[0].dir, err)) != NULL &&
	    (v[1].ps = named_tasks(v[1].dir, err)) != NULL)
		c = img_compare_new(v, IMG_COMPARE_ALL, err);
	if (c != NULL) {
		img_compare_dumps(c, differs, res);
		img_compare_tasks(c, all_of_them, differs, res);
		r = 0;
	}
	img_compare_free(c);
	img_ps_free(v[0].ps);
	img_ps_free(v[1].ps);
	img_dir_close(v[1].dir);
	return r;
}

#define KEY "key 0123456789abcdef0123456789abcdef\n"

static const struct work {
	const char *name;
	int (*fn)(struct img_dir *d, const char *arg, struct result *r, struct img_err *err);
	const char *arg, *dump;
} works[] = {
	{ "check", do_check, NULL, "data/dumps/ipc-multi" },
	{ "check", do_check, NULL, "data/dumps/old-v1.0-k2m8-ns" },
	{ "check", do_check, NULL, "data/dumps/old-v3.0-k2m1" },
	{ "check", do_check, NULL, "data/dumps/cgroup01_h" },
	{ "check", do_check, NULL, "data/dumps/autofs_ns" },
	{ "needs", do_needs, NULL, "data/dumps/tun_ns_ns" },
	{ "needs", do_needs, NULL, "data/dumps/old-v2.0-m31" },
	{ "convert", do_convert, "4.2", "data/dumps/old-v1.0-k2m8-ns" },
	{ "convert", do_convert, "4.2", "data/dumps/old-v1.3-m31" },
	{ "convert", do_convert, "4.2", "data/dumps/old-v3.0-k2m1" },
	{ "convert", do_convert, "1.2", "data/dumps/old-v2.0-k2m8-ns" },
	{ "convert", do_convert, "1.1", "data/dumps/old-v3.0-k2m1" },
	{ "convert", do_convert, "3.19", "data/dumps/pidns-ext" },
	{ "relocate", do_relocate, "cgroup=/subcg01=/x path=/zdtm=/y", "data/dumps/cgroup01_h" },
	{ "relocate", do_relocate,
	  "netdev=lo=lo9 ip=127.0.0.1=127.0.0.9 mac=52:54:00:12:34:56=52:54:00:12:34:57",
	  "data/dumps/socket-tcp-nft-nfconntrack_h" },
	{ "anonymize", do_anonymize, KEY, "data/dumps/old-v1.0-k2m8-ns" },
	{ "anonymize", do_anonymize, KEY, "data/dumps/socket-tcp-nft-nfconntrack_h" },
	{ "flatten", do_flatten, NULL, "data/compressed/2" },
	{ "recompress", do_recompress, "0", "data/compressed/2" },
	{ "recompress", do_recompress, "8192", "data/compressed/1" },
	{ "poke", do_poke, "7:0x11ffe=str:abcd", "data/compressed/2" },
	{ "set", do_set, "files.img:entries[0].reg.pos=7", "data/dumps/names" },
	{ "check", do_check, NULL, "data/dumps/tun_ns_ns" },
	{ "check", do_check, NULL, "data/dumps/binfmt-uns-VIRTUALIZED-build" },
	{ "check", do_check, NULL, "data/dumps/socket-tcp-nft-nfconntrack_h" },
	{ "check", do_check, NULL, "data/dumps/bpf_hash_h" },
	{ "check", do_check, NULL, "data/dumps/old-v1.3-m31" },
	{ "check", do_check, NULL, "data/dumps/old-v2.0-m31" },
	{ "check", do_check, NULL, "data/dumps/kitchen-irmap-pre" },
	{ "check", do_check, NULL, "data/compressed/2" },
	{ "needs", do_needs, NULL, "data/dumps/socket-tcp-nft-nfconntrack_h" },
	{ "needs", do_needs, NULL, "data/dumps/cgroup01_h" },
	{ "convert", do_convert, "1.0", "data/dumps/old-v1.3-k2m4" },
	{ "convert", do_convert, "4.1", "data/dumps/names" },
	{ "convert", do_convert, "4.2", "data/dumps/old-v1.0-m0" },
	{ "anonymize", do_anonymize, KEY, "data/dumps/ipc-multi" },
	{ "anonymize", do_anonymize, KEY, "data/dumps/tun_ns_ns" },
	{ "anonymize", do_anonymize, KEY, "data/dumps/cgroup01_h" },
	{ "anonymize", do_anonymize, KEY, "data/compressed/2" },
	{ "compare", do_compare, "data/dumps/memory", "data/dumps/names" },
	{ "compare", do_compare, "data/dumps/pipe01_uns", "data/dumps/tun_ns_ns" },
	{ "compare", do_compare, "data/dumps/ipc-multi",
	  "data/dumps/socket-tcp-nft-nfconntrack_h" },
	{ "core", do_core, NULL, "data/dumps/memory" },
	{ "core", do_core, NULL, "data/dumps/old-v3.0-k2m1" },
};

/* Once, with the allocation that `allocations` says failing. 0, or -1 with *err. */
static int once(const struct work *w, struct result *r, struct img_err *err)
{
	struct img_dir *d = img_dir_open(unit_path(w->dump), 0, err);
	int ret = -1;

	*r = (struct result){ UINT64_C(0xcbf29ce484222325), false };
	memset(err, 0, d != NULL ? sizeof(*err) : 0);
	if (d != NULL)
		ret = w->fn(d, w->arg, r, err);
	img_dir_close(d);
	return ret;
}

static void each_way(const struct work *w)
{
	struct result sound, r;
	struct img_err err, sound_err;
	size_t all;
	int ret;

	n_ways = 0;
	noting = true;
	ret = once(w, &sound, &sound_err);
	noting = false;
	ck_assert_msg(ret == 0, "%s %s: %s: %s", w->name, w->dump, sound_err.file,
		      said(&sound_err));
	all = n_ways;
	to_files = true;
	ck_assert_int_eq(once(w, &r, &err), 0);
	to_files = false;
	ck_assert_msg(r.hash == sound.hash, "%s %s: to files it is another", w->name, w->dump);
	for (size_t i = 0; i < all; i++) {
		long held = blocks;

		if (!is_new(ways[i]))
			continue;
		allocations = (long)i;
		ret = once(w, &r, &err);
		allocations = -1;
		ck_assert_msg(blocks == held, "%s %s: %ld blocks lost by failure %zu", w->name,
			      w->dump, blocks - held, i);
		if (ret == 0 && (r.told || r.hash == sound.hash))
			continue;
		ck_assert_msg(ret == -1, "%s %s: failure %zu was not noticed", w->name, w->dump, i);
		ck_assert_msg(err.kind == IMG_ESYS && err.errnum == ENOMEM,
			      "%s %s: failure %zu: %s: %s", w->name, w->dump, i, err.file,
			      said(&err));
	}
}

START_TEST(whatever_has_no_memory_says_so_and_leaves_none)
{
	for (size_t i = 0; i < COUNT(works); i++)
		each_way(&works[i]);
}
END_TEST

static void add_tests(TCase *tc)
{
	TEST(whatever_has_no_memory_says_so_and_leaves_none);
}

int main(void)
{
	return unit_run("memory", add_tests);
}
