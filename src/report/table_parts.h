/* The parts of the table for people, in the order they are written. */
#pragma once

#include "core/macros.h"
#include "report/findings.h"
#include "report/format.h"

/* A blank line and a bold one. */
void bolt_table_heading(struct bolt_out *out, const struct bolt_report_style *style, const char *text);

/* "s" but for one. */
const char *bolt_plural(size_t n);

/* "a · b · c", on further lines where the terminal ends. */
struct bolt_table_line {
	size_t indent, used; /* columns */
};
void bolt_table_part(struct bolt_out *out, const struct bolt_report_style *style, struct bolt_table_line *line, const char *color,
		     const char *format, ...) BOLT_PRINTF(5, 6);

/* SGR code of a severity. */
const char *bolt_severity_color(enum bolt_severity severity);

/* Words on lines that fit the terminal; all but the first line are indented. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_table_wrapped(struct bolt_out *out, const struct bolt_report_style *style, size_t indent,
				       const char *text);

/* How many of what, then by package: on a terminal the most urgent of the most urgent packages and what is left out, in a pipe
 * every one. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_table_findings(const struct bolt_report *report, const struct bolt_report_style *style,
					struct bolt_out *out);

/* What to do first. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_table_actions(const struct bolt_report *report, const struct bolt_report_style *style,
				       struct bolt_out *out);
/* How old the advisories are. */
void bolt_table_advisories(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
