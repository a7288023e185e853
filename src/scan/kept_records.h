/* Small files of a layer that hold, or look like, a package record: kept until the layer ends, for the hard links that follow.
 * Package managers with a store (pnpm, uv) link from it, so that the record's content comes under a name that says nothing. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/budget.h"
#include "core/cursor.h"
#include "core/macros.h"

struct bolt_kept;

/* Draws on the budget (borrowed). NULL: out of memory. */
struct bolt_kept *bolt_kept_new(struct bolt_budget *budget);
void bolt_kept_free(struct bolt_kept *kept);
BOLT_DEFINE_CLEANUP(struct bolt_kept *, bolt_kept_free)

/* Is a file of that size, with that start, worth keeping? */
bool bolt_kept_wants(uint64_t size, const uint8_t *head, size_t head_len);

/* Keeps a copy under the path; a later file of the same path takes its place. What does not fit the bounds is not kept. */
void bolt_kept_add(struct bolt_kept *kept, const char *path, struct bolt_cursor content);

/* The content of the path's file, borrowed until the next add. */
bool bolt_kept_find(const struct bolt_kept *kept, const char *path, struct bolt_cursor *ret_content);
