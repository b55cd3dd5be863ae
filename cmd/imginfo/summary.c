/* imginfo: the totals of a dump, for people and for programs. */
#include "cmd/imginfo/summary.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/msg/criu.h"
#include "libimg/view/totals.h"

/* ---- numbers for people ---- */

enum { HUMAN = 16 };

/* "512", "1.5K", "12M": as util-linux has them. */
static const char *human(uint64_t n, char buf[HUMAN])
{
	static const char units[] = "BKMGTPE";
	unsigned u = 0;
	uint64_t tenths = n * 10;

	if (n < 1024) {
		snprintf(buf, HUMAN, "%" PRIu64, n);
		return buf;
	}
	for (tenths = n / 1024 * 10 + n % 1024 * 10 / 1024, u = 1; tenths >= 10240; u++)
		tenths /= 1024;
	if (tenths < 100 && tenths % 10 != 0)
		snprintf(buf, HUMAN, "%" PRIu64 ".%" PRIu64 "%c", tenths / 10, tenths % 10,
			 units[u]);
	else
		snprintf(buf, HUMAN, "%" PRIu64 "%c", (tenths + 5) / 10, units[u]);
	return buf;
}

/* Microseconds. */
static const char *duration(uint64_t us, char buf[HUMAN])
{
	if (us < 1000)
		snprintf(buf, HUMAN, "%" PRIu64 " us", us);
	else if (us < 1000000)
		snprintf(buf, HUMAN, "%" PRIu64 ".%" PRIu64 " ms", us / 1000, us % 1000 / 100);
	else
		snprintf(buf, HUMAN, "%" PRIu64 ".%02" PRIu64 " s", us / 1000000,
			 us % 1000000 / 10000);
	return buf;
}

/* ---- text ---- */

enum { LABEL = 13 };

static void label(struct explore *x, const char *name)
{
	img_text_fmt(x->out, "%-*s", LABEL, name);
}

/* "51: 20 REG, 12 PIPE" */
static void put_group(struct explore *x, const struct img_totals *t, const char *name,
		      enum img_total_group g)
{
	const struct img_total *v;
	uint64_t all = 0;
	size_t n;

	v = img_totals_rows(t, g, &n);
	for (size_t i = 0; i < n; i++)
		all += v[i].n;
	label(x, name);
	img_text_fmt(x->out, "%" PRIu64, all);
	for (size_t i = 0; i < n; i++)
		img_text_fmt(x->out, "%s%" PRIu64 " %s", i == 0 ? ": " : ", ", v[i].n, v[i].name);
	img_out_byte(x->out, '\n');
}

static void put_processes(struct explore *x, const struct img_totals *t)
{
	const struct {
		uint64_t n;
		const char *name;
	} states[] = { { t->alive, "alive" },
		       { t->stopped, "stopped" },
		       { t->zombies, t->zombies == 1 ? "zombie" : "zombies" },
		       { t->unknown, "without a core image" } };
	const char *sep = ": ";

	label(x, "processes");
	img_text_fmt(x->out, "%" PRIu64, t->processes);
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		if (states[i].n == 0)
			continue;
		img_text_fmt(x->out, "%s%" PRIu64 " %s", sep, states[i].n, states[i].name);
		sep = ", ";
	}
	img_out_byte(x->out, '\n');
	label(x, "threads");
	img_text_fmt(x->out, "%" PRIu64 "\n", t->threads);
	label(x, "descriptors");
	img_text_fmt(x->out, "%" PRIu64 "\n", t->descriptors);
}

static const struct {
	enum img_where where;
	const char *name, *key;
} places[] = { { IMG_HERE, "present", "present_bytes" },
	       { IMG_PARENT, "parent", "parent_bytes" },
	       { IMG_LAZY, "lazy", "lazy_bytes" },
	       { IMG_ZERO, "zero", "zero_bytes" },
	       { IMG_ABSENT, "absent", "absent_bytes" } };
enum { PLACES = sizeof(places) / sizeof(*places) };

static bool is_empty(const struct img_sum *s)
{
	uint64_t any = s->mappings;

	for (size_t i = 0; i < IMG_UNMAPPED; i++)
		any |= s->bytes[i];
	return any == 0;
}

static void put_kind(struct explore *x, const char *name, const struct img_sum *s)
{
	char buf[HUMAN];

	if (is_empty(s))
		return;
	img_text_fmt(x->out, "  %-11s %8" PRIu64, name, s->mappings);
	for (size_t i = 0; i < PLACES; i++)
		img_text_fmt(x->out, " %8s", human(s->bytes[places[i].where], buf));
	img_out_byte(x->out, '\n');
}

static void put_memory(struct explore *x, const struct img_totals *t)
{
	struct img_sum all = img_sums_total(&t->memory);
	char a[HUMAN], b[HUMAN];

	label(x, "memory");
	img_text_fmt(x->out, " %8s", "mappings");
	for (size_t i = 0; i < PLACES; i++)
		img_text_fmt(x->out, " %8s", places[i].name);
	img_out_byte(x->out, '\n');
	for (size_t k = 0; k < IMG_KINDS; k++)
		put_kind(x, img_kind_name((enum img_kind)k), &t->memory.kinds[k]);
	put_kind(x, "total", &all);
	if (t->packed_of > 0)
		img_text_fmt(x->out, "  compressed  %s of pages in %s\n", human(t->packed_of, a),
			     human(t->packed, b));
}

static void put_images(struct explore *x, const struct img_totals *t)
{
	const struct img_total *v;
	char buf[HUMAN];
	size_t n;

	v = img_totals_rows(t, IMG_TOTAL_CHAIN, &n);
	for (size_t i = 0; i < n; i++) {
		label(x, i == 0 ? "images" : "parent");
		img_text_fmt(x->out, "%" PRIu64 ", %s in ", v[i].n, human(v[i].bytes, buf));
		img_text_str(x->out, v[i].name);
		img_out_byte(x->out, '\n');
	}
	v = img_totals_rows(t, IMG_TOTAL_IMAGES, &n);
	for (size_t i = 0; i < n; i++)
		img_text_fmt(x->out, "  %-18s %6" PRIu64 " %8s\n", v[i].name, v[i].n,
			     human(v[i].bytes, buf));
}

static const char *written_by(const InventoryEntry *inv)
{
	switch (inv->img_version) {
	case IMG_VERSION_PRE_DUMP: return "a pre-dump";
	case IMG_VERSION_1_0: return "images 1.0, of CRIU before 1.6";
	case IMG_VERSION_1_1: return "images 1.1, of CRIU since 1.6";
	case IMG_VERSION_COMPRESSED: return "compressed images, of CRIU after 4.2";
	default: return "images of an unknown version";
	}
}

static void put_facts(struct explore *x, const struct img_totals *t)
{
	const InventoryEntry *inv = t->inventory;

	label(x, "criu");
	if (inv == NULL) {
		img_text_fmt(x->out, "no inventory\n");
	} else {
		img_text_fmt(x->out, "%s", written_by(inv));
		if (inv->has_tcp_close && inv->tcp_close)
			img_text_fmt(x->out, ", --tcp-close");
		if (inv->has_pre_dump_mode)
			img_text_fmt(x->out, ", pre-dump mode %" PRIu32, inv->pre_dump_mode);
		for (size_t i = 0; inv->plugins_entry != NULL && i < inv->plugins_entry->n_plugins;
		     i++) {
			img_text_fmt(x->out, i == 0 ? ", plugins " : " ");
			img_text_str(x->out, inv->plugins_entry->plugins[i]);
		}
		img_out_byte(x->out, '\n');
	}
	if (t->arch == NULL)
		return;
	label(x, "machine");
	img_text_fmt(x->out, "%s", t->arch);
	if (t->page_size > 0)
		img_text_fmt(x->out, ", pages of %" PRIu32 " bytes", t->page_size);
	img_out_byte(x->out, '\n');
}

static void put_stats(struct explore *x, const struct img_totals *t)
{
	const DumpStatsEntry *d = t->stats_dump;
	const RestoreStatsEntry *r = t->stats_restore;
	char a[HUMAN], b[HUMAN];

	if (d != NULL) {
		label(x, "dump");
		img_text_fmt(x->out, "frozen for %s, after %s of freezing\n",
			     duration(d->frozen_time, a), duration(d->freezing_time, b));
		label(x, "");
		img_text_fmt(x->out, "memory collected in %s, written in %s\n",
			     duration(d->memdump_time, a), duration(d->memwrite_time, b));
		label(x, "");
		img_text_fmt(x->out,
			     "pages: %" PRIu64 " scanned, %" PRIu64 " written, %" PRIu64
			     " left to the parent, %" PRIu64 " lazy\n",
			     d->pages_scanned + d->shpages_scanned,
			     d->pages_written + d->shpages_written,
			     d->pages_skipped_parent + d->shpages_skipped_parent, d->pages_lazy);
	}
	if (r != NULL) {
		label(x, "restore");
		img_text_fmt(x->out, "restored in %s, after %s of forking; %" PRIu64 " pages\n",
			     duration(r->restore_time, a), duration(r->forking_time, b),
			     r->pages_restored);
	}
}

static void put_text(struct explore *x, const struct img_totals *t)
{
	put_facts(x, t);
	if (x->ps != NULL && !x->no_tree) {
		put_processes(x, t);
		put_group(x, t, "files", IMG_TOTAL_FILES);
		put_group(x, t, "sockets", IMG_TOTAL_SOCKETS);
		put_group(x, t, "namespaces", IMG_TOTAL_NAMESPACES);
		put_group(x, t, "of the host", IMG_TOTAL_HOST);
	}
	put_stats(x, t);
	put_memory(x, t);
	put_images(x, t);
}

/* ---- JSON ---- */

static void json_group(struct img_jw *w, const struct img_totals *t, const char *key,
		       enum img_total_group g)
{
	const struct img_total *v;
	size_t n;

	v = img_totals_rows(t, g, &n);
	img_jw_name(w, key);
	img_jw_open(w, '{');
	for (size_t i = 0; i < n; i++) {
		img_jw_name(w, v[i].name);
		if (g == IMG_TOTAL_IMAGES) {
			img_jw_open(w, '{');
			IMG_JW_UINT(w, "images", v[i].n);
			IMG_JW_UINT(w, "bytes", v[i].bytes);
			img_jw_close(w, '}');
		} else {
			img_jw_uint(w, v[i].n);
		}
	}
	img_jw_close(w, '}');
}

static void json_kind(struct img_jw *w, const char *name, const struct img_sum *s)
{
	if (is_empty(s))
		return;
	img_jw_name(w, name);
	img_jw_open(w, '{');
	IMG_JW_UINT(w, "mappings", s->mappings);
	for (size_t i = 0; i < PLACES; i++) {
		img_jw_name(w, places[i].key);
		img_jw_uint(w, s->bytes[places[i].where]);
	}
	img_jw_close(w, '}');
}

static void json_memory(struct img_jw *w, const struct img_totals *t)
{
	struct img_sum all = img_sums_total(&t->memory);

	IMG_JW_KEY(w, "memory");
	img_jw_open(w, '{');
	for (size_t k = 0; k < IMG_KINDS; k++)
		json_kind(w, img_kind_name((enum img_kind)k), &t->memory.kinds[k]);
	json_kind(w, "total", &all);
	img_jw_close(w, '}');
	if (t->packed_of > 0) {
		IMG_JW_UINT(w, "compressed_bytes", t->packed);
		IMG_JW_UINT(w, "compressed_of_bytes", t->packed_of);
	}
}

static void json_chain(struct img_jw *w, const struct img_totals *t)
{
	const struct img_total *v;
	size_t n;

	v = img_totals_rows(t, IMG_TOTAL_CHAIN, &n);
	IMG_JW_KEY(w, "chain");
	img_jw_open(w, '[');
	for (size_t i = 0; i < n; i++) {
		img_jw_item(w);
		img_jw_open(w, '{');
		IMG_JW_CSTR(w, "from", v[i].name);
		IMG_JW_UINT(w, "images", v[i].n);
		IMG_JW_UINT(w, "bytes", v[i].bytes);
		img_jw_close(w, '}');
	}
	img_jw_close(w, ']');
}

static void json_stats(struct img_jw *w, const struct img_totals *t)
{
	const DumpStatsEntry *d = t->stats_dump;
	const RestoreStatsEntry *r = t->stats_restore;

	if (d != NULL) {
		IMG_JW_KEY(w, "dump");
		img_jw_open(w, '{');
		IMG_JW_UINT(w, "freezing_us", d->freezing_time);
		IMG_JW_UINT(w, "frozen_us", d->frozen_time);
		IMG_JW_UINT(w, "memdump_us", d->memdump_time);
		IMG_JW_UINT(w, "memwrite_us", d->memwrite_time);
		IMG_JW_UINT(w, "pages_scanned", d->pages_scanned + d->shpages_scanned);
		IMG_JW_UINT(w, "pages_parent", d->pages_skipped_parent + d->shpages_skipped_parent);
		IMG_JW_UINT(w, "pages_written", d->pages_written + d->shpages_written);
		IMG_JW_UINT(w, "pages_lazy", d->pages_lazy);
		img_jw_close(w, '}');
	}
	if (r != NULL) {
		IMG_JW_KEY(w, "restore");
		img_jw_open(w, '{');
		IMG_JW_UINT(w, "forking_us", r->forking_time);
		IMG_JW_UINT(w, "restore_us", r->restore_time);
		IMG_JW_UINT(w, "pages_restored", r->pages_restored);
		img_jw_close(w, '}');
	}
}

static void put_json(struct explore *x, const struct img_totals *t)
{
	struct img_jw w;

	explore_begin(x, &w);
	if (t->inventory != NULL)
		IMG_JW_UINT(&w, "img_version", t->inventory->img_version);
	if (t->arch != NULL)
		IMG_JW_PLAIN(&w, "arch", t->arch);
	if (t->page_size > 0)
		IMG_JW_UINT(&w, "page_size", t->page_size);
	if (x->ps != NULL && !x->no_tree) {
		IMG_JW_UINT(&w, "processes", t->processes);
		IMG_JW_UINT(&w, "alive", t->alive);
		IMG_JW_UINT(&w, "stopped", t->stopped);
		IMG_JW_UINT(&w, "zombies", t->zombies);
		IMG_JW_UINT(&w, "threads", t->threads);
		IMG_JW_UINT(&w, "descriptors", t->descriptors);
		json_group(&w, t, "files", IMG_TOTAL_FILES);
		json_group(&w, t, "sockets", IMG_TOTAL_SOCKETS);
		json_group(&w, t, "namespaces", IMG_TOTAL_NAMESPACES);
		json_group(&w, t, "host_namespaces", IMG_TOTAL_HOST);
	}
	json_stats(&w, t);
	json_memory(&w, t);
	json_group(&w, t, "images", IMG_TOTAL_IMAGES);
	json_chain(&w, t);
	explore_end(x, &w);
}

void summary_dump(struct explore *x, void *arg)
{
	struct img_totals t;
	struct img_err err;

	(void)arg;
	if (img_totals_read(&t, x->dir, x->ps, x->no_tree, &x->report) < 0) {
		img_fail_mem(&err);
		exit(tool_fail(x->tool, x->path, &err));
	}
	if (x->json)
		put_json(x, &t);
	else
		put_text(x, &t);
	img_totals_free(&t);
}
