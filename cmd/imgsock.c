/* imgsock - show the sockets in a dump */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "cmd/columns.h"
#include "libimg/view/fds_set.h"
#include "libimg/view/sockets_columns.h"

enum { OPT_STATE = 256, OPT_OUTSIDE };

static const struct tool_opt opts[] = {
	EXPLORE_OPTS,
	EXPLORE_DIR_OPTS,
	{ 'f', "family", "FAMILY[,FAMILY]", "only sockets of these families or protocols" },
	{ 't', "tcp", NULL, "the same as --family=tcp" },
	{ 'u', "udp", NULL, "the same as --family=udp" },
	{ 'w', "raw-ip", NULL, "the same as --family=raw" },
	{ 'x', "unix", NULL, "the same as --family=unix" },
	{ '4', "ipv4", NULL, "only sockets of IP version 4" },
	{ '6', "ipv6", NULL, "only sockets of IP version 6" },
	{ 'l', "listening", NULL, "only sockets that wait for connections or datagrams" },
	{ OPT_STATE, "state", "STATE[,STATE]", "only sockets in these states" },
	{ OPT_OUTSIDE, "outside", NULL, "only connections to what is not in the dump" },
	COLUMNS_OPTS('n', 'r'),
	COLUMNS_OPT_BYTES('b'),
	TOOL_LINK_OPTS,
	{ 0, NULL, NULL, NULL },
};

static const char *const families[] = { "inet", "inet4",   "inet6", "tcp",     "udp",
					"raw",  "udplite", "unix",  "netlink", "packet" };

static const char *family_word(size_t i)
{
	return i < sizeof(families) / sizeof(families[0]) ? families[i] : NULL;
}

static const char *state_word(size_t i)
{
	return img_labels_ss_state.v[i].name;
}

static const struct tool_words words[] = {
	{ "FAMILY", family_word },
	{ "STATE", state_word },
	{ NULL, NULL },
};

static const struct tool tool = {
	.name = "imgsock",
	.args = "[DIR]...",
	.about =
		"Show the sockets in CRIU dumps: a line for each, with all processes that have it.",
	.opts = opts,
	.columns = img_sockets_columns,
	.words = words,
};

struct job {
	struct explore x;
	struct columns cols;
	struct img_desc_set families; /* empty: all */
	uint64_t states;              /* bits; 0: all */
	const char *ip;               /* "inet" or "inet6"; NULL: any */
	bool listening, outside;
};

/* ---- which ones ---- */

static bool is_of(const struct explore *x, const struct img_fds *fds, uint32_t fd)
{
	for (size_t i = 0; i < x->ps->n; i++) {
		const struct img_fd_table *t = &fds->tables[i];

		if (fd >= t->first && fd - t->first < t->n && explore_wants(x, &x->ps->tasks[i]))
			return true;
	}
	return false;
}

/* Has a process of --pid it? Tasks may share a table, of which descriptors name only the first. */
static bool is_owned(const struct explore *x, const struct img_sockets *all)
{
	const struct img_fds *fds = img_desc_fds(img_sockets_desc(all));
	uint32_t i = img_sockets_owner(all);

	if (x->n_pids == 0)
		return true;
	while (i != IMG_NO_FD && !is_of(x, fds, i))
		i = fds->v[i].next;
	return i != IMG_NO_FD;
}

static bool is_wanted(const struct job *j, const struct img_sockets *all)
{
	const struct img_socket *s = img_sockets_at(all);

	if (j->families.rows != 0 && !img_desc_set_has(&j->families, img_sockets_desc(all), &s->fd))
		return false;
	if (j->ip != NULL && strcmp(j->ip, s->family) != 0)
		return false;
	if (j->states != 0 &&
	    (!s->is_stateful || s->state > 63 || (j->states >> s->state & 1) == 0))
		return false;
	return (!j->listening || s->listens) && (!j->outside || s->where == IMG_SOCKET_OUTSIDE) &&
	       is_owned(&j->x, all);
}

/* ---- one dump ---- */

/* Names of all who have sockets: of the other processes what cannot be read is not missed. */
static void read_names(struct explore *x)
{
	struct img_err err;

	for (size_t i = 0; x->n_pids > 0 && i < x->ps->n; i++)
		if (x->ps->tasks[i].state == IMG_TASK_UNKNOWN)
			(void)img_ps_core(x->dir, &x->ps->tasks[i], &err);
}

static void each_dir(struct explore *x, void *arg)
{
	struct job *j = arg;
	struct img_desc *desc = img_desc_new(x->dir, x->ps, &x->report);
	struct img_sockets *all = desc != NULL ? img_sockets_new(desc) : NULL;
	struct img_err err;

	if (all == NULL) {
		img_fail_mem(&err);
		explore_fail(x, &err);
	}
	read_names(x);
	columns_begin(&j->cols, x);
	while (all != NULL && !img_out_failed(x->out) && img_sockets_next(all)) {
		struct img_sockets_row row = { all, img_sockets_at(all), x->ps };

		if (is_wanted(j, all))
			columns_row(&j->cols, x, &row);
	}
	columns_end(&j->cols, x);
	img_sockets_free(all);
	img_desc_free(desc);
}

/* ---- options ---- */

static bool is_family(const char *p, size_t n)
{
	const char *word;

	for (size_t i = 0; (word = family_word(i)) != NULL; i++)
		if (strlen(word) == n && strncasecmp(word, p, n) == 0)
			return true;
	return false;
}

static void add_families(struct job *j, const char *arg)
{
	for (;; arg++) {
		size_t n = strcspn(arg, ",");

		if (!is_family(arg, n) || !img_desc_set_add(&j->families, arg, n))
			tool_usage(&tool, "unknown family '%.*s' (--help lists them)", (int)n, arg);
		arg += n;
		if (*arg == '\0')
			return;
	}
}

/* As ss(8) calls it, or as imgfds(1) does. */
static bool find_state(const char *p, size_t n, uint64_t *state)
{
	const struct img_names *const lists[] = { &img_labels_ss_state, &img_labels_tcp_state };

	for (size_t i = 0; i < 2; i++)
		for (const struct img_name *v = lists[i]->v; v->name != NULL; v++)
			if (strlen(v->name) == n && strncasecmp(v->name, p, n) == 0) {
				*state = v->value;
				return true;
			}
	return false;
}

static void add_states(struct job *j, const char *arg)
{
	uint64_t state;

	for (;; arg++) {
		size_t n = strcspn(arg, ",");

		if (!find_state(arg, n, &state))
			tool_usage(&tool, "unknown state '%.*s' (--help lists them)", (int)n, arg);
		j->states |= UINT64_C(1) << state;
		arg += n;
		if (*arg == '\0')
			return;
	}
}

static void set_ip(struct job *j, const char *family)
{
	if (j->ip != NULL && strcmp(j->ip, family) != 0)
		tool_usage(&tool, "--ipv4 and --ipv6 are mutually exclusive");
	j->ip = family;
}

int main(int argc, char **argv)
{
	struct job j = { .x = { .tool = &tool }, .cols = { .tool = &tool } };

	for (int c; (c = tool_getopt(&tool, argc, argv)) != -1;)
		switch (c) {
		case 'p': explore_pid(&j.x, optarg); break;
		case 'j': j.x.json = true; break;
		case 'f': add_families(&j, optarg); break;
		case 't': add_families(&j, "tcp"); break;
		case 'u': add_families(&j, "udp"); break;
		case 'w': add_families(&j, "raw"); break;
		case 'x': add_families(&j, "unix"); break;
		case '4': set_ip(&j, "inet"); break;
		case '6': set_ip(&j, "inet6"); break;
		case 'l': j.listening = true; break;
		case OPT_STATE: add_states(&j, optarg); break;
		case OPT_OUTSIDE: j.outside = true; break;
		default: columns_opt(&j.cols, c, optarg);
		}
	columns_check(&j.cols, j.x.json, true);
	return explore_each(&j.x, argv + optind, each_dir, &j);
}
