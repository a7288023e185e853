/* A layer's plain bytes, held against the stored ones: what all layers of an image expand to beyond a hundred times their size
 * draws from one budget, so that a thousand small bombs take no longer than one. */
#pragma once

#include <stdint.h>

#include "core/budget.h"
#include "core/macros.h"
#include "core/reader.h"

/* Reads from `plain`; *stored (bytes so far, changed atomically by whoever reads them) is what that came from. All is borrowed.
 * Reading fails with -EFBIG when the budget is used up: not damage of one layer, but the end. NULL: out of memory. */
struct bolt_reader *bolt_reader_expanding(struct bolt_reader *plain, const uint64_t *stored, struct bolt_budget *budget);
