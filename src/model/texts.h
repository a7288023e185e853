/* A sorted list of texts without repetition, in somebody's arena. */
#pragma once

#include <stddef.h>

#include "core/arena.h"
#include "core/macros.h"

struct bolt_texts {
	const char **items; /* sorted, unique, unless the holder says otherwise */
	size_t len;
};

/* Adds `text` (kept, not copied) to a sorted unique list that lives in the arena. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_texts_add(struct bolt_texts *texts, struct bolt_arena *arena, const char *text);

/* Adds it at the end, whatever is there. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_texts_append(struct bolt_texts *texts, struct bolt_arena *arena, const char *text);
