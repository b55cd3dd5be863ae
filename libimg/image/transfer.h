/* A payload from one image to another: what every program does that changes entries. */
#ifndef IMG_TRANSFER_H
#define IMG_TRANSFER_H

#include "libimg/image/reader.h"
#include "libimg/image/writer.h"

/*
 * Copy the payload of the entry that rd has read last, padding included, to the entry that wr has
 * written last; a raw image as a whole. None of it may have been read yet, and the entry written
 * has to state the lengths of the one read. An entry without a payload has nothing to copy. Memory
 * is one window, or one record of IPCNS_MSG. Spans borrowed from rd are invalid afterwards.
 *
 *	while ((r = img_reader_next(rd, &e, &err)) > 0)
 *		if ((e.msg != NULL && img_writer_entry(wr, e.body.p, e.body.n, &err) < 0) ||
 *		    img_reader_copy(rd, wr, &err) < 0)
 *			break;
 *
 * Returns 0, or -1 with *err: rd is damaged, or wr refuses a length.
 */
int img_reader_copy(struct img_reader *rd, struct img_writer *wr, struct img_err *err);

#endif
