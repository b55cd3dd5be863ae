/*
 * Values of a dump and what they become: the same answer wherever the value stands, in a
 * field or in a raw image. Who changes values fills in the calls; who finds them asks.
 */
#ifndef IMG_VALUES_H
#define IMG_VALUES_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/base/buf.h"
#include "libimg/base/err.h"

enum img_id_kind { IMG_ID_UID, IMG_ID_GID };

/*
 * Each call returns 1 with a new value, which differs; 0: the value stays; -1 with *err: it
 * would not fit. NULL: values of this kind stay.
 */
struct img_values {
	void *arg;

	/* An address of n bytes (4 or 16) in network order; as many to `new`. */
	int (*ip)(void *arg, const uint8_t *old, size_t n, uint8_t *new, struct img_err *err);

	/*
	 * A network of so many bits, or a single address (8 * n bits). Host bits are zero, and
	 * stay so. A network is a value of its own: a rule for one address in it leaves it.
	 */
	int (*net)(void *arg, const uint8_t *old, size_t n, unsigned bits, uint8_t *new,
		   struct img_err *err);

	/* A port of a protocol: IPPROTO_TCP, IPPROTO_UDP, ...; 0: it is not said which. */
	int (*port)(void *arg, unsigned proto, uint16_t old, uint16_t *new, struct img_err *err);

	/* An absolute path of n bytes without a NUL; the new one is appended to *new. */
	int (*path)(void *arg, const char *old, size_t n, struct img_buf *new, struct img_err *err);

	/* The name of a network device, n bytes; at most 15 bytes and a NUL to `new`. */
	int (*netdev)(void *arg, const char *old, size_t n, char new[16], struct img_err *err);

	/* A user or a group. */
	int (*id)(void *arg, enum img_id_kind kind, uint32_t old, uint32_t *new,
		  struct img_err *err);
};

#endif
