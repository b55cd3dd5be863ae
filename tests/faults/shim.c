/*
 * shim - calls that fail when they are told to; loaded before a tool by LD_PRELOAD
 *
 * The calls of a tool, and of the libraries below it, are counted by class. FAULT in the
 * environment says what happens to which of them: CLASSES:ACTION:FIRST:LAST[:CALL], where
 * CLASSES are letters of the table below, FIRST and LAST are numbers from 1 on, and CALL,
 * if given, has the counting heed calls of that name only. FAULT_LOG=FILE has a line for
 * each call that is counted: its class, name, number in its class, and a number for the
 * way by which the program came to it, so that each way can be tried once. FAULT_HIT=FILE gets
 * the name of a call that was made to fail.
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#if defined(__has_include)
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define HAVE_BACKTRACE 1
#endif
#endif

enum class {
	MEMORY, /* 'm' */
	READ,   /* 'r' */
	WRITE,  /* 'w' */
	CHANGE, /* 'c': of what directories hold, and of what is on the disk */
	OTHER,  /* 'o': open, stat, seek, ... */
	CLASSES
};
static const char letters[] = "mrwco";

/* What happens to a call; others are an errno. */
enum { KILL_BEFORE = -1, KILL_AFTER = -2, SHORT = -3, SHRINK = -4, EMPTY = -5, AGAIN = -6 };

static const struct {
	const char *name;
	int action;
} actions[] = {
	{ "ENOMEM", ENOMEM },         { "EIO", EIO },       { "ENOSPC", ENOSPC },
	{ "EPIPE", EPIPE },           { "EACCES", EACCES }, { "kill-before", KILL_BEFORE },
	{ "short", SHORT },     /* a hundred bytes at most, or a single one */
	{ "shrink", SHRINK },   /* the file that is read is cut to a half */
	{ "empty", EMPTY },     /* ... to nothing */
	{ "interrupt", AGAIN }, /* EINTR, but not twice in a row */
	{ "kill-after", KILL_AFTER },
};

static bool counting, busy, started;
static bool hit[CLASSES];
static int action, log_fd = -1, hit_fd = -1;
static unsigned long first, last, count[CLASSES];
static char only[32];
static const char *now; /* the call in hand */
static bool interrupted;

#define REAL(type, name, args) static type(*real_##name) args
REAL(void *, malloc, (size_t));
REAL(void *, calloc, (size_t, size_t));
REAL(void *, realloc, (void *, size_t));
REAL(void, free, (void *));
REAL(int, regcomp, (regex_t *, const char *, int));
REAL(ssize_t, read, (int, void *, size_t));
REAL(ssize_t, pread, (int, void *, size_t, off_t));
REAL(ssize_t, write, (int, const void *, size_t));
REAL(ssize_t, pwrite, (int, const void *, size_t, off_t));
REAL(ssize_t, copy_file_range, (int, off_t *, int, off_t *, size_t, unsigned));
REAL(ssize_t, sendfile, (int, int, off_t *, size_t));
REAL(int, open, (const char *, int, ...));
REAL(int, openat, (int, const char *, int, ...));
REAL(int, close, (int));
REAL(int, stat, (const char *, struct stat *));
REAL(int, fstat, (int, struct stat *));
REAL(int, fstatat, (int, const char *, struct stat *, int));
REAL(off_t, lseek, (int, off_t, int));
REAL(int, ftruncate, (int, off_t));
REAL(int, fchmod, (int, mode_t));
REAL(int, mkdir, (const char *, mode_t));
REAL(int, mkdirat, (int, const char *, mode_t));
REAL(int, renameat, (int, const char *, int, const char *));
REAL(int, renameat2, (int, const char *, int, const char *, unsigned));
REAL(int, symlinkat, (const char *, int, const char *));
REAL(int, linkat, (int, const char *, int, const char *, int));
REAL(int, unlinkat, (int, const char *, int));
REAL(ssize_t, readlinkat, (int, const char *, char *, size_t));
REAL(int, access, (const char *, int));
REAL(int, faccessat, (int, const char *, int, int));
REAL(DIR *, fdopendir, (int));
REAL(struct dirent *, readdir, (DIR *));
REAL(char *, realpath, (const char *, char *));
REAL(int, poll, (struct pollfd *, nfds_t, int));
REAL(int, fchown, (int, uid_t, gid_t));
REAL(int, futimens, (int, const struct timespec *));
REAL(ssize_t, flistxattr, (int, char *, size_t));
REAL(ssize_t, fgetxattr, (int, const char *, void *, size_t));
REAL(int, fsetxattr, (int, const char *, const void *, size_t, int));
REAL(int, flock, (int, int));
REAL(int, unlink, (const char *));
REAL(int, mkostemp, (char *, int));
REAL(FILE *, tmpfile, (void));
REAL(FILE *, fopen, (const char *, const char *));
REAL(int, dup, (int));
REAL(int, pipe2, (int *, int));
REAL(int, socket, (int, int, int));
REAL(int, bind, (int, const struct sockaddr *, socklen_t));
REAL(int, listen, (int, int));
REAL(int, accept4, (int, struct sockaddr *, socklen_t *, int));
REAL(ssize_t, recv, (int, void *, size_t, int));
REAL(ssize_t, recvmsg, (int, struct msghdr *, int));
REAL(ssize_t, send, (int, const void *, size_t, int));
REAL(ssize_t, splice, (int, off64_t *, int, off64_t *, size_t, unsigned));

/* What dlsym() allocates before the real functions are known; it is never freed. */
static _Alignas(16) char early[4096];
static size_t early_n;

static void *early_alloc(size_t n)
{
	void *p = early + early_n;

	early_n += (n + 15) & ~(size_t)15;
	if (early_n > sizeof(early))
		_exit(125);
	return p;
}

static bool is_early(const void *p)
{
	return (uintptr_t)p - (uintptr_t)early < sizeof(early);
}

/* ---- what is to fail ---- */

static void bad(const char *what)
{
	fprintf(stderr, "shim: bad FAULT: %s\n", what);
	_exit(125);
}

static void parse(const char *s)
{
	char classes[8], name[16];

	if (sscanf(s, "%7[mrwco]:%15[^:]:%lu:%lu:%31s", classes, name, &first, &last, only) < 4)
		bad(s);
	for (const char *c = classes; *c != '\0'; c++)
		hit[strchr(letters, *c) - letters] = true;
	for (size_t i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		if (strcmp(actions[i].name, name) == 0)
			action = actions[i].action;
	if (action == 0)
		bad(name);
}

/* Where files were small once, calls for those of any size have names of their own. */
static void *find(const char *name)
{
	char large[40];
	void *p;

	snprintf(large, sizeof(large), "%s64", name);
	p = dlsym(RTLD_NEXT, large);
	if (p == NULL)
		p = dlsym(RTLD_NEXT, name);
	if (p == NULL)
		bad(name);
	return p;
}

#define FIND(name) *(void **)&real_##name = find(#name)

/*
 * libarchive ends the program, or crashes, where it has no memory (3.6: __archive_errx()): what
 * it allocates itself does not fail, and is not counted.
 */
static bool is_archive(const void *caller)
{
	Dl_info in = { .dli_fname = NULL };
	bool was = busy, found;

	busy = true;
	found = dladdr(caller, &in) != 0 && in.dli_fname != NULL &&
		strstr(in.dli_fname, "/libarchive.so") != NULL;
	busy = was;
	return found;
}

/* So does the dynamic linker. */
void *dlopen(const char *file, int flags)
{
	void *(*open_library)(const char *, int), *lib;
	bool was = busy;

	busy = true;
	*(void **)&open_library = find("dlopen");
	lib = open_library(file, flags);
	busy = was;
	return lib;
}

/* Also for the constructors of libraries, which come before ours. */
static void find_memory(void)
{
	static bool finding; /* dlsym() allocates */

	if (finding || real_free != NULL)
		return;
	finding = true;
	FIND(malloc), FIND(calloc), FIND(realloc), FIND(free);
	finding = false;
}

__attribute__((constructor)) static void begin(void)
{
	const char *fault = getenv("FAULT"), *log = getenv("FAULT_LOG"), *h = getenv("FAULT_HIT");

	find_memory();
	FIND(read), FIND(pread), FIND(write), FIND(pwrite);
	FIND(copy_file_range), FIND(sendfile);
	FIND(open), FIND(openat), FIND(close);
	FIND(stat), FIND(fstat), FIND(fstatat), FIND(lseek), FIND(ftruncate);
	FIND(fchmod), FIND(mkdir), FIND(mkdirat), FIND(renameat), FIND(renameat2);
	FIND(symlinkat), FIND(linkat), FIND(unlinkat);
	FIND(readlinkat), FIND(access), FIND(faccessat), FIND(fdopendir), FIND(readdir),
		FIND(realpath);
	FIND(poll), FIND(regcomp), FIND(fchown), FIND(futimens), FIND(flock), FIND(unlink);
	FIND(mkostemp), FIND(tmpfile), FIND(fopen), FIND(dup), FIND(pipe2), FIND(socket);
	FIND(bind), FIND(listen), FIND(accept4), FIND(recv), FIND(recvmsg), FIND(send);
	FIND(splice), FIND(flistxattr), FIND(fgetxattr), FIND(fsetxattr);
	if (log != NULL) {
		log_fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
		/* Out of the way of what the tool opens. */
		log_fd = fcntl(log_fd, F_DUPFD_CLOEXEC, 700);
#ifdef HAVE_BACKTRACE
		backtrace(&(void *){ NULL }, 1); /* the first call loads a library */
#endif
	}
	if (h != NULL) {
		hit_fd = real_open(h, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
		hit_fd = fcntl(hit_fd, F_DUPFD_CLOEXEC, 700);
	}
	if (fault != NULL)
		parse(fault);
	counting = fault != NULL || log_fd >= 0;
	/* It is about this program, not about those that it runs. */
	unsetenv("LD_PRELOAD");
	unsetenv("FAULT");
	unsetenv("FAULT_LOG");
	unsetenv("FAULT_HIT");
}

/* A number for the calls that led here. */
static uint64_t way(void)
{
	uint64_t h = 0;
#ifdef HAVE_BACKTRACE
	void *at[64];
	int n = backtrace(at, 64);

	/* By places in programs and libraries, which the kernel puts anywhere. */
	for (int i = 0; i < n; i++) {
		Dl_info in = { .dli_fbase = NULL };

		dladdr(at[i], &in);
		h = (h ^ ((uintptr_t)at[i] - (uintptr_t)in.dli_fbase)) * UINT64_C(0x100000001b3);
	}
#endif
	return h;
}

static void note(enum class c)
{
	char line[100];
	int n;

	busy = true;
	n = snprintf(line, sizeof(line), "%c %s %lu %llx\n", letters[c], now, count[c],
		     (unsigned long long)way());
	real_write(log_fd, line, (size_t)n);
	busy = false;
}

/* Cut the file that is read, unless it is the end of a pipe or the like. */
static void shrink(int fd)
{
	char path[40];
	struct stat st;
	int w;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (real_fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	w = real_open(path, O_WRONLY | O_CLOEXEC);
	if (w < 0 || real_ftruncate(w, action == SHRINK ? st.st_size / 2 : 0) < 0)
		_exit(125);
	real_close(w);
}

/* A program that counts its lines writes them down after its end. */
static void stop(void)
{
	counting = false;
}

/* Count a call. Returns what is to happen to it, 0: nothing. */
static int fate(enum class c, const char *name, int fd)
{
	int e = errno;

	if (!counting || busy || (only[0] != '\0' && strcmp(only, name) != 0))
		return 0;
	now = name;
	/* Registered by now, it runs before what the dynamic linker has registered. */
	if (!started) {
		started = true;
		busy = true;
		atexit(stop);
		busy = false;
	}
	count[c]++;
	if (log_fd >= 0)
		note(c);
	errno = e;
	if (!hit[c] || count[c] < first || count[c] > last)
		return 0;
	if (hit_fd >= 0)
		real_write(hit_fd, name, strlen(name));
	switch (action) {
	case KILL_BEFORE: raise(SIGKILL); return 0;
	case SHRINK:
	case EMPTY: shrink(fd); return 0;
	case AGAIN: interrupted = !interrupted; return interrupted ? EINTR : 0;
	default: return action;
	}
}

static void done(int f)
{
	if (f == KILL_AFTER)
		raise(SIGKILL);
}

/* Do the call, unless it is to fail. */
#define CALL(c, name, fd, type, failed, call)                                                      \
	do {                                                                                       \
		int f = fate(c, name, fd);                                                         \
		type r;                                                                            \
                                                                                                   \
		if (f > 0) {                                                                       \
			errno = f;                                                                 \
			return failed;                                                             \
		}                                                                                  \
		r = call;                                                                          \
		done(f);                                                                           \
		return r;                                                                          \
	} while (0)

/* The same for one that moves n bytes: these may be fewer. */
#define MOVE(c, name, fd, call)                                                                    \
	do {                                                                                       \
		int f = fate(c, name, fd);                                                         \
		ssize_t r;                                                                         \
                                                                                                   \
		if (f > 0) {                                                                       \
			errno = f;                                                                 \
			return -1;                                                                 \
		}                                                                                  \
		if (f == SHORT && n > count[c] % 100 + 1)                                          \
			n = count[c] % 100 + 1;                                                    \
		r = call;                                                                          \
		done(f);                                                                           \
		return r;                                                                          \
	} while (0)

/* ---- the calls ---- */

void *malloc(size_t n)
{
	find_memory();
	if (real_malloc == NULL)
		return early_alloc(n);
	if (is_archive(__builtin_return_address(0)))
		return real_malloc(n);
	CALL(MEMORY, "malloc", -1, void *, NULL, real_malloc(n));
}

void *calloc(size_t n, size_t size)
{
	find_memory();
	if (real_calloc == NULL)
		return early_alloc(n * size);
	if (is_archive(__builtin_return_address(0)))
		return real_calloc(n, size);
	CALL(MEMORY, "calloc", -1, void *, NULL, real_calloc(n, size));
}

void *realloc(void *p, size_t n)
{
	find_memory();
	if (real_realloc == NULL || is_early(p))
		_exit(125);
	if (is_archive(__builtin_return_address(0)))
		return real_realloc(p, n);
	CALL(MEMORY, "realloc", -1, void *, NULL, real_realloc(p, n));
}

void free(void *p)
{
	if (real_free != NULL && !is_early(p))
		real_free(p);
}

/* As a whole: that of glibc 2.36 may free twice what it could not allocate. */
int regcomp(regex_t *re, const char *pattern, int flags)
{
	int r;

	if (fate(MEMORY, "regcomp", -1) > 0)
		return REG_ESPACE;
	busy = true;
	r = real_regcomp(re, pattern, flags);
	busy = false;
	return r;
}

ssize_t read(int fd, void *p, size_t n)
{
	MOVE(READ, "read", fd, real_read(fd, p, n));
}

ssize_t pread(int fd, void *p, size_t n, off_t off)
{
	MOVE(READ, "pread", fd, real_pread(fd, p, n, off));
}

ssize_t write(int fd, const void *p, size_t n)
{
	MOVE(WRITE, "write", fd, real_write(fd, p, n));
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t off)
{
	MOVE(WRITE, "pwrite", fd, real_pwrite(fd, p, n, off));
}

ssize_t copy_file_range(int from, off_t *in, int to, off_t *out, size_t n, unsigned flags)
{
	MOVE(WRITE, "copy_file_range", from, real_copy_file_range(from, in, to, out, n, flags));
}

ssize_t sendfile(int to, int from, off_t *off, size_t n)
{
	MOVE(WRITE, "sendfile", from, real_sendfile(to, from, off, n));
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode = 0;

	va_start(ap, flags);
	if (flags & O_CREAT)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	CALL(OTHER, "open", -1, int, -1, real_open(path, flags, mode));
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list ap;
	mode_t mode = 0;

	bool makes = flags & O_CREAT || (flags & O_TMPFILE) == O_TMPFILE;

	va_start(ap, flags);
	if (makes)
		mode = va_arg(ap, mode_t);
	va_end(ap);
	CALL(makes ? CHANGE : OTHER, "openat", -1, int, -1, real_openat(dir, path, flags, mode));
}

/* A descriptor is gone, whatever close() says. */
int close(int fd)
{
	int f = fate(CHANGE, "close", fd), r = real_close(fd);

	done(f);
	if (f > 0)
		errno = f;
	return f > 0 ? -1 : r;
}

int stat(const char *path, struct stat *st)
{
	CALL(OTHER, "stat", -1, int, -1, real_stat(path, st));
}

int fstat(int fd, struct stat *st)
{
	CALL(OTHER, "fstat", fd, int, -1, real_fstat(fd, st));
}

int fstatat(int dir, const char *path, struct stat *st, int flags)
{
	CALL(OTHER, "fstatat", -1, int, -1, real_fstatat(dir, path, st, flags));
}

off_t lseek(int fd, off_t off, int whence)
{
	CALL(OTHER, "lseek", fd, off_t, -1, real_lseek(fd, off, whence));
}

int ftruncate(int fd, off_t size)
{
	CALL(CHANGE, "ftruncate", fd, int, -1, real_ftruncate(fd, size));
}

int fchmod(int fd, mode_t mode)
{
	CALL(CHANGE, "fchmod", fd, int, -1, real_fchmod(fd, mode));
}

/* It is the process that is killed, not the machine: nothing needs to be on the disk. */
int fsync(int fd)
{
	CALL(CHANGE, "fsync", fd, int, -1, 0);
}

int syncfs(int fd)
{
	CALL(CHANGE, "syncfs", fd, int, -1, 0);
}

int mkdir(const char *path, mode_t mode)
{
	CALL(CHANGE, "mkdir", -1, int, -1, real_mkdir(path, mode));
}

int mkdirat(int dir, const char *path, mode_t mode)
{
	CALL(CHANGE, "mkdirat", -1, int, -1, real_mkdirat(dir, path, mode));
}

int symlinkat(const char *target, int dir, const char *path)
{
	CALL(CHANGE, "symlinkat", -1, int, -1, real_symlinkat(target, dir, path));
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
	CALL(CHANGE, "renameat2", -1, int, -1, real_renameat2(a, from, b, to, flags));
}

int renameat(int a, const char *from, int b, const char *to)
{
	CALL(CHANGE, "renameat", -1, int, -1, real_renameat(a, from, b, to));
}

int linkat(int a, const char *from, int b, const char *to, int flags)
{
	CALL(CHANGE, "linkat", -1, int, -1, real_linkat(a, from, b, to, flags));
}

int unlinkat(int dir, const char *path, int flags)
{
	CALL(CHANGE, "unlinkat", -1, int, -1, real_unlinkat(dir, path, flags));
}

ssize_t readlinkat(int dir, const char *path, char *p, size_t n)
{
	CALL(OTHER, "readlinkat", -1, ssize_t, -1, real_readlinkat(dir, path, p, n));
}

int access(const char *path, int mode)
{
	CALL(OTHER, "access", -1, int, -1, real_access(path, mode));
}

int faccessat(int dir, const char *path, int mode, int flags)
{
	CALL(OTHER, "faccessat", -1, int, -1, real_faccessat(dir, path, mode, flags));
}

DIR *fdopendir(int fd)
{
	CALL(OTHER, "fdopendir", -1, DIR *, NULL, real_fdopendir(fd));
}

struct dirent *readdir(DIR *d)
{
	CALL(OTHER, "readdir", -1, struct dirent *, NULL, real_readdir(d));
}

char *realpath(const char *path, char *p)
{
	CALL(OTHER, "realpath", -1, char *, NULL, real_realpath(path, p));
}

int poll(struct pollfd *p, nfds_t n, int ms)
{
	CALL(OTHER, "poll", -1, int, -1, real_poll(p, n, ms));
}

int fchown(int fd, uid_t u, gid_t g)
{
	CALL(CHANGE, "fchown", fd, int, -1, real_fchown(fd, u, g));
}

int futimens(int fd, const struct timespec t[2])
{
	CALL(CHANGE, "futimens", fd, int, -1, real_futimens(fd, t));
}

ssize_t flistxattr(int fd, char *names, size_t n)
{
	CALL(OTHER, "flistxattr", fd, ssize_t, -1, real_flistxattr(fd, names, n));
}

ssize_t fgetxattr(int fd, const char *name, void *p, size_t n)
{
	CALL(OTHER, "fgetxattr", fd, ssize_t, -1, real_fgetxattr(fd, name, p, n));
}

int fsetxattr(int fd, const char *name, const void *p, size_t n, int flags)
{
	CALL(CHANGE, "fsetxattr", fd, int, -1, real_fsetxattr(fd, name, p, n, flags));
}

int flock(int fd, int how)
{
	CALL(OTHER, "flock", fd, int, -1, real_flock(fd, how));
}

int unlink(const char *path)
{
	CALL(CHANGE, "unlink", -1, int, -1, real_unlink(path));
}

int mkostemp(char *path, int flags)
{
	CALL(CHANGE, "mkostemp", -1, int, -1, real_mkostemp(path, flags));
}

FILE *tmpfile(void)
{
	CALL(CHANGE, "tmpfile", -1, FILE *, NULL, real_tmpfile());
}

FILE *fopen(const char *path, const char *mode)
{
	CALL(OTHER, "fopen", -1, FILE *, NULL, real_fopen(path, mode));
}

int dup(int fd)
{
	CALL(OTHER, "dup", fd, int, -1, real_dup(fd));
}

int pipe2(int fd[2], int flags)
{
	CALL(OTHER, "pipe2", -1, int, -1, real_pipe2(fd, flags));
}

int socket(int family, int type, int protocol)
{
	CALL(OTHER, "socket", -1, int, -1, real_socket(family, type, protocol));
}

int bind(int fd, const struct sockaddr *a, socklen_t n)
{
	CALL(CHANGE, "bind", fd, int, -1, real_bind(fd, a, n));
}

int listen(int fd, int n)
{
	CALL(OTHER, "listen", fd, int, -1, real_listen(fd, n));
}

int accept4(int fd, struct sockaddr *a, socklen_t *n, int flags)
{
	CALL(OTHER, "accept4", fd, int, -1, real_accept4(fd, a, n, flags));
}

ssize_t recv(int fd, void *p, size_t n, int flags)
{
	MOVE(READ, "recv", fd, real_recv(fd, p, n, flags));
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	CALL(READ, "recvmsg", fd, ssize_t, -1, real_recvmsg(fd, m, flags));
}

ssize_t send(int fd, const void *p, size_t n, int flags)
{
	MOVE(WRITE, "send", fd, real_send(fd, p, n, flags));
}

ssize_t splice(int from, off64_t *in, int to, off64_t *out, size_t n, unsigned flags)
{
	MOVE(WRITE, "splice", from, real_splice(from, in, to, out, n, flags));
}
