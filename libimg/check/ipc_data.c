/* What waits in System V IPC objects, which follows their entries. */
#include "ipc-msg.pb-c.h"
#include "libimg/base/byteorder.h"
#include "libimg/check/model.h"

/* SEMVMX of Linux. */
enum { MAX_SEMAPHORE = 32767 };

static int check_semaphores(struct check *ck, const struct ck_image *im, struct img_reader *rd,
			    uint64_t entry, struct img_err *err)
{
	struct img_part part;
	struct img_span data;
	uint64_t n = 0;
	int r;

	r = img_reader_part(rd, &part, err);
	while (r > 0 && (r = img_reader_data(rd, 4096, &data, err)) > 0)
		for (size_t i = 0; i + 2 <= data.n; i += 2, n++) {
			uint16_t v = img_get16(data.p + i, im->head.big);

			if (v > MAX_SEMAPHORE)
				img_ck_say(ck, CK_IPC_DATA, im, (int64_t)entry,
					   img_ck_path(ck, "extra[%" PRIu64 "]", n),
					   "%u exceeds the largest value of a semaphore (%d)", v,
					   MAX_SEMAPHORE);
		}
	return r;
}

static int check_messages(struct check *ck, const struct ck_image *im, struct img_reader *rd,
			  uint64_t entry, struct img_err *err)
{
	struct img_part part;
	int r;

	for (uint64_t n = 0; (r = img_reader_part(rd, &part, err)) > 0; n++) {
		const IpcMsg *m;

		img_arena_reset(ck->scratch);
		m = img_unpack(part.msg, part.body, ck->scratch, err);
		if (m == NULL)
			return -1;
		if (m->mtype == 0 || m->mtype > INT64_MAX)
			img_ck_say(ck, CK_IPC_DATA, im, (int64_t)entry,
				   img_ck_path(ck, "extra[%" PRIu64 "].mtype", n),
				   "%" PRId64 " is not the type of a message (1 or more)",
				   (int64_t)m->mtype);
	}
	return r;
}

int img_ck_ipc_data(struct check *ck, const struct ck_image *im, struct img_reader *rd,
		    const struct img_entry *e, struct img_err *err)
{
	if (e->extra == &img_extra_sem)
		return check_semaphores(ck, im, rd, e->index, err);
	if (e->extra == &img_extra_msg)
		return check_messages(ck, im, rd, e->index, err);
	return 0;
}
