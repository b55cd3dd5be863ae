/* sockets - the sockets of a dump, and which descriptors of which processes are on each */
#include <inttypes.h>
#include <stdio.h>

#include <libimg/img.h>

static void complain(void *arg, const struct img_err *err)
{
	char line[IMG_ERR_LINE];

	(void)arg;
	fprintf(stderr, "sockets: %s\n", img_err_line(err, NULL, line, sizeof(line)));
}

/* The words of a repeated field, which are those of an address: 1 of IPv4, 4 of IPv6. */
static const char *address(const struct img_pick *f, uint32_t tag, char text[IMG_ADDR_MAX])
{
	uint32_t words[4] = { 0 };
	struct img_each each;
	size_t n = 0;
	uint64_t v;

	img_each_begin(&each, f, tag);
	while (n < 4 && img_each_num(&each, &v))
		words[n++] = (uint32_t)v;
	return img_addr_print(words, n < 4 ? 1 : 4, text);
}

/* What a socket of any kind is: 1, 0 for a file that is none, -1. */
static int show(struct img_files *files, uint32_t i, struct img_err *err)
{
	struct img_files_place place;
	const struct img_msg *m;
	struct img_span body;
	struct img_pick f;
	char from[IMG_ADDR_MAX], to[IMG_ADDR_MAX];
	const char *proto, *state;
	int r;

	img_files_at(files, i, &place);
	if (place.type != IMG_FD_TYPES__INETSK && place.type != IMG_FD_TYPES__UNIXSK)
		return 0;
	r = img_files_payload(files, i, &m, &body, err);
	if (r <= 0)
		return r;
	if (img_pick(&f, m, body, err) < 0)
		return img_files_fail(files, i, err);
	if (place.type == IMG_FD_TYPES__UNIXSK) {
		printf("unix %" PRIu64, img_num(&f, IMG_TAG_UNIX_SK_ENTRY__INO));
		return 1;
	}
	proto = img_names_get(&img_labels_ip_proto, img_num(&f, IMG_TAG_INET_SK_ENTRY__PROTO));
	state = img_names_get(&img_labels_tcp_state, img_num(&f, IMG_TAG_INET_SK_ENTRY__STATE));
	printf("%s %s:%" PRIu32 " > %s:%" PRIu32 " %s", proto != NULL ? proto : "inet",
	       address(&f, IMG_TAG_INET_SK_ENTRY__SRC_ADDR, from),
	       img_num32(&f, IMG_TAG_INET_SK_ENTRY__SRC_PORT),
	       address(&f, IMG_TAG_INET_SK_ENTRY__DST_ADDR, to),
	       img_num32(&f, IMG_TAG_INET_SK_ENTRY__DST_PORT), state != NULL ? state : "?");
	return 1;
}

static int list(struct img_files *files, const struct img_ps *ps, const struct img_fds *fds,
		struct img_err *err)
{
	for (uint32_t i = 0; i < img_files_count(files); i++) {
		int r = show(files, i, err);

		if (r < 0)
			return -1;
		if (r == 0)
			continue;
		for (uint32_t k = img_fds_head(fds, i); k != IMG_NO_FD; k = fds->v[k].next)
			printf(" %" PRIu32 ":%" PRIu32, ps->tasks[fds->v[k].task].pid,
			       fds->v[k].fd);
		putchar('\n');
	}
	return 0;
}

int main(int argc, char **argv)
{
	const struct img_report report = { complain, NULL };
	struct img_err err;
	struct img_dir *d = img_dir_open(argc > 1 ? argv[1] : ".", 0, &err);
	struct img_files *files = NULL;
	struct img_fds *fds = NULL;
	struct img_ps *ps = NULL;
	int r = -1;

	if (d != NULL && (r = img_ps_read(d, &ps, &err)) > 0 &&
	    (r = img_files_open(d, &files, &err)) > 0) {
		fds = img_fds_read(d, ps, files, &report);
		r = fds != NULL ? list(files, ps, fds, &err) : img_fail_mem(&err);
	}
	if (r < 0)
		complain(NULL, &err);
	img_fds_free(fds);
	img_files_close(files);
	img_ps_free(ps);
	img_dir_close(d);
	return r < 0;
}
