#include "cmd/imgserve/run.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int wakers[2] = { -1, -1 };

static void on_signal(int number)
{
	int saved = errno;
	unsigned char byte = (unsigned char)number;

	(void)!write(wakers[1], &byte, 1);
	errno = saved;
}

static const int ending[] = { SIGINT, SIGTERM, SIGHUP };

int run_begin(struct run *r, struct img_err *err)
{
	struct sigaction a = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	*r = (struct run){ .wake = -1 };
	if (pipe2(wakers, O_CLOEXEC | O_NONBLOCK) < 0)
		return img_fail_sys(err);
	r->wake = wakers[0];
	sigaction(SIGCHLD, &a, NULL);
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++) {
		struct sigaction was;

		/* nohup and the like: what was ignored stays so. */
		if (sigaction(ending[i], NULL, &was) == 0 && was.sa_handler != SIG_IGN)
			sigaction(ending[i], &a, NULL);
	}
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

void run_end(struct run *r)
{
	signal(SIGCHLD, SIG_DFL);
	for (size_t i = 0; i < sizeof(ending) / sizeof(*ending); i++)
		signal(ending[i], SIG_DFL);
	if (wakers[0] >= 0)
		close(wakers[0]);
	if (wakers[1] >= 0)
		close(wakers[1]);
	wakers[0] = wakers[1] = r->wake = -1;
}

static int spawn(struct run *r, char **command, const posix_spawn_file_actions_t *files)
{
	posix_spawnattr_t attr;
	sigset_t usual, none;
	int e = posix_spawnattr_init(&attr);

	if (e != 0)
		return e;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGPIPE);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigdefault(&attr, &usual);
	posix_spawnattr_setsigmask(&attr, &none);
	e = posix_spawnp(&r->child, command[0], files, &attr, command, environ);
	posix_spawnattr_destroy(&attr);
	return e;
}

int run_start(struct run *r, char **command, int out, struct img_err *err)
{
	posix_spawn_file_actions_t files;
	int e = posix_spawn_file_actions_init(&files);

	if (e == 0) {
		if (out != STDOUT_FILENO)
			e = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
		if (e == 0)
			e = spawn(r, command, &files);
		posix_spawn_file_actions_destroy(&files);
	}
	if (e == 0)
		return 0;
	r->child = 0;
	errno = e;
	return img_fail_file(err, command[0], "", "");
}

static void reap(struct run *r)
{
	int status;

	if (r->child == 0 || r->ended || waitpid(r->child, &status, WNOHANG) != r->child)
		return;
	r->ended = true;
	r->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

void run_woken(struct run *r)
{
	unsigned char bytes[64];
	ssize_t n;

	while ((n = read(r->wake, bytes, sizeof(bytes))) > 0)
		for (ssize_t i = 0; i < n; i++)
			if (bytes[i] != SIGCHLD)
				r->signal = bytes[i];
	reap(r);
}

void run_wait(struct run *r)
{
	struct pollfd p = { .fd = r->wake, .events = POLLIN };
	int passed = 0;

	if (r->child == 0)
		return;
	reap(r);
	while (!r->ended) {
		if (r->signal != 0 && r->signal != passed)
			kill(r->child, passed = r->signal);
		poll(&p, 1, -1);
		run_woken(r);
	}
}
