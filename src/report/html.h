/* The parts of the page. */
#pragma once

#include "core/macros.h"
#include "report/findings.h"
#include "report/format.h"

/* The style sheet and the script, as they stand between their tags: the page's policy allows them by their digests alone. */
extern const char bolt_html_style[], bolt_html_script[];

/* The findings by package, and those that somebody suppressed. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_html_findings(const struct bolt_report *report, struct bolt_out *out);
void bolt_html_suppressed(const struct bolt_report *report, struct bolt_out *out);

/* One <dt> and <dd>; nothing when the value is NULL or empty. */
void bolt_html_fact(struct bolt_out *out, const char *name, const char *value);
