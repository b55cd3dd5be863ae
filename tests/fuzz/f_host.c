/*
 * Any text as what a machine says of itself, as what a dump needs, and as a log of criu. Facts that
 * are read are read again from what is written of them, the same; every answer and every
 * explanation is safe to show; what a message names lies within it.
 */
#include "dump.h"
#include "libimg/host/ask.h"
#include "libimg/log/line.h"

/* ---- facts ---- */

static struct img_host_facts *read_facts(const void *p, size_t n, bool *good)
{
	struct img_host_facts *f = img_host_facts_new();
	struct img_in *in = img_in_mem(p, n);
	struct img_err err;

	*good = img_host_facts_read(f, in, &err) == 0;
	if (!*good)
		dump_error(&err);
	img_in_free(in);
	return f;
}

static void write_facts(const struct img_host_facts *f, struct img_buf *to)
{
	struct img_out *o = img_out_mem(to);
	struct img_err err;

	img_host_facts_json(f, o);
	if (img_out_flush(o, &err) < 0)
		dump_refuse("facts", err.what, strlen(err.what));
	img_out_free(o);
}

static void check_facts(const struct img_host_facts *f)
{
	struct img_buf once = { 0 }, twice = { 0 };
	struct img_host_facts *again;
	bool good;

	write_facts(f, &once);
	dump_json(once.p, once.n);
	again = read_facts(once.p, once.n, &good);
	if (!good)
		dump_refuse("facts that were written", once.p, once.n);
	write_facts(again, &twice);
	if (once.n != twice.n || (once.n > 0 && memcmp(once.p, twice.p, once.n) != 0))
		dump_refuse("other facts", twice.p, twice.n);
	img_host_facts_free(again);
	img_buf_free(&once);
	img_buf_free(&twice);
}

/* ---- needs ---- */

static int ask(void *arg, const struct img_need *n, struct img_err *err)
{
	const struct img_host h = { .facts = arg, .root = true };
	struct img_answer a;

	if (img_ask(&h, n, &a, err) < 0)
		return -1;
	if (memchr(a.text, '\0', sizeof(a.text)) == NULL ||
	    memchr(a.criu, '\0', sizeof(a.criu)) == NULL)
		dump_refuse("no end", a.text, sizeof(a.text));
	dump_text(a.text, strlen(a.text));
	dump_text(a.criu, strlen(a.criu));
	return 0;
}

static void ask_needs(struct img_host_facts *f, const void *p, size_t n)
{
	struct img_in *in = img_in_mem(p, n);
	struct img_err err;

	if (img_needs_read(in, ask, f, &err) < 0)
		dump_error(&err);
	img_in_free(in);
}

/* ---- log ---- */

static void check_found(const struct img_message *m, const char *p, size_t n)
{
	if (m->n > IMG_FOUND_MAX)
		dump_refuse("words", p, n);
	for (size_t i = 0; i < m->n; i++)
		if (m->found[i].p < p || m->found[i].n > n - (size_t)(m->found[i].p - p))
			dump_refuse("a word that is elsewhere", p, n);
}

static void explain(const char *p, size_t n)
{
	static const char *const values[] = { "/a", "7", "b" };
	struct img_message m = { .failure = NULL };
	struct img_line l = { .level = IMG_LOG_OTHER };
	char text[80];

	img_line_parse(p, n, &l);
	if (l.level == IMG_LOG_OTHER)
		return;
	if (l.text < p || l.text_n > n - (size_t)(l.text - p) ||
	    (l.source_n > 0 && (l.source < p || l.source_n > n - (size_t)(l.source - p))))
		dump_refuse("a part that is elsewhere", p, n);
	if (img_message_match(l.text, l.text_n, &m)) {
		check_found(&m, l.text, l.text_n);
		img_failure_text(m.failure, values, 1 + m.n % 3, text, sizeof(text));
		dump_text(text, strlen(text));
	}
	m.n = 0;
	img_message_marks(l.text, l.text_n, &m);
	check_found(&m, l.text, l.text_n);
}

static void explain_all(const char *p, size_t n)
{
	while (n > 0) {
		const char *end = memchr(p, '\n', n);
		size_t k = end != NULL ? (size_t)(end - p) : n;

		explain(p, k);
		k += end != NULL;
		p += k;
		n -= k;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	bool good;
	struct img_host_facts *f = read_facts(p, n, &good);

	if (good)
		check_facts(f);
	ask_needs(f, p, n);
	explain_all((const char *)p, n);
	img_host_facts_free(f);
	return 0;
}
