/* The canonical bytes of an advisory: what the database keeps (compressed), what is compared to find changes, what bundles carry.
 * The same advisory always gives the same bytes. */
#pragma once

#include <stdbool.h>

#include "advisory/advisory.h"
#include "core/arena.h"
#include "core/buf.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

/* Adds the bytes to `buf`; its id comes first, NUL-terminated. Summary and details that are too long are cut at a character and end
 * in "...", surplus references are left out.
 * 0 | -EBADMSG (no id, text that is no UTF-8, or a bound of limits.h passed: err says which) | -E2BIG (buf's own bound) | -ENOMEM.
 */
BOLT_MUST_CHECK int bolt_record_encode(const struct bolt_advisory *advisory, struct bolt_buf *buf, struct bolt_err *err);

/* Lists live in the arena, texts stay in the bytes. Without `affected`, what it says of packages is left out (affected_len 0).
 * 0 | -EBADMSG (no such record) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_record_decode(struct bolt_cursor bytes, bool affected, struct bolt_arena *arena,
				       struct bolt_advisory *ret_advisory);
