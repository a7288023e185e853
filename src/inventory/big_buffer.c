#include "inventory/big_buffer.h"

#include <pthread.h>

#include "inventory/limits.h"

static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

bool bolt_big_buffer_take(struct bolt_big_buffer *buffer, uint64_t n, size_t max)
{
	if (buffer->used > max || n > max - buffer->used)
		return false;
	if (!buffer->has_turn && buffer->used + n > BOLT_JAR_SMALL_MAX) {
		pthread_mutex_lock(&turn);
		buffer->has_turn = true;
	}
	buffer->used += (size_t) n;
	return true;
}

void bolt_big_buffer_give(struct bolt_big_buffer *buffer, size_t n)
{
	buffer->used -= n;
}

void bolt_big_buffer_done(struct bolt_big_buffer *buffer)
{
	buffer->used = 0;
	if (buffer->has_turn)
		pthread_mutex_unlock(&turn);
	buffer->has_turn = false;
}
