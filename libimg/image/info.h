/* Counts of what an image holds. */
#ifndef IMG_INFO_H
#define IMG_INFO_H

#include "libimg/image/reader.h"

struct img_info {
	struct img_head head;
	uint64_t entries;  /* messages, including a first one of another type; raw: 0 */
	uint64_t messages; /* bytes of messages, without their length fields */
	uint64_t payload;  /* bytes of payloads, with padding and inner messages */
};

/*
 * Count what rd holds: messages are read, payloads skipped. 0, or -1 with *err; *info then holds
 * the counts up to the error.
 */
int img_info(struct img_reader *rd, struct img_info *info, struct img_err *err);

#endif
