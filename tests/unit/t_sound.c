/* sound: what is said of a message holds for whoever shows it. */
#include "libimg/msg/sound.h"

#include "libimg/json/msg2json.h"
#include "libimg/msg/canon.h"

#include "every.h"

static enum img_sound sound(const struct img_msg *m, const void *p, size_t n)
{
	return img_msg_sound(m, (struct img_span){ p, n, 0 });
}

START_TEST(plain_is_what_has_no_unknown_fields)
{
	const struct msg_pair *pair = &msg_pairs[_i];
	enum img_sound said = sound(pair->m, pair->msg.p, pair->msg.n);

	/* How a list is packed is a matter of the list, and "@wire" is there for that too. */
	if (strstr(pair->json, "@wire") != NULL)
		ck_assert_int_ne(said, IMG_UNSOUND);
	else
		ck_assert_int_eq(said,
				 strstr(pair->json, "@unknown") != NULL ? IMG_SOUND : IMG_PLAIN);
}
END_TEST

#define PIDS "\x08\x01\x10\x02\x18\x03\x20\x04"

static const struct {
	const struct img_msg *m;
	struct bytes msg;
	enum img_sound want;
} others[] = {
	{ &every, BYTES("\x10\x02\x08\x01"), IMG_SOUND },             /* not in order, */
	{ &every, BYTES("\x08\x01\x08\x01"), IMG_SOUND },             /* twice, */
	{ &every, BYTES("\x08\x81\x00"), IMG_SOUND },                 /* a long number, */
	{ &every, BYTES("\x88\x00\x01"), IMG_SOUND },                 /* field number, */
	{ &every, BYTES("\x62\x81\x00x"), IMG_SOUND },                /* length, */
	{ &every, BYTES("\x7a\x03\x7a\x81\x00"), IMG_UNSOUND },       /* cut within another, */
	{ &every, BYTES("\x7a\x03\x7a\x80\x00"), IMG_SOUND },         /* long within another, */
	{ &every, BYTES("\x7a\x04\x10\x02\x08\x01"), IMG_SOUND },     /* order within another, */
	{ &every, BYTES("\x7a\x03\xf8\x07\x01"), IMG_SOUND },         /* unknown within another */
	{ &every, BYTES("\xaa\x01\x02\x01\x02"), IMG_PLAIN },         /* packed lists, */
	{ &every, BYTES("\xaa\x01\x02\x01\x82"), IMG_UNSOUND },       /* cut, */
	{ &every, BYTES("\xda\x01\x04\x01\x02\x03\x04"), IMG_PLAIN }, /* of fixed numbers, */
	{ &every, BYTES("\xda\x01\x03\x01\x02\x03"), IMG_UNSOUND },   /* cut */
	{ &every, BYTES("\x0d\x01\x02\x03\x04"), IMG_UNSOUND },       /* another wire type */
	{ &every, BYTES("\x08"), IMG_UNSOUND },
	{ &img_msg_pstree_entry, BYTES(PIDS), IMG_PLAIN },
	{ &img_msg_pstree_entry, BYTES("\x08\x01"), IMG_UNSOUND }, /* required ones are missing */
};

START_TEST(what_is_not_plain_is_found)
{
	ck_assert_int_eq(sound(others[_i].m, others[_i].msg.p, others[_i].msg.n), others[_i].want);
}
END_TEST

START_TEST(levels_have_a_limit)
{
	uint8_t m[4 * IMG_MAX_DEPTH], *p = m + sizeof(m);
	int levels = 1;

	/* From the inside out: each level is a field 15 with the ones before in it. */
	for (; levels < IMG_MAX_DEPTH; levels++) {
		uint8_t head[IMG_VARINT_MAX];
		size_t n = (size_t)(img_put_varint(head, (size_t)(m + sizeof(m) - p)) - head);

		p -= n;
		memcpy(p, head, n);
		*--p = 0x7a;
	}
	ck_assert_int_eq(sound(&every, p, (size_t)(m + sizeof(m) - p)), IMG_PLAIN);
	memmove(m + 3, p, (size_t)(m + sizeof(m) - p));
	m[0] = 0x7a;
	m[1] = (uint8_t)((size_t)(m + sizeof(m) - p) | 0x80);
	m[2] = (uint8_t)((size_t)(m + sizeof(m) - p) >> 7);
	ck_assert_int_eq(sound(&every, m, 3 + (size_t)(m + sizeof(m) - p)), IMG_UNSOUND);
}
END_TEST

/* A number in [0, n), the same in each run. */
static unsigned draw(uint64_t *seed, size_t n)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1;
	return (unsigned)((*seed >> 33) % n);
}

/* Whatever the bytes: what is sound is written to its end, and what is plain, with the same text. */
START_TEST(what_is_said_holds)
{
	uint64_t seed = (uint64_t)_i + 1;

	for (int round = 0; round < 300; round++) {
		const struct msg_pair *from = &msg_pairs[draw(&seed, COUNT(msg_pairs))];
		uint8_t m[256];
		size_t n = 0;
		enum img_sound said;
		char *text[2];
		struct img_err err;
		int r[2];

		/* Two at a time, so that order and repetition come up. */
		for (int i = 0; i < 2; i++) {
			if (from->msg.n <= sizeof(m) - n && from->msg.n > 0) {
				memcpy(m + n, from->msg.p, from->msg.n);
				n += from->msg.n;
			}
			from = &msg_pairs[draw(&seed, COUNT(msg_pairs))];
		}
		for (unsigned i = draw(&seed, 3); i > 0 && n > 0; i--)
			m[draw(&seed, n)] = (uint8_t)draw(&seed, 256);
		said = sound(&every, m, n);
		for (int i = 0; i < 2; i++) {
			struct img_out *o = sink_new();
			struct img_jw w;

			img_jw_init(&w, o, IMG_JW_LINE);
			img_jw_open(&w, '{');
			r[i] = img_msg2json_as(&w, &every, (struct img_span){ m, n, 0 }, true,
					       i == 0 ? said : IMG_UNSOUND, &err);
			text[i] = sink_take(o, NULL);
		}
		ck_assert_int_eq(r[0], r[1]);
		ck_assert_str_eq(text[0], text[1]);
		if (said != IMG_UNSOUND)
			ck_assert_int_eq(r[0], 0);
		free(text[0]);
		free(text[1]);
	}
}
END_TEST

static void add(TCase *tc)
{
	EACH(plain_is_what_has_no_unknown_fields, msg_pairs);
	EACH(what_is_not_plain_is_found, others);
	TEST(levels_have_a_limit);
	tcase_add_loop_test(tc, what_is_said_holds, 0, 20);
}

int main(void)
{
	return unit_run("sound", add);
}
