/*
 * run - measure a command: run [-n RUNS] [-i FILE] COMMAND [ARG]...
 *
 * Prints the median of its user and system seconds together, the median of the seconds on
 * the clock, and its largest resident set in KiB. FILE is its standard input, opened anew
 * for each run; its output is thrown away. Where there are several runs, one more before
 * them warms the caches up and does not count, and each stands for as many in a row as take
 * LEAST seconds: a clock that ticks every 10 ms says nothing of a shorter time.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define LEAST 0.2

struct sample {
	double cpu, wall;
	long rss;
};

static void redirect(int fd, const char *path, int flags)
{
	int from = open(path, flags);

	if (from < 0 || dup2(from, fd) < 0) {
		fprintf(stderr, "run: %s: %s\n", path, strerror(errno));
		_exit(126);
	}
	if (from != fd)
		close(from);
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/*
 * The kernel counts what the child had resident before the exec, too: this process must
 * stay smaller than anything that it measures.
 */
static struct sample measure(char **argv, const char *input)
{
	struct sample s = { .wall = now() };
	struct rusage u;
	int status;
	pid_t pid = fork();

	if (pid < 0) {
		perror("run: fork");
		exit(3);
	}
	if (pid == 0) {
		if (input != NULL)
			redirect(0, input, O_RDONLY);
		redirect(1, "/dev/null", O_WRONLY);
		execvp(argv[0], argv);
		fprintf(stderr, "run: %s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	while (wait4(pid, &status, 0, &u) < 0)
		if (errno != EINTR) {
			perror("run: wait4");
			exit(3);
		}
	s.wall = now() - s.wall;
	s.cpu = seconds(u.ru_utime) + seconds(u.ru_stime);
	s.rss = u.ru_maxrss;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "run: %s failed (%s %d)\n", argv[0],
			WIFEXITED(status) ? "status" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		exit(1);
	}
	return s;
}

static struct sample measure_long(char **argv, const char *input)
{
	enum { MOST = 200 };
	struct sample sum = { .cpu = 0 };
	int n = 0;

	do {
		struct sample s = measure(argv, input);

		sum.cpu += s.cpu;
		sum.wall += s.wall;
		sum.rss = s.rss > sum.rss ? s.rss : sum.rss;
	} while (++n < MOST && sum.cpu < LEAST);
	sum.cpu /= n;
	sum.wall /= n;
	return sum;
}

static int ascending(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static double median(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), ascending);
	return n % 2 ? v[n / 2] : (v[n / 2 - 1] + v[n / 2]) / 2;
}

int main(int argc, char **argv)
{
	enum { MAX_RUNS = 1000 };
	static double cpu[MAX_RUNS], wall[MAX_RUNS];
	const char *input = NULL;
	long runs = 1, rss = 0;

	for (int c; (c = getopt(argc, argv, "+n:i:")) != -1;)
		switch (c) {
		case 'n': runs = strtol(optarg, NULL, 10); break;
		case 'i': input = optarg; break;
		default: return 2;
		}
	if (optind == argc || runs < 1 || runs > MAX_RUNS) {
		fputs("usage: run [-n RUNS] [-i FILE] COMMAND [ARG]...\n", stderr);
		return 2;
	}
	if (runs > 1)
		measure(argv + optind, input);
	for (long i = 0; i < runs; i++) {
		struct sample s = runs > 1 ? measure_long(argv + optind, input)
					   : measure(argv + optind, input);

		cpu[i] = s.cpu;
		wall[i] = s.wall;
		rss = s.rss > rss ? s.rss : rss;
	}
	printf("%.6f %.6f %ld\n", median(cpu, (size_t)runs), median(wall, (size_t)runs), rss);
	return fflush(stdout) == 0 ? 0 : 3;
}
