/* What changed, told for people and for machines: by a rescan (docs/rescan.md, docs/schema/rescan-1.schema.json). */
#pragma once

#include <stdbool.h>

#include "core/json_writer.h"
#include "core/out.h"
#include "model/change.h"
#include "report/format.h"

/* Written image by image, as they come. */
struct bolt_rescan_writer {
	struct bolt_out out;
	struct bolt_json_writer json;
	struct bolt_report_style style;
	bool begun;
};

struct bolt_rescan_format {
	const char *name; /* "table" "json" */
	void (*image)(struct bolt_rescan_writer *writer, const struct bolt_image_changes *image);
	void (*finish)(struct bolt_rescan_writer *writer, const struct bolt_rescan_counts *counts);
};
/* NULL when there is none of that name. */
const struct bolt_rescan_format *bolt_rescan_format_named(const char *name);
extern const char bolt_rescan_formats[]; /* "table, json" */

/* The members of a finding that both kinds of documents have, into an open object. `package` may be NULL. */
void bolt_json_told(struct bolt_json_writer *w, const struct bolt_told *told, const struct bolt_package *package);

/* "critical  CVE-2024-1  openssl 3.0.11, fixed in 3.0.12, exploited" on one line, without its end. */
void bolt_put_told(struct bolt_out *out, const struct bolt_report_style *style, const struct bolt_told *told,
		   const struct bolt_package *package);
