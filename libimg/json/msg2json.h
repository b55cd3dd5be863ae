/* One protobuf message to the members of a JSON object, straight from the wire. */
#ifndef IMG_MSG2JSON_H
#define IMG_MSG2JSON_H

#include <stdbool.h>

#include "libimg/base/in.h"
#include "libimg/json/jw.h"
#include "libimg/msg/schema.h"
#include "libimg/msg/sound.h"

/*
 * Write the fields of `body` as members of the object that is open in w, in the order of their
 * numbers, "@unknown" last of them. Where img_json2msg() would not make the same bytes of these
 * (not ordered, a singular field twice, numbers wider than their type, padded varints, packed
 * lists), "@wire" follows, with the bytes in base64. `human`: numbers as crit shows them with
 * --pretty. Returns 0, or -1 with *err (offset, key path); part of the members may have been
 * written then.
 */
int img_msg2json(struct img_jw *w, const struct img_msg *m, struct img_span body, bool human,
		 struct img_err *err);

/*
 * The same for a message that img_msg_sound() has looked at, with what it said. Fails after that
 * said IMG_SOUND or IMG_PLAIN only where memory runs out, IMG_JOINED_MAX included.
 */
int img_msg2json_as(struct img_jw *w, const struct img_msg *m, struct img_span body, bool human,
		    enum img_sound sound, struct img_err *err);

#endif
