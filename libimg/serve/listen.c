#include "libimg/serve/listen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "libimg/base/alloc.h"
#include "libimg/base/fileid.h"

enum { BACKLOG = 4 };

struct img_listener {
	int fd, dir; /* dir is locked: one server a directory */
	char name[64];
	struct img_fileid id; /* of the socket's name */
};

static int open_place(const char *dir, struct img_err *err)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 ? fd : img_fail_sys(err);
}

/* The path of a name in an open directory that fits into sun_path, however long the real one. */
static socklen_t address(struct sockaddr_un *a, int dir, const char *name)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	snprintf(a->sun_path, sizeof(a->sun_path), "/proc/self/fd/%d/%s", dir, name);
	return sizeof(*a);
}

/* Is there something else in its place? What a killed run has left is replaced. */
static int look(const struct img_listener *l, struct img_err *err)
{
	struct stat st;

	if (fstatat(l->dir, l->name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : img_fail_sys(err);
	return S_ISSOCK(st.st_mode)
		       ? 0
		       : img_fail(err, IMG_EDATA, IMG_NOWHERE, "exists, and is not a socket");
}

/* Who sees the name finds somebody who listens: until then it has another one. */
static int bind_to(struct img_listener *l, struct img_err *err)
{
	char name[sizeof(l->name) + sizeof(".new")];
	struct sockaddr_un a;
	struct stat st;
	socklen_t n;

	snprintf(name, sizeof(name), "%s.new", l->name);
	n = address(&a, l->dir, name);
	if (unlinkat(l->dir, name, 0) < 0 && errno != ENOENT)
		return img_fail_sys(err);
	l->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	/* The name gets the mode of the socket: nobody connects before a chmod(). */
	if (l->fd < 0 || fchmod(l->fd, 0600) < 0 || bind(l->fd, (struct sockaddr *)&a, n) < 0)
		return img_fail_sys(err);
	if (listen(l->fd, BACKLOG) < 0 || fstatat(l->dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    renameat(l->dir, name, l->dir, l->name) < 0) {
		img_fail_sys(err);
		unlinkat(l->dir, name, 0);
		return -1;
	}
	l->id = img_fileid_of(&st);
	return 0;
}

static int begin(struct img_listener *l, const char *dir, struct img_err *err)
{
	l->dir = open_place(dir, err);
	if (l->dir < 0)
		return img_err_in(err, dir, "");
	if (flock(l->dir, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
		img_fail(err, IMG_EDATA, IMG_NOWHERE, "another server is at work here");
		return img_err_in(err, dir, "");
	}
	if (look(l, err) < 0 || bind_to(l, err) < 0)
		return img_err_in(err, dir, l->name);
	return 0;
}

static struct img_listener *make(const char *name, struct img_err *err)
{
	struct img_listener *l = img_calloc(1, sizeof(*l));

	if (l == NULL) {
		img_fail_mem(err);
		return NULL;
	}
	l->fd = l->dir = -1;
	snprintf(l->name, sizeof(l->name), "%s", name);
	return l;
}

struct img_listener *img_listen(const char *dir, const char *name, struct img_err *err)
{
	struct img_listener *l = make(name, err);

	if (l == NULL || begin(l, dir, err) == 0)
		return l;
	img_listener_close(l);
	return NULL;
}

struct img_listener *img_listen_beside(const struct img_listener *first, const char *name,
				       struct img_err *err)
{
	struct img_listener *l = make(name, err);

	if (l == NULL)
		return NULL;
	/* The same open directory: its lock stays until both are closed. */
	l->dir = fcntl(first->dir, F_DUPFD_CLOEXEC, 0);
	if (l->dir < 0)
		img_fail_sys(err);
	else if (look(l, err) == 0 && bind_to(l, err) == 0)
		return l;
	img_err_in(err, name, "");
	img_listener_close(l);
	return NULL;
}

int img_listener_fd(const struct img_listener *l)
{
	return l->fd;
}

int img_listener_accept(struct img_listener *l, int *conn, struct img_client *who,
			struct img_err *err)
{
	int fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred c;
	socklen_t n = sizeof(c);

	*who = (struct img_client){ 0 };
	if (fd < 0)
		return errno == EAGAIN || errno == EINTR || errno == ECONNABORTED
			       ? 0
			       : img_fail_sys(err);
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n) < 0) {
		img_fail_sys(err);
		close(fd);
		return -1;
	}
	*who = (struct img_client){ c.pid, c.uid };
	if (c.uid != 0 && c.uid != geteuid()) {
		close(fd);
		return 0;
	}
	*conn = fd;
	return 1;
}

void img_listener_close(struct img_listener *l)
{
	struct stat st;

	if (l == NULL)
		return;
	/* Unless somebody else has put something in its place. */
	if (l->id.ino != 0 && fstatat(l->dir, l->name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    img_fileid_same(img_fileid_of(&st), l->id))
		unlinkat(l->dir, l->name, 0);
	if (l->fd >= 0)
		close(l->fd);
	if (l->dir >= 0)
		close(l->dir);
	img_free(l);
}

int img_connect(const char *dir, const char *name, struct img_err *err)
{
	int place = open_place(dir, err), fd;
	struct sockaddr_un a;

	if (place < 0)
		return img_err_in(err, dir, "");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&a, address(&a, place, name)) == 0) {
		close(place);
		return fd;
	}
	img_fail_sys(err);
	if (fd >= 0)
		close(fd);
	close(place);
	return img_err_in(err, dir, name);
}
