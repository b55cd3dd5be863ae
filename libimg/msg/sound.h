/* Is a whole message sound? Asked before any of it is shown. */
#ifndef IMG_SOUND_H
#define IMG_SOUND_H

#include <stdbool.h>

#include "libimg/base/in.h"
#include "libimg/msg/schema.h"

enum img_sound {
	IMG_UNSOUND, /* damaged, or it comes in parts that are complete only together */
	IMG_SOUND,
	IMG_PLAIN /* and as img_scan.plain says, without unknown fields, on every level */
};

/*
 * Look at all levels of a message: well formed, wire types as in the schema, required fields
 * present, not nested deeper than IMG_MAX_DEPTH? Takes one pass and no memory. The reason is not
 * said: whoever goes on to show an unsound message finds it.
 */
enum img_sound img_msg_sound(const struct img_msg *m, struct img_span body);

#endif
