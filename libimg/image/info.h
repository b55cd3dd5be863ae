/* What an image holds, counted. */
#ifndef IMG_INFO_H
#define IMG_INFO_H

#include "libimg/image/reader.h"

struct img_info {
	struct img_head head;
	uint64_t entries;  /* messages, that of a head that differs included; raw: 0 */
	uint64_t messages; /* bytes of messages, without their lengths */
	uint64_t payload;  /* bytes behind them, padding and inner messages included */
};

/*
 * Count what rd holds, reading messages and stepping over payloads. 0, or -1 with *err;
 * *info then holds what was counted before.
 */
int img_info(struct img_reader *rd, struct img_info *info, struct img_err *err);

#endif
