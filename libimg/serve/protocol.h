/*
 * What criu and an image streamer say to each other over a socket (criu --stream): a request is
 * a message with the name of an image after its length, in the byte order of the host. A restore
 * wants a reply; if the image exists, criu then sends one byte with the end of a pipe. A dump
 * sends that byte at once and wants no reply. The end of the connection is all that ends it.
 *
 * Of the socket no byte more is read than a message has: a read across the one that brings a
 * descriptor would lose it.
 */
#ifndef IMG_PROTOCOL_H
#define IMG_PROTOCOL_H

#include <stdbool.h>
#include <stdint.h>

#include "libimg/base/in.h"

enum {
	IMG_REQUEST_NAME = 256, /* of a name with its NUL: NAME_MAX + 1 */
	IMG_REQUEST_MAX = 4096, /* bytes of a request at most; what criu sends has below 300 */
	IMG_WAIT = 2,           /* returned where more has to come first */
};

/* The sockets, in the directory that criu is given by --images-dir: criu/img-streamer.c */
#define IMG_SOCKET_SERVE "streamer-serve.sock"
#define IMG_SOCKET_CAPTURE "streamer-capture.sock"

/*
 * Read a request. 1 with *name; 0: it is well formed, but nothing that an image can be called
 * (criu asks for an empty name, too): "" in *name; -1 with *err: garbage.
 */
int img_request_parse(struct img_span body, char name[IMG_REQUEST_NAME], struct img_err *err);

/* Write a reply, `exists`; returns its length. */
enum { IMG_REPLY = 6 };
void img_reply_format(bool exists, uint8_t reply[IMG_REPLY]);

/* A connection. Zero it, but for the descriptor, which does not block. */
struct img_conn {
	int fd;
	uint8_t head[4];
	uint8_t body[IMG_REQUEST_MAX];
	uint32_t size; /* of the body */
	size_t have;   /* bytes of head, then of body */
	bool in_body;
	uint8_t reply[IMG_REPLY];
	size_t sent; /* bytes of it */
};

/*
 * The next request, as far as it has come: 1 with *name ("": see above), 0 at the end of the
 * connection, IMG_WAIT, or -1 with *err.
 */
int img_conn_request(struct img_conn *c, char name[IMG_REQUEST_NAME], struct img_err *err);

/* Reply: 1 once all of it is sent, 0: nobody is there any more, IMG_WAIT, or -1 with *err. */
int img_conn_reply(struct img_conn *c, bool exists, struct img_err *err);

/* The end of a pipe: 1 with *pipe (yours), 0 at the end of the connection, IMG_WAIT, or -1. */
int img_conn_pipe(struct img_conn *c, int *pipe, struct img_err *err);

#endif
