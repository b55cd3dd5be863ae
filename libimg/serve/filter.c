#include "libimg/serve/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/serve/protocol.h"

size_t img_filter_match(const struct img_filter *filters, size_t n, const char *name,
			const char **commands)
{
	size_t found = 0;

	for (size_t i = 0; i < n && found < IMG_FILTERS; i++)
		if (fnmatch(filters[i].glob, name, 0) == 0)
			commands[found++] = filters[i].command;
	return found;
}

int img_filter_dir(const struct img_dir *from, char *path, size_t size, struct img_err *err)
{
	char real[PATH_MAX];

	if (img_dir_fd(from) >= 0 && realpath(img_dir_path(from), real) == NULL)
		return img_fail_file(err, img_dir_path(from), "", "");
	snprintf(path, size, "%s", img_dir_fd(from) >= 0 ? real : img_dir_path(from));
	return 0;
}

/* ---- the environment ---- */

static char *assign(const char *name, const char *value)
{
	size_t size = strlen(name) + strlen(value) + 2;
	char *s = img_realloc(NULL, size);

	if (s != NULL)
		snprintf(s, size, "%s=%s", name, value);
	return s;
}

static bool is_ours(const char *s)
{
	return strncmp(s, "IMG=", 4) == 0 || strncmp(s, "DIR=", 4) == 0;
}

/* Ours come first; the rest is borrowed. NULL: no memory. */
static char **make_environment(const char *name, const char *dir)
{
	size_t n = 0, k = 2;
	char **env;

	while (environ[n] != NULL)
		n++;
	env = img_calloc(n + 3, sizeof(*env));
	if (env == NULL)
		return NULL;
	env[0] = assign("IMG", name);
	env[1] = assign("DIR", dir);
	for (size_t i = 0; i < n; i++)
		if (!is_ours(environ[i]))
			env[k++] = environ[i];
	return env;
}

static void free_environment(char **env)
{
	if (env == NULL)
		return;
	img_free(env[0]);
	img_free(env[1]);
	img_free(env);
}

/* ---- start ---- */

/* As posix_spawnp(), with the shell that reports a failure inside of a pipe, or any. */
static int spawn_shell(pid_t *pid, const char *command, const posix_spawn_file_actions_t *files,
		       const posix_spawnattr_t *attr, char **env)
{
	char *own = img_strndup(command, strlen(command));
	char bash[] = "bash", sh[] = "sh", o[] = "-o", pipefail[] = "pipefail", c[] = "-c";
	char *with[] = { bash, o, pipefail, c, own, NULL }, *without[] = { sh, c, own, NULL };
	int r;

	if (own == NULL)
		return ENOMEM;
	r = posix_spawnp(pid, bash, files, attr, with, env);
	if (r == ENOENT)
		r = posix_spawnp(pid, sh, files, attr, without, env);
	img_free(own);
	return r;
}

static int spawn(struct img_pipeline *p, const char *command, char **env, int in, int out)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t pipe, none;
	int r = posix_spawn_file_actions_init(&files);

	if (r != 0)
		return r;
	r = posix_spawnattr_init(&attr);
	if (r == 0) {
		sigemptyset(&none);
		sigemptyset(&pipe);
		sigaddset(&pipe, SIGPIPE);
		posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF |
							POSIX_SPAWN_SETSIGMASK);
		posix_spawnattr_setpgroup(&attr, p->group);
		posix_spawnattr_setsigdefault(&attr, &pipe);
		posix_spawnattr_setsigmask(&attr, &none);
		r = posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
		if (r == 0)
			r = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
		if (r == 0)
			r = spawn_shell(&p->each[p->n].pid, command, &files, &attr, env);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&files);
	return r;
}

/* One command; *in becomes what it writes, where it is not the last. */
static int add(struct img_pipeline *p, const char *command, bool last, char **env, int *in, int out)
{
	int ends[2] = { -1, out }, r;

	if (!last && pipe2(ends, O_CLOEXEC) < 0)
		return errno;
	p->each[p->n].command = command;
	r = spawn(p, command, env, *in, ends[1]);
	if (!last) {
		close(ends[1]);
		*in = ends[0];
	}
	if (r != 0)
		return r;
	if (p->n == 0)
		p->group = p->each[0].pid;
	p->each[p->n].pidfd = (int)syscall(SYS_pidfd_open, p->each[p->n].pid, 0);
	p->each[p->n].ended = false;
	p->n++;
	p->running++;
	return 0;
}

int img_pipeline_start(struct img_pipeline *p, const char *const *commands, size_t n,
		       const char *name, const char *dir, int in, int out, struct img_err *err)
{
	char **env = make_environment(name, dir);
	int from = in, r = 0;

	p->n = p->running = 0;
	p->group = 0;
	if (env == NULL || env[0] == NULL || env[1] == NULL)
		r = ENOMEM;
	for (size_t i = 0; r == 0 && i < n; i++) {
		int was = from;

		r = add(p, commands[i], i + 1 == n, env, &from, out);
		if (was != in && was != from)
			close(was);
	}
	if (n > 1 && from != in)
		close(from);
	free_environment(env);
	if (r == 0)
		return 0;
	img_pipeline_kill(p);
	errno = r;
	return img_fail(err, IMG_ESYS, IMG_NOWHERE, "cannot start a filter");
}

/* ---- end ---- */

static void reap(struct img_pipeline *p, size_t i, int flags)
{
	pid_t r;

	do
		r = waitpid(p->each[i].pid, &p->each[i].status, flags);
	while (r < 0 && errno == EINTR);
	if (r == 0)
		return;
	if (r < 0) /* somebody else has taken it: how it ended is not known */
		p->each[i].status = 127 << 8;
	p->each[i].ended = true;
	p->running--;
	if (p->each[i].pidfd >= 0)
		close(p->each[i].pidfd);
	p->each[i].pidfd = -1;
}

static bool by_pipe(int status)
{
	return (WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE) ||
	       (WIFEXITED(status) && WEXITSTATUS(status) == 128 + SIGPIPE);
}

/* A reader that dies takes its writer along: the one to blame is another than those. */
static int judge(const struct img_pipeline *p, struct img_err *err)
{
	size_t bad = p->n;

	for (size_t i = 0; i < p->n; i++)
		if (p->each[i].status != 0 &&
		    (bad == p->n || (by_pipe(p->each[bad].status) && !by_pipe(p->each[i].status))))
			bad = i;
	if (bad == p->n)
		return 1;
	if (WIFSIGNALED(p->each[bad].status))
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "filter '%.150s': killed by signal %d",
				p->each[bad].command, WTERMSIG(p->each[bad].status));
	return img_fail(err, IMG_EDATA, IMG_NOWHERE, "filter '%.150s': exit status %d",
			p->each[bad].command, WEXITSTATUS(p->each[bad].status));
}

int img_pipeline_poll(struct img_pipeline *p, struct img_err *err)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->each[i].ended)
			reap(p, i, WNOHANG);
	return p->running > 0 ? IMG_WAIT : judge(p, err);
}

int img_pipeline_wait(struct img_pipeline *p, struct img_err *err)
{
	for (size_t i = 0; i < p->n; i++)
		if (!p->each[i].ended)
			reap(p, i, 0);
	return judge(p, err) > 0 ? 0 : -1;
}

void img_pipeline_kill(struct img_pipeline *p)
{
	if (p->running == 0)
		return;
	kill(-p->group, SIGKILL);
	for (size_t i = 0; i < p->n; i++)
		if (!p->each[i].ended)
			reap(p, i, 0);
}
