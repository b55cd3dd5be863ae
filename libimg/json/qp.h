/*
 * Quoted-printable as Python's quopri module writes it, which crit uses for the names of unix
 * sockets. Not lossless: line ends are normalized.
 */
#ifndef IMG_QP_H
#define IMG_QP_H

#include <stddef.h>
#include <stdint.h>

struct img_buf;

void img_qp_encode(struct img_buf *to, const uint8_t *p, size_t n);
void img_qp_decode(struct img_buf *to, const uint8_t *p, size_t n);

#endif
