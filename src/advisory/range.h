/* OSV's evaluation algorithm (osv-schema, "Evaluation") over one range's events. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "advisory/advisory.h"
#include "advisory/version.h"
#include "core/macros.h"

/* Brings events into the order that evaluation needs: by version, and at the same version introduced before limit, fixed and
 * last_affected as the algorithm wants them. "0" is before every version. Stable. */
void bolt_events_sort(enum bolt_version_scheme scheme, struct bolt_event *events, size_t len);

/* Is `version` in the range of these sorted events? *ret_fixed (may be NULL; set whenever it returns true): the version of the
 * first fix after it in this range, or NULL when there is none. No event at all: nothing is affected. */
bool bolt_events_affect(enum bolt_version_scheme scheme, const struct bolt_event *events, size_t len, const char *version,
			const char **ret_fixed);
