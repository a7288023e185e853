/* OSV's evaluation algorithm (osv-schema, "Evaluation") over one range's events. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "advisory/advisory.h"
#include "advisory/version.h"
#include "core/macros.h"

/* Brings events into the order that evaluation needs, which does not depend on the order they came in: by version, and at the same
 * version introduced before fixed, last_affected and limit, so that nothing is affected by { introduced 1, fixed 1 }; but where
 * versions before it are affected (introduced 0, fixed 1, introduced 1, fixed 2), introduced comes last, so that one span ends and
 * the next begins. An introduced "0" is before every version, a limit with a '*' after every version. Never allocates; O(n log n).
 */
void bolt_events_sort(enum bolt_version_scheme scheme, struct bolt_event *events, size_t len);

/* Is `version` in the range of these sorted events? *ret_fixed (may be NULL; set whenever it returns true): the version of the
 * first fix after it in this range, or NULL when there is none. No event at all: nothing is affected. */
bool bolt_events_affect(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *version,
			const char **ret_fixed);
