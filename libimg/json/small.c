#include "libimg/json/small.h"

#include <protobuf-c/protobuf-c.h>

#include "libimg/msg/wire.h"

const struct img_small img_small[] = {
	[PROTOBUF_C_TYPE_INT32] = { true, 31, true, false },
	[PROTOBUF_C_TYPE_SINT32] = { true, 31, true, true },
	[PROTOBUF_C_TYPE_SFIXED32] = { false, 31, true, false },
	[PROTOBUF_C_TYPE_INT64] = { true, 63, true, false },
	[PROTOBUF_C_TYPE_SINT64] = { true, 63, true, true },
	[PROTOBUF_C_TYPE_SFIXED64] = { false, 63, true, false },
	[PROTOBUF_C_TYPE_UINT32] = { true, 31, false, false },
	[PROTOBUF_C_TYPE_FIXED32] = { false, 31, false, false },
	[PROTOBUF_C_TYPE_UINT64] = { true, 63, false, false },
	[PROTOBUF_C_TYPE_FIXED64] = { false, 63, false, false },
	[PROTOBUF_C_TYPE_ENUM] = { true, 31, true, false },
	[PROTOBUF_C_TYPE_MESSAGE] = { false, 0, false, false }, /* as all others */
};

bool img_small_negative(const struct img_small *k, const char *p, size_t n, uint64_t *v)
{
	if (!k->minus || n < 2 || *p != '-' || !img_digits(p + 1, n - 1, v) || *v >> k->bits != 0)
		return false;
	*v = 0 - *v;
	if (k->zigzag)
		*v = img_zigzag(*v);
	return true;
}
