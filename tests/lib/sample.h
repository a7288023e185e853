/* A made-up report with one of everything that a writer must carry and a reader bring back. */
#pragma once

#include <stdbool.h>

#include "model/report.h"

/* Sorted, with findings of every kind. NULL when out of memory. */
struct bolt_report *sample_report(void);

/* The same when nobody looked for vulnerabilities. */
struct bolt_report *sample_report_of_packages(void);

/* Hundreds of findings. Two packages share a source package and its vulnerabilities. */
struct bolt_report *sample_report_of_many(size_t packages, size_t findings_each);

/* For sample_report alone. False when out of memory. */
bool sample_add_findings(struct bolt_report *report);
