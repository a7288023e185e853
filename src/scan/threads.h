/* The same function on as many threads as there are cores to use (or items, when fewer). */
#pragma once

#include <stddef.h>

#include "core/macros.h"

/* How many that is, at least 1. */
size_t bolt_threads_count(size_t items);

/* Runs `work(context)` on that many threads, the caller's included, and waits for all. A thread that cannot be made is done
 * without. */
void bolt_threads_run(void *(*work)(void *context), void *context, size_t items);
