/* memory - bytes of a process in a dump: memory DIR PID ADDRESS LENGTH, to standard output */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <libimg/img.h>

static int read_bytes(struct img_mem *m, uint64_t addr, size_t n, struct img_err *err)
{
	struct img_run gap;
	uint8_t *p = malloc(n + 1);
	int r = p != NULL ? img_mem_read(m, addr, p, n, &gap, err) : img_fail_mem(err);

	if (r == 0)
		r = img_fail(err, IMG_EDATA, IMG_NOWHERE,
			     "%" PRIu64 " bytes at 0x%" PRIx64 " are not in the dump", gap.len,
			     gap.addr);
	if (r > 0)
		fwrite(p, 1, n, stdout);
	free(p);
	return r;
}

int main(int argc, char **argv)
{
	char line[IMG_ERR_LINE];
	struct img_dump_mem *all;
	struct img_mem *m = NULL;
	struct img_err err;
	struct img_dir *d;
	uint32_t pid;
	int r;

	if (argc != 5) {
		fputs("usage: memory DIR PID ADDRESS LENGTH\n", stderr);
		return 2;
	}
	pid = (uint32_t)strtoul(argv[2], NULL, 0);
	d = img_dir_open(argv[1], 0, &err);
	all = d != NULL ? img_dump_mem_new(d, NULL) : NULL;
	if (d == NULL)
		r = -1;
	else if (all == NULL)
		r = img_fail_mem(&err);
	else if ((r = img_mem_open(all, pid, &m, &err)) == 0)
		r = img_fail(&err, IMG_EDATA, IMG_NOWHERE, "no memory of process %" PRIu32, pid);
	else if (r > 0)
		r = read_bytes(m, strtoull(argv[3], NULL, 0), strtoul(argv[4], NULL, 0), &err);
	if (r < 0)
		fprintf(stderr, "memory: %s\n", img_err_line(&err, NULL, line, sizeof(line)));
	img_mem_close(m);
	img_dump_mem_free(all);
	img_dir_close(d);
	return r < 0;
}
