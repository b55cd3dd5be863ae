#include "libimg/json/plain.h"

#include "libimg/json/decimal.h"

/* What stands on the wire for a number of each type that is in its range, and below 2^53. */
static const struct {
	uint64_t below;
	bool zigzag;
} plain[] = {
	[PROTOBUF_C_TYPE_INT32] = { UINT64_C(1) << 31, false },
	[PROTOBUF_C_TYPE_SINT32] = { UINT64_C(1) << 32, true },
	[PROTOBUF_C_TYPE_UINT32] = { UINT64_C(1) << 32, false },
	[PROTOBUF_C_TYPE_INT64] = { UINT64_C(1) << 53, false },
	[PROTOBUF_C_TYPE_SINT64] = { UINT64_C(1) << 53, true },
	[PROTOBUF_C_TYPE_UINT64] = { UINT64_C(1) << 53, false },
	[PROTOBUF_C_TYPE_MESSAGE] = { 0, false }, /* as all others */
};

int img_plain_numbers(struct img_jw *w, const struct img_msg *m, struct img_wire *wire, int last)
{
	while (wire->p < wire->end) {
		uint8_t head = *wire->p, at = head < 0x80 ? m->heads[head] : 0;
		const struct img_row *row;
		const uint8_t *next;
		bool minus = false;
		uint64_t v;
		char *p;

		if (at == 0)
			break;
		row = &m->rows[at - 1];
		if (row->list || row->wt != IMG_VARINT)
			break;
		next = img_varint(wire->p + 1, wire->end, &v);
		if (next == NULL || v >= plain[row->type].below)
			break;
		if (plain[row->type].zigzag) {
			minus = v & 1;
			v = (v >> 1) + minus;
		}
		p = img_jw_row_key(w, row->key, row->key_len);
		*p = '-';
		img_out_add(w->o, (size_t)(img_decimal(p + minus, v) - p));
		wire->p = next;
		last = at - 1;
	}
	return last;
}
