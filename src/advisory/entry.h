/* Entries of the `affected` database as they are written; advisory/database.h reads them where they lie in the map. One entry:
 *
 *   u32 length of the rest | u32 record | u16 part | u8 status | u8 severity, 0x80: withdrawn | modularity NUL | body
 *   body: ranges (count; for each a flag semver, count of events; for each u8 kind, version NUL) | versions (count; each NUL)
 *
 * Fixed numbers are little-endian, counts LEB128. Events are sorted (advisory/range.h). Listed versions that a range covers are
 * left out: they change no judgement. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "advisory/advisory.h"
#include "core/buf.h"
#include "core/err.h"
#include "core/macros.h"

/* 0 | -EBADMSG (an ecosystem we do not know, or a bound of limits.h passed) | -E2BIG (buf's own bound) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_entry_pack(const struct bolt_affected *affected, uint32_t record, uint16_t part, bool withdrawn,
				    struct bolt_buf *buf, struct bolt_err *err);
