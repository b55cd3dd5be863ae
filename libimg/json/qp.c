#include "libimg/json/qp.h"

#include <stdbool.h>
#include <string.h>

#include "libimg/base/buf.h"

enum { LINE_MAX_BYTES = 76 };

struct qp {
	struct img_buf *to;
	const char *eol;
	size_t line; /* bytes on the current line */
};

static void quote(struct img_buf *to, uint8_t c)
{
	static const char hex[] = "0123456789ABCDEF";
	char q[3] = { '=', hex[c >> 4], hex[c & 15] };

	img_buf_put(to, q, 3);
}

static void soft_break(struct qp *q)
{
	img_buf_put(q->to, "=", 1);
	img_buf_put(q->to, q->eol, strlen(q->eol));
	q->line = 0;
}

/* A line must not end in white space: quote it. */
static void hard_break(struct qp *q)
{
	uint8_t last = q->to->n > 0 ? q->to->p[q->to->n - 1] : 0;

	if (last == ' ' || last == '\t') {
		q->to->n--;
		quote(q->to, last);
	}
	img_buf_put(q->to, q->eol, strlen(q->eol));
	q->line = 0;
}

static bool must_quote(const struct qp *q, const uint8_t *p, size_t n)
{
	uint8_t c = p[0];

	if (c > 0x7e || c == '=')
		return true;
	if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
		return true;
	if (c == '.' && q->line == 0)
		return n == 1 || p[1] == '\n' || p[1] == '\r' || p[1] == '\0';
	return (c == '\t' || c == ' ') && n == 1;
}

void img_qp_encode(struct img_buf *to, const uint8_t *p, size_t n)
{
	const uint8_t *lf = n > 0 ? memchr(p, '\n', n) : NULL;
	struct qp q = { to, lf > p && lf[-1] == '\r' ? "\r\n" : "\n", 0 };

	for (size_t i = 0; i < n && !to->failed; i++) {
		const uint8_t *c = p + i;
		size_t left = n - i;

		if (must_quote(&q, c, left)) {
			if (q.line + 3 >= LINE_MAX_BYTES)
				soft_break(&q);
			quote(to, *c);
			q.line += 3;
		} else if (*c == '\n' || (*c == '\r' && left > 1 && c[1] == '\n')) {
			hard_break(&q);
			i += *c == '\r';
		} else {
			if (left > 1 && c[1] != '\n' && q.line + 1 >= LINE_MAX_BYTES)
				soft_break(&q);
			img_buf_put(to, c, 1);
			q.line++;
		}
	}
}

static int digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

void img_qp_decode(struct img_buf *to, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != '=') {
			img_buf_put(to, p + i, 1);
		} else if (i + 1 == n) {
			continue;
		} else if (p[i + 1] == '\n' || p[i + 1] == '\r') {
			while (i < n && p[i] != '\n')
				i++;
		} else if (p[i + 1] == '=') {
			img_buf_put(to, "=", 1);
			i++;
		} else if (i + 2 < n && digit(p[i + 1]) >= 0 && digit(p[i + 2]) >= 0) {
			uint8_t c = (uint8_t)(digit(p[i + 1]) << 4 | digit(p[i + 2]));

			img_buf_put(to, &c, 1);
			i += 2;
		} else {
			img_buf_put(to, "=", 1);
		}
	}
}
