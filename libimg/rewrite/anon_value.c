#include "libimg/rewrite/anon_value.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "libimg/base/byteorder.h"
#include "libimg/rewrite/anon_addr.h"
#include "libimg/rewrite/anon_text.h"
#include "libimg/rewrite/field_value.h"
#include "libimg/rewrite/kept.h"
#include "libimg/rewrite/permute.h"

static bool is_text(const struct img_field *f)
{
	return f->row->wt == IMG_BYTES;
}

/* As many bytes of one kind. */
static int fill(struct img_anon *a, struct img_field *f, size_t from, uint8_t c,
		struct img_err *err)
{
	a->text.n = 0;
	img_buf_put(&a->text, f->bytes.p, f->bytes.n);
	if (!a->text.failed && a->text.n > from)
		memset(a->text.p + from, c, a->text.n - from);
	return img_anon_set_text(a, f, err);
}

/* ---- addresses ---- */

static struct img_span message_of(const struct img_anon *a, const struct img_field *f)
{
	return f->parent != NULL ? f->parent->bytes : a->entry;
}

/* The words of the address that f is one of: how many, up to 5. */
static size_t words_of(const struct img_anon *a, const struct img_field *f, uint32_t w[5])
{
	struct img_pick p = { .body = message_of(a, f) };
	struct img_each i = { .w = { p.body.p, p.body.p + p.body.n },
			      .all = p.body,
			      .tag = f->tag };
	uint64_t v;
	size_t n = 0;

	while (n < 5 && img_each_num(&i, &v))
		w[n++] = (uint32_t)v;
	return n;
}

/* In CRIU 0.1 four words stood for an IPv4 address too: the last three are zeros. */
int img_anon_set_ip(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	uint32_t w[5];
	uint8_t old[16], new[16] = { 0 };
	size_t words = words_of(a, f, w), n;

	(void)err;
	if (f->index >= words || words > 4)
		return img_anon_set_number(f, 0);
	for (size_t i = 0; i < words; i++)
		img_set32(old + 4 * i, w[i], a->big);
	n = words == 4 && (w[1] | w[2] | w[3]) != 0 ? 16 : 4;
	img_anon_ip(a->how.words, old, n, new);
	if (f->index == 0)
		img_anon_note_address(a, old, new, n);
	return img_anon_set_number(f, img_get32(new + 4 * f->index, a->big));
}

/* The hardware address of a tunnel is one of IP. */
int img_anon_set_mac(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	size_t n = f->bytes.n;

	a->text.n = 0;
	img_buf_put(&a->text, f->bytes.p, n);
	if (a->text.failed)
		return img_fail_mem(err);
	if ((n == 4 || n == 16) && f->msg == &img_msg_net_device_entry)
		img_anon_ip(a->how.words, f->bytes.p, n, a->text.p);
	else
		img_anon_mac(a->how.words, f->bytes.p, n, a->text.p);
	if (n > 0)
		img_anon_note_address(a, f->bytes.p, a->text.p, n);
	return img_anon_set_text(a, f, err);
}

/* ---- numbers and bytes ---- */

int img_anon_set_zero(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	return is_text(f) ? fill(a, f, 0, 0, err) : img_anon_set_number(f, 0);
}

/* With the words of stacks those registers stay that the first frame may need, by the same rule. */
int img_anon_set_register(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	if (a->how.stacks && f->parent != NULL && !is_text(f) &&
	    strcmp(img_field_name(f->parent), "gpregs") == 0 &&
	    img_anon_pages_points(a->pages, f->image, f->num))
		return IMG_KEEP;
	return img_anon_set_zero(a, f, err);
}

/* The type of a message in a queue is 1 or more. */
int img_anon_set_count(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	(void)a, (void)err;
	return img_anon_set_number(f, f->msg == &img_msg_ipc_msg);
}

/* Unread input of a terminal must hold no control characters; of a signal the head stays. */
int img_anon_set_payload(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	enum { SIGNAL_HEAD = 24 }; /* signal, error, code, and the sender or the address */

	if (f->msg == &img_msg_siginfo_entry)
		return fill(a, f, SIGNAL_HEAD, 0, err);
	if (f->msg == &img_msg_tty_data_entry)
		return fill(a, f, 0, 'x', err);
	return img_anon_set_zero(a, f, err);
}

/* Does the file keep its whole path? Then what tells its content is public too. */
static bool is_public_file(struct img_anon *a, const struct img_field *f)
{
	struct img_span old = img_fv_bytes(message_of(a, f), IMG_TAG_REG_FILE_ENTRY__NAME);
	struct img_err err;

	a->text.n = 0;
	return f->msg == &img_msg_reg_file_entry &&
	       img_anon_path(a->how.words, old, IMG_KEPT_PATH | IMG_KEPT_LIB, &a->text, &err) ==
		       0 &&
	       a->text.n == old.n && memcmp(a->text.p, old.p, old.n) == 0;
}

/* Hexadecimal digits become others, what is between them stays. */
static int secret_text(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	uint64_t all = img_words_draw(a->how.words, 's', f->bytes.p, f->bytes.n);

	if (fill(a, f, 0, 0, err) < 0)
		return -1;
	for (size_t i = 0; i < a->text.n; i++) {
		bool text = f->row->type == PROTOBUF_C_TYPE_STRING;
		uint64_t of[2] = { all, i }, r = img_words_draw(a->how.words, 'S', of, sizeof(of));

		a->text.p[i] = text ? (uint8_t) "0123456789abcdef"[r & 15] : (uint8_t)r;
	}
	return IMG_SET;
}

int img_anon_set_secret(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	ProtobufCType type = f->row->type;
	struct img_span old = f->bytes;
	uint64_t v = f->num;

	if (is_public_file(a, f))
		return IMG_KEEP;
	if (is_text(f)) {
		if (secret_text(a, f, err) < 0)
			return -1;
		for (size_t i = 0; i < old.n && type == PROTOBUF_C_TYPE_STRING; i++)
			if (old.p[i] == '-' || old.p[i] == ':')
				a->text.p[i] = old.p[i];
		return IMG_SET;
	}
	if (v == 0)
		return IMG_KEEP;
	v = img_words_draw(a->how.words, 's', &v, sizeof(v));
	if (type == PROTOBUF_C_TYPE_INT32)
		v = (uint64_t)(int64_t)(int32_t)v;
	else if (type != PROTOBUF_C_TYPE_UINT64 && type != PROTOBUF_C_TYPE_FIXED64)
		v = (uint32_t)v;
	return img_anon_set_number(f, v != 0 ? v : 1);
}

int img_anon_set_port(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	(void)err;
	return img_anon_set_number(f, img_permute_port(a->how.words, (uint16_t)f->num));
}

/* Which ids are in a range does not survive; that it is one does. */
static int set_groups(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	uint64_t v[2];
	const char *tail;
	uint32_t of[2];
	char text[40];
	int n;

	if (!img_fv_groups(f, v, &tail) || v[0] > v[1] || v[1] > UINT32_MAX)
		return IMG_KEEP;
	img_permute_id_range(a->how.words, (uint32_t)v[0], (uint32_t)v[1], of);
	n = snprintf(text, sizeof(text), "%" PRIu32 "\t%" PRIu32 "%s", of[0], of[1], tail);
	a->text.n = 0;
	img_buf_put(&a->text, text, (size_t)n);
	return img_anon_set_text(a, f, err);
}

int img_anon_set_id(struct img_anon *a, struct img_field *f, struct img_err *err)
{
	if (is_text(f))
		return set_groups(a, f, err);
	return f->num > UINT32_MAX
		       ? IMG_KEEP
		       : img_anon_set_number(f, img_permute_id(a->how.words, (uint32_t)f->num));
}
