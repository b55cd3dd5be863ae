#include "libimg/view/hexdump.h"

#include <string.h>

#include "libimg/base/alloc.h"
#include "libimg/view/text.h"

enum { LINE = 16, CHUNK = 64 << 10 };

struct hexdump {
	struct img_out *o;
	uint64_t addr; /* address of line[0] */
	uint8_t line[LINE], last[LINE];
	size_t n;
	bool has_last, starred, any;
};

static bool printable(uint8_t c)
{
	return c >= 0x20 && c < 0x7f;
}

static void put_line(struct hexdump *h)
{
	static const char digits[] = "0123456789abcdef";
	char text[3 * LINE + LINE + 8], *p = text;

	img_text_hex(h->o, h->addr, 12);
	for (size_t i = 0; i < LINE; i++) {
		*p++ = ' ';
		if (i % 8 == 0)
			*p++ = ' ';
		*p++ = i < h->n ? digits[h->line[i] >> 4] : ' ';
		*p++ = i < h->n ? digits[h->line[i] & 15] : ' ';
	}
	*p++ = ' ';
	*p++ = ' ';
	*p++ = '|';
	for (size_t i = 0; i < h->n; i++)
		*p++ = printable(h->line[i]) ? (char)h->line[i] : '.';
	*p++ = '|';
	*p++ = '\n';
	img_out_put(h->o, text, (size_t)(p - text));
}

/* The line is complete, or ends here. */
static void end_line(struct hexdump *h)
{
	if (h->n == LINE && h->has_last && memcmp(h->line, h->last, LINE) == 0) {
		if (!h->starred)
			img_out_put(h->o, "*\n", 2);
		h->starred = true;
	} else if (h->n > 0) {
		put_line(h);
		h->starred = false;
		h->has_last = h->n == LINE;
		memcpy(h->last, h->line, LINE);
	}
	h->addr += h->n;
	h->n = 0;
}

static void feed(struct hexdump *h, const uint8_t *p, size_t n)
{
	h->any = h->any || n > 0;
	while (n > 0) {
		/* Lines end where the address is a multiple of 16. */
		size_t room = LINE - (size_t)(h->addr % LINE) - h->n;
		size_t k = room < n ? room : n;

		memcpy(h->line + h->n, p, k);
		h->n += k;
		p += k;
		n -= k;
		if (k == room)
			end_line(h);
	}
}

/* A long run of zeros: skip whole lines that would be starred. */
static void feed_zeros(struct hexdump *h, uint64_t n)
{
	static const uint8_t zeros[3 * LINE];
	size_t k = n < sizeof(zeros) ? (size_t)n : sizeof(zeros);

	feed(h, zeros, k);
	n -= k;
	if (n >= LINE) {
		uint64_t lines = n / LINE;

		h->addr += lines * LINE;
		n -= lines * LINE;
	}
	feed(h, zeros, (size_t)n);
}

static void end_stretch(struct hexdump *h)
{
	end_line(h);
	if (h->any) {
		img_text_hex(h->o, h->addr, 12);
		img_out_byte(h->o, '\n');
	}
	h->has_last = h->starred = h->any = false;
}

static int feed_run(struct hexdump *h, const struct img_run *run, uint8_t *buf, struct img_err *err)
{
	if (run->where == IMG_ZERO) {
		feed_zeros(h, run->len);
		return 0;
	}
	for (uint64_t at = 0; at < run->len && !img_out_failed(h->o);) {
		size_t n = run->len - at < CHUNK ? (size_t)(run->len - at) : CHUNK;

		if (img_run_read(run, at, buf, n, err) < 0)
			return -1;
		feed(h, buf, n);
		at += n;
	}
	return 0;
}

int img_hexdump(struct img_mem *m, uint64_t start, uint64_t end, struct img_out *o,
		void (*gap)(void *arg, const struct img_run *run), void *arg, struct img_err *err)
{
	struct hexdump h = { .o = o, .addr = start };
	uint8_t *buf = img_realloc(NULL, CHUNK);
	int r = 0;

	if (buf == NULL)
		return img_fail_mem(err);
	for (uint64_t at = start; at < end && r == 0 && !img_out_failed(o);) {
		struct img_run run;

		r = img_mem_run(m, at, end, &run, err);
		if (r < 0)
			break;
		at += run.len;
		if (img_run_known(&run)) {
			r = feed_run(&h, &run, buf, err);
			continue;
		}
		end_stretch(&h);
		h.addr = at;
		gap(arg, &run);
	}
	end_stretch(&h);
	img_free(buf);
	return r;
}
