/*
 * faults - run a tool again and again, each time with another of its calls failing
 *
 *	faults CLASSES ACTION WHICH COMMAND...
 *
 * CLASSES and ACTION are those of shim.c. WHICH is `each` (each call by itself), `way` (one
 * call for each way that leads to such a call), `from` (the same, with all calls that
 * follow) or `all` (one run in which it happens to every call); FAULTS=all in the
 * environment makes `each` of `way`. The command is run in `run`, a copy of the directory
 * `before`, once without a failure and then once for each of them. However the
 * command ends: a file that is there is one of before or a whole one of afterwards, and
 * an end that does not tell of a failure is like that of the run without any. SHIM in
 * the environment is the path of the shim. LIVE=1 there: the command asks the machine, which
 * does not answer the same twice (live.h); LIVE=facts: and all that fails has to be told in what
 * it prints. Complaints are written to stdout, and how
 * often it was run to the end of the file `runs`.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "live.h"

struct file {
	char path[200];
	unsigned type;          /* DT_DIR, DT_LNK, DT_REG */
	struct img_buf content; /* of a link: where it leads */
};

struct tree {
	struct file v[300];
	size_t n;
};

/* How a run ended. */
struct end {
	int status; /* as of wait() */
	struct img_buf out, err;
	struct tree tree;
	char hit[40]; /* the call that was made to fail, "": none was */
};

static const struct action {
	const char *name;
	int errnum;
	bool harmless; /* the same has to come out */
	bool data;     /* the input is not what it was: status 1 will do */
	bool kill;
} actions[] = {
	{ .name = "ENOMEM", .errnum = ENOMEM },    { .name = "EIO", .errnum = EIO },
	{ .name = "EACCES", .errnum = EACCES },    { .name = "ENOSPC", .errnum = ENOSPC },
	{ .name = "EPIPE", .errnum = EPIPE },      { .name = "short", .harmless = true },
	{ .name = "interrupt", .harmless = true }, { .name = "shrink", .data = true },
	{ .name = "empty", .data = true },         { .name = "kill-before", .kill = true },
	{ .name = "kill-after", .kill = true },
};

static const char *classes, *which, *live;
static const struct action *act;
static char **command;
static struct tree before;
static struct end sound;
static char fault[100]; /* in hand */
static unsigned complaints, runs, told;

_Noreturn static void fail(const char *what)
{
	fprintf(stderr, "faults: %s: %s\n", what, strerror(errno));
	exit(3);
}

static void show(const char *what, const struct img_buf *b)
{
	if (b->n > 0)
		printf("\t%s: %.*s\n", what, (int)(b->n < 300 ? b->n : 300), (char *)b->p);
}

__attribute__((format(printf, 2, 3))) static void complain(const struct end *e, const char *fmt,
							   ...)
{
	va_list ap;

	printf("%s:", fault);
	for (char **a = command; *a != NULL; a++)
		printf(" %s", *a);
	printf(": ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	show("stderr", &e->err);
	if (++complaints >= 20)
		exit(1);
}

/* ---- directories ---- */

static void load(int fd, struct img_buf *b)
{
	struct stat st;
	ssize_t r;

	b->n = 0;
	if (fstat(fd, &st) < 0 || !img_buf_room(b, (size_t)st.st_size + 1))
		fail("fstat");
	while ((r = pread(fd, b->p + b->n, b->cap - b->n, (off_t)b->n)) > 0) {
		b->n += (size_t)r;
		if (!img_buf_room(b, 1))
			fail("load");
	}
	if (r < 0)
		fail("read");
}

static void load_link(int dir, const char *name, struct img_buf *b)
{
	char to[PATH_MAX];
	ssize_t n = readlinkat(dir, name, to, sizeof(to) - 1);

	if (n < 0)
		fail(name);
	to[n] = '\0';
	img_buf_put(b, to, (size_t)n + 1);
}

/* All that is below a directory; `path` is that of it, and holds its name on return. */
static void look(struct tree *t, int dir, const char *path)
{
	DIR *d = fdopendir(dir);
	struct dirent *e;

	if (d == NULL)
		fail(path);
	while ((e = readdir(d)) != NULL) {
		struct file *f = &t->v[t->n];
		struct stat st;
		int fd;

		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (++t->n == sizeof(t->v) / sizeof(*t->v))
			fail("too many files");
		snprintf(f->path, sizeof(f->path), "%s%s%.100s", path, *path ? "/" : "", e->d_name);
		if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0)
			fail(e->d_name);
		f->type = IFTODT(st.st_mode);
		f->content.n = 0;
		if (f->type == DT_LNK) {
			load_link(dir, e->d_name, &f->content);
			continue;
		}
		if (f->type == DT_SOCK) { /* may be left, and is no obstacle */
			t->n--;
			continue;
		}
		fd = openat(dir, e->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0)
			fail(f->path);
		if (f->type == DT_DIR) {
			look(t, fd, f->path);
		} else {
			load(fd, &f->content);
			close(fd);
		}
	}
	closedir(d);
}

static void look_at(struct tree *t, const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		fail(dir);
	t->n = 0;
	look(t, fd, "");
}

static const struct file *find(const struct tree *t, const char *path)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].path, path) == 0)
			return &t->v[i];
	return NULL;
}

static bool same(const struct img_buf *a, const struct img_buf *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->p, b->p, a->n) == 0);
}

static bool same_file(const struct file *a, const struct file *b)
{
	return b != NULL && a->type == b->type && same(&a->content, &b->content);
}

static bool same_tree(const struct tree *a, const struct tree *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!same_file(&a->v[i], find(b, a->v[i].path)))
			return false;
	return true;
}

static void write_file(const struct file *f)
{
	int fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (fd < 0 || write(fd, f->content.p, f->content.n) != (ssize_t)f->content.n)
		fail(f->path);
	close(fd);
}

/* Make `run` what `before` is; `now` is what is in it. */
static void restore(const struct tree *now)
{
	for (size_t i = now->n; i-- > 0;)
		if (find(&before, now->v[i].path) == NULL &&
		    unlinkat(AT_FDCWD, now->v[i].path,
			     now->v[i].type == DT_DIR ? AT_REMOVEDIR : 0) < 0)
			fail(now->v[i].path);
	for (size_t i = 0; i < before.n; i++) {
		const struct file *f = &before.v[i];

		if (same_file(f, find(now, f->path)))
			continue;
		if (f->type == DT_REG)
			write_file(f);
		else if ((f->type == DT_DIR ? mkdir(f->path, 0777)
					    : symlink((char *)f->content.p, f->path)) < 0)
			fail(f->path);
	}
}

/* ---- one run ---- */

static void load_hit(struct end *e)
{
	int fd = open("../hit", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, e->hit, sizeof(e->hit) - 1) : 0;

	e->hit[n > 0 ? n : 0] = '\0';
	if (fd >= 0)
		close(fd);
}

static void run(const char *f, const char *log, struct end *e)
{
	int out = memfd_create("stdout", MFD_CLOEXEC), err = memfd_create("stderr", MFD_CLOEXEC);
	pid_t pid;

	if (out < 0 || err < 0)
		fail("memfd_create");
	runs++;
	fflush(stdout);
	pid = fork();
	if (pid < 0)
		fail("fork");
	if (pid == 0) {
		if (dup2(out, 1) < 0 || dup2(err, 2) < 0)
			_exit(126);
		setenv("LD_PRELOAD", getenv("SHIM"), 1);
		if (f != NULL)
			setenv("FAULT", f, 1);
		if (log != NULL)
			setenv("FAULT_LOG", log, 1);
		if (live != NULL)
			setenv("FAULT_HIT", "../hit", 1);
		alarm(30);
		execvp(command[0], command);
		_exit(126);
	}
	while (waitpid(pid, &e->status, 0) < 0)
		if (errno != EINTR)
			fail("wait");
	load(out, &e->out);
	load(err, &e->err);
	close(out);
	close(err);
	if (live != NULL)
		load_hit(e);
	look_at(&e->tree, ".");
}

static size_t count_lines(const struct img_buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->n; i++)
		n += b->p[i] == '\n';
	return n;
}

static bool as_sound(const struct end *e)
{
	return e->status == sound.status && same(&e->out, &sound.out) && same(&e->err, &sound.err);
}

/* A file that is written under another name first, or what is in such a directory. */
static bool is_temporary(const char *path)
{
	const char *name = strstr(path, ".img-");
	size_t n;

	if (name == NULL || (name != path && name[-1] != '/'))
		return false;
	n = strcspn(name, "/");
	return n > 9 && strncmp(name + n - 4, ".tmp", 4) == 0;
}

static bool begins(const struct img_buf *all, const struct img_buf *part)
{
	return part->n <= all->n && (part->n == 0 || memcmp(part->p, all->p, part->n) == 0);
}

static void check_tree(const struct end *e)
{
	for (size_t i = 0; i < e->tree.n; i++) {
		const struct file *f = &e->tree.v[i], *was = find(&before, f->path);

		if (same_file(f, was) || same_file(f, find(&sound.tree, f->path)))
			continue;
		if (act->kill && is_temporary(f->path))
			continue;
		if (act->data && was != NULL && begins(&was->content, &f->content))
			continue;
		complain(e, is_temporary(f->path) ? "left %s" : "%s is neither old nor whole",
			 f->path);
	}
	for (size_t i = 0; i < before.n; i++)
		if (find(&e->tree, before.v[i].path) == NULL)
			complain(e, "%s is gone", before.v[i].path);
}

/* With WHOLE_DIRS in the environment: a new directory that has its name holds all of it. */
static void check_dirs(const struct end *e)
{
	for (size_t i = 0; i < sound.tree.n; i++) {
		const struct file *f = &sound.tree.v[i];
		char dir[sizeof(f->path)];
		char *slash;

		snprintf(dir, sizeof(dir), "%s", f->path);
		slash = strrchr(dir, '/');
		if (slash == NULL || getenv("WHOLE_DIRS") == NULL)
			continue;
		*slash = '\0';
		if (find(&before, dir) == NULL && find(&e->tree, dir) != NULL &&
		    find(&e->tree, f->path) == NULL)
			complain(e, "%s is there without %s", dir, f->path);
	}
}

/* The failure was told, in a line of its own that says why. */
static void check_words(const struct end *e)
{
	size_t lines = count_lines(&e->err);
	bool ok;

	if (img_buf_room((struct img_buf *)(uintptr_t)&e->err, 1))
		e->err.p[e->err.n] = '\0';
	if (act->errnum == EPIPE)
		ok = lines == count_lines(&sound.err);
	else if (act->errnum != 0)
		ok = lines > 0 && strstr((char *)e->err.p, strerror(act->errnum)) != NULL;
	else
		ok = lines > 0;
	if (!ok)
		complain(e, "%zu lines on stderr, but not why it failed", lines);
	else if (act->errnum == ENOMEM && strcmp(which, "from") != 0 &&
		 lines > count_lines(&sound.err) + 1)
		complain(e, "%zu lines on stderr for one failure", lines);
}

/*
 * An answer of the machine with the status of one without a failure. These calls ask of nothing
 * that comes and goes: what they would change has been seen.
 */
static void check_live(const struct end *e)
{
	const char *why = strerror(act->errnum), *wrong = live_wrong(&sound.out, &e->out, why);
	struct part out = { (const char *)e->out.p, e->out.n };

	if (wrong != NULL)
		complain(e, "%s: %s", e->hit, wrong);
	else if (strcmp(live, "facts") == 0 && strcmp(e->hit, "fstat") != 0 &&
		 strcmp(e->hit, "access") != 0 && strcmp(e->hit, "close") != 0 &&
		 e->hit[0] != '\0' && !part_has(out, why))
		complain(e, "%s failed, and nothing says so", e->hit);
}

/* The status of a failure of the system: crit has but one for all failures. */
static int failed(void)
{
	return strcmp(command[0], "crit") == 0 ? 1 : 3;
}

static void check_end(const struct end *e)
{
	int status = WIFEXITED(e->status) ? WEXITSTATUS(e->status) : -1;

	if (WIFSIGNALED(e->status)) {
		complain(e, "killed by signal %d", WTERMSIG(e->status));
	} else if (live != NULL && e->status == sound.status) {
		check_live(e);
	} else if (as_sound(e)) {
		if (!act->data && !same_tree(&e->tree, &sound.tree))
			complain(e, "ended well, without all that it should have written");
		return;
	} else if (act->harmless) {
		complain(e, "status %d, another output", status);
	} else if (status == failed() || (status == 1 && act->data)) {
		check_words(e);
	} else {
		complain(e, "status %d, another output", status);
	}
	told++;
}

/* Is it an answer of the machine as it was asked without a failure, or a failure? */
static bool is_of_now(const struct end *e)
{
	if (e->status == sound.status)
		return live_wrong(&sound.out, &e->out, strerror(act->errnum)) == NULL;
	return WIFEXITED(e->status) && WEXITSTATUS(e->status) == failed();
}

static void once(const char *calls, unsigned long from, unsigned long to)
{
	enum { TIMES = 5 };
	static struct end e;

	snprintf(fault, sizeof(fault), "%s:%s:%lu:%lu", calls, act->name, from, to);
	run(fault, NULL, &e);
	/* Others may have changed the machine since: ask it again. A defect comes back. */
	for (int i = 0; live != NULL && !is_of_now(&e) && i < TIMES; i++) {
		run(NULL, NULL, &sound);
		run(fault, NULL, &e);
	}
	check_tree(&e);
	check_dirs(&e);
	if (!act->kill) {
		check_end(&e);
	} else if (!WIFSIGNALED(e.status) || WTERMSIG(e.status) != SIGKILL) {
		complain(&e, "not killed");
	} else {
		const bool done = getenv("WHOLE_DIRS") != NULL && same_tree(&e.tree, &sound.tree);

		/* What was left is no obstacle. */
		run(NULL, NULL, &e);
		check_tree(&e);
		check_dirs(&e);
		/* A directory that had its name already is refused. */
		if (!as_sound(&e) && !(done && WIFEXITED(e.status) && WEXITSTATUS(e.status) == 2))
			complain(&e, "does not succeed after a kill");
		for (size_t i = 0; i < sound.tree.n; i++)
			if (!same_file(&sound.tree.v[i], find(&e.tree, sound.tree.v[i].path)))
				complain(&e, "%s is missing after a kill", sound.tree.v[i].path);
	}
	restore(&e.tree);
}

/* ---- all of them ---- */

struct call {
	char class;
	unsigned long number;
	unsigned long long way;
};

/*
 * Has no call been tried that the same tool came to by the same way? The file SEEN in the
 * environment, if any, keeps what has been: several views of a tool begin alike.
 */
static bool is_new(const struct call *c)
{
	static struct img_buf seen;
	const char *file = getenv("SEEN");
	char line[200];
	int fd = -1;

	if (file != NULL) {
		fd = open(file, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
		if (fd < 0)
			fail(file);
	}
	if (fd >= 0 && seen.n == 0)
		load(fd, &seen);
	snprintf(line, sizeof(line), "%.30s %c %llx %s %s;", command[0], c->class, c->way,
		 act->name, which);
	if (memmem(seen.p, seen.n, line, strlen(line)) == NULL) {
		img_buf_put(&seen, line, strlen(line));
		if (fd >= 0 && write(fd, line, strlen(line)) < 0)
			fail(file);
		close(fd);
		return true;
	}
	close(fd);
	return false;
}

static void each(const struct call *v, size_t n)
{
	const char *env = getenv("FAULTS");
	bool every = strcmp(which, "each") == 0 || (env != NULL && strcmp(env, "all") == 0);

	for (size_t i = 0; i < n; i++) {
		char one[2] = { v[i].class, '\0' };

		if (strchr(classes, v[i].class) != NULL && (every || is_new(&v[i])))
			once(one, v[i].number, strcmp(which, "from") == 0 ? ~0UL : v[i].number);
	}
}

/* The run without a failure, in which the calls are told. */
static size_t listen(struct call **v)
{
	struct img_buf calls = { 0 };
	struct call c;
	FILE *log;

	run(NULL, "../calls", &sound);
	if (!WIFEXITED(sound.status) || WEXITSTATUS(sound.status) > 1) {
		show("stderr", &sound.err);
		fprintf(stderr, "faults: %s fails by itself\n", command[0]);
		exit(3);
	}
	log = fopen("../calls", "re");
	if (log == NULL)
		fail("the shim is not heard");
	while (fscanf(log, " %c %*s %lu %llx", &c.class, &c.number, &c.way) == 3)
		img_buf_put(&calls, &c, sizeof(c));
	fclose(log);
	unlink("../calls");
	*v = (struct call *)(void *)calls.p;
	return calls.n / sizeof(c);
}

static const struct action *find_action(const char *name)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	fprintf(stderr, "faults: no action %s\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	struct call *calls;
	size_t n;
	FILE *f;

	if (argc < 5 || getenv("SHIM") == NULL) {
		fputs("usage: SHIM=FILE faults CLASSES ACTION each|way|from|all COMMAND...\n",
		      stderr);
		return 2;
	}
	classes = argv[1];
	act = find_action(argv[2]);
	which = argv[3];
	live = getenv("LIVE");
	command = argv + 4;
	look_at(&before, "before");
	if ((mkdir("run", 0777) < 0 && errno != EEXIST) || chdir("run") < 0)
		fail("run");
	look_at(&sound.tree, ".");
	restore(&sound.tree);
	n = listen(&calls);
	restore(&sound.tree);
	if (strcmp(which, "all") == 0)
		once(classes, 1, ~0UL);
	else
		each(calls, n);
	f = fopen("../runs", "ae");
	if (f == NULL)
		fail("runs");
	fprintf(f, "%u\t%u\t%s %s %s", runs - 1, told, classes, act->name, which);
	for (char **a = command; *a != NULL; a++)
		fprintf(f, " %s", *a);
	fputc('\n', f);
	fclose(f);
	return complaints > 0;
}
