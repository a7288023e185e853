/* Findings as a whole: how many, in which order, of which packages. What every writer needs and none should work out for itself. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/macros.h"
#include "model/report.h"

struct bolt_finding_counts {
	size_t total; /* without the suppressed ones, as the next three */
	size_t by_severity[_BOLT_SEVERITY_MAX];
	size_t exploited, fixable;
	size_t suppressed;
};

struct bolt_finding_counts bolt_count_findings(const struct bolt_report *report);

/* Did anybody look for vulnerabilities? If not, no findings mean nothing. */
bool bolt_report_judged(const struct bolt_report *report);

/* Why the report's word on vulnerabilities is not whole, one clause without a full stop; NULL when nothing speaks against it. */
const char *bolt_judgement_gap(const struct bolt_report *report, char *scratch, size_t room);

/* Who has to act: where the layer of the finding's package comes from. NULL when that is not known. */
const char *bolt_finding_origin(const struct bolt_report *report, const struct bolt_finding *finding);

/* The version that has the fix, or in two words why there is none. Never NULL. */
const char *bolt_finding_fix(const struct bolt_finding *finding);

/* One line about the finding: its title, else the beginning of its description, else "". */
const char *bolt_finding_title(const struct bolt_finding *finding);

/* The page to read about it, safe to be put into a link; NULL when none is known. */
const char *bolt_finding_url(const struct bolt_finding *finding);

/* "https://..." or "http://..." in plain ASCII without what no URL may hold: nothing that a browser or a schema could choke on. */
bool bolt_is_web_url(const char *text);

/* "2023-01-31T12:00:00Z" with any fraction and offset (RFC 3339). */
bool bolt_is_timestamp(const char *text);

/* The findings' indexes by key(finding), then in the report's order; caller frees *ret_order. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_findings_order(const struct bolt_report *report, const char *(*key)(const struct bolt_finding *),
					size_t **ret_order);
const char *bolt_finding_key_id(const struct bolt_finding *finding);
const char *bolt_finding_key_type(const struct bolt_finding *finding);
