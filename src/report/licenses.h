/* Licence texts as packages declare them, into the words of SPDX (SPDX 2.3 annex D): identifiers, the short names Debian, Fedora
 * and PyPI packages use for the same licences, and expressions of them. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/buf.h"
#include "core/macros.h"

/* Sorted without regard to letter case (license_ids.c). */
extern const char *const bolt_license_ids[];
extern const size_t bolt_license_ids_len;
extern const char *const bolt_license_exceptions[];
extern const size_t bolt_license_exceptions_len;

/* The identifier in its own spelling ("mit", "Expat", "MIT License" give "MIT"), or NULL when the text is not one licence. */
const char *bolt_license_id(const char *text);

/* Appends the canonical expression: "GPL-2+ or Artistic" gives "GPL-2.0-or-later OR Artistic-1.0". Nothing is appended on failure.
 * *ret_compound (may be NULL) tells whether it is more than one identifier.
 * 0 | -EINVAL (the text is no expression of known licences) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_license_expression(const char *text, struct bolt_buf *expression, bool *ret_compound);
