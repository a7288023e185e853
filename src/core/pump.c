#include "core/pump.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/* A block must stay in a core's second-level cache from the inflater to the hashes; eight of them smooth the two sides out. */
enum { BLOCK_BYTES = 128 * 1024, BLOCKS = 8, STACK_BYTES = 512 * 1024 };

struct pump {
	struct bolt_reader base;
	struct bolt_filler *filler;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t filled, emptied;
	unsigned produced, consumed; /* counts of blocks; produced - consumed are waiting */
	bool holding;                /* the reader still looks at block `consumed` */
	bool stopping;
	ssize_t result[BLOCKS];
	struct bolt_err err;
	uint8_t blocks[BLOCKS][BLOCK_BYTES];
};

static void *produce(void *context)
{
	struct pump *p = context;
	bool more = true;

	while (more) {
		pthread_mutex_lock(&p->lock);
		while (p->produced - p->consumed == BLOCKS && !p->stopping)
			pthread_cond_wait(&p->emptied, &p->lock);
		more = !p->stopping;
		unsigned at = p->produced % BLOCKS;
		pthread_mutex_unlock(&p->lock);
		if (!more)
			break;

		ssize_t n = p->filler->fill(p->filler, p->blocks[at], BLOCK_BYTES, &p->err);

		pthread_mutex_lock(&p->lock);
		p->result[at] = n;
		p->produced++;
		more = n > 0;
		pthread_cond_signal(&p->filled);
		pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

static ssize_t pump_next(struct bolt_reader *base, const uint8_t **ret_block, struct bolt_err *err)
{
	struct pump *p = (struct pump *) base;

	pthread_mutex_lock(&p->lock);
	if (p->holding) {
		p->consumed++;
		p->holding = false;
		pthread_cond_signal(&p->emptied);
	}
	while (p->produced == p->consumed)
		pthread_cond_wait(&p->filled, &p->lock);
	unsigned at = p->consumed % BLOCKS;
	ssize_t n = p->result[at];
	p->holding = n > 0; /* the last result, end or failure, stays to be read again */
	pthread_mutex_unlock(&p->lock);

	*ret_block = p->blocks[at];
	if (n < 0)
		return bolt_err_set(err, (int) n, "%s", bolt_err_text(&p->err, (int) n));
	return n;
}

static void pump_close(struct bolt_reader *base)
{
	struct pump *p = (struct pump *) base;

	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_signal(&p->emptied);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	p->filler->close(p->filler);
	pthread_cond_destroy(&p->filled);
	pthread_cond_destroy(&p->emptied);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

struct bolt_reader *bolt_reader_pumped(struct bolt_filler *filler)
{
	struct pump *p = malloc(sizeof(*p));
	pthread_attr_t attributes;

	if (!p) {
		filler->close(filler);
		return NULL;
	}
	p->base = (struct bolt_reader){ .next = pump_next, .close = pump_close };
	p->filler = filler;
	p->produced = p->consumed = 0;
	p->holding = p->stopping = false;
	p->err.msg[0] = '\0';
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->filled, NULL);
	pthread_cond_init(&p->emptied, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	int r = pthread_create(&p->thread, &attributes, produce, p);
	pthread_attr_destroy(&attributes);
	if (r != 0) {
		filler->close(filler);
		free(p);
		return NULL;
	}
	return &p->base;
}
