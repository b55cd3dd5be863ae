/*
 * A message with a field of every type, also of those that no image has, alone and in
 * lists; and pairs of messages and their JSON that hold in both directions.
 */
#ifndef UNIT_EVERY_H
#define UNIT_EVERY_H

#include "libimg/msg/schema.h"
#include "unit.h"

#include "core.pb-c.h"

extern const struct img_msg every;

/* Number, name, type, nested message, hints; names ascend as the numbers do. */
#define EVERY_FIELDS(X)                                                                            \
	X(1, a_int32, INT32, NULL, 0)                                                              \
	X(2, b_sint32, SINT32, NULL, 0)                                                            \
	X(3, c_uint32, UINT32, NULL, 0)                                                            \
	X(4, d_int64, INT64, NULL, 0)                                                              \
	X(5, e_sint64, SINT64, NULL, 0)                                                            \
	X(6, f_uint64, UINT64, NULL, 0)                                                            \
	X(7, g_fixed32, FIXED32, NULL, 0)                                                          \
	X(8, h_sfixed32, SFIXED32, NULL, 0)                                                        \
	X(9, i_fixed64, FIXED64, NULL, 0)                                                          \
	X(10, j_sfixed64, SFIXED64, NULL, 0)                                                       \
	X(11, k_bool, BOOL, NULL, 0)                                                               \
	X(12, l_string, STRING, NULL, 0)                                                           \
	X(13, m_bytes, BYTES, NULL, 0)                                                             \
	X(14, n_enum, ENUM, NULL, 0)                                                               \
	X(15, o_msg, MESSAGE, &every, 0)                                                           \
	X(16, p_name, BYTES, NULL, IMG_HINT_CONV)                                                  \
	X(17, q_addr, UINT32, NULL, IMG_HINT_IPADD)                                                \
	X(18, r_hex, MESSAGE, &every, IMG_HINT_HEX)

#define EVERY_ENUM(TYPE)                                                                           \
	PROTOBUF_C_TYPE_##TYPE == PROTOBUF_C_TYPE_ENUM ? &img_pb_core_entry__march__descriptor     \
						       : NULL
#define EVERY_ONE(NUMBER, NAME, TYPE, SUB, NOTES)                                                  \
	{ .name = #NAME,                                                                           \
	  .id = NUMBER,                                                                            \
	  .label = PROTOBUF_C_LABEL_OPTIONAL,                                                      \
	  .type = PROTOBUF_C_TYPE_##TYPE,                                                          \
	  .descriptor = EVERY_ENUM(TYPE) },
#define EVERY_LIST(NUMBER, NAME, TYPE, SUB, NOTES)                                                 \
	{ .name = "v" #NAME,                                                                       \
	  .id = NUMBER + 20,                                                                       \
	  .label = PROTOBUF_C_LABEL_REPEATED,                                                      \
	  .type = PROTOBUF_C_TYPE_##TYPE,                                                          \
	  .descriptor = EVERY_ENUM(TYPE) },
/* Keys are copied in whole blocks. */
#define KEY_PAD "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"

enum {
	WT_INT32 = IMG_VARINT,
	WT_SINT32 = IMG_VARINT,
	WT_UINT32 = IMG_VARINT,
	WT_INT64 = IMG_VARINT,
	WT_SINT64 = IMG_VARINT,
	WT_UINT64 = IMG_VARINT,
	WT_FIXED32 = IMG_FIXED32,
	WT_SFIXED32 = IMG_FIXED32,
	WT_FIXED64 = IMG_FIXED64,
	WT_SFIXED64 = IMG_FIXED64,
	WT_BOOL = IMG_VARINT,
	WT_STRING = IMG_BYTES,
	WT_BYTES = IMG_BYTES,
	WT_ENUM = IMG_VARINT,
	WT_MESSAGE = IMG_BYTES,
};

#define EVERY_ROW(NUMBER, NAME, TYPE, SUB, NOTES)                                                  \
	{ ",\"" #NAME "\":" KEY_PAD,                                                               \
	  NUMBER,                                                                                  \
	  sizeof(#NAME) + 3,                                                                       \
	  NOTES,                                                                                   \
	  WT_##TYPE,                                                                               \
	  PROTOBUF_C_TYPE_##TYPE,                                                                  \
	  false,                                                                                   \
	  IMG_CLASS_KEEP,                                                                          \
	  0,                                                                                       \
	  0,                                                                                       \
	  SUB,                                                                                     \
	  NULL },
#define EVERY_VROW(NUMBER, NAME, TYPE, SUB, NOTES)                                                 \
	{ ",\"v" #NAME "\":" KEY_PAD,                                                              \
	  NUMBER + 20,                                                                             \
	  sizeof(#NAME) + 4,                                                                       \
	  NOTES,                                                                                   \
	  WT_##TYPE,                                                                               \
	  PROTOBUF_C_TYPE_##TYPE,                                                                  \
	  true,                                                                                    \
	  IMG_CLASS_KEEP,                                                                          \
	  0,                                                                                       \
	  0,                                                                                       \
	  SUB,                                                                                     \
	  NULL },

static const ProtobufCFieldDescriptor every_fields[] = { EVERY_FIELDS(EVERY_ONE)
								 EVERY_FIELDS(EVERY_LIST) };
static const struct img_row every_rows[] = { EVERY_FIELDS(EVERY_ROW) EVERY_FIELDS(EVERY_VROW) };
static const unsigned every_by_name[] = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
					  12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23,
					  24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35 };
static const ProtobufCMessageDescriptor every_desc = {
	.magic = PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
	.name = "every",
	.n_fields = COUNT(every_fields),
	.fields = every_fields,
	.fields_sorted_by_name = every_by_name,
};
/* Of the others no tag is one byte. */
#define EVERY_HEAD(N, TYPE) [N << 3 | WT_##TYPE] = N
const struct img_msg every = {
	&every_desc,
	every_rows,
	0,
	COUNT(every_rows),
	{ EVERY_HEAD(1, INT32), EVERY_HEAD(2, SINT32), EVERY_HEAD(3, UINT32), EVERY_HEAD(4, INT64),
	  EVERY_HEAD(5, SINT64), EVERY_HEAD(6, UINT64), EVERY_HEAD(7, FIXED32),
	  EVERY_HEAD(8, SFIXED32), EVERY_HEAD(9, FIXED64), EVERY_HEAD(10, SFIXED64),
	  EVERY_HEAD(11, BOOL), EVERY_HEAD(12, STRING), EVERY_HEAD(13, BYTES), EVERY_HEAD(14, ENUM),
	  EVERY_HEAD(15, MESSAGE) },
	NULL,
	NULL,
};

struct msg_pair {
	const struct img_msg *m;
	struct bytes msg;
	const char *json; /* as a line of the stream has it */
};

/* clang-format off */

static const struct msg_pair msg_pairs[] = {
	{ &every, BYTES(""), "{}" },
	{ &every, BYTES("\010\000"), "{\"a_int32\":0}" },
	{ &every, BYTES("\010\001"), "{\"a_int32\":1}" },
	{ &every, BYTES("\010\377\377\377\377\377\377\377\377\377\001"), "{\"a_int32\":-1}" },
	{ &every, BYTES("\010\377\377\377\377\007"), "{\"a_int32\":2147483647}" },
	{ &every, BYTES("\010\200\200\200\200\370\377\377\377\377\001"), "{\"a_int32\":-2147483648}" },
	{ &every, BYTES("\020\000"), "{\"b_sint32\":0}" },
	{ &every, BYTES("\020\002"), "{\"b_sint32\":1}" },
	{ &every, BYTES("\020\001"), "{\"b_sint32\":-1}" },
	{ &every, BYTES("\020\376\377\377\377\017"), "{\"b_sint32\":2147483647}" },
	{ &every, BYTES("\020\377\377\377\377\017"), "{\"b_sint32\":-2147483648}" },
	{ &every, BYTES("\030\000"), "{\"c_uint32\":0}" },
	{ &every, BYTES("\030\001"), "{\"c_uint32\":1}" },
	{ &every, BYTES("\030\377\377\377\377\017"), "{\"c_uint32\":4294967295}" },
	{ &every, BYTES(" \000"), "{\"d_int64\":0}" },
	{ &every, BYTES(" \377\377\377\377\377\377\377\377\377\001"), "{\"d_int64\":-1}" },
	{ &every, BYTES(" \377\377\377\377\377\377\377\017"), "{\"d_int64\":9007199254740991}" },
	{ &every, BYTES(" \200\200\200\200\200\200\200\020"), "{\"d_int64\":\"9007199254740992\"}" },
	{ &every, BYTES(" \201\200\200\200\200\200\200\360\377\001"), "{\"d_int64\":-9007199254740991}" },
	{ &every, BYTES(" \200\200\200\200\200\200\200\360\377\001"), "{\"d_int64\":\"-9007199254740992\"}" },
	{ &every, BYTES(" \377\377\377\377\377\377\377\377\177"), "{\"d_int64\":\"9223372036854775807\"}" },
	{ &every, BYTES(" \200\200\200\200\200\200\200\200\200\001"), "{\"d_int64\":\"-9223372036854775808\"}" },
	{ &every, BYTES("(\000"), "{\"e_sint64\":0}" },
	{ &every, BYTES("(\001"), "{\"e_sint64\":-1}" },
	{ &every, BYTES("(\002"), "{\"e_sint64\":1}" },
	{ &every, BYTES("(\376\377\377\377\377\377\377\377\377\001"), "{\"e_sint64\":\"9223372036854775807\"}" },
	{ &every, BYTES("(\377\377\377\377\377\377\377\377\377\001"), "{\"e_sint64\":\"-9223372036854775808\"}" },
	{ &every, BYTES("0\000"), "{\"f_uint64\":0}" },
	{ &every, BYTES("0\177"), "{\"f_uint64\":127}" },
	{ &every, BYTES("0\200\001"), "{\"f_uint64\":128}" },
	{ &every, BYTES("0\377\377\377\377\377\377\377\017"), "{\"f_uint64\":9007199254740991}" },
	{ &every, BYTES("0\200\200\200\200\200\200\200\020"), "{\"f_uint64\":\"9007199254740992\"}" },
	{ &every, BYTES("0\377\377\377\377\377\377\377\377\377\001"), "{\"f_uint64\":\"18446744073709551615\"}" },
	{ &every, BYTES("=\000\000\000\000"), "{\"g_fixed32\":0}" },
	{ &every, BYTES("=\377\377\377\377"), "{\"g_fixed32\":4294967295}" },
	{ &every, BYTES("E\000\000\000\000"), "{\"h_sfixed32\":0}" },
	{ &every, BYTES("E\377\377\377\377"), "{\"h_sfixed32\":-1}" },
	{ &every, BYTES("E\377\377\377\177"), "{\"h_sfixed32\":2147483647}" },
	{ &every, BYTES("E\000\000\000\200"), "{\"h_sfixed32\":-2147483648}" },
	{ &every, BYTES("I\000\000\000\000\000\000\000\000"), "{\"i_fixed64\":0}" },
	{ &every, BYTES("I\377\377\377\377\377\377\377\377"), "{\"i_fixed64\":\"18446744073709551615\"}" },
	{ &every, BYTES("Q\000\000\000\000\000\000\000\000"), "{\"j_sfixed64\":0}" },
	{ &every, BYTES("Q\377\377\377\377\377\377\377\377"), "{\"j_sfixed64\":-1}" },
	{ &every, BYTES("Q\377\377\377\377\377\377\377\177"), "{\"j_sfixed64\":\"9223372036854775807\"}" },
	{ &every, BYTES("Q\000\000\000\000\000\000\000\200"), "{\"j_sfixed64\":\"-9223372036854775808\"}" },
	{ &every, BYTES("X\000"), "{\"k_bool\":false}" },
	{ &every, BYTES("X\001"), "{\"k_bool\":true}" },
	{ &every, BYTES("b\000"), "{\"l_string\":\"\"}" },
	{ &every, BYTES("b\003abc"), "{\"l_string\":\"abc\"}" },
	{ &every, BYTES("b\010a\"b\\c\012d\001"), "{\"l_string\":\"a\\\"b\\\\c\\nd\\u0001\"}" },
	{ &every, BYTES("b\011\303\251\342\202\254\360\237\230\200"), "{\"l_string\":\"é€😀\"}" },
	{ &every, BYTES("b\003a\000b"), "{\"l_string\":\"a\\u0000b\"}" },
	{ &every, BYTES("b\001\377"), "{\"l_string\":{\"@base64\":\"/w==\"}}" },
	{ &every, BYTES("b\003ok\303"), "{\"l_string\":{\"@base64\":\"b2vD\"}}" },
	{ &every, BYTES("b\003\355\240\200"), "{\"l_string\":{\"@base64\":\"7aCA\"}}" },
	{ &every, BYTES("j\000"), "{\"m_bytes\":\"\"}" },
	{ &every, BYTES("j\001\000"), "{\"m_bytes\":\"AA==\"}" },
	{ &every, BYTES("j\003ab\377"), "{\"m_bytes\":\"YWL/\"}" },
	{ &every, BYTES("jF\000\001\002\003\004\005\006\007\010\011\012\013\014\015\016\017\020\021\022\023\024\025\026\027\030\031\032\033\034\035\036\037 !\"#$%&'()*+,-./0123456789:;<=>\077@ABCDE"), "{\"m_bytes\":\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERQ==\"}" },
	{ &every, BYTES("p\000"), "{\"n_enum\":\"UNKNOWN\"}" },
	{ &every, BYTES("p\001"), "{\"n_enum\":\"X86_64\"}" },
	{ &every, BYTES("p\010"), "{\"n_enum\":\"RISCV64\"}" },
	{ &every, BYTES("p\011"), "{\"n_enum\":9}" },
	{ &every, BYTES("p\377\377\377\377\377\377\377\377\377\001"), "{\"n_enum\":-1}" },
	{ &every, BYTES("p\377\377\377\377\007"), "{\"n_enum\":2147483647}" },
	{ &every, BYTES("p\200\200\200\200\370\377\377\377\377\001"), "{\"n_enum\":-2147483648}" },
	{ &every, BYTES("z\000"), "{\"o_msg\":{}}" },
	{ &every, BYTES("z\006\010\005z\002\030\006"), "{\"o_msg\":{\"a_int32\":5,\"o_msg\":{\"c_uint32\":6}}}" },
	{ &every, BYTES("\202\001\007/run/s\000"), "{\"p_name\":\"/run/s=00\"}" },
	{ &every, BYTES("\202\001\006\000abs=x"), "{\"p_name\":\"=00abs=3Dx\"}" },
	{ &every, BYTES("\202\001\000"), "{\"p_name\":\"\"}" },
	{ &every, BYTES("\202\001\003a\012b"), "{\"p_name\":\"a\\nb\"}" },
	{ &every, BYTES("\202\001\006a\012b\015\012c"), "{\"p_name\":{\"@base64\":\"YQpiDQpj\"}}" },
	{ &every, BYTES("\202\001\002\303\251"), "{\"p_name\":\"=C3=A9\"}" },
	{ &every, BYTES("\210\001\377\200\200\010"), "{\"q_addr\":16777343}" },
	{ &every, BYTES("\222\001\003\010\377\001"), "{\"r_hex\":{\"a_int32\":255}}" },
	{ &every, BYTES("\250\001\001\250\001\377\377\377\377\377\377\377\377\377\001\250\001\000"), "{\"va_int32\":[1,-1,0]}" },
	{ &every, BYTES("\260\001\002\260\001\001"), "{\"vb_sint32\":[1,-1]}" },
	{ &every, BYTES("\270\001\007"), "{\"vc_uint32\":[7]}" },
	{ &every, BYTES("\300\001\200\200\200\200\200\200\200\020\300\001\377\377\377\377\377\377\377\377\377\001"), "{\"vd_int64\":[\"9007199254740992\",-1]}" },
	{ &every, BYTES("\310\001\003"), "{\"ve_sint64\":[-2]}" },
	{ &every, BYTES("\320\001\377\377\377\377\377\377\377\377\377\001\320\001\000"), "{\"vf_uint64\":[\"18446744073709551615\",0]}" },
	{ &every, BYTES("\335\001\001\000\000\000\335\001\002\000\000\000"), "{\"vg_fixed32\":[1,2]}" },
	{ &every, BYTES("\345\001\377\377\377\377\345\001\002\000\000\000"), "{\"vh_sfixed32\":[-1,2]}" },
	{ &every, BYTES("\351\001\001\000\000\000\000\000\000\000"), "{\"vi_fixed64\":[1]}" },
	{ &every, BYTES("\361\001\377\377\377\377\377\377\377\377\361\001\005\000\000\000\000\000\000\000"), "{\"vj_sfixed64\":[-1,5]}" },
	{ &every, BYTES("\370\001\000\370\001\001"), "{\"vk_bool\":[false,true]}" },
	{ &every, BYTES("\202\002\000\202\002\001x\202\002\001\377"), "{\"vl_string\":[\"\",\"x\",{\"@base64\":\"/w==\"}]}" },
	{ &every, BYTES("\212\002\000\212\002\001x"), "{\"vm_bytes\":[\"\",\"eA==\"]}" },
	{ &every, BYTES("\220\002\001\220\002M"), "{\"vn_enum\":[\"X86_64\",77]}" },
	{ &every, BYTES("\232\002\000\232\002\002\010\001"), "{\"vo_msg\":[{},{\"a_int32\":1}]}" },
	{ &every, BYTES("\242\002\001a\242\002\001="), "{\"vp_name\":[\"a\",\"=3D\"]}" },
	{ &every, BYTES("\250\002\001\250\002\002\250\002\003\250\002\004"), "{\"vq_addr\":[1,2,3,4]}" },
	{ &every, BYTES("\262\002\003\250\001\020"), "{\"vr_hex\":[{\"va_int32\":[16]}]}" },
	{ &every, BYTES("\010\001b\202\001xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\250\001\001\250\001\002\202\002\001y"), "{\"a_int32\":1,\"l_string\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\",\"va_int32\":[1,2],\"vl_string\":[\"y\"]}" },
	{ &every, BYTES("z\321\001z\313\001b\310\001zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\250\001\003"), "{\"o_msg\":{\"o_msg\":{\"l_string\":\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"},\"va_int32\":[3]}}" },
	{ &every, BYTES("\220\003\007"), "{\"@unknown\":\"kAMH\"}" },
	{ &every, BYTES("\010\001\235\001\001\002\003\004\250\001\002\220\003\007\220\003\007\232\003\002hi\343\003\010\005\344\003"), "{\"a_int32\":1,\"va_int32\":[2],\"@unknown\":\"nQEBAgMEkAMHkAMHmgMCaGnjAwgF5AM=\"}" },
	{ &every, BYTES("z\005\010\001\220\003\007\232\003\002hi"), "{\"o_msg\":{\"a_int32\":1,\"@unknown\":\"kAMH\"},\"@unknown\":\"mgMCaGk=\"}" },
	{ &every, BYTES("\232\002\003\220\003\007\232\002\005\232\003\002hi"), "{\"vo_msg\":[{\"@unknown\":\"kAMH\"},{\"@unknown\":\"mgMCaGk=\"}]}" },
	{ &img_msg_pstree_entry, BYTES("\010\001\020\002\030\003 \004"), "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4}" },
	{ &img_msg_pstree_entry, BYTES("\010\001\020\002\030\003 \004(\005(\006"), "{\"pid\":1,\"ppid\":2,\"pgid\":3,\"sid\":4,\"threads\":[5,6]}" },
	{ &img_msg_inventory_entry, BYTES("\010\003b\000b\000"), "{\"img_version\":3,\"plugins_entry\":{},\"@wire\":\"CANiAGIA\"}" },
	{ &img_msg_seccomp_entry, BYTES(""), "{}" },
	{ &img_msg_dump_stats_entry, BYTES("\010\001\020\002\030\003 \004(\0050\0068\007"), "{\"freezing_time\":1,\"frozen_time\":2,\"memdump_time\":3,\"memwrite_time\":4,\"pages_scanned\":5,\"pages_skipped_parent\":6,\"pages_written\":7}" },
	{ &img_msg_dump_stats_entry, BYTES("\010\001\020\002\030\003 \004(\0050\0068\007H\011"), "{\"freezing_time\":1,\"frozen_time\":2,\"memdump_time\":3,\"memwrite_time\":4,\"pages_scanned\":5,\"pages_skipped_parent\":6,\"pages_written\":7,\"pages_lazy\":9}" },
	/* Fields that no release has, and other fields with their numbers. */
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\010\012\002\000\005\020\005\030\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"blocks\":{\"block_sizes\":[0,5],\"total_payload_size\":5,\"pages_per_block\":1}}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\006\020\005\030\001 \001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"blocks\":{\"total_payload_size\":5,\"pages_per_block\":1,\"payload_padded\":true}}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0028\005@\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"total_compressed_size\":5,\"region_pages\":1}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\002\000\0058\005"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"total_compressed_size\":5,\"@unknown\":\"MgIABQ==\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0020\0050\007"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"@unknown\":\"MAUwBw==\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\010\012\002\000\005\020\005\030\0010\005"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"blocks\":{\"block_sizes\":[0,5],\"total_payload_size\":5,\"pages_per_block\":1},\"@unknown\":\"MAU=\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\004\012\002\000\005"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"@unknown\":\"MgQKAgAF\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\006\020\005\030\001(\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"@unknown\":\"MgYQBRgBKAE=\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\007\012\001\200\020\005\030\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"@unknown\":\"MgcKAYAQBRgB\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\0022\005\020\005\032\001\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"@unknown\":\"MgUQBRoBAQ==\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200 \020\002:\000"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"@unknown\":\"OgA=\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200\040\020\002\062\011\012\003\000\205\000\020\005\030\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"blocks\":{\"block_sizes\":[0,5],\"total_payload_size\":5,\"pages_per_block\":1},\"@wire\":\"CIAgEAIyCQoDAIUAEAUYAQ==\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200\040\020\002\062\010\010\000\010\005\020\005\030\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"blocks\":{\"block_sizes\":[0,5],\"total_payload_size\":5,\"pages_per_block\":1},\"@wire\":\"CIAgEAIyCAgACAUQBRgB\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200\040\020\002\062\012\012\001\000\012\001\005\020\005\030\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"blocks\":{\"block_sizes\":[0,5],\"total_payload_size\":5,\"pages_per_block\":1},\"@wire\":\"CIAgEAIyCgoBAAoBBRAFGAE=\"}" },
	{ &img_msg_pagemap_entry, BYTES("\010\200\040\020\002\062\006\012\000\020\005\030\001"), "{\"vaddr\":4096,\"compat_nr_pages\":2,\"blocks\":{\"total_payload_size\":5,\"pages_per_block\":1},\"@wire\":\"CIAgEAIyBgoAEAUYAQ==\"}" },
	{ &img_msg_sk_packet_entry, BYTES("\010\001\020\000\202\010\006\010\001\020\002\030\003"), "{\"id_for\":1,\"length\":0,\"ucred\":{\"uid\":1,\"gid\":2,\"pid\":3}}" },
	{ &img_msg_sk_packet_entry, BYTES("\010\001\020\000\200\010\001"), "{\"id_for\":1,\"length\":0,\"@unknown\":\"gAgB\"}" },
};

/* clang-format on */

#endif
