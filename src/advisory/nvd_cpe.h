/* NVD's configurations: which programs, by CPE 2.3 names (NIST IR 7695), in which versions. */
#pragma once

#include "advisory/feed_private.h"

/* Adds them to the draft as packages "vendor:product" of the ecosystem CPE: applications and operating systems that are named as
 * vulnerable themselves (not what they run on). 0 | -EBADMSG | -E2BIG. */
BOLT_MUST_CHECK int bolt_nvd_affected(const json_t *configurations, struct bolt_draft *draft);
