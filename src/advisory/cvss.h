/* Scores from CVSS vectors, computed as FIRST's specifications say: v2.0, v3.0, v3.1, v4.0. */
#pragma once

#include "core/macros.h"
#include "model/finding.h"

struct bolt_cvss {
	unsigned major, minor;       /* 2.0, 3.0, 3.1, 4.0 */
	unsigned base_tenths;        /* base score times ten (v4: of the metrics the vector has) */
	unsigned tenths;             /* with the temporal/threat and environmental metrics that the vector carries */
	enum bolt_severity severity; /* of base_tenths: v3 and v4 qualitative scale; v2 NVD's (no critical). None is NEGLIGIBLE */
};

/* "CVSS:3.1/AV:N/..."; v2 without prefix, or in parentheses. 0 | -EINVAL (not a vector, a metric missing, repeated or unknown). */
BOLT_MUST_CHECK int bolt_cvss_parse(const char *vector, struct bolt_cvss *ret_cvss);
