/* One OSV record (osv-schema 1.7) as an advisory. */
#pragma once

#include "advisory/feed_private.h"

/* Why a sound record is none of ours. */
enum bolt_osv_skip {
	BOLT_OSV_OURS = 0,
	BOLT_OSV_NO_PACKAGE,        /* names sources by commit only */
	BOLT_OSV_UNKNOWN_ECOSYSTEM, /* of all its packages */
	BOLT_OSV_ERRATUM,           /* a distribution's bug fix or enhancement that names no vulnerability */
	_BOLT_OSV_SKIP_MAX
};
const char *bolt_osv_skip_text(enum bolt_osv_skip skip);

/* Fills a fresh draft, which then points into the record. *ret_skip other than OURS: the draft is not to be handed on.
 * 0 | -EBADMSG, -E2BIG (draft->why says). */
BOLT_MUST_CHECK int bolt_osv_draft(const json_t *record, struct bolt_draft *draft, enum bolt_osv_skip *ret_skip);
