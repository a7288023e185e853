/* A comparison, told for people, for machines (docs/schema/diff-1.schema.json) and for a comment on a change. */
#pragma once

#include "core/out.h"
#include "model/change.h"
#include "report/format.h"

struct bolt_diff_format {
	const char *name; /* "table" "json" "markdown" */
	void (*write)(const struct bolt_diff *diff, const struct bolt_report_style *style, struct bolt_out *out);
};
/* NULL when there is none of that name. */
const struct bolt_diff_format *bolt_diff_format_named(const char *name);
extern const char bolt_diff_formats[]; /* "table, json, markdown" */
