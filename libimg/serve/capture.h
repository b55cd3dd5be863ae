/*
 * The server's side of criu dump --stream: takes in images until criu closes the connection.
 *
 * criu does not wait for it: when it kills the processes, images may still be in pipes, which
 * hold their pages themselves and no copies. So its post-dump script asks, while they are frozen
 * still, whether all images are complete and kept; criu lets the processes go on if not.
 */
#ifndef IMG_CAPTURE_H
#define IMG_CAPTURE_H

#include "libimg/serve/filter.h"
#include "libimg/serve/listen.h"
#include "libimg/serve/serve.h"

/* The socket that the script asks at. */
#define IMG_SOCKET_COMMIT "imgserve-commit.sock"

/* Functions return 0 unless it says otherwise, and -1 with *err. */
struct img_capture_how {
	const struct img_filter *filters;
	size_t n_filters;
	const char *dir;           /* $DIR of filters */
	struct img_listener *asks; /* see IMG_SOCKET_COMMIT */

	/* A file for an image, open for reading and writing: its descriptor. */
	int (*open)(void *arg, const char *name, struct img_err *err);
	/* It is complete, and verified; fd is closed afterwards. */
	int (*done)(void *arg, const char *name, int fd, struct img_err *err);
	/* criu has gone without asking: are its images to be kept all the same? */
	int (*unasked)(void *arg, struct img_err *err);
	/* All images are there: keep them. */
	int (*commit)(void *arg, struct img_err *err);

	int wake; /* as in struct img_serve_how */
	int (*woken)(void *arg, struct img_err *err);
	void (*served)(void *arg, const struct img_served *s);
	void *arg;
};

/*
 * Serve the client at the other end of `conn`, which is closed in any case. 0: all is kept, and
 * who asked knows. -1 with *err: nothing is, and criu knows that as far as it listens: its pipes
 * are closed.
 */
int img_capture(const struct img_capture_how *how, int conn, struct img_err *err);

/* The question of the script, at the socket in `dir`. 1: all is kept; 0: it is not, or -1. */
int img_capture_ask(const char *dir, struct img_err *err);

#endif
