/* encode: JSON of every form to images. */
#include "libimg/json/encode.h"

#include "libimg/json/b64.h"
#include "libimg/json/decode.h"
#include "libimg/json/jr.h"
#include "libimg/json/jw.h"
#include "samples.h"

/* ---- where images go ---- */

enum { MAX_IMAGES = 20 };

struct images {
	struct {
		char name[300]; /* "-" where there was none */
		struct img_buf b;
		bool ended, kept;
	} v[MAX_IMAGES];
	size_t n;
	struct img_out *out;
	int fd;                 /* write there instead, -1: no */
	int refuse, refuse_end; /* the image with this number, from 1 */
};

static int begin(void *arg, const char *name, struct img_out **out, struct img_err *err)
{
	struct images *im = arg;

	ck_assert_uint_lt(im->n, MAX_IMAGES);
	ck_assert(im->n == 0 || im->v[im->n - 1].ended);
	if ((int)im->n + 1 == im->refuse)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "not this one");
	snprintf(im->v[im->n].name, sizeof(im->v[0].name), "%s", name != NULL ? name : "-");
	im->out = im->fd >= 0 ? img_out_fd(im->fd) : img_out_mem(&im->v[im->n].b);
	im->n++;
	*out = im->out;
	return 0;
}

static int end(void *arg, bool keep, struct img_err *err)
{
	struct images *im = arg;
	int r = img_out_flush(im->out, err);

	ck_assert(!im->v[im->n - 1].ended);
	im->v[im->n - 1].ended = true;
	im->v[im->n - 1].kept = keep;
	img_out_free(im->out);
	if ((int)im->n == im->refuse_end)
		return img_fail(err, IMG_EDATA, IMG_NOWHERE, "no room for it");
	return r;
}

static void drop(struct images *im)
{
	for (size_t i = 0; i < im->n; i++)
		img_buf_free(&im->v[i].b);
}

static int encode_from(struct img_in *in, struct images *im, struct img_err *err)
{
	struct img_sink sink = { .begin = begin, .end = end, .arg = im };
	uint64_t count = 99, kept = 0;
	int r = img_encode(in, &sink, &count, err);

	for (size_t i = 0; i < im->n; i++) {
		ck_assert_msg(im->v[i].ended, "image %zu was never ended", i);
		kept += im->v[i].kept;
	}
	if (im->refuse_end == 0)
		ck_assert_uint_eq(count, kept);
	ck_assert(r < 0 || count == im->n);
	return r;
}

static int encode(const char *text, size_t n, struct images *im, struct img_err *err)
{
	struct img_in *in = img_in_mem(text, n);
	int r;

	*im = (struct images){ .fd = -1 };
	r = encode_from(in, im, err);
	img_in_free(in);
	return r;
}

/* The text gives that one image and no other. */
static void gives(const char *text, const struct sample *s)
{
	struct images im;
	struct img_err err;

	if (encode(text, strlen(text), &im, &err) < 0)
		ck_abort_msg("%s\n%s", said(&err), text);
	ck_assert_uint_eq(im.n, 1);
	same_bytes(im.v[0].b.p, im.v[0].b.n, s->image.p, s->image.n, text);
	drop(&im);
}

/* ---- the same text with other orders of keys ---- */

enum order { REVERSED, SORTED };

struct member {
	char *key, *value;
};

static int by_key(const void *a, const void *b)
{
	return strcmp(((const struct member *)a)->key, ((const struct member *)b)->key);
}

static void put_text(struct img_buf *b, const char *s)
{
	img_buf_put(b, s, strlen(s));
}

static char *quoted(const char *p, size_t n)
{
	struct img_out *o = sink_new();
	struct img_jw w;

	img_jw_init(&w, o, IMG_JW_LINE);
	img_jw_str(&w, p, n);
	return sink_take(o, NULL);
}

static char *value(struct img_jr *jr, struct jr_tok *t, enum order order);

static void next(struct img_jr *jr, struct jr_tok *t)
{
	struct img_err err;

	ck_assert_int_eq(img_jr_next(jr, t, &err), 0);
}

static void put_object(struct img_buf *b, struct img_jr *jr, enum order order)
{
	struct member v[64];
	struct jr_tok t;
	size_t n = 0;

	for (next(jr, &t); t.type != JR_OBJ_END; next(jr, &t)) {
		ck_assert_uint_lt(n, COUNT(v));
		v[n].key = quoted(t.p, t.n);
		next(jr, &t);
		v[n++].value = value(jr, &t, order);
	}
	if (order == SORTED && n > 0)
		qsort(v, n, sizeof(*v), by_key);
	put_text(b, "{");
	for (size_t i = 0; i < n; i++) {
		const struct member *m = order == SORTED ? &v[i] : &v[n - 1 - i];

		put_text(b, i > 0 ? "," : "");
		put_text(b, m->key);
		put_text(b, ":");
		put_text(b, m->value);
		free(m->key);
		free(m->value);
	}
	put_text(b, "}");
}

static char *value(struct img_jr *jr, struct jr_tok *t, enum order order)
{
	static const char *const words[] = {
		[JR_NULL] = "null", [JR_TRUE] = "true", [JR_FALSE] = "false"
	};
	struct img_buf b = { 0 };
	const char *sep = "[";
	char *one;

	switch (t->type) {
	case JR_STR: return quoted(t->p, t->n);
	case JR_NUM: img_buf_put(&b, t->p, t->n); break;
	case JR_OBJ: put_object(&b, jr, order); break;
	case JR_ARR:
		for (next(jr, t); t->type != JR_ARR_END; next(jr, t), sep = ",") {
			put_text(&b, sep);
			one = value(jr, t, order);
			put_text(&b, one);
			free(one);
		}
		put_text(&b, *sep == '[' ? "[]" : "]");
		break;
	default: put_text(&b, words[t->type]);
	}
	img_buf_put(&b, "", 1);
	one = strdup((char *)b.p);
	img_buf_free(&b);
	return one;
}

static char *turned(const char *text, enum order order)
{
	struct img_in *in = img_in_mem(text, strlen(text));
	struct img_jr *jr = img_jr_open(in);
	struct img_buf b = { 0 };
	struct jr_tok t;
	char *one;

	for (next(jr, &t); t.type != JR_END; next(jr, &t)) {
		one = value(jr, &t, order);
		put_text(&b, one);
		put_text(&b, "\n");
		free(one);
	}
	img_buf_put(&b, "", 1);
	one = strdup((char *)b.p);
	img_buf_free(&b);
	img_jr_close(jr);
	img_in_free(in);
	return one;
}

/* The text as it is and with its keys in other orders. */
static void gives_in_any_order(const char *text, const struct sample *s)
{
	char *other;

	gives(text, s);
	for (int order = REVERSED; order <= SORTED; order++) {
		other = turned(text, order);
		gives(other, s);
		free(other);
	}
}

/* ---- forms ---- */

START_TEST(lines_become_an_image)
{
	gives_in_any_order(samples[_i].json, &samples[_i]);
}
END_TEST

START_TEST(a_document_becomes_an_image)
{
	gives_in_any_order(samples[_i].doc, &samples[_i]);
}
END_TEST

START_TEST(a_pretty_document_becomes_an_image)
{
	gives_in_any_order(pretty_samples[_i].text, sample_of(pretty_samples[_i].name));
}
END_TEST

START_TEST(lines_for_people_become_an_image)
{
	gives_in_any_order(human_samples[_i].text, sample_of(human_samples[_i].name));
}
END_TEST

static void tag(const char *json, const char *img, char *to)
{
	const char *stop = strchr(json, '}'), *line = strchr(json, '\n') + 1;

	if (*line == '\0')
		to += sprintf(to, "{%s%.*s}\n", img, (int)(stop - json - 1), json + 1);
	for (; *line != '\0'; line = strchr(line, '\n') + 1)
		to += sprintf(to, "{%s%.*s,\"entry\":%.*s}\n", img, (int)(stop - json - 1),
			      json + 1, (int)strcspn(line, "\n"), line);
}

START_TEST(tagged_lines_become_an_image)
{
	char text[6000];

	tag(samples[_i].json, "", text);
	gives_in_any_order(text, &samples[_i]);
	tag(samples[_i].json, "\"img\":\"x.img\",", text);
	gives_in_any_order(text, &samples[_i]);
}
END_TEST

START_TEST(text_may_come_in_small_pieces)
{
	const char *const forms[] = { samples[_i].json, samples[_i].doc };
	static const size_t steps[] = { 1, 7, 100 };

	for (size_t f = 0; f < COUNT(forms); f++)
		for (size_t k = 0; k < COUNT(steps); k++) {
			int fd = pipe_of(forms[f], strlen(forms[f]), steps[k]);
			struct images im = { .fd = -1 };
			struct img_in *in = img_in_fd(fd);
			struct img_err err;

			ck_assert_int_eq(encode_from(in, &im, &err), 0);
			same_bytes(im.v[0].b.p, im.v[0].b.n, samples[_i].image.p,
				   samples[_i].image.n, samples[_i].name);
			drop(&im);
			img_in_free(in);
			close(fd);
		}
}
END_TEST

#define TREE "\x19\x43\x56\x54\x30\x30\x27\x50"
#define TASK "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1}"
#define TASK_MSG "\x08\0\0\0\x08\1\x10\0\x18\1\x20\1"
#define FS "\x19\x43\x56\x54\x12\x39\x40\x51"
#define FS_ENTRY "{\"cwd_id\":1,\"root_id\":2}"
#define FS_MSG "\4\0\0\0\x08\1\x10\2"

/* Texts with several images: their names and bytes. */
static const struct {
	const char *text;
	struct {
		const char *name;
		struct bytes image;
	} want[4];
} several[] = {
	{ "{\"magic\":\"PSTREE\",\"img\":\"a\"}\n" TASK "\n{\"magic\":\"FS\",\"img\":\"b\"}\n"
	  "{\"magic\":\"PSTREE\"}\n" TASK TASK,
	  { { "a", BYTES(TREE TASK_MSG) },
	    { "b", BYTES(FS) },
	    { "-", BYTES(TREE TASK_MSG TASK_MSG) } } },
	/* A tag: a change of img or of magic starts an image. */
	{ "{\"img\":\"a\",\"magic\":\"PSTREE\",\"entry\":" TASK "}"
	  "{\"img\":\"a\",\"magic\":\"PSTREE\",\"entry\":" TASK "}"
	  "{\"img\":\"b\",\"magic\":\"PSTREE\",\"entry\":" TASK "}"
	  "{\"img\":\"b\",\"magic\":\"FS\",\"entry\":" FS_ENTRY "}",
	  { { "a", BYTES(TREE TASK_MSG TASK_MSG) },
	    { "b", BYTES(TREE TASK_MSG) },
	    { "b", BYTES(FS FS_MSG) } } },
	{ "{\"magic\":\"PSTREE\",\"entry\":" TASK "}{\"magic\":\"FS\",\"entry\":" FS_ENTRY "}"
	  "{\"magic\":\"FS\",\"entry\":" FS_ENTRY "}",
	  { { "-", BYTES(TREE TASK_MSG) }, { "-", BYTES(FS FS_MSG FS_MSG) } } },
	/* A header always starts one, also one that says the same. */
	{ "{\"magic\":\"FS\",\"img\":\"a\"}{\"magic\":\"FS\",\"img\":\"a\"}",
	  { { "a", BYTES(FS) }, { "a", BYTES(FS) } } },
	/* A tagged line goes on in the image that its header opened, and so does a plain one. */
	{ "{\"magic\":\"FS\",\"img\":\"a\"}{\"img\":\"a\",\"magic\":\"FS\",\"entry\":" FS_ENTRY
	  "}" FS_ENTRY,
	  { { "a", BYTES(FS FS_MSG FS_MSG) } } },
	/* Documents, one behind the other, and lines behind them. */
	{ "{\"magic\":\"FS\",\"entries\":[" FS_ENTRY
	  "]}{\"entries\":[],\"magic\":\"FS\",\"img\":\"b\"}"
	  "{\"magic\":\"PSTREE\"}" TASK "{\"img\":\"d\",\"magic\":\"FS\",\"entry\":" FS_ENTRY "}",
	  { { "-", BYTES(FS FS_MSG) },
	    { "b", BYTES(FS) },
	    { "-", BYTES(TREE TASK_MSG) },
	    { "d", BYTES(FS FS_MSG) } } },
	/* Raw images. */
	{ "{\"magic\":\"RAW\",\"img\":\"p\"}{\"extra\":\"YWJj\",\"at\":0}{\"extra\":\"\",\"at\":3}"
	  "{\"img\":\"q\",\"magic\":\"RAW\"}{\"img\":\"q\",\"extra\":\"\",\"at\":0}"
	  "{\"magic\":\"RAW\",\"entries\":[{\"extra\":\"YQ==\"},{\"extra\":\"Yg==\\n\"}]}"
	  "{\"magic\":\"FS\"}",
	  { { "p", BYTES("abc") }, { "q", BYTES("") }, { "-", BYTES("ab") }, { "-", BYTES(FS) } } },
	/* Lines of payload name their image too. */
	{ "{\"img\":\"p\",\"magic\":\"PIPES_DATA\",\"entry\":{\"pipe_id\":1,\"bytes\":3}}"
	  "{\"img\":\"p\",\"extra\":\"YWI=\",\"at\":0}{\"img\":\"p\",\"extra\":\"Yw==\",\"at\":2}"
	  "{\"img\":\"p\",\"extra\":\"\",\"at\":3}"
	  "{\"img\":\"p\",\"magic\":\"PIPES_DATA\",\"entry\":{\"pipe_id\":1,\"bytes\":0}}",
	  { { "p", BYTES("\x19\x43\x56\x54\x09\x37\x45\x56\4\0\0\0\x08\1\x10\3"
			 "abc"
			 "\4\0\0\0\x08\1\x10\0") } } },
	{ "{\"magic\":\"FS\",\"img\":{\"@base64\":\"Yf8=\"}}", { { "a\xff", BYTES(FS) } } },
};

START_TEST(a_text_may_hold_several_images)
{
	struct images im;
	struct img_err err;
	size_t n = 0;

	if (encode(several[_i].text, strlen(several[_i].text), &im, &err) < 0)
		ck_abort_msg("%s", said(&err));
	while (n < 4 && several[_i].want[n].name != NULL)
		n++;
	ck_assert_uint_eq(im.n, n);
	for (size_t i = 0; i < n; i++) {
		ck_assert_str_eq(im.v[i].name, several[_i].want[i].name);
		same_bytes(im.v[i].b.p, im.v[i].b.n, several[_i].want[i].image.p,
			   several[_i].want[i].image.n, several[_i].want[i].name);
	}
	drop(&im);
}
END_TEST

#define PIPE "{\"magic\":\"PIPES_DATA\"}\n"
#define PIPES "\x19\x43\x56\x54\x09\x37\x45\x56"
#define DESC "\"desc\":{\"key\":1,\"uid\":0,\"gid\":0,\"cuid\":0,\"cgid\":0,\"mode\":0,\"id\":0}"
#define DESC_MSG "\x0a\x0e\x08\1\x10\0\x18\0\x20\0\x28\0\x30\0\x38\0"
#define SHM "{\"magic\":\"IPCNS_SHM\"}\n"
#define SHMS "\x19\x43\x56\x54\x44\x30\x28\x46"

/* Other texts of one image. */
static const struct {
	const char *text;
	struct bytes image;
} accepted[] = {
	{ "{\"magic\":\"PSTREE\",\"entries\":null}", BYTES(TREE) }, /* Go crit's empty list */
	{ "{\"magic\":\"PSTREE\",\"format\":\"1.1\",\"endian\":\"little\"}", BYTES(TREE) },
	{ "\n\n{\"magic\":\"PSTREE\"}\n\n\n" TASK "\n\n", BYTES(TREE TASK_MSG) },
	{ "{\"magic\":\"PSTREE\"}" TASK TASK, BYTES(TREE TASK_MSG TASK_MSG) },
	{ "{\"magic\":\"PSTREE\"}\n{\n\"pid\" : 1,\n\"ppid\":0,\"pgid\":1,\"sid\":\"0x1\" }",
	  BYTES(TREE TASK_MSG) },
	{ "{\"magic\":\"SECCOMP\"}{}{}",
	  BYTES("\x19\x43\x56\x54\x49\x30\x41\x64\0\0\0\0\0\0\0\0") },
	/* payloads in pieces of any size */
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YQ==\",\"at\":0}\n{\"extra\":\"YmM=\","
	       "\"at\":1}\n"
	       "{\"extra\":\"\",\"at\":3}",
	  BYTES(PIPES "\4\0\0\0\x08\1\x10\3"
		      "abc") },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3,\"extra\":\"Y\\nWJ\\nj\"}",
	  BYTES(PIPES "\4\0\0\0\x08\1\x10\3"
		      "abc") },
	{ PIPE "{\"extra\":\"YWJj\",\"pipe_id\":1,\"bytes\":3}", BYTES(PIPES "\4\0\0\0\x08\1\x10\3"
									     "abc") },
	/* one of no bytes may be left out, or be given where there is none */
	{ PIPE "{\"pipe_id\":1,\"bytes\":0}", BYTES(PIPES "\4\0\0\0\x08\1\x10\0") },
	{ "{\"magic\":\"PSTREE\"}{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1,\"extra\":\"\"}",
	  BYTES(TREE TASK_MSG) },
	{ SHM "{" DESC ",\"size\":1,\"in_pagemaps\":true,\"extra\":\"\"}",
	  BYTES(SHMS "\x14\0\0\0" DESC_MSG "\x10\1\x18\1") },
	/* padding: zeros where none is given, in lines of payload on the last one */
	{ SHM "{" DESC ",\"size\":1,\"extra\":\"YQ==\"}", BYTES(SHMS "\x12\0\0\0" DESC_MSG "\x10\1"
								     "a\0\0\0") },
	{ SHM "{\"@pad\":\"YmJi\",\"extra\":\"YQ==\"," DESC ",\"size\":1}",
	  BYTES(SHMS "\x12\0\0\0" DESC_MSG "\x10\1"
		     "abbb") },
	{ SHM
	  "{" DESC
	  ",\"size\":1}{\"extra\":\"YQ==\",\"at\":0}{\"extra\":\"\",\"at\":1,\"@pad\":\"YmJi\"}",
	  BYTES(SHMS "\x12\0\0\0" DESC_MSG "\x10\1"
		     "abbb") },
	{ SHM
	  "{" DESC
	  ",\"size\":1}{\"extra\":\"YQ==\",\"at\":0}{\"@pad\":\"YmJi\",\"at\":1,\"extra\":\"\"}",
	  BYTES(SHMS "\x12\0\0\0" DESC_MSG "\x10\1"
		     "abbb") },
	{ SHM "{" DESC ",\"size\":0,\"@pad\":\"\"}", BYTES(SHMS "\x12\0\0\0" DESC_MSG "\x10\0") },
	/* queues in either order, or one alone */
	{ "{\"magic\":\"TCP_STREAM\"}{\"inq_len\":0,\"inq_seq\":0,\"outq_len\":1,\"outq_seq\":0,"
	  "\"opt_mask\":0,\"snd_wscale\":0,\"mss_clamp\":0,\"extra\":{\"outq\":\"YQ==\"}}",
	  BYTES("\x19\x43\x56\x54\x06\x55\x46\x51\x0e\0\0\0\x08\0\x10\0\x18\1\x20\0\x28\0\x30\0"
		"\x38\0"
		"a") },
	/* a ghost of no bytes */
	{ "{\"magic\":\"GHOST_FILE\"}{\"uid\":0,\"gid\":0,\"mode\":0}{\"extra\":\"\",\"at\":0}",
	  BYTES("\x19\x43\x56\x54\x05\x36\x58\x52\6\0\0\0\x08\0\x10\0\x18\0") },
	/* a field called magic, first in its entry */
	{ "{\"magic\":\"BINFMT_MISC\"}\n{\"magic\":\"M\",\"name\":\"a\",\"enabled\":true,"
	  "\"interpreter\":\"i\"}",
	  BYTES("\x19\x43\x56\x54\x23\x33\x34\x67\x0b\0\0\0\x0a\1"
		"a\x10\1\x1a\1"
		"i\x32\1M") },
	{ "{\"magic\":\"BINFMT_MISC\",\"entries\":[{\"magic\":\"M\",\"name\":\"a\",\"enabled\":"
	  "true,"
	  "\"interpreter\":\"i\"}]}",
	  BYTES("\x19\x43\x56\x54\x23\x33\x34\x67\x0b\0\0\0\x0a\1"
		"a\x10\1\x1a\1"
		"i\x32\1M") },
	/* a lone escape or number form in a header is the same key */
	{ "{\"\\u006dagic\":\"\\u0050STREE\"}", BYTES(TREE) },
};

START_TEST(other_texts_give_an_image_too)
{
	struct sample s = { .image = accepted[_i].image };

	gives(accepted[_i].text, &s);
}
END_TEST

START_TEST(behind_entries_with_a_field_magic_come_headers)
{
	static const char text[] =
		"{\"magic\":\"BINFMT_MISC\"}"
		"{\"magic\":\"BINFMT_MISC\",\"img\":\"b\"}"
		"{\"magic\":\"M\",\"name\":\"a\",\"enabled\":true,\"interpreter\":\"i\"}"
		"{\"magic\":\"BINFMT_MISC\",\"img\":\"b\",\"entry\":{\"name\":\"a\",\"enabled\":"
		"true,"
		"\"interpreter\":\"i\"}}"
		"{\"magic\":\"BINFMT_MISC\",\"entries\":[]}"
		"{\"magic\":\"PSTREE\"}";
	struct images im;
	struct img_err err;

	if (encode(text, strlen(text), &im, &err) < 0)
		ck_abort_msg("%s", said(&err));
	ck_assert_uint_eq(im.n, 4);
	ck_assert_uint_eq(im.v[0].b.n, 8);
	ck_assert_uint_eq(im.v[1].b.n, 8 + 15 + 12);
	ck_assert_uint_eq(im.v[2].b.n, 8);
	ck_assert_uint_eq(im.v[3].b.n, 8);
	drop(&im);
}
END_TEST

/* ---- what is refused ---- */

#define TREE_HEAD "{\"magic\":\"PSTREE\"}\n"

/* `images` begun, of them `kept` complete. */
static const struct {
	const char *text, *said;
	size_t begun, kept;
} bad[] = {
	/* no image, no header */
	{ "", "line 1: no image in the input", 0, 0 },
	{ " \n\n ", "line 3: no image in the input", 0, 0 },
	{ "{}", "line 1: expected a header, got an empty object", 0, 0 },
	{ "[]", "line 1: expected an object, got a list", 0, 0 },
	/* no JSON: named where its first bytes tell */
	{ "\x1f\x8b\x08", "offset 0x0: not JSON but gzip data", 0, 0 },
	{ "\xff\xfe{", "offset 0x0: not JSON but UTF-16 text", 0, 0 },
	{ "\xef\xbb\xbf{}", "offset 0x0: not JSON but text that begins with a byte order mark", 0,
	  0 },
	{ "\x19\x43\x56\x54", "offset 0x0: not JSON but a CRIU image", 0, 0 },
	{ "\x54\x56\x43\x19", "offset 0x0: not JSON but a CRIU image", 0, 0 },
	{ "\x30\x30\x27\x50", "offset 0x0: not JSON but a CRIU image", 0, 0 },
	{ "1", "line 1: expected an object, got a number", 0, 0 },
	{ "null", "line 1: expected an object, got null", 0, 0 },
	{ TASK, "line 1: entry before a header ({\"magic\": ...})", 0, 0 },
	{ "{\"extra\":\"\",\"at\":0}", "line 1: unexpected payload line", 0, 0 },
	{ "{\"img\":\"a\"}", "line 1: expected a header, an entry or a payload line", 0, 0 },
	{ "{\"format\":\"1.0\"}", "line 1: key magic is missing", 0, 0 },
	{ "{\"entries\":[]}", "line 1: key magic is missing", 0, 0 },
	{ "{\"img\":\"a\",\"entry\":{}}", "line 1: key magic is missing", 0, 0 },
	{ TREE_HEAD "[]", "line 2: expected an object, got a list", 1, 0 },
	/* keys of headers */
	{ "{\"magic\":\"X\"}", "line 1: magic: unknown image type \"X\"", 0, 0 },
	{ "{\"magic\":\"PAGES\"}", "line 1: magic: unknown image type \"PAGES\"", 0, 0 },
	{ "{\"magic\":\"\\u001b\"}", "line 1: magic: unknown image type \"\\x1b\"", 0, 0 },
	{ "{\"magic\":1}", "line 1: magic: expected a string, got a number", 0, 0 },
	{ "{\"magic\":\"FS\",\"magic\":\"FS\"}", "line 1: magic: key appears twice", 0, 0 },
	{ "{\"magic\":\"FS\",\"x\":1}", "line 1: x: unknown key", 0, 0 },
	{ "{\"magic\":\"FS\",\"cwd_id\":1}", "line 1: cwd_id: unknown key", 0, 0 },
	{ "{\"magic\":\"FS\",\"format\":\"2\"}", "line 1: format: expected \"1.0\"", 0, 0 },
	{ "{\"magic\":\"FS\",\"format\":1.0}", "line 1: format: expected a string, got a number", 0,
	  0 },
	{ "{\"magic\":\"INVENTORY\",\"format\":\"1.0\"}",
	  "line 1: format: type INVENTORY has no version", 0, 0 },
	{ "{\"magic\":\"RAW\",\"format\":\"1.0\"}", "line 1: format: type RAW has no version", 0,
	  0 },
	{ "{\"magic\":\"FS\",\"endian\":\"Big\"}", "line 1: endian: expected \"big\"", 0, 0 },
	{ "{\"magic\":\"FS\",\"at\":0}", "line 1: expected a header, an entry or a payload line", 0,
	  0 },
	{ "{\"magic\":\"FS\",\"extra\":\"\"}",
	  "line 1: expected a header, an entry or a payload line", 0, 0 },
	{ "{\"magic\":\"FS\",\"entry\":{},\"entries\":[]}",
	  "line 1: expected a header, an entry or a payload line", 0, 0 },
	/* names of files */
	{ "{\"magic\":\"FS\",\"img\":\"\"}", "line 1: img: not a file name", 0, 0 },
	{ "{\"magic\":\"FS\",\"img\":\".\"}", "line 1: img: not a file name", 0, 0 },
	{ "{\"magic\":\"FS\",\"img\":\"..\"}", "line 1: img: not a file name", 0, 0 },
	{ "{\"magic\":\"FS\",\"img\":\"a/b\"}", "line 1: img: not a file name", 0, 0 },
	{ "{\"magic\":\"FS\",\"img\":\"/\"}", "line 1: img: not a file name", 0, 0 },
	{ "{\"magic\":\"FS\",\"img\":\"a\\u0000b\"}", "line 1: img: not a file name", 0, 0 },
	{ "{\"magic\":\"FS\",\"img\":{\"@base64\":\"Li4=\"}}", "line 1: img: not a file name", 0,
	  0 },
	{ "{\"magic\":\"FS\",\"img\":1}", "line 1: img: expected a string, got a number", 0, 0 },
	{ "{\"magic\":\"FS\",\"img\":\"\xff\"}", "line 1: img: string is not valid UTF-8", 0, 0 },
	/* entries */
	{ TREE_HEAD "{\"pid\":1}", "line 2: entries[0].ppid: required field missing", 1, 0 },
	{ TREE_HEAD TASK "\n{\"pid\":1,\"x\":2}", "line 3: entries[1].x: unknown key", 1, 0 },
	{ TREE_HEAD "{\"magic\":\"PSTREE\",\"entry\":{\"pid\":-1}}",
	  "line 2: entries[0].pid: -1 is out of range", 1, 0 },
	{ "{\"magic\":\"PSTREE\",\"entry\":1}", "line 1: entry: expected an object", 1, 0 },
	{ "{\"magic\":\"PSTREE\",\"entry\":{\"pid\":1}}",
	  "line 1: entries[0].ppid: required field missing", 1, 0 },
	{ "{\"magic\":\"PSTREE\",\"entries\":[\n" TASK ",\n{\"pid\":true}]}",
	  "line 3: entries[1].pid: expected a number, got true", 1, 0 },
	{ "{\"entries\":[\n" TASK ",\n{\"pid\":true}],\n\"magic\":\"PSTREE\"}",
	  "line 3: entries[1].pid: expected a number, got true", 1, 0 },
	{ "{\"magic\":\"PSTREE\",\"entries\":[1]}",
	  "line 1: entries[0]: expected an object, got a number", 1, 0 },
	{ "{\"magic\":\"PSTREE\",\"entries\":{}}",
	  "line 1: entries: expected a list, got an object", 1, 0 },
	{ "{\"magic\":\"PSTREE\",\"entries\":[],\"x\":1}", "line 1: x: unknown key", 0, 0 },
	{ "{\"magic\":\"PSTREE\"}{\"@pad\":\"\","
	  "\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1,\"@pad\":\"\"}",
	  "line 1: entries[0]: @pad: key appears twice", 1, 0 },
	/* payloads that are not what the entry says */
	{ PIPE "{\"pipe_id\":1,\"bytes\":3,\"extra\":\"YWI=\"}",
	  "line 2: payload of entry 0 has 2 bytes (the entry says 3)", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3,\"extra\":\"YWJjZA==\"}",
	  "line 2: payload of entry 0 is longer than the 3 bytes that the entry states", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3,\"extra\":\"\"}",
	  "line 2: payload of entry 0 has 0 bytes (the entry says 3)", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3,\"extra\":\"YWJj\",\"extra\":\"\"}",
	  "line 2: entries[0]: extra: key appears twice", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3,\"extra\":[1]}",
	  "line 2: entries[0].extra: expected base64 in a string, got a list", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3,\"extra\":\"... <3B>\"}",
	  "line 2: entries[0].extra: not valid base64 (the payload was left out by --no-payload)",
	  1, 0 },
	{ TREE_HEAD "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1,\"extra\":\"YQ==\"}",
	  "line 2: entry 0: payload given, but the entry has none", 1, 0 },
	{ SHM "{" DESC ",\"size\":1,\"in_pagemaps\":true,\"extra\":\"YQ==\"}",
	  "line 2: entry 0: payload given, but the entry has none", 1, 0 },
	/* a payload that is lost */
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n", "line 3: payload of entry 0 is missing", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"pipe_id\":2,\"bytes\":0}",
	  "line 3: payload of entry 0 is missing", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n" TREE_HEAD, "line 3: payload of entry 0 is missing",
	  1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YWI=\",\"at\":0}\n",
	  "line 4: payload of entry 0 has no closing line", 1, 0 },
	{ PIPE
	  "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YWJj\",\"at\":0}\n{\"pipe_id\":2,\"bytes\":0}",
	  "line 4: payload of entry 0 has no closing line", 1, 0 },
	{ PIPE
	  "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YWI=\",\"at\":0}\n{\"extra\":\"\",\"at\":2}",
	  "line 4: payload of entry 0 has 2 bytes (the entry says 3)", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"\",\"at\":0}",
	  "line 3: payload of entry 0 has 0 bytes (the entry says 3)", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YWJj\",\"at\":3}",
	  "line 3: at: expected 0, got 3", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YWI=\",\"at\":0}\n{\"extra\":\"Yw==\","
	       "\"at\":1}",
	  "line 4: at: expected 2, got 1", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YWJjZA==\",\"at\":0}",
	  "line 3: payload of entry 0 is longer than the 3 bytes that the entry states", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":0}\n{\"extra\":\"\",\"at\":0}",
	  "line 3: unexpected payload line", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":1,\"extra\":\"YQ==\"}\n{\"extra\":\"\",\"at\":1}",
	  "line 3: unexpected payload line", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"img\":\"x\",\"extra\":\"YWJj\",\"at\":0}",
	  "line 3: img: payload line for an image that is not open", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"YWJj\",\"at\":-1}",
	  "line 3: at: -1 is out of range", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":1,\"at\":0}",
	  "line 3: extra: expected base64 in a string, got a number", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"extra\":\"!\",\"at\":0}",
	  "line 3: extra: not valid base64", 1, 0 },
	{ PIPE "{\"pipe_id\":1,\"bytes\":3}\n{\"at\":0}",
	  "line 3: expected a header, an entry or a payload line", 1, 0 },
	{ "{\"magic\":\"PIPES_DATA\",\"entries\":[{\"pipe_id\":1,\"bytes\":3}]}",
	  "line 1: payload of entry 0 is missing", 1, 0 },
	/* raw images */
	{ "{\"magic\":\"RAW\"}\n", "line 2: payload of the raw image is missing", 1, 0 },
	{ "{\"magic\":\"RAW\"}\n{\"extra\":\"YQ==\",\"at\":0}",
	  "line 2: payload of the raw image has no closing line", 1, 0 },
	{ "{\"magic\":\"RAW\"}\n{\"extra\":\"YQ==\",\"at\":1}", "line 2: at: expected 0, got 1", 1,
	  0 },
	{ "{\"magic\":\"RAW\"}\n{\"extra\":\"\",\"at\":0}\n{\"extra\":\"\",\"at\":0}",
	  "line 3: unexpected payload line", 1, 0 },
	{ "{\"magic\":\"RAW\"}\n{\"extra\":\"\",\"at\":0}\n" TASK,
	  "line 3: a raw image has no entries", 1, 0 },
	{ "{\"magic\":\"RAW\",\"entry\":{}}", "line 1: payload of the raw image is missing", 1, 0 },
	{ "{\"magic\":\"RAW\",\"entries\":[{}]}", "line 1: expected the key extra and no other", 1,
	  0 },
	{ "{\"magic\":\"RAW\",\"entries\":[{\"at\":0}]}",
	  "line 1: expected the key extra and no other", 1, 0 },
	{ "{\"magic\":\"RAW\",\"entries\":[{\"extra\":\"\",\"at\":0}]}",
	  "line 1: expected the key extra and no other", 1, 0 },
	{ "{\"magic\":\"RAW\",\"entries\":[{\"extra\":[]}]}",
	  "line 1: extra: expected base64 in a string, got a list", 1, 0 },
	/* padding */
	{ SHM "{" DESC ",\"size\":1,\"extra\":\"YQ==\",\"@pad\":\"YmI=\"}",
	  "line 2: entry 0: 2 bytes of padding (expected 3)", 1, 0 },
	{ SHM "{" DESC ",\"size\":4,\"extra\":\"YWJjZA==\",\"@pad\":\"YmI=\"}",
	  "line 2: entry 0: 2 bytes of padding (expected 0)", 1, 0 },
	{ SHM "{" DESC ",\"size\":1,\"extra\":\"YQ==\",\"@pad\":1}",
	  "line 2: entries[0].@pad: expected base64 in a string, got a number", 1, 0 },
	{ SHM "{" DESC ",\"size\":1,\"@pad\":\"YmJi\"}",
	  "line 2: @pad: only allowed in the line that closes the payload", 1, 0 },
	{ SHM "{" DESC ",\"size\":1}\n{\"extra\":\"YQ==\",\"at\":0,\"@pad\":\"YmJi\"}",
	  "line 3: @pad: only allowed in the line that closes the payload", 1, 0 },
	{ SHM "{" DESC ",\"size\":1}\n{\"extra\":\"YQ==\",\"at\":0}\n"
	      "{\"extra\":\"\",\"at\":1,\"@pad\":\"YQ==\"}",
	  "line 4: entry 0: 1 bytes of padding (expected 3)", 1, 0 },
	{ SHM "{" DESC ",\"size\":1,\"in_pagemaps\":true,\"@pad\":\"YmJi\"}",
	  "line 2: entry 0: 3 bytes of padding (expected 0)", 1, 0 },
	{ SHM "{" DESC ",\"size\":1,\"in_pagemaps\":true,\"extra\":\"\",\"@pad\":\"YmJi\"}",
	  "line 2: entry 0: 3 bytes of padding (expected 0)", 1, 0 },
	{ TREE_HEAD "{\"pid\":1,\"ppid\":0,\"pgid\":1,\"sid\":1,\"@pad\":\"YQ==\"}",
	  "line 2: entry 0: 1 bytes of padding (expected 0)", 1, 0 },
	/* semaphores */
	{ "{\"magic\":\"IPCNS_SEM\"}\n{" DESC ",\"nsems\":2,\"extra\":[1]}",
	  "line 2: payload of entry 0 has 2 bytes (the entry says 4)", 1, 0 },
	{ "{\"magic\":\"IPCNS_SEM\"}\n{" DESC ",\"nsems\":1,\"extra\":[1,2]}",
	  "line 2: payload of entry 0 is longer than the 2 bytes that the entry states", 1, 0 },
	{ "{\"magic\":\"IPCNS_SEM\"}\n{" DESC ",\"nsems\":1,\"extra\":[65536]}",
	  "line 2: entries[0].extra[0]: 65536 is out of range", 1, 0 },
	{ "{\"magic\":\"IPCNS_SEM\"}\n{" DESC ",\"nsems\":2,\"extra\":[0,-1]}",
	  "line 2: entries[0].extra[1]: -1 is out of range", 1, 0 },
	{ "{\"magic\":\"IPCNS_SEM\"}\n{" DESC ",\"nsems\":1,\"extra\":\"AAA=\"}",
	  "line 2: entries[0].extra: expected a list, got a string", 1, 0 },
	{ "{\"magic\":\"IPCNS_SEM\"}\n{\"extra\":[0,null]," DESC ",\"nsems\":2}",
	  "line 2: extra[1]: expected a number, got null", 1, 0 },
	/* messages */
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC ",\"qbytes\":0,\"qnum\":1,\"extra\":[]}",
	  "line 2: payload of entry 0 has 0 messages (the entry says 1)", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC
	  ",\"qbytes\":0,\"qnum\":0,\"extra\":[{\"mtype\":1,\"msize\":0},"
	  "\"\"]}",
	  "line 2: entry 0: more messages than the entry says", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC
	  ",\"qbytes\":0,\"qnum\":1,\"extra\":[{\"mtype\":1,\"msize\":2},"
	  "\"YQ==\"]}",
	  "line 2: text of message 0 has 1 bytes (the message says 2)", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC ",\"qbytes\":0,\"qnum\":1,\"extra\":[{\"mtype\":1}]}",
	  "line 2: entries[0].extra[0].msize: required field missing", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC
	  ",\"qbytes\":0,\"qnum\":1,\"extra\":[{\"mtype\":1,\"msize\":0,"
	  "\"x\":0},\"\"]}",
	  "line 2: entries[0].extra[0].x: unknown key", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC ",\"qbytes\":0,\"qnum\":1,\"extra\":[\"\"]}",
	  "line 2: entries[0].extra[0]: expected an object, got a string", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC
	  ",\"qbytes\":0,\"qnum\":1,\"extra\":[{\"mtype\":1,\"msize\":0}]}",
	  "line 2: entries[0].extra[1]: expected base64 in a string, got the end of a list", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC
	  ",\"qbytes\":0,\"qnum\":1,\"extra\":[{\"mtype\":1,\"msize\":1,"
	  "\"@pad\":\"YQ==\"},\"YQ==\"]}",
	  "line 2: message 0: 1 bytes of padding (expected 7)", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC
	  ",\"qbytes\":0,\"qnum\":1,\"extra\":[{\"mtype\":1,\"msize\":0,"
	  "\"@pad\":\"\",\"@pad\":\"\"},\"\"]}",
	  "line 2: entries[0].extra[0].@pad: unknown key", 1, 0 },
	{ "{\"magic\":\"IPCNS_MSG\"}\n{" DESC
	  ",\"qbytes\":0,\"qnum\":1,\"extra\":[{\"mtype\":1,\"msize\":0},"
	  "\"\"],\"@pad\":\"YQ==\"}",
	  "line 2: entry 0: 1 bytes of padding (expected 0)", 1, 0 },
	/* queues */
	{ "{\"magic\":\"TCP_STREAM\"}\n{\"inq_len\":1,\"inq_seq\":0,\"outq_len\":1,\"outq_seq\":0,"
	  "\"opt_mask\":0,\"snd_wscale\":0,\"mss_clamp\":0,\"extra\":{\"inq\":\"YWI=\",\"outq\":"
	  "\"\"}}",
	  "line 2: entries[0].extra.inq: 2 bytes (the entry says 1)", 1, 0 },
	{ "{\"magic\":\"TCP_STREAM\"}\n{\"extra\":{\"in_q\":\"\"}}",
	  "line 2: extra: expected the keys inq and outq, each once", 1, 0 },
	{ "{\"magic\":\"TCP_STREAM\"}\n{\"extra\":{\"inq\":\"\",\"inq\":\"\"}}",
	  "line 2: extra: expected the keys inq and outq, each once", 1, 0 },
	{ "{\"magic\":\"TCP_STREAM\"}\n{\"extra\":{\"outq\":1}}",
	  "line 2: extra.outq: expected base64 in a string, got a number", 1, 0 },
	/* ghosts */
	{ "{\"magic\":\"GHOST_FILE\"}\n{\"uid\":0,\"gid\":0,\"mode\":0,\"extra\":\"\"}\n{\"len\":0,"
	  "\"off\":0}",
	  "line 3: no entry can follow entry 0: its payload is the rest of the file", 1, 0 },
	{ "{\"magic\":\"GHOST_FILE\"}\n{\"uid\":0,\"gid\":0,\"mode\":0}\n",
	  "line 3: payload of entry 0 is missing", 1, 0 },
	/* images before the fault are complete, and nothing behind it is read */
	{ TREE_HEAD TASK "\n{\"magic\":\"FS\"}\n{\"cwd_id\":1}\n{\"magic\":\"FS\"}",
	  "line 4: entries[0].root_id: required field missing", 2, 1 },
	{ TREE_HEAD TASK "\n{\"magic\":\"X\"}", "line 3: magic: unknown image type \"X\"", 1, 0 },
	{ "{\"magic\":\"PSTREE\",\"entries\":[]}\n{",
	  "line 2: not JSON: parse error: premature EOF", 1, 1 },
	{ TREE_HEAD TASK "\n}",
	  "line 3: not JSON: parse error: unallowed token at this point in JSON text", 1, 0 },
};

START_TEST(what_is_wrong_is_refused_with_line_key_and_reason)
{
	struct images im;
	struct img_err err;
	size_t kept = 0;

	ck_assert_int_eq(encode(bad[_i].text, strlen(bad[_i].text), &im, &err), -1);
	ck_assert_str_eq(said(&err), bad[_i].said);
	ck_assert_int_eq(err.kind, IMG_EDATA);
	ck_assert_uint_eq(im.n, bad[_i].begun);
	for (size_t i = 0; i < im.n; i++)
		kept += im.v[i].kept;
	ck_assert_uint_eq(kept, bad[_i].kept);
	drop(&im);
}
END_TEST

START_TEST(a_name_may_have_255_bytes)
{
	for (int n = 255; n <= 256; n++) {
		char text[400];
		struct images im;
		struct img_err err;
		int len = sprintf(text, "{\"magic\":\"FS\",\"img\":\"%0*d\"}", n, 0);

		ck_assert_int_eq(encode(text, (size_t)len, &im, &err), n == 255 ? 0 : -1);
		if (n > 255)
			ck_assert_str_eq(said(&err), "line 1: img: not a file name");
		else
			ck_assert_uint_eq(strlen(im.v[0].name), 255);
		drop(&im);
	}
}
END_TEST

START_TEST(text_cut_anywhere_fails_or_gives_whole_entries)
{
	const char *const forms[] = { samples[_i].json, samples[_i].doc };

	for (size_t f = 0; f < COUNT(forms); f++)
		for (size_t n = 0; n < strlen(forms[f]); n++) {
			char *cut = exactly(forms[f], n);
			struct images im;
			struct img_err err;
			int r;

			r = encode(cut, n, &im, &err);
			if (r == 0) {
				/* A line that is lost whole cannot be noticed. */
				ck_assert_uint_eq(f, 0);
				ck_assert_int_eq(cut[n - 1] == '\n' || forms[f][n] == '\n', 1);
				ck_assert_uint_le(im.v[0].b.n, samples[_i].image.n);
				ck_assert_mem_eq(im.v[0].b.p, samples[_i].image.p, im.v[0].b.n);
			} else {
				ck_assert_int_eq(err.kind, IMG_EDATA);
				ck_assert_uint_gt(err.line, 0);
			}
			drop(&im);
			free(cut);
		}
}
END_TEST

/* ---- long texts ---- */

static const struct {
	const char *head, *tail;
} long_forms[] = {
	{ "{\"magic\":\"PSTREE\",\"entries\":[", "]}" },
	{ "{\"entries\":[", "],\"magic\":\"PSTREE\"}" },
	{ "{\"img\":\"x\",\"magic\":\"PSTREE\",\"entries\":[", "]}\n" },
};

/* More than the 1 MiB that is held back for keys behind the entries. */
START_TEST(a_long_document_becomes_an_image)
{
	enum { ENTRIES = 60000 };
	struct img_buf text = { 0 }, want = { 0 };
	struct images im;
	struct img_err err;

	put_text(&text, long_forms[_i].head);
	img_buf_put(&want, TREE, 8);
	for (int i = 0; i < ENTRIES; i++) {
		char e[100];
		uint8_t m[] = { 8, 0, 0, 0, 0x08, 1, 0x10, 0, 0x18, (uint8_t)(i % 100), 0x20, 1 };

		sprintf(e, "%s{\"pid\":1,\"ppid\":0,\"pgid\":%d,\"sid\":1}", i > 0 ? "," : "",
			i % 100);
		put_text(&text, e);
		img_buf_put(&want, m, sizeof(m));
	}
	put_text(&text, long_forms[_i].tail);
	if (encode((char *)text.p, text.n, &im, &err) < 0)
		ck_abort_msg("%s", said(&err));
	ck_assert_uint_eq(im.n, 1);
	ck_assert_uint_eq(im.v[0].b.n, want.n);
	ck_assert_mem_eq(im.v[0].b.p, want.p, want.n);
	drop(&im);
	img_buf_free(&text);
	img_buf_free(&want);
}
END_TEST

static const struct {
	const char *tail, *said;
} long_bad[] = {
	{ "],\"img\":\"x\"}", "line 2: img must come before entries in a document this long" },
	{ "],\"format\":\"1.0\"}",
	  "line 2: format must come before entries in a document this long" },
	{ "],\"entries\":[]}", "line 2: entries must come before entries in a document this long" },
	{ "],\"x\":1}", "line 2: unknown key after entries" },
	{ ",1]}", "line 2: entries[60000]: expected an object, got a number" },
	{ "", "line 2: not JSON: parse error: premature EOF" },
};

START_TEST(a_long_document_has_its_other_keys_first)
{
	struct img_buf text = { 0 };
	struct images im;
	struct img_err err;

	put_text(&text, "{\"magic\":\"PSTREE\",\"entries\":[");
	for (int i = 0; i < 60000; i++) {
		put_text(&text, i > 0 ? "," : "");
		put_text(&text, TASK);
	}
	put_text(&text, "\n");
	put_text(&text, long_bad[_i].tail);
	ck_assert_int_eq(encode((char *)text.p, text.n, &im, &err), -1);
	ck_assert_str_eq(said(&err), long_bad[_i].said);
	ck_assert_uint_eq(im.n, 1);
	ck_assert(!im.v[0].kept);
	drop(&im);
	img_buf_free(&text);
}
END_TEST

START_TEST(a_long_raw_document_becomes_an_image)
{
	struct img_buf text = { 0 };
	struct images im;
	struct img_err err;

	put_text(&text, "{\"magic\":\"RAW\",\"entries\":[{\"extra\":\"YWJj\"}");
	for (int i = 0; i < 100000; i++)
		put_text(&text, ",{\"extra\":\"ZGVmZ2hp\"}");
	put_text(&text, "]}");
	if (encode((char *)text.p, text.n, &im, &err) < 0)
		ck_abort_msg("%s", said(&err));
	ck_assert_uint_eq(im.v[0].b.n, 3 + 6 * 100000);
	ck_assert_mem_eq(im.v[0].b.p, "abcdefghidefghi", 15);
	drop(&im);
	img_buf_free(&text);
}
END_TEST

START_TEST(what_decode_writes_in_lines_of_payload_comes_back)
{
	static const struct img_decode hows[] = { { .form = IMG_STREAM },
						  { .form = IMG_DOCUMENT },
						  { .form = IMG_STREAM, .tag = true, .img = "x" } };
	size_t n = 3 * IMG_INLINE + 5;
	struct img_buf image = { 0 };

	/* A segment with odd padding, then one that is small. */
	img_buf_put(&image, SHMS "\x14\0\0\0" DESC_MSG "\x10\x85\x80\x09", 32);
	for (size_t i = 0; i < n; i++) {
		uint8_t c = (uint8_t)(i * 31 + i / 251);

		img_buf_put(&image, &c, 1);
	}
	img_buf_put(&image,
		    "xyz"
		    "\x12\0\0\0" DESC_MSG "\x10\1"
		    "abbb",
		    3 + 4 + 18 + 4);
	for (size_t i = 0; i < COUNT(hows); i++) {
		struct img_in *in = img_in_mem(image.p, image.n);
		struct img_err err;
		struct img_reader *rd = img_reader_open(in, NULL, 0, &err);
		struct img_out *o = sink_new();
		struct images im;
		size_t text_n;
		char *text;

		if (img_decode(rd, &hows[i], o, &err) < 0)
			ck_abort_msg("%s", said(&err));
		text = sink_take(o, &text_n);
		if (encode(text, text_n, &im, &err) < 0)
			ck_abort_msg("%s", said(&err));
		ck_assert_uint_eq(im.v[0].b.n, image.n);
		ck_assert_mem_eq(im.v[0].b.p, image.p, image.n);
		drop(&im);
		free(text);
		img_reader_close(rd);
		img_in_free(in);
	}
	img_buf_free(&image);
}
END_TEST

/* ---- sinks that refuse ---- */

START_TEST(a_sink_may_refuse_an_image_before_and_after)
{
	static const char text[] =
		TREE_HEAD "\n\n{\"magic\":\"FS\",\"img\":\"b\"}\n{\"magic\":\"FS\"}";
	struct img_err err;

	for (int refuse = 1; refuse <= 2; refuse++) {
		struct images im = { .fd = -1, .refuse = refuse };
		struct img_in *in = img_in_mem(text, strlen(text));

		ck_assert_int_eq(encode_from(in, &im, &err), -1);
		ck_assert_str_eq(said(&err),
				 refuse == 1 ? "line 1: not this one" : "line 4: not this one");
		ck_assert_uint_eq(im.n, (size_t)refuse - 1);
		drop(&im);
		img_in_free(in);
	}
	for (int refuse = 1; refuse <= 2; refuse++) {
		struct images im = { .fd = -1, .refuse_end = refuse };
		struct img_in *in = img_in_mem(text, strlen(text));

		ck_assert_int_eq(encode_from(in, &im, &err), -1);
		ck_assert_str_eq(err.what, "no room for it");
		ck_assert_uint_eq(im.n, (size_t)refuse);
		drop(&im);
		img_in_free(in);
	}
}
END_TEST

START_TEST(a_full_disk_ends_the_reading)
{
	struct images im = { .fd = open("/dev/full", O_WRONLY) };
	struct img_buf text = { 0 };
	struct img_err err;
	struct img_in *in;
	int fd;

	put_text(&text, TREE_HEAD);
	for (int i = 0; i < 300000; i++)
		put_text(&text, TASK "\n");
	fd = file_of(text.p, text.n);
	in = img_in_fd(fd);
	ck_assert_int_eq(encode_from(in, &im, &err), -1);
	ck_assert_str_eq(said(&err), "write failed: No space left on device");
	ck_assert_uint_lt(img_in_off(in), text.n / 2);
	ck_assert(!im.v[0].kept);
	img_in_free(in);
	close(fd);
	close(im.fd);
	img_buf_free(&text);
}
END_TEST

START_TEST(a_failed_read_is_passed_on)
{
	struct images im = { .fd = -1 };
	int fd = open("/", O_RDONLY);
	struct img_in *in = img_in_fd(fd);
	struct img_err err;

	ck_assert_int_eq(encode_from(in, &im, &err), -1);
	ck_assert_int_eq(err.kind, IMG_ESYS);
	ck_assert_str_eq(said(&err), "offset 0x0: read failed: Is a directory");
	img_in_free(in);
	close(fd);
}
END_TEST

static void add(TCase *tc)
{
	EACH(lines_become_an_image, samples);
	EACH(a_document_becomes_an_image, samples);
	EACH(a_pretty_document_becomes_an_image, pretty_samples);
	EACH(lines_for_people_become_an_image, human_samples);
	EACH(tagged_lines_become_an_image, samples);
	EACH(text_may_come_in_small_pieces, samples);
	EACH(a_text_may_hold_several_images, several);
	EACH(other_texts_give_an_image_too, accepted);
	TEST(behind_entries_with_a_field_magic_come_headers);
	EACH(what_is_wrong_is_refused_with_line_key_and_reason, bad);
	TEST(a_name_may_have_255_bytes);
	EACH(text_cut_anywhere_fails_or_gives_whole_entries, samples);
	EACH(a_long_document_becomes_an_image, long_forms);
	EACH(a_long_document_has_its_other_keys_first, long_bad);
	TEST(a_long_raw_document_becomes_an_image);
	TEST(what_decode_writes_in_lines_of_payload_comes_back);
	TEST(a_sink_may_refuse_an_image_before_and_after);
	TEST(a_full_disk_ends_the_reading);
	TEST(a_failed_read_is_passed_on);
}

int main(void)
{
	return unit_run("encode", add);
}
