#include "scan/threads.h"

#include <pthread.h>
#include <sched.h>

#include "scan/limits.h"

enum { STACK_BYTES = 1024 * 1024 };

size_t bolt_threads_count(size_t items)
{
	cpu_set_t cores;
	size_t n = 1;

	if (sched_getaffinity(0, sizeof(cores), &cores) == 0)
		n = (size_t) CPU_COUNT(&cores);
	if (n > BOLT_SCAN_THREADS_MAX)
		n = BOLT_SCAN_THREADS_MAX;
	if (n > items)
		n = items;
	return n ? n : 1;
}

void bolt_threads_run(void *(*work)(void *context), void *context, size_t items)
{
	pthread_t threads[BOLT_SCAN_THREADS_MAX];
	size_t n = bolt_threads_count(items), made = 0;
	pthread_attr_t attributes;

	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	while (made + 1 < n && pthread_create(&threads[made], &attributes, work, context) == 0)
		made++;
	pthread_attr_destroy(&attributes);
	work(context);
	for (size_t i = 0; i < made; i++)
		pthread_join(threads[i], NULL);
}
