#include "libimg/image/payload.h"

#include "libimg/msg/wire.h"

/* CRIU's pipes-data.img and fifo-data.img. */
const struct img_extra img_extra_pipe = {
	.shape = IMG_RUN,
	.len = { IMG_TAG_PIPE_DATA_ENTRY__BYTES },
};

/* sk-queues.img: one datagram, or one chunk of a stream. */
const struct img_extra img_extra_sk = {
	.shape = IMG_RUN,
	.len = { IMG_TAG_SK_PACKET_ENTRY__LENGTH },
};

const struct img_extra img_extra_tcp = {
	.shape = IMG_QUEUES,
	.len = { IMG_TAG_TCP_STREAM_ENTRY__INQ_LEN, IMG_TAG_TCP_STREAM_ENTRY__OUTQ_LEN },
};

const struct img_extra img_extra_sem = {
	.shape = IMG_NUMBERS,
	.len = { IMG_TAG_IPC_SEM_ENTRY__NSEMS },
	.align = 8,
};

const struct img_extra img_extra_msg = {
	.shape = IMG_RECORDS,
	.len = { IMG_TAG_IPC_MSG_ENTRY__QNUM },
	.align = 8,
	.record = &img_msg_ipc_msg,
	.record_len = IMG_TAG_IPC_MSG__MSIZE,
};

/* Before CRIU 3.0; since then the content is in a pagemap. */
const struct img_extra img_extra_shm = {
	.shape = IMG_RUN,
	.wide = true,
	.len = { IMG_TAG_IPC_SHM_ENTRY__SIZE },
	.none_if = IMG_TAG_IPC_SHM_ENTRY__IN_PAGEMAPS,
	.align = 4,
};

const struct img_extra img_extra_bpf = {
	.shape = IMG_RUN,
	.len = { IMG_TAG_BPFMAP_DATA_ENTRY__KEYS_BYTES, IMG_TAG_BPFMAP_DATA_ENTRY__VALUES_BYTES },
};

const struct img_extra img_extra_ghost = {
	.shape = IMG_REST,
	.none_if = IMG_TAG_GHOST_FILE_ENTRY__CHUNKS,
};

const struct img_extra img_extra_chunk = {
	.shape = IMG_RUN,
	.wide = true,
	.len = { IMG_TAG_GHOST_CHUNK_ENTRY__LEN },
};

unsigned img_extra_pad(const struct img_extra *x, uint64_t n)
{
	return x->align != 0 ? (unsigned)(-n & (x->align - 1)) : 0;
}

/* A length as protobuf reads it: the low bits of a varint that is too large. */
static uint64_t get_len(const struct img_extra *x, uint32_t tag, const uint8_t *p, size_t n)
{
	uint64_t v;

	if (tag == 0 || !img_wire_get(p, n, tag, &v))
		return 0;
	return x->wide ? v : (uint32_t)v;
}

uint64_t img_extra_record_len(const struct img_extra *x, const uint8_t *p, size_t n)
{
	return get_len(x, x->record_len, p, n);
}

void img_extra_measure(const struct img_extra *x, const uint8_t *p, size_t n,
		       struct img_extra_size *size)
{
	uint64_t v;

	*size = (struct img_extra_size){ 0 };
	if (x->none_if != 0 && img_wire_get(p, n, x->none_if, &v) && v != 0) {
		size->none = true;
		return;
	}
	for (int i = 0; i < 2; i++)
		size->len[i] = get_len(x, x->len[i], p, n);
	if (x->shape == IMG_NUMBERS) {
		size->len[0] *= 2;
	} else if (x->shape == IMG_RUN) {
		/*
		 * A length larger than any file stays one, stays below IMG_UNKNOWN, and leaves
		 * room to add padding.
		 */
		if (__builtin_add_overflow(size->len[0], size->len[1], &size->len[0]) ||
		    size->len[0] > UINT64_MAX - 8)
			size->len[0] = UINT64_MAX - 8;
		size->len[1] = 0;
	}
	if (x->shape != IMG_RECORDS)
		size->pad = img_extra_pad(x, size->len[0]);
}
