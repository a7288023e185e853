/* What an OSV record says of packages. */
#pragma once

#include "advisory/feed_private.h"

/* A record's or a package's list of severities. Vectors become ratings; a word is a rating, and affected's own severity when there
 * is one. 0 | -E2BIG. */
BOLT_MUST_CHECK int bolt_osv_severities(const json_t *list, struct bolt_draft *draft, const char *source,
					struct bolt_affected *affected);

/* The list `affected`. Packages of ecosystems we do not know are left out, which *ret_unknown tells. 0 | -EBADMSG | -E2BIG. */
BOLT_MUST_CHECK int bolt_osv_affected(const json_t *list, struct bolt_draft *draft, const char *source, bool *ret_unknown);
