#include "libimg/base/crew.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include "libimg/base/alloc.h"

struct img_crew {
	pthread_t *threads;
	unsigned n; /* of them, without the caller's */
	pthread_mutex_t lock;
	pthread_cond_t begin, done;

	/* The work; `round` says that there is another one. */
	unsigned long round;
	unsigned busy;
	bool quit;
	void (*fn)(void *arg, size_t i);
	void *arg;
	size_t steps;
	atomic_size_t next;
};

static void work(struct img_crew *c)
{
	size_t i;

	while ((i = atomic_fetch_add(&c->next, 1)) < c->steps)
		c->fn(c->arg, i);
}

static void *thread(void *arg)
{
	struct img_crew *c = arg;
	unsigned long seen = 0;

	pthread_mutex_lock(&c->lock);
	for (;;) {
		while (c->round == seen && !c->quit)
			pthread_cond_wait(&c->begin, &c->lock);
		if (c->quit)
			break;
		seen = c->round;
		pthread_mutex_unlock(&c->lock);
		work(c);
		pthread_mutex_lock(&c->lock);
		if (--c->busy == 0)
			pthread_cond_signal(&c->done);
	}
	pthread_mutex_unlock(&c->lock);
	return NULL;
}

struct img_crew *img_crew_new(unsigned n)
{
	struct img_crew *c = img_calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->begin, NULL);
	pthread_cond_init(&c->done, NULL);
	if (n < 2)
		return c;
	c->threads = img_calloc(n - 1, sizeof(*c->threads));
	if (c->threads == NULL) {
		img_crew_free(c);
		return NULL;
	}
	while (c->n < n - 1 && pthread_create(&c->threads[c->n], NULL, thread, c) == 0)
		c->n++;
	return c;
}

void img_crew_free(struct img_crew *c)
{
	if (c == NULL)
		return;
	pthread_mutex_lock(&c->lock);
	c->quit = true;
	pthread_cond_broadcast(&c->begin);
	pthread_mutex_unlock(&c->lock);
	for (unsigned i = 0; i < c->n; i++)
		pthread_join(c->threads[i], NULL);
	pthread_cond_destroy(&c->done);
	pthread_cond_destroy(&c->begin);
	pthread_mutex_destroy(&c->lock);
	img_free(c->threads);
	img_free(c);
}

void img_crew_run(struct img_crew *c, void (*fn)(void *arg, size_t i), void *arg, size_t n)
{
	c->fn = fn;
	c->arg = arg;
	c->steps = n;
	atomic_store(&c->next, 0);
	if (c->n == 0 || n < 2) {
		work(c);
		return;
	}
	pthread_mutex_lock(&c->lock);
	c->round++;
	c->busy = c->n;
	pthread_cond_broadcast(&c->begin);
	pthread_mutex_unlock(&c->lock);
	work(c);
	pthread_mutex_lock(&c->lock);
	while (c->busy > 0)
		pthread_cond_wait(&c->done, &c->lock);
	pthread_mutex_unlock(&c->lock);
}
