/*
 * A socket in a directory, for one client: criu, run by the same user or by root. It has mode
 * 0600, and is gone from the directory once the client is there.
 */
#ifndef IMG_LISTEN_H
#define IMG_LISTEN_H

#include <sys/types.h>

#include "libimg/base/err.h"

struct img_listener;

/*
 * Listen at `name` in the directory `dir`, whose path may have any length. A socket that a
 * killed run has left is replaced; where another run still listens, or the name is that of
 * another file, it fails. NULL with *err.
 */
struct img_listener *img_listen(const char *dir, const char *name, struct img_err *err);

/* Another socket in the directory of one; each is closed by itself. NULL with *err. */
struct img_listener *img_listen_beside(const struct img_listener *l, const char *name,
				       struct img_err *err);

/* To be polled for reading; it belongs to l. */
int img_listener_fd(const struct img_listener *l);

/* Who is at the other end. */
struct img_client {
	pid_t pid;
	uid_t uid;
};

/*
 * The next client: 1 with *conn (yours; does not block), 0: one that may not connect, of another
 * user (see *who), or none any more; -1 with *err.
 */
int img_listener_accept(struct img_listener *l, int *conn, struct img_client *who,
			struct img_err *err);

/* Nobody else can connect from here on. NULL is fine. */
void img_listener_close(struct img_listener *l);

/* Connect to such a socket. The descriptor is yours. -1 with *err. */
int img_connect(const char *dir, const char *name, struct img_err *err);

#endif
