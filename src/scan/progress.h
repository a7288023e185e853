/* How far a scan is, in memory that the worker and its parent share. Every field is read and written atomically. */
#pragma once

#include <stdint.h>

struct bolt_progress {
	uint64_t bytes_done, bytes_total; /* stored bytes read; total 0: not known */
	uint64_t bytes_uncompressed;
	uint64_t layers_done, layers_total;
	uint64_t files, directories;
	uint64_t warnings; /* of the finished report */
	uint64_t failing;  /* its findings that bolt_judgement.failing names */
};

static inline void bolt_progress_add(uint64_t *counter, uint64_t n)
{
	__atomic_add_fetch(counter, n, __ATOMIC_RELAXED);
}

static inline uint64_t bolt_progress_get(const uint64_t *counter)
{
	return __atomic_load_n(counter, __ATOMIC_RELAXED);
}
