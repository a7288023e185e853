/* Readers that look at bytes as they pass. */
#pragma once

#include "core/digest.h"
#include "core/reader.h"

/* Passes `source` (borrowed) through, hashing. `hash` is borrowed and updated before a block is handed on. NULL: out of memory. */
struct bolt_reader *bolt_reader_hashing(struct bolt_reader *source, struct bolt_hash *hash);

/* Passes `source` (borrowed) through, adding to the counter atomically: another thread or process may watch it. NULL: out of
 * memory. */
struct bolt_reader *bolt_reader_counting(struct bolt_reader *source, uint64_t *counter);

/* Passes on what was already read from a stream, then the stream itself (borrowed). NULL: out of memory. */
struct bolt_reader *bolt_reader_after(const void *head, size_t head_len, struct bolt_reader *rest);
