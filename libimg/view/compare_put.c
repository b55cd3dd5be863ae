#include "libimg/view/compare_put.h"

#include <inttypes.h>

#include "libimg/view/text.h"

/* Most fields of a line, and bytes of one: JSON has all of them. */
enum { MAX_FIELDS = 8, MAX_VALUE = 80 };

static const char *const changes[] = {
	[IMG_CHANGED] = "changed",
	[IMG_GONE] = "gone",
	[IMG_NEW] = "new",
	[IMG_UNSURE] = "unsure",
};

enum { CHANGES = sizeof(changes) / sizeof(changes[0]) };

/* ---- text ---- */

static void put_name(struct img_out *o, const struct img_task *t)
{
	if (t->comm[0] == '\0')
		return;
	img_out_byte(o, ' ');
	img_text_str(o, t->comm);
}

/* A name that a dump does not have is no other name. */
static bool is_renamed(const struct img_task *const task[2])
{
	return task[0]->pid != task[1]->pid ||
	       (task[0]->comm[0] != '\0' && task[1]->comm[0] != '\0' &&
		strcmp(task[0]->comm, task[1]->comm) != 0);
}

/* "@@ 41 worker", or "@@ 41 worker, 52 worker" where the pids are not the same. */
static void put_head(struct img_out *o, const struct img_task *const task[2])
{
	img_text_put(o, "@@");
	if (task[0] == NULL) {
		img_text_put(o, " dump");
	} else {
		img_text_fmt(o, " %" PRIu32, task[0]->pid);
		put_name(o, task[task[0]->comm[0] == '\0' && !is_renamed(task)]);
		if (is_renamed(task)) {
			img_text_fmt(o, ", %" PRIu32, task[1]->pid);
			put_name(o, task[1]);
		}
	}
	img_out_byte(o, '\n');
}

struct put_fields {
	struct img_out *o;
	int side;
	size_t n;
};

/* " (name value, name value, 3 more)" */
static void put_field(void *arg, const struct img_fact_field *f)
{
	struct put_fields *to = arg;
	int n = f->value_n[to->side];

	if (f->value[to->side] == NULL || ++to->n > MAX_FIELDS)
		return;
	img_text_put(to->o, to->n == 1 ? " (" : ", ");
	img_out_put(to->o, f->name, (size_t)f->name_n);
	img_out_byte(to->o, ' ');
	/* Not inside a character. */
	for (n = n < MAX_VALUE ? n : MAX_VALUE;
	     n > 0 && n < f->value_n[to->side] && ((uint8_t)f->value[to->side][n] & 0xc0) == 0x80;)
		n--;
	img_out_put(to->o, f->value[to->side], (size_t)n);
	img_text_put(to->o, n < f->value_n[to->side] ? "..." : "");
}

static int put_field_list(struct img_out *o, const struct img_difference *d, int side,
			  struct img_err *err)
{
	struct put_fields to = { o, side, 0 };
	int r = img_fact_fields(d->fact[0], d->fact[1], put_field, &to, err);

	if (to.n > MAX_FIELDS)
		img_text_fmt(o, ", %zu more", to.n - MAX_FIELDS);
	img_text_put(o, to.n > 0 ? ")" : "");
	return r;
}

/* Text that is there in one dump only, or differs, says enough: fields are for what it leaves out. */
static bool has_words(const struct img_difference *d)
{
	const struct img_fact *a = d->fact[0], *b = d->fact[1];

	if (a == NULL || b == NULL)
		return (a != NULL ? a : b)->text[0] != '\0';
	return strcmp(a->text, b->text) != 0;
}

static void put_fact(struct img_out *o, const struct img_difference *d, int side,
		     const struct img_report *report)
{
	const struct img_fact *f = d->fact[side];
	struct img_err err;

	if (f == NULL)
		return;
	img_text_fmt(o, "%c%s ", "-+"[side], img_compare_kind_name(d->kind));
	img_text_put(o, f->key);
	if (f->text[0] != '\0') {
		img_text_put(o, ": ");
		img_text_put(o, f->text);
	}
	if (!has_words(d) && put_field_list(o, d, side, &err) < 0)
		img_report(report, &err);
	img_out_byte(o, '\n');
}

/* "!memory 7f0000-7f2000 [heap]: 3 pages changed, 1 new" */
static void put_pages(struct img_out *o, const struct img_difference *d)
{
	const struct img_compared_pages *p = d->pages;
	const char *sep = ": ";

	img_text_fmt(o, "!memory %" PRIx64 "-%" PRIx64 " ", p->start, p->end);
	img_text_name(o, p->name, p->name_n);
	for (size_t i = 0; i < CHANGES; i++) {
		if (p->pages[i] == 0)
			continue;
		img_text_fmt(o, "%s%" PRIu64 " page%s %s", sep, p->pages[i],
			     p->pages[i] == 1 ? "" : "s", changes[i]);
		sep = ", ";
	}
	img_out_byte(o, '\n');
}

/* A process that only one of the dumps has. */
static void put_process(struct img_out *o, const struct img_task *t, int side)
{
	img_text_fmt(o, "%cprocess %" PRIu32, "-+"[side], t -> pid);
	put_name(o, t);
	img_text_fmt(o, ": child of %" PRIu32 "\n", t->ppid);
}

void img_compare_put(struct img_out *o, struct img_compare_at *at, const struct img_difference *d,
		     const struct img_report *report)
{
	bool single = (d->task[0] == NULL) != (d->task[1] == NULL);

	if (single) {
		put_process(o, d->task[0] != NULL ? d->task[0] : d->task[1], d->task[0] == NULL);
		return;
	}
	if (!at->headed || at->task[0] != d->task[0] || at->task[1] != d->task[1])
		put_head(o, d->task);
	at->headed = true;
	at->task[0] = d->task[0];
	at->task[1] = d->task[1];
	if (d->pages != NULL) {
		put_pages(o, d);
		return;
	}
	put_fact(o, d, 0, report);
	put_fact(o, d, 1, report);
}

/* ---- JSON ---- */

static const char *const sides[] = { "first", "second" };

static void json_field(void *arg, const struct img_fact_field *f)
{
	struct img_jw *w = arg;

	img_jw_item(w);
	img_jw_open(w, '{');
	IMG_JW_KEY(w, "name");
	img_jw_str(w, f->name, (size_t)f->name_n);
	for (int i = 0; i < 2; i++)
		if (f->value[i] != NULL) {
			img_jw_name(w, sides[i]);
			img_jw_str(w, f->value[i], (size_t)f->value_n[i]);
		}
	img_jw_close(w, '}');
}

static void json_facts(struct img_jw *w, const struct img_difference *d,
		       const struct img_report *report)
{
	const struct img_fact *any = d->fact[0] != NULL ? d->fact[0] : d->fact[1];
	struct img_err err;

	IMG_JW_KEY(w, "key");
	img_jw_str(w, any->key, strlen(any->key));
	for (int i = 0; i < 2; i++)
		if (d->fact[i] != NULL) {
			img_jw_name(w, sides[i]);
			img_jw_str(w, d->fact[i]->text, strlen(d->fact[i]->text));
		}
	IMG_JW_KEY(w, "fields");
	img_jw_open(w, '[');
	if (img_fact_fields(d->fact[0], d->fact[1], json_field, w, &err) < 0)
		img_report(report, &err);
	img_jw_close(w, ']');
}

static void json_pages(struct img_jw *w, const struct img_compared_pages *p)
{
	IMG_JW_UINT(w, "start", p->start);
	IMG_JW_UINT(w, "end", p->end);
	IMG_JW_TEXT(w, "mapping", p->name, p->name_n);
	IMG_JW_KEY(w, "pages");
	img_jw_open(w, '{');
	for (size_t i = 0; i < CHANGES; i++) {
		img_jw_name(w, changes[i]);
		img_jw_uint(w, p->pages[i]);
	}
	img_jw_close(w, '}');
}

/* A process as one of the dumps has it. */
static void json_task(struct img_jw *w, const char *pid, const char *comm, const struct img_task *t)
{
	if (t == NULL)
		return;
	img_jw_name(w, pid);
	img_jw_uint(w, t->pid);
	img_jw_name(w, comm);
	img_jw_cstr(w, t->comm);
}

void img_compare_json(struct img_jw *w, const struct img_difference *d,
		      const struct img_report *report)
{
	json_task(w, "first_pid", "first_comm", d->task[0]);
	json_task(w, "second_pid", "second_comm", d->task[1]);
	IMG_JW_PLAIN(w, "kind", img_compare_kind_name(d->kind));
	if (d->pages != NULL)
		json_pages(w, d->pages);
	else if (d->fact[0] != NULL || d->fact[1] != NULL)
		json_facts(w, d, report);
}
