#include "libimg/host/live.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "libimg/base/buf.h"
#include "libimg/host/live_net.h"
#include "libimg/host/text.h"

static int add(struct img_host_facts *f, enum img_need_kind kind, const char *name, uint64_t value,
	       struct img_err *err)
{
	struct img_need n = { .kind = kind, .name = name, .value = value };

	return img_host_facts_add(f, &n, err);
}

/* This kernel has no such file, which is a fact; that it cannot be read is none. */
static bool is_absent(const struct img_err *err)
{
	return err->kind == IMG_ESYS && err->errnum == ENOENT;
}

/* The same for a file that is not read. 1, 0, or -1 with *err. */
static int exists(const char *path, struct img_err *err)
{
	if (access(path, F_OK) == 0)
		return 1;
	return errno == ENOENT || errno == ENOTDIR
		       ? 0
		       : img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s", path);
}

/* ---- the machine ---- */

static int machine(struct img_host_facts *f, struct img_err *err)
{
	struct utsname u;

	if (uname(&u) < 0)
		return img_fail_sys(err);
	/* armv7l and so on run the programs of "arm", as the images have it. */
	return add(f, IMG_NEED_MACHINE, strncmp(u.machine, "arm", 3) == 0 ? "arm" : u.machine, 0,
		   err);
}

static int page_size(struct img_host_facts *f, struct img_err *err)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", sysconf(_SC_PAGESIZE));
	return add(f, IMG_NEED_PAGE_SIZE, text, 0, err);
}

/* The first processor stands for all. */
static int cpu(struct img_host_facts *f, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/proc/cpuinfo", &b, err);
	char *save = NULL, *line = r == 0 ? strtok_r((char *)b.p, "\n", &save) : NULL;

	while (line != NULL && strncmp(line, "flags", 5) != 0)
		line = strtok_r(NULL, "\n", &save);
	if (r == 0 && line == NULL)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE, "/proc/cpuinfo has no flags");
	line = line != NULL ? strchr(line, ':') : NULL;
	if (line != NULL)
		line = strtok_r(line + 1, " ", &save);
	for (; r == 0 && line != NULL; line = strtok_r(NULL, " ", &save))
		r = add(f, IMG_NEED_CPU, line, 0, err);
	img_buf_free(&b);
	return r;
}

static int xsave(struct img_host_facts *f, struct img_err *err)
{
#if defined(__x86_64__) || defined(__i386__)
	unsigned a, b, c, d;

	if (__get_cpuid_count(0xd, 0, &a, &b, &c, &d) != 0)
		return add(f, IMG_NEED_XSAVE, "size", b, err) < 0 ||
				       add(f, IMG_NEED_XSAVE, "size-max", c, err) < 0
			       ? -1
			       : 0;
#endif
	(void)f;
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "this processor has no XSAVE");
}

/* ---- the kernel ---- */

static int filesystems(struct img_host_facts *f, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/proc/filesystems", &b, err);
	char *save = NULL, *line = r == 0 ? strtok_r((char *)b.p, "\n", &save) : NULL;

	for (; r == 0 && line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *name = strchr(line, '\t');

		r = add(f, IMG_NEED_FILESYSTEM, name != NULL ? name + 1 : line, 0, err);
	}
	img_buf_free(&b);
	return r;
}

static int apparmor(struct img_host_facts *f, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/sys/module/apparmor/parameters/enabled", &b, err);

	if (r < 0 && is_absent(err))
		r = 0;
	else if (r == 0 && b.p[0] == 'Y')
		r = add(f, IMG_NEED_LSM, "apparmor", 0, err);
	img_buf_free(&b);
	return r;
}

/* Security modules that give profiles to processes. */
static int lsm(struct img_host_facts *f, struct img_err *err)
{
	int r;

	if (access("/sys", X_OK) < 0)
		return img_fail_sys(err);
	if (apparmor(f, err) < 0)
		return -1;
	r = exists("/sys/fs/selinux/enforce", err);
	return r > 0 ? add(f, IMG_NEED_LSM, "selinux", 0, err) : r;
}

static int pid_max(struct img_host_facts *f, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/proc/sys/kernel/pid_max", &b, err);

	if (r == 0)
		r = add(f, IMG_NEED_PID_MAX, "pid", strtoull((char *)b.p, NULL, 10), err);
	img_buf_free(&b);
	return r;
}

static int cgroups(struct img_host_facts *f, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/proc/self/cgroup", &b, err);
	char *save = NULL, *line = r == 0 ? strtok_r((char *)b.p, "\n", &save) : NULL;

	for (; r == 0 && line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *name = strchr(line, ':'), *end = name != NULL ? strchr(name + 1, ':') : NULL;

		if (end == NULL)
			continue;
		*end = '\0';
		r = add(f, IMG_NEED_CGROUP, name + 1, 0, err);
	}
	img_buf_free(&b);
	return r;
}

/* ---- processes ---- */

static int number(struct img_host_facts *f, enum img_need_kind kind, uint64_t v,
		  struct img_err *err)
{
	struct img_need n = { .kind = kind };
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, v);
	n.name = text;
	if (img_host_facts_first(f, kind, text) != IMG_NO_FACT)
		return 0;
	return img_host_facts_add(f, &n, err);
}

/* A process that has ended, or is not shown. */
static bool is_gone(const struct img_err *err)
{
	return err->kind == IMG_ESYS &&
	       (err->errnum == ENOENT || err->errnum == ESRCH || err->errnum == EACCES);
}

/* Group and session of a process: its pid, state, parent, group, session, after its name. */
static int relatives(struct img_host_facts *f, const char *pid, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	long long group = 0, session = 0;
	char path[300], *p;
	int r;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	r = img_text_read(path, &b, err);
	p = r == 0 ? strrchr((char *)b.p, ')') : NULL;
	if (r < 0 && is_gone(err))
		r = 0;
	if (p != NULL && sscanf(p + 1, " %*c %*d %lld %lld", &group, &session) != 2)
		group = session = 0;
	if (r == 0 && group > 0)
		r = number(f, IMG_NEED_PID, (uint64_t)group, err);
	if (r == 0 && session > 0)
		r = number(f, IMG_NEED_PID, (uint64_t)session, err);
	img_buf_free(&b);
	return r;
}

/* Calls fn for the numbers among the names of a directory. 0, or -1 with *err. */
static int each_number(int dirfd, const char *path,
		       int (*fn)(struct img_host_facts *f, int dir, const char *name,
				 struct img_err *err),
		       struct img_host_facts *f, struct img_err *err)
{
	int fd = openat(dirfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), r = 0;
	DIR *d = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *e = NULL;

	if (d == NULL) {
		r = img_fail_sys(err);
		if (fd >= 0)
			close(fd);
		return r;
	}
	for (errno = 0; r == 0 && (e = readdir(d)) != NULL; errno = 0)
		if (e->d_name[0] >= '0' && e->d_name[0] <= '9')
			r = fn(f, fd, e->d_name, err);
	if (r == 0 && errno != 0)
		r = img_fail_sys(err);
	closedir(d);
	return r;
}

static int thread(struct img_host_facts *f, int dir, const char *name, struct img_err *err)
{
	(void)dir;
	return number(f, IMG_NEED_PID, strtoull(name, NULL, 10), err);
}

static int process(struct img_host_facts *f, int proc, const char *name, struct img_err *err)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/task", name);
	if (number(f, IMG_NEED_PID, strtoull(name, NULL, 10), err) < 0)
		return -1;
	if (each_number(proc, path, thread, f, err) < 0 && !is_gone(err))
		return -1;
	return relatives(f, name, err);
}

/* hidepid= of /proc hides those of other users, pid 1 first of all. */
static int pids(struct img_host_facts *f, struct img_err *err)
{
	if (access("/proc/1/stat", F_OK) < 0)
		return errno == ENOENT || errno == EACCES || errno == EPERM
			       ? img_fail(err, IMG_EDATA, IMG_NOWHERE,
					  "/proc does not show all processes")
			       : img_fail(err, IMG_ESYS, IMG_NOWHERE, "/proc/1/stat");
	return each_number(AT_FDCWD, "/proc", process, f, err);
}

static int pty(struct img_host_facts *f, int dir, const char *name, struct img_err *err)
{
	(void)dir;
	return number(f, IMG_NEED_PTY, strtoull(name, NULL, 10), err);
}

static int ptys(struct img_host_facts *f, struct img_err *err)
{
	return each_number(AT_FDCWD, "/dev/pts", pty, f, err);
}

/* ---- files and programs of which there are few ---- */

/* Controllers that the kernel has, mounted or not: the first column, of those with a last 1. */
static int controllers(struct img_host_facts *f, struct img_err *err)
{
	struct img_buf b = { .n = 0 };
	int r = img_text_read("/proc/cgroups", &b, err);
	char *save = NULL, *line = r == 0 ? strtok_r((char *)b.p, "\n", &save) : NULL;

	if (r < 0 && is_absent(err))
		r = 0;
	for (; r == 0 && line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char name[80] = IMG_CONTROLLER;
		unsigned on;

		if (sscanf(line, "%64s %*u %*u %u", name + strlen(IMG_CONTROLLER), &on) == 2 && on)
			r = add(f, IMG_NEED_KERNEL, name, 0, err);
	}
	img_buf_free(&b);
	return r;
}

static int kernel(struct img_host_facts *f, struct img_err *err)
{
	const char *path;
	int r = 0;

	for (size_t i = 0; r >= 0 && (path = img_kernel_file(i)) != NULL; i++) {
		r = exists(path, err);
		if (r > 0)
			r = add(f, IMG_NEED_KERNEL, path, 0, err);
	}
	return r < 0 ? -1 : controllers(f, err);
}

/* May the program in a directory be run? Where that cannot be known, *failed says why. */
static bool runs(const char *dir, size_t n, const char *program, int *failed)
{
	char path[4096];

	snprintf(path, sizeof(path), "%.*s/%s", (int)n, dir, program);
	if (access(path, X_OK) == 0)
		return true;
	if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
		*failed = errno;
	return false;
}

/* In PATH, and where root has them. 1, 0, or -1 with *err. */
static int in_path(const char *program, struct img_err *err)
{
	const char *env = getenv("PATH"), *more[] = { "/usr/sbin", "/sbin", "/usr/bin", "/bin" };
	int failed = 0;

	for (const char *p = env != NULL ? env : ""; *p != '\0'; p += *p == ':') {
		size_t n = strcspn(p, ":");

		if (runs(p, n, program, &failed))
			return 1;
		p += n;
	}
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++)
		if (runs(more[i], strlen(more[i]), program, &failed))
			return 1;
	errno = failed;
	return failed == 0 ? 0 : img_fail(err, IMG_ESYS, IMG_NOWHERE, "%s", program);
}

static int programs(struct img_host_facts *f, struct img_err *err)
{
	const char *name;
	int r = 0;

	for (size_t i = 0; r >= 0 && (name = img_program(i)) != NULL; i++) {
		r = in_path(name, err);
		if (r > 0)
			r = add(f, IMG_NEED_PROGRAM, name, 0, err);
	}
	return r;
}

/* ---- all of them ---- */

static const struct source {
	enum img_need_kind kind;
	int (*fn)(struct img_host_facts *f, struct img_err *err);
} sources[] = {
	{ IMG_NEED_MACHINE, machine },
	{ IMG_NEED_PAGE_SIZE, page_size },
	{ IMG_NEED_CPU, cpu },
	{ IMG_NEED_XSAVE, xsave },
	{ IMG_NEED_KERNEL, kernel },
	{ IMG_NEED_FILESYSTEM, filesystems },
	{ IMG_NEED_PROGRAM, programs },
	{ IMG_NEED_LSM, lsm },
	{ IMG_NEED_PID_MAX, pid_max },
	{ IMG_NEED_PID, pids },
	{ IMG_NEED_PTY, ptys },
	{ IMG_NEED_CGROUP, cgroups },
	{ IMG_NEED_ADDRESS, img_live_addresses },
	{ IMG_NEED_PORT, img_live_ports },
	{ IMG_NEED_NETDEV, img_live_devices },
	{ IMG_NEED_ABSTRACT, img_live_abstract },
	{ IMG_NEED_LISTENER, img_live_listeners },
};

int img_host_facts_live(struct img_host_facts *f, struct img_err *err)
{
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		char text[256];

		if (sources[i].fn(f, err) == 0)
			img_host_facts_complete(f, sources[i].kind);
		else if (err->kind == IMG_ESYS && err->errnum == ENOMEM)
			return -1;
		else
			img_host_facts_unknown(f, sources[i].kind,
					       img_err_text(err, text, sizeof(text)));
	}
	return 0;
}
