/* The formats a report can be written in: one file and one row each. Help, completion and documentation are made from the rows. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"
#include "core/out.h"
#include "model/report.h"

struct bolt_report_style {
	unsigned columns;         /* of the terminal; 0: none, nothing is cut */
	bool color;               /* ANSI colours */
	bool sbom;                /* the `sbom` verb: the table is about packages only */
	const char *tool_version; /* "0.1.0" */
	int64_t created_unix;     /* seconds since 1970: now, or SOURCE_DATE_EPOCH */
};

struct bolt_report_format {
	const char *name;
	const char *summary;
	const char *media_type;
	bool findings; /* it tells them: without such a format nothing has to be judged */
	/* The report must be sorted (bolt_report_sort). Failures of `out` stay in it (bolt_out_flush tells); texts of the report
	 * may hold any bytes. 0 | -ENOMEM. */
	int (*write)(const struct bolt_report *report, const struct bolt_report_style *style, struct bolt_out *out);
};

/* In the order of documentation; the first is what people get. */
extern const struct bolt_report_format bolt_report_formats[];
extern const size_t bolt_report_formats_len;

/* NULL when there is none of that name. */
const struct bolt_report_format *bolt_report_format_named(const char *name);
