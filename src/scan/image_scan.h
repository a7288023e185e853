/* A whole image: its plan, its layers on all cores, and what they amount to in the report. */
#pragma once

#include "core/err.h"
#include "core/macros.h"
#include "inventory/file_view.h"
#include "model/report.h"
#include "scan/blobs.h"
#include "scan/layer_scan.h"
#include "scan/plan.h"

/* What was read, one result a layer, lowest first. */
struct bolt_image_scan {
	struct bolt_plan plan;
	struct bolt_layer_result *results;
	size_t results_len;
	struct bolt_part *parts; /* of the results, as the file index wants them */
	struct bolt_file_index index;
};
void bolt_image_scan_done(struct bolt_image_scan *scan);

/* From a source that opens blobs by name, in any order. A layer listed twice is read once. root, tag, platform as bolt_plan_make.
 * 0 | what the plan or the layers failed with; digests that differ are named in err. */
BOLT_MUST_CHECK int bolt_image_scan(const struct bolt_scan_context *context, struct bolt_report *report, struct bolt_blobs *blobs,
				    const char *root, const char *tag, const char *platform, struct bolt_image_scan *ret_scan,
				    struct bolt_err *err);

/* From a tar (docker save or OCI, plain or compressed) that can only be read once, in order. Same results. */
BOLT_MUST_CHECK int bolt_stream_scan(const struct bolt_scan_context *context, struct bolt_report *report,
				     struct bolt_reader *stream, const char *tag, const char *platform,
				     struct bolt_image_scan *ret_scan, struct bolt_err *err);

/* Holds one layer against the plan: digest, diff ID, then damage (a warning, or an error when strict).
 * 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_layer_judge(const struct bolt_scan_context *context, struct bolt_report *report,
				     const struct bolt_plan *plan, size_t index, const struct bolt_layer_result *result,
				     struct bolt_err *err);

/* Fills subject (layers, digests, platform, tags), os and packages. Takes the parts' sinks apart. 0 | -ENOMEM | -E2BIG. */
BOLT_MUST_CHECK int bolt_image_report(struct bolt_report *report, struct bolt_image_scan *scan, struct bolt_err *err);
