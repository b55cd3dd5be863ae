#include "libimg/json/jr.h"

#include <string.h>
#include <yajl/yajl_parse.h>

#include "libimg/base/in.h"
#include "libimg/json/jr_alloc.h"
#include "libimg/json/surrogate.h"

enum {
	/*
	 * Lines are parsed in chunks small enough that their tokens stay in the processor's cache.
	 */
	CHUNK = 32 << 10,
	/* Room for a line of the stream with its 64 KiB of base64. */
	LONG_CHUNK = 256 << 10,
	/* Bytes of a token where they are long on average: the line has some that need a long chunk. */
	LONG_TOKEN = 64,
	/* Two levels (object, array) per message, and those around an entry. */
	MAX_DEPTH = 2 * IMG_MAX_DEPTH + 16,
};

/* Longest string, and half of the longest tape: 2 GiB. */
#define MAX_STRING ((size_t)2 << 30)

struct img_jr {
	struct jr_queue src;  /* of the chunk, or of a tape */
	struct jr_queue live; /* of the chunk, while a tape is replayed */
	struct img_in *in;
	yajl_handle yajl;
	struct jrmem mem; /* of yajl */
	const uint8_t *chunk;
	size_t chunk_n;
	uint64_t chunk_line; /* lines before the chunk */
	size_t counted;      /* bytes of the chunk whose line ends have been counted */
	uint64_t counted_lines;
	size_t want;         /* bytes to read for a line longer than a chunk */
	struct img_buf toks; /* struct jr_raw */
	struct img_buf text;
	bool on_tape, done;
	bool begun; /* the text is not only blanks */
	unsigned depth;
	struct img_err pending; /* error after the tokens; kind 0: none */
	struct img_surrogates surrogates;
	const struct img_report *unknown; /* for keys that nothing knows, or NULL */
};

static inline void append(struct img_jr *jr, struct jr_raw r)
{
	memcpy(jr->toks.p + jr->toks.n, &r, sizeof(r));
	jr->toks.n += sizeof(r);
}

/* Add a token; its text, if any, is copied. */
static __attribute__((noinline)) int add_copy(struct img_jr *jr, enum jr_type type,
					      const void *text, size_t n)
{
	struct jr_raw r = { .type = (uint8_t)type, .copied = true, .n = (uint32_t)n };

	r.off = (uint32_t)jr->text.n;
	r.at = (uint32_t)yajl_get_bytes_consumed(jr->yajl);
	img_buf_put(&jr->text, text, n);
	if (jr->text.failed || !img_buf_room(&jr->toks, sizeof(r))) {
		img_fail_mem(&jr->pending);
		return 0;
	}
	append(jr, r);
	return 1;
}

/* Add a token with a text. */
static inline int add(struct img_jr *jr, enum jr_type type, const void *text, size_t n)
{
	/* For a pointer below the chunk the difference wraps, and is too large as well. */
	uintptr_t off = (uintptr_t)text - (uintptr_t)jr->chunk;

	if (off >= jr->chunk_n || jr->toks.cap - jr->toks.n < sizeof(struct jr_raw))
		return add_copy(jr, type, text, n);
	append(jr, (struct jr_raw){ (uint8_t)type, false, (uint32_t)(off + n), (uint32_t)off,
				    (uint32_t)n });
	return 1;
}

/* Add a token without a text. */
static inline int add_mark(struct img_jr *jr, enum jr_type type)
{
	if (jr->toks.cap - jr->toks.n < sizeof(struct jr_raw))
		return add_copy(jr, type, NULL, 0);
	append(jr, (struct jr_raw){ (uint8_t)type, false,
				    (uint32_t)yajl_get_bytes_consumed(jr->yajl), 0, 0 });
	return 1;
}

static int on_null(void *jr)
{
	return add_mark(jr, JR_NULL);
}

static int on_bool(void *jr, int v)
{
	return add_mark(jr, v ? JR_TRUE : JR_FALSE);
}

static int on_number(void *jr, const char *p, size_t n)
{
	return add(jr, JR_NUM, p, n);
}

static int on_string(void *jr, const unsigned char *p, size_t n)
{
	return add(jr, JR_STR, p, n);
}

static int on_key(void *jr, const unsigned char *p, size_t n)
{
	return add(jr, JR_KEY, p, n);
}

static uint64_t count_lines(const uint8_t *p, size_t n)
{
	enum { BLOCK = 192 }; /* up to 255, which `some` holds */
	uint64_t lines = 0;

	/* Lines are too short for a memchr() each. A compiler makes vectors of this. */
	for (; n >= BLOCK; p += BLOCK, n -= BLOCK) {
		uint8_t some = 0;

		for (unsigned i = 0; i < BLOCK; i++)
			some = (uint8_t)(some + (p[i] == '\n'));
		lines += some;
	}
	for (; n > 0; p++, n--)
		lines += *p == '\n';
	return lines;
}

static uint64_t line_at(struct img_jr *jr, size_t at)
{
	if (at < jr->counted) {
		jr->counted = 0;
		jr->counted_lines = 0;
	}
	jr->counted_lines += count_lines(jr->chunk + jr->counted, at - jr->counted);
	jr->counted = at;
	return jr->chunk_line + jr->counted_lines + 1;
}

static int deeper(struct img_jr *jr, enum jr_type type)
{
	if (++jr->depth > MAX_DEPTH) {
		img_fail_line(&jr->pending, IMG_ELIMIT,
			      line_at(jr, yajl_get_bytes_consumed(jr->yajl)),
			      "nested deeper than %d levels", MAX_DEPTH);
		return 0;
	}
	return add_mark(jr, type);
}

static int on_obj(void *jr)
{
	return deeper(jr, JR_OBJ);
}

static int on_arr(void *jr)
{
	return deeper(jr, JR_ARR);
}

static int on_obj_end(void *arg)
{
	struct img_jr *jr = arg;

	jr->depth--;
	return add_mark(jr, JR_OBJ_END);
}

static int on_arr_end(void *arg)
{
	struct img_jr *jr = arg;

	jr->depth--;
	return add_mark(jr, JR_ARR_END);
}

struct img_jr *img_jr_open(struct img_in *in)
{
	static const yajl_callbacks callbacks = {
		.yajl_null = on_null,
		.yajl_boolean = on_bool,
		.yajl_number = on_number,
		.yajl_string = on_string,
		.yajl_map_key = on_key,
		.yajl_start_map = on_obj,
		.yajl_end_map = on_obj_end,
		.yajl_start_array = on_arr,
		.yajl_end_array = on_arr_end,
	};
	struct img_jr *jr = img_calloc(1, sizeof(*jr));

	if (jr == NULL)
		return NULL;
	jr->in = in;
	jr->chunk = img_in_ptr(in);
	jr->want = LONG_CHUNK;
	img_jrmem_init(&jr->mem);
	if (setjmp(jr->mem.refused) != 0) {
		img_jr_close(jr);
		return NULL;
	}
	jr->yajl = yajl_alloc(&callbacks, &jr->mem.funcs, jr);
	yajl_config(jr->yajl, yajl_allow_multiple_values, 1);
	/* UTF-8 is checked where a string is kept, and by stricter rules than yajl's. */
	yajl_config(jr->yajl, yajl_dont_validate_strings, 1);
	return jr;
}

void img_jr_close(struct img_jr *jr)
{
	if (jr == NULL)
		return;
	img_jrmem_free(&jr->mem);
	img_buf_free(&jr->toks);
	img_buf_free(&jr->text);
	img_free(jr);
}

/*
 * Take a chunk of whole lines, so that no token is split, as far as the input has them now; of a
 * line longer than `want`, the bytes available.
 */
static int take_chunk(struct img_jr *jr, struct img_err *err)
{
	const uint8_t *p, *nl = NULL;
	size_t n, before = 0;

	for (;;) {
		p = img_in_ptr(jr->in);
		n = img_in_avail(jr->in);
		/* The last line end within a chunk, or else the first line end. */
		if (before < CHUNK && n > before)
			nl = memrchr(p + before, '\n', (n < CHUNK ? n : CHUNK) - before);
		if (nl == NULL && n > CHUNK) {
			before = before > CHUNK ? before : CHUNK;
			nl = memchr(p + before, '\n', n - before);
		}
		if (nl != NULL || n >= jr->want)
			break;
		before = n;
		if (img_in_more(jr->in, err) < 0)
			return -1;
		if (img_in_avail(jr->in) == n)
			break;
	}
	jr->chunk = img_in_ptr(jr->in);
	jr->chunk_n = nl != NULL ? (size_t)(nl + 1 - jr->chunk) : n;
	return 0;
}

/* An error of yajl, unless one of our callbacks stopped it. */
static void yajl_failed(struct img_jr *jr)
{
	unsigned char *text;
	size_t at;

	if (jr->pending.kind != 0)
		return;
	text = yajl_get_error(jr->yajl, 0, jr->chunk, jr->chunk_n);
	at = yajl_get_bytes_consumed(jr->yajl);
	img_fail_line(&jr->pending, IMG_EDATA, line_at(jr, at < jr->chunk_n ? at : jr->chunk_n),
		      "not JSON: %.*s", (int)strcspn((char *)text, "\n"), (char *)text);
	yajl_free_error(jr->yajl, text);
}

/* Parse n bytes of the chunk, or the end of the text; an error is kept pending. */
static void parse(struct img_jr *jr, size_t n)
{
	yajl_status status;

	if (setjmp(jr->mem.refused) != 0) {
		img_fail_mem(&jr->pending);
		return;
	}
	if (jr->done)
		status = yajl_complete_parse(jr->yajl);
	else
		status = yajl_parse(jr->yajl, jr->chunk, n);
	if (status != yajl_status_ok)
		yajl_failed(jr);
}

static bool is_blank(const uint8_t *p, size_t n)
{
	while (n > 0 && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++, n--;
	return n == 0;
}

static int refill(struct img_jr *jr, struct img_err *err)
{
	size_t n;

	jr->chunk_line = line_at(jr, jr->chunk_n) - 1;
	jr->counted = 0;
	jr->counted_lines = 0;
	img_in_eat(jr->in, jr->chunk_n);
	jr->chunk_n = 0;
	if (take_chunk(jr, err) < 0)
		return -1;
	jr->toks.n = jr->text.n = 0;
	if (jr->chunk_n == 0) {
		jr->done = true;
		/* yajl requires a value; we accept a text without one. */
		if (jr->begun)
			parse(jr, 0);
		return 0;
	}
	jr->begun = jr->begun || !is_blank(jr->chunk, jr->chunk_n);
	n = img_surrogates_check(&jr->surrogates, jr->chunk, jr->chunk_n);
	parse(jr, n);
	if (jr->pending.kind == 0 && n < jr->chunk_n)
		img_fail_line(&jr->pending, IMG_EDATA, line_at(jr, n),
			      "unpaired surrogate in a string");
	/*
	 * yajl rescans a token from its start in each chunk that continues it: unless chunks grow,
	 * a long string takes quadratic time. No token crosses a line end.
	 */
	if (jr->toks.n / sizeof(struct jr_raw) > jr->chunk_n / LONG_TOKEN)
		jr->want = CHUNK;
	else if (jr->toks.n > 0 || jr->chunk[jr->chunk_n - 1] == '\n')
		jr->want = LONG_CHUNK;
	else if (jr->want < MAX_STRING)
		jr->want *= 2;
	else
		img_fail_line(&jr->pending, IMG_ELIMIT, jr->chunk_line + 1,
			      "string longer than %zu bytes", MAX_STRING);
	return 0;
}

static const struct jr_raw *first_of(const struct img_buf *toks)
{
	return (const struct jr_raw *)(const void *)toks->p;
}

/* The end; the buffer may be NULL still, to which nothing may be added. */
static const struct jr_raw *end_of(const struct img_buf *toks)
{
	return toks->n > 0 ? first_of(toks) + toks->n / sizeof(struct jr_raw) : first_of(toks);
}

/* The texts; the buffer may be NULL still, where all are empty. */
static const char *text_of(const struct img_buf *text)
{
	return text->p != NULL ? (const char *)text->p : "";
}

/* The queue is empty: return from a tape to the chunk, or read the next chunk. */
static int next_source(struct img_jr *jr, struct img_err *err)
{
	if (jr->on_tape) {
		img_jr_replay_end(jr);
		return 0;
	}
	if (jr->pending.kind != 0) {
		*err = jr->pending;
		return -1;
	}
	if (refill(jr, err) < 0)
		return -1;
	jr->src.cur = first_of(&jr->toks);
	jr->src.end = end_of(&jr->toks);
	jr->src.base[0] = (const char *)jr->chunk;
	jr->src.base[1] = text_of(&jr->text);
	return 0;
}

int img_jr_parse(struct img_jr *jr, struct jr_tok *t, struct img_err *err)
{
	while (jr->src.cur == jr->src.end) {
		if (jr->done && !jr->on_tape && jr->pending.kind == 0) {
			*t = (struct jr_tok){ JR_END, "", 0 };
			return 0;
		}
		if (next_source(jr, err) < 0)
			return -1;
	}
	jr_take(&jr->src, t);
	return 0;
}

void img_jr_again(struct img_jr *jr)
{
	jr->src.cur--;
}

void img_jr_ignore_unknown(struct img_jr *jr, const struct img_report *report)
{
	jr->unknown = report;
}

const struct img_report *img_jr_ignores_unknown(const struct img_jr *jr)
{
	return jr->unknown;
}

uint64_t img_jr_line(struct img_jr *jr)
{
	if (jr->on_tape)
		return jr->src.cur[-1].at;
	return line_at(jr, jr->src.cur != first_of(&jr->toks) ? jr->src.cur[-1].at : jr->chunk_n);
}

int img_jr_record_tok(struct img_jr *jr, struct jr_tape *tape, const struct jr_tok *t,
		      struct img_err *err)
{
	struct jr_raw r = { .type = (uint8_t)t->type,
			    .copied = true,
			    .at = (uint32_t)img_jr_line(jr),
			    .off = (uint32_t)tape->text.n,
			    .n = (uint32_t)t->n };

	if (tape->text.n + t->n > UINT32_MAX || tape->toks.n > UINT32_MAX)
		return img_fail_line(
			err, IMG_ELIMIT, r.at,
			"more than %zu bytes before the keys that say how to read them",
			(size_t)UINT32_MAX);
	img_buf_put(&tape->text, t->p, t->n);
	img_buf_put(&tape->toks, &r, sizeof(r));
	return tape->toks.failed || tape->text.failed ? img_fail_mem(err) : 0;
}

static bool opens(const struct jr_tok *t)
{
	return t->type == JR_OBJ || t->type == JR_ARR;
}

static bool closes(const struct jr_tok *t)
{
	return t->type == JR_OBJ_END || t->type == JR_ARR_END;
}

int img_jr_record(struct img_jr *jr, struct jr_tape *tape, const struct jr_tok *first, size_t limit,
		  struct img_err *err)
{
	struct jr_tok t = *first;
	unsigned depth = 0;

	for (;;) {
		if (img_jr_record_tok(jr, tape, &t, err) < 0)
			return -1;
		depth += opens(&t);
		depth -= closes(&t);
		if (depth == 0)
			return 0;
		if (tape->toks.n > limit || tape->text.n > limit)
			return 1;
		if (img_jr_next(jr, &t, err) < 0)
			return -1;
	}
}

void img_jr_replay(struct img_jr *jr, const struct jr_tape *tape)
{
	if (!jr->on_tape)
		jr->live = jr->src;
	jr->on_tape = true;
	jr->src.cur = first_of(&tape->toks);
	jr->src.end = end_of(&tape->toks);
	jr->src.base[0] = jr->src.base[1] = text_of(&tape->text);
}

void img_jr_replay_end(struct img_jr *jr)
{
	if (jr->on_tape)
		jr->src = jr->live;
	jr->on_tape = false;
}

void img_jr_tape_free(struct jr_tape *tape)
{
	img_buf_free(&tape->toks);
	img_buf_free(&tape->text);
}
