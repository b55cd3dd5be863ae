/*
 * The server's side of criu restore --stream: answers requests until criu closes the connection.
 *
 * An image is said to exist once all of it is known to be good; if one is not, the connection is
 * closed, which criu takes for a failure, where it would take the end of a pipe for the end of
 * the image. Images are written as criu reads them, any number at a time.
 *
 * SIGPIPE has to be ignored by the program: criu may close an image that it has read enough of.
 */
#ifndef IMG_SERVE_H
#define IMG_SERVE_H

#include "libimg/serve/supply.h"

/* An image that has been dealt with. */
struct img_served {
	const char *image;
	bool exists;
	uint64_t bytes; /* that criu took */
	uint64_t size;  /* of the image */
	const char *by; /* filters that it went through, or "" */
	double seconds; /* from the request on */
};

struct img_serve_how {
	struct img_supply_how supply;
	int wake; /* a descriptor; while it can be read, woken() is asked. -1: none */
	int (*woken)(void *arg, struct img_err *err);          /* 0: go on, -1 with *err: stop */
	void (*served)(void *arg, const struct img_served *s); /* may be NULL */
	void *arg;
};

/*
 * Serve the client at the other end of `conn`, which is closed in any case. 0 when it has closed
 * the connection and taken what it wants; -1 with *err: an image failed (err->file), the client
 * talks nonsense, or woken() said so.
 */
int img_serve(const struct img_serve_how *how, int conn, struct img_err *err);

#endif
