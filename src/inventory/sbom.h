/* Reads a bill of materials into a report: CycloneDX JSON 1.2 to 1.7, SPDX 2.2 and 2.3 as JSON and tag-value, a list of package
 * URLs, and boltseal.report/1. Documents this program wrote come back without loss of packages, layers, locations, licences and
 * sources; of others' (Syft, Trivy) what their own properties tell is understood. */
#pragma once

#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"

/* One row a format, for documentation; bolt_sbom_read finds out by itself which it is. */
struct bolt_sbom_format {
	const char *name;
	const char *summary;
};
extern const struct bolt_sbom_format bolt_sbom_formats[];
extern const size_t bolt_sbom_formats_len;

/* Fills an empty report (bolt_report_new): subject (kind "sbom", the document's own name for it or NULL), os, packages, removed
 * packages, warnings; sorted. Components without a readable package URL are left out and counted in a warning.
 * On failure the report holds nothing to rely on. No I/O.
 * 0 | -EBADMSG (none of the formats, or damaged: message says what) | -E2BIG (a bound: message names it) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sbom_read(const void *bytes, size_t len, struct bolt_report *report, struct bolt_err *err);
