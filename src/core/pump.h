/* Runs a producer on a thread of its own, a bounded ring of blocks ahead of whoever reads: inflating and hashing overlap. */
#pragma once

#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

/* Fills memory the caller lends: 1..room bytes, 0 at the end, negative errno with err set. */
struct bolt_filler {
	ssize_t (*fill)(struct bolt_filler *filler, uint8_t *room, size_t room_len, struct bolt_err *err);
	void (*close)(struct bolt_filler *filler);
};

/* Takes the filler and closes it with itself; on failure (NULL: out of memory, no thread) it is closed at once. `fill` is called on
 * the reader's own thread only, from now until close; closing early stops it after the fill under way. */
struct bolt_reader *bolt_reader_pumped(struct bolt_filler *filler);
