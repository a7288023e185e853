/* Memory for archives that are read out of order, bounded over all threads: each file's reader may hold BOLT_JAR_SMALL_MAX freely;
 * for more it waits for the one turn of the process, so that two threads never hold two big buffers. A reader that has the turn
 * never waits for another lock, and gives it back when the file is done. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of one file; zero is empty. */
struct bolt_big_buffer {
	size_t used;
	bool has_turn;
};

/* May n more bytes be held, `max` in all? Counts them when yes. May block until another thread gives the turn back. */
bool bolt_big_buffer_take(struct bolt_big_buffer *buffer, uint64_t n, size_t max);

/* n bytes have been freed. */
void bolt_big_buffer_give(struct bolt_big_buffer *buffer, size_t n);

/* The file is done: nothing is held any more. */
void bolt_big_buffer_done(struct bolt_big_buffer *buffer);
