/* The member "vulnerabilities" of a CycloneDX 1.6 or 1.7 document: one entry a finding, suppressed ones with their analysis. */
#pragma once

#include "core/json_writer.h"
#include "core/macros.h"
#include "model/report.h"

/* Writes nothing when nobody looked for vulnerabilities. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_cyclonedx_vulnerabilities(struct bolt_json_writer *w, const struct bolt_report *report);

/* "CVSSv31" ... as the schema names it; "other" for what it does not know. */
const char *bolt_cvss_method(const char *vector);
