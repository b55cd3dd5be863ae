#include "libimg/rewrite/poke.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/json/hint.h"
#include "libimg/memory/argv.h"
#include "libimg/rewrite/patch.h"
#include "libimg/rewrite/patchlist.h"

/* What was asked for. */
struct poke {
	char *text; /* as it was given, for messages */
	uint32_t pid;
	uint64_t addr;
	char *env; /* name of a variable; NULL: addr counts */
	uint8_t *bytes;
	size_t n;
};

struct img_pokes {
	struct img_changes changes;
	int root;
	struct poke *v;
	size_t n;
	struct img_patchlist *list; /* of the dump that is changed */
};

struct img_pokes *img_pokes_new(struct img_changes changes)
{
	struct img_pokes *p = img_calloc(1, sizeof(*p));

	if (p != NULL) {
		p->changes = changes;
		p->root = -1;
	}
	return p;
}

void img_pokes_root(struct img_pokes *p, int dirfd)
{
	p->root = dirfd;
}

void img_pokes_free(struct img_pokes *p)
{
	if (p == NULL)
		return;
	for (size_t i = 0; i < p->n; i++) {
		img_free(p->v[i].text);
		img_free(p->v[i].env);
		img_free(p->v[i].bytes);
	}
	img_free(p->v);
	img_patchlist_free(p->list);
	img_free(p);
}

size_t img_pokes_count(const struct img_pokes *p)
{
	return p->n;
}

/* ---- what is asked for ---- */

static int bad(struct img_err *err, const char *what)
{
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "%s", what);
}

/* Take "PID:" off the text. */
static int take_pid(const char **text, uint32_t *pid, struct img_err *err)
{
	unsigned long long v;
	char *end;

	errno = 0;
	v = strtoull(*text, &end, 10);
	if (!isdigit((unsigned char)**text) || *end != ':' || errno != 0 || v > UINT32_MAX)
		return bad(err, "expected PID: first");
	*pid = (uint32_t)v;
	*text = end + 1;
	return 0;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int take_hex(struct poke *k, const char *s, struct img_err *err)
{
	size_t n = strlen(s);

	if (n % 2 != 0)
		return bad(err, "hex: needs two digits for each byte");
	k->bytes = img_realloc(NULL, n / 2 + 1);
	if (k->bytes == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < n; i += 2) {
		int a = hex_digit(s[i]), b = hex_digit(s[i + 1]);

		if (a < 0 || b < 0)
			return bad(err, "hex: takes digits 0 to 9 and a to f");
		k->bytes[k->n++] = (uint8_t)(a << 4 | b);
	}
	return 0;
}

static int take_file(struct poke *k, const char *path, struct img_err *err)
{
	struct img_buf b = { 0 };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t r = fd < 0 ? -1 : 1;

	while (r != 0 && fd >= 0 && b.n <= IMG_POKE_MAX) {
		if (!img_buf_room(&b, 64 << 10)) {
			errno = ENOMEM;
			r = -1;
			break;
		}
		r = read(fd, b.p + b.n, b.cap - b.n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			break;
		b.n += (size_t)r;
	}
	if (r < 0)
		img_fail_file(err, path, "", "");
	if (fd >= 0)
		close(fd);
	k->bytes = b.p;
	k->n = b.n;
	return r < 0 ? -1 : 0;
}

static int take_bytes(struct poke *k, const char *s, struct img_err *err)
{
	if (strncmp(s, "hex:", 4) == 0)
		return take_hex(k, s + 4, err);
	if (s[0] == '@')
		return take_file(k, s + 1, err);
	if (strncmp(s, "str:", 4) != 0)
		return bad(err, "the bytes are hex:..., str:... or @FILE");
	k->n = strlen(s + 4);
	k->bytes = (uint8_t *)img_strndup(s + 4, k->n);
	return k->bytes != NULL ? 0 : img_fail_mem(err);
}

static int take_poke(struct poke *k, const char *s, struct img_err *err)
{
	uint64_t end;
	size_t n;

	if (take_pid(&s, &k->pid, err) < 0)
		return -1;
	n = strcspn(s, "=");
	if (s[n] == '\0' || !img_parse_u64(s, n, &k->addr))
		return bad(err, "expected ADDR=BYTES after PID:");
	if (take_bytes(k, s + n + 1, err) < 0)
		return -1;
	if (k->n == 0)
		return bad(err, "no bytes");
	if (k->n > IMG_POKE_MAX)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "more than %zu bytes", IMG_POKE_MAX);
	if (__builtin_add_overflow(k->addr, k->n, &end))
		return bad(err, "extends past the end of any address space");
	return 0;
}

static int take_env(struct poke *k, const char *s, struct img_err *err)
{
	const char *equals;

	if (take_pid(&s, &k->pid, err) < 0)
		return -1;
	equals = strchr(s, '=');
	if (equals == NULL || equals == s)
		return bad(err, "expected NAME=VALUE after PID:");
	k->env = img_strndup(s, (size_t)(equals - s));
	k->n = strlen(s);
	k->bytes = (uint8_t *)img_strndup(s, k->n);
	return k->env != NULL && k->bytes != NULL ? 0 : img_fail_mem(err);
}

static int add(struct img_pokes *p, const char *text,
	       int (*take)(struct poke *k, const char *s, struct img_err *err), struct img_err *err)
{
	struct poke *v = img_grow(p->v, p->n, sizeof(*v)), *k;

	if (v == NULL)
		return img_fail_mem(err);
	p->v = v;
	k = &v[p->n++];
	*k = (struct poke){ .text = img_strndup(text, strlen(text)) };
	err->file[0] = '\0';
	return k->text != NULL ? take(k, text, err) : img_fail_mem(err);
}

int img_pokes_add(struct img_pokes *p, const char *text, struct img_err *err)
{
	return add(p, text, take_poke, err);
}

int img_pokes_add_env(struct img_pokes *p, const char *text, struct img_err *err)
{
	return add(p, text, take_env, err);
}

/* ---- where it is ---- */

/* The variable, with the NULs that are to follow it: its address, and bytes for all of it. */
static int find_env(const struct poke *k, struct img_mem *m, uint64_t *addr, struct img_buf *new,
		    struct img_err *err)
{
	struct img_buf env = { 0 };
	size_t name = strlen(k->env), at = 0;
	struct img_span s;
	struct img_run gap;
	int r = img_argv_read(m, IMG_ENV, &env, &gap, err), found = 0;

	if (r == 0)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE,
			     "a part of the environment is in no image (0x%" PRIx64 ")", gap.addr);
	while (r > 0 && !found && img_argv_next(&env, &at, &s))
		found = s.n > name && s.p[name] == '=' && memcmp(s.p, k->env, name) == 0;
	if (r > 0 && !found)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "no such variable in its environment");
	if (r > 0 && s.n < k->n)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE,
			     "the value has %zu bytes, there is room for %zu", k->n - name - 1,
			     s.n - name - 1);
	if (r > 0) {
		*addr = img_mem_space(m)->env_start + s.off;
		img_buf_put(new, k->bytes, k->n);
		while (new->n < s.n && !new->failed)
			img_buf_put(new, "", 1);
	}
	img_buf_free(&env);
	return r < 0 ? -1 : new->failed ? img_fail_mem(err) : 0;
}

static int resolve(struct img_pokes *p, const struct poke *k, struct img_err *err)
{
	struct img_mem *m;
	struct img_buf value = { 0 };
	uint64_t addr = k->addr;
	int r = img_patchlist_task(p->list, k->pid, &m, err);

	if (r < 0)
		return -1;
	if (k->env == NULL)
		return img_patchlist_add(p->list, m, k->pid, addr, k->bytes, k->n, err);
	r = find_env(k, m, &addr, &value, err);
	if (r == 0)
		r = img_patchlist_add(p->list, m, k->pid, addr, value.p, value.n, err);
	img_buf_free(&value);
	return r;
}

static int learn(void *arg, struct img_dir *from, struct img_err *err)
{
	struct img_pokes *p = arg;

	img_patchlist_free(p->list);
	p->list = img_patchlist_new(from, p->root);
	if (p->list == NULL)
		return img_fail_mem(err);
	for (size_t i = 0; i < p->n; i++) {
		err->file[0] = '\0';
		if (resolve(p, &p->v[i], err) == 0)
			continue;
		/* Named by what was asked, unless an image is to blame. */
		if (err->file[0] == '\0' && err->kind != IMG_ESYS)
			snprintf(err->file, sizeof(err->file), "%s", p->v[i].text);
		return -1;
	}
	img_patchlist_ready(p->list);
	return 0;
}

/* ---- the change ---- */

static int image(void *arg, struct img_plan *plan, struct img_err *err)
{
	const struct img_pokes *p = arg;

	return img_patchlist_plan(p->list, plan, err);
}

static void patched(void *arg, const char *pagemap, uint64_t entry, uint64_t addr,
		    const uint8_t *old, const uint8_t *new, size_t n)
{
	const struct img_pokes *p = arg;
	char path[24];
	struct img_edit_changed c = { pagemap, entry, path, img_value_text(old, n),
				      img_value_text(new, n) };

	snprintf(path, sizeof(path), "0x%" PRIx64, addr);
	if (p->changes.fn != NULL)
		p->changes.fn(p->changes.arg, &c);
}

static int make(void *arg, const char *name, const struct img_sink *to, struct img_err *err)
{
	struct img_pokes *p = arg;

	return img_patchlist_make(p->list, name, patched, p, to, err);
}

struct img_change img_pokes_change(struct img_pokes *p)
{
	return (struct img_change){ .learn = learn, .image = image, .make = make, .arg = p };
}
