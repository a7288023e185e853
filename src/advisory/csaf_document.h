/* One Red Hat CSAF VEX document as an advisory. */
#pragma once

#include <stdbool.h>

#include "advisory/feed_private.h"
#include "core/arena.h"
#include "core/cursor.h"
#include "core/macros.h"

/* Texts live in the arena, which must last as long as the draft. *ret_vex: false for a document of another category, of which
 * nothing was drafted. 0 | -EBADMSG | -E2BIG (draft->why says why). */
BOLT_MUST_CHECK int bolt_csaf_draft(struct bolt_cursor bytes, struct bolt_draft *draft, struct bolt_arena *arena, bool *ret_vex);
