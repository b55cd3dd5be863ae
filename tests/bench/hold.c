/* hold - a process with N bytes of memory that waits for the end: hold N */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	size_t n = argc == 2 ? (size_t)strtoumax(argv[1], NULL, 10) : 0;
	uint64_t *p = malloc(n), state = UINT64_C(0x9e3779b97f4a7c15);

	if (n == 0 || p == NULL) {
		fputs("usage: hold N\n", stderr);
		return 2;
	}
	/* No two pages alike, and none of zeros. */
	for (size_t i = 0; i < n / sizeof(*p); i++)
		p[i] = state = state * UINT64_C(6364136223846793005) + 1;
	puts("ready");
	fclose(stdout);
	for (;;)
		pause();
}
