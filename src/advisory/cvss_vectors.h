/* Private to the room: one version of CVSS as a table of metrics and a function that makes scores of their values. */
#pragma once

#include <stddef.h>

#include "advisory/cvss.h"

enum { CVSS_METRICS_MOST = 32, CVSS_VALUES_MOST = 6, CVSS_MISSING = -1 };

struct cvss_metric {
	const char *name;
	const char *words[CVSS_VALUES_MOST]; /* of an optional metric the first is "not defined" */
	short weights[CVSS_VALUES_MOST];     /* as the version's own file counts them */
};

struct cvss_version {
	const char *prefix; /* "CVSS:3.1/"; "" for v2 */
	unsigned major, minor;
	const struct cvss_metric *metrics; /* the required ones first */
	size_t metrics_len, required_len;
	/* values[i]: which word of metrics[i] the vector has; fills base_tenths, tenths and severity. */
	void (*score)(const struct cvss_version *version, const signed char *values, struct bolt_cvss *cvss);
};

extern const struct cvss_version cvss_v2, cvss_v30, cvss_v31, cvss_v4;

/* The qualitative scale of v3 (section 5) and v4 (section 6). */
enum bolt_severity cvss_severity(unsigned tenths);
