/* Threads that share the steps of a piece of work. */
#ifndef IMG_CREW_H
#define IMG_CREW_H

#include <stddef.h>

struct img_crew;

/*
 * n threads, the caller's among them; fewer where the system gives no more. NULL: no memory. The
 * caller of img_crew_run() is one thread at a time.
 */
struct img_crew *img_crew_new(unsigned n);
void img_crew_free(struct img_crew *c); /* NULL is fine */

/*
 * Call fn(arg, i) once for each i below n, in any order and on any of the threads; back once all are
 * done. fn must not fail: what it finds it puts into the arg.
 */
void img_crew_run(struct img_crew *c, void (*fn)(void *arg, size_t i), void *arg, size_t n);

#endif
