/* Human-readable forms of numbers: hex, devices, flags, names, addresses. */
#ifndef IMG_HINT_H
#define IMG_HINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/json/jw.h"
#include "libimg/msg/schema.h"

/*
 * Write the value of an integer field as crit shows it with --pretty. `hints` are those of the row
 * and those it inherits. False: no hint applies, nothing was written.
 */
bool img_hint_print(struct img_jw *w, const struct img_row *row, unsigned hints, uint64_t v);

/*
 * Read any form of an unsigned integer field from a string of n bytes: what img_hint_print()
 * writes, decimal, 0x hex. Returns NULL with *v, or the reason.
 */
const char *img_hint_parse(const struct img_row *row, const char *p, size_t n, uint64_t *v);

/* Parse n bytes as decimal or 0x hex; false if they are neither or too large. */
bool img_parse_u64(const char *p, size_t n, uint64_t *v);

/*
 * Print an IP address of 1 (IPv4) or 4 (IPv6) words, which hold it in network order as a
 * little-endian machine reads them: 127.0.0.1 is 0x0100007f. Returns to, which has IMG_ADDR_MAX
 * bytes of room.
 */
enum { IMG_ADDR_MAX = 48 };
char *img_addr_print(const uint32_t *words, size_t n, char *to);

/* Parse an address; returns the number of words, 0 if it is not an address. */
size_t img_addr_parse(const char *p, size_t n, uint32_t words[4]);

#endif
