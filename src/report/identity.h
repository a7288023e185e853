/* Names that documents need and that must be the same for the same content: no clock, no chance. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"
#include "model/report.h"

enum { BOLT_UUID_TEXT = 37, BOLT_TIMESTAMP_TEXT = 32 };

/* A version 8 UUID (RFC 9562) of the subject, its layers, packages and findings. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_report_uuid(const struct bolt_report *report, char text[BOLT_UUID_TEXT]);

/* "2026-11-23T20:50:05Z" (RFC 3339). Times outside the years 1970 to 9999 give 1970-01-01. */
const char *bolt_timestamp(int64_t unix_seconds, char text[BOLT_TIMESTAMP_TEXT]);

/* The first 64 bits of SHA-256 as 16 hex digits. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_short_digest(const char *text, char hex[17]);

/* A walk over what a sorted report's subject holds. Removed packages have no part in a bill of materials. */
struct bolt_package_walk {
	const struct bolt_report *report;
	const struct bolt_package *package; /* the current one */
	size_t ordinal;                     /* 1 for the first of its purl, 2 for the next ... */
	size_t next;
};

bool bolt_package_walk_next(struct bolt_package_walk *walk);

/* What tells the current package from all others: its purl, and where that is not enough "|<ordinal>", which no canonical purl can
 * hold. Caller frees; NULL when out of memory. */
char *bolt_package_ref(const struct bolt_package_walk *walk);
