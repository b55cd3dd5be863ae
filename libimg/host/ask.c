#include "libimg/host/ask.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "libimg/base/err.h"

enum { SHOWN = 384 };

struct question {
	const struct img_host *h;
	const struct img_need *n;
	struct img_answer *a;
	struct img_err *err;
	char name[SHOWN]; /* printable */
};

/* ---- answers ---- */

static int unchecked(struct question *q, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int unchecked(struct question *q, const char *fmt, ...)
{
	va_list ap;

	q->a->state = IMG_UNCHECKED;
	va_start(ap, fmt);
	vsnprintf(q->a->text, sizeof(q->a->text), fmt, ap);
	va_end(ap);
	return 0;
}

/* `failure` is a row of the messages, whose words are `values`. */
static int missing(struct question *q, const char *failure, const char *const *values, size_t n,
		   const char *fmt, ...) __attribute__((format(printf, 5, 6)));

static int missing(struct question *q, const char *failure, const char *const *values, size_t n,
		   const char *fmt, ...)
{
	va_list ap;

	q->a->state = IMG_MISSING;
	q->a->failure = img_failure_find(failure);
	if (q->a->failure != NULL)
		img_failure_text(q->a->failure, values, n, q->a->criu, sizeof(q->a->criu));
	va_start(ap, fmt);
	vsnprintf(q->a->text, sizeof(q->a->text), fmt, ap);
	va_end(ap);
	return 0;
}

/* ---- by a list of what is there ---- */

struct lookup {
	const char *failure;
	const char *wrong; /* follows the name */
	bool taken;        /* being there is what is wrong */
	bool module;       /* a kernel may load what it does not have yet */
	bool unsaid;       /* criu has no words for it that could be foretold, */
	bool unnamed;      /* or has others than the name in them */
};

static const struct lookup lookups[IMG_NEED_KINDS] = {
	[IMG_NEED_MACHINE] = { .failure = "machine",
			       .wrong = "is not what this machine is",
			       .unsaid = true },
	[IMG_NEED_PAGE_SIZE] = { .failure = "memory-map",
				 .wrong = "is not the page size here",
				 .unsaid = true },
	[IMG_NEED_CPU] = { .failure = "cpu-feature",
			   .wrong = "is a feature that the CPU lacks",
			   .unsaid = true },
	[IMG_NEED_KERNEL] = { .failure = "kernel-lacks",
			      .wrong = "is missing: the kernel cannot do it",
			      .unsaid = true },
	[IMG_NEED_FILESYSTEM] = { .failure = "mount-point",
				  .wrong = "is a file system that the kernel lacks",
				  .module = true },
	[IMG_NEED_PROGRAM] = { .failure = "net-tool",
			       .wrong = "is a program that is not installed",
			       .unsaid = true },
	[IMG_NEED_LSM] = { .failure = "security-module",
			   .wrong = "is a security module that is not active",
			   .unsaid = true },
	[IMG_NEED_PID] = { .failure = "pid-taken",
			   .wrong = "is in use: a process, thread, group or session has it",
			   .taken = true },
	[IMG_NEED_PTY] = { .failure = "pty-index",
			   .wrong = "is the number of a terminal that is open",
			   .taken = true },
	[IMG_NEED_ADDRESS] = { .failure = "port-taken",
			       .wrong = "is no address of this machine",
			       .unnamed = true },
	[IMG_NEED_NETDEV] = { .failure = "socket-device", .wrong = "is no network device here" },
	[IMG_NEED_ABSTRACT] = { .failure = "unix-name",
				.wrong = "is a name that a socket has",
				.taken = true,
				.unnamed = true },
	[IMG_NEED_LISTENER] = { .failure = "unix-connect",
				.wrong = "is a socket that nobody has",
				.unnamed = true },
};

static int ask_list(struct question *q)
{
	const struct lookup *l = &lookups[q->n->kind];
	const char *values[] = { q->name };
	const char *pty[] = { "dev/ptmx", q->name };
	bool there = img_host_facts_first(q->h->facts, q->n->kind, q->n->name) != IMG_NO_FACT;

	if (!there && !img_host_facts_is_complete(q->h->facts, q->n->kind))
		return unchecked(q, "%s: %s", q->name, img_host_facts_why(q->h->facts, q->n->kind));
	if (there == !l->taken)
		return 0;
	if (l->module)
		return unchecked(q, "%s: not in /proc/filesystems; a module may have it", q->name);
	missing(q, l->failure, values, !l->unnamed, "%s %s", q->name, l->wrong);
	if (q->n->kind == IMG_NEED_PTY)
		img_failure_text(q->a->failure, pty, 2, q->a->criu, sizeof(q->a->criu));
	if (l->unsaid)
		q->a->criu[0] = '\0';
	return 0;
}

/* ---- control groups ---- */

/* Has another hierarchy one of these controllers? It cannot be in two. */
static bool is_elsewhere(const struct img_host *h, const char *name, size_t n)
{
	for (uint32_t i = 0; i < img_host_facts_count(h->facts); i++) {
		const struct img_need *f = &img_host_facts_at(h->facts, i)->is;

		if (f->kind != IMG_NEED_CGROUP)
			continue;
		for (const char *p = f->name; *p != '\0';) {
			size_t k = strcspn(p, ",");

			if (k == n && memcmp(p, name, n) == 0)
				return true;
			p += k + (p[k] == ',');
		}
	}
	return false;
}

static bool kernel_has(const struct img_host *h, const char *name, size_t n)
{
	char text[128];

	snprintf(text, sizeof(text), IMG_CONTROLLER "%.*s", (int)n, name);
	return img_host_facts_first(h->facts, IMG_NEED_KERNEL, text) != IMG_NO_FACT;
}

/* criu mounts a missing hierarchy, if its controllers are free. */
static int ask_cgroup(struct question *q)
{
	const char *name = q->n->name, *values[] = { q->name };

	if (img_host_facts_first(q->h->facts, q->n->kind, name) != IMG_NO_FACT)
		return 0;
	if (!img_host_facts_is_complete(q->h->facts, q->n->kind))
		return unchecked(q, "%s: %s", q->name, img_host_facts_why(q->h->facts, q->n->kind));
	if (name[0] == '\0')
		return missing(q, "cgroup-mount", values, 1, "cgroup v2 is not mounted here");
	for (const char *p = name; *p != '\0';) {
		size_t n = strcspn(p, ",");

		if (is_elsewhere(q->h, p, n))
			return missing(q, "cgroup-mount", values, 1,
				       "%s: %.*s is in another hierarchy here", q->name, (int)n, p);
		if (strncmp(p, "name=", 5) != 0 && !kernel_has(q->h, p, n))
			return missing(q, "cgroup-mount", values, 1,
				       "%s: the kernel has no controller %.*s", q->name, (int)n, p);
		p += n + (p[n] == ',');
	}
	return unchecked(q, "%s: not mounted here; criu mounts it, if the kernel allows it",
			 q->name);
}

/* ---- numbers ---- */

static int ask_number(struct question *q)
{
	uint32_t i = img_host_facts_first(q->h->facts, q->n->kind, q->n->name);
	bool max = q->n->kind == IMG_NEED_PID_MAX;
	char want[24], have[24];
	const char *values[] = { want, have };
	uint64_t v;

	if (i == IMG_NO_FACT)
		return unchecked(q, "%s: %s", q->name, img_host_facts_why(q->h->facts, q->n->kind));
	v = img_host_facts_at(q->h->facts, i)->is.value;
	if (max ? q->n->value < v : q->n->value == v)
		return 0;
	snprintf(want, sizeof(want), "%" PRIu64, q->n->value);
	snprintf(have, sizeof(have), "%" PRIu64, v);
	if (max)
		return missing(q, "pid-max", values, 1,
			       "pid %s is not below kernel.pid_max, which is %s", want, have);
	return missing(q, "cpu-feature", NULL, 0, "xsave %s is %s bytes, expected %s", q->name,
		       have, want);
}

/* ---- ports ---- */

/* The address in "tcp 127.0.0.1:80". */
static size_t address(const char *name, const char **at)
{
	const char *blank = strchr(name, ' '), *colon = strrchr(name, ':');

	if (blank == NULL || colon == NULL || colon < blank)
		return 0;
	*at = blank + 1;
	return (size_t)(colon - blank - 1);
}

static bool is_any(const char *p, size_t n)
{
	return (n == 7 && memcmp(p, "0.0.0.0", n) == 0) || (n == 4 && memcmp(p, "[::]", n) == 0);
}

/* Do two sockets meet on one port? */
static bool overlap(const char *a, const char *b)
{
	const char *p = "", *q = "";
	size_t n = address(a, &p), k = address(b, &q);

	return is_any(p, n) || is_any(q, k) || (n == k && memcmp(p, q, n) == 0);
}

static int ask_port(struct question *q)
{
	const struct img_need *n = q->n;
	bool tcp = strncmp(n->name, "tcp ", 4) == 0, other = false;
	const char *values[] = { "..." };
	uint32_t i = img_host_facts_first(q->h->facts, n->kind, n->name);

	if (i == IMG_NO_FACT && !img_host_facts_is_complete(q->h->facts, n->kind))
		return unchecked(q, "%s: %s", q->name, img_host_facts_why(q->h->facts, n->kind));
	for (; i != IMG_NO_FACT; i = img_host_facts_at(q->h->facts, i)->next) {
		const struct img_need *f = &img_host_facts_at(q->h->facts, i)->is;

		if (!overlap(n->name, f->name))
			continue;
		/* One end of a connection may have the port of a listener. */
		if ((f->has & IMG_FACT_LISTENING) && (n->has & IMG_NEED_CONNECTED))
			continue;
		if ((!tcp || (f->has & IMG_FACT_LISTENING)) && !(n->has & IMG_NEED_REUSEPORT))
			return missing(q, "port-taken", values, 1, "%s is in use", q->name);
		other = true;
	}
	return other ? unchecked(q, "%s: in use by a socket that may share it", q->name) : 0;
}

/* ---- files ---- */

static const char *type_name(uint32_t mode)
{
	return S_ISREG(mode)    ? "a regular file"
	       : S_ISDIR(mode)  ? "a directory"
	       : S_ISFIFO(mode) ? "a FIFO"
	       : S_ISCHR(mode)  ? "a character device"
	       : S_ISBLK(mode)  ? "a block device"
	       : S_ISSOCK(mode) ? "a socket"
				: "of another kind";
}

/* 1 with *is, 0: nothing there, -1: unknown, and the answer says why; -2 with *err. */
static int look(struct question *q, const char *path, unsigned how, struct img_need *is)
{
	char text[256];
	uint32_t i;
	int r;

	*is = (struct img_need){ .kind = IMG_NEED_FILE };
	if (q->h->files != NULL) {
		r = img_look(q->h->files, path, how, is, q->err);
		if (r < 0 && q->err->kind == IMG_ESYS && q->err->errnum == ENOMEM)
			return -2;
		if (r < 0)
			unchecked(q, "%s: %s", q->name, img_err_text(q->err, text, sizeof(text)));
		return r;
	}
	i = img_host_facts_first(q->h->facts, IMG_NEED_FILE, path);
	if (i == IMG_NO_FACT) {
		unchecked(q, "%s: the facts do not have it (--facts=NEEDS asks for the files)",
			  q->name);
		return -1;
	}
	*is = img_host_facts_at(q->h->facts, i)->is;
	return (is->has & IMG_FACT_ABSENT) == 0;
}

/* criu keeps build ids in words of four bytes. */
static bool same_id(const struct img_need *want, const struct img_need *is)
{
	uint8_t padded[IMG_NEED_ID_MAX] = { 0 };

	memcpy(padded, is->id, is->id_n);
	return is->id_n > 0 && (is->id_n + 3) / 4 * 4 == want->id_n &&
	       memcmp(padded, want->id, want->id_n) == 0;
}

static int compare(struct question *q, const struct img_need *is)
{
	const struct img_need *n = q->n;
	const char *shown = q->name + (q->name[0] == '/' && q->name[1] != '\0');
	char have[24], want[24];
	const char *values[] = { shown, have, want };

	if ((n->has & IMG_NEED_MODE) && ((n->mode ^ is->mode) & S_IFMT) != 0) {
		snprintf(have, sizeof(have), "%" PRIo32, is->mode);
		snprintf(want, sizeof(want), "%" PRIo32, n->mode);
		return missing(q, "file-mode", values, 3, "%s is %s, expected %s", q->name,
			       type_name(is->mode), type_name(n->mode));
	}
	if ((n->has & IMG_NEED_SIZE) && n->value != is->value) {
		snprintf(have, sizeof(have), "%" PRIu64, is->value);
		snprintf(want, sizeof(want), "%" PRIu64, n->value);
		return missing(q, "file-size", values, 3, "%s has %s bytes, expected %s", q->name,
			       have, want);
	}
	if ((n->has & IMG_NEED_BUILD_ID) && !same_id(n, is))
		return missing(q, "file-build-id", values, 1, "%s has another build id%s", q->name,
			       is->id_n == 0 ? ": none" : "");
	if ((n->has & IMG_NEED_MODE) && n->mode != is->mode) {
		snprintf(have, sizeof(have), "%" PRIo32, is->mode);
		snprintf(want, sizeof(want), "%" PRIo32, n->mode);
		return missing(q, "file-mode", values, 3, "%s has mode %s, expected %s", q->name,
			       have, want);
	}
	return 0;
}

static int ask_file(struct question *q)
{
	const char *values[] = { q->name + (q->name[0] == '/' && q->name[1] != '\0') };
	struct img_need is;
	int r;

	if ((q->n->has & IMG_NEED_IN_ROOT) && !q->h->root)
		return unchecked(q, "%s: below the root of the dump (--root says where that is)",
				 q->name);
	r = look(q, q->n->name, img_look_how(q->n), &is);
	if (r == 0 && q->h->files != NULL && img_look_in_cgroup(q->h->files, q->n->name))
		return unchecked(q, "%s: does not exist, but criu makes control groups", q->name);
	if (r == 0)
		return missing(q, q->n->kind == IMG_NEED_FILE ? "file-missing" : "mount-point",
			       values, 1, "%s does not exist", q->name);
	return r > 0 ? compare(q, &is) : r == -2 ? -1 : 0;
}

/* A stale socket is removed by criu, anything else is not; the directory must be there. */
static int ask_socket_path(struct question *q)
{
	const char *values[] = { "...", "...", q->name };
	char dir[4096];
	const char *slash = strrchr(q->n->name, '/');
	struct img_need is;
	int r;

	if ((q->n->has & IMG_NEED_IN_ROOT) && !q->h->root)
		return unchecked(q, "%s: below the root of the dump (--root says where that is)",
				 q->name);
	r = look(q, q->n->name, 0, &is);
	if (r > 0 && !S_ISSOCK(is.mode))
		return missing(q, "unix-name", values, 3, "%s is %s, expected nothing or a socket",
			       q->name, type_name(is.mode));
	if (r != 0)
		return r == -2 ? -1 : 0;
	snprintf(dir, sizeof(dir), "%.*s", (int)(slash - q->n->name + (slash == q->n->name)),
		 q->n->name);
	r = look(q, dir, 0, &is);
	if (r == 0)
		return missing(q, "unix-name", values, 3, "%s: its directory does not exist",
			       q->name);
	return r == -2 ? -1 : 0;
}

/* ---- all kinds ---- */

static int ask_option(struct question *q)
{
	/* Of the root it is known where it is. */
	if (q->h->root && strncmp(q->n->name, "--root ", 7) == 0)
		return 0;
	return unchecked(q, "criu restore must be given %s", q->name);
}

static int (*const asks[IMG_NEED_KINDS])(struct question *q) = {
	[IMG_NEED_MACHINE] = ask_list,
	[IMG_NEED_PAGE_SIZE] = ask_list,
	[IMG_NEED_CPU] = ask_list,
	[IMG_NEED_XSAVE] = ask_number,
	[IMG_NEED_KERNEL] = ask_list,
	[IMG_NEED_FILESYSTEM] = ask_list,
	[IMG_NEED_PROGRAM] = ask_list,
	[IMG_NEED_LSM] = ask_list,
	[IMG_NEED_PID_MAX] = ask_number,
	[IMG_NEED_PID] = ask_list,
	[IMG_NEED_PTY] = ask_list,
	[IMG_NEED_CGROUP] = ask_cgroup,
	[IMG_NEED_FILE] = ask_file,
	[IMG_NEED_MOUNT_POINT] = ask_file,
	[IMG_NEED_SOCKET_DIR] = ask_socket_path,
	[IMG_NEED_ADDRESS] = ask_list,
	[IMG_NEED_PORT] = ask_port,
	[IMG_NEED_NETDEV] = ask_list,
	[IMG_NEED_ABSTRACT] = ask_list,
	[IMG_NEED_LISTENER] = ask_list,
	[IMG_NEED_OPTION] = ask_option,
};

int img_ask(const struct img_host *h, const struct img_need *n, struct img_answer *a,
	    struct img_err *err)
{
	struct question q = { .h = h, .n = n, .a = a, .err = err };

	a->state = IMG_MET;
	a->text[0] = a->criu[0] = '\0';
	a->failure = NULL;
	img_printable(n->name, strlen(n->name), q.name, sizeof(q.name));
	if (n->unchecked != NULL) {
		char why[200];

		return unchecked(
			&q, "%s: %s", q.name,
			img_printable(n->unchecked, strlen(n->unchecked), why, sizeof(why)));
	}
	return asks[n->kind](&q);
}

int img_ask_fact(struct img_host_facts *f, struct img_look *files, const struct img_need *n,
		 struct img_err *err)
{
	struct img_need is = { .kind = IMG_NEED_FILE, .name = n->name };
	int r;

	if ((n->kind != IMG_NEED_FILE && n->kind != IMG_NEED_MOUNT_POINT &&
	     n->kind != IMG_NEED_SOCKET_DIR) ||
	    img_host_facts_first(f, IMG_NEED_FILE, n->name) != IMG_NO_FACT)
		return 0;
	r = img_look(files, n->name, img_look_how(n), &is, err);
	if (r < 0)
		return err->kind == IMG_ESYS && err->errnum == ENOMEM ? -1 : 0;
	if (r == 0)
		is.has |= IMG_FACT_ABSENT;
	return img_host_facts_add(f, &is, err);
}
