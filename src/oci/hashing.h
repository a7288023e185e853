/* Readers that look at bytes as they pass. */
#pragma once

#include "core/digest.h"
#include "core/reader.h"

/* Passes `source` (borrowed) through, hashing and counting. `hash` and the counters are borrowed and updated before a block is
 * handed on. `counter` is the caller's; `shared` is added to atomically, so that another process may watch it; both may be NULL.
 * NULL: out of memory. */
struct bolt_reader *bolt_reader_hashing(struct bolt_reader *source, struct bolt_hash *hash, uint64_t *counter, uint64_t *shared);

/* Passes on what was already read from a stream, then the stream itself (borrowed). NULL: out of memory. */
struct bolt_reader *bolt_reader_after(const void *head, size_t head_len, struct bolt_reader *rest);
