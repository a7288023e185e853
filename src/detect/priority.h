/* An order to fix things in: one number for each finding, and why (docs/priority.md). */
#pragma once

#include "core/macros.h"
#include "model/report.h"

enum { BOLT_PRIORITY_EXPLOITED = 800, BOLT_PRIORITY_MOST = 1000 }; /* known to be exploited: not below the first */

/* Fills finding->priority from what the finding says, from its package and the origin of the layer that brought it. The same
 * finding always gets the same number: no clock is read. The reasons, weightiest first, live in the report's arena; at most six.
 * 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_priority_of(struct bolt_finding *finding, const struct bolt_report *report);

/* The origin of the layer that brought the package; UNKNOWN without layers. */
enum bolt_origin bolt_package_origin(const struct bolt_package *package, const struct bolt_report *report);
